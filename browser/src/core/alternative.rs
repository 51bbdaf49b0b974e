//! What devices wrote into a secret at the same time.

use super::convert::{details, model_written, object, written};
use super::value::hidden;
use super::{Answer, Open, refusal};
use desk::text::field as text;
use desk::{Alternative, Id, Refusal, Reply, Written};
use vault::Field;
use vault::journal::{Did, Event};
use vault::model::{Secret, Timestamp};
use vault::session::{self, Contested};

impl Open {
    /// What is beside what is current, of the value and of the description.
    pub(super) async fn alternatives(&self, secret: Id) -> Answer {
        let (object, caller) = (object(secret), self.callers().await?);
        let current = self.session.model().secret(object).ok_or(Refusal::Gone)?;
        let values = self.session.alternatives(object).await.map_err(refusal::of)?;
        let of_value = |it: &session::Alternative| Alternative {
            field: Field::Value.number(),
            label: text::VALUE.to_owned(),
            written: written(it.written),
            device: caller(it.written.device),
            texts: None,
        };
        let of_details = |it: Contested| {
            let (label, texts) = said(it.field, [current, &it.secret]);
            Alternative {
                field: it.field.number(),
                label: label.to_owned(),
                written: written(it.written),
                device: caller(it.written.device),
                texts: Some(texts),
            }
        };
        let description = self.session.contested(object).into_iter().map(of_details);
        Ok(Reply::Alternatives(values.iter().map(of_value).chain(description).collect()))
    }

    pub(super) async fn reveal_alternative(&mut self, secret: Id, wanted: Written, now: Timestamp) -> Answer {
        let (object, wanted) = (object(secret), model_written(wanted));
        let found = self.session.alternatives(object).await.map_err(refusal::of)?;
        let found = found.into_iter().find(|it| it.written == wanted).ok_or(Refusal::Gone)?;
        self.note(Event::new(now, Did::Show, &[object])).await?;
        Ok(Reply::Value(hidden(&found.value)))
    }
}

/// What a field is called, and what it is now and in the alternative.
fn said(field: Field, secrets: [&Secret; 2]) -> (&'static str, (String, String)) {
    let [current, other] = secrets.map(|secret| details(&secret.details));
    let texts = |pick: fn(&desk::Details) -> String| (pick(&current), pick(&other));
    match field {
        Field::Name => (text::NAME, texts(|it| it.name.clone())),
        Field::Provider => (text::PROVIDER, texts(|it| it.provider.clone().unwrap_or_default())),
        Field::Type => (text::KIND, texts(|it| it.kind.clone())),
        Field::Notes => (text::NOTES, texts(|it| it.notes.clone())),
        Field::Expires => (text::EXPIRES, texts(|it| it.expires.clone().unwrap_or_default())),
        Field::Period => {
            (text::PERIOD, texts(|it| it.rotation_days.map(|days| days.to_string()).unwrap_or_default()))
        }
        Field::Docs => (text::DOCS, texts(|it| it.docs.clone())),
        Field::Owner => (text::OWNER, texts(|it| it.owner.clone())),
        Field::Class => (text::CLASS, texts(|it| text::class(it.class).to_owned())),
        _ => (text::OTHER, (String::new(), String::new())),
    }
}
