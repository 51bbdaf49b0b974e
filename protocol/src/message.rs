//! What clients and relay say to each other (`PROTOCOL.md`).
//!
//! A request is a [`Route`], a [`Proof`] and a body; an answer is an [`Answer`]. Bodies borrow from the bytes they were read
//! from, so that a megabyte of blobs is not copied to be looked at.

mod account;
mod admin;
mod answer;
mod bundle;
mod frame;
mod proof;
mod recovery;
mod route;
mod wanted;

pub use account::{Admission, Founding, Message, NewCredential, Registering, SignInProof};
pub use admin::{AdminAnswer, AdminProof, AdminRoute, Holding, Invitation, Listed, Quota};
pub use answer::{Answer, Head, Room, Rule};
pub use bundle::Bundle;
pub use frame::{Challenge, ClientFrame, Lock, RelayFrame, SUBPROTOCOL, SocketProof};
pub use proof::{Introduction, Proof, Signed};
pub use recovery::Recovery;
pub use route::{Route, Unroutable};
pub use wanted::{BlobId, Wanted};

use crate::codec::{Malformed, Reader, Writer};
use crate::limit;

/// `list(bytes)` of at most `most` items, each at most `limit` bytes long.
fn read_list<'a>(from: &mut Reader<'a>, most: usize, limit: usize) -> Result<Vec<&'a [u8]>, Malformed> {
    let count = from.count(most)?;
    (0..count).map(|_| from.sized(limit)).collect()
}

fn write_list(to: &mut Writer, items: &[&[u8]]) {
    to.uint(items.len() as u64);
    items.iter().for_each(|item| to.sized(item));
}

/// A list of blobs.
fn read_blobs<'a>(from: &mut Reader<'a>, most: usize) -> Result<Vec<&'a [u8]>, Malformed> {
    read_list(from, most, limit::BLOB as usize)
}
