//! The Durable Object of one address: how often it asked.
#![expect(missing_docs, reason = "what the macro makes of an object is documented by the runtime")]

use worker::{Date, DurableObject, Env, Request, Response, Result, State, durable_object};

use super::peer::OK;
use crate::bucket::{COUNTED, SCHEMA, count, kind};
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
        Self { store: Sqlite::new(&state, || SCHEMA.to_vec()) }
    }

    /// Counts what the body names.
    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let counted = self.count(&request.bytes().await?);
        self.store.set_alarm(COUNTED).await?;
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
    fn count(&self, body: &[u8]) -> std::result::Result<(), Refusal> {
        let writes =
            count(kind(body.first().copied().unwrap_or(u8::MAX))?, Date::now().as_millis(), &self.store)?;
        Ok(self.store.apply(&writes)?)
    }
}
