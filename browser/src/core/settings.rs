//! What is set on this device, and what opens the vault on it.

use super::convert::{count, date};
use super::{Answer, Entropy, Open, life, refusal};
use desk::codec::{decode, encode};
use desk::{Hidden, Moment, Refusal, Reply, Settings, Theme};
use vault::journal::{Did, Event};
use vault::model::Timestamp;

/// The shape of what is stored; another one is read as the defaults.
const SHAPE: u8 = 1;

/// Settings as stored on this device.
#[derive(Debug)]
pub(super) struct Local {
    pub(super) settings: Settings,
    /// Whether the vault was made as a sample.
    pub(super) sample: bool,
}

impl Local {
    pub(super) fn read(bytes: &[u8]) -> Self {
        match decode::<(u8, Settings, bool)>(bytes) {
            Some((SHAPE, settings, sample)) => Self { settings, sample },
            _ => Self { settings: defaults(), sample: false },
        }
    }

    fn write(&self) -> Option<Vec<u8>> {
        encode(&(SHAPE, &self.settings, self.sample))
    }
}

fn defaults() -> Settings {
    Settings {
        lock_after_minutes: 15,
        clear_clipboard_seconds: 30,
        theme: Theme::System,
        last_backup: None,
        acts_since_backup: 0,
        passkeys: Vec::new(),
        device: "This browser".to_owned(),
    }
}

impl Open {
    pub(super) async fn keep_local(&mut self) -> Result<(), Refusal> {
        let bytes = self.local.write().ok_or(Refusal::Internal)?;
        self.session.set_settings(&bytes, &mut Entropy).await.map_err(refusal::of)
    }

    pub(super) fn settings(&self) -> Answer {
        let since = self.local.settings.last_backup.map_or(0, |moment| moment.0);
        let acts_since_backup = count(self.session.acts_since(Timestamp(since)));
        Ok(Reply::Settings(Settings { acts_since_backup, ..self.local.settings.clone() }))
    }

    /// Keeps what a person sets; what the core itself keeps of passkeys and backups is not the page's to say.
    pub(super) async fn configure(&mut self, settings: Settings, now: Timestamp) -> Answer {
        let Settings { last_backup, passkeys, .. } = self.local.settings.clone();
        self.local.settings = Settings { last_backup, passkeys, acts_since_backup: 0, ..settings };
        self.keep_local().await?;
        self.keep_open(now).await?;
        self.settings()
    }

    pub(super) async fn kit(&mut self, passphrase: Hidden, key: Option<Hidden>, now: Timestamp) -> Answer {
        if self.session.connected().is_some() {
            return self.kit_there(passphrase, key, now).await;
        }
        let kit = self.session.kit(&life::passphrase(passphrase), &mut Entropy).await;
        Ok(Reply::Kit(life::kit(&kit.map_err(refusal::of)?).await))
    }

    pub(super) async fn change_passphrase(&mut self, old: Hidden, new: Hidden, now: Timestamp) -> Answer {
        life::check_strength(&new)?;
        if self.session.connected().is_some() {
            return self.change_passphrase_there(old, new, now).await;
        }
        let (old, new) = (life::passphrase(old), life::passphrase(new));
        self.session.change_passphrase(&old, &new, &mut Entropy).await.map_err(refusal::of)?;
        Ok(Reply::Done)
    }

    pub(super) async fn add_passkey(
        &mut self,
        credential: Vec<u8>,
        name: String,
        salt: &[u8],
        secret: &Hidden,
    ) -> Answer {
        let salt = salt.try_into().map_err(|_| Refusal::WrongPasskey)?;
        let output = life::prf_output(secret).ok_or(Refusal::WrongPasskey)?;
        self.session.add_passkey(&credential, salt, &output, &mut Entropy).await.map_err(refusal::of)?;
        self.local.settings.passkeys.push((credential, name));
        self.keep_local().await?;
        Ok(Reply::Done)
    }

    pub(super) async fn remove_passkey(&mut self, credential: &[u8]) -> Answer {
        self.session.remove_passkey(credential).await.map_err(refusal::of)?;
        self.local.settings.passkeys.retain(|(known, _)| known != credential);
        self.keep_local().await?;
        Ok(Reply::Done)
    }

    pub(super) async fn backup(&mut self, now: Timestamp) -> Answer {
        let file = self.session.backup(&mut Entropy).await.map_err(refusal::of)?;
        self.note(Event::new(now, Did::Backup, &[])).await?;
        self.local.settings.last_backup = Some(Moment(now.0));
        self.keep_local().await?;
        Ok(Reply::Backup { file, name: format!("tacit-backup-{}.tacit", date(now)) })
    }
}
