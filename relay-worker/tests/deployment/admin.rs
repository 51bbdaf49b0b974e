//! What an administrator asks.

use std::ops::ControlFlow;

use ed25519_dalek::{Signer, SigningKey};
use protocol::message::{AdminAnswer, AdminProof, Answer, Invitation, Listed, Quota, Signed};
use protocol::{Hash, LogId, Signature, VerifyingKey};
use relay_worker::deployment::{Administered, Then, administer, erased, erasing, next_wake};
use relay_worker::rules::Request;
use relay_worker::store::{Read, Write};
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

/// A request for each route about the account of this number, signed by the administrator.
fn requests(number: u8) -> Vec<Draft> {
    let of = format!("/v1/admin/accounts/{}", account(number));
    let invitation = Invitation { hash: Hash::of_invite(&[7; 16]), uses: 3, until: NOW + MINUTE };
    let revoked = format!("/v1/admin/invites/{}/revocation", Hash::of_invite(&CODE));
    vec![
        Draft::new("GET", "/v1/admin/accounts", &[]),
        Draft::new("GET", &format!("/v1/admin/accounts?after={}", account(number)), &[]),
        Draft::new("GET", "/v1/admin/invites", &[]),
        Draft::new("POST", "/v1/admin/invites", &invitation.encode()),
        Draft::new("POST", &revoked, &[]),
        Draft::new("GET", &of, &[]),
        Draft::new("POST", &format!("{of}/quota"), &Quota::DEFAULT.encode()),
        Draft::new("POST", &format!("{of}/erasure"), &[]),
    ]
}

#[test]
fn every_route_that_is_asked_wrongly_says_so_and_changes_nothing() {
    let mut database = inviting(1);
    assert!(found(&mut database, &own(1, Some(CODE)), DEPLOYED, NOW).is_ok());
    let signed = |draft: &Draft, method, target: &str, body: &[u8]| {
        Draft::new(method, target, body).ask(&database, NOW).map(|_| draft.target.clone())
    };
    for draft in requests(1) {
        let Draft { method, target, body, .. } = &draft;
        assert!(draft.ask(&database, NOW).is_ok(), "the control: {method} {target}");
        let told = |method, target: &str, body: &[u8]| signed(&draft, method, target, body);
        let others = ["GET", "POST", "PUT", "DELETE", "get"].into_iter().filter(|other| other != method);
        for other in others.filter(|other| !target.ends_with("/invites") || !["GET", "POST"].contains(other))
        {
            assert_eq!(told(other, target, body), Err(Answer::WrongMethod), "{other} {target}");
        }
        for wrong in
            [format!("{target}/more"), target.replace("/v1/", "/v2/"), target.replace("admin", "Admin")]
        {
            assert!(told(method, &wrong, body).is_err(), "{wrong}");
        }
        for wrong in [format!("{target}&x=1"), format!("{target}?"), target.to_uppercase()] {
            let refused = told(method, &wrong, body);
            assert!(matches!(refused, Err(Answer::Malformed | Answer::NotFound)), "{wrong}: {refused:?}");
        }
        for end in 0..body.len() {
            assert_eq!(told(method, target, &body[..end]), Err(Answer::Malformed), "{target} cut at {end}");
        }
        let longer = [&body[..], &[0]].concat();
        assert_eq!(told(method, target, &longer), Err(Answer::Malformed), "{target}");
        assert_eq!(told(method, target, &[0; 65]), Err(Answer::TooLarge), "{target}");
        assert_eq!(told(method, target, &[0xFF; 64]), Err(Answer::Malformed), "{target}");

        let spoilt = |spoil: fn(&mut Draft)| {
            let mut spoilt = draft.clone();
            spoil(&mut spoilt);
            spoilt.ask(&database, NOW).map(drop)
        };
        assert_eq!(spoilt(|draft| draft.header.clear()), Err(Answer::Malformed));
        assert_eq!(spoilt(|draft| draft.header = draft.header.replace("-Admin", "")), Err(Answer::Malformed));
        assert_eq!(spoilt(|draft| draft.header.truncate(150)), Err(Answer::Malformed));
        let stranger = SigningKey::from_bytes(&[1; 32]);
        let by_stranger = Draft::signed(&stranger, (*method, target, body), NOW, [3; 16]);
        assert_eq!(by_stranger.ask(&database, NOW), Err(Answer::NotFound), "{target}");
        for time in [NOW - 120_001, NOW + 120_001] {
            let late = Draft::signed(&key(), (*method, target, body), time, [3; 16]);
            assert_eq!(late.ask(&database, NOW), Err(Answer::Clock(NOW)), "{target}");
        }
    }
    for draft in requests(9).into_iter().skip(5) {
        assert_eq!(
            draft.ask(&database, NOW),
            Err(Answer::NotFound),
            "{}: there is no such account",
            draft.target
        );
    }
    for draft in requests(1).into_iter().filter(|draft| draft.method == "POST") {
        let Administered { writes, .. } = draft.ask(&database, NOW).unwrap();
        database.apply(&writes);
        assert_eq!(draft.ask(&database, NOW), Err(Answer::Expired), "{} again", draft.target);
        // Each is signed with the same nonce: the next is another's.
        database.apply(&[Write { statement: "DELETE FROM nonces", values: Vec::new() }]);
    }
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
