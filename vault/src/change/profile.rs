//! Changes of the profiles that a person made.

use protocol::ObjectId;
use rand_core::CryptoRngCore;

use super::draft::{Draft, generate_id};
use super::refusal::{Field, Refusal, check_length, check_name};
use crate::grammar;
use crate::model::{Overview, Profile};

pub(super) fn create(
    draft: &mut Draft<'_>,
    name: &str,
    text: String,
    rng: &mut impl CryptoRngCore,
) -> Result<(), Refusal> {
    let name = check_name(name)?.into();
    check_length(Field::Details, &text, grammar::PROFILE)?;
    if draft.profiles() >= grammar::PROFILES {
        return Err(Refusal::Full);
    }
    let profile = Profile { name, text: text.into(), created: draft.now() };
    draft.put(generate_id(rng), Overview::Profile(profile));
    Ok(())
}

pub(super) fn rename(draft: &mut Draft<'_>, id: ObjectId, name: &str) -> Result<(), Refusal> {
    let profile = draft.profile(id)?.clone();
    draft.put(id, Overview::Profile(Profile { name: check_name(name)?.into(), ..profile }));
    Ok(())
}

pub(super) fn delete(draft: &mut Draft<'_>, id: ObjectId) -> Result<(), Refusal> {
    draft.profile(id)?;
    draft.delete(id);
    Ok(())
}
