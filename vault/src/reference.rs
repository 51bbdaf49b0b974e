//! Values that refer to others: `${KEY}`, `${env.KEY}`, `${project.env.KEY}`, by slug.
//!
//! A reference is relative to the place it was reached through: `${HOST}` in a value that `dev` inherits means the `HOST`
//! of `dev`. `$${` is a literal `${`. Blanks inside the braces do not count. What does not look like a reference
//! (`${}`, `${A:-b}`) is text.

mod parse;

use protocol::{ById, ObjectId, order};
use zeroize::Zeroizing;

use crate::model::{Model, SecretValue};
use crate::overlay::{Chain, Effect};

pub use parse::{Piece, Reference, pieces};

/// How many references lead on from one to the next at most.
pub const DEPTH: usize = 8;
/// Bytes of a value with its references filled in, at most.
pub const RESOLVED: usize = 1024 * 1024;
/// How many references are followed for one value, at most.
const FOLLOWED: usize = 4_096;

/// Whether `text` has references.
pub fn has_references(text: &str) -> bool {
    pieces(text).iter().any(|piece| matches!(piece, Piece::Reference(_)))
}

/// What has to be stored for `text` to mean itself; `None` where it does as it is.
pub fn escaped(text: &str) -> Option<SecretValue> {
    if !text.contains("$${") && !has_references(text) {
        return None;
    }
    // Room for the longest that can come of it, so that no copy stays behind.
    let mut stored = Zeroizing::new(String::with_capacity(2 * text.len()));
    for (place, part) in text.split("${").enumerate() {
        stored.push_str(if place == 0 { "" } else { "$${" });
        stored.push_str(part);
    }
    Some(SecretValue::new(stored))
}

/// What a stored text means at every place alike; `None` if it has references, whose values depend on the place.
pub fn joined(stored: &str) -> Option<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::with_capacity(stored.len()));
    for piece in pieces(stored) {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Reference(_) => return None,
        }
    }
    Some(text)
}

/// A reference that cannot be filled in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Broken {
    /// As written.
    pub reference: String,
    /// Why not.
    pub reason: Reason,
}

/// Why a reference cannot be filled in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// There is nothing of that name.
    Unknown,
    /// It leads back to where it came from. The places, as `project.environment.KEY`, from one to itself.
    Cycle(Vec<String>),
    /// References nest deeper than [`DEPTH`].
    TooDeep,
    /// The value would become longer than [`RESOLVED`], or be made of too many.
    TooLong,
    /// The value it leads to cannot be opened.
    Closed,
}

/// Fills in references. Values are asked for one at a time, when a reference needs them, and wiped with the resolver.
pub struct Resolver<'a, F> {
    model: &'a Model,
    lookup: F,
    opened: ById<ObjectId, Option<SecretValue>>,
    followed: Vec<ObjectId>,
}

impl<'a, F: FnMut(ObjectId) -> Option<SecretValue>> Resolver<'a, F> {
    /// One that asks `lookup` for the value of a secret; `None` says that it cannot be opened.
    pub const fn new(model: &'a Model, lookup: F) -> Self {
        Self { model, lookup, opened: ById::new(), followed: Vec::new() }
    }

    /// Takes `value` for the value of `secret`, as if it were saved.
    pub fn suppose(&mut self, secret: ObjectId, value: SecretValue) {
        self.opened.insert(secret, Some(value));
    }

    /// The value of a variable with every reference filled in. `None` if it has none there.
    ///
    /// # Errors
    /// References that cannot be filled in: all of them, sorted, each once.
    pub fn resolve(
        &mut self,
        environment: ObjectId,
        variable: &str,
    ) -> Option<Result<SecretValue, Vec<Broken>>> {
        let place = Place { environment, variable: variable.into() };
        let secret = place.secret(self.model)?;
        Some(match self.open(secret) {
            Some(text) => self.fill(place, &text),
            None => Err(vec![Broken { reference: place.name(self.model), reason: Reason::Closed }]),
        })
    }

    /// What `text` would be as the value of a variable.
    ///
    /// # Errors
    /// References that cannot be filled in: all of them, sorted, each once.
    pub fn resolve_text(
        &mut self,
        environment: ObjectId,
        variable: &str,
        text: &str,
    ) -> Result<SecretValue, Vec<Broken>> {
        self.fill(Place { environment, variable: variable.into() }, text)
    }

    /// The secrets that references led to since this was asked last, each once.
    pub fn followed(&mut self) -> Vec<ObjectId> {
        order::distinct(std::mem::take(&mut self.followed))
    }

    fn fill(&mut self, place: Place, text: &str) -> Result<SecretValue, Vec<Broken>> {
        let mut walk = Walk {
            resolver: self,
            path: vec![place],
            followed: 0,
            out: Zeroizing::default(),
            broken: Vec::new(),
        };
        walk.text(text);
        let (out, broken) = (walk.out, walk.broken);
        let broken = order::distinct(broken);
        if broken.is_empty() { Ok(SecretValue::new(out)) } else { Err(broken) }
    }

    fn open(&mut self, secret: ObjectId) -> Option<Zeroizing<String>> {
        let value = self.opened.get_or_insert_with(secret, || (self.lookup)(secret));
        value.as_ref().map(|value| Zeroizing::new(value.expose().to_owned()))
    }
}

impl<F> std::fmt::Debug for Resolver<'_, F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resolver").field("opened", &self.opened.len()).finish_non_exhaustive()
    }
}

/// A variable as seen from an environment.
#[derive(Clone, PartialEq, Eq)]
struct Place {
    environment: ObjectId,
    variable: Box<str>,
}

impl Place {
    fn secret(&self, model: &Model) -> Option<ObjectId> {
        match Chain::of(model, self.environment).effect(model, &self.variable) {
            Effect::Set { secret, .. } => Some(secret),
            Effect::Hidden { .. } | Effect::Missing => None,
        }
    }

    fn name(&self, model: &Model) -> String {
        let environment = model.environment(self.environment);
        let project = environment.and_then(|it| model.project(it.project));
        let project = project.map_or("", |it| &it.slug);
        format!("{project}.{}.{}", environment.map_or("", |it| &it.slug), self.variable)
    }
}

struct Walk<'w, 'a, F> {
    resolver: &'w mut Resolver<'a, F>,
    /// From where it began to where it is.
    path: Vec<Place>,
    followed: usize,
    out: Zeroizing<String>,
    broken: Vec<Broken>,
}

impl<F: FnMut(ObjectId) -> Option<SecretValue>> Walk<'_, '_, F> {
    fn text(&mut self, text: &str) {
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => push(&mut self.out, text),
                Piece::Reference(reference) => self.follow(&reference).unwrap_or_else(|reason| {
                    self.broken.push(Broken { reference: reference.written.to_owned(), reason });
                }),
            }
        }
    }

    fn follow(&mut self, reference: &Reference<'_>) -> Result<(), Reason> {
        let model = self.resolver.model;
        let place = self.target(reference).ok_or(Reason::Unknown)?;
        if let Some(start) = self.path.iter().position(|it| *it == place) {
            let circle = self.path.iter().skip(start).chain([&place]);
            return Err(Reason::Cycle(circle.map(|it| it.name(model)).collect()));
        }
        let secret = place.secret(model).ok_or(Reason::Unknown)?;
        if self.path.len() > DEPTH {
            return Err(Reason::TooDeep);
        }
        self.followed += 1;
        if self.followed > FOLLOWED || self.out.len() > RESOLVED {
            return Err(Reason::TooLong);
        }
        let text = self.resolver.open(secret).ok_or(Reason::Closed)?;
        self.resolver.followed.push(secret);
        self.path.push(place);
        self.text(&text);
        self.path.pop();
        if self.out.len() > RESOLVED { Err(Reason::TooLong) } else { Ok(()) }
    }

    fn target(&self, reference: &Reference<'_>) -> Option<Place> {
        let model = self.resolver.model;
        let here = self.path.last()?.environment;
        let environment = match reference.environment {
            None => here,
            Some(slug) => {
                let project = match reference.project {
                    None => model.environment(here)?.project,
                    Some(slug) => model.projects().into_iter().find(|(_, it)| *it.slug == *slug)?.0,
                };
                model.environments(project).into_iter().find(|(_, it)| *it.slug == *slug)?.0
            }
        };
        Some(Place { environment, variable: reference.key.into() })
    }
}

/// Appends without leaving copies behind: a buffer that is too small is wiped when it is replaced.
fn push(out: &mut Zeroizing<String>, text: &str) {
    let needed = out.len() + text.len();
    if needed > out.capacity() {
        let mut larger = Zeroizing::new(String::with_capacity(needed.max(out.capacity() * 2)));
        larger.push_str(out);
        *out = larger;
    }
    out.push_str(text);
}
