//! Changes of an environment.

use protocol::{ById, ObjectId};
use rand_core::CryptoRngCore;

use super::draft::{Draft, after, generate_id, generate_scope};
use super::project::{free_slug, refuse_taken};
use super::refusal::{Refusal, check_name};
use crate::fold::fold;
use crate::model::{Environment, Kind, Overview};

pub(super) fn create(
    draft: &mut Draft<'_>,
    project: ObjectId,
    name: &str,
    kind: Kind,
    parent: Option<ObjectId>,
    rng: &mut impl CryptoRngCore,
) -> Result<ObjectId, Refusal> {
    draft.project(project)?;
    let name = free_name(draft, project, None, name)?;
    check_project(draft, project, parent)?;
    let siblings = draft.environments(project);
    let slug = free_slug(name, "environment", |slug| siblings.iter().any(|(_, it)| *it.slug == *slug));
    let order = after(siblings.iter().map(|(_, it)| it.order).max());
    let environment = Environment {
        project,
        name: name.into(),
        slug: slug.into(),
        kind,
        order,
        parent,
        scope: generate_scope(rng),
        created: draft.now(),
        others: Box::default(),
    };
    let id = generate_id(rng);
    draft.put(id, Overview::Environment(environment));
    Ok(id)
}

pub(super) fn rename(draft: &mut Draft<'_>, id: ObjectId, name: &str) -> Result<(), Refusal> {
    let environment = draft.environment(id)?.clone();
    let name = free_name(draft, environment.project, Some(id), name)?;
    draft.put(id, Overview::Environment(Environment { name: name.into(), ..environment }));
    Ok(())
}

pub(super) fn set_kind(draft: &mut Draft<'_>, id: ObjectId, kind: Kind) -> Result<(), Refusal> {
    let environment = draft.environment(id)?.clone();
    draft.put(id, Overview::Environment(Environment { kind, ..environment }));
    Ok(())
}

pub(super) fn set_parent(
    draft: &mut Draft<'_>,
    id: ObjectId,
    parent: Option<ObjectId>,
) -> Result<(), Refusal> {
    let environment = draft.environment(id)?.clone();
    check_project(draft, environment.project, parent)?;
    check_circle(draft, id, parent)?;
    draft.put(id, Overview::Environment(Environment { parent, ..environment }));
    Ok(())
}

/// Numbers the siblings anew; only those whose number changes are written.
pub(super) fn relocate(draft: &mut Draft<'_>, id: ObjectId, before: Option<ObjectId>) -> Result<(), Refusal> {
    let project = draft.environment(id)?.project;
    let mut siblings: Vec<_> = draft.environments(project).iter().map(|(id, _)| *id).collect();
    if before == Some(id) {
        return Ok(());
    }
    siblings.retain(|it| *it != id);
    let at = match before {
        Some(before) => siblings.iter().position(|it| *it == before).ok_or(Refusal::Gone)?,
        None => siblings.len(),
    };
    siblings.insert(at, id);
    for (order, id) in (0_u64..).zip(siblings) {
        let environment = draft.environment(id)?.clone();
        draft.put(id, Overview::Environment(Environment { order, ..environment }));
    }
    Ok(())
}

/// Only the environment itself: what is bound in it is not there as long as the environment is not.
pub(super) fn delete(draft: &mut Draft<'_>, id: ObjectId) -> Result<(), Refusal> {
    draft.environment(id)?;
    draft.delete(id);
    Ok(())
}

/// Whether a deleted environment can be there again.
pub(super) fn check_restore(draft: &Draft<'_>, environment: &Environment) -> Result<(), Refusal> {
    draft.project(environment.project)?;
    free_name(draft, environment.project, None, &environment.name)?;
    let siblings = draft.environments(environment.project);
    refuse_taken(siblings.iter().any(|(_, it)| it.slug == environment.slug), &environment.name)
}

fn free_name<'n>(
    draft: &Draft<'_>,
    project: ObjectId,
    own: Option<ObjectId>,
    name: &'n str,
) -> Result<&'n str, Refusal> {
    let name = check_name(name)?;
    let folded = fold(name);
    let siblings = draft.environments(project);
    refuse_taken(siblings.iter().any(|(id, it)| Some(*id) != own && fold(&it.name) == folded), name)?;
    Ok(name)
}

fn check_project(draft: &Draft<'_>, project: ObjectId, parent: Option<ObjectId>) -> Result<(), Refusal> {
    let Some(parent) = parent else { return Ok(()) };
    let parent = draft.environment(parent)?;
    if parent.project == project {
        return Ok(());
    }
    Err(Refusal::OtherProject { parent: parent.name.to_string() })
}

/// Refuses a parent that inherits from `id`. Deleted environments count: they may come back.
pub(super) fn check_circle(draft: &Draft<'_>, id: ObjectId, parent: Option<ObjectId>) -> Result<(), Refusal> {
    let mut names = vec![draft.environment(id)?.name.to_string()];
    let mut seen = ById::new();
    let mut next = parent;
    while let Some(at) = next.filter(|at| seen.insert(*at, ()).is_none()) {
        let Some(it) = draft.overview(at).or_else(|| draft.deleted(at)).and_then(Overview::as_environment)
        else {
            break;
        };
        names.push(it.name.to_string());
        if at == id {
            return Err(Refusal::Cycle { names });
        }
        next = it.parent;
    }
    Ok(())
}
