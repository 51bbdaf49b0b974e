//! The vault's shapes and the desk's, one as the other.

use desk::{Class, Details, Expiry, Field, Id, Kind, Moment, Problem, Refusal, Written};
use vault::model::{self, Timestamp};
use vault::provider;
use vault::{DeviceId, ObjectId};

/// Milliseconds of a day.
const DAY: u64 = 86_400_000;

pub(super) fn id(object: ObjectId) -> Id {
    Id(*object.as_bytes())
}

pub(super) fn object(id: Id) -> ObjectId {
    ObjectId::new(id.0)
}

pub(super) const fn nearing(expiry: model::Expiry) -> Expiry {
    match expiry {
        model::Expiry::Past => Expiry::Past,
        model::Expiry::Soon => Expiry::Soon,
    }
}

pub(super) fn moment(time: Timestamp) -> Moment {
    Moment(time.0)
}

pub(super) fn kind(kind: model::Kind) -> Kind {
    match kind {
        model::Kind::Prod => Kind::Prod,
        model::Kind::NonProd => Kind::NonProd,
    }
}

pub(super) fn model_kind(kind: Kind) -> model::Kind {
    match kind {
        Kind::Prod => model::Kind::Prod,
        Kind::NonProd => model::Kind::NonProd,
    }
}

/// A count for a screen.
pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The name of a provider by its id; the id itself where the table does not know it.
pub(super) fn provider_name(id: &str) -> Option<String> {
    let name = provider::find(id).map_or(id, |provider| provider.name);
    (!name.is_empty()).then(|| name.to_owned())
}

pub(super) fn details(details: &model::Details) -> Details {
    Details {
        name: details.name.to_string(),
        provider: (!details.provider.is_empty()).then(|| details.provider.to_string()),
        kind: details.kind.to_string(),
        class: match details.class {
            model::Class::Infrastructure => Class::Infrastructure,
            model::Class::Service => Class::Service,
            model::Class::User => Class::User,
        },
        tags: details.tags.iter().map(ToString::to_string).collect(),
        notes: details.notes.to_string(),
        expires: details.expires.map(date),
        rotation_days: details.period,
        docs: details.docs.to_string(),
        owner: details.owner.to_string(),
    }
}

/// Who wrote an alternative, and when.
pub(super) fn written(it: model::Written) -> Written {
    Written { device: Id(*it.device.as_bytes()), time: moment(it.time) }
}

/// The same, as the vault has it.
pub(super) fn model_written(it: Written) -> model::Written {
    model::Written { device: DeviceId::new(it.device.0), time: Timestamp(it.time.0) }
}

/// `details` over what a form does not show of `base`.
pub(super) fn model_details(details: &Details, base: model::Details) -> Result<model::Details, Refusal> {
    let expires = expiry(details.expires.as_deref())?;
    Ok(model::Details {
        name: details.name.as_str().into(),
        provider: details.provider.as_deref().unwrap_or_default().into(),
        kind: details.kind.as_str().into(),
        class: match details.class {
            Class::Infrastructure => model::Class::Infrastructure,
            Class::Service => model::Class::Service,
            Class::User => model::Class::User,
        },
        tags: details.tags.iter().map(|tag| tag.as_str().into()).collect(),
        notes: details.notes.as_str().into(),
        expires,
        period: details.rotation_days,
        docs: details.docs.as_str().into(),
        owner: details.owner.as_str().into(),
        ..base
    })
}

/// When something stops working, as a form has it.
pub(super) fn expiry(text: Option<&str>) -> Result<Option<Timestamp>, Refusal> {
    let wrong_date = Refusal::Invalid { field: Field::Expires, problem: Problem::Date };
    let text = text.filter(|text| !text.is_empty());
    text.map(|text| parse_date(text).ok_or(wrong_date)).transpose()
}

/// The day of a point in time in UTC, as `YYYY-MM-DD`.
pub(super) fn date(time: Timestamp) -> String {
    let (year, month, day) = civil(time.0 / DAY);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The start of a day in UTC, from `YYYY-MM-DD` between 1970 and 9999.
fn parse_date(text: &str) -> Option<Timestamp> {
    let mut parts = text.splitn(3, '-').map(|part| part.parse::<u64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let days = days(year, month, day);
    // The 31st of a short month would be a day of the next.
    (civil(days) == (year, month, day)).then_some(Timestamp(days * DAY))
}

/// Days from 1970-01-01 to a date. Years are counted from March, so that the leap day is the last of its year.
fn days(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + of_year - EPOCH
}

/// Days from the 1st of March of the year 0 to 1970-01-01.
const EPOCH: u64 = 719_468;

/// The date (year, month, day) of a day counted from 1970-01-01.
fn civil(day: u64) -> (u64, u64, u64) {
    let day = day + EPOCH;
    let (era, of_era) = (day / 146_097, day % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march = (5 * of_year + 2) / 153;
    let month = if march < 10 { march + 3 } else { march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, of_year - (153 * march + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_read_back() {
        for text in ["1970-01-01", "2000-02-29", "2024-12-31", "2026-11-24", "9999-12-31"] {
            assert_eq!(parse_date(text).map(date).as_deref(), Some(text));
        }
        assert_eq!(parse_date("2000-03-01"), Some(Timestamp(11_017 * DAY)));
    }

    #[test]
    fn days_that_are_not_are_refused() {
        for text in
            ["", "2026", "2026-13-01", "2026-02-30", "2023-02-29", "1969-12-31", "2026-1-x", "20260101"]
        {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }
}
