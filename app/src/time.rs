//! The page's clock and how a point in time reads.

use desk::Moment;
use js_sys::Date;
use wasm_bindgen::JsValue;

/// Milliseconds since 1970, as the page's clock says.
pub fn now() -> f64 {
    Date::now()
}

/// A time of the page's clock.
pub fn moment(time: f64) -> Moment {
    Moment(as_millis(time))
}

/// How long ago `moment` was, in the largest unit that fits.
pub fn ago(moment: Moment) -> String {
    ago_at(moment.0, as_millis(now()))
}

/// The day and minute of `moment`, as the browser's language writes them.
pub fn full(moment: Moment) -> String {
    date(moment).to_locale_string("default", &JsValue::UNDEFINED).into()
}

fn date(moment: Moment) -> Date {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 stay exact for 280,000 years")]
    let millis = moment.0 as f64;
    Date::new(&JsValue::from_f64(millis))
}

/// The time of `moment`, as the browser's language writes it, with the day where that is not today.
pub fn clock(moment: Moment) -> String {
    let date = date(moment);
    if date.to_date_string() == Date::new_0().to_date_string() {
        let options = js_sys::Object::new();
        // Setting a property of a plain object does not fail.
        let _ = js_sys::Reflect::set(&options, &"timeStyle".into(), &"short".into());
        return date.to_locale_time_string_with_options("default", &options).into();
    }
    full(moment)
}

fn as_millis(time: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    let millis = time as u64;
    millis
}

fn ago_at(then: u64, now: u64) -> String {
    const UNITS: [(u64, &str, &str); 5] = [
        (365 * 24 * 3600, "year", "years"),
        (30 * 24 * 3600, "month", "months"),
        (24 * 3600, "day", "days"),
        (3600, "hour", "hours"),
        (60, "minute", "minutes"),
    ];
    let seconds = now.saturating_sub(then) / 1000;
    let unit = UNITS.iter().find(|(length, ..)| seconds >= *length);
    match unit.map(|(length, one, many)| (seconds / length, one, many)) {
        Some((1, one, _)) => ["1 ", one, " ago"].concat(),
        Some((count, _, many)) => [&count.to_string(), " ", many, " ago"].concat(),
        None => "just now".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_unit_that_fits_is_said() {
        let now = 2_000_000_000_000;
        let said = |seconds: u64| ago_at(now - seconds * 1000, now);
        assert_eq!(said(59), "just now");
        assert_eq!(said(60), "1 minute ago");
        assert_eq!(said(7200), "2 hours ago");
        assert_eq!(said(3 * 24 * 3600), "3 days ago");
        assert_eq!(said(400 * 24 * 3600), "1 year ago");
    }

    #[test]
    fn a_clock_that_went_back_is_no_trouble() {
        assert_eq!(ago_at(5000, 1000), "just now");
    }
}
