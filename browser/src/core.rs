//! The core of this context: requests in, replies and events out.

use desk::codec::{decode, encode};
use desk::{Command, Refusal, Reply, Request, Status};
use js_sys::Function;
use std::cell::RefCell;

thread_local! {
    static LISTENER: RefCell<Option<Function>> = const { RefCell::new(None) };
}

pub(crate) fn listen(listener: Function) {
    LISTENER.set(Some(listener));
}

pub(crate) async fn handle(request: &[u8]) -> Vec<u8> {
    let reply = match decode::<Request>(request) {
        Some(request) => answer(request.command),
        None => Reply::Refused(Refusal::Internal),
    };
    encode(&reply).unwrap_or_default()
}

fn answer(command: Command) -> Reply {
    match command {
        Command::Status => Reply::Status(Status::Empty),
        _ => Reply::Refused(Refusal::NoVault),
    }
}
