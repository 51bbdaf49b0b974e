//! What crosses the wire: the log, its layout and its fold.
//!
//! `LOG.md` is normative; the code quotes its sections. Nothing here holds a key: signatures are made by the caller
//! ([`Unsigned::signed_bytes`]) and checked through [`Verify`].
#![forbid(unsafe_code)]

mod account;
mod by_id;
mod codec;
mod commit;
mod entry;
mod field;
mod fold;
mod hash;
mod id;
mod key;
mod kind;
pub mod limit;
pub mod message;
mod object;
pub mod opaque;
pub mod order;

pub use account::{ArkGrant, Credential, Grantee};
pub use by_id::{ById, Id};
pub use codec::Malformed;
pub use commit::{Commit, HEADER_LENGTH, Header, Newer, RULES, SUITE, Stamp, Undecodable, Unsigned};
pub use entry::{
    Access, AccessMethod, Checkpoint, Delete, Device, Edge, Entry, Forget, Genesis, Grant, Head, Identity,
    LogKind, Member, MemberKind, Note, Part, Put, Rejoin, Revoke, Rights, Scope, UnwrapFrom, Wrap, WrapInto,
    WrapRef, Wrapped, Wraps,
};
pub use field::{Field, Merge};
pub use fold::{
    AccountRecord, Author, Chain, DeviceRecord, Fault, ObjectRecord, PartRecord, Refusal, Rejection,
    RootHasher, Roster, ScopeRecord, Sections, State,
};
pub use hash::Hash;
pub use id::{ActId, Attempt, DeviceId, LogId, ObjectId, PrincipalId, ScopeId};
pub use key::{AgreementKey, Signature, Verify, VerifyingKey};
pub use kind::ObjectKind;
pub use object::{Fields, FieldsRef};
