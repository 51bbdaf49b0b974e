//! Where a request goes (`PROTOCOL.md` §4).

use std::fmt;

use crate::id::{LogId, ObjectId};
use crate::limit;

/// A route of a log or of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Stores a commit.
    Append(LogId),
    /// Reads commits with their blobs.
    Pull {
        /// Of which log.
        log: LogId,
        /// The first to be read.
        from: u64,
    },
    /// Reads commits.
    Chain {
        /// Of which log.
        log: LogId,
        /// The first to be read.
        from: u64,
    },
    /// Reads current blobs.
    Current {
        /// Of which log.
        log: LogId,
        /// Of the objects after this one.
        after: Option<ObjectId>,
    },
    /// Reads the blobs that the body names.
    Blobs(LogId),
    /// Tells the heads of two logs, by one hash.
    Heads([LogId; 2]),
    /// Founds the log of an account that is invited.
    Found(LogId),
    /// Opens a socket.
    Socket(LogId),
    /// Begins a registration; of the account with this log.
    Register(LogId),
    /// Brings a credential.
    Replace(LogId),
    /// Reads the credential.
    Credential(LogId),
    /// Begins a sign-in.
    SignIn(LogId),
    /// Admits a device.
    Admit(LogId),
    /// Admits a device by the recovery key.
    Recover(LogId),
}

/// Why a request goes nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unroutable {
    /// There is no such path.
    NotFound,
    /// The path has no such method.
    WrongMethod,
    /// The target does not have the form of its route.
    Malformed,
}

impl Route {
    /// The route of a method and a target: path and query, as sent.
    ///
    /// # Errors
    /// There is none.
    pub fn parse(method: &str, target: &str) -> Result<Self, Unroutable> {
        let (path, query) =
            target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let rest = path.strip_prefix("/v1/").ok_or(Unroutable::NotFound)?;
        let (of, rest) = rest.split_once('/').ok_or(Unroutable::NotFound)?;
        let (log, name) = rest.split_once('/').ok_or(Unroutable::NotFound)?;
        let place = Place::of(of, name, method)?;
        if target.len() > limit::TARGET {
            return Err(Unroutable::Malformed);
        }
        let log = LogId::from_hex(log).ok_or(Unroutable::Malformed)?;
        place.route(log, query).ok_or(Unroutable::Malformed)
    }

    /// The log it is about; of an account, the account's; of two, the first.
    pub const fn log(&self) -> LogId {
        match *self {
            Self::Append(log)
            | Self::Pull { log, .. }
            | Self::Chain { log, .. }
            | Self::Current { log, .. }
            | Self::Blobs(log)
            | Self::Heads([log, _])
            | Self::Found(log)
            | Self::Socket(log)
            | Self::Register(log)
            | Self::Replace(log)
            | Self::Credential(log)
            | Self::SignIn(log)
            | Self::Admit(log)
            | Self::Recover(log) => log,
        }
    }

    /// Its method.
    pub const fn method(&self) -> &'static str {
        match self {
            Self::Pull { .. }
            | Self::Chain { .. }
            | Self::Current { .. }
            | Self::Heads(_)
            | Self::Socket(_)
            | Self::Credential(_) => "GET",
            _ => "POST",
        }
    }
}

/// The target: path and query.
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Append(log) => write!(f, "/v1/logs/{log}/commits"),
            Self::Pull { log, from } => write!(f, "/v1/logs/{log}/commits?from={from}"),
            Self::Chain { log, from } => write!(f, "/v1/logs/{log}/chain?from={from}"),
            Self::Current { log, after: None } => write!(f, "/v1/logs/{log}/current"),
            Self::Current { log, after: Some(after) } => write!(f, "/v1/logs/{log}/current?after={after}"),
            Self::Blobs(log) => write!(f, "/v1/logs/{log}/blobs"),
            Self::Heads([log, other]) => write!(f, "/v1/logs/{log}/heads?and={other}"),
            Self::Found(account) => write!(f, "/v1/accounts/{account}/founding"),
            Self::Socket(log) => write!(f, "/v1/logs/{log}/socket"),
            Self::Register(account) => write!(f, "/v1/accounts/{account}/registration"),
            Self::Replace(account) | Self::Credential(account) => {
                write!(f, "/v1/accounts/{account}/credential")
            }
            Self::SignIn(account) => write!(f, "/v1/accounts/{account}/login"),
            Self::Admit(account) => write!(f, "/v1/accounts/{account}/device"),
            Self::Recover(account) => write!(f, "/v1/accounts/{account}/recovery"),
        }
    }
}

/// A path's last part with its method.
#[derive(Clone, Copy)]
enum Place {
    Append,
    Pull,
    Chain,
    Current,
    Blobs,
    Heads,
    Found,
    Socket,
    Register,
    Replace,
    Credential,
    SignIn,
    Admit,
    Recover,
}

impl Place {
    fn of(of: &str, name: &str, method: &str) -> Result<Self, Unroutable> {
        match (of, name, method) {
            ("logs", "commits", "POST") => Ok(Self::Append),
            ("logs", "commits", "GET") => Ok(Self::Pull),
            ("logs", "chain", "GET") => Ok(Self::Chain),
            ("logs", "current", "GET") => Ok(Self::Current),
            ("logs", "blobs", "POST") => Ok(Self::Blobs),
            ("logs", "heads", "GET") => Ok(Self::Heads),
            ("accounts", "founding", "POST") => Ok(Self::Found),
            ("logs", "socket", "GET") => Ok(Self::Socket),
            ("accounts", "registration", "POST") => Ok(Self::Register),
            ("accounts", "credential", "POST") => Ok(Self::Replace),
            ("accounts", "credential", "GET") => Ok(Self::Credential),
            ("accounts", "login", "POST") => Ok(Self::SignIn),
            ("accounts", "device", "POST") => Ok(Self::Admit),
            ("accounts", "recovery", "POST") => Ok(Self::Recover),
            ("logs", "commits" | "chain" | "current" | "blobs" | "heads" | "socket", _)
            | ("accounts", "founding" | "registration" | "credential" | "login" | "device" | "recovery", _) => {
                Err(Unroutable::WrongMethod)
            }
            _ => Err(Unroutable::NotFound),
        }
    }

    fn route(self, log: LogId, query: Option<&str>) -> Option<Route> {
        match (self, query) {
            (Self::Append, None) => Some(Route::Append(log)),
            (Self::Blobs, None) => Some(Route::Blobs(log)),
            (Self::Found, None) => Some(Route::Found(log)),
            (Self::Socket, None) => Some(Route::Socket(log)),
            (Self::Register, None) => Some(Route::Register(log)),
            (Self::Replace, None) => Some(Route::Replace(log)),
            (Self::Credential, None) => Some(Route::Credential(log)),
            (Self::SignIn, None) => Some(Route::SignIn(log)),
            (Self::Admit, None) => Some(Route::Admit(log)),
            (Self::Recover, None) => Some(Route::Recover(log)),
            (Self::Pull, Some(query)) => Some(Route::Pull { log, from: from(query)? }),
            (Self::Chain, Some(query)) => Some(Route::Chain { log, from: from(query)? }),
            (Self::Heads, Some(query)) => {
                Some(Route::Heads([log, LogId::from_hex(query.strip_prefix("and=")?)?]))
            }
            (Self::Current, None) => Some(Route::Current { log, after: None }),
            (Self::Current, Some(query)) => {
                let after = ObjectId::from_hex(query.strip_prefix("after=")?)?;
                Some(Route::Current { log, after: Some(after) })
            }
            _ => None,
        }
    }
}

/// `from=N`: a decimal number below 2^63 in its one form.
fn from(query: &str) -> Option<u64> {
    let digits = query.strip_prefix("from=")?;
    let number: u64 = digits.parse().ok()?;
    let is_one_form = number.to_string() == digits;
    (is_one_form && i64::try_from(number).is_ok()).then_some(number)
}
