//! What was done to the vault and with its values, newest first.

use super::convert::{count, moment};
use super::sentence::name;
use super::{Answer, Open, refusal};
use desk::text::activity as text;
use desk::{ActivityRow, ActivityWindow, Id, Reply, Window};
use vault::journal::{Did, Event};
use vault::model::{Model, Overview};
use vault::session::Activity;
use vault::{ById, ObjectId};

/// Acts looked at.
const MOST: usize = 500;
/// Names that a sentence has at most.
const NAMES: usize = 3;

impl Open {
    pub(super) async fn activity(&self, window: Window) -> Answer {
        let acts = self.session.activity(MOST).await.map_err(refusal::of)?;
        let (model, caller, own) = (self.session.model(), self.callers().await?, self.session.device());
        let mut open: ById<ObjectId, ()> =
            model.contents().filter(|(_, it)| it.is_contested()).map(|(id, _)| id).collect();
        let done = acts.iter().map(|act| {
            // It is said where that came about: at the last act that wrote it.
            let is_contested = act.objects.iter().filter(|it| open.remove(**it).is_some()).count() > 0;
            ActivityRow {
                time: moment(act.time),
                device: caller(act.device),
                sentence: changed(model, act, is_contested),
                // What brings devices and keys in cannot be taken back.
                act: (!act.objects.is_empty()).then(|| Id(*act.act.as_bytes())),
            }
        });
        let seen = self.session.journal().map(|event| ActivityRow {
            time: moment(event.time),
            device: caller(own),
            sentence: used(model, event),
            act: None,
        });
        let mut rows: Vec<_> = done.chain(seen).collect();
        vault::order::sort_by_key(&mut rows, |row| std::cmp::Reverse(row.time));
        let total = count(rows.len());
        let start = usize::try_from(window.start).unwrap_or(usize::MAX);
        let most = usize::try_from(window.count.min(200)).unwrap_or(0);
        let rows = rows.into_iter().skip(start).take(most).collect();
        Ok(Reply::Activity(ActivityWindow { rows, start: window.start, total }))
    }
}

fn changed(model: &Model, act: &Activity, is_contested: bool) -> String {
    if act.objects.is_empty() {
        return text::KEYS.to_owned();
    }
    let is_binding = |it: &ObjectId| matches!(model.overview(*it), Some(Overview::Binding(_)));
    let (bindings, others): (Vec<ObjectId>, Vec<ObjectId>) =
        act.objects.iter().partition(|it| is_binding(it));
    let mut named = if others.is_empty() { bindings } else { others };
    vault::order::sort_by_key(&mut named, |it| rank(model, *it));
    let what = list(model, &named, named.len());
    if let Some(place) = &act.filled {
        return text::filled(&what, place);
    }
    if let Some(place) = captured(model, act) {
        return text::captured(&what, place);
    }
    if is_contested { text::contested(&what) } else { text::changed(&what) }
}

/// The page that the act took a value from, if it did: its origin.
fn captured<'a>(model: &'a Model, act: &Activity) -> Option<&'a str> {
    let device = *act.device.as_bytes();
    let mut all = act.objects.iter().filter_map(|it| model.secret(*it)).flat_map(|it| &it.captured);
    all.find(|it| (it.time, it.device) == (act.time.0, device)).map(|it| &*it.origin)
}

/// What tells most of an act is named first.
fn rank(model: &Model, object: ObjectId) -> u8 {
    match model.overview(object).or_else(|| model.deleted(object)) {
        Some(Overview::Project(_)) => 0,
        Some(Overview::Environment(_)) => 1,
        _ => 2,
    }
}

fn used(model: &Model, event: &Event) -> String {
    let what = list(model, &event.secrets, event.count.try_into().unwrap_or(usize::MAX));
    match event.did {
        Did::Show => text::shown(&what),
        Did::Copy => text::copied(&what),
        Did::Export => text::exported(&what),
        Did::Backup => text::BACKED_UP.to_owned(),
        Did::Fill => text::taken(&what),
    }
}

/// The first few names, and how many more there are.
fn list(model: &Model, objects: &[ObjectId], total: usize) -> String {
    let names: Vec<_> = objects.iter().filter_map(|it| name(model, *it)).take(NAMES).collect();
    text::list(&names, total)
}
