//! The heads of two logs in one answer (`PROTOCOL.md` §6). No log's object answers for another: each is asked, and answers its
//! own head, or why it does not, as it would answer any reader.

use protocol::message::{Answer, Head};

/// Status and body of the answer, of those of both logs' objects.
pub fn joined(one: (u16, Vec<u8>), other: (u16, Vec<u8>)) -> (u16, Vec<u8>) {
    match (head(&one.1), head(&other.1)) {
        (Some(first), Some(second)) => {
            let answer = Answer::Heads(Head::joined([first, second]));
            (answer.status(), answer.encode())
        }
        (None, _) => one,
        (Some(_), None) => other,
    }
}

fn head(body: &[u8]) -> Option<Head> {
    match Answer::decode(body) {
        Ok(Answer::Chain { head, .. }) => Some(head),
        _ => None,
    }
}
