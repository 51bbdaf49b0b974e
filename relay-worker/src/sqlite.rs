//! An object's database on the runtime.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::time::Duration;

use worker::js_sys::{Function, Reflect};
use worker::wasm_bindgen::closure::Closure;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{SqlStorage, SqlStorageValue, State, Storage};

use crate::store::{Failed, Read, Value, Write};

/// The object's database. It has no tables before the first write, so that asking for what is not here leaves nothing.
#[derive(Debug)]
pub(crate) struct Sqlite {
    storage: Storage,
    sql: SqlStorage,
    schema: fn() -> Vec<&'static str>,
    has_tables: Cell<bool>,
}

impl Sqlite {
    /// That of an object with these tables. One that was made by a version with fewer gets those that it lacks.
    pub(crate) fn new(state: &State, schema: fn() -> Vec<&'static str>) -> Self {
        let storage = state.storage();
        let sql = storage.sql();
        let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_cf*'";
        let found = sql.exec(tables, None).map_or(0, |cursor| cursor.raw().count());
        let has_tables = found > 0 && (found >= schema().len() || create(&sql, schema).is_ok());
        Self { storage, sql, schema, has_tables: Cell::new(has_tables) }
    }

    /// All of `writes` or none: what a transaction's function throws takes back what it wrote.
    pub(crate) fn apply(&self, writes: &[Write]) -> Result<(), Failed> {
        if writes.is_empty() {
            return Ok(());
        }
        let sql = self.sql.clone();
        if let ([write], true) = (writes, self.has_tables.get()) {
            // One statement is a transaction by itself.
            return sql.exec(write.statement, bound(&write.values)).map(drop).map_err(|_| Failed);
        }
        let schema = self.schema;
        let (writes, has_tables) = (writes.to_vec(), self.has_tables.get());
        let all = move || -> Result<(), JsValue> {
            if !has_tables {
                create(&sql, schema)?;
            }
            writes.iter().try_for_each(|write| sql.exec(write.statement, bound(&write.values)).map(drop))?;
            Ok(())
        };
        let storage = JsValue::from(self.storage.as_raw());
        let run = Reflect::get(&storage, &"transactionSync".into()).map_err(|_| Failed)?;
        let run: Function = run.dyn_into().map_err(|_| Failed)?;
        run.call1(&storage, &Closure::once_into_js(all)).map_err(|_| Failed)?;
        self.has_tables.set(true);
        Ok(())
    }

    /// Leaves nothing.
    pub(crate) async fn erase(&self) -> worker::Result<()> {
        self.has_tables.set(false);
        self.storage.delete_all().await
    }

    /// Has the object's alarm go off in so many milliseconds, and at no other time.
    pub(crate) async fn set_alarm(&self, after: u64) -> worker::Result<()> {
        self.storage.set_alarm(Duration::from_millis(after)).await
    }
}

fn create(sql: &SqlStorage, schema: fn() -> Vec<&'static str>) -> worker::Result<()> {
    schema().into_iter().try_for_each(|table| sql.exec(table, None).map(drop))
}

impl Read for Sqlite {
    fn each(
        &self,
        query: &'static str,
        values: &[Value],
        visit: &mut dyn FnMut(&[Value]) -> ControlFlow<()>,
    ) -> Result<(), Failed> {
        if !self.has_tables.get() {
            return Ok(());
        }
        let rows = self.sql.exec(query, bound(values)).map_err(|_| Failed)?.raw();
        for row in rows {
            let row = row.map_err(|_| Failed)?.into_iter().map(value).collect::<Result<Vec<_>, _>>()?;
            if visit(&row).is_break() {
                break;
            }
        }
        Ok(())
    }
}

fn bound(values: &[Value]) -> Vec<SqlStorageValue> {
    let bound = |value: &Value| match value {
        Value::Integer(number) => SqlStorageValue::Integer(*number),
        Value::Bytes(bytes) => SqlStorageValue::Blob(bytes.clone()),
    };
    values.iter().map(bound).collect()
}

fn value(value: SqlStorageValue) -> Result<Value, Failed> {
    match value {
        SqlStorageValue::Integer(number) => Ok(Value::Integer(number)),
        SqlStorageValue::Blob(bytes) => Ok(Value::Bytes(bytes)),
        _ => Err(Failed),
    }
}
