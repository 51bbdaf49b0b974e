//! The rules of a deployment (`PROTOCOL.md` §11, §12): which accounts and logs are on its list, who is invited, how much each
//! may hold, and what its administrator asks. They run in the one object of the deployment.

mod admin;
mod kept;
mod list;

pub use admin::{Administered, Then, administer};
pub use kept::{SCHEMA, erased, erasing, next_wake, settled, undone, unsettled};
pub use list::{Wanted, list};
