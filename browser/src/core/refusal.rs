//! The vault's errors as a view says them.

use super::convert::moment;
use desk::{Field, Problem, Refusal};
use vault::change;
use vault::port::StoreError;
use vault::session::{Error, RemoteError};
use vault::{ScannedError, TypedError};

/// What a person is told of a session's error.
pub(super) fn of(error: Error) -> Refusal {
    match error {
        Error::WrongPassphrase => Refusal::WrongPassphrase,
        Error::WrongPasskey => Refusal::WrongPasskey,
        Error::WrongCode => Refusal::WrongBackupKey,
        Error::Locked => Refusal::Locked,
        Error::NoVault => Refusal::NoVault,
        Error::VaultExists => Refusal::VaultExists,
        Error::Damaged(what) => Refusal::Damaged { what: what.to_owned() },
        Error::NewerVersion => Refusal::NewerVersion,
        Error::Refused(reason) => of_change(reason),
        Error::CannotUndo { name } => Refusal::CannotUndo { name },
        Error::NotHere => Refusal::NotHere,
        Error::Gone => Refusal::Gone,
        Error::Contended => Refusal::Contended,
        Error::CalledOff => Refusal::CalledOff,
        Error::TooMuch => Refusal::VaultFull,
        Error::NeedsKit => Refusal::NeedsKit,
        // A connected vault is changed at its relay.
        Error::Connected | Error::NoMemory => Refusal::Internal,
        Error::Store(error) => of_store(error),
    }
}

/// What a person is told where something did not come about with the relay.
pub(super) fn of_remote(error: RemoteError) -> Refusal {
    match error {
        RemoteError::Unreachable(_) => Refusal::RelayUnreachable,
        RemoteError::Clock(_) => Refusal::RelayClock,
        RemoteError::Failed => Refusal::RelayFailed,
        RemoteError::NotFound => Refusal::RelayUnknown,
        RemoteError::NeedsUpdate => Refusal::NeedsUpdate,
        RemoteError::Refused | RemoteError::Untrue => Refusal::RelayUntrue,
        RemoteError::OtherRelay => Refusal::OtherRelay,
        RemoteError::WrongCode => Refusal::WrongSetup,
        RemoteError::OtherPassphrase => Refusal::OtherPassphrase,
        RemoteError::Limited(until) => Refusal::RelayLimited { until: moment(until) },
        RemoteError::Expired => Refusal::RelayExpired,
        RemoteError::InviteNeeded => Refusal::InviteNeeded,
        RemoteError::InviteRefused => Refusal::InviteRefused,
        RemoteError::Full => Refusal::RelayFull,
        RemoteError::NotAsSeen => Refusal::NotAsSeen,
        RemoteError::Apart => Refusal::RelayApart,
        RemoteError::NoRejoin => Refusal::NoRejoin,
        RemoteError::Moved(origin) => Refusal::Moved { origin },
        RemoteError::Vault(error) => of(error),
    }
}

/// What a person is told where the browser's storage fails.
pub(super) fn of_store(error: StoreError) -> Refusal {
    match error {
        StoreError::Full => Refusal::StorageFull,
        StoreError::Unavailable => Refusal::StorageUnavailable,
        StoreError::Gone => Refusal::StorageGone,
        StoreError::Newer => Refusal::NewerVersion,
    }
}

/// Where a code from the kit was mistyped.
pub(super) fn of_typed(error: TypedError) -> Refusal {
    let group = match error {
        TypedError::Character { group } | TypedError::Group { group } => u8::try_from(group).ok(),
        _ => None,
    };
    Refusal::Mistyped { group }
}

/// Why what was scanned adds no device.
pub(super) const fn of_scanned(error: ScannedError) -> Refusal {
    match error {
        ScannedError::Other => Refusal::OtherCode,
        ScannedError::Newer => Refusal::NeedsUpdate,
    }
}

fn of_change(reason: change::Refusal) -> Refusal {
    use change::Refusal as Reason;
    match reason {
        Reason::Gone | Reason::OtherProject { .. } | Reason::NotInherited { .. } => Refusal::Gone,
        Reason::Empty(at) => Refusal::Invalid { field: field(at), problem: Problem::Empty },
        Reason::TooLong { field: at, most } => {
            let most = u32::try_from(most).unwrap_or(u32::MAX);
            Refusal::Invalid { field: field(at), problem: Problem::TooLong { most } }
        }
        Reason::Characters { field: at, .. } => {
            Refusal::Invalid { field: field(at), problem: Problem::Characters }
        }
        Reason::Taken { field: at, name } => Refusal::Taken { field: field(at), name },
        Reason::Cycle { names } => Refusal::Cycle { names },
        Reason::Full => Refusal::VaultFull,
    }
}

fn field(field: change::Field) -> Field {
    match field {
        change::Field::Name => Field::Name,
        change::Field::Variable => Field::Variable,
        change::Field::Value => Field::Value,
        change::Field::Notes | change::Field::Details => Field::Notes,
        change::Field::Tags => Field::Tags,
    }
}
