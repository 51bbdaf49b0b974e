//! Keeping a value that was found in a page of another site.

use protocol::ObjectId;
use rand_core::CryptoRngCore;

use super::draft::Draft;
use super::refusal::Refusal;
use super::{bind, secret};
use crate::model::{Filled, Overview, Secret, SecretValue, Timestamp};

/// A value from a page, and what becomes of it.
#[derive(Debug)]
pub struct Capture {
    /// Where it goes.
    pub goal: Goal,
    /// The variable's name.
    pub variable: String,
    /// The value.
    pub value: SecretValue,
    /// The provider whose key it is, by its id; empty where only name and value say that.
    pub provider: Box<str>,
    /// When it stops working. What was said of an earlier value does not count any more.
    pub expires: Option<Timestamp>,
    /// The page that it came from.
    pub from: Filled,
}

/// Where a value from a page goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// Into an environment: a new version of what is bound there under the name, else a new secret.
    Environment(ObjectId),
    /// A new version of this secret.
    Secret(ObjectId),
    /// A new secret, bound nowhere.
    Registry,
}

pub(super) fn apply(
    draft: &mut Draft<'_>,
    capture: Capture,
    rng: &mut impl CryptoRngCore,
) -> Result<(), Refusal> {
    let Capture { goal, variable, value, provider, expires, from } = capture;
    secret::check_place(&from)?;
    let id = match goal {
        Goal::Environment(environment) => bind::set_value(draft, environment, &variable, value, rng)?,
        Goal::Secret(id) => secret::replace(draft, id, value).map(|()| id)?,
        Goal::Registry => {
            let details = secret::recognised(&variable, &value);
            secret::create(draft, details, value, rng)?
        }
    };
    let mut it: Secret = draft.secret(id)?.clone();
    it.captured = from.among(&it.captured);
    it.details.expires = expires;
    if !provider.is_empty() {
        it.details.provider = provider;
    }
    draft.put(id, Overview::Secret(Box::new(it)));
    Ok(())
}
