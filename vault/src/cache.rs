//! What makes opening fast: segments of everything a vault's log leads to, and a tail of what came since.
//!
//! Both are copies. The log and the sealed parts in the packs are what counts.

use crypto::{LocalKey, LocalKind, Manifest, SegmentBuilder};
use protocol::{ById, Commit, DeviceId, Fields, FieldsRef, LogId, ObjectId, Part, State};
use rand_core::CryptoRngCore;
use serde::{Deserialize, Serialize};

use crate::model::{Model, Overview, Position, Timestamp};
use crate::port::Stored;
use crate::record::{self, MANIFEST, SpanRecord, cell, read_sealed, span_of, span_record, with_generation};
use crate::session::Error;
use crate::unlocked::{
    Damage, History, HistoryRow, Logged, Overviews, Saved, Scopes, Vault, Version, trusted,
};

/// A tail with more bytes than this is folded into segments by the next save.
pub(crate) const TAIL_CAPACITY: usize = 256 * 1024;

const CHUNK: usize = 64 * 1024;
const ROWS: usize = 512;
const WHAT: &str = "segments";
const TAIL: &str = "tail";

/// One entry of a segment, behind its version.
#[derive(Debug, Serialize, Deserialize)]
enum Entry<'a> {
    /// A piece of the fold, in order.
    State(#[serde(borrow)] &'a [u8]),
    /// Commits, in order.
    Log(Vec<LoggedRow>),
    /// An object's overview.
    Overview([u8; 16], #[serde(borrow)] &'a [u8]),
    /// Revisions of parts, ascending by object and part (overview, value), those of each in order.
    Versions(Vec<VersionRow>),
    /// The commits that deleted an object.
    Deletions([u8; 16], Vec<u64>),
    /// The next pack's number.
    NextPack(u64),
    /// An object's overview (`false`) or value that does not open.
    Damaged([u8; 16], bool),
}

type LoggedRow = (SpanRecord, u64, [u8; 16], [u8; 16]);
type VersionRow = ([u8; 16], bool, u64, u16, SpanRecord);

/// What one save adds to the tail.
#[derive(Debug, Serialize, Deserialize)]
struct TailRecord {
    commits: Vec<(Vec<u8>, SpanRecord, Vec<SpanRecord>)>,
    overviews: Vec<([u8; 16], Vec<u8>)>,
    next_pack: u64,
}

/// Seals all of `vault` as segments: the manifest's cell, and the segments.
pub(crate) fn seal_segments(
    vault: &Vault,
    key: &LocalKey,
    generation: u64,
    rng: &mut impl CryptoRngCore,
) -> Result<(Vec<u8>, Vec<Vec<u8>>), Error> {
    let mut packer = Packer { builder: SegmentBuilder::new(), full: Vec::new() };
    pack(vault, &mut packer)?;
    let head = vault.state.head();
    let mut manifest = Manifest { seq: head.seq, head: *head.hash.as_bytes(), segments: Vec::new() };
    let mut segments = Vec::new();
    for (number, builder) in (0..).zip(packer.full.iter().chain([&packer.builder])) {
        let (sealed, entry) = builder.seal(key, number, generation, rng);
        segments.push(sealed.into_bytes());
        manifest.segments.push(entry);
    }
    let sealed = manifest.seal(key, generation, rng).map_err(|_| Error::TooMuch)?;
    Ok((with_generation(generation, &sealed), segments))
}

/// Seals one save for the tail.
pub(crate) fn seal_tail(
    saves: &[Saved],
    overviews: &Overviews,
    next_pack: u64,
    key: &LocalKey,
    generation: u64,
    rng: &mut impl CryptoRngCore,
) -> Result<Vec<u8>, Error> {
    let blobs = |saved: &Saved| saved.blobs.iter().copied().map(span_record).collect();
    let commits = saves.iter().map(|saved| (saved.commit.encode(), span_record(saved.span), blobs(saved)));
    let overviews = overviews.iter().map(|(id, overview)| Ok((*id.as_bytes(), encode(overview)?)));
    let record = TailRecord {
        commits: commits.collect(),
        overviews: overviews.collect::<Result<_, Error>>()?,
        next_pack,
    };
    record::seal(key, LocalKind::Tail, 0, generation, &record::encode(&record)?, rng)
}

/// Opens segments and tail, and takes the segments out of `stored`. The scopes' keys come from `scopes`, given the fold.
pub(crate) fn open(
    stored: &mut Stored,
    log: LogId,
    key: &LocalKey,
    scopes: impl FnOnce(&State) -> Result<Scopes, Error>,
) -> Result<Vault, Error> {
    let mut vault = open_segments(stored, key)?.finish(log, scopes)?;
    stored.tail.iter().try_for_each(|bytes| take_tail(&mut vault, key, bytes))?;
    Ok(vault)
}

/// The vault as it was before the commit `before`; `None` where neither segments nor a record of the tail end there.
pub(crate) fn open_before(
    stored: &mut Stored,
    log: LogId,
    key: &LocalKey,
    scopes: impl FnOnce(&State) -> Result<Scopes, Error>,
    before: u64,
) -> Result<Option<Vault>, Error> {
    let mut vault = open_segments(stored, key)?.finish(log, scopes)?;
    for bytes in &stored.tail {
        if vault.state.next_seq() < before {
            take_tail(&mut vault, key, bytes)?;
        }
    }
    Ok((vault.state.next_seq() == before).then_some(vault))
}

struct Packer {
    builder: SegmentBuilder,
    full: Vec<SegmentBuilder>,
}

impl Packer {
    fn push(&mut self, entry: &Entry<'_>) -> Result<(), Error> {
        let bytes = record::encode(entry)?;
        if self.builder.push(&bytes) {
            return Ok(());
        }
        self.full.push(std::mem::take(&mut self.builder));
        if self.builder.push(&bytes) { Ok(()) } else { Err(Error::TooMuch) }
    }
}

fn pack(vault: &Vault, to: &mut Packer) -> Result<(), Error> {
    to.push(&Entry::NextPack(vault.next_pack))?;
    vault.state.encode().chunks(CHUNK).try_for_each(|chunk| to.push(&Entry::State(chunk)))?;
    vault.log.chunks(ROWS).try_for_each(|chunk| {
        let rows = chunk
            .iter()
            .map(|it| (span_record(it.span), it.time.0, *it.device.as_bytes(), *it.act.as_bytes()));
        to.push(&Entry::Log(rows.collect()))
    })?;
    for (id, overview) in vault.model.all() {
        to.push(&Entry::Overview(*id.as_bytes(), &encode(overview)?))?;
    }
    vault
        .history
        .rows()
        .chunks(ROWS)
        .try_for_each(|chunk| to.push(&Entry::Versions(chunk.iter().map(version_row).collect())))?;
    vault.deletions.iter().try_for_each(|(id, seqs)| {
        seqs.chunks(ROWS).try_for_each(|seqs| to.push(&Entry::Deletions(*id.as_bytes(), seqs.to_vec())))
    })?;
    let mut damaged = vault.damage.parts();
    damaged.try_for_each(|(id, part)| to.push(&Entry::Damaged(*id.as_bytes(), part == Part::Value)))
}

/// What the segments say; none is there longer than it is read.
fn open_segments(stored: &mut Stored, key: &LocalKey) -> Result<Image, Error> {
    let (generation, sealed) = read_sealed(cell(stored, MANIFEST, WHAT)?, WHAT)?;
    let manifest = Manifest::open(key, generation, &sealed).map_err(|_| Error::Damaged(WHAT))?;
    if manifest.segments.len() != stored.segments.len() {
        return Err(Error::Damaged(WHAT));
    }
    let segments = std::mem::take(&mut stored.segments);
    // Most of what there is; room for all of it is less to do than moving it whenever there is more.
    let state = Vec::with_capacity(segments.iter().map(Vec::len).sum());
    let mut image = Image { seq: manifest.seq, head: manifest.head, state, ..Image::default() };
    for (number, bytes) in (0..).zip(segments) {
        let sealed = crypto::Sealed::from_store(bytes).map_err(|_| Error::Damaged(WHAT))?;
        let segment = manifest.open_segment(key, number, &sealed).map_err(|_| Error::Damaged(WHAT))?;
        image.overviews.push(Vec::new());
        segment.entries().try_for_each(|bytes| image.take(bytes))?;
    }
    Ok(image)
}

/// What the segments hold, taken apart.
#[derive(Default)]
struct Image {
    seq: u64,
    head: [u8; 32],
    /// Ids, hashes and wrapped keys: what a relay may see.
    state: Vec<u8>,
    log: Vec<Logged>,
    /// By segment, so that none has to be moved when more come: they are most of what there is.
    overviews: Vec<Vec<(ObjectId, Overview)>>,
    history: Vec<HistoryRow>,
    deletions: ById<ObjectId, Vec<u64>>,
    damage: Damage,
    next_pack: u64,
}

impl Image {
    fn take(&mut self, bytes: &[u8]) -> Result<(), Error> {
        match record::decode(bytes, WHAT)? {
            Entry::NextPack(number) => self.next_pack = number,
            Entry::State(chunk) => self.state.extend_from_slice(chunk),
            Entry::Log(rows) => self.log.extend(rows.into_iter().map(logged)),
            Entry::Overview(id, fields) => {
                if let (Some(of_segment), Some(it)) =
                    (self.overviews.last_mut(), read_overview(fields, WHAT)?)
                {
                    of_segment.push((ObjectId::new(id), it));
                }
            }
            Entry::Versions(rows) => self.history.extend(rows.into_iter().map(history_row)),
            Entry::Deletions(id, seqs) => {
                self.deletions.get_or_default(ObjectId::new(id)).extend(seqs);
            }
            Entry::Damaged(id, is_value) => self.damage.mark(ObjectId::new(id), part_of(is_value)),
        }
        Ok(())
    }

    /// The vault, if all of it fits together: the fold is of this log, and its head is the one the manifest names.
    fn finish(
        self,
        log: LogId,
        scopes: impl FnOnce(&State) -> Result<Scopes, Error>,
    ) -> Result<Vault, Error> {
        let damaged = || Error::Damaged(WHAT);
        let state = State::decode(&self.state).map_err(|_| damaged())?;
        let head = state.head();
        let commits = u64::try_from(self.log.len()).map_err(|_| damaged())?;
        let is_one = head.seq == self.seq && *head.hash.as_bytes() == self.head && state.log() == log;
        if !is_one || commits != state.next_seq() {
            return Err(damaged());
        }
        let scopes = scopes(&state)?;
        let Self { log, overviews, history, deletions, damage, next_pack, .. } = self;
        let history = History::of(history).ok_or_else(damaged)?;
        let model = model(&state, overviews).ok_or_else(damaged)?;
        Ok(Vault { state, model, scopes, history, log, deletions, damage, next_pack })
    }
}

/// The model of overviews that are, as the fold's objects, ascending by id.
fn model(state: &State, overviews: Vec<Vec<(ObjectId, Overview)>>) -> Option<Model> {
    let mut objects = state.objects();
    let mut placed = Vec::with_capacity(overviews.iter().map(Vec::len).sum());
    for (id, overview) in overviews.into_iter().flatten() {
        let (_, object) = objects.find(|(known, _)| *known == id)?;
        let at = Position { seq: object.overview.seq, entry: object.overview.entry };
        placed.push((id, overview, object.deleted, at));
    }
    Some(placed.into_iter().collect())
}

fn take_tail(vault: &mut Vault, key: &LocalKey, bytes: &[u8]) -> Result<(), Error> {
    let opened = record::open(key, LocalKind::Tail, 0, bytes, TAIL)?;
    let record: TailRecord = record::decode(opened.as_bytes(), TAIL)?;
    let mut overviews = Overviews::new();
    for (id, fields) in &record.overviews {
        overviews.extend(read_overview(fields, TAIL)?.map(|it| (ObjectId::new(*id), it)));
    }
    for (commit, span, blobs) in record.commits {
        let commit = Commit::decode(&commit).map_err(|_| Error::Damaged(TAIL))?;
        let blobs = blobs.into_iter().map(span_of).collect();
        vault.absorb(&Saved { commit, span: span_of(span), blobs }, &overviews, &trusted)?;
    }
    vault.next_pack = record.next_pack;
    Ok(())
}

fn encode(overview: &Overview) -> Result<Vec<u8>, Error> {
    let bytes = overview.write(Fields::new()).encode().map_err(|_| Error::TooMuch)?;
    Ok(bytes.to_vec())
}

fn read_overview(fields: &[u8], what: &'static str) -> Result<Option<Overview>, Error> {
    let fields = FieldsRef::decode(fields).map_err(|_| Error::Damaged(what))?;
    Ok(Overview::read(&fields))
}

fn logged((span, time, device, act): LoggedRow) -> Logged {
    Logged {
        span: span_of(span),
        time: Timestamp(time),
        device: DeviceId::new(device),
        act: protocol::ActId::new(act),
    }
}

fn version_row((object, part, it): &HistoryRow) -> VersionRow {
    (*object.as_bytes(), *part == Part::Value, it.seq, it.entry, span_record(it.span))
}

const fn history_row((object, is_value, seq, entry, span): VersionRow) -> HistoryRow {
    (ObjectId::new(object), part_of(is_value), Version { seq, entry, span: span_of(span) })
}

const fn part_of(is_value: bool) -> Part {
    if is_value { Part::Value } else { Part::Overview }
}
