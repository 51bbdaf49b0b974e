//! One secret without its value.

use super::super::convert::{count, details, id, kind, moment, nearing, object, provider_name};
use super::super::refusal;
use desk::{Card, Id, Refusal, Use};
use vault::model::{Binding, Model, Overview, Timestamp};
use vault::port::Store;
use vault::provider;
use vault::session::Session;

/// A secret as its panel shows it, also from the trash.
pub(in super::super) fn card<S: Store>(
    session: &Session<S>,
    secret: Id,
    now: Timestamp,
) -> Result<Card, Refusal> {
    let (model, object) = (session.model(), object(secret));
    let deleted = model.deleted(object).and_then(Overview::as_secret);
    let it = model.secret(object).or(deleted).ok_or(Refusal::Gone)?;
    let versions = session.history(object).map_err(refusal::of)?;
    Ok(Card {
        id: secret,
        details: details(&it.details),
        provider_name: provider_name(&it.details.provider),
        links: links(&it.details.provider),
        uses: model.uses(object).filter_map(|(_, binding)| used(model, binding)).collect(),
        filled: count(it.filled.len() + it.captured.len()),
        revision: versions.first().map_or(0, |version| version.revision),
        created: moment(it.created),
        changed: moment(session.changed(object)),
        expiry: it.expiry(now).map(nearing),
        deleted: deleted.is_some(),
        damaged: session.damaged().contains(&object),
        contested: it.is_contested(),
    })
}

fn links(provider: &str) -> Vec<(String, String)> {
    let Some(it) = provider::find(provider) else { return Vec::new() };
    let pages = [("Documentation", it.docs), ("Replace this key", it.rotate)];
    // The table names pages without their scheme.
    pages
        .into_iter()
        .filter_map(|(label, page)| Some((label.to_owned(), format!("https://{}", page?))))
        .collect()
}

fn used(model: &Model, binding: &Binding) -> Option<Use> {
    let environment = model.environment(binding.environment)?;
    let project = model.project(environment.project)?;
    Some(Use {
        project: id(environment.project),
        project_name: project.name.to_string(),
        environment: id(binding.environment),
        environment_name: environment.name.to_string(),
        kind: kind(environment.kind),
        variable: binding.variable.to_string(),
    })
}
