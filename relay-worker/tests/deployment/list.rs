//! Who may found a log.

use protocol::LogId;
use protocol::message::{Answer, Quota, Room};
use relay_worker::deployment::{next_wake, settled, undone, unsettled};

use crate::admin;
use crate::{CODE, DEPLOYED, LOCAL, MINUTE, NOW, account, empty, found, inviting, own, vault};

#[test]
fn an_invite_is_good_for_as_many_accounts_as_it_says_and_an_account_needs_it_once() {
    let mut database = inviting(2);
    let first = own(1, Some(CODE));
    assert_eq!(found(&mut database, &own(1, None), DEPLOYED, NOW), Err(Answer::InviteNeeded));
    for _ in 0..3 {
        assert_eq!(found(&mut database, &first, DEPLOYED, NOW), Ok(Quota::DEFAULT));
    }
    assert_eq!(found(&mut database, &own(1, None), DEPLOYED, NOW), Ok(Quota::DEFAULT), "it is on the list");
    assert_eq!(found(&mut database, &own(2, Some(CODE)), DEPLOYED, NOW), Ok(Quota::DEFAULT));
    assert_eq!(found(&mut database, &own(3, Some(CODE)), DEPLOYED, NOW), Err(Answer::InviteRefused));
}

#[test]
fn what_is_no_invite_and_what_is_none_any_more_are_told_alike() {
    let mut database = inviting(1);
    assert!(found(&mut database, &own(1, Some(CODE)), DEPLOYED, NOW).is_ok(), "the control");
    let used_up = found(&mut database, &own(2, Some(CODE)), DEPLOYED, NOW);
    let never = found(&mut inviting(1), &own(2, Some([1; 16])), DEPLOYED, NOW);
    let over = found(&mut inviting(1), &own(2, Some(CODE)), DEPLOYED, NOW + MINUTE + 1);
    assert_eq!((used_up, never, over), {
        let refused = Err(Answer::InviteRefused);
        (refused.clone(), refused.clone(), refused)
    });
    assert!(found(&mut inviting(1), &own(2, Some(CODE)), DEPLOYED, NOW + MINUTE).is_ok(), "its last moment");
}

#[test]
fn on_the_machine_itself_the_first_account_is_free() {
    let mut database = empty();
    assert_eq!(found(&mut database, &own(1, None), DEPLOYED, NOW), Err(Answer::InviteNeeded));
    assert!(found(&mut database, &own(1, None), LOCAL, NOW).is_ok());
    assert_eq!(found(&mut database, &own(2, None), LOCAL, NOW), Err(Answer::InviteNeeded));
}

#[test]
fn a_vault_is_founded_by_an_account_on_the_list_up_to_its_quota() {
    let mut database = inviting(2);
    assert_eq!(found(&mut database, &vault(1, 0x71), DEPLOYED, NOW), Err(Answer::NotFound));
    assert_eq!(found(&mut database, &vault(1, 0x71), LOCAL, NOW), Err(Answer::NotFound), "wherever");
    for number in [1, 2] {
        assert!(found(&mut database, &own(number, Some(CODE)), DEPLOYED, NOW).is_ok());
    }
    let quota = Quota { bytes: 7, commits: 8, vaults: 2 };
    admin::change(&mut database, &format!("/v1/admin/accounts/{}/quota", account(1)), &quota.encode());
    for _ in 0..2 {
        assert_eq!(found(&mut database, &vault(1, 0x71), DEPLOYED, NOW), Ok(quota));
    }
    assert_eq!(found(&mut database, &vault(1, 0x72), DEPLOYED, NOW), Ok(quota));
    assert_eq!(found(&mut database, &vault(1, 0x73), DEPLOYED, NOW), Err(Answer::Full(Room::Vaults)));
    assert_eq!(found(&mut database, &vault(1, 0x72), DEPLOYED, NOW), Ok(quota), "those on the list stay");
    assert_eq!(found(&mut database, &vault(2, 0x71), DEPLOYED, NOW), Err(Answer::NotFound), "another's");
    assert!(found(&mut database, &vault(2, 0x73), DEPLOYED, NOW).is_ok(), "another's quota is its own");
}

#[test]
fn a_founding_that_was_cut_short_is_undone_and_the_invite_is_good_again() {
    let mut database = inviting(1);
    let (log, over) = (account(1).log(), NOW + 10 * MINUTE);
    assert!(found(&mut database, &own(1, Some(CODE)), DEPLOYED, NOW).is_ok());
    assert_eq!(next_wake(&database), Ok(Some(over)));
    assert_eq!(unsettled(&database, over - 1), Ok(Vec::new()));
    assert_eq!(unsettled(&database, over), Ok(vec![log]));
    // Too early: somebody founds it once more, and is let.
    database.apply(&undone(log, over - 1));
    assert!(found(&mut database, &own(1, None), DEPLOYED, NOW + MINUTE).is_ok());
    database.apply(&undone(log, over));
    assert_eq!(unsettled(&database, over + MINUTE), Ok(vec![log]), "its time is anew");
    database.apply(&undone(log, over + MINUTE));
    assert_eq!(next_wake(&database), Ok(None));
    assert_eq!(found(&mut database, &own(1, None), DEPLOYED, NOW), Err(Answer::InviteNeeded));
    assert!(found(&mut database, &own(2, Some(CODE)), DEPLOYED, NOW).is_ok(), "the invite has its use back");
}

#[test]
fn a_log_that_was_found_to_be_there_stays_on_the_list() {
    let mut database = inviting(1);
    assert!(found(&mut database, &own(1, Some(CODE)), DEPLOYED, NOW).is_ok());
    assert!(found(&mut database, &vault(1, 0x71), DEPLOYED, NOW).is_ok());
    let over = NOW + 10 * MINUTE;
    database.apply(&[settled(account(1).log())]);
    database.apply(&undone(LogId::new([0x71; 16]), over));
    assert_eq!(next_wake(&database), Ok(None));
    // A relay that lost it is told it again; that is nothing to be undone.
    assert!(found(&mut database, &own(1, None), DEPLOYED, over).is_ok());
    assert_eq!(next_wake(&database), Ok(None));
    database.apply(&undone(account(1).log(), over + 20 * MINUTE));
    assert!(found(&mut database, &own(1, None), DEPLOYED, over).is_ok());
}
