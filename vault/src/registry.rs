//! Every secret, bound or not, filtered and in order.

use protocol::{ObjectId, order};

use crate::model::{Model, Named, Secret};

/// Which secrets are wanted. An empty filter takes all that are not archived.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this provider's, by id.
    pub provider: Option<String>,
    /// Only with this tag.
    pub tag: Option<String>,
    /// Only of this kind.
    pub kind: Option<String>,
    /// Only bound ones, or only unbound ones.
    pub bound: Option<bool>,
    /// Archived ones in place of the others.
    pub archived: bool,
}

/// What a filter can be chosen from: what occurs, each ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets<'a> {
    /// Ids of providers.
    pub providers: Vec<&'a str>,
    /// Tags.
    pub tags: Vec<&'a str>,
    /// Kinds.
    pub kinds: Vec<&'a str>,
}

/// The secrets that `filter` takes, by name.
pub fn list<'a>(model: &'a Model, filter: &Filter) -> Vec<Named<'a, Secret>> {
    let mut rows: Vec<_> = model.secrets().filter(|(id, it)| filter.takes(model, *id, it)).collect();
    order::sort_by(&mut rows, |a, b| (&a.1.details.name, a.0).cmp(&(&b.1.details.name, b.0)));
    rows
}

/// What occurs among all secrets.
pub fn facets(model: &Model) -> Facets<'_> {
    let details = || model.secrets().map(|(_, secret)| &secret.details);
    let filled = |text: &&str| !text.is_empty();
    Facets {
        providers: order::distinct(details().map(|it| &*it.provider).filter(filled)),
        tags: order::distinct(details().flat_map(|it| it.tags.iter().map(|tag| &**tag))),
        kinds: order::distinct(details().map(|it| &*it.kind).filter(filled)),
    }
}

/// Whether a secret is bound in an environment that is there.
pub fn is_bound(model: &Model, secret: ObjectId) -> bool {
    model.uses(secret).next().is_some()
}

impl Filter {
    fn takes(&self, model: &Model, id: ObjectId, secret: &Secret) -> bool {
        let details = &secret.details;
        secret.archived == self.archived
            && self.provider.as_ref().is_none_or(|it| **it == *details.provider)
            && self.kind.as_ref().is_none_or(|it| **it == *details.kind)
            && self.tag.as_ref().is_none_or(|it| details.tags.iter().any(|tag| **tag == **it))
            && self.bound.is_none_or(|it| it == is_bound(model, id))
    }
}

#[cfg(test)]
mod tests {
    use protocol::ScopeId;

    use super::*;
    use crate::model::{Binding, Details, Environment, Kind, Overview, Position, Project, Timestamp};

    fn id(at: u8) -> ObjectId {
        ObjectId::new([at; 16])
    }

    fn model() -> Model {
        let mut model = Model::new();
        let mut add = |at, overview| model.insert(id(at), overview, false, Position::default());
        let (order, created, scope) = (0, Timestamp(0), ScopeId::new([9; 16]));
        let (name, slug, note) = ("P".into(), "p".into(), Box::default());
        add(
            1,
            Overview::Project(Project {
                name,
                slug,
                order,
                archived: false,
                note,
                scope,
                created,
                others: Box::default(),
            }),
        );
        let (name, slug) = ("E".into(), "e".into());
        let (project, kind, parent) = (id(1), Kind::NonProd, None);
        let environment =
            Environment { project, name, slug, kind, order, parent, scope, created, others: Box::default() };
        add(2, Overview::Environment(environment));
        for (at, name, provider, archived) in
            [(5, "B", "stripe", false), (6, "A", "", false), (7, "C", "stripe", true)]
        {
            let tags: Box<[Box<str>]> = if at == 6 { Box::new(["eu".into()]) } else { Box::default() };
            let details =
                Details { name: name.into(), provider: provider.into(), tags, ..Details::default() };
            add(at, Overview::Secret(Box::new(Secret { details, archived, ..Secret::default() })));
        }
        let secret = Some(id(5));
        add(
            8,
            Overview::Binding(Binding {
                environment: id(2),
                variable: "B".into(),
                secret,
                order,
                created,
                others: Box::default(),
            }),
        );
        model
    }

    fn listed(filter: &Filter) -> String {
        list(&model(), filter).iter().map(|(_, it)| &*it.details.name).collect()
    }

    #[test]
    fn each_filter_takes_its_own() {
        let all = Filter::default();
        assert_eq!(listed(&all), "AB");
        assert_eq!(listed(&Filter { provider: Some("stripe".into()), ..all.clone() }), "B");
        assert_eq!(listed(&Filter { tag: Some("eu".into()), ..all.clone() }), "A");
        assert_eq!(listed(&Filter { bound: Some(true), ..all.clone() }), "B");
        assert_eq!(listed(&Filter { bound: Some(false), ..all.clone() }), "A");
        assert_eq!(listed(&Filter { kind: Some("token".into()), ..all.clone() }), "");
        assert_eq!(listed(&Filter { archived: true, ..all }), "C");
    }

    #[test]
    fn facets_are_what_occurs() {
        let model = model();
        let found = facets(&model);
        assert_eq!(found.providers, Vec::from(["stripe"]));
        assert_eq!(found.tags, Vec::from(["eu"]));
        assert!(found.kinds.is_empty());
    }
}
