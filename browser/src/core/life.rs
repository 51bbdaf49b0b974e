//! The vault's life: made, unlocked, locked, restored, deleted.

use super::convert::{count, moment};
use super::scan::drawn;
use super::{Answer, Core, Entropy, Open, announce, refusal};
use crate::codes::Engine;
use crate::indexed_db::{DATABASE, IndexedDb};
use crate::relay;
use desk::{BackupKey, Event, Hidden, Kit, Refusal, Reply, Standing, Status};
use std::fmt::Write;
use vault::backup::Code;
use vault::locked::{Presence, presence};
use vault::model::Timestamp;
use vault::port::Store;
use vault::session::{Error, Session};
use vault::{KdfId, Passphrase, PrfOutput, RecoveryKey, SetupCode, sample};

/// Characters that a passphrase has at least.
const SHORTEST: usize = 8;

impl Core {
    pub(super) async fn status(&mut self, now: Timestamp) -> Answer {
        match self.open(now).await {
            Ok(open) => Ok(Reply::Status(open.status())),
            Err(Refusal::Locked) => closed(&store().await?).await,
            Err(refusal) => Err(refusal),
        }
    }

    pub(super) async fn create(&mut self, typed: Hidden, sample: bool, now: Timestamp) -> Answer {
        check_strength(&typed)?;
        let (store, typed) = (store().await?, passphrase(typed));
        let made = Session::create(store, &typed, KdfId::Standard, &mut Entropy, now).await;
        let (mut session, made) = made.map_err(refusal::of)?;
        if sample {
            sample::fill(&mut session, &mut Entropy, now).await.map_err(refusal::of)?;
        }
        let open = self.open.insert(Open::new(session, now));
        open.local.sample = sample;
        open.keep_local().await?;
        open.keep_open(now).await?;
        Ok(Reply::Made(kit(&made).await))
    }

    pub(super) async fn unlock(&mut self, typed: Hidden, now: Timestamp) -> Answer {
        let session = Session::unlock(store().await?, &passphrase(typed)).await.map_err(refusal::of)?;
        self.opened(session, now).await
    }

    pub(super) async fn unlock_with_passkey(
        &mut self,
        credential: &[u8],
        secret: &Hidden,
        now: Timestamp,
    ) -> Answer {
        let output = prf_output(secret).ok_or(Refusal::WrongPasskey)?;
        let session = Session::unlock_with_passkey(store().await?, credential, &output).await;
        self.opened(session.map_err(refusal::of)?, now).await
    }

    /// Opens with what another context of this browser shared.
    pub(super) async fn resume(&mut self, shared: &[u8], secret: &Hidden, now: Timestamp) -> Answer {
        let output = prf_output(secret).ok_or(Refusal::Locked)?;
        let session = Session::resume(store().await?, shared, &output, now).await.map_err(refusal::of)?;
        let open = self.open.insert(Open::new(session, now));
        Ok(Reply::Status(open.status()))
    }

    pub(super) async fn restore(
        &mut self,
        file: &[u8],
        key: BackupKey,
        typed: Hidden,
        now: Timestamp,
    ) -> Answer {
        check_strength(&typed)?;
        let typed = passphrase(typed);
        let restored = match key {
            BackupKey::Recovery { key } => {
                let key = RecoveryKey::from_text(key.expose()).map_err(refusal::of_typed)?;
                restored(file, &Code::Recovery(&key), &typed, now).await
            }
            BackupKey::SetupCode { code, passphrase: old } => {
                let code = SetupCode::from_text(code.expose()).map_err(refusal::of_typed)?;
                restored(file, &Code::Setup(&code, &passphrase(old)), &typed, now).await
            }
        };
        self.opened(restored?, now).await
    }

    /// Forgets every key here and in the other tabs.
    pub(super) async fn lock(&mut self) -> Answer {
        self.import = None;
        let store = match self.open.take() {
            Some(open) => open.session.lock_all().await,
            None => store().await?,
        };
        announce(&Event::Locked, false);
        closed(&store).await
    }

    pub(super) async fn erase(&mut self) -> Answer {
        let store = match self.open.take() {
            Some(open) => open.session.lock(),
            None => store().await?,
        };
        store.erase().await.map_err(refusal::of_store)?;
        relay::attend("", &[]);
        announce(&Event::Locked, false);
        Ok(Reply::Status(Status::Empty))
    }

    /// A person was here at `at`.
    pub(super) async fn touch(&mut self, at: Timestamp, now: Timestamp) -> Answer {
        let open = self.open(now).await?;
        let later = open.deadline_after(at).filter(|deadline| Some(*deadline) > open.session.deadline());
        if later.is_some() {
            open.set_deadline(later).await?;
        }
        Ok(Reply::Status(open.status()))
    }

    pub(super) async fn opened(&mut self, session: Session<IndexedDb>, now: Timestamp) -> Answer {
        let open = self.open.insert(Open::new(session, now));
        open.keep_open(now).await?;
        Ok(Reply::Status(open.status()))
    }
}

impl Open {
    /// Lets another context of this browser open the vault.
    pub(super) fn share(&self, salt: &[u8], secret: &Hidden) -> Answer {
        let salt = salt.try_into().map_err(|_| Refusal::Internal)?;
        let output = prf_output(secret).ok_or(Refusal::Internal)?;
        Ok(Reply::Shared(self.session.share(salt, &output, &mut Entropy).map_err(refusal::of)?))
    }

    fn status(&self) -> Status {
        Status::Open {
            lock_at: self.session.deadline().map(moment),
            damaged: count(self.session.damaged().len()),
            secrets: count(self.session.model().secrets().count()),
            sample: self.local.sample,
            relay: self.session.standing().map(|it| Standing {
                origin: it.origin.to_owned(),
                waiting: count(it.waiting),
                together: it.together.map(moment),
                apart: it.apart.map(moment),
                copied: it.is_copied,
                lacks_kit: it.lacks_kit,
                pending: it.is_pending,
                dropped: it.is_dropped,
                refused: it.is_refused,
            }),
        }
    }

    /// From now on the vault stays open for as long as the settings say.
    pub(super) async fn keep_open(&mut self, now: Timestamp) -> Result<(), Refusal> {
        let deadline = self.deadline_after(now);
        if deadline == self.session.deadline() { Ok(()) } else { self.set_deadline(deadline).await }
    }

    /// When the vault locks if nobody touches it after `at`.
    fn deadline_after(&self, at: Timestamp) -> Option<Timestamp> {
        let minutes = u64::from(self.local.settings.lock_after_minutes);
        (minutes > 0).then(|| Timestamp(at.0.saturating_add(minutes * 60_000)))
    }

    /// A store without room does not keep a vault locked: the deadline holds in this tab then.
    async fn set_deadline(&mut self, deadline: Option<Timestamp>) -> Result<(), Refusal> {
        match self.session.keep_open_until(deadline).await {
            Ok(()) | Err(Error::Store(_)) => Ok(()),
            Err(error) => Err(refusal::of(error)),
        }
    }
}

async fn store() -> Result<IndexedDb, Refusal> {
    IndexedDb::open(DATABASE).await.map_err(refusal::of_store)
}

async fn closed(store: &IndexedDb) -> Answer {
    Ok(Reply::Status(match presence(store).await.map_err(refusal::of)? {
        Presence::Empty => Status::Empty,
        Presence::Locked(locked) => {
            let passkeys = locked.passkeys.into_iter();
            Status::Locked { passkeys: passkeys.map(|it| (it.credential, it.salt.to_vec())).collect() }
        }
    }))
}

async fn restored(
    file: &[u8],
    code: &Code<'_>,
    passphrase: &Passphrase,
    now: Timestamp,
) -> Result<Session<IndexedDb>, Refusal> {
    let store = store().await?;
    let session = Session::restore(store, file, code, passphrase, KdfId::Standard, &mut Entropy, now).await;
    session.map_err(|error| match error {
        Error::Damaged("backup") => Refusal::NotABackup,
        other => refusal::of(other),
    })
}

/// Shorter than this nothing protects.
pub(super) fn check_strength(passphrase: &Hidden) -> Result<(), Refusal> {
    if passphrase.expose().chars().count() < SHORTEST { Err(Refusal::WeakPassphrase) } else { Ok(()) }
}

pub(super) fn passphrase(typed: Hidden) -> Passphrase {
    Passphrase::new(typed.into_exposed())
}

/// 32 bytes from 64 hexadecimal digits.
pub(super) fn prf_output(secret: &Hidden) -> Option<PrfOutput> {
    let digits = secret.expose();
    let mut bytes = [0_u8; 32];
    if digits.len() != 64 {
        return None;
    }
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(2 * place..2 * place + 2)?, 16).ok()?;
    }
    Some(PrfOutput::new(&mut bytes))
}

pub(super) async fn kit(kit: &vault::kit::Kit) -> Kit {
    let recovery = kit.recovery.as_str();
    let account = RecoveryKey::from_text(recovery).map(|key| hex(key.account())).unwrap_or_default();
    Kit {
        setup_code: Hidden::new(kit.setup.as_str().to_owned()),
        picture: drawn(&kit.scanned, &Engine).await,
        recovery_key: Hidden::new(recovery.to_owned()),
        account,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
