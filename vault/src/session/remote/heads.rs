//! Whether there is anything new, by one question about both logs (`protocol/PROTOCOL.md` §10, Nothing new).

use protocol::message::{Answer, Head, Route};
use rand_core::CryptoRngCore;

use super::ask::{Relay, RemoteError, answer};
use super::sync::Side;
use crate::model::Timestamp;
use crate::port::{Store, Transport};
use crate::session::Session;

impl<S: Store> Session<S> {
    /// Whether the relay says that both logs are as they are here. It is not asked where something waits to be sent, or was
    /// never acknowledged.
    ///
    /// # Errors
    /// The relay does not answer. Whatever else it answers is found out by asking each log.
    pub(super) async fn has_nothing_new<T: Transport>(
        &self,
        relay: &Relay<'_, T>,
        rng: &mut impl CryptoRngCore,
        now: Timestamp,
    ) -> Result<bool, RemoteError> {
        let sides = [Side::Account, Side::Vault];
        let heads = sides.map(|side| self.state(side).head());
        let is_settled = |side| self.anchor(side) == Some(self.place(side));
        if !sides.into_iter().all(is_settled) {
            return Ok(false);
        }
        let route = Route::Heads([heads[0].log, heads[1].log]);
        let body = self.asker().ask(relay, route, Vec::new(), rng, now).await?;
        let here = Head::joined(heads.each_ref().map(|head| Head { seq: head.seq, hash: head.hash }));
        Ok(matches!(answer(&body), Ok(Answer::Heads(there)) if there == here))
    }
}
