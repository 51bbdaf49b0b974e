//! Acts: edits saved at once, staged, or taken back.

use super::convert::{id, model_details, model_kind, model_written, object};
use super::pace::Paced;
use super::{Answer, Entropy, Open, announce, reference, refusal, sentence};
use desk::text::done;
use desk::{Changed, Edit, Event, Hidden, Id, Refusal, Reply};
use vault::ActId;
use vault::change::Change;
use vault::model::{Model, SecretValue, Timestamp};
use vault::session::Applied;

impl Open {
    pub(super) async fn apply(&mut self, edits: &[Edit], now: Timestamp) -> Answer {
        let model = self.session.model();
        let sentence = sentence::of(edits, model);
        let changes = edits.iter().map(|edit| change(edit.clone(), model)).collect::<Result<_, _>>()?;
        let mut answer = self.act(Change::Batch(changes), sentence, now).await?;
        if let Reply::Changed(Changed { act: Some(_), sentence, .. }) = &mut answer {
            // It is saved, whatever a look at other values comes to.
            let broken = reference::broken(&self.session, edits).await.unwrap_or_default();
            if !broken.is_empty() {
                *sentence = format!("{sentence} {}", desk::text::broken_references(&broken));
            }
        }
        Ok(answer)
    }

    /// Saves a change as one act and tells every page.
    pub(super) async fn act(&mut self, change: Change, sentence: String, now: Timestamp) -> Answer {
        let mut pace = Paced::default();
        let applied = self.session.apply_paced(change, &mut pace, &mut Entropy, now).await;
        Ok(self.changed(&applied.map_err(refusal::of)?, sentence))
    }

    pub(super) async fn undo(&mut self, act: Id, now: Timestamp) -> Answer {
        let undone = self.session.undo(ActId::new(act.0), &mut Entropy, now).await.map_err(refusal::of)?;
        Ok(self.changed(&undone, done::UNDONE.to_owned()))
    }

    /// Keeps an edit aside; a later one for the same cell takes its place.
    pub(super) fn stage(&mut self, edit: Edit) -> Reply {
        let at = place(&edit).map(|(environment, variable)| (environment, variable.to_owned()));
        self.staged.retain(|kept| {
            at.is_none() || place(kept).map(|(environment, name)| (environment, name.to_owned())) != at
        });
        self.staged.push(edit);
        Reply::Staged(super::convert::count(self.staged.len()))
    }

    /// Stages again what was dropped last; an edit made since for the same cell stays.
    pub(super) fn bring_back(&mut self) -> Reply {
        let since = std::mem::take(&mut self.staged);
        let dropped = std::mem::take(&mut self.dropped);
        dropped.into_iter().chain(since).for_each(|edit| drop(self.stage(edit)));
        Reply::Staged(super::convert::count(self.staged.len()))
    }

    /// Saves what was staged; it stays staged where that is refused.
    pub(super) async fn save_staged(&mut self, now: Timestamp) -> Answer {
        if self.staged.is_empty() {
            return Ok(Reply::Staged(0));
        }
        let staged = std::mem::take(&mut self.staged);
        let answer = self.apply(&staged, now).await;
        if answer.is_err() {
            self.staged = staged;
        }
        answer
    }

    fn changed(&mut self, applied: &Applied, sentence: String) -> Reply {
        let Some(act) = applied.act else {
            return Reply::Changed(Changed { act: None, sentence: done::SO_ALREADY.into(), object: None });
        };
        self.arena = None;
        announce(&Event::Changed, true);
        let model = self.session.model();
        // A project comes with its environments and a value with its binding: the one to go to is what they are in.
        let of_rank = |wanted: fn(&Model, vault::ObjectId) -> bool| {
            applied.touched.iter().copied().find(|touched| wanted(model, *touched))
        };
        let object = of_rank(|model, it| model.project(it).is_some())
            .or_else(|| of_rank(|model, it| model.environment(it).is_some()))
            .or_else(|| of_rank(|model, it| model.secret(it).is_some()));
        Reply::Changed(Changed { act: Some(Id(*act.as_bytes())), sentence, object: object.map(id) })
    }
}

/// The cell that an edit is about.
pub(super) fn place(edit: &Edit) -> Option<(Id, &str)> {
    match edit {
        Edit::SetValue { environment, variable, .. }
        | Edit::Bind { environment, variable, .. }
        | Edit::Unbind { environment, variable }
        | Edit::Hide { environment, variable } => Some((*environment, variable)),
        _ => None,
    }
}

fn change(edit: Edit, model: &Model) -> Result<Change, Refusal> {
    Ok(match edit {
        Edit::CreateProject { name } => Change::CreateProject { name },
        Edit::RenameProject { project, name } => Change::RenameProject { project: object(project), name },
        Edit::ArchiveProject { project, archived } => {
            Change::ArchiveProject { project: object(project), archived }
        }
        Edit::DeleteProject { project } => Change::DeleteProject { project: object(project) },
        Edit::CreateEnvironment { project, name, kind, parent } => Change::CreateEnvironment {
            project: object(project),
            name,
            kind: model_kind(kind),
            parent: parent.map(object),
        },
        Edit::RenameEnvironment { environment, name } => {
            Change::RenameEnvironment { environment: object(environment), name }
        }
        Edit::SetKind { environment, kind } => {
            Change::SetKind { environment: object(environment), kind: model_kind(kind) }
        }
        Edit::SetParent { environment, parent } => {
            Change::SetParent { environment: object(environment), parent: parent.map(object) }
        }
        Edit::MoveEnvironment { environment, before } => {
            Change::MoveEnvironment { environment: object(environment), before: before.map(object) }
        }
        Edit::DeleteEnvironment { environment } => {
            Change::DeleteEnvironment { environment: object(environment) }
        }
        other => of_variable(other, model)?,
    })
}

fn of_variable(edit: Edit, model: &Model) -> Result<Change, Refusal> {
    Ok(match edit {
        Edit::SetValue { environment, variable, value } => {
            Change::SetValue { environment: object(environment), variable, value: secret_value(value) }
        }
        Edit::Bind { environment, variable, secret } => {
            Change::Bind { environment: object(environment), variable, secret: object(secret) }
        }
        Edit::Unbind { environment, variable } => {
            Change::Unbind { environment: object(environment), variable }
        }
        Edit::Hide { environment, variable } => Change::Hide { environment: object(environment), variable },
        Edit::RenameVariable { project, from, to } => {
            Change::RenameVariable { project: object(project), from, to }
        }
        Edit::CreateSecret { details, value } => Change::CreateSecret {
            details: model_details(&details, vault::model::Details::default())?,
            value: secret_value(value),
        },
        Edit::ReplaceValue { secret, value } => {
            Change::ReplaceValue { secret: object(secret), value: secret_value(value) }
        }
        Edit::RestoreVersion { secret, revision } => {
            Change::RestoreVersion { secret: object(secret), revision }
        }
        Edit::Settle { object: of, field, chosen } => Change::Settle {
            object: object(of),
            field: vault::Field::from_number(field).ok_or(Refusal::Gone)?,
            chosen: chosen.map(model_written),
        },
        Edit::Describe { secret, details } => {
            let base = model.secret(object(secret)).ok_or(Refusal::Gone)?.details.clone();
            Change::Describe { secret: object(secret), details: model_details(&details, base)? }
        }
        Edit::CreateProfile { name, text } => Change::CreateProfile { name, text },
        Edit::RenameProfile { profile, name } => Change::RenameProfile { profile: object(profile), name },
        Edit::DeleteProfile { profile } => Change::DeleteProfile { profile: object(profile) },
        Edit::DeleteSecret { secret } => Change::DeleteSecret { secret: object(secret) },
        Edit::Restore { object: id } => Change::Restore { object: object(id) },
        // The other edits are no variable's; `change` has handled them.
        _ => return Err(Refusal::Internal),
    })
}

fn secret_value(value: Hidden) -> SecretValue {
    SecretValue::new(value.into_exposed())
}
