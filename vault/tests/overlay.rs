//! Overlay and references against a model that is too simple to be wrong, over 100,000 random trees.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::collections::BTreeMap;

use protocol::{ObjectId, ScopeId};
use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};
use vault::grid::{CellState, Grid};
use vault::model::{
    Binding, Details, Environment, Expiry, Kind, Model, Overview, Position, Project, Secret, SecretValue,
    Timestamp,
};
use vault::overlay::{Chain, Effect};
use vault::reference::{Broken, Reason, Resolver};

const TREES: u64 = 100_000;
const KEYS: [&str; 3] = ["A", "B", "C"];

/// An environment as plain data: parent, and what it says of each key (a value, a tombstone, nothing).
#[derive(Clone)]
struct Plain {
    parent: Option<usize>,
    says: [Option<Option<usize>>; 3],
}

struct Tree {
    environments: Vec<Plain>,
    /// Texts of the secrets.
    values: Vec<String>,
    /// Puts are in this order: a later one wins.
    positions: Vec<u64>,
}

fn id(kind: u8, at: usize) -> ObjectId {
    let mut bytes = [kind; 16];
    bytes[8..].copy_from_slice(&u64::try_from(at).unwrap().to_be_bytes());
    ObjectId::new(bytes)
}

fn below(rng: &mut impl RngCore, end: usize) -> usize {
    usize::try_from(rng.next_u32()).unwrap() % end
}

impl Tree {
    fn generate(rng: &mut impl RngCore) -> Self {
        let count = 1 + below(rng, 5);
        let mut values = Vec::new();
        let environments = (0..count).map(|_| Plain::generate(rng, count, &mut values)).collect();
        let mut positions: Vec<u64> = (1..=u64::try_from(count).unwrap()).collect();
        (1..count).for_each(|at| positions.swap(at, below(rng, at + 1)));
        Self { environments, values, positions }
    }

    fn model(&self) -> Model {
        let mut model = Model::new();
        let scope = ScopeId::new([9; 16]);
        let project = Project {
            name: "P".into(),
            slug: "p".into(),
            order: 0,
            archived: false,
            note: Box::default(),
            scope,
            created: Timestamp(0),
            others: Box::default(),
        };
        model.insert(id(1, 0), Overview::Project(project), false, Position::default());
        for (at, plain) in self.environments.iter().enumerate() {
            let environment = Environment {
                project: id(1, 0),
                name: format!("e{at}").into(),
                slug: format!("e{at}").into(),
                kind: Kind::NonProd,
                order: u64::try_from(at).unwrap(),
                parent: plain.parent.map(|parent| id(2, parent)),
                scope,
                created: Timestamp(0),
                others: Box::default(),
            };
            let position = Position { seq: self.positions[at], entry: 0 };
            model.insert(id(2, at), Overview::Environment(environment), false, position);
            self.bind(at, plain, &mut model);
        }
        for at in 0..self.values.len() {
            let details = Details { name: "A".into(), ..Details::default() };
            let secret = Secret { details, ..Secret::default() };
            model.insert(id(3, at), Overview::Secret(Box::new(secret)), false, Position::default());
        }
        model
    }

    fn bind(&self, at: usize, plain: &Plain, model: &mut Model) {
        for (key, says) in plain.says.iter().enumerate() {
            let Some(secret) = says else { continue };
            let binding = Binding {
                environment: id(2, at),
                variable: KEYS[key].into(),
                secret: secret.map(|secret| id(3, secret)),
                order: 0,
                created: Timestamp(0),
                others: Box::default(),
            };
            model.insert(id(4, at * 3 + key), Overview::Binding(binding), false, Position::default());
        }
    }

    /// The parent, if the environment is not the one where its circle is cut.
    fn parent(&self, at: usize) -> Option<usize> {
        let mut circle = vec![at];
        let mut next = self.environments[at].parent;
        while let Some(it) = next.filter(|it| *it != at && circle.len() <= self.environments.len()) {
            circle.push(it);
            next = self.environments[it].parent;
        }
        let last = circle.iter().max_by_key(|it| self.positions[**it]);
        if next == Some(at) && last == Some(&at) { None } else { self.environments[at].parent }
    }

    /// The nearest environment that says something of a key, itself included, with what it says.
    fn nearest(&self, at: usize, key: usize) -> Option<(usize, Option<usize>)> {
        match self.environments[at].says[key] {
            Some(says) => Some((at, says)),
            None => self.parent(at).and_then(|parent| self.nearest(parent, key)),
        }
    }

    fn effect(&self, at: usize, key: usize) -> Effect {
        let above = |at| self.parent(at).and_then(|parent| self.nearest(parent, key));
        match self.nearest(at, key) {
            None => Effect::Missing,
            Some((from, Some(secret))) => Effect::Set {
                binding: id(4, from * 3 + key),
                secret: id(3, secret),
                from: id(2, from),
                over: above(from).filter(|(_, says)| says.is_some()).map(|(over, _)| id(2, over)),
            },
            Some((by, None)) => match above(by) {
                Some((from, Some(_))) => Effect::Hidden { by: id(2, by), from: id(2, from) },
                _ => Effect::Missing,
            },
        }
    }

    /// The value with its references filled in, by replacing them one at a time.
    fn resolve(&self, at: usize, key: usize, path: &[(usize, usize)]) -> Result<String, Vec<Broken>> {
        let (_, secret) = self.nearest(at, key).unwrap();
        let path = [path, &[(at, key)]].concat();
        let (mut out, mut broken) = (String::new(), Vec::new());
        for word in self.values[secret.unwrap()].split_inclusive(' ') {
            match self.word(word.trim_end(), at, &path) {
                Ok(text) => out.push_str(&text),
                Err(more) => broken.extend(more),
            }
            out.push(' ');
        }
        if broken.is_empty() { Ok(out) } else { Err(broken) }
    }

    fn word(&self, word: &str, at: usize, path: &[(usize, usize)]) -> Result<String, Vec<Broken>> {
        let Some(inner) = word.strip_prefix("${").and_then(|it| it.strip_suffix('}')) else {
            return Ok(word.to_owned());
        };
        let broken = |reason| Err(vec![Broken { reference: word.to_owned(), reason }]);
        let parts: Vec<&str> = inner.split('.').collect();
        let names = |slug: &str| (0..self.environments.len()).find(|it| format!("e{it}") == slug);
        let target = match parts[..] {
            [_] => Some(at),
            [slug, _] | ["p", slug, _] => names(slug),
            _ => None,
        };
        let key = KEYS.iter().position(|key| Some(key) == parts.last());
        let (Some(target), Some(key)) = (target, key) else { return broken(Reason::Unknown) };
        if let Some(start) = path.iter().position(|it| *it == (target, key)) {
            let circle = [&path[start..], &[(target, key)]].concat();
            let names = circle.into_iter().map(|(at, key)| format!("p.e{at}.{}", KEYS[key]));
            return broken(Reason::Cycle(names.collect()));
        }
        if !matches!(self.nearest(target, key), Some((_, Some(_)))) {
            return broken(Reason::Unknown);
        }
        if path.len() > 8 {
            return broken(Reason::TooDeep);
        }
        self.resolve(target, key, path)
    }
}

impl Plain {
    fn generate(rng: &mut impl RngCore, count: usize, values: &mut Vec<String>) -> Self {
        let parent = Some(below(rng, count)).filter(|_| !rng.next_u32().is_multiple_of(4));
        let says = std::array::from_fn(|_| match rng.next_u32() % 5 {
            0 | 1 => None,
            2 => Some(None),
            _ => {
                values.push(text(rng, count));
                Some(Some(values.len() - 1))
            }
        });
        Self { parent, says }
    }
}

fn text(rng: &mut impl RngCore, count: usize) -> String {
    let words = (0..1 + below(rng, 2)).map(|_| match rng.next_u32() % 6 {
        0 => format!("${{{}}}", KEYS[below(rng, 3)]),
        1 => format!("${{e{}.{}}}", below(rng, count + 1), KEYS[below(rng, 3)]),
        2 => format!("${{p.e{}.{}}}", below(rng, count), KEYS[below(rng, 3)]),
        _ => below(rng, 100).to_string(),
    });
    words.map(|word| word + " ").collect()
}

#[test]
fn overlay_agrees_with_the_naive_model() {
    let (mut hidden, mut over, mut cut) = (0, 0, 0);
    for seed in 0..TREES {
        let tree = Tree::generate(&mut ChaCha8Rng::seed_from_u64(seed));
        let model = tree.model();
        for at in 0..tree.environments.len() {
            let chain = Chain::of(&model, id(2, at));
            let mut expected = BTreeMap::new();
            for (key, name) in KEYS.iter().enumerate() {
                let effect = tree.effect(at, key);
                assert_eq!(chain.effect(&model, name), effect, "seed {seed}, e{at}, {name}");
                hidden += u32::from(matches!(effect, Effect::Hidden { .. }));
                over += u32::from(matches!(effect, Effect::Set { over: Some(_), .. }));
                if let Effect::Set { secret, from, .. } = effect {
                    expected.insert(*name, (secret, from));
                }
            }
            let values = chain.values(&model).into_iter().map(|it| (it.variable, (it.secret, it.from)));
            assert_eq!(values.collect::<BTreeMap<_, _>>(), expected, "seed {seed}, e{at}");
            cut += u32::from(tree.parent(at) != tree.environments[at].parent);
        }
    }
    assert!(hidden > 10_000 && over > 10_000 && cut > 10_000, "{hidden} {over} {cut}");
}

#[test]
fn references_agree_with_the_naive_model() {
    let (mut whole, mut unknown, mut circles) = (0, 0, 0);
    for seed in 0..TREES {
        let tree = Tree::generate(&mut ChaCha8Rng::seed_from_u64(seed));
        let model = tree.model();
        let at = tree.environments.len() - 1;
        let lookup = |secret| {
            let at = (0..tree.values.len()).find(|at| id(3, *at) == secret)?;
            Some(SecretValue::from(tree.values[at].trim_end().to_owned()))
        };
        let mut resolver = Resolver::new(&model, lookup);
        for (key, name) in KEYS.iter().enumerate() {
            let found = resolver.resolve(id(2, at), name);
            if !matches!(tree.effect(at, key), Effect::Set { .. }) {
                assert!(found.is_none(), "seed {seed}");
                continue;
            }
            let expected = tree.resolve(at, key, &[]).map_err(sorted);
            let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let found = found.unwrap().map(|value| squeezed(value.expose()));
            assert_eq!(found, expected.map(|text| squeezed(&text)), "seed {seed}, {name}");
            whole += u32::from(found.is_ok());
            for broken in found.err().into_iter().flatten() {
                unknown += u32::from(broken.reason == Reason::Unknown);
                circles += u32::from(matches!(broken.reason, Reason::Cycle(_)));
            }
        }
    }
    assert!(whole > 10_000 && unknown > 10_000 && circles > 1_000, "{whole} {unknown} {circles}");
}

fn sorted(mut broken: Vec<Broken>) -> Vec<Broken> {
    broken.sort();
    broken.dedup();
    broken
}

#[test]
fn a_row_of_the_grid_says_where_values_come_from() {
    let says = |a| [a, None, None];
    let environments = vec![
        Plain { parent: None, says: says(Some(Some(0))) },
        Plain { parent: Some(0), says: says(None) },
        Plain { parent: Some(0), says: says(Some(Some(1))) },
        Plain { parent: Some(0), says: says(Some(None)) },
        Plain { parent: None, says: says(Some(Some(0))) },
        Plain { parent: None, says: says(None) },
    ];
    let tree = Tree { environments, values: vec!["x".into(), "y".into()], positions: (0..6).collect() };
    let model = tree.model();
    let grid = Grid::of(&model, id(1, 0));
    assert_eq!(grid.variables(), ["A"]);
    let states: Vec<_> = grid.row("A", Timestamp(0)).into_iter().map(|cell| cell.state).collect();
    let from = id(2, 0);
    let expected = [
        CellState::Own,
        CellState::Inherited { from },
        CellState::Overrides { from },
        CellState::Hidden { from },
        CellState::Same { with: from },
        CellState::Missing,
    ];
    assert_eq!(states, expected);
}

const DAY: u64 = 86_400_000;

#[test]
fn a_cell_is_expired_from_its_time_on_and_about_to_be_two_weeks_before() {
    let environments = vec![Plain { parent: None, says: [Some(Some(0)), None, None] }];
    let tree = Tree { environments, values: vec!["x".into()], positions: vec![0] };
    let mut model = tree.model();
    let details = Details { expires: Some(Timestamp(20 * DAY)), ..Details::default() };
    let secret = Secret { details, ..Secret::default() };
    model.insert(id(3, 0), Overview::Secret(Box::new(secret)), false, Position::default());
    let at = |now| Grid::of(&model, id(1, 0)).row("A", Timestamp(now))[0].expiry;
    assert_eq!([6 * DAY - 1, 6 * DAY].map(at), [None, Some(Expiry::Soon)]);
    assert_eq!([20 * DAY - 1, 20 * DAY].map(at), [Some(Expiry::Soon), Some(Expiry::Past)]);
}

#[test]
fn of_two_bindings_the_later_put_wins() {
    let environments = vec![Plain { parent: None, says: [Some(Some(0)), None, None] }];
    let tree = Tree { environments, values: vec!["x".into(), "y".into()], positions: vec![0] };
    for (seq, winner) in [(0, 9), (7, 0)] {
        let mut model = tree.model();
        let first = model.overview(id(4, 0)).unwrap().clone();
        let mut twin = first.as_binding().unwrap().clone();
        twin.secret = Some(id(3, 1));
        model.insert(id(4, 0), first, false, Position { seq, entry: 0 });
        model.insert(id(4, 9), Overview::Binding(twin), false, Position { seq: 3, entry: 0 });
        assert_eq!(model.own(id(2, 0), "A").unwrap().0, id(4, winner));
        assert_eq!(Chain::of(&model, id(2, 0)).values(&model).len(), 1);
    }
}
