//! Every change has an inverse, and none breaks a rule, over long random stories.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use proptest::prelude::*;
use protocol::ObjectId;
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use vault::change::{Change, Import, ImportFile, Pair, Place, Refusal, Target, edits};
use vault::grammar;
use vault::model::{Details, Edit, Kind, Model, Overview, Position, SecretValue, Timestamp};
use vault::overlay::{self, Chain};

const NAMES: [&str; 6] = ["dev", "Prod", "café", "日本", "my app", "bad\0name"];
const VARIABLES: [&str; 5] = ["A", "B", "STRIPE_KEY", "1x", "_"];

struct Story {
    model: Model,
    rng: ChaCha20Rng,
    seq: u64,
}

impl Story {
    fn new(seed: u64) -> Self {
        Self { model: Model::new(), rng: ChaCha20Rng::seed_from_u64(seed), seq: 0 }
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        let at = usize::try_from(self.rng.next_u32()).unwrap().checked_rem(from.len())?;
        Some(from[at].clone())
    }

    fn any(&mut self, wanted: fn(&Overview) -> bool) -> ObjectId {
        let all: Vec<_> = self.model.contents().filter(|(_, it)| wanted(it)).map(|(id, _)| id).collect();
        self.pick(&all).unwrap_or(ObjectId::new([0; 16]))
    }

    fn project(&mut self) -> ObjectId {
        self.any(|it| it.as_project().is_some())
    }

    fn environment(&mut self) -> ObjectId {
        self.any(|it| it.as_environment().is_some())
    }

    fn secret(&mut self) -> ObjectId {
        self.any(|it| it.as_secret().is_some())
    }

    fn parent(&mut self) -> Option<ObjectId> {
        let environment = self.environment();
        self.pick(&[None, Some(environment)]).unwrap()
    }

    fn name(&mut self) -> String {
        self.pick(&NAMES).unwrap().to_owned()
    }

    fn variable(&mut self) -> String {
        self.pick(&VARIABLES).unwrap().to_owned()
    }

    fn value(&mut self) -> SecretValue {
        format!("fake {}", self.rng.next_u32()).into()
    }

    fn change(&mut self, depth: u32) -> Change {
        match self.rng.next_u32() % if depth == 0 { 23 } else { 22 } {
            0 => Change::CreateProject { name: self.name() },
            1 => Change::RenameProject { project: self.project(), name: self.name() },
            2 => Change::NoteProject { project: self.project(), note: self.name() },
            3 => Change::ArchiveProject { project: self.project(), archived: true },
            4 => Change::DeleteProject { project: self.project() },
            5 => Change::CreateEnvironment {
                project: self.project(),
                name: self.name(),
                kind: Kind::Prod,
                parent: self.parent(),
            },
            6 => Change::RenameEnvironment { environment: self.environment(), name: self.name() },
            7 => Change::SetKind { environment: self.environment(), kind: Kind::Prod },
            8 => Change::SetParent { environment: self.environment(), parent: self.parent() },
            9 => Change::MoveEnvironment { environment: self.environment(), before: self.parent() },
            10 => Change::DeleteEnvironment { environment: self.environment() },
            11 | 12 => Change::SetValue {
                environment: self.environment(),
                variable: self.variable(),
                value: self.value(),
            },
            13 => Change::Bind {
                environment: self.environment(),
                variable: self.variable(),
                secret: self.secret(),
            },
            14 => Change::Unbind { environment: self.environment(), variable: self.variable() },
            15 => Change::Hide { environment: self.environment(), variable: self.variable() },
            16 => {
                Change::RenameVariable { project: self.project(), from: self.variable(), to: self.variable() }
            }
            17 => Change::ReplaceValue { secret: self.secret(), value: self.value() },
            18 => Change::Describe {
                secret: self.secret(),
                details: Details { name: self.name().into(), ..Details::default() },
            },
            19 => Change::DeleteSecret { secret: self.secret() },
            20 => {
                let trash: Vec<_> = self.model.trash().map(|(id, _)| id).collect();
                Change::Restore { object: self.pick(&trash).unwrap_or(ObjectId::new([0; 16])) }
            }
            21 => Change::Import(self.import()),
            _ => Change::Batch((0..4).map(|_| self.change(1)).collect()),
        }
    }

    fn import(&mut self) -> Import {
        let pairs = |story: &mut Self| {
            (0..3).map(|_| Pair { variable: story.variable(), value: story.value() }).collect()
        };
        let target = Target::New { name: self.name(), kind: Kind::NonProd };
        let files = vec![
            ImportFile { target: target.clone(), pairs: pairs(self) },
            ImportFile { target, pairs: pairs(self) },
        ];
        let project = Place::Existing(self.project());
        let place = if self.rng.next_u32().is_multiple_of(4) { Place::New(self.name()) } else { project };
        Import { project: place, files }
    }

    fn step(&mut self) -> Option<Vec<Edit>> {
        let change = self.change(0);
        self.seq += 1;
        let done = edits(&self.model, change, &mut self.rng, Timestamp(self.seq)).ok()?;
        absorb(&mut self.model, &done, self.seq);
        Some(done)
    }
}

fn absorb(model: &mut Model, edits: &[Edit], seq: u64) {
    for (entry, edit) in (0..).zip(edits) {
        model.absorb(edit, Position { seq, entry });
    }
}

/// A model made from the same objects at once must answer like the one that grew.
fn rebuilt(model: &Model) -> Model {
    let live = model.contents().map(|(id, it)| (id, it.clone(), false, model.position(id)));
    let trash = model.trash().map(|(id, it)| (id, it.clone(), true, model.position(id)));
    live.chain(trash).collect()
}

fn check_rules(model: &Model) {
    for (project, it) in model.projects() {
        assert!(grammar::is_slug(&it.slug));
        let environments = model.environments(project);
        for (id, it) in &environments {
            assert!(grammar::is_slug(&it.slug));
            assert_eq!(environments.iter().filter(|(_, other)| other.slug == it.slug).count(), 1);
            assert!(it.parent.is_none_or(
                |parent| model.environment(parent).is_none() || overlay::parent(model, *id).is_some()
            ));
            let chain = Chain::of(model, *id);
            let root = chain.environments().last().unwrap();
            assert_eq!(overlay::parent(model, *root), None, "a circle was let in");
            assert!(model.raw_bindings(*id).all(|(_, it)| grammar::is_variable(&it.variable)));
        }
        assert_eq!(model.projects().iter().filter(|(_, other)| other.slug == it.slug).count(), 1);
    }
}

#[test]
fn every_change_can_be_taken_back_and_keeps_the_rules() {
    let (mut done, mut refused) = (0, 0);
    for seed in 0..60 {
        let mut story = Story::new(seed);
        for _ in 0..80 {
            let before = story.model.clone();
            let Some(edits) = story.step() else {
                refused += 1;
                continue;
            };
            done += 1;
            let mut back = story.model.clone();
            absorb(&mut back, &Edit::inverse(&edits, &before), story.seq + 1);
            assert!(back.same_contents(&before), "seed {seed}, step {}", story.seq);
            assert_eq!(view(&back), view(&rebuilt(&before)), "seed {seed}, step {}", story.seq);
            check_rules(&story.model);
        }
    }
    assert!(done > 1_000 && refused > 500, "{done} done, {refused} refused");
}

/// What the indexes answer, as far as it does not depend on where in the log things are.
fn view(model: &Model) -> Vec<String> {
    let projects = model.projects().into_iter().map(|(project, it)| {
        let mut lines: Vec<_> = model.environments(project).iter().map(|(id, _)| lines(model, *id)).collect();
        lines.sort();
        format!("{} {lines:?}", it.slug)
    });
    let mut all: Vec<_> = projects.collect();
    all.extend(model.secrets().map(|(id, _)| format!("{id} {:?}", model.uses(id).collect::<Vec<_>>())));
    all.sort();
    all
}

fn lines(model: &Model, environment: ObjectId) -> String {
    format!("{environment} {:?}", Chain::of(model, environment).values(model))
}

#[test]
fn one_edit_for_each_object() {
    let mut story = Story::new(1);
    for _ in 0..300 {
        let Some(edits) = story.step() else { continue };
        let mut objects: Vec<_> = edits.iter().map(Edit::object).collect();
        objects.sort();
        objects.dedup();
        assert_eq!(objects.len(), edits.len());
    }
}

fn run(model: &mut Model, change: Change) -> Result<Vec<Edit>, Refusal> {
    let mut rng = ChaCha20Rng::seed_from_u64(u64::try_from(model.len()).unwrap());
    let seq = u64::try_from(model.len()).unwrap() + 1;
    let done = edits(model, change, &mut rng, Timestamp(seq))?;
    absorb(model, &done, seq);
    Ok(done)
}

fn with_project() -> (Model, ObjectId, Vec<ObjectId>) {
    let mut model = Model::new();
    run(&mut model, Change::CreateProject { name: "App".into() }).unwrap();
    let project = model.projects()[0].0;
    let environments = model.environments(project).iter().map(|(id, _)| *id).collect();
    (model, project, environments)
}

fn set(environment: ObjectId, variable: &str) -> Change {
    Change::SetValue { environment, variable: variable.into(), value: "fake".to_owned().into() }
}

#[test]
fn a_new_project_has_three_environments_and_only_prod_is_prod() {
    let (model, project, _) = with_project();
    let made: Vec<_> =
        model.environments(project).iter().map(|(_, it)| (it.slug.to_string(), it.kind)).collect();
    let expected = [("dev", Kind::NonProd), ("staging", Kind::NonProd), ("prod", Kind::Prod)];
    assert_eq!(made, expected.map(|(slug, kind)| (slug.to_owned(), kind)));
}

#[test]
fn circles_foreign_parents_and_taken_names_are_refused_by_name() {
    let (mut model, project, environments) = with_project();
    let [dev, staging, prod] = environments[..] else { panic!() };
    let parent = |environment, parent| Change::SetParent { environment, parent: Some(parent) };
    run(&mut model, parent(staging, dev)).unwrap();
    run(&mut model, parent(prod, staging)).unwrap();
    let names = ["dev", "prod", "staging", "dev"].map(str::to_owned).to_vec();
    assert_eq!(run(&mut model, parent(dev, prod)), Err(Refusal::Cycle { names }));
    let names = ["dev", "dev"].map(str::to_owned).to_vec();
    assert_eq!(run(&mut model, parent(dev, dev)), Err(Refusal::Cycle { names }));

    run(&mut model, Change::CreateProject { name: "Other".into() }).unwrap();
    let other = model.environments(model.projects()[1].0)[0].0;
    assert_eq!(run(&mut model, parent(dev, other)), Err(Refusal::OtherProject { parent: "dev".into() }));

    let twice = Change::CreateProject { name: "APP".into() };
    assert!(matches!(run(&mut model, twice), Err(Refusal::Taken { name, .. }) if name == "APP"));
    let kin = Change::RenameEnvironment { environment: dev, name: "Prod".into() };
    assert!(matches!(run(&mut model, kin), Err(Refusal::Taken { .. })));
    run(&mut model, Change::CreateProject { name: "a-p-p".into() }).unwrap();
    run(&mut model, Change::CreateProject { name: "a p p".into() }).unwrap();
    assert!(model.projects().iter().any(|(_, it)| &*it.slug == "a-p-p-2"));
    assert!(model.project(project).is_some());
}

#[test]
fn setting_a_bound_value_touches_every_place_of_the_secret_and_no_other_object() {
    let (mut model, _, environments) = with_project();
    run(&mut model, set(environments[0], "A")).unwrap();
    let secret = model.own(environments[0], "A").unwrap().1.secret.unwrap();
    run(&mut model, Change::Bind { environment: environments[1], variable: "B".into(), secret }).unwrap();
    let done = run(&mut model, set(environments[1], "B")).unwrap();
    assert!(matches!(&done[..], [Edit::Put { object, value: Some(_), .. }] if *object == secret));
    assert_eq!(model.uses(secret).count(), 2);
    assert_eq!(model.scopes(secret).len(), 2);
}

#[test]
fn a_deleted_secret_is_silent_and_speaks_again() {
    let (mut model, _, environments) = with_project();
    run(&mut model, set(environments[0], "A")).unwrap();
    let secret = model.own(environments[0], "A").unwrap().1.secret.unwrap();
    run(&mut model, Change::DeleteSecret { secret }).unwrap();
    assert_eq!(model.own(environments[0], "A"), None);
    assert!(Chain::of(&model, environments[0]).values(&model).is_empty());
    assert_eq!(model.trash().count(), 1);
    run(&mut model, Change::Restore { object: secret }).unwrap();
    assert_eq!(model.own(environments[0], "A").unwrap().1.secret, Some(secret));
}

#[test]
fn a_batch_is_all_or_nothing() {
    let (mut model, _, environments) = with_project();
    let before = model.clone();
    let batch = Change::Batch(vec![set(environments[0], "A"), set(environments[0], "not a name")]);
    assert!(matches!(run(&mut model, batch), Err(Refusal::Characters { .. })));
    assert!(model.same_contents(&before));
}

#[test]
fn only_what_is_inherited_can_be_hidden() {
    let (mut model, _, environments) = with_project();
    let hide = || Change::Hide { environment: environments[1], variable: "A".into() };
    run(&mut model, set(environments[0], "A")).unwrap();
    assert_eq!(run(&mut model, hide()), Err(Refusal::NotInherited { variable: "A".into() }));
    let parent = Some(environments[0]);
    run(&mut model, Change::SetParent { environment: environments[1], parent }).unwrap();
    run(&mut model, hide()).unwrap();
    assert!(Chain::of(&model, environments[1]).values(&model).is_empty());
    run(&mut model, Change::Unbind { environment: environments[1], variable: "A".into() }).unwrap();
    assert_eq!(Chain::of(&model, environments[1]).values(&model).len(), 1);
}

#[test]
fn limits_are_refused_with_their_number() {
    let (mut model, _, environments) = with_project();
    let long = "x".repeat(grammar::VALUE + 1);
    let change = Change::SetValue { environment: environments[0], variable: "A".into(), value: long.into() };
    assert!(matches!(run(&mut model, change), Err(Refusal::TooLong { most: grammar::VALUE, .. })));
    let name = "A".repeat(grammar::VARIABLE + 1);
    assert!(matches!(
        run(&mut model, set(environments[0], &name)),
        Err(Refusal::TooLong { most: grammar::VARIABLE, .. })
    ));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn moving_an_environment_puts_it_there_and_keeps_the_rest(from in 0_usize..3, to in 0_usize..4) {
        let (mut model, project, environments) = with_project();
        let before = environments.get(to).copied();
        run(&mut model, Change::MoveEnvironment { environment: environments[from], before }).unwrap();
        let now: Vec<_> = model.environments(project).iter().map(|(id, _)| *id).collect();
        let mut expected: Vec<_> = environments.iter().copied().filter(|id| *id != environments[from]).collect();
        let at = if before == Some(environments[from]) { from } else {
            before.and_then(|it| expected.iter().position(|id| *id == it)).unwrap_or(expected.len())
        };
        expected.insert(at, environments[from]);
        prop_assert_eq!(now, expected);
    }
}
