//! The registry, the trash, and what a search found.

use super::super::convert::{count, id, moment, nearing, provider_name};
use super::{any_contains, part};
use desk::{FoundRow, FoundWindow, RegistryFilter, RegistryRow, RegistryWindow, Window};
use vault::ObjectId;
use vault::model::{Model, Named, Overview, Secret, Timestamp};
use vault::port::Store;
use vault::registry::{self, Filter};
use vault::session::Session;

/// Places that a hit names.
const PLACES: usize = 3;

/// A part of the registry.
pub(in super::super) fn registry(
    session: &Session<impl Store>,
    filter: &RegistryFilter,
    window: Window,
    now: Timestamp,
) -> RegistryWindow {
    let (model, damaged) = (session.model(), session.damaged());
    let RegistryFilter { provider, tag, kind, bound, .. } = filter.clone();
    let of_vault = Filter { provider, tag, kind, bound, archived: false };
    let wanted = filter.text.to_lowercase();
    let mut fitting = registry::list(model, &of_vault);
    let contested = contested_of(model);
    let is_wanted = |secret: &Secret| !filter.contested || secret.is_contested();
    fitting.retain(|(_, secret)| is_wanted(secret) && any_contains(texts(secret), &wanted));
    let facets = registry::facets(model);
    let providers = facets.providers.into_iter().filter_map(|id| Some((id.to_owned(), provider_name(id)?)));
    RegistryWindow {
        rows: part(&fitting, window).iter().map(|it| row(session, *it, &damaged, now)).collect(),
        window,
        total: count(fitting.len()),
        providers: providers.collect(),
        tags: facets.tags.into_iter().map(str::to_owned).collect(),
        kinds: facets.kinds.into_iter().map(str::to_owned).collect(),
        contested,
    }
}

fn contested_of(model: &Model) -> u32 {
    count(model.secrets().filter(|(_, secret)| secret.is_contested()).count())
}

fn texts(secret: &Secret) -> impl Iterator<Item = &str> {
    let details = &secret.details;
    [&*details.name, &*details.provider, &*details.notes]
        .into_iter()
        .chain(details.tags.iter().map(|tag| &**tag))
}

fn row(
    session: &Session<impl Store>,
    (secret, it): Named<'_, Secret>,
    damaged: &[ObjectId],
    now: Timestamp,
) -> RegistryRow {
    RegistryRow {
        id: id(secret),
        name: it.details.name.to_string(),
        provider: provider_name(&it.details.provider),
        kind: it.details.kind.to_string(),
        tags: it.details.tags.iter().map(ToString::to_string).collect(),
        uses: count(session.model().uses(secret).count()),
        changed: moment(session.changed(secret)),
        expiry: it.expiry(now).map(nearing),
        damaged: damaged.contains(&secret),
        contested: it.is_contested(),
    }
}

/// What was deleted and can be brought back: secrets, projects and environments.
pub(in super::super) fn trash(session: &Session<impl Store>, window: Window) -> RegistryWindow {
    let all = session.model().trash().filter_map(|(object, overview)| deleted(session, object, overview));
    let all: Vec<_> = all.collect();
    RegistryWindow {
        rows: part(&all, window).to_vec(),
        window,
        total: count(all.len()),
        providers: Vec::new(),
        tags: Vec::new(),
        kinds: Vec::new(),
        contested: 0,
    }
}

fn deleted(session: &Session<impl Store>, object: ObjectId, overview: &Overview) -> Option<RegistryRow> {
    let (name, kind, changed) = match overview {
        Overview::Project(it) => (&it.name, "project", it.created),
        Overview::Environment(it) => (&it.name, "environment", it.created),
        Overview::Secret(it) => (&it.details.name, "secret", session.changed(object)),
        Overview::Profile(it) => (&it.name, "form", it.created),
        Overview::Binding(_) => return None,
    };
    Some(RegistryRow {
        id: id(object),
        name: name.to_string(),
        provider: None,
        kind: kind.to_owned(),
        tags: Vec::new(),
        uses: 0,
        changed: moment(changed),
        expiry: None,
        damaged: false,
        contested: false,
    })
}

/// A part of what a search found.
pub(in super::super) fn found(model: &Model, hits: &[ObjectId], window: Window) -> FoundWindow {
    FoundWindow {
        rows: part(hits, window).iter().filter_map(|hit| found_row(model, *hit)).collect(),
        window,
        total: count(hits.len()),
    }
}

fn found_row(model: &Model, hit: ObjectId) -> Option<FoundRow> {
    let secret = model.secret(hit)?;
    let places: Vec<_> = model
        .uses(hit)
        .filter_map(|(_, binding)| {
            let environment = model.environment(binding.environment)?;
            Some((environment.project, model.project(environment.project)?, environment))
        })
        .collect();
    let named = |(_, project, environment): &(_, &vault::model::Project, &vault::model::Environment)| {
        (project.name.to_string(), environment.name.to_string())
    };
    Some(FoundRow {
        secret: id(hit),
        name: secret.details.name.to_string(),
        provider: provider_name(&secret.details.provider),
        places: places.iter().take(PLACES).map(named).collect(),
        project: places.first().map(|(project, ..)| id(*project)),
    })
}
