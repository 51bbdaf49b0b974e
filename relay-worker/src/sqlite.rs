//! An object's database on the runtime.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::time::Duration;

use worker::js_sys::{Function, Reflect};
use worker::wasm_bindgen::closure::Closure;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{SqlStorage, SqlStorageValue, State, Storage};

use crate::store::{Failed, Read, Value, Write};

/// How SQLite says that a statement names a table that is not there.
const NO_TABLE: &str = "no such table: ";

/// The object's database. It has no table before the first write that needs it, so that asking for what is not here leaves
/// nothing; and a table that is not there has no rows.
#[derive(Debug)]
pub(crate) struct Sqlite {
    storage: Storage,
    sql: SqlStorage,
    /// The tables that are known to be there, by what makes them.
    made: RefCell<Vec<&'static str>>,
}

impl Sqlite {
    pub(crate) fn new(state: &State) -> Self {
        let storage = state.storage();
        let sql = storage.sql();
        Self { storage, sql, made: RefCell::default() }
    }

    /// All of `writes` or none, to `tables`: what a transaction's function throws takes back what it wrote.
    pub(crate) fn apply(&self, tables: &[&'static str], writes: &[Write]) -> Result<(), Failed> {
        let lacking: Vec<_> = tables.iter().filter(|it| !self.made.borrow().contains(it)).copied().collect();
        let sql = self.sql.clone();
        match (writes, &lacking[..]) {
            ([], _) => return Ok(()),
            // One statement is a transaction by itself.
            ([write], []) => {
                return sql.exec(write.statement, bound(&write.values)).map(drop).map_err(|_| Failed);
            }
            _ => {}
        }
        let (writes, creating) = (writes.to_vec(), lacking.clone());
        let all = move || -> Result<(), JsValue> {
            creating.into_iter().try_for_each(|table| sql.exec(table, None).map(drop))?;
            writes.iter().try_for_each(|write| sql.exec(write.statement, bound(&write.values)).map(drop))?;
            Ok(())
        };
        let storage = JsValue::from(self.storage.as_raw());
        let run = Reflect::get(&storage, &"transactionSync".into()).map_err(|_| Failed)?;
        let run: Function = run.dyn_into().map_err(|_| Failed)?;
        run.call1(&storage, &Closure::once_into_js(all)).map_err(|_| Failed)?;
        self.made.borrow_mut().extend(lacking);
        Ok(())
    }

    /// Makes those of `tables` that are not there.
    pub(crate) fn make(&self, tables: &[&'static str]) -> Result<(), Failed> {
        for table in tables {
            if !self.made.borrow().contains(table) {
                self.sql.exec(table, None).map_err(|_| Failed)?;
                self.made.borrow_mut().push(table);
            }
        }
        Ok(())
    }

    /// Some may have gone.
    pub(crate) fn forget_tables(&self) {
        self.made.borrow_mut().clear();
    }

    /// Leaves nothing.
    pub(crate) async fn erase(&self) -> worker::Result<()> {
        self.forget_tables();
        self.storage.delete_all().await
    }

    /// Has the object's alarm go off in so many milliseconds, and at no other time.
    pub(crate) async fn set_alarm(&self, after: u64) -> worker::Result<()> {
        self.storage.set_alarm(Duration::from_millis(after)).await
    }
}

impl Read for Sqlite {
    fn each(
        &self,
        query: &'static str,
        values: &[Value],
        visit: &mut dyn FnMut(&[Value]) -> ControlFlow<()>,
    ) -> Result<(), Failed> {
        let rows = match self.sql.exec(query, bound(values)) {
            Ok(cursor) => cursor.raw(),
            Err(error) if error.to_string().contains(NO_TABLE) => return Ok(()),
            Err(_) => return Err(Failed),
        };
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
