//! Rules 1 to 5: the chain and who may continue it.

use protocol::{
    Author, Chain, Commit, Entry, Fault, Hash, LogId, Malformed, Note, Refusal, Rejection, Revoke, Rights,
    Stamp, State, Undecodable, Unsigned,
};

use crate::world::{Actor, DEV, World, verify};

fn note() -> [Entry; 1] {
    [Entry::Note(Note { hash: Hash::new([9; 32]) })]
}

fn chain(chain: Chain) -> Refusal {
    Refusal::Rejected(Rejection::Chain(chain))
}

fn author(author: Author) -> Refusal {
    Refusal::Rejected(Rejection::Author(author))
}

/// What becomes of the owner's next commit with its stamp changed, but signed rightly.
fn refusal_of(world: &World, change: impl FnOnce(&mut Stamp)) -> Refusal {
    let mut stamp = world.stamp(&world.owner);
    change(&mut stamp);
    world.refusal(&world.owner.sign(stamp, &note()))
}

#[test]
fn a_commit_continues_this_log_at_its_place() {
    let world = World::vault();
    assert!(world.takes(&note()), "the control");
    assert_eq!(refusal_of(&world, |stamp| stamp.log = LogId::new([1; 16])), chain(Chain::Log));
    assert_eq!(refusal_of(&world, |stamp| stamp.seq += 1), chain(Chain::Seq));
    assert_eq!(refusal_of(&world, |stamp| stamp.seq -= 1), chain(Chain::Seq));
    assert_eq!(refusal_of(&world, |stamp| stamp.seq = 0), chain(Chain::Seq));
    assert_eq!(refusal_of(&world, |stamp| stamp.prev = Hash::ZERO), chain(Chain::Prev));
    assert_eq!(refusal_of(&world, |stamp| stamp.prev = world.commits[0].hash()), chain(Chain::Prev));
}

#[test]
fn a_part_of_an_act_is_one_of_its_parts() {
    let world = World::vault();
    let stamp = world.stamp(&world.owner);
    for (part, parts, is_right) in [(1, 1, true), (2, 3, true), (0, 1, false), (2, 1, false), (0, 0, false)] {
        let unsigned = Unsigned::new(Stamp { part, parts, ..stamp }, &note());
        assert_eq!(unsigned.is_ok(), is_right, "{part} of {parts}");
        let mut bytes = world.owner.sign(stamp, &note()).encode();
        bytes[132..134].copy_from_slice(&part.to_le_bytes());
        bytes[134..136].copy_from_slice(&parts.to_le_bytes());
        assert_eq!(Commit::decode(&bytes).is_ok(), is_right, "{part} of {parts}");
    }
}

#[test]
fn a_body_is_what_its_hash_says() {
    let world = World::vault();
    let mut bytes = world.commit_by(&world.owner, &note()).encode();
    assert!(Commit::decode(&bytes).is_ok(), "the control");
    let end = bytes.len() - 65;
    bytes[end] ^= 1;
    assert_eq!(Commit::decode(&bytes), Err(Undecodable::Malformed(Malformed::Hash)));
}

#[test]
fn a_body_has_a_length() {
    let world = World::vault();
    let bytes = world.commit_by(&world.owner, &note()).encode();
    let with = |length: u32, body: &[u8]| {
        let header = [&bytes[..136], &length.to_le_bytes(), &bytes[140..172]].concat();
        Commit::decode(&[header.as_slice(), body, &bytes[bytes.len() - 64..]].concat())
    };
    let bounds = Err(Undecodable::Malformed(Malformed::Bounds));
    assert!(with(38, &bytes[172..210]).is_ok(), "the control");
    assert_eq!(with(0, &[]), bounds);
    assert_eq!(with(512 * 1024 + 1, &[]), bounds);
    assert_eq!(with(39, &bytes[172..210]), Err(Undecodable::Malformed(Malformed::Short)));
    assert_eq!(with(37, &bytes[172..210]), Err(Undecodable::Malformed(Malformed::Trailing)));
}

#[test]
fn a_device_is_in_the_roster_or_comes_with_its_certificate() {
    let world = World::vault();
    let new = world.owner.on_device(0x55);
    let device = Entry::Device(new.device_entry(1));
    assert!(world.takes_by(&new, std::slice::from_ref(&device)), "the control");
    assert_eq!(world.refusal(&world.commit_by(&new, &note())), author(Author::UnknownDevice));

    let late = [note().to_vec(), vec![device.clone()]].concat();
    assert_eq!(world.refusal(&world.commit_by(&new, &late)), author(Author::UnknownDevice));

    let other = Entry::Device(world.owner.on_device(0x56).device_entry(1));
    assert_eq!(world.refusal(&world.commit_by(&new, &[other])), author(Author::UnknownDevice));

    let mut forged = new.device_entry(1);
    forged.certificate = world.guest.device_entry(1).certificate;
    let refusal = world.refusal(&world.commit_by(&new, &[Entry::Device(forged)]));
    assert_eq!(refusal, author(Author::NotAdded(Fault::Certificate)));
}

#[test]
fn a_revoked_device_says_nothing_more() {
    let mut world = World::vault();
    let second = world.owner.on_device(0x55);
    world.take_by(&second, &[Entry::Device(second.device_entry(1))]);
    assert!(world.takes_by(&second, &note()), "the control");
    world.take(&[Entry::Revoke(Revoke { device: second.device })]);
    assert_eq!(world.refusal(&world.commit_by(&second, &note())), author(Author::Revoked));
    let again = [Entry::Device(second.device_entry(1))];
    assert_eq!(world.refusal(&world.commit_by(&second, &again)), author(Author::Revoked));
    assert_eq!(world.fault(again[0].clone()), Fault::Taken);
}

#[test]
fn a_device_speaks_for_its_own_principal() {
    let world = World::vault();
    let refusal = refusal_of(&world, |stamp| stamp.author = world.guest.principal);
    assert_eq!(refusal, author(Author::Principal));
}

#[test]
fn who_has_no_grant_says_nothing() {
    let mut world = World::vault();
    assert!(world.takes_by(&world.guest, &note()), "the control");
    world.take(&[Entry::Member(world.guest.member_entry(&[], &[]))]);
    assert_eq!(world.refusal(&world.commit_by(&world.guest, &note())), author(Author::NotMember));
    world.take(&[Entry::Member(world.guest.member_entry(&[(DEV, Rights::NAMES)], &[]))]);
    assert!(world.takes_by(&world.guest, &note()), "back again");
}

#[test]
fn the_signature_is_the_devices_over_this_header() {
    let world = World::vault();
    let stamp = world.stamp(&world.owner);
    let other_key = world.guest.sign(stamp, &note());
    assert_eq!(world.refusal(&other_key), author(Author::Signature));

    let other_header = world.owner.sign(Stamp { time: 1, ..stamp }, &note());
    let moved = Unsigned::new(stamp, &note()).unwrap().sign(*other_header.signature());
    assert_eq!(world.refusal(&moved), author(Author::Signature));

    let never = |_: &_, _: &[u8], _: &_| false;
    let commit = world.owner.sign(stamp, &note());
    assert_eq!(world.state.clone().accept(&commit, &never), Err(author(Author::Signature)));
    assert_eq!(world.state.clone().accept(&commit, &verify), Ok(()), "the control");
}

#[test]
fn a_counter_only_rises() {
    let mut world = World::vault();
    assert_eq!(refusal_of(&world, |stamp| stamp.counter -= 1), author(Author::Counter));
    assert_eq!(refusal_of(&world, |stamp| stamp.counter = 0), author(Author::Counter));
    let skipped = Stamp { counter: 1_000, ..world.stamp(&world.owner) };
    let commit = world.owner.sign(skipped, &note());
    world.state.accept(&commit, &verify).expect("a counter may skip");
    assert_eq!(refusal_of(&world, |stamp| stamp.counter = 1_000), author(Author::Counter));

    let new = Actor::on_device(&world.owner, 0x55);
    let brought = [Entry::Device(new.device_entry(1))];
    let zero = Stamp { counter: 0, ..world.stamp(&new) };
    assert_eq!(world.refusal(&new.sign(zero, &brought)), author(Author::Counter));
    assert!(world.takes_by(&new, &brought), "the control");
}

#[test]
fn no_permutation_loss_or_repeat_of_a_log_is_accepted() {
    let mut world = World::vault();
    world.take(&note());
    world.take(&note());
    let commits = &world.commits;
    assert_eq!(commits.len(), 6);
    let mut accepted = 0;
    for order in orders(commits.len()) {
        let folded = fold(order.iter().map(|at| &commits[*at]));
        let is_prefix = order.iter().enumerate().all(|(place, at)| place == *at);
        assert_eq!(folded.is_ok(), is_prefix, "{order:?}");
        accepted += usize::from(folded.is_ok());
    }
    assert_eq!(accepted, 6, "the six prefixes, and the whole log gives the same state");
    assert_eq!(fold(commits), Ok(world.state));
}

fn fold<'a>(commits: impl IntoIterator<Item = &'a Commit>) -> Result<State, Refusal> {
    let mut commits = commits.into_iter();
    let mut state = State::found(commits.next().expect("at least one"), &verify)?;
    commits.try_for_each(|commit| state.accept(commit, &verify))?;
    Ok(state)
}

/// Every sequence of one to six of `count` commits without repeats, and every prefix with one of them once more.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut orders: Vec<Vec<usize>> = vec![vec![]];
    let mut from = 0;
    for _ in 0..count {
        let end = orders.len();
        for at in from..end {
            let longer = (0..count).filter(|next| !orders[at].contains(next));
            let longer: Vec<_> = longer.map(|next| [orders[at].as_slice(), &[next]].concat()).collect();
            orders.extend(longer);
        }
        from = end;
    }
    let repeats = (1..=count).flat_map(|length| {
        (0..length).flat_map(move |twice| {
            (0..=length).map(move |place| {
                let mut order: Vec<usize> = (0..length).collect();
                order.insert(place, twice);
                order
            })
        })
    });
    orders.extend(repeats.collect::<Vec<_>>());
    orders.remove(0);
    orders
}
