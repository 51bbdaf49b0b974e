//! A second reader of logs, written from `LOG.md` alone: it takes bytes, shares nothing with the crate, believes every rule
//! of acceptance to hold, and comes to the same state roots.

use std::collections::BTreeMap;

use protocol::Commit;
use sha2::{Digest, Sha256};

type Id = [u8; 16];
type Bytes = Vec<u8>;

/// What is left of some bytes. Fixed sizes and lists as in §1.
struct From<'a>(&'a [u8]);

impl<'a> From<'a> {
    fn take(&mut self, length: usize) -> &'a [u8] {
        let (first, rest) = self.0.split_at(length);
        self.0 = rest;
        first
    }

    fn number(&mut self, length: usize) -> u64 {
        self.take(length).iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
    }

    fn id(&mut self) -> Id {
        self.take(16).try_into().unwrap()
    }

    /// `LP(bytes)`, length included.
    fn wrapped(&mut self) -> Bytes {
        let length = self.number(2);
        [&u16::try_from(length).unwrap().to_le_bytes()[..], self.take(usize::try_from(length).unwrap())]
            .concat()
    }

    /// A list whose count has `width` bytes.
    fn list<T>(&mut self, width: usize, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.number(width)).map(|_| item(self)).collect()
    }

    /// `scope || epoch || wrapped`.
    fn wrap(&mut self) -> (Id, Bytes) {
        let scope = self.id();
        (scope, [&scope[..], self.take(4), &self.wrapped()].concat())
    }
}

fn hash(label: &str, bytes: &[u8]) -> [u8; 32] {
    let label = format!("tacit/v1/{label}");
    let length = u16::try_from(label.len()).unwrap().to_le_bytes();
    Sha256::new().chain_update(length).chain_update(label).chain_update(bytes).finalize().into()
}

struct Member {
    kind: u8,
    /// Generation, signing key, agreement key.
    identity: Bytes,
    grants: Vec<Bytes>,
    access: Vec<Bytes>,
}

struct Device {
    /// Principal, both keys, generation.
    fields: Bytes,
    counter: u64,
    revoked: bool,
}

struct Scope {
    epoch: u32,
    edges: Vec<Bytes>,
    previous: Vec<Bytes>,
}

#[derive(Default)]
struct Part {
    revision: u64,
    seq: u64,
    entry: u16,
    /// Hash and length.
    blob: Bytes,
    wraps: BTreeMap<Id, Bytes>,
    forgotten: Vec<(u64, u64)>,
}

#[derive(Default)]
struct Object {
    deleted: bool,
    parts: [Option<Part>; 2],
}

#[derive(Default)]
struct Account {
    epoch: u32,
    previous: Vec<Bytes>,
    grants: Vec<Bytes>,
    credential: Bytes,
    heads: BTreeMap<Id, Bytes>,
}

#[derive(Default)]
struct Fold {
    log: Id,
    kind: u8,
    seq: u64,
    head: [u8; 32],
    root: Id,
    members: BTreeMap<Id, Member>,
    devices: BTreeMap<Id, Device>,
    scopes: BTreeMap<Id, Scope>,
    objects: BTreeMap<Id, Object>,
    account: Account,
}

impl Fold {
    fn of<'a>(commits: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut fold = Self { account: Account { epoch: 1, ..Account::default() }, ..Self::default() };
        commits.into_iter().enumerate().for_each(|(seq, bytes)| fold.take(seq as u64, bytes));
        fold
    }

    /// §2.
    fn take(&mut self, seq: u64, bytes: &[u8]) {
        let (header, rest) = bytes.split_at(172);
        let mut from = From(header);
        assert_eq!(from.take(12), b"TACITLOG\x01\0\x01\0");
        self.log = from.id();
        assert_eq!(from.number(8), seq);
        assert_eq!(from.take(32), self.head, "prev");
        let (_author, device) = (from.id(), from.id());
        let counter = from.number(8);
        let _time_act_part_parts = from.take(8 + 16 + 2 + 2);
        let length = usize::try_from(from.number(4)).unwrap();
        let (body, signature) = rest.split_at(length);
        assert_eq!((from.take(32), signature.len()), (&hash("body", body)[..], 64));
        let mut entries = From(body);
        for index in 0.. {
            if entries.0.is_empty() {
                break;
            }
            let kind = entries.number(2);
            let length = usize::try_from(entries.number(4)).unwrap();
            let mut entry = From(entries.take(length));
            self.enter(kind, seq, index, &mut entry);
        }
        self.devices.get_mut(&device).unwrap().counter = counter;
        (self.seq, self.head) = (seq, hash("commit", header));
    }

    /// §3.
    fn enter(&mut self, kind: u64, seq: u64, index: u16, from: &mut From<'_>) {
        match kind {
            0x0001 => self.kind = from.take(1)[0],
            0x0002 => {
                let (principal, device) = (from.id(), from.id());
                let fields = [&principal[..], from.take(32 + 32 + 4)].concat();
                self.devices.insert(device, Device { fields, counter: 0, revoked: false });
                from.take(64);
            }
            0x0003 => self.devices.get_mut(&from.id()).unwrap().revoked = true,
            0x0004 => {
                let member = self.members.get_mut(&from.id()).unwrap();
                member.identity = from.take(4 + 32 + 32).to_vec();
                from.take(64);
            }
            0x0005 => {
                let (principal, kind) = (from.id(), from.take(1)[0]);
                let identity = from.take(4 + 32 + 32).to_vec();
                let grants = from.list(2, |from| from.take(16 + 2).to_vec());
                let access = from.list(2, |from| [from.take(16 + 4 + 1 + 4), &from.wrapped()].concat());
                self.members.insert(principal, Member { kind, identity, grants, access });
            }
            0x0006 => self.scope(from),
            0x0007 => self.put(seq, index, from),
            0x0008 => {
                let part = self.part(from);
                let (scope, wrap) = from.wrap();
                assert!(part.wraps.insert(scope, wrap).is_none());
            }
            0x0009 => {
                let part = self.part(from);
                assert!(part.wraps.remove(&from.id()).is_some());
            }
            0x000A => {
                self.objects.get_mut(&from.id()).unwrap().deleted = true;
                from.number(8);
            }
            0x000B => {
                let (object, part) = (from.id(), usize::from(from.take(1)[0]));
                let range = (from.number(8), from.number(8));
                forget(
                    &mut self.objects.get_mut(&object).unwrap().parts[part].as_mut().unwrap().forgotten,
                    range,
                );
            }
            0x000C => {
                assert_eq!(from.take(32), hash("state", &self.serialised()), "the checkpoint's root");
                for (log, head) in from.list(2, |from| (from.id(), from.take(8 + 32).to_vec())) {
                    self.account.heads.insert(log, head);
                }
            }
            0x0020 => self.account.credential = from.take(4 + 4 + 4 * 32).to_vec(),
            0x0021 => {
                self.account.epoch = u32::try_from(from.number(4)).unwrap();
                self.account.previous.push(from.wrapped());
                self.account.grants = from.list(2, |from| [from.take(16), &from.wrapped()].concat());
            }
            0x000D => drop(from.take(8 + 32)),
            _ => {
                assert!(kind & 0x8000 != 0, "an unlisted kind");
                from.0 = &[];
            }
        }
        if kind == 0x0001 {
            from.take(32 + 16 + 32);
        }
        assert!(from.0.is_empty(), "bytes left over in an entry of kind {kind:#06x}");
    }

    fn scope(&mut self, from: &mut From<'_>) {
        let (id, epoch) = (from.id(), u32::try_from(from.number(4)).unwrap());
        let edges = from.list(1, |from| [from.take(16 + 4), &from.wrapped(), &from.wrapped()].concat());
        if self.scopes.is_empty() {
            self.root = id;
        }
        let scope = self.scopes.entry(id).or_insert(Scope { epoch, edges: Vec::new(), previous: Vec::new() });
        (scope.epoch, scope.edges) = (epoch, edges);
        if epoch > 1 {
            scope.previous.push(from.wrapped());
        }
    }

    fn put(&mut self, seq: u64, entry: u16, from: &mut From<'_>) {
        let (object, number) = (from.id(), usize::from(from.take(1)[0]));
        let object = self.objects.entry(object).or_default();
        let revision = from.number(8);
        let wraps = from.list(2, From::wrap).into_iter().collect();
        let blob = from.take(32 + 4).to_vec();
        let forgotten = object.parts[number].take().map(|part| part.forgotten).unwrap_or_default();
        object.parts[number] = Some(Part { revision, seq, entry, blob, wraps, forgotten });
        object.deleted &= number == 1;
    }

    /// The part that an entry names, with its revision.
    fn part(&mut self, from: &mut From<'_>) -> &mut Part {
        let (object, number) = (from.id(), usize::from(from.take(1)[0]));
        let part = self.objects.get_mut(&object).unwrap().parts[number].as_mut().unwrap();
        assert_eq!(from.number(8), part.revision);
        part
    }

    /// §6.
    fn serialised(&self) -> Bytes {
        let mut to =
            [&[1, 0][..], &self.log, &[self.kind], &self.seq.to_le_bytes(), &self.head, &self.root].concat();
        put_all(&mut to, 4, &self.members, |to, (id, it)| {
            to.extend([&id[..], &[it.kind], &it.identity].concat());
            put_all(to, 2, &it.grants, |to, grant| to.extend(grant));
            put_all(to, 2, &it.access, |to, access| to.extend(access));
        });
        put_all(&mut to, 4, &self.devices, |to, (id, it)| {
            to.extend([&id[..], &it.fields, &it.counter.to_le_bytes(), &[u8::from(it.revoked)]].concat());
        });
        put_all(&mut to, 4, &self.scopes, |to, (id, it)| {
            to.extend([&id[..], &it.epoch.to_le_bytes()].concat());
            put_all(to, 1, &it.edges, |to, edge| to.extend(edge));
            to.extend(it.previous.concat());
        });
        put_all(&mut to, 4, &self.objects, |to, (id, it)| {
            to.extend([&id[..], &[u8::from(it.deleted)]].concat());
            let [overview, value] = &it.parts;
            overview.iter().for_each(|part| part.write(to));
            to.push(u8::from(value.is_some()));
            value.iter().for_each(|part| part.write(to));
        });
        if self.kind == 1 {
            self.account.write(&mut to);
        }
        to
    }
}

impl Part {
    fn write(&self, to: &mut Bytes) {
        let at = [&self.revision.to_le_bytes()[..], &self.seq.to_le_bytes(), &self.entry.to_le_bytes()];
        to.extend([&at.concat()[..], &self.blob].concat());
        put_all(to, 2, &self.wraps, |to, (_, wrap)| to.extend(wrap));
        put_all(to, 2, &self.forgotten, |to, (first, last)| {
            to.extend([first.to_le_bytes(), last.to_le_bytes()].concat());
        });
    }
}

impl Account {
    fn write(&self, to: &mut Bytes) {
        to.extend(self.epoch.to_le_bytes());
        to.extend(self.previous.concat());
        put_all(to, 2, &self.grants, |to, grant| to.extend(grant));
        // A credential begins with its epoch.
        to.extend(self.credential.get(..4).unwrap_or(&[0; 4]));
        to.extend(&self.credential);
        put_all(to, 4, &self.heads, |to, (log, head)| to.extend([&log[..], head].concat()));
    }
}

/// A list whose count has `width` bytes.
fn put_all<I>(to: &mut Bytes, width: usize, items: I, mut put: impl FnMut(&mut Bytes, I::Item))
where
    I: IntoIterator<IntoIter: ExactSizeIterator>,
{
    let items = items.into_iter();
    to.extend(&items.len().to_le_bytes()[..width]);
    items.for_each(|item| put(to, item));
}

/// Adds a range; ranges that meet or touch are one.
fn forget(ranges: &mut Vec<(u64, u64)>, (mut first, mut last): (u64, u64)) {
    ranges.retain(|(from, to)| {
        let apart = *to + 1 < first || last + 1 < *from;
        if !apart {
            (first, last) = (first.min(*from), last.max(*to));
        }
        apart
    });
    ranges.push((first, last));
    ranges.sort_unstable();
}

/// What the second reader makes of commits: the head's hash, and the state root.
pub(crate) fn head_and_root(commits: &[Commit]) -> ([u8; 32], [u8; 32]) {
    let bytes: Vec<Bytes> = commits.iter().map(Commit::encode).collect();
    let fold = Fold::of(bytes.iter().map(Vec::as_slice));
    (fold.head, hash("state", &fold.serialised()))
}
