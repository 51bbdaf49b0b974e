//! The store on SQLite without a worker around it.

use std::cell::Cell;
use std::ops::ControlFlow;

use relay_worker::rules::schema;
use relay_worker::store::{Failed, Read, Value, Write};
use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, params_from_iter};

/// The database of one object, in memory.
pub(crate) struct Database {
    connection: Connection,
    rows: Cell<Rows>,
}

/// How many rows were read and written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rows {
    pub(crate) read: usize,
    pub(crate) written: usize,
}

impl Database {
    pub(crate) fn new() -> Self {
        Self::of(schema())
    }

    /// One with these tables.
    pub(crate) fn of(tables: impl Iterator<Item = &'static str>) -> Self {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(&tables.collect::<Vec<_>>().join(";")).unwrap();
        Self { connection, rows: Cell::default() }
    }

    /// Rows read and written since this was asked last.
    pub(crate) fn take_rows(&self) -> Rows {
        self.rows.take()
    }

    /// Applies all of `writes`, as the object does.
    pub(crate) fn apply(&mut self, writes: &[Write]) {
        let transaction = self.connection.transaction().unwrap();
        let mut rows = self.rows.get();
        for write in writes {
            let mut statement = transaction.prepare_cached(write.statement).unwrap();
            rows.written += statement.execute(params_from_iter(write.values.iter().map(sql))).unwrap();
        }
        transaction.commit().unwrap();
        self.rows.set(rows);
    }
}

impl Read for Database {
    fn each(
        &self,
        query: &'static str,
        values: &[Value],
        visit: &mut dyn FnMut(&[Value]) -> ControlFlow<()>,
    ) -> Result<(), Failed> {
        let mut statement = self.connection.prepare_cached(query).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query(params_from_iter(values.iter().map(sql))).unwrap();
        while let Some(row) = rows.next().unwrap() {
            self.rows.update(|rows| Rows { read: rows.read + 1, ..rows });
            let values: Vec<_> = (0..columns).map(|column| value(row.get_ref(column).unwrap())).collect();
            if visit(&values).is_break() {
                break;
            }
        }
        Ok(())
    }
}

fn sql(value: &Value) -> Sql {
    match value {
        Value::Integer(number) => Sql::Integer(*number),
        Value::Bytes(bytes) => Sql::Blob(bytes.clone()),
    }
}

fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        other => panic!("no column holds {:?}", other.data_type()),
    }
}
