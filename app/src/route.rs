//! Where a person is: one screen for each route, kept in the address after `#`, with random ids and no names.

use desk::Id;
use leptos::prelude::window;

/// A place in the app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Route {
    /// Every project.
    #[default]
    Projects,
    /// A project's grid, with a secret's panel beside it.
    Project(Id, Option<Id>),
    /// Every secret, with a secret's panel beside it.
    Registry(Option<Id>),
    /// What can be brought back.
    Trash,
    /// Files on their way in, to a project where one was open.
    Import(Option<Id>),
    /// A project on its way out, from an environment where one was chosen.
    Export(Id, Option<Id>),
    /// The page that the panel stands beside.
    Page,
    /// Who did what and when.
    Activity,
    /// What a person can set.
    Settings,
}

impl Route {
    /// Reads the part of an address after `#`; what it does not know is the list of projects.
    pub fn parse(hash: &str) -> Self {
        let mut parts = hash.trim_start_matches('#').trim_matches('/').split('/');
        let screen = parts.next().unwrap_or_default();
        let first = parts.next().and_then(Id::parse);
        let second = parts.next().and_then(Id::parse);
        match (screen, first) {
            ("project", Some(project)) => Self::Project(project, second),
            ("registry", secret) => Self::Registry(secret),
            ("trash", _) => Self::Trash,
            ("import", project) => Self::Import(project),
            ("export", Some(project)) => Self::Export(project, second),
            ("page", _) => Self::Page,
            ("activity", _) => Self::Activity,
            ("settings", _) => Self::Settings,
            _ => Self::Projects,
        }
    }

    /// The address that leads here, from `#`.
    pub fn path(self) -> String {
        match self {
            Self::Projects => "#/projects".into(),
            Self::Project(project, secret) => join("#/project/", Some(project), secret),
            Self::Registry(secret) => join("#/registry/", secret, None),
            Self::Trash => "#/trash".into(),
            Self::Import(project) => join("#/import/", project, None),
            Self::Export(project, environment) => join("#/export/", Some(project), environment),
            Self::Page => "#/page".into(),
            Self::Activity => "#/activity".into(),
            Self::Settings => "#/settings".into(),
        }
    }

    /// The route that the address bar holds.
    pub fn here() -> Self {
        Self::parse(&window().location().hash().unwrap_or_default())
    }

    /// Goes there, leaving a step to come back by.
    pub fn go(self) {
        // A hash is always accepted; a frozen page has nobody to tell.
        let _ = window().location().set_hash(&self.path());
    }

    /// Whether both are the same screen, whatever is open beside it.
    pub fn same_screen(self, other: Self) -> bool {
        match (self, other) {
            (Self::Project(one, _), Self::Project(two, _)) => one == two,
            (Self::Export(..), Self::Export(..)) => self == other,
            _ => std::mem::discriminant(&self) == std::mem::discriminant(&other),
        }
    }
}

fn join(screen: &str, first: Option<Id>, second: Option<Id>) -> String {
    let mut path = screen.trim_end_matches('/').to_owned();
    for id in [first, second].into_iter().flatten() {
        path.push('/');
        path.push_str(&id.to_string());
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_reads_back_from_its_path() {
        let (one, two) = (Id([1; 16]), Id([0xfe; 16]));
        let routes = [
            Route::Projects,
            Route::Project(one, None),
            Route::Project(one, Some(two)),
            Route::Registry(None),
            Route::Registry(Some(two)),
            Route::Trash,
            Route::Import(None),
            Route::Import(Some(one)),
            Route::Export(one, None),
            Route::Export(one, Some(two)),
            Route::Page,
            Route::Activity,
            Route::Settings,
        ];
        for route in routes {
            assert_eq!(Route::parse(&route.path()), route);
        }
    }

    #[test]
    fn what_is_no_route_is_the_list_of_projects() {
        for hash in ["", "#", "#/", "#/project", "#/project/shop-api", "#/<script>", "#/export/00"] {
            assert_eq!(Route::parse(hash), Route::Projects, "{hash}");
        }
    }
}
