//! What an administrator asks.

use std::ops::ControlFlow;

use ed25519_dalek::{Signer, SigningKey};
use protocol::message::{AdminAnswer, AdminProof, Answer, Invitation, Listed, Quota, Signed};
use protocol::{Hash, LogId, Signature, VerifyingKey};
use relay_worker::deployment::{Administered, Then, administer, erased, erasing, next_wake};
use relay_worker::rules::Request;
use relay_worker::store::Read;
use relay_worker::verify::Strict;

use crate::database::Database;
use crate::{CODE, DEPLOYED, MINUTE, NOW, account, empty, found, inviting, own, vault};

const ORIGIN: &str = "https://relay.example";

/// A request that can be spoilt before it is sent.
#[derive(Clone)]
struct Draft {
    method: &'static str,
    target: String,
    body: Vec<u8>,
    header: String,
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[0xAD; 32])
}

impl Draft {
    fn new(method: &'static str, target: &str, body: &[u8]) -> Self {
        Self::signed(&key(), (method, target, body), NOW, [3; 16])
    }

    fn signed(
        key: &SigningKey,
        (method, target, body): (&'static str, &str, &[u8]),
        time: u64,
        nonce: [u8; 16],
    ) -> Self {
        let unsigned = AdminProof { time, nonce, signature: Signature::UNSIGNED };
        let message = unsigned.signed_bytes(&Signed { origin: ORIGIN, method, target, body });
        let signature = key.sign(&message).to_bytes();
        let bytes = [&time.to_le_bytes()[..], &nonce, &signature].concat();
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let header = format!("Tacit-Admin {digits}");
        Self { method, target: target.to_owned(), body: body.to_vec(), header }
    }

    fn ask(&self, store: &impl Read, now: u64) -> Result<Administered, Answer<'static>> {
        let admin = VerifyingKey::new(key().verifying_key().to_bytes());
        self.ask_with(store, Some(&admin), now)
    }

    fn ask_with(
        &self,
        store: &impl Read,
        admin: Option<&VerifyingKey>,
        now: u64,
    ) -> Result<Administered, Answer<'static>> {
        let request = Request {
            origin: ORIGIN,
            method: self.method,
            target: &self.target,
            authorization: Some(&self.header),
            body: &self.body,
            quota: None,
        };
        administer(&request, admin, now, store, &Strict)
    }
}

/// Changes something, under a nonce of its own, and answers with what follows of it.
pub(crate) fn change(database: &mut Database, target: &str, body: &[u8]) -> Then {
    let nonce = Hash::of_blob(&[target.as_bytes(), body].concat()).as_bytes()[..16].try_into().unwrap();
    let Administered { writes, then } =
        Draft::signed(&key(), ("POST", target, body), NOW, nonce).ask(database, NOW).unwrap();
    database.apply(&writes);
    then
}

fn get(database: &Database, target: &str) -> AdminAnswer {
    match Draft::new("GET", target, &[]).ask(database, NOW) {
        Ok(Administered { then: Then::Answer(answer), .. }) => answer,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_administrator_is_who_has_the_key_and_is_told_the_list() {
    let mut database = inviting(2);
    for number in [2, 1] {
        assert!(found(&mut database, &own(number, Some(CODE)), DEPLOYED, NOW + u64::from(number)).is_ok());
    }
    let listed = |number: u8| Listed { account: account(number), since: NOW + u64::from(number) };
    assert_eq!(
        get(&database, "/v1/admin/accounts"),
        AdminAnswer::Accounts(vec![listed(1), listed(2)], false)
    );
    let after = format!("/v1/admin/accounts?after={}", account(1));
    assert_eq!(get(&database, &after), AdminAnswer::Accounts(vec![listed(2)], false));

    let target = "/v1/admin/accounts";
    let right = Draft::new("GET", target, &[]);
    let stranger = Draft::signed(&SigningKey::from_bytes(&[1; 32]), ("GET", target, &[]), NOW, [3; 16]);
    let not_found = Err(Answer::NotFound);
    assert_eq!(stranger.ask(&database, NOW), not_found);
    assert_eq!(right.ask_with(&database, None, NOW), not_found, "there is no administrator");
    let elsewhere = Draft { target: "/v1/admin/invites".into(), ..right.clone() };
    assert_eq!(elsewhere.ask(&database, NOW), not_found, "signed for another target");
    for now in [NOW - 120_001, NOW + 120_001] {
        assert_eq!(right.ask(&database, now), Err(Answer::Clock(now)));
    }
    assert!(right.ask(&database, NOW + 120_000).is_ok(), "the control");
}

#[test]
fn a_change_is_made_once() {
    let invitation = Invitation { hash: Hash::of_invite(&CODE), uses: 1, until: NOW + MINUTE };
    let mut database = empty();
    let draft = Draft::new("POST", "/v1/admin/invites", &invitation.encode());
    let Administered { writes, .. } = draft.ask(&database, NOW).unwrap();
    database.apply(&writes);
    for now in [NOW, NOW + 120_000] {
        assert_eq!(draft.ask(&database, now), Err(Answer::Expired));
    }
    assert_eq!(get(&database, "/v1/admin/invites"), AdminAnswer::Invites(vec![invitation]));
    // An invite that is there stays as it is, and a revoked one is good for nobody.
    change(&mut database, "/v1/admin/invites", &Invitation { uses: 9, ..invitation }.encode());
    assert_eq!(get(&database, "/v1/admin/invites"), AdminAnswer::Invites(vec![invitation]));
    change(&mut database, &format!("/v1/admin/invites/{}/revocation", invitation.hash), &[]);
    assert_eq!(found(&mut database, &own(1, Some(CODE)), DEPLOYED, NOW), Err(Answer::InviteRefused));
}

#[test]
fn a_body_that_is_none_is_malformed_and_a_long_one_is_not_read() {
    let database = empty();
    let invites = "/v1/admin/invites";
    for body in [&[][..], &[0; 20], &[0; 40]] {
        assert_eq!(Draft::new("POST", invites, body).ask(&database, NOW), Err(Answer::Malformed));
    }
    assert_eq!(Draft::new("GET", invites, &[1]).ask(&database, NOW), Err(Answer::Malformed));
    assert_eq!(Draft::new("POST", invites, &[0; 200]).ask(&database, NOW), Err(Answer::TooLarge));
    let headless = Draft { header: "Tacit 00".into(), ..Draft::new("GET", invites, &[]) };
    assert_eq!(headless.ask(&database, NOW), Err(Answer::Malformed));
}

#[test]
fn a_quota_is_told_to_every_log_of_the_account() {
    let mut database = inviting(1);
    assert!(found(&mut database, &own(1, Some(CODE)), DEPLOYED, NOW).is_ok());
    assert!(found(&mut database, &vault(1, 0x71), DEPLOYED, NOW).is_ok());
    let set = Quota { bytes: 5, commits: 6, vaults: 7 };
    let target = format!("/v1/admin/accounts/{}/quota", account(1));
    let Then::Tell { quota, logs } = change(&mut database, &target, &set.encode()) else {
        panic!("nobody is told")
    };
    assert_eq!((quota, logs), (set, vec![account(1).log(), LogId::new([0x71; 16])]));
    let target = format!("/v1/admin/accounts/{}", account(1));
    let shown = Draft::new("GET", &target, &[]).ask(&database, NOW);
    let shown = shown.unwrap().then;
    assert!(matches!(shown, Then::Show { quota, .. } if quota == set), "{shown:?}");
    let nobody = Draft::new("GET", &format!("/v1/admin/accounts/{}", account(9)), &[]);
    assert_eq!(nobody.ask(&database, NOW), Err(Answer::NotFound));
}

#[test]
fn an_account_that_is_erased_founds_nothing_and_goes_once_nothing_of_it_can_come() {
    let mut database = inviting(2);
    for number in [1, 2] {
        assert!(found(&mut database, &own(number, Some(CODE)), DEPLOYED, NOW).is_ok());
    }
    assert!(found(&mut database, &vault(1, 0x71), DEPLOYED, NOW).is_ok());
    change(&mut database, &format!("/v1/admin/accounts/{}/erasure", account(1)), &[]);
    let wanted = [
        (own(1, Some(CODE)), Answer::InviteRefused),
        (own(1, None), Answer::InviteNeeded),
        (vault(1, 0x71), Answer::NotFound),
        (vault(1, 0x72), Answer::NotFound),
    ];
    for (wanted, answer) in wanted {
        assert_eq!(found(&mut database, &wanted, DEPLOYED, NOW), Err(answer));
    }
    let listed = Listed { account: account(2), since: NOW };
    assert_eq!(get(&database, "/v1/admin/accounts"), AdminAnswer::Accounts(vec![listed], false));
    let going = vec![(account(1), vec![account(1).log(), LogId::new([0x71; 16])])];
    assert_eq!(erasing(&database), Ok(going.clone()));
    // A founding that was let through before may come yet: its log is erased once more.
    database.apply(&erased(account(1), NOW + 10 * MINUTE - 1));
    assert_eq!(erasing(&database), Ok(going));
    database.apply(&erased(account(1), NOW + 10 * MINUTE));
    assert_eq!(erasing(&database), Ok(Vec::new()));
    assert_eq!(next_wake(&database), Ok(Some(NOW + 10 * MINUTE)), "the other account's is pending yet");
    let mut rows = 0;
    let count =
        database.each("SELECT id FROM logs WHERE account = ?", &[account(1).as_bytes().into()], &mut |_| {
            rows += 1;
            ControlFlow::Continue(())
        });
    assert_eq!((count, rows), (Ok(()), 0));
    assert_eq!(found(&mut database, &own(1, None), DEPLOYED, NOW), Err(Answer::InviteNeeded));
}
