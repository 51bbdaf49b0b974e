//! Changes of a secret.

use protocol::ObjectId;
use rand_core::CryptoRngCore;

use super::draft::{Draft, generate_id};
use super::refusal::{Field, Refusal, check_length, check_name};
use crate::grammar;
use crate::model::{Details, Filled, Overview, Secret, SecretValue, ValueEdit};
use crate::provider;

pub(super) fn create(
    draft: &mut Draft<'_>,
    details: Details,
    value: SecretValue,
    rng: &mut impl CryptoRngCore,
) -> Result<ObjectId, Refusal> {
    let details = checked(details)?;
    check_value(&value)?;
    let id = generate_id(rng);
    let secret = Secret { details, created: draft.now(), ..Secret::default() };
    draft.put(id, Overview::Secret(Box::new(secret)));
    draft.set_value(id, ValueEdit::Set(value));
    Ok(id)
}

pub(super) fn replace(draft: &mut Draft<'_>, id: ObjectId, value: SecretValue) -> Result<(), Refusal> {
    check_value(&value)?;
    write(draft, id, ValueEdit::Set(value))
}

pub(super) fn restore_version(draft: &mut Draft<'_>, id: ObjectId, revision: u64) -> Result<(), Refusal> {
    write(draft, id, ValueEdit::Again(revision))
}

pub(super) fn describe(draft: &mut Draft<'_>, id: ObjectId, details: Details) -> Result<(), Refusal> {
    let secret = draft.secret(id)?.clone();
    let details = checked(details)?;
    draft.put(id, Overview::Secret(Box::new(Secret { details, ..secret })));
    Ok(())
}

/// Writes down where the value was put into a page; a place that was filled before is in the list once.
pub(super) fn fill(draft: &mut Draft<'_>, id: ObjectId, filled: Filled) -> Result<(), Refusal> {
    let secret = draft.secret(id)?.clone();
    check_place(&filled)?;
    let filled = filled.among(&secret.filled);
    draft.put(id, Overview::Secret(Box::new(Secret { filled, ..secret })));
    Ok(())
}

pub(super) fn check_place(filled: &Filled) -> Result<(), Refusal> {
    let texts = [&filled.origin, &filled.provider, &filled.place, &filled.variable];
    texts.into_iter().try_for_each(|text| check_length(Field::Details, text, grammar::NAME))
}

pub(super) fn archive(draft: &mut Draft<'_>, id: ObjectId, archived: bool) -> Result<(), Refusal> {
    let secret = draft.secret(id)?.clone();
    draft.put(id, Overview::Secret(Box::new(Secret { archived, ..secret })));
    Ok(())
}

/// Only the secret itself: its bindings say nothing as long as it is not there, and speak again when it is.
pub(super) fn delete(draft: &mut Draft<'_>, id: ObjectId) -> Result<(), Refusal> {
    draft.secret(id)?;
    draft.delete(id);
    Ok(())
}

/// What a variable's name and value say of a new secret: whose it is, as far as that is known.
pub(super) fn recognised(variable: &str, value: &SecretValue) -> Details {
    let known = provider::recognise(variable, value.expose(), "");
    let provider = known.map_or("", |it| it.provider.id);
    Details { name: variable.into(), provider: provider.into(), ..Details::default() }
}

/// The value alone: that it changed, and when, its revision says.
fn write(draft: &mut Draft<'_>, id: ObjectId, value: ValueEdit) -> Result<(), Refusal> {
    draft.secret(id)?;
    draft.set_value(id, value);
    Ok(())
}

fn check_value(value: &SecretValue) -> Result<(), Refusal> {
    check_length(Field::Value, value.expose(), grammar::VALUE)
}

/// The details as kept: within the limits, tags trimmed, sorted and without repeats.
fn checked(mut details: Details) -> Result<Details, Refusal> {
    details.name = check_name(&details.name)?.into();
    check_length(Field::Notes, &details.notes, grammar::NOTES)?;
    for text in [&details.provider, &details.kind, &details.owner] {
        check_length(Field::Details, text, grammar::NAME)?;
    }
    for text in [&details.schema, &details.docs] {
        check_length(Field::Details, text, grammar::ADDRESS)?;
    }
    details.tags = checked_tags(&details.tags)?;
    Ok(details)
}

fn checked_tags(tags: &[Box<str>]) -> Result<Box<[Box<str>]>, Refusal> {
    let trimmed = tags.iter().map(|tag| tag.trim()).filter(|tag| !tag.is_empty());
    let mut tags: Vec<Box<str>> = trimmed.map(Box::from).collect();
    tags.sort_unstable();
    tags.dedup();
    if tags.len() > grammar::TAGS {
        return Err(Refusal::TooLong { field: Field::Tags, most: grammar::TAGS });
    }
    tags.iter().try_for_each(|tag| check_length(Field::Tags, tag, grammar::NAME))?;
    Ok(tags.into())
}
