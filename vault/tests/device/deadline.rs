//! The time until which a vault stays open is one for all sessions of its store.

use vault::model::Timestamp;
use vault::session::Error;

use crate::support::{Device, NOW, block_on};

const fn at(milliseconds: u64) -> Timestamp {
    Timestamp(NOW.0 + milliseconds)
}

#[test]
fn a_session_that_slept_through_the_deadline_is_locked_before_anything_else() {
    let mut device = Device::new();
    assert_eq!(block_on(device.session.refresh_at(at(u64::MAX / 4))), Ok(false), "there is no deadline");
    block_on(device.session.keep_open_until(Some(at(10)))).expect("moves");
    assert_eq!(block_on(device.session.refresh_at(at(9))), Ok(false));
    assert_eq!(block_on(device.session.refresh_at(at(10))), Err(Error::Locked));
}

#[test]
fn a_touch_in_one_session_keeps_the_others_open_and_its_end_ends_them() {
    let mut first = Device::new();
    block_on(first.session.keep_open_until(Some(at(10)))).expect("moves");
    let mut second = first.another();
    assert_eq!(second.session.deadline(), None, "who unlocks now is not bound by a time before");
    block_on(second.session.keep_open_until(Some(at(50)))).expect("moves");
    assert_eq!(block_on(first.session.refresh_at(at(49))), Ok(true));
    assert_eq!(first.session.deadline(), Some(at(50)));
    assert_eq!(block_on(first.session.refresh_at(at(50))), Err(Error::Locked));
    block_on(second.session.keep_open_until(None)).expect("moves");
    assert_eq!(block_on(first.session.refresh_at(at(u64::MAX / 4))), Ok(true));
}

#[test]
fn a_deadline_that_says_no_time_is_past() {
    let mut device = Device::new();
    block_on(device.session.keep_open_until(Some(at(10)))).expect("moves");
    let mut other = device.another();
    device.store.tamper(|stored| {
        stored.cells.get_mut(&vault::port::CellId(7)).expect("a deadline").pop();
    });
    block_on(other.session.set_settings(b"dark", &mut other.rng)).expect("sets");
    assert_eq!(block_on(device.session.refresh_at(at(0))), Err(Error::Locked));
}
