//! References in what was just saved.

use super::convert::object;
use super::refusal;
use desk::{Edit, Refusal};
use vault::model::{Model, SecretValue};
use vault::port::Store;
use vault::reference::{Resolver, has_references};
use vault::session::Session;
use vault::{ById, ObjectId, order};

/// The references in values that `edits` saved which lead nowhere or in a circle, as written, each once.
pub(super) async fn broken<S: Store>(session: &Session<S>, edits: &[Edit]) -> Result<Vec<String>, Refusal> {
    let model = session.model();
    let places: Vec<_> = edits.iter().flat_map(|edit| places(edit, model)).collect();
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let opened = values(session, model.secrets().map(|(secret, _)| secret).collect()).await?;
    let lookup = |secret| opened.get(secret)?.as_ref().map(|it| SecretValue::new(it.expose().to_owned()));
    let mut resolver = Resolver::new(model, lookup);
    let resolved = places
        .iter()
        .filter_map(|(environment, variable)| resolver.resolve(*environment, variable).and_then(Result::err));
    Ok(order::distinct(resolved.flatten().map(|broken| broken.reference)))
}

/// The values of secrets, by secret.
pub(super) async fn values<S: Store>(
    session: &Session<S>,
    secrets: ById<ObjectId, ()>,
) -> Result<ById<ObjectId, Option<SecretValue>>, Refusal> {
    let secrets: Vec<ObjectId> = secrets.ids().collect();
    let values = session.values(&secrets).await.map_err(refusal::of)?;
    Ok(secrets.into_iter().zip(values).collect())
}

/// The places at which an edit wrote a value with references.
fn places(edit: &Edit, model: &Model) -> Vec<(ObjectId, String)> {
    match edit {
        Edit::SetValue { environment, variable, value } if has_references(value.expose()) => {
            vec![(object(*environment), variable.clone())]
        }
        Edit::ReplaceValue { secret, value } if has_references(value.expose()) => {
            let uses = model.uses(object(*secret));
            uses.map(|(_, it)| (it.environment, it.variable.to_string())).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::convert::id;
    use super::super::export::tests::vault;
    use super::*;
    use desk::Hidden;

    fn named(pairs: &[(&str, &str)]) -> Vec<String> {
        let (session, environment) = vault(pairs);
        let set = |(variable, value): &(&str, &str)| Edit::SetValue {
            environment,
            variable: (*variable).to_owned(),
            value: Hidden::new((*value).to_owned()),
        };
        let edits: Vec<_> = pairs.iter().map(set).collect();
        pollster::block_on(broken(&session, &edits)).unwrap().into_iter().collect()
    }

    #[test]
    fn references_that_lead_nowhere_are_named() {
        assert_eq!(named(&[("A", "${B} ${NOPE} ${dev.NOPE}"), ("B", "x")]), ["${NOPE}", "${dev.NOPE}"]);
        assert_eq!(named(&[("A", "${B}"), ("B", "${A}")]), ["${A}", "${B}"]);
        assert!(named(&[("A", "${B} $${NOPE}"), ("B", "x")]).is_empty());
    }

    #[test]
    fn a_new_version_is_checked_wherever_it_is_used() {
        let (session, environment) = vault(&[("A", "${NOPE}")]);
        let secret = session.model().own(object(environment), "A").unwrap().1.secret.unwrap();
        let edit = Edit::ReplaceValue { secret: id(secret), value: Hidden::new("${NOPE}".to_owned()) };
        assert_eq!(pollster::block_on(broken(&session, &[edit])).unwrap().len(), 1);
    }
}
