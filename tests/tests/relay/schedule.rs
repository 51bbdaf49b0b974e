//! Random days of two to four devices: edits, partitions, requests and answers that are lost, requests that come again, sessions
//! that end, within a sync too and between what they stored and the word of it, clocks that are an hour off. In the end all have
//! the same, and nothing that anybody wrote is lost: neither a value nor a name, a note or a tag.
//!
//! The relay verifies every signature. What devices verify is the same again, and most of what a schedule costs: they do in each
//! tenth.
//!
//! `TACIT_LONG` runs ten times as many.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, RandomState};
use std::panic::resume_unwind;
use std::thread;

use proptest::bool::weighted;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use protocol::ActId;
use vault::ObjectId;
use vault::change::Change;
use vault::model::{Overview, SecretValue, Timestamp};
use vault::session::{Relay, Session, Synced};
use weakness::Weakness;

use crate::account::{connect, enrol};
use crate::ending::End;
use crate::relay::{Fault, InProcess, ORIGIN};
use crate::support::{Device, NOW, PASSPHRASE, block_on, passphrase, rng};

const SCHEDULES: u32 = 10_000;
/// They run in so many parts at once.
const PARTS: u8 = 2;
const NAMES: [&str; 3] = ["ALPHA", "BETA", "GAMMA"];

/// What happens, and on which device.
#[derive(Clone, Copy)]
struct Event {
    device: usize,
    what: What,
}

impl std::fmt::Debug for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {:?}", self.device, self.what)
    }
}

#[derive(Clone, Copy, Debug)]
enum What {
    /// What others shrink to.
    Nothing,
    /// Gives a variable of an environment a value that no other event gives.
    Set {
        environment: usize,
        name: usize,
    },
    Describe {
        secret: usize,
    },
    Bind {
        environment: usize,
        name: usize,
        secret: usize,
    },
    Unbind {
        environment: usize,
        name: usize,
    },
    DeleteSecret {
        secret: usize,
    },
    Rename {
        project: usize,
    },
    CreateProject,
    CreateEnvironment {
        project: usize,
    },
    DeleteEnvironment {
        environment: usize,
    },
    /// Takes back what the device did last.
    Undo,
    Sync,
    /// Sends what waits, as where the relay tells of the rest.
    Send,
    /// A sync that something goes wrong with on the way.
    Fail {
        fault: Fault,
    },
    /// The session ends, and another one begins on what it stored.
    Reopen,
    /// It ends so within a sync.
    End {
        end: End,
    },
}

fn what() -> impl Strategy<Value = What> {
    prop_oneof![
        1 => Just(What::Nothing),
        10 => (0..4_usize, 0..3_usize).prop_map(|(environment, name)| What::Set { environment, name }),
        2 => (0..6_usize).prop_map(|secret| What::Describe { secret }),
        2 => (0..4_usize, 0..3_usize, 0..6_usize)
            .prop_map(|(environment, name, secret)| What::Bind { environment, name, secret }),
        1 => (0..4_usize, 0..3_usize).prop_map(|(environment, name)| What::Unbind { environment, name }),
        1 => (0..6_usize).prop_map(|secret| What::DeleteSecret { secret }),
        1 => (0..3_usize).prop_map(|project| What::Rename { project }),
        1 => Just(What::CreateProject),
        1 => (0..3_usize).prop_map(|project| What::CreateEnvironment { project }),
        1 => (0..4_usize).prop_map(|environment| What::DeleteEnvironment { environment }),
        1 => Just(What::Undo),
        4 => Just(What::Sync),
        2 => Just(What::Send),
        3 => fault().prop_map(|fault| What::Fail { fault }),
        1 => Just(What::Reopen),
        1 => (0..4_usize, any::<bool>())
            .prop_map(|(commits, one_more)| What::End { end: End { commits, one_more } }),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    (0..3_u8, 0..9_usize).prop_map(|(what, after)| match what {
        0 => Fault::LoseAnswer { after },
        1 => Fault::LoseRequestAfter { after },
        _ => Fault::Duplicate { after },
    })
}

/// How far a clock is off, in milliseconds: beyond two minutes a relay wants each request signed by its own.
fn off() -> impl Strategy<Value = i64> {
    prop_oneof![3 => -100_000..100_000_i64, 1 => -3_600_000..3_600_000_i64]
}

/// How many devices, whether they verify signatures, how far their clocks are off, and what happens.
fn schedule() -> impl Strategy<Value = (usize, bool, [i64; 4], Vec<Event>)> {
    let event = (0..4_usize, what()).prop_map(|(device, what)| Event { device, what });
    (2..5_usize, weighted(0.1), [off(), off(), off(), off()], vec(event, 20..23))
}

/// Devices of one account around a relay.
struct Story {
    relay: InProcess,
    devices: Vec<Device>,
    /// What each device did last, the value that it wrote, and what it said something of.
    last: Vec<Option<(ActId, String, Option<ObjectId>)>>,
    /// Every value that was stored somewhere and not taken back.
    written: BTreeSet<String>,
    /// What was said of each thing, and not put in place of by somebody who saw it.
    said: BTreeMap<ObjectId, BTreeSet<String>>,
    /// Which devices have something that the relay has not.
    unsent: Vec<bool>,
    /// Whether two had at once.
    is_parted: bool,
    /// How far each clock is off.
    off: [i64; 4],
    /// Events so far: there is a second between them.
    events: u64,
}

/// How stories of each number of devices begin. It is the same whatever comes: made once, and copied.
#[derive(Default)]
struct Beginnings(BTreeMap<usize, Story>);

impl Beginnings {
    fn story(&mut self, count: usize) -> Story {
        self.0.entry(count).or_insert_with(|| Story::new(count)).copied()
    }
}

impl Story {
    /// The same relay and the same devices, unlocked from copies of what they stored.
    fn copied(&self) -> Self {
        let device = |(at, device): (u64, &Device)| {
            let store = device.store.copied();
            let session = block_on(Session::unlock(store.clone(), &passphrase(PASSPHRASE))).unwrap();
            Device { session, store, kit: None, rng: rng(at) }
        };
        let devices: Vec<Device> = (200..).zip(&self.devices).map(device).collect();
        Self::of(self.relay.copy(), devices)
    }

    fn new(count: usize) -> Self {
        let (mut one, relay) = (Device::new(), InProcess::empty());
        let dev = one.project("shop-api");
        NAMES.iter().for_each(|name| drop(one.set(dev, name, "canary-of-before")));
        connect(&mut one, &relay, PASSPHRASE).unwrap();
        crate::together(&mut one, &relay);
        let others: Vec<Device> =
            (1..count).map(|number| enrol(&one, &relay, PASSPHRASE, 100 + number as u64).unwrap()).collect();
        let devices: Vec<Device> = std::iter::once(one).chain(others).collect();
        let mut story = Self::of(relay, devices);
        story.settle();
        story
    }

    fn of(relay: InProcess, devices: Vec<Device>) -> Self {
        let (last, unsent) = (vec![None; devices.len()], vec![false; devices.len()]);
        Self {
            relay,
            devices,
            last,
            written: BTreeSet::new(),
            said: BTreeMap::new(),
            unsent,
            is_parted: false,
            off: [0; 4],
            events: 0,
        }
    }

    fn run(&mut self, number: usize, event: Event) {
        let at = event.device % self.devices.len();
        self.events += 1;
        match event.what {
            What::Sync => drop(self.sync(at)),
            What::Send => self.send(at),
            What::Fail { fault } => {
                self.relay.fault(fault);
                let _ = self.sync(at);
                self.relay.fault(Fault::None);
            }
            What::Reopen => self.reopen(at),
            What::End { end } => self.end(at, end),
            What::Undo => self.undo(at),
            what => self.change(at, what, number),
        }
    }

    fn undo(&mut self, at: usize) {
        let Some((act, value, object)) = self.last[at].take() else { return };
        let (before, now) = (self.shown(at, object), self.now(at));
        let Device { session, rng, .. } = &mut self.devices[at];
        if block_on(session.undo(act, rng, now)).is_ok() {
            self.written.remove(&value);
            self.unsay(at, object, &before);
        }
    }

    fn change(&mut self, at: usize, what: What, number: usize) {
        let value = format!("canary-{number}");
        let Some(change) = change(&self.devices[at], what, &value) else { return };
        let sets = matches!(change, Change::SetValue { .. });
        let object = match &change {
            Change::Describe { secret, .. } => Some(*secret),
            Change::RenameProject { project, .. } => Some(*project),
            _ => None,
        };
        let (before, now) = (self.shown(at, object), self.now(at));
        let Device { session, rng, .. } = &mut self.devices[at];
        if let Ok(applied) = block_on(session.apply(change, rng, now)) {
            self.unsent[at] |= applied.act.is_some();
            self.is_parted |= self.unsent.iter().filter(|unsent| **unsent).count() > 1;
            self.last[at] = applied.act.map(|act| (act, value.clone(), object));
            self.say(at, object, &before);
            if sets {
                self.written.insert(value);
            }
        }
    }

    /// Names, notes and tags that a device shows of something, the current ones and those beside them.
    fn shown(&self, at: usize, object: Option<ObjectId>) -> BTreeSet<String> {
        let Some(object) = object else { return BTreeSet::new() };
        let session = &self.devices[at].session;
        let beside = session.contested(object);
        let all = session.model().overview(object).into_iter().chain(beside.iter().map(|it| &it.overview));
        all.flat_map(texts).collect()
    }

    /// A device said something else of a thing than it showed before.
    fn say(&mut self, at: usize, object: Option<ObjectId>, before: &BTreeSet<String>) {
        self.unsay(at, object, before);
        let (Some(id), after) = (object, self.shown(at, object)) else { return };
        self.said.entry(id).or_default().extend(after.difference(before).cloned());
    }

    /// It shows something of before no more. What an undo shows in its place was said already, or not at all.
    fn unsay(&mut self, at: usize, object: Option<ObjectId>, before: &BTreeSet<String>) {
        let (Some(id), after) = (object, self.shown(at, object)) else { return };
        let said = self.said.entry(id).or_default();
        said.retain(|text| after.contains(text) || !before.contains(text));
    }

    /// What was said of things that are there and is not shown.
    fn unsaid(&self, at: usize) -> Vec<&String> {
        let model = self.devices[at].session.model();
        let there = self.said.iter().filter(|(id, _)| model.overview(**id).is_some());
        let unsaid = there.flat_map(|(id, said)| {
            let shown = self.shown(at, Some(*id));
            said.iter().filter(move |text| !shown.contains(*text))
        });
        unsaid.collect()
    }

    /// What a device's own clock says.
    fn now(&self, at: usize) -> Timestamp {
        Timestamp((NOW.0 + 1_000 * self.events).saturating_add_signed(self.off[at]))
    }

    fn sync(&mut self, at: usize) -> Result<Synced, vault::session::RemoteError> {
        let now = self.now(at);
        let way = Relay { transport: &self.relay, origin: ORIGIN };
        let Device { session, rng, .. } = &mut self.devices[at];
        let synced = block_on(session.sync(&way, rng, now));
        self.unsent[at] &= synced.is_err();
        synced
    }

    fn reopen(&mut self, at: usize) {
        let device = &mut self.devices[at];
        device.session = block_on(Session::unlock(device.store.clone(), &passphrase(PASSPHRASE))).unwrap();
    }

    fn send(&mut self, at: usize) {
        let now = self.now(at);
        let way = Relay { transport: &self.relay, origin: ORIGIN };
        let Device { session, rng, .. } = &mut self.devices[at];
        let sent = block_on(session.send_waiting(&way, rng, now));
        self.unsent[at] &= sent.is_err();
    }

    fn end(&mut self, at: usize, end: End) {
        let (mut session, now) = (end.session(&self.devices[at]), self.now(at));
        let way = Relay { transport: &self.relay, origin: ORIGIN };
        let synced = block_on(session.sync(&way, &mut self.devices[at].rng, now));
        self.unsent[at] &= synced.is_err();
        self.reopen(at);
    }

    /// One after another comes to the relay, until nothing was new to any of them.
    fn settle(&mut self) {
        let (count, mut quiet) = (self.devices.len(), 0);
        for number in 0..8 * count {
            let is_quiet =
                self.sync(number % count).unwrap() == Synced::Together { taken: 0, sent: 0, again: 0 };
            quiet = if is_quiet { quiet + 1 } else { 0 };
            if quiet == count {
                return;
            }
        }
        panic!("they do not come together");
    }

    /// Every value that a secret has or had, on one device: current, before, beside.
    fn found(&self, at: usize) -> (BTreeSet<String>, usize) {
        let session = &self.devices[at].session;
        let trash = session.model().trash().filter(|(_, it)| it.as_secret().is_some()).map(|(id, _)| id);
        let secrets: Vec<ObjectId> = session.model().secrets().map(|(id, _)| id).chain(trash).collect();
        let (mut found, mut conflicts) = (BTreeSet::new(), 0);
        for secret in secrets {
            for version in session.history(secret).unwrap() {
                let value = block_on(session.value_at(secret, version.revision)).unwrap();
                found.insert(value.expose().to_owned());
            }
            let alternatives = block_on(session.alternatives(secret)).unwrap();
            conflicts += alternatives.len();
            found.extend(alternatives.into_iter().map(|it| it.value.expose().to_owned()));
        }
        (found, conflicts)
    }
}

fn texts(overview: &Overview) -> Vec<String> {
    match overview {
        Overview::Project(project) => vec![project.name.to_string()],
        Overview::Secret(secret) => {
            let tags = secret.details.tags.iter().map(ToString::to_string);
            tags.chain([secret.details.notes.to_string()]).filter(|text| !text.is_empty()).collect()
        }
        _ => Vec::new(),
    }
}

/// What the change does to what that device sees; `None` if there is nothing for it there.
fn change(device: &Device, what: What, value: &str) -> Option<Change> {
    let model = device.session.model();
    let projects: Vec<ObjectId> = model.projects().iter().map(|(id, _)| *id).collect();
    let environments: Vec<ObjectId> =
        projects.iter().flat_map(|id| model.environments(*id)).map(|(id, _)| id).collect();
    let secrets: Vec<ObjectId> = model.secrets().map(|(id, _)| id).collect();
    let pick = |all: &[ObjectId], at: usize| all.get(at % all.len().max(1)).copied();
    let variable = |name: usize| NAMES[name].to_owned();
    Some(match what {
        What::Set { environment, name } => Change::SetValue {
            environment: pick(&environments, environment)?,
            variable: variable(name),
            value: SecretValue::from(value.to_owned()),
        },
        What::Describe { secret } => {
            let secret = pick(&secrets, secret)?;
            let details = model.secret(secret)?.details.clone();
            let tags = Box::new([value.into()]);
            Change::Describe {
                secret,
                details: vault::model::Details { notes: format!("of {value}").into(), tags, ..details },
            }
        }
        What::Bind { environment, name, secret } => Change::Bind {
            environment: pick(&environments, environment)?,
            variable: variable(name),
            secret: pick(&secrets, secret)?,
        },
        What::Unbind { environment, name } => {
            Change::Unbind { environment: pick(&environments, environment)?, variable: variable(name) }
        }
        What::DeleteSecret { secret } => Change::DeleteSecret { secret: pick(&secrets, secret)? },
        What::Rename { project } => {
            Change::RenameProject { project: pick(&projects, project)?, name: value.to_owned() }
        }
        What::CreateProject => Change::CreateProject { name: value.to_owned() },
        What::CreateEnvironment { project } => Change::CreateEnvironment {
            project: pick(&projects, project)?,
            name: value.to_owned(),
            kind: vault::model::Kind::NonProd,
            parent: None,
        },
        What::DeleteEnvironment { environment } => {
            Change::DeleteEnvironment { environment: pick(&environments, environment)? }
        }
        What::Nothing
        | What::Undo
        | What::Sync
        | What::Send
        | What::Fail { .. }
        | What::Reopen
        | What::End { .. } => {
            return None;
        }
    })
}

/// How many schedules ran, and in how many of them what was to be shown was there to be shown.
#[derive(Clone, Copy, Debug, Default)]
struct Ran {
    schedules: usize,
    /// With a value in conflict.
    conflicting: usize,
    /// With devices that each had something which the relay had not.
    parted: usize,
}

/// What is not as it should be in the end; else whether values were in conflict, and devices apart.
fn outcome(mut story: Story, off: [i64; 4], events: &[Event]) -> Result<(bool, bool), TestCaseError> {
    let count = story.devices.len();
    story.off = off;
    events.iter().enumerate().for_each(|(number, event)| story.run(number, *event));
    story.settle();
    let (found, conflicts) = story.found(0);
    let lost: Vec<&String> = story.written.difference(&found).collect();
    prop_assert!(lost.is_empty(), "lost {:?}", lost);
    let unsaid = story.unsaid(0);
    prop_assert!(unsaid.is_empty(), "unsaid {:?}", unsaid);
    for at in 1..count {
        prop_assert!(story.devices[at].contents() == story.devices[0].contents(), "device {}", at);
        prop_assert_eq!(story.devices[at].session.state_root(), story.devices[0].session.state_root());
        let standing = story.devices[at].session.standing();
        prop_assert!(!standing.is_some_and(|it| it.is_copied), "device {} is no copy", at);
        prop_assert!(story.found(at) == (found.clone(), conflicts), "device {}", at);
    }
    let last = count - 1;
    let has = |story: &Story| {
        let device = &story.devices[last];
        (device.contents(), device.session.state_root())
    };
    let before = has(&story);
    story.reopen(last);
    prop_assert!(has(&story) == before, "opened again");
    // From its packs alone, in which what was made again stands behind what it was before.
    story.devices[last].store.tamper(|stored| {
        stored.segments.clear();
        stored.tail.clear();
    });
    story.reopen(last);
    prop_assert!(has(&story) == before, "read anew");
    Ok((conflicts > 0, story.is_parted))
}

/// Runs so many schedules of one seed.
fn ran(schedules: u32, seed: u64) -> Ran {
    let (beginnings, ran) = (RefCell::new(Beginnings::default()), Cell::new(Ran::default()));
    let config = Config { cases: schedules, failure_persistence: None, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let dice = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let run = TestRunner::new_with_rng(config, dice).run(&schedule(), |(count, verifies, off, events)| {
        let story = beginnings.borrow_mut().story(count);
        let unverified = &[Weakness::Signature][..];
        let left_out = if verifies { &[] } else { unverified };
        let (is_conflicting, is_parted) = weakness::with(left_out, || outcome(story, off, &events))?;
        ran.update(|ran| Ran {
            schedules: ran.schedules + 1,
            conflicting: ran.conflicting + usize::from(is_conflicting),
            parted: ran.parted + usize::from(is_parted),
        });
        Ok(())
    });
    if let Err(failure) = run {
        panic!("{failure}");
    }
    ran.get()
}

fn seed() -> u64 {
    let given = std::env::var("TACIT_SEED").ok().and_then(|seed| seed.parse().ok());
    given.unwrap_or_else(|| RandomState::new().hash_one("schedules"))
}

#[test]
fn whatever_happens_all_have_the_same_in_the_end_and_nothing_is_lost() {
    let schedules = if std::env::var_os("TACIT_LONG").is_some() { 100_000 } else { SCHEDULES };
    let seed = seed();
    println!("TACIT_SEED={seed} does the same again");
    let parts = 0..u32::from(PARTS);
    let all: Vec<Ran> = thread::scope(|scope| {
        let part = |part| scope.spawn(move || ran(schedules / u32::from(PARTS), seed.wrapping_add(part)));
        let parts: Vec<_> = parts.map(u64::from).map(part).collect();
        parts.into_iter().map(|part| part.join().unwrap_or_else(|failure| resume_unwind(failure))).collect()
    });
    let sum = |of: fn(&Ran) -> usize| all.iter().map(of).sum::<usize>();
    let (ran, conflicting, parted) = (sum(|it| it.schedules), sum(|it| it.conflicting), sum(|it| it.parted));
    println!("{ran} schedules, {conflicting} with a value in conflict, {parted} with devices apart");
    assert!(conflicting * 100 >= ran * 30, "{conflicting} conflicts are no proof");
    assert!(parted * 100 >= ran * 10, "{parted} partitions are no proof");
}
