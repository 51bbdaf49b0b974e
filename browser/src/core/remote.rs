//! The relay: connecting to it, beginning from it, bringing logs together, and what it tells by itself.

use super::convert::{count, date};
use super::pace::Paced;
use super::{Answer, Core, Entropy, Event, Open, announce, life, refusal, scan, tell};
use crate::indexed_db::{DATABASE, IndexedDb};
use crate::relay::{self, Fetch};
use desk::{Hidden, Refusal, Reply, Together, origin};
use vault::model::Timestamp;
use vault::session::{Error, Invite, RemoteError, Session, Side, Socket, Synced, Told};
use vault::{KdfId, RecoveryKey};

/// What comes of a frame of the relay, on its socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// This is to be said there.
    Say(Vec<u8>),
    /// The socket is proven.
    Proven,
    /// Nothing: no vault is open here.
    Nothing,
}

impl Core {
    /// Takes in a frame from the socket of that log.
    pub(super) async fn told(&mut self, side: Side, frame: &[u8], now: Timestamp) -> Heard {
        let Ok(open) = self.open(now).await else { return Heard::Nothing };
        let Some(origin) = open.session.connected().map(str::to_owned) else { return Heard::Nothing };
        let socket = Socket { origin: &origin, side, opened: open.opened };
        let told = open.session.hear(&socket, frame, &mut Entropy, now).await;
        open.take_in();
        match told {
            Ok(Told::Prove(proof)) => return Heard::Say(proof),
            Ok(Told::Nothing) => {}
            Ok(Told::Taken) => open.arrived(),
            // What is wrong is found out, and said, by who asks.
            Ok(Told::Ask) | Err(_) => tell(&Event::News),
            Ok(Told::Locked) => {
                // Where the store fails the page locks all the same.
                let _ = self.lock().await;
                tell(&Event::Locked);
                return Heard::Nothing;
            }
        }
        Heard::Proven
    }

    /// Opens an account of a relay here, as a new device.
    pub(super) async fn enrol(
        &mut self,
        origin: String,
        code: &Hidden,
        typed: Hidden,
        now: Timestamp,
    ) -> Answer {
        let (at, typed) = (reached(origin).await?, life::passphrase(typed));
        let (code, seen) = scan::setup(code, Some(&at.0))?;
        let relay = at.relay();
        let store = IndexedDb::open(DATABASE).await.map_err(refusal::of_store)?;
        let mut pace = Paced::default();
        let session =
            Session::enrol_paced(store, (&code, seen.as_ref()), &typed, &relay, &mut pace, &mut Entropy, now)
                .await;
        let session = session.map_err(refusal::of_remote)?;
        self.opened(session, now).await
    }
}

impl Core {
    /// Opens an account of a relay here by its recovery key, with another passphrase.
    pub(super) async fn recover(
        &mut self,
        origin: String,
        key: &Hidden,
        typed: Hidden,
        now: Timestamp,
    ) -> Answer {
        life::check_strength(&typed)?;
        let key = RecoveryKey::from_text(key.expose()).map_err(refusal::of_typed)?;
        let (at, typed) = (reached(origin).await?, life::passphrase(typed));
        let relay = at.relay();
        let store = IndexedDb::open(DATABASE).await.map_err(refusal::of_store)?;
        let (code, mut pace) = ((&key, &typed, KdfId::Standard), Paced::default());
        let recovered = Session::recover(store, code, &relay, &mut pace, &mut Entropy, now).await;
        let (session, kit) = recovered.map_err(|error| match error {
            RemoteError::WrongCode => Refusal::WrongRecovery,
            other => refusal::of_remote(other),
        })?;
        self.opened(session, now).await?;
        match kit {
            Ok(kit) => Ok(Reply::Made(life::kit(&kit).await)),
            // The vault is here: it leads on to another kit.
            Err(error) => Ok(Reply::Recovered(self.open(now).await?.of_change(error))),
        }
    }
}

impl Open {
    pub(super) async fn connect(
        &mut self,
        (origin, is_other_key): (String, bool),
        typed: Hidden,
        invite: Option<Hidden>,
        now: Timestamp,
    ) -> Answer {
        let (to, typed) = (reached(origin).await?, life::passphrase(typed));
        self.found(&to, invite, now).await?;
        let connected = if is_other_key {
            self.session.connect_by_other_key(&to.relay(), &typed, &mut Entropy, now).await
        } else {
            self.session.connect(&to.relay(), &typed, &mut Entropy, now).await
        };
        connected.map_err(|error| self.of_change(error))?;
        self.sync(now).await
    }

    /// Goes from this vault's relay to another, with the whole account; without the relay's word where it is gone.
    pub(super) async fn change_relay(
        &mut self,
        (origin, is_gone): (String, bool),
        typed: Hidden,
        invite: Option<Hidden>,
        now: Timestamp,
    ) -> Answer {
        let (to, typed) = (reached(origin).await?, life::passphrase(typed));
        let from = if is_gone { None } else { Some(self.relay().await?) };
        self.found(&to, invite, now).await?;
        let changed = match from {
            Some(from) => {
                let ways = [&from.relay(), &to.relay()];
                self.session.change_relay(ways, &typed, &mut Entropy, now).await
            }
            None => self.session.go_on_at(&to.relay(), &typed, &mut Entropy, now).await,
        };
        self.take_in();
        self.met(Ok(changed.map_err(|error| match error {
            // Another device was faster.
            RemoteError::Vault(Error::Contended) => Refusal::RelayExpired,
            error => refusal::of_remote(error),
        })?))
    }

    /// Founds the account at a relay, where that asked for an invite.
    async fn found(&self, at: &Fetch, invite: Option<Hidden>, now: Timestamp) -> Result<(), Refusal> {
        let Some(invite) = invite else { return Ok(()) };
        let invite = Invite::from_text(invite.expose()).ok_or(Refusal::InviteRefused)?;
        let founded = self.session.found_account(&at.relay(), &invite, &mut Entropy, now).await;
        founded.map_err(refusal::of_remote)
    }

    pub(super) async fn sync(&mut self, now: Timestamp) -> Answer {
        let relay = self.relay().await?;
        let synced = self.session.sync(&relay.relay(), &mut Entropy, now).await;
        self.follow(synced, now).await
    }

    pub(super) async fn send(&mut self, now: Timestamp) -> Answer {
        let relay = self.relay().await?;
        let sent = self.session.send_waiting(&relay.relay(), &mut Entropy, now).await;
        self.follow(sent, now).await
    }

    /// Goes after an account that went to another relay.
    async fn follow(&mut self, mut synced: Result<Synced, RemoteError>, now: Timestamp) -> Answer {
        if let Err(RemoteError::Moved(origin)) = &synced
            && let Ok(to) = reached(origin.clone()).await
        {
            self.session.follow_to(&to.0, &mut Entropy).await.map_err(refusal::of)?;
            synced = self.session.sync(&to.relay(), &mut Entropy, now).await;
        }
        self.met(synced)
    }

    pub(super) async fn look_again(&mut self, now: Timestamp) -> Answer {
        let relay = self.relay().await?;
        let synced = self.session.look_again(&relay.relay(), &mut Entropy, now).await;
        self.met(synced)
    }

    pub(super) async fn rejoin(&mut self, now: Timestamp) -> Answer {
        let relay = self.relay().await?;
        let synced = self.session.rejoin(&relay.relay(), &mut Entropy, now).await;
        self.met(synced)
    }

    /// Another vault is here from then on, which no other tab has open.
    pub(super) async fn found_anew(&mut self, typed: Hidden, now: Timestamp) -> Answer {
        let kit = self.session.found_anew(&life::passphrase(typed), &mut Entropy, now).await;
        let kit = kit.map_err(refusal::of)?;
        relay::attend("", &[]);
        announce(&Event::Locked, false);
        self.take_in();
        self.local.settings.passkeys.clear();
        self.local.settings.last_backup = None;
        self.keep_local().await?;
        self.keep_open(now).await?;
        Ok(Reply::Made(life::kit(&kit).await))
    }

    pub(super) async fn evidence(&self, now: Timestamp) -> Answer {
        let file = self.session.evidence().await.map_err(refusal::of)?.to_vec();
        Ok(Reply::Evidence { file, name: format!("tacit-evidence-{}.bin", date(now)) })
    }

    /// The relay of this vault, which has to be one that the page reaches.
    pub(super) async fn relay(&self) -> Result<Fetch, Refusal> {
        reached(self.session.connected().unwrap_or_default().to_owned()).await
    }

    /// What came from the relay shows in every tab.
    fn met(&mut self, synced: Result<Synced, RemoteError>) -> Answer {
        self.take_in();
        match synced.map_err(of_sync)? {
            Synced::Apart => Err(Refusal::RelayApart),
            Synced::Together { taken, sent, again } => {
                if taken > 0 {
                    self.arrived();
                }
                relay::attend(self.session.connected().unwrap_or_default(), &self.session.sockets());
                let more = self.session.awaits_history();
                let [taken, sent, again] = [taken, sent, again].map(count);
                Ok(Reply::Together(Together { taken, sent, again, more }))
            }
        }
    }

    /// Something came from the relay: it shows in every tab.
    fn arrived(&mut self) {
        self.arena = None;
        announce(&Event::Arrived, true);
    }

    /// Tells the relay to lock the account's other devices.
    pub(super) fn lock_others(&self, now: Timestamp) -> Reply {
        if let Some(origin) = self.session.connected() {
            relay::say(&self.session.lock_frame(origin, now));
        }
        Reply::Done
    }

    /// The passphrase here and at the relay.
    pub(super) async fn change_passphrase_there(
        &mut self,
        old: Hidden,
        new: Hidden,
        now: Timestamp,
    ) -> Answer {
        let (relay, words) = (self.relay().await?, (life::passphrase(old), life::passphrase(new)));
        let changed =
            self.session.change_passphrase_at(&relay.relay(), (&words.0, &words.1), &mut Entropy, now).await;
        changed.map_err(|error| self.of_change(error))?;
        Ok(Reply::Done)
    }

    /// A new kit here and at the relay.
    pub(super) async fn kit_there(&mut self, typed: Hidden, key: Option<Hidden>, now: Timestamp) -> Answer {
        let (to, typed) = (self.relay().await?, life::passphrase(typed));
        let relay = to.relay();
        let kit = match key {
            None => self.session.kit_at(&relay, &typed, &mut Entropy, now).await,
            Some(key) => {
                let key = RecoveryKey::from_text(key.expose()).map_err(refusal::of_typed)?;
                let made = self.session.kit_by(&relay, (&key, &typed), &mut Entropy, now).await;
                if made.as_ref().err() == Some(&RemoteError::WrongCode) {
                    return Err(Refusal::WrongRecovery);
                }
                made
            }
        };
        Ok(Reply::Kit(life::kit(&kit.map_err(|error| self.of_change(error))?).await))
    }

    /// Why a change of what the relay lets in by came to nothing; what was sent may still come about.
    pub(super) fn of_change(&self, error: RemoteError) -> Refusal {
        let is_pending = self.session.standing().is_some_and(|standing| standing.is_pending);
        match error {
            RemoteError::Unreachable(_) if is_pending => Refusal::Unanswered,
            error => refusal::of_remote(error),
        }
    }
}

/// A relay that a vault is at already knows it.
fn of_sync(error: RemoteError) -> Refusal {
    match error {
        RemoteError::NotFound => Refusal::DeviceUnknown,
        // It was here once: whoever runs the relay has erased it.
        RemoteError::InviteNeeded => Refusal::RelayUnknown,
        error => refusal::of_remote(error),
    }
}

/// The relay of that origin, if the page reaches it: where no relay served the app, as in the extension, any that a person
/// names.
async fn reached(origin: String) -> Result<Fetch, Refusal> {
    let Some(here) = relay::origin() else {
        return if origin::is_relay(&origin) { Ok(Fetch(origin)) } else { Err(Refusal::NotARelay) };
    };
    if here == origin || relay::others().await.map_err(|_| Refusal::RelayUnreachable)?.contains(&origin) {
        Ok(Fetch(origin))
    } else {
        Err(Refusal::OtherOrigin)
    }
}

/// The relays that the page reaches beside the one that served it; none is told while that does not answer.
pub(super) async fn relays() -> Answer {
    Ok(Reply::Relays(relay::others().await.unwrap_or_default()))
}
