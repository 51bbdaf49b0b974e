//! The rules of a log's routes (`PROTOCOL.md` §2 to §7).

mod append;
mod kept;
mod read;
mod sender;

pub(crate) use append::{Brought, append, found, take};
pub(crate) use kept::{SCHEMA, head_of, holding, roster, set_quota};
pub(crate) use read::read;
pub(crate) use sender::Claim;
