//! Changes of a project, and what comes out of the trash.

use protocol::ObjectId;
use rand_core::CryptoRngCore;

use super::draft::{Draft, after, generate_id, generate_scope};
use super::environment;
use super::refusal::{Field, Refusal, check_length, check_name};
use crate::fold::fold;
use crate::grammar;
use crate::model::{Kind, Overview, Project};

const FIRST_ENVIRONMENTS: [(&str, Kind); 3] =
    [("dev", Kind::NonProd), ("staging", Kind::NonProd), ("prod", Kind::Prod)];

pub(super) fn create(draft: &mut Draft<'_>, name: &str, rng: &mut impl CryptoRngCore) -> Result<(), Refusal> {
    let project = create_bare(draft, name, rng)?;
    for (name, kind) in FIRST_ENVIRONMENTS {
        environment::create(draft, project, name, kind, None, rng)?;
    }
    Ok(())
}

/// A project without environments.
pub(super) fn create_bare(
    draft: &mut Draft<'_>,
    name: &str,
    rng: &mut impl CryptoRngCore,
) -> Result<ObjectId, Refusal> {
    let name = free_name(draft, None, name)?;
    let slug = free_slug(name, "project", |slug| draft.projects().any(|(_, it)| *it.slug == *slug));
    let project = Project {
        name: name.into(),
        slug: slug.into(),
        order: after(draft.projects().map(|(_, it)| it.order).max()),
        archived: false,
        note: Box::default(),
        scope: generate_scope(rng),
        created: draft.now(),
        others: Box::default(),
    };
    let id = generate_id(rng);
    draft.put(id, Overview::Project(project));
    Ok(id)
}

pub(super) fn rename(draft: &mut Draft<'_>, id: ObjectId, name: &str) -> Result<(), Refusal> {
    let project = draft.project(id)?.clone();
    let name = free_name(draft, Some(id), name)?;
    draft.put(id, Overview::Project(Project { name: name.into(), ..project }));
    Ok(())
}

pub(super) fn note(draft: &mut Draft<'_>, id: ObjectId, note: &str) -> Result<(), Refusal> {
    let project = draft.project(id)?.clone();
    check_length(Field::Notes, note, grammar::NOTES)?;
    draft.put(id, Overview::Project(Project { note: note.into(), ..project }));
    Ok(())
}

pub(super) fn archive(draft: &mut Draft<'_>, id: ObjectId, archived: bool) -> Result<(), Refusal> {
    let project = draft.project(id)?.clone();
    draft.put(id, Overview::Project(Project { archived, ..project }));
    Ok(())
}

/// Only the project itself: what is in it is not there as long as the project is not.
pub(super) fn delete(draft: &mut Draft<'_>, id: ObjectId) -> Result<(), Refusal> {
    draft.project(id)?;
    draft.delete(id);
    Ok(())
}

/// Brings back whatever was deleted, unless its name or slug was given away since.
pub(super) fn restore(draft: &mut Draft<'_>, id: ObjectId) -> Result<(), Refusal> {
    let overview = draft.deleted(id).ok_or(Refusal::Gone)?.clone();
    match &overview {
        Overview::Project(project) => {
            free_name(draft, Some(id), &project.name)?;
            let same = draft.projects().any(|(_, it)| it.slug == project.slug);
            refuse_taken(same, &project.name)?;
        }
        Overview::Environment(it) => environment::check_restore(draft, it)?,
        Overview::Binding(it) => {
            draft.environment(it.environment)?;
            let taken = draft.bindings_of(it.environment, &it.variable).any(|(_, it)| draft.speaks(it));
            if taken {
                return Err(Refusal::Taken { field: Field::Variable, name: it.variable.to_string() });
            }
        }
        Overview::Secret(_) | Overview::Profile(_) => {}
    }
    draft.put(id, overview);
    Ok(())
}

pub(super) fn refuse_taken(taken: bool, name: &str) -> Result<(), Refusal> {
    if taken { Err(Refusal::Taken { field: Field::Name, name: name.to_owned() }) } else { Ok(()) }
}

/// The slug of `name` if it is free, else with the first number that makes it so; `fallback` for a name that gives none.
pub(super) fn free_slug(name: &str, fallback: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut slug = grammar::slug_from(name);
    if slug.is_empty() {
        fallback.clone_into(&mut slug);
    }
    if !is_taken(&slug) {
        return slug;
    }
    slug.truncate(grammar::SLUG - NUMBER);
    slug.truncate(slug.trim_end_matches('-').len());
    let numbered = (2_u32..).map(|number| format!("{slug}-{number}"));
    numbered.into_iter().find(|slug| !is_taken(slug)).unwrap_or(slug)
}

/// Bytes of a hyphen and the longest number behind it.
const NUMBER: usize = 11;

fn free_name<'n>(draft: &Draft<'_>, own: Option<ObjectId>, name: &'n str) -> Result<&'n str, Refusal> {
    let name = check_name(name)?;
    let folded = fold(name);
    refuse_taken(draft.projects().any(|(id, it)| Some(id) != own && fold(&it.name) == folded), name)?;
    Ok(name)
}
