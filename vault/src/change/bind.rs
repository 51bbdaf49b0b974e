//! Changes of what environments say of variables.

use protocol::{ById, ObjectId};
use rand_core::CryptoRngCore;

use super::draft::{Draft, generate_id};
use super::refusal::{Field, Refusal, check_variable};
use super::secret;
use crate::model::{Binding, Overview, SecretValue};

/// The secret that has the value then.
pub(super) fn set_value(
    draft: &mut Draft<'_>,
    environment: ObjectId,
    variable: &str,
    value: SecretValue,
    rng: &mut impl CryptoRngCore,
) -> Result<ObjectId, Refusal> {
    check_variable(variable)?;
    draft.environment(environment)?;
    let bound = draft.binding(environment, variable).and_then(|(_, it)| it.secret);
    if let Some(id) = bound.filter(|id| draft.secret(*id).is_ok()) {
        return secret::replace(draft, id, value).map(|()| id);
    }
    let details = secret::recognised(variable, &value);
    let id = secret::create(draft, details, value, rng)?;
    write(draft, environment, variable, Some(id), rng);
    Ok(id)
}

pub(super) fn bind(
    draft: &mut Draft<'_>,
    environment: ObjectId,
    variable: &str,
    secret: ObjectId,
    rng: &mut impl CryptoRngCore,
) -> Result<(), Refusal> {
    check_variable(variable)?;
    draft.environment(environment)?;
    draft.secret(secret)?;
    write(draft, environment, variable, Some(secret), rng);
    Ok(())
}

pub(super) fn unbind(draft: &mut Draft<'_>, environment: ObjectId, variable: &str) -> Result<(), Refusal> {
    draft.environment(environment)?;
    draft.binding(environment, variable).ok_or(Refusal::Gone)?;
    let all: Vec<_> = draft.bindings_of(environment, variable).map(|(id, _)| id).collect();
    all.into_iter().for_each(|id| draft.delete(id));
    Ok(())
}

pub(super) fn hide(
    draft: &mut Draft<'_>,
    environment: ObjectId,
    variable: &str,
    rng: &mut impl CryptoRngCore,
) -> Result<(), Refusal> {
    check_variable(variable)?;
    if !is_inherited(draft, environment, variable)? {
        return Err(Refusal::NotInherited { variable: variable.to_owned() });
    }
    write(draft, environment, variable, None, rng);
    Ok(())
}

pub(super) fn rename(draft: &mut Draft<'_>, project: ObjectId, from: &str, to: &str) -> Result<(), Refusal> {
    draft.project(project)?;
    check_variable(to)?;
    if from == to {
        return Ok(());
    }
    let environments: Vec<_> = draft.environments(project).iter().map(|(id, _)| *id).collect();
    let found = |name| environments.iter().flat_map(|id| draft.bindings_of(*id, name)).collect::<Vec<_>>();
    if found(to).iter().any(|(_, it)| draft.speaks(it)) {
        return Err(Refusal::Taken { field: Field::Variable, name: to.to_owned() });
    }
    let silent: Vec<_> = found(to).into_iter().map(|(id, _)| id).collect();
    let renamed: Vec<_> = found(from).into_iter().map(|(id, it)| (id, it.clone())).collect();
    if renamed.is_empty() {
        return Err(Refusal::Gone);
    }
    // Their secrets may come back, and then two would speak.
    silent.into_iter().for_each(|id| draft.delete(id));
    for (id, binding) in renamed {
        draft.put(id, Overview::Binding(Binding { variable: to.into(), ..binding }));
    }
    Ok(())
}

/// Lets an environment say `secret` of a variable, or hide it, through the binding that is there or a new one.
fn write(
    draft: &mut Draft<'_>,
    environment: ObjectId,
    variable: &str,
    secret: Option<ObjectId>,
    rng: &mut impl CryptoRngCore,
) {
    let found = draft.binding(environment, variable).map(|(id, it)| (id, it.clone()));
    let (id, binding) = match found {
        Some((id, binding)) => (id, Binding { secret, ..binding }),
        None => (generate_id(rng), new_binding(draft, environment, variable, secret)),
    };
    draft.put(id, Overview::Binding(binding));
}

fn new_binding(
    draft: &mut Draft<'_>,
    environment: ObjectId,
    variable: &str,
    secret: Option<ObjectId>,
) -> Binding {
    let order = draft.next_order(environment);
    Binding {
        environment,
        variable: variable.into(),
        secret,
        order,
        created: draft.now(),
        others: Box::default(),
    }
}

/// Whether an environment above this one gives the variable a value that reaches it.
fn is_inherited(draft: &Draft<'_>, environment: ObjectId, variable: &str) -> Result<bool, Refusal> {
    let child = draft.environment(environment)?;
    let mut seen: ById<ObjectId, ()> = [environment].into_iter().collect();
    let mut next = child.parent;
    while let Some(at) = next.filter(|at| seen.insert(*at, ()).is_none()) {
        let Ok(it) = draft.environment(at) else { break };
        let own = draft.binding(at, variable).filter(|(_, it)| draft.speaks(it));
        if let Some((_, binding)) = own {
            return Ok(binding.secret.is_some());
        }
        next = it.parent.filter(|_| it.project == child.project);
    }
    Ok(false)
}
