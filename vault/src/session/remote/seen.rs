//! What a device that comes in by a scanned code knows of the relay before it asks (`PROTOCOL.md` §9).

use crypto::{PublicKeys, Seen};
use protocol::{LogId, State};
use weakness::Weakness;

use super::ask::RemoteError;
use super::credential::Anchor;
use super::sync::{Side, served};
use crate::backup::CommitRow;
use crate::port::Store;
use crate::session::restore::fold_rows;
use crate::session::{Error, Session};

impl<S: Store> Session<S> {
    /// What this device saw of its relay; nothing where it is at none, or has not seen all of it yet.
    pub(in crate::session) async fn seen(&self) -> Result<Option<Seen>, Error> {
        let Some(connection) = &self.connection else { return Ok(None) };
        let (Some(server_key), [Some(account), Some(vault)]) = (connection.server_key, connection.anchors)
        else {
            return Ok(None);
        };
        let Some(identity) = self.identity_at(account.0).await? else { return Ok(None) };
        Ok(Some(Seen { origin: connection.origin.clone(), server_key, identity, places: [account, vault] }))
    }

    /// The fingerprint of the identity that is in force at that place of the account's log.
    async fn identity_at(&self, seq: u64) -> Result<Option<[u8; 16]>, Error> {
        let state = &self.account.state;
        if state.head().seq == seq {
            return Ok(fingerprint(state));
        }
        let upto = usize::try_from(seq).ok().and_then(|seq| self.account.commits.get(..=seq));
        let rows = self.commit_rows(upto.ok_or(Error::Damaged("account"))?).await?;
        Ok(fingerprint(&fold_rows(&rows)?))
    }
}

fn fingerprint(state: &State) -> Option<[u8; 16]> {
    let owner = state.member(state.log().principal())?;
    let (signing, agreement) = (*owner.signing.as_bytes(), *owner.agreement.as_bytes());
    Some(Seen::fingerprint(owner.generation, &PublicKeys { signing, agreement }))
}

/// The commit that a log has in its place, if one is known.
#[derive(Clone, Copy)]
pub(super) struct Expected(Option<Anchor>);

impl Expected {
    /// What was seen of that log.
    pub(super) fn of(seen: Option<&Seen>, side: Side) -> Self {
        let places = seen.filter(|_| !weakness::has(Weakness::Anchor)).map(|seen| seen.places);
        Self(places.map(|[account, vault]| match side {
            Side::Account => account,
            Side::Vault => vault,
        }))
    }

    /// A commit in its place.
    pub(super) fn meet(self, (seq, hash): Anchor) -> Result<(), RemoteError> {
        let is_it = self.0.is_none_or(|expected| expected.0 != seq || expected.1 == hash);
        if is_it { Ok(()) } else { Err(RemoteError::NotAsSeen) }
    }

    /// The last commit of the log is in this place.
    pub(super) fn end(self, seq: u64) -> Result<(), RemoteError> {
        if self.0.is_none_or(|expected| expected.0 <= seq) { Ok(()) } else { Err(RemoteError::NotAsSeen) }
    }
}

/// A relay with another key than the one seen goes no further.
pub(super) fn expect_key(seen: Option<&Seen>, key: &[u8; 32]) -> Result<(), RemoteError> {
    let is_it = seen.is_none_or(|seen| seen.server_key == *key) || weakness::has(Weakness::ServerKey);
    if is_it { Ok(()) } else { Err(RemoteError::OtherRelay) }
}

/// The account's log, folded before, has what was seen of it, with the identity that was in force there.
pub(super) fn expect_account(seen: Option<&Seen>, log: LogId, rows: &[CommitRow]) -> Result<(), RemoteError> {
    let expected = Expected::of(seen, Side::Account);
    let Some((seen, (seq, _))) = seen.zip(expected.0) else { return Ok(()) };
    let upto = usize::try_from(seq).ok().and_then(|seq| rows.get(..=seq)).ok_or(RemoteError::NotAsSeen)?;
    let state = fold_rows(upto).map_err(served)?;
    expected.meet((seq, *state.head().hash.as_bytes()))?;
    let is_it = state.log() == log && fingerprint(&state) == Some(seen.identity);
    if is_it { Ok(()) } else { Err(RemoteError::NotAsSeen) }
}
