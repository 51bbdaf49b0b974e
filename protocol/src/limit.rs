//! How much of everything a log may hold (`LOG.md` §2, §3, §7). Each is checked before anything is allocated.

use crate::commit::{HEADER_LENGTH, SIGNATURE_LENGTH};

/// Bytes of a commit's body.
pub const BODY: usize = 512 * 1024;
/// Entries of a commit.
pub const ENTRIES: usize = 2_000;
/// Bytes of entries that an author puts in one commit, so that a checkpoint always finds room.
pub const PACKED_BODY: usize = 448 * 1024;
/// Entries that an author puts in one commit, so that a checkpoint always finds room.
pub const PACKED_ENTRIES: usize = ENTRIES - 1;
/// Bytes of blobs that an author puts with one commit, so that both fit a request.
pub const PACKED_BLOBS: usize = 3 * 1024 * 1024;
/// Commits between two checkpoints.
pub const CHECKPOINT_EVERY: u64 = 256;

/// Bytes of one wrapped key.
pub const WRAPPED: usize = 512;
/// Grants of a member.
pub const GRANTS: usize = 64;
/// Access items of a member.
pub const ACCESS: usize = 64;
/// Parents of a scope.
pub const PARENTS: usize = 4;
/// Scopes above a scope, in all.
pub const ANCESTORS: usize = 16;
/// Scopes that one part lies in.
pub const WRAPS: usize = 1_024;
/// Ranges of erased revisions of one part.
pub const FORGOTTEN: usize = 1_024;
/// Bytes of a sealed blob: 1 MiB of plaintext with its padding, header and tag (`crypto/FORMAT.md` §4).
pub const BLOB: u32 = 1_081_480;
/// Vault heads in an account's checkpoint.
pub const HEADS: usize = 1_024;

/// Members of a log.
pub const MEMBERS: usize = 1_024;
/// Devices of a log, revoked ones included.
pub const DEVICES: usize = 1_024;
/// Scopes of a log.
pub const SCOPES: usize = 65_536;
/// Objects of a log.
pub const OBJECTS: usize = 500_000;
/// Vault heads that an account's log knows.
pub const KNOWN_HEADS: usize = 65_536;
/// The highest epoch of a scope or account key: bounds what a serialised fold may claim.
pub const EPOCHS: u32 = 1_024;

/// Bytes of a request's body (`PROTOCOL.md` §8).
pub const REQUEST: usize = 4 * 1024 * 1024;
/// Bytes of a commit: header, body and signature.
pub const COMMIT: usize = HEADER_LENGTH + BODY + SIGNATURE_LENGTH;
/// Revisions asked for at once.
pub const WANTED: usize = 8_192;
/// Commits, bundles or blobs of an answer.
pub const ANSWERED: usize = 65_536;
/// Bytes of an answer at which it is closed.
pub const PAGE: usize = 1024 * 1024;
/// Bytes of an answer.
pub const ANSWER: usize = 6 * 1024 * 1024;
/// Bytes of a target.
pub const TARGET: usize = 128;
/// Bytes of an origin.
pub const ORIGIN: usize = 256;
/// How many sign-ins of an account that were not answered rightly may be begun in a time, in milliseconds.
pub const SIGN_INS: [(usize, u64); 2] = [(5, 15 * 60_000), (20, 24 * 3_600_000)];
/// How long a challenge may be answered, in milliseconds.
pub const CHALLENGE: u64 = 60_000;
/// How long a registration may be finished, and an admitted device may read, in milliseconds.
pub const ADMITTED: u64 = 600_000;
/// Bytes of a client's frame.
pub const CLIENT_FRAME: usize = 256;
/// Bytes of a commit with its blobs in a relay's frame.
pub const PUSHED: usize = 64 * 1024;
/// How long a socket may be unproven, in milliseconds.
pub const UNPROVEN: u64 = 10_000;
/// Proven sockets of a log.
pub const PROVEN_SOCKETS: usize = 64;
/// Sockets of a log that are not proven.
pub const UNPROVEN_SOCKETS: usize = 16;
/// How far a request's time may be from the relay's, in milliseconds.
pub const CLOCK: u64 = 120_000;
/// Bytes of the body of an administrator's request.
pub const ADMIN_REQUEST: usize = 64;
/// Accounts in one answer to an administrator.
pub const LISTED: usize = 1_000;
/// How many accounts one invite may be good for.
pub const INVITE_USES: u64 = 10_000;
/// How long a log that is on a deployment's list may not be there, in milliseconds.
pub const FOUNDING: u64 = 600_000;

/// Bytes of an object's plaintext.
pub const PLAINTEXT: usize = 1024 * 1024;
/// Fields of an object.
pub const FIELDS: usize = 256;
