//! What the relay sees is what the document says: its tables' columns, and the fields of a commit and of its entries.
#![expect(clippy::unwrap_used, reason = "a test's helper fails by panicking")]

use std::collections::BTreeSet;

use protocol::{
    Access, ArkGrant, Checkpoint, Credential, Delete, Device, Edge, Entry, Forget, Genesis, Grant, Grantee,
    Head, Identity, Member, Note, Put, Rejoin, Revoke, Scope, Stamp, UnwrapFrom, Wrap, WrapInto,
};
use relay_worker::rules::schema;
use relay_worker::{bucket, deployment};
use rusqlite::Connection;

const DOCUMENT: &str = include_str!("../../docs/what-the-relay-sees.md");
const LOG: &str = include_str!("../../protocol/LOG.md");

/// Things, each with one of the fields that it is made of.
type Listed = BTreeSet<(String, String)>;

/// Lists fields. Where a type has another one, this does not compile.
macro_rules! fields {
    ($($name:literal $type:ident { $($field:ident),* })*) => {{
        $(const _: fn($type) = |$type { $($field: _),* }| ();)*
        let listed = [$($(($name, stringify!($field))),*),*];
        listed.map(|(name, field)| (name.to_owned(), field.to_owned())).into_iter().collect::<Listed>()
    }};
}

/// Lists the fields of entries. Where there is an entry of another kind, this does not compile either.
macro_rules! entries {
    ($($name:literal $kind:ident($type:ident { $($field:ident),* }))*) => {{
        const _: fn(Entry) = |entry| match entry {
            $(Entry::$kind(_))|* | Entry::Unknown { .. } => (),
        };
        fields! { $($name $type { $($field),* })* }
    }};
}

/// The names in the first two columns of the table under a heading.
fn documented(heading: &str) -> Listed {
    let (_, section) = DOCUMENT.split_once(heading).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with('|')).skip(2);
    let mut listed = Listed::new();
    for row in rows {
        let mut cells = row.split('|').skip(1).map(str::trim);
        let (name, fields) = (cells.next().unwrap(), cells.next().unwrap());
        listed.extend(fields.split(", ").map(|field| (name.to_owned(), field.to_owned())));
    }
    listed
}

/// What SQLite makes of the relay's tables and of what is done to them.
fn columns(more: &'static str) -> Listed {
    let database = Connection::open_in_memory().unwrap();
    let tables: Vec<_> = schema().chain(bucket::SCHEMA).chain(deployment::SCHEMA).chain([more]).collect();
    database.execute_batch(&tables.join(";")).unwrap();
    let query =
        "SELECT t.name, c.name FROM sqlite_master t, pragma_table_xinfo(t.name) c WHERE t.type = 'table'";
    let mut statement = database.prepare(query).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn the_columns_of_the_relays_tables_are_those_of_the_document() {
    let listed = documented("\n## Its databases\n");
    assert_eq!(columns(""), listed);
    // One column more is seen, and so is one table more.
    for more in ["ALTER TABLE commits ADD COLUMN name TEXT", "CREATE TABLE names (name TEXT)"] {
        assert_ne!(columns(more), listed, "the control: {more}");
    }
}

#[test]
fn the_entries_of_a_log_and_their_fields_are_those_of_the_document() {
    let entries = entries! {
        "genesis" Genesis(Genesis { kind, nonce, principal, signing })
        "device" Device(Device { principal, device, signing, agreement, generation, certificate })
        "revoke" Revoke(Revoke { device })
        "identity" Identity(Identity { principal, generation, signing, agreement, certificate })
        "member" Member(Member { principal, kind, generation, signing, agreement, grants, access })
        "scope" Scope(Scope { scope, epoch, parents, previous })
        "put" Put(Put { object, part, revision, wraps, blob, length })
        "wrap" Wrap(WrapInto { object, part, revision, wrap })
        "unwrap" Unwrap(UnwrapFrom { object, part, revision, scope })
        "delete" Delete(Delete { object, revision })
        "forget" Forget(Forget { object, part, first, last })
        "checkpoint" Checkpoint(Checkpoint { root, heads })
        "rejoin" Rejoin(Rejoin { seq, hash })
        "credential" Credential(Credential { epoch, ark_epoch, record, ark_wrap, recovery_wrap, recovery })
        "ark-grant" ArkGrant(ArkGrant { epoch, previous, grants })
        "note" Note(Note { hash })
    };
    assert_eq!(entries, documented("\n## Its entries\n"));
    let names: BTreeSet<&str> = entries.iter().map(|(name, _)| name.as_str()).collect();
    let kinds = LOG.lines().filter(|line| line.starts_with("| 0x"));
    let of_log: BTreeSet<&str> = kinds.map(|line| line.split('|').nth(2).unwrap().trim()).collect();
    assert_eq!(names, of_log);
}

#[test]
fn what_entries_are_made_of_is_that_of_the_document() {
    let parts = fields! {
        "grant" Grant { scope, rights }
        "access" Access { scope, epoch, method, key, secret }
        "edge" Edge { parent, epoch, secret, names }
        "wrap" Wrap { scope, epoch, key }
        "head" Head { log, seq, hash }
        "grantee" Grantee { device, key }
    };
    assert_eq!(parts, documented("\n## What entries are made of\n"));
}

#[test]
fn the_fields_of_a_commit_are_those_of_the_document() {
    let fields = |listed: Listed| listed.into_iter().map(|(_, field)| field).collect::<BTreeSet<_>>();
    let stamp = fields! { "stamp" Stamp { log, seq, prev, author, device, counter, time, act, part, parts } };
    assert_eq!(fields(stamp), fields(documented("\n## A commit\n")));
}
