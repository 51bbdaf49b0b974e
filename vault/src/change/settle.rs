//! Settling what devices wrote at the same time.

use protocol::{Field, Fields, ObjectId};

use super::draft::Draft;
use super::environment;
use super::refusal::Refusal;
use crate::merge;
use crate::model::{Overview, Secret, ValueEdit, Written};

/// Settles a field: what is current stays, or an alternative takes its place; none of them is left.
pub(super) fn settle(
    draft: &mut Draft<'_>,
    id: ObjectId,
    field: Field,
    chosen: Option<Written>,
) -> Result<(), Refusal> {
    if field == Field::Value {
        return settle_value(draft, id, chosen);
    }
    let fields = draft.overview(id).ok_or(Refusal::Gone)?.write(Fields::new());
    let settled = merge::settled(&fields, field, chosen).ok_or(Refusal::Gone)?;
    let overview = Overview::read(&settled.borrow()).ok_or(Refusal::Gone)?;
    if let Overview::Environment(it) = &overview {
        environment::check_circle(draft, id, it.parent)?;
    }
    draft.put(id, overview);
    Ok(())
}

fn settle_value(draft: &mut Draft<'_>, id: ObjectId, chosen: Option<Written>) -> Result<(), Refusal> {
    let secret = draft.secret(id)?.clone();
    if !secret.contested {
        return Err(Refusal::Gone);
    }
    draft.put(id, Overview::Secret(Box::new(Secret { contested: false, ..secret })));
    draft.set_value(id, ValueEdit::Settle(chosen));
    Ok(())
}
