//! Golden bytes: what `tests/vectors/log.py` wrote from `LOG.md` alone, frozen in `log.txt`.

use std::collections::BTreeSet;

use protocol::{Commit, Entry, State};

use crate::reader::head_and_root;
use crate::serial::{full_account, full_vault};
use crate::world::{World, verify};

const FROZEN: &str = include_str!("../vectors/log.txt");

fn worlds() -> [(&'static str, World); 2] {
    [("vault", full_vault()), ("account", full_account())]
}

/// The frozen lines that begin with `name`, each its last word.
fn frozen(name: &str) -> Vec<&'static str> {
    let lines = FROZEN.lines().filter(|line| line.starts_with(&format!("{name} ")));
    lines.filter_map(|line| line.rsplit(' ').next()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.chars().map(|digit| digit.to_digit(16).unwrap().try_into().unwrap()).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

#[test]
fn what_we_commit_is_the_frozen_bytes() {
    for (name, world) in worlds() {
        let ours: Vec<String> = world.commits.iter().map(|commit| hex(&commit.encode())).collect();
        assert_eq!(ours, frozen(&format!("{name} commit")), "{name}");
    }
}

#[test]
fn the_frozen_commits_fold_to_the_frozen_state() {
    for (name, _) in worlds() {
        let commits = frozen(&format!("{name} commit"));
        let mut commits = commits.iter().map(|hex| Commit::decode(&bytes(hex)).unwrap());
        let mut state = State::found(&commits.next().unwrap(), &verify).unwrap();
        commits.for_each(|commit| state.accept(&commit, &verify).unwrap());
        assert_eq!([state.head().hash.to_string()], *frozen(&format!("{name} head")), "{name}");
        assert_eq!([hex(&state.encode())], *frozen(&format!("{name} state")), "{name}");
        assert_eq!([state.root().to_string()], *frozen(&format!("{name} root")), "{name}");
    }
}

#[test]
fn a_reader_written_from_the_document_comes_to_the_frozen_roots() {
    for (name, _) in worlds() {
        let commits = frozen(&format!("{name} commit"));
        let commits: Vec<_> = commits.iter().map(|hex| Commit::decode(&bytes(hex)).unwrap()).collect();
        let (head, root) = head_and_root(&commits);
        assert_eq!([hex(&head)], *frozen(&format!("{name} head")), "{name}");
        assert_eq!([hex(&root)], *frozen(&format!("{name} root")), "{name}");
    }
}

#[test]
fn every_kind_of_the_document_is_in_the_frozen_logs() {
    let rows = include_str!("../../LOG.md").lines().filter_map(|line| line.strip_prefix("| 0x"));
    let listed: BTreeSet<u16> =
        rows.filter_map(|row| u16::from_str_radix(row.split(' ').next()?, 16).ok()).collect();
    let worlds = worlds();
    let commits = worlds.iter().flat_map(|(_, world)| &world.commits);
    let entries: Vec<Entry> = commits.flat_map(|commit| commit.entries().unwrap()).collect();
    let known = entries.iter().filter(|entry| !matches!(entry, Entry::Unknown { .. }));
    assert_eq!(known.map(Entry::kind).collect::<BTreeSet<_>>(), listed);
}
