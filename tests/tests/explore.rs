//! Three devices, and a relay that shows each of them whatever it likes of what they signed: stateright goes through everything
//! that can come of that with a few commits, by the decisions of `vault::session::meeting` themselves.
//!
//! Each device keeps what it settled, and what it wrote; so two views that parted are never one again.
#![expect(clippy::unwrap_used, reason = "a test's helper fails by panicking")]

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use protocol::{DeviceId, Hash};
use stateright::{Checker, Model, Property};
use vault::session::meeting::{Link, Meeting, Place, fork, unsettled};
use weakness::Weakness;

const DEVICES: usize = 3;
/// Commits at most, the founding one among them.
const COMMITS: u8 = 6;

/// A commit by its number; the first is the founding one.
type Number = u16;

/// Where a commit stands and what it says: the write of a device, by which it is known when it is made again.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Commit {
    prev: Option<Number>,
    device: usize,
    write: u8,
}

/// Every commit that there can be, each once, with the log up to it.
struct Commits {
    all: Vec<Commit>,
    numbers: HashMap<Commit, Number>,
    chains: Vec<Arc<[Number]>>,
    links: Vec<Arc<[Link]>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Device {
    /// The head of its chain.
    head: Number,
    /// The last commit that the relay acknowledged or served.
    settled: Number,
    /// How often it wrote.
    writes: u8,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct World {
    devices: [Device; DEVICES],
    /// What the relay was sent.
    sent: BTreeSet<Number>,
    /// How many commits were made.
    made: u8,
    /// What came over a device that may not.
    fault: Option<Fault>,
}

/// What a device may not come to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Fault {
    /// What it settled is not in its chain.
    Unsettled,
    /// Something that it had is gone.
    Lost,
    /// Something is there twice.
    Doubled,
}

/// What happens to a device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Event {
    Write,
    /// It meets a relay that shows the log up to this commit; and the answer to what it sends comes, or is lost.
    Meet {
        shown: Number,
        is_answered: bool,
    },
}

impl Commits {
    fn new() -> Self {
        let mut commits =
            Self { all: Vec::new(), numbers: HashMap::new(), chains: Vec::new(), links: Vec::new() };
        commits.number(Commit { prev: None, device: 0, write: 0 });
        commits
    }

    fn number(&mut self, commit: Commit) -> Number {
        if let Some(number) = self.numbers.get(&commit) {
            return *number;
        }
        let number = Number::try_from(self.all.len()).unwrap();
        let chain = commit.prev.map_or_else(Vec::new, |prev| self.chain(prev).to_vec());
        let links = commit.prev.map_or_else(Vec::new, |prev| self.links(prev).to_vec());
        let link = Link {
            seq: chain.len() as u64,
            prev: links.last().map_or(Hash::ZERO, |last| last.hash),
            hash: hash(number),
            device: id(commit.device),
        };
        self.chains.push(chain.into_iter().chain([number]).collect());
        self.links.push(links.into_iter().chain([link]).collect());
        self.all.push(commit);
        self.numbers.insert(commit, number);
        number
    }

    fn get(&self, number: Number) -> Commit {
        self.all[usize::from(number)]
    }

    /// The log up to a commit, from the founding one on.
    fn chain(&self, head: Number) -> Arc<[Number]> {
        Arc::clone(&self.chains[usize::from(head)])
    }

    fn links(&self, head: Number) -> Arc<[Link]> {
        Arc::clone(&self.links[usize::from(head)])
    }

    fn writes(&self, chain: &[Number]) -> BTreeSet<(usize, u8)> {
        chain.iter().map(|number| (self.get(*number).device, self.get(*number).write)).collect()
    }
}

fn hash(number: Number) -> Hash {
    let mut hash = [0xAA; 32];
    hash[..2].copy_from_slice(&number.to_le_bytes());
    Hash::new(hash)
}

fn id(device: usize) -> DeviceId {
    DeviceId::new([u8::try_from(device).unwrap(); 16])
}

fn place(link: &Link) -> Place {
    (link.seq, link.hash)
}

/// What becomes of a world by an event on a device; `None` if nothing does, or it takes more commits than there are.
fn next(world: &World, at: usize, event: Event, commits: &mut Commits) -> Option<World> {
    let mut next = match event {
        Event::Write => write(world.clone(), at, commits),
        Event::Meet { shown, is_answered } => met(world, at, shown, is_answered, commits),
    }?;
    next.fault = fault(&world.devices[at], &next.devices[at], commits);
    Some(next)
}

fn met(world: &World, at: usize, shown: Number, is_answered: bool, commits: &mut Commits) -> Option<World> {
    let device = world.devices[at];
    let meeting = meet(&commits.links(device.head), &commits.links(shown));
    let is_sent = matches!(meeting, Meeting::Behind { .. });
    if !is_sent && (!is_answered || shown == device.head && shown == device.settled) {
        // No answer is lost, and nothing is new.
        return None;
    }
    let mut world = world.clone();
    match meeting {
        Meeting::Same | Meeting::Ahead => {
            world.devices[at].head = shown;
            settle(&mut world.devices[at], shown, commits);
        }
        Meeting::Behind { from } => {
            world.sent.extend(commits.chain(device.head).iter().skip(usize::try_from(from).unwrap()));
            if is_answered {
                settle(&mut world.devices[at], device.head, commits);
            }
        }
        Meeting::Apart => return rebase(world, at, shown, commits),
        Meeting::Untrue => return None,
    }
    Some(world)
}

/// How the vault has it.
fn meet(own: &[Link], served: &[Link]) -> Meeting {
    let (head, theirs) = (own.last().unwrap(), served.last().unwrap());
    if let Some(first) = served.get(own.len()) {
        return Meeting::at_next(place(head), first);
    }
    let there = own.get(served.len() - 1).filter(|_| served.len() < own.len());
    Meeting::at_head(place(head), place(theirs), there.map(|link| link.hash))
}

fn write(mut world: World, at: usize, commits: &mut Commits) -> Option<World> {
    let device = &mut world.devices[at];
    device.writes += 1;
    world.made += 1;
    let commit = Commit { prev: Some(device.head), device: at, write: device.writes };
    if world.made > COMMITS {
        return None;
    }
    device.head = commits.number(commit);
    Some(world)
}

/// Makes what the device wrote again behind what it is shown, where the vault does.
fn rebase(mut world: World, at: usize, shown: Number, commits: &mut Commits) -> Option<World> {
    let device = &mut world.devices[at];
    let anchor = commits.links(device.settled).last().map(place);
    let from = usize::try_from(unsettled(anchor)).unwrap();
    let (own, served) = (commits.links(device.head), commits.links(shown));
    let rest = |links: &[Link]| links.get(from..).unwrap_or_default().to_vec();
    let fork = usize::try_from(fork(anchor, &rest(&own), &rest(&served), id(at))?).unwrap();
    served.get(fork)?;
    let mut head = shown;
    for number in commits.chain(device.head).iter().skip(fork) {
        head = commits.number(Commit { prev: Some(head), ..commits.get(*number) });
        world.made += 1;
    }
    device.head = head;
    settle(device, shown, commits);
    (world.made <= COMMITS).then_some(world)
}

/// Never back.
fn settle(device: &mut Device, at: Number, commits: &Commits) {
    if commits.chain(at).len() > commits.chain(device.settled).len() {
        device.settled = at;
    }
}

fn fault(before: &Device, after: &Device, commits: &Commits) -> Option<Fault> {
    let [was, is] = [before, after].map(|device| commits.chain(device.head));
    if !is.starts_with(&commits.chain(before.settled)) {
        return Some(Fault::Unsettled);
    }
    if !commits.writes(&was).is_subset(&commits.writes(&is)) {
        return Some(Fault::Lost);
    }
    (commits.writes(&is).len() < is.len()).then_some(Fault::Doubled)
}

const SETTLED: &str = "what was settled stays";
const KEPT: &str = "what was written is there, once";
const PARTED: &str = "two devices settle what is not on one chain";
const WHOLE: &str = "all devices have every commit";

/// Everything that can happen to devices which lack these checks.
struct Log {
    commits: Mutex<Commits>,
    lacks: &'static [Weakness],
}

impl Log {
    fn new(lacks: &'static [Weakness]) -> Self {
        Self { commits: Mutex::new(Commits::new()), lacks }
    }

    fn settled(&self, world: &World) -> [Arc<[Number]>; DEVICES] {
        let commits = self.commits.lock().unwrap();
        world.devices.map(|device| commits.chain(device.settled))
    }

    fn is_parted(&self, world: &World) -> bool {
        let settled = self.settled(world);
        let is_apart = |one: &[Number], other: &[Number]| !one.starts_with(other) && !other.starts_with(one);
        settled.iter().any(|one| settled.iter().any(|other| is_apart(one, other)))
    }

    fn is_whole(&self, world: &World) -> bool {
        let [one, rest @ ..] = self.settled(world);
        one.len() == usize::from(COMMITS) && rest.iter().all(|it| *it == one)
    }
}

impl Model for Log {
    type State = World;
    type Action = (usize, Event);

    fn init_states(&self) -> Vec<World> {
        let devices = [Device { head: 0, settled: 0, writes: 0 }; DEVICES];
        vec![World { devices, sent: BTreeSet::from([0]), made: 1, fault: None }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Self::Action>) {
        for device in 0..DEVICES {
            for (shown, is_answered) in world.sent.iter().flat_map(|it| [(*it, true), (*it, false)]) {
                actions.push((device, Event::Meet { shown, is_answered }));
            }
            actions.push((device, Event::Write));
        }
    }

    fn next_state(&self, world: &World, (device, event): Self::Action) -> Option<World> {
        weakness::with(self.lacks, || next(world, device, event, &mut self.commits.lock().unwrap()))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(SETTLED, |_, world: &World| world.fault != Some(Fault::Unsettled)),
            Property::always(KEPT, |_, world: &World| {
                !matches!(world.fault, Some(Fault::Lost | Fault::Doubled))
            }),
            Property::sometimes(PARTED, Self::is_parted),
            Property::sometimes(WHOLE, Self::is_whole),
        ]
    }
}

#[test]
fn whatever_a_relay_shows_nothing_settled_or_written_is_lost_and_no_views_that_parted_are_joined() {
    let start = Instant::now();
    let checker = Log::new(&[]).checker().spawn_bfs().join();
    let (worlds, events) = (checker.unique_state_count(), checker.state_count() - 1);
    println!("{worlds} worlds by {events} events in {} ms", start.elapsed().as_millis());
    checker.assert_properties();
    assert!(worlds > 10_000, "{worlds} worlds are no proof");
}

#[test]
fn without_its_anchor_a_device_is_found_to_lose_what_was_settled() {
    let checker = Log::new(&[Weakness::Anchor]).checker().spawn_bfs().join();
    println!("{:?}", checker.assert_any_discovery(SETTLED).into_actions());
}
