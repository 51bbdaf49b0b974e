//! What a preview promises, over a vault in memory.

use super::*;
use crate::files::Here;
use desk::{ImportRow, Kind};
use vault::memory::MemoryStore;

const WINDOW: Window = Window { start: 0, count: 100 };

fn file(name: &str, text: &str) -> SourceFile {
    SourceFile { name: name.into(), bytes: text.as_bytes().to_vec() }
}

fn read(files: Vec<SourceFile>, project: Option<Id>) -> Result<Draft, Refusal> {
    pollster::block_on(Draft::read(files, project, &Here))
}

fn choose(draft: &mut Draft, choice: ImportChoice) -> Result<(), Refusal> {
    pollster::block_on(draft.choose(choice, &Here))
}

fn preview(draft: &Draft) -> ImportPreview {
    let session: Option<&Session<MemoryStore>> = None;
    pollster::block_on(draft.preview(session, WINDOW)).unwrap()
}

fn rows(name: &str, text: &str) -> Vec<ImportRow> {
    preview(&read(vec![file(name, text)], None).unwrap()).rows
}

#[test]
fn without_a_vault_every_key_is_new_and_no_value_shows() {
    let rows = rows(".env", "PORT=8080\nKEY=sk_test_EXAMPLEexampleEXAMPLE0001\n");
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row.outcome == Outcome::Create && row.chosen));
    assert_eq!(rows[1].masked, "sk_t••••••••01");
    assert_eq!(rows[1].length, 33);
    assert!(!rows[0].masked.contains("8080"));
}

#[test]
fn the_name_of_a_file_says_where_it_goes() {
    let files = vec![file(".env.production", "A=1"), file("notes.env", "B=2")];
    let preview = preview(&read(files, None).unwrap());
    assert_eq!(preview.files[0].target, ImportTarget::New { name: "prod".into(), kind: Kind::Prod });
    assert_eq!(preview.files[1].target, ImportTarget::New { name: "dev".into(), kind: Kind::NonProd });
    assert_eq!(preview.counts.environments, 2);
}

#[test]
fn rows_taken_out_are_counted_as_left_out() {
    let mut draft = read(vec![file(".env", "A=1\nB=2\n")], None).unwrap();
    choose(&mut draft, ImportChoice::Row { row: 1, chosen: false }).unwrap();
    assert_eq!(
        preview(&draft).counts,
        ImportCounts { create: 1, skipped: 1, environments: 1, ..ImportCounts::default() }
    );
    choose(&mut draft, ImportChoice::All(false)).unwrap();
    assert_eq!(preview(&draft).counts.skipped, 2);
    choose(&mut draft, ImportChoice::All(true)).unwrap();
    assert_eq!(preview(&draft).counts.create, 2);
}

#[test]
fn another_reader_reads_anew_and_a_wrong_one_changes_nothing() {
    let mut draft = read(vec![file(".env", "A='one two'\n")], None).unwrap();
    assert_eq!(preview(&draft).rows[0].length, 7);
    choose(&mut draft, ImportChoice::Reader { file: 0, reader: "docker".into() }).unwrap();
    assert_eq!(preview(&draft).rows[0].length, 9);
    let refused = choose(&mut draft, ImportChoice::Reader { file: 0, reader: "json".into() });
    assert!(matches!(refused, Err(Refusal::Unreadable { .. })));
    assert_eq!(preview(&draft).files[0].reader, "docker");
}

#[test]
fn readers_that_disagree_are_named() {
    let rows = rows(".env", "A='one two'\nB=plain\n");
    assert!(!rows[0].differs.is_empty());
    assert_eq!(rows[1].differs, Vec::<String>::new());
}

#[test]
fn what_is_no_file_of_keys_is_refused_with_the_reason() {
    let refusal =
        |name: &str, bytes: Vec<u8>| read(vec![SourceFile { name: name.into(), bytes }], None).err();
    let name = || "x".to_owned();
    assert_eq!(refusal("x", b"A=1\n\xff".to_vec()), Some(Refusal::NotText { name: name(), offset: 4 }));
    let bytes = MOST + 1;
    let large = Refusal::FileTooLarge { name: name(), bytes: bytes as u64 };
    assert_eq!(refusal("x", vec![b'\n'; bytes]), Some(large));
    let lines = Refusal::TooManyLines { name: name(), lines: 100_001 };
    assert_eq!(refusal("x", "A\n".repeat(100_001).into_bytes()), Some(lines));
    assert_eq!(refusal("x", Vec::new()), Some(Refusal::NothingToImport));
    assert!(matches!(refusal("x.json", b"[1]".to_vec()), Some(Refusal::Unreadable { .. })));
}

const MOST: usize = 5 * 1024 * 1024;

#[test]
fn a_reference_is_one_where_it_is_chosen() {
    let mut draft = read(vec![file(".env", "A=x\nB='p${A}q'\nC='${NOPE}'\n")], None).unwrap();
    let offered = |draft: &Draft| preview(draft).rows.iter().map(|row| row.reference).collect::<Vec<_>>();
    assert_eq!(offered(&draft), [None, Some(false), None]);
    choose(&mut draft, ImportChoice::AsReference { row: 1, chosen: true }).unwrap();
    assert_eq!(offered(&draft), [None, Some(true), None]);
}

#[test]
fn nothing_chosen_is_nothing_to_import() {
    use rand_core::SeedableRng;
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
    let passphrase = vault::Passphrase::new("fake words here".into());
    let made = Session::create(
        MemoryStore::default(),
        &passphrase,
        vault::KdfId::Standard,
        &mut rng,
        vault::model::Timestamp(1),
    );
    let (mut session, _) = pollster::block_on(made).unwrap();
    let mut draft = read(vec![file(".env", "A=1\n")], None).unwrap();
    let change = pollster::block_on(draft.change(&session)).unwrap();
    pollster::block_on(session.apply(change, &mut rng, vault::model::Timestamp(2))).unwrap();
    let project = session.model().projects()[0].0;
    choose(&mut draft, ImportChoice::Project(Some(id(project)), String::new())).unwrap();
    let again = pollster::block_on(draft.preview(Some(&session), WINDOW)).unwrap();
    assert_eq!((again.rows[0].outcome.clone(), again.writable), (Outcome::Unchanged, true));
    assert_eq!(pollster::block_on(draft.change(&session)).err(), Some(Refusal::NothingToImport));
}
