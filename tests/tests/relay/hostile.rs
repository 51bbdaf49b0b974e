//! A relay that lies: each attack comes to nothing, and gets something from a client that leaves a check out.
//!
//! `docs/threats.md` says which row of the threat model each of them is.

mod copy;
mod door;
mod left;
mod revoked;
mod script;
mod sealed;
mod served;
mod story;
mod table;
mod view;

use weakness::Weakness;

/// Nothing, or what an attack got.
type Outcome = Result<(), String>;

/// Ends an attack that got something.
macro_rules! holds {
    ($holds:expr, $($got:tt)+) => {
        if !$holds {
            return Err(format!($($got)+));
        }
    };
}
use holds;

macro_rules! rows {
    ($($name:ident: $attack:path, held by [$($check:ident),+];)*) => {
        $(
            #[test]
            fn $name() {
                prove($attack, &[$(Weakness::$check),+]);
            }
        )*

        /// Every attack by its name, and the checks that hold it.
        const ROWS: &[(&str, &[Weakness])] = &[$((stringify!($name), &[$(Weakness::$check),+])),*];
    };
}

/// The attack comes to nothing, and without the checks it gets something.
fn prove(attack: fn() -> Outcome, checks: &[Weakness]) {
    assert_eq!(attack(), Ok(()));
    let got = weakness::with(checks, attack);
    println!("without {checks:?}: {got:?}");
    assert!(got.is_err(), "the control: without {checks:?} the attack gets something");
    // Each of several checks is enough.
    for left in checks.iter().filter(|_| checks.len() > 1) {
        let others: Vec<Weakness> = checks.iter().filter(|check| *check != left).copied().collect();
        assert_eq!(weakness::with(&others, attack), Ok(()), "{left:?} alone");
    }
}

rows! {
    commits_that_are_left_out_repeated_or_in_another_order_are_not_taken: served::order, held by [Chain];
    a_commit_that_comes_again_brings_nothing_back: served::resurrected, held by [Chain, Counter, Revision];
    what_the_relay_signs_itself_is_not_taken: served::forged, held by [Signature];
    a_blob_in_the_place_of_another_is_not_taken: served::swapped, held by [BlobHash];
    what_does_not_open_is_told_alike_whatever_is_wrong_with_it: served::alike, held by [BlobHash];
    a_wrap_in_the_place_of_another_is_not_taken: served::rewrapped, held by [BodyHash];
    wraps_that_are_added_or_dropped_are_not_taken: served::wraps, held by [Signature];
    nothing_is_written_over_what_is_withheld: served::withheld, held by [Withheld];

    no_acknowledged_commit_is_rolled_back: view::rolled_back, held by [Anchor];
    two_views_are_never_joined: view::forked, held by [Anchor];
    the_accounts_log_is_not_rolled_back_alone: view::account_alone, held by [Anchor];
    the_vaults_log_is_not_rolled_back_alone: view::vault_alone, held by [Anchor];
    a_relay_that_keeps_nothing_is_not_asked_for_ever: view::stalled, held by [Asked];
    a_relay_from_an_old_backup_is_caught_up: view::restored, held by [Behind];
    a_copied_profile_uses_no_counter_twice_and_loses_nothing: copy::copied, held by [Copied];

    a_vault_that_goes_back_before_a_revocation_is_closed_to_the_device_first: left::unrevoked, held by [Follow];
    no_rejoin_leads_back_before_a_revocation: left::brought_back, held by [Renewed];

    an_answer_with_more_than_the_protocol_has_is_no_answer: door::more, held by [Leftover];
    a_new_device_takes_no_other_wraps_than_the_log_names: door::rewrapped, held by [NamedWraps];
    a_new_device_is_no_oracle_for_wraps: door::oracle, held by [NamedWraps];
    a_scanned_code_takes_no_older_and_no_other_log: door::not_as_seen, held by [Anchor];
    a_scanned_code_is_for_no_other_relay: door::other_relay, held by [Anchor, ServerKey];
    a_stolen_relay_tells_no_passphrase: door::guessed, held by [SecretKey];
    another_relay_is_not_registered_at_in_the_name_of_the_first: door::impostor, held by [ServerKey];
    a_passphrase_that_the_relay_never_had_is_not_in_force_here: door::cut_short, held by [Early];
    what_a_device_signed_in_with_lets_nobody_in_again: door::replayed, held by [Spent];
    a_device_that_did_not_sign_is_answered_nothing: door::unsigned, held by [Sender];

    a_revoked_device_reads_nothing_that_is_written_later_whatever_it_is_handed: revoked::reads, held by [Granted];
    a_kit_of_before_brings_no_revoked_device_back: revoked::comes_back, held by [SecretKey];
    what_waited_when_a_device_was_revoked_is_not_sealed_for_it: revoked::reads_what_waited, held by [Follow];
    what_waited_for_the_answer_to_a_revocation_is_not_sealed_for_the_device: revoked::reads_what_waited_for_an_answer, held by [Follow];

    the_relay_holds_no_canary: sealed::read, held by [Cipher];
    no_bit_of_a_ciphertext_changes: sealed::flipped, held by [Tag];
    no_ciphertext_is_made_of_two: sealed::spliced, held by [Tag];
    nothing_opens_in_another_place: sealed::moved, held by [Place];
}

#[test]
fn every_check_that_can_be_left_out_holds_a_row() {
    for weakness in Weakness::ALL {
        let is_named = table::sources().contains(&format!("Weakness::{weakness:?}]"));
        assert!(is_named || ROWS.iter().any(|(_, checks)| checks.contains(weakness)), "{weakness:?}");
    }
}
