//! Acts: what makes a vault, changes it, brings files in or out. A part of its own in the browser, loaded with the first of
//! them, so that a vault opens without waiting for what comes later.

use super::export::{self, Wanted};
use super::import::Draft;
use super::remote::Heard;
use super::{Answer, Core, Open, remote, scan, sentence, value};
use crate::codes;
use crate::files::Engine;
use desk::{Command, Refusal, Reply, Window};
use vault::journal::{Did, Event};
use vault::model::Timestamp;
use vault::session::Side;

#[cfg(feature = "parts")]
pub(super) use part::{answer, told};

/// Answers what [`Core::dispatch`] does not.
#[cfg(not(feature = "parts"))]
pub(super) async fn answer(core: &mut Core, command: Command, now: Timestamp) -> Answer {
    core.act(command, now).await
}

/// What comes of a frame of the relay.
#[cfg(not(feature = "parts"))]
pub(super) async fn told(core: &mut Core, side: Side, frame: &[u8], now: Timestamp) -> Heard {
    core.told(side, frame, now).await
}

impl Core {
    async fn act(&mut self, command: Command, now: Timestamp) -> Answer {
        match command {
            Command::Create { passphrase, sample } => self.create(passphrase, sample, now).await,
            Command::Restore { file, key, passphrase } => self.restore(&file, key, passphrase, now).await,
            Command::Enrol { relay, code, passphrase } => self.enrol(relay, &code, passphrase, now).await,
            Command::Recover { relay, key, passphrase } => self.recover(relay, &key, passphrase, now).await,
            Command::Scan { picture } => scan::scan(picture, &codes::Engine).await,
            Command::Erase => self.erase().await,
            Command::Generate { generator } => value::generate(generator),
            Command::Strength { passphrase } => Ok(value::strength(&passphrase)),
            Command::ImportRead { files, project, window } => {
                self.import = Some(Draft::read(files, project, &Engine).await?);
                self.preview(window, now).await
            }
            Command::ImportChoose { choice, window } => {
                self.import.as_mut().ok_or(Refusal::Gone)?.choose(choice, &Engine).await?;
                self.preview(window, now).await
            }
            Command::ImportRows { window } => self.preview(window, now).await,
            Command::ImportApply => self.import(now).await,
            Command::ImportCancel => {
                self.import = None;
                Ok(Reply::Done)
            }
            command => self.open(now).await?.carry_out(command, now).await,
        }
    }

    async fn preview(&mut self, window: Window, now: Timestamp) -> Answer {
        if self.open.is_some() {
            self.open(now).await?;
        }
        let session = self.open.as_ref().map(|open| &open.session);
        let draft = self.import.as_ref().ok_or(Refusal::Gone)?;
        draft.preview(session, window).await.map(Reply::Preview)
    }

    /// Writes what the preview shows; the preview stays where that is refused.
    async fn import(&mut self, now: Timestamp) -> Answer {
        let draft = self.import.take().ok_or(Refusal::Gone)?;
        let answer = self.write(&draft, now).await;
        if answer.is_err() {
            self.import = Some(draft);
        }
        answer
    }

    async fn write(&mut self, draft: &Draft, now: Timestamp) -> Answer {
        let open = self.open(now).await?;
        let change = draft.change(&open.session).await?;
        let sentence = sentence::of_import(&change);
        open.act(change, sentence, now).await
    }
}

impl Open {
    async fn carry_out(&mut self, command: Command, now: Timestamp) -> Answer {
        match command {
            Command::Kit { passphrase, key } => self.kit(passphrase, key, now).await,
            Command::ChangePassphrase { old, new } => self.change_passphrase(old, new, now).await,
            Command::Relays => remote::relays().await,
            Command::Move { relay, is_gone, passphrase, invite } => {
                self.change_relay((relay, is_gone), passphrase, invite, now).await
            }
            Command::Connect { relay, is_other_key, passphrase, invite } => {
                self.connect((relay, is_other_key), passphrase, invite, now).await
            }
            Command::Sync => self.sync(now).await,
            Command::Send => self.send(now).await,
            Command::Devices => self.devices().await,
            Command::NewDevices => self.new_devices().await,
            Command::NameDevice { device, name } => self.name_device(device, &name, now).await,
            Command::SetupCode { passphrase } => self.setup_code(passphrase, now).await,
            Command::KnowCopy => self.know_copy().await,
            Command::KnowDropped => self.know_dropped().await,
            Command::KnowKit => self.know_kit().await,
            Command::KnowDevices => self.know_devices().await,
            Command::Revoke { device, passphrase } => self.revoke(device, passphrase, now).await,
            Command::Readable { device } => self.readable(device).await,
            Command::LookAgain => self.look_again(now).await,
            Command::Rejoin => self.rejoin(now).await,
            Command::FoundAnew { passphrase } => self.found_anew(passphrase, now).await,
            Command::Evidence => self.evidence(now).await,
            Command::LockOthers => Ok(self.lock_others(now)),
            Command::AddPasskey { credential, name, salt, secret } => {
                self.add_passkey(credential, name, &salt, &secret).await
            }
            Command::RemovePasskey { credential } => self.remove_passkey(&credential).await,
            Command::Backup => self.backup(now).await,
            Command::History { secret } => self.history(secret).await,
            Command::Alternatives { object } => self.alternatives(object).await,
            Command::RevealAlternative { secret, written } => {
                self.reveal_alternative(secret, written, now).await
            }
            Command::Compare { secret, revision } => self.compare(secret, revision, now).await,
            Command::Apply { edits } => self.apply(&edits, now).await,
            Command::Undo { act } => self.undo(act, now).await,
            Command::Stage { edit } => Ok(self.stage(edit)),
            Command::SaveStaged => self.save_staged(now).await,
            Command::DiscardStaged => {
                self.dropped = std::mem::take(&mut self.staged);
                Ok(Reply::Staged(0))
            }
            Command::BringBackStaged => Ok(self.bring_back()),
            Command::Export { environment, consumer, only } => {
                let wanted = Wanted { environment, consumer, only };
                let made = export::export(&self.session, wanted, &Engine).await?;
                self.export = Some(made.0);
                Ok(Reply::Export(made.1))
            }
            Command::Plan { environment, place, names, there, rules } => {
                self.plan(environment, &place, &names, there.as_deref(), &rules).await
            }
            Command::Fill { fill } => self.fill(fill, now).await,
            Command::Filled { place, environment, went } => self.filled(place, environment, went, now).await,
            Command::Capture { place, dialog, text } => self.capture(place, &dialog, &text).await,
            Command::Select { place, text } => self.select(place, &text).await,
            Command::Captured => self.captured().await,
            Command::CapturePlan { key, name, environment } => {
                self.capture_plan(key, &name, environment).await
            }
            Command::Keep { key, name, environment, expires } => {
                self.keep(key, &name, environment, expires.as_deref(), now).await
            }
            Command::Release => {
                self.captured = None;
                Ok(Reply::Done)
            }
            Command::Profiles => Ok(self.profiles()),
            Command::Places { secret } => self.places(secret).await,
            Command::Lens { line } => Ok(Reply::Lens(self.export.as_ref().ok_or(Refusal::Gone)?.lens(line))),
            Command::Exported { .. } => {
                let secrets = self.export.as_ref().ok_or(Refusal::Gone)?.secrets();
                let event = Event::new(now, Did::Export, secrets);
                self.note(event).await?;
                Ok(Reply::Done)
            }
            Command::Configure { settings } => self.configure(settings, now).await,
            Command::Activity { window } => self.activity(window).await,
            _ => Err(Refusal::Internal),
        }
    }
}

/// The edge of the part. What crosses it is one future, made by the part once that is loaded.
#[cfg(feature = "parts")]
#[allow(
    unsafe_code,
    reason = "the linker's imports and exports are written by the macro; nothing else is in here"
)]
mod part {
    use super::{Answer, Command, Core, Heard, Refusal, Side, Timestamp};
    use std::pin::Pin;
    use wasm_split_helpers::{SplitLoaderError, wasm_split};

    /// The part could not be loaded; the next act tries again.
    struct Missing;

    impl From<SplitLoaderError> for Missing {
        fn from(_: SplitLoaderError) -> Self {
            Self
        }
    }

    /// Answers what [`Core::dispatch`] does not.
    pub(in crate::core) async fn answer(core: &mut Core, command: Command, now: Timestamp) -> Answer {
        begin(core, command, now).await.unwrap_or_else(|Missing| Err(Refusal::PartMissing))
    }

    #[wasm_split(acts, fallible, return_wrapper(let answer = _; { Ok(answer.await) } -> Result<Answer, Missing>))]
    fn begin<'a>(
        core: &'a mut Core,
        command: Command,
        now: Timestamp,
    ) -> Pin<Box<dyn Future<Output = Answer> + 'a>> {
        Box::pin(core.act(command, now))
    }

    /// What comes of a frame of the relay. Sockets are opened by an act, so the part is there.
    pub(in crate::core) async fn told(core: &mut Core, side: Side, frame: &[u8], now: Timestamp) -> Heard {
        hear(core, side, frame, now).await.unwrap_or(Heard::Nothing)
    }

    #[wasm_split(acts, fallible, return_wrapper(let heard = _; { Ok(heard.await) } -> Result<Heard, Missing>))]
    fn hear<'a>(
        core: &'a mut Core,
        side: Side,
        frame: &'a [u8],
        now: Timestamp,
    ) -> Pin<Box<dyn Future<Output = Heard> + 'a>> {
        Box::pin(core.told(side, frame, now))
    }
}
