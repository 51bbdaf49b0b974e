//! Values made up, shown, copied and compared with those before.

use super::convert::{count, moment, object};
use super::{Answer, Entropy, Open, refusal};
use desk::text::advice;
use desk::{Comparison, Field, Generator, Hidden, Id, Problem, Refusal, Reply, Strength, Version};
use vault::generate::{self, Unfit};
use vault::journal::{Did, Event};
use vault::model::{SecretValue, Timestamp};
use vault::reference::joined;
use vault::session::{self, Error};
use vault::strength::{self, Reason};

/// How many versions a history shows; older ones stay in the vault.
const MOST_VERSIONS: usize = 50;

impl Open {
    pub(super) async fn reveal(&mut self, secret: Id, revision: Option<u64>, now: Timestamp) -> Answer {
        let value = match revision {
            Some(revision) => self.session.value_at(object(secret), revision).await.map_err(refusal::of)?,
            None => self.current(secret).await?,
        };
        self.note(Event::new(now, Did::Show, &[object(secret)])).await?;
        Ok(Reply::Value(hidden(&value)))
    }

    pub(super) async fn copy(&mut self, secret: Id, now: Timestamp) -> Answer {
        let value = self.as_read(secret).await?;
        self.note(Event::new(now, Did::Copy, &[object(secret)])).await?;
        Ok(Reply::Value(hidden(&value)))
    }

    pub(super) async fn history(&self, secret: Id) -> Answer {
        let caller = self.callers().await?;
        let versions = self.session.history(object(secret)).map_err(refusal::of)?;
        let row = |(place, version): (usize, &session::Version)| Version {
            revision: version.revision,
            time: moment(version.time),
            device: caller(version.device),
            current: place == 0,
            masked: desk::text::HIDDEN.to_owned(),
        };
        let rows = versions.iter().take(MOST_VERSIONS).enumerate().map(row).collect();
        Ok(Reply::History(rows))
    }

    pub(super) async fn compare(&mut self, secret: Id, revision: u64, now: Timestamp) -> Answer {
        let version = self.session.value_at(object(secret), revision).await.map_err(refusal::of)?;
        let current = self.current(secret).await?;
        self.note(Event::new(now, Did::Show, &[object(secret)])).await?;
        Ok(Reply::Comparison(comparison(version.expose(), current.expose())))
    }

    pub(super) async fn note(&mut self, event: Event) -> Result<(), Refusal> {
        self.session.note(event, &mut Entropy).await.map_err(refusal::of)
    }

    /// What a program would get, where that is the same everywhere; what is shown is what was typed, to be changed.
    pub(super) async fn as_read(&self, secret: Id) -> Result<SecretValue, Refusal> {
        let value = self.current(secret).await?;
        Ok(joined(value.expose()).map_or(value, SecretValue::new))
    }

    pub(super) async fn current(&self, secret: Id) -> Result<SecretValue, Refusal> {
        let values = self.session.values(&[object(secret)]).await.map_err(refusal::of)?;
        let is_there = self.session.model().secret(object(secret)).is_some();
        let missing = || if is_there { refusal::of(Error::Damaged("a sealed part")) } else { Refusal::Gone };
        values.into_iter().flatten().next().ok_or_else(missing)
    }
}

fn comparison(version: &str, current: &str) -> Comparison {
    let same = |pairs: &mut dyn Iterator<Item = (char, char)>| pairs.take_while(|(a, b)| a == b).count();
    let (length, of_current) = (version.chars().count(), current.chars().count());
    let start = same(&mut version.chars().zip(current.chars()));
    let rest = length.min(of_current) - start;
    let end = same(&mut version.chars().rev().zip(current.chars().rev()).take(rest));
    Comparison { length: count(length), current: count(of_current), start: count(start), end: count(end) }
}

pub(super) fn hidden(value: &SecretValue) -> Hidden {
    Hidden::new(value.expose().to_owned())
}

pub(super) fn generate(generator: Generator) -> Answer {
    let made = generate::generate(&as_vault(generator), &mut Entropy);
    made.map(|made| Reply::Value(hidden(&made.value))).map_err(|unfit| match unfit {
        Unfit::Length => {
            let most = u32::try_from(generate::LONGEST).unwrap_or(u32::MAX);
            Refusal::Invalid { field: Field::Value, problem: Problem::Count { most } }
        }
        Unfit::Alphabet => Refusal::Invalid { field: Field::Alphabet, problem: Problem::Characters },
    })
}

fn as_vault(generator: Generator) -> generate::Generator {
    use generate::Generator as Of;
    match generator {
        Generator::Alphanumeric { length } => Of::Alphanumeric { length: length.into() },
        Generator::Hex { bytes } => Of::Hex { bytes: bytes.into() },
        Generator::Base64Url { bytes } => Of::Base64Url { bytes: bytes.into() },
        Generator::Uuid => Of::Uuid,
        Generator::Passphrase { words } => Of::Passphrase { words: words.into() },
        Generator::Custom { alphabet, length } => Of::Custom { alphabet, length: length.into() },
    }
}

pub(super) fn strength(passphrase: &Hidden) -> Reply {
    let strength = strength::estimate(passphrase.expose());
    let advice = strength.reason.map_or("", advised).to_owned();
    Reply::Strength(Strength { score: strength.score, advice })
}

const fn advised(reason: Reason) -> &'static str {
    match reason {
        Reason::Empty => advice::EMPTY,
        Reason::Common => advice::COMMON,
        Reason::Repeated => advice::REPEATED,
        Reason::Sequence => advice::SEQUENCE,
        Reason::OneWord => advice::ONE_WORD,
        Reason::Short => advice::SHORT,
    }
}
