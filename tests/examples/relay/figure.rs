//! A figure, as `tests/bench/main.mjs` reads it; the tests that hold exact ones tell them so too.

/// The median.
pub(crate) fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// Tells a figure and the most that it may be.
pub(crate) fn tell(what: &str, value: f64, must: f64, seen: &str) {
    println!(r#"{{"what":"{what}","value":{value},"must":{must},"seen":"{seen}"}}"#);
}
