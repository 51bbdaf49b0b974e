//! Taking back: whatever was done, the decrypted vault is the one before, in every order a person sees it in.

use std::collections::BTreeMap;

use protocol::ObjectId;
use rand_core::RngCore;
use vault::change::{Change, Import, ImportFile, Pair, Place, Target};
use vault::model::{Class, Details, Kind, SecretValue, Timestamp};
use vault::overlay::Chain;
use vault::session::Error;

use crate::support::{Contents, Device, NOW, block_on};

/// How many changes are drawn.
const CHANGES: usize = 1_500;
/// Every kind of change, by its number in [`Drawing::change`].
const KINDS: u32 = 25;
const NAMES: [&str; 6] = ["TOKEN", "API_KEY", "DATABASE_URL", "A", "B", "C"];

/// What a person sees: the contents with their values, lists in their order, and what is in effect where.
#[derive(PartialEq)]
struct Seen {
    contents: Contents,
    order: Vec<ObjectId>,
    effective: Vec<(ObjectId, String, ObjectId)>,
}

fn seen(device: &Device) -> Seen {
    let model = device.session.model();
    let projects: Vec<_> = model.projects().iter().map(|(id, _)| *id).collect();
    let environments: Vec<_> =
        projects.iter().flat_map(|id| model.environments(*id)).map(|it| it.0).collect();
    let own = |id: &ObjectId| model.bindings(*id).map(|(id, _)| id).collect::<Vec<_>>();
    let effective = |environment: &ObjectId| {
        let values = Chain::of(model, *environment).values(model);
        values.iter().map(|it| (*environment, it.variable.to_owned(), it.secret)).collect::<Vec<_>>()
    };
    Seen {
        contents: device.contents(),
        order: projects
            .iter()
            .chain(&environments)
            .copied()
            .chain(environments.iter().flat_map(own))
            .collect(),
        effective: environments.iter().flat_map(effective).collect(),
    }
}

/// Draws changes that mean something in the vault as it is.
struct Drawing<'a> {
    device: &'a mut Device,
}

impl Drawing<'_> {
    fn below(&mut self, limit: usize) -> usize {
        self.device.rng.next_u32() as usize % limit.max(1)
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        let at = self.below(of.len());
        of.get(at).copied()
    }

    fn flag(&mut self) -> bool {
        self.below(2) == 0
    }

    fn text(&mut self) -> String {
        format!("name {}", self.below(40))
    }

    fn variable(&mut self) -> String {
        self.one(&NAMES).unwrap_or_default().to_owned()
    }

    fn value(&mut self) -> SecretValue {
        SecretValue::from(format!("value {}", self.below(1_000)))
    }

    fn project(&mut self) -> Option<ObjectId> {
        let all: Vec<_> = self.device.session.model().projects().iter().map(|(id, _)| *id).collect();
        self.one(&all)
    }

    fn environment(&mut self) -> Option<ObjectId> {
        let project = self.project()?;
        self.environment_of(project)
    }

    fn environment_of(&mut self, project: ObjectId) -> Option<ObjectId> {
        let all: Vec<_> = self.device.session.model().environments(project).iter().map(|it| it.0).collect();
        self.one(&all)
    }

    fn sibling(&mut self, environment: ObjectId) -> Option<ObjectId> {
        let project = self.device.session.model().environment(environment)?.project;
        self.environment_of(project).filter(|_| self.below(4) > 0)
    }

    fn secret(&mut self) -> Option<ObjectId> {
        let all: Vec<_> = self.device.session.model().secrets().map(|(id, _)| id).collect();
        self.one(&all)
    }

    fn trash(&mut self) -> Option<ObjectId> {
        let all: Vec<_> = self.device.session.model().trash().map(|(id, _)| id).collect();
        self.one(&all)
    }

    fn kind(&mut self) -> Kind {
        if self.flag() { Kind::Prod } else { Kind::NonProd }
    }

    fn details(&mut self) -> Details {
        let mut tags: Vec<Box<str>> =
            NAMES.iter().filter(|_| self.flag()).map(|tag| tag.to_lowercase().into()).collect();
        tags.sort_unstable();
        Details {
            name: self.variable().into(),
            class: self.one(&[Class::Infrastructure, Class::Service, Class::User]).unwrap_or_default(),
            tags: tags.into(),
            notes: self.text().into(),
            required: self.flag(),
            period: self.flag().then_some(90),
            expires: self.flag().then_some(Timestamp(1_800_000_000_000)),
            ..Details::default()
        }
    }

    fn import(&mut self) -> Option<Import> {
        let project = if self.flag() { Place::New(self.text()) } else { Place::Existing(self.project()?) };
        let mut files = Vec::new();
        for _ in 0..=self.below(2) {
            let target = match project {
                Place::Existing(project) if self.flag() => Target::Existing(self.environment_of(project)?),
                _ => Target::New { name: self.text(), kind: self.kind() },
            };
            let pair = |drawing: &mut Self| Pair { variable: drawing.variable(), value: drawing.value() };
            let pairs = (0..=self.below(4)).map(|_| pair(self)).collect();
            files.push(ImportFile { target, pairs });
        }
        Some(Import { project, files })
    }

    /// Hides one of all variables that are inherited somewhere.
    fn hide(&mut self) -> Option<Change> {
        let model = self.device.session.model();
        let environments = model.projects().into_iter().flat_map(|(id, _)| model.environments(id));
        let values = environments
            .flat_map(|(id, _)| Chain::of(model, id).values(model).into_iter().map(move |it| (id, it)));
        let inherited = values.filter(|(id, it)| it.from != *id).map(|(id, it)| (id, it.variable.to_owned()));
        let mut inherited: Vec<_> = inherited.collect();
        let at = self.below(inherited.len());
        let (environment, variable) = (at < inherited.len()).then(|| inherited.swap_remove(at))?;
        Some(Change::Hide { environment, variable })
    }

    fn batch(&mut self) -> Option<Change> {
        let environment = self.environment()?;
        let set = |variable, value| Change::SetValue { environment, variable, value };
        let first = set(self.variable(), self.value());
        let second = set(self.variable(), self.value());
        let renamed = Change::RenameEnvironment { environment, name: self.text() };
        let secret = Change::CreateSecret { details: self.details(), value: self.value() };
        Some(Change::Batch(vec![first, second, renamed, secret]))
    }

    fn change(&mut self, kind: u32) -> Option<Change> {
        Some(match kind {
            0 => Change::CreateProject { name: self.text() },
            1 => Change::RenameProject { project: self.project()?, name: self.text() },
            2 => Change::NoteProject { project: self.project()?, note: self.text() },
            3 => Change::ArchiveProject { project: self.project()?, archived: self.flag() },
            4 => Change::DeleteProject { project: self.project()? },
            5 => {
                let (project, name, kind) = (self.project()?, self.text(), self.kind());
                Change::CreateEnvironment { project, name, kind, parent: self.environment_of(project) }
            }
            6 => Change::RenameEnvironment { environment: self.environment()?, name: self.text() },
            7 => Change::SetKind { environment: self.environment()?, kind: self.kind() },
            8 => {
                let environment = self.environment()?;
                Change::SetParent { environment, parent: self.sibling(environment) }
            }
            9 => {
                let environment = self.environment()?;
                Change::MoveEnvironment { environment, before: self.sibling(environment) }
            }
            10 => Change::DeleteEnvironment { environment: self.environment()? },
            11 => {
                let (environment, variable) = (self.environment()?, self.variable());
                Change::SetValue { environment, variable, value: self.value() }
            }
            12 => {
                let (environment, variable) = (self.environment()?, self.variable());
                Change::Bind { environment, variable, secret: self.secret()? }
            }
            13 => Change::Unbind { environment: self.environment()?, variable: self.variable() },
            14 => self.hide()?,
            15 => Change::RenameVariable {
                project: self.project()?,
                from: self.variable(),
                to: self.variable(),
            },
            16 => Change::CreateSecret { details: self.details(), value: self.value() },
            17 => Change::ReplaceValue { secret: self.secret()?, value: self.value() },
            18 => {
                let secret = self.secret()?;
                let versions = self.device.session.history(secret).ok()?.len();
                Change::RestoreVersion { secret, revision: 1 + self.below(versions) as u64 }
            }
            19 => Change::Describe { secret: self.secret()?, details: self.details() },
            20 => Change::ArchiveSecret { secret: self.secret()?, archived: self.flag() },
            21 => Change::DeleteSecret { secret: self.secret()? },
            22 => Change::Restore { object: self.trash()? },
            23 => Change::Import(self.import()?),
            24 => self.batch()?,
            _ => return None,
        })
    }
}

/// Draws a change, does it if it breaks no rule, takes it back, does it again, and goes on from one or the other.
#[test]
fn whatever_was_done_can_be_taken_back_and_done_again() {
    let mut device = Device::new();
    let mut undone: BTreeMap<u32, usize> = BTreeMap::new();
    let mut before = seen(&device);
    for round in 0..CHANGES {
        let kind = if round < 40 { [0, 11, 16, 5][round % 4] } else { device.rng.next_u32() % KINDS };
        let Some(change) = (Drawing { device: &mut device }).change(kind) else { continue };
        let shown = format!("{round}: {change:?}");
        let act = match device.apply(change) {
            Ok(applied) => applied.act,
            Err(Error::Refused(_)) => continue,
            Err(error) => panic!("{shown}: {error:?}"),
        };
        let Some(act) = act else { continue };
        let after = seen(&device);
        let back = device.undo(act).unwrap_or_else(|error| panic!("{shown}: {error:?}"));
        assert!(seen(&device) == before, "{shown}: undoing left a trace");
        *undone.entry(kind).or_default() += 1;
        if round % 3 > 0 {
            device.undo(back.act.expect("an act")).unwrap_or_else(|error| panic!("{shown}: {error:?}"));
            assert!(seen(&device) == after, "{shown}: undoing twice is not doing");
            before = after;
        }
        if round % 100 == 0 {
            assert!(seen(&device.reopened()) == before, "{shown}: the log says something else");
        }
    }
    let rare: Vec<_> = (0..KINDS).filter(|kind| undone.get(kind).is_none_or(|times| *times < 5)).collect();
    assert!(rare.is_empty(), "kinds of change hardly tried: {rare:?} of {undone:?}");
}

#[test]
fn a_value_has_the_time_at_which_it_was_last_written_whatever_else_is_written() {
    let mut device = Device::new();
    let dev = device.project("shop-api");
    device.set(dev, "STRIPE_SECRET_KEY", "canary-value-one");
    let secret = device.secret(dev, "STRIPE_SECRET_KEY");
    let at = |hours: u64| Timestamp(NOW.0 + hours * 3_600_000);
    let apply = |device: &mut Device, change, hours| {
        block_on(device.session.apply(change, &mut device.rng, at(hours))).unwrap()
    };
    assert_eq!(device.session.changed(secret), at(0));
    let value = SecretValue::from("canary-value-two".to_owned());
    let replaced = apply(&mut device, Change::ReplaceValue { secret, value }, 1);
    apply(&mut device, Change::ArchiveSecret { secret, archived: true }, 2);
    for device in [&device, &device.reopened()] {
        assert_eq!(device.session.changed(secret), at(1));
    }
    block_on(device.session.undo(replaced.act.unwrap(), &mut device.rng, at(3))).unwrap();
    assert_eq!(device.session.changed(secret), at(3));
    apply(&mut device, Change::RestoreVersion { secret, revision: 2 }, 4);
    apply(&mut device, Change::DeleteSecret { secret }, 5);
    assert_eq!(device.session.changed(secret), at(4), "also of what is in the trash");
}
