//! The Durable Object of one address: how often it asked.
#![expect(missing_docs, reason = "what the macro makes of an object is documented by the runtime")]

use worker::{Date, DurableObject, Env, Request, Response, Result, State, durable_object};

use super::peer::{LOOK, OK};
use crate::bucket::{COUNTED, SCHEMA, count, kind, look};
use crate::respond;
use crate::rules::Refusal;
use crate::sqlite::Sqlite;

/// One address.
#[durable_object(alarm)]
#[derive(Debug)]
pub struct BucketObject {
    store: Sqlite,
}

impl DurableObject for BucketObject {
    fn new(state: State, _: Env) -> Self {
        Self { store: Sqlite::new(&state) }
    }

    /// Counts what the body names, or looks whether it may be counted.
    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let kind = request.bytes().await?.first().copied().unwrap_or(u8::MAX);
        let counted = if request.path() == LOOK {
            self.look(kind)
        } else {
            let counted = self.count(kind);
            self.store.set_alarm(COUNTED).await?;
            counted
        };
        match counted {
            Ok(()) => respond(OK, Vec::new()),
            Err(refusal) => respond(refusal.status(), refusal.encode()),
        }
    }

    /// Nothing of what was counted matters any more.
    async fn alarm(&self) -> Result<Response> {
        self.store.erase().await?;
        Response::empty()
    }
}

impl BucketObject {
    fn look(&self, number: u8) -> std::result::Result<(), Refusal> {
        look(kind(number)?, Date::now().as_millis(), &self.store)
    }

    fn count(&self, number: u8) -> std::result::Result<(), Refusal> {
        let writes = count(kind(number)?, Date::now().as_millis(), &self.store)?;
        Ok(self.store.apply(&SCHEMA, &writes)?)
    }
}
