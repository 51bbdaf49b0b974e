//! How the relay's objects speak to each other: requests that no client can send, since the worker hands on those under `/v1`
//! alone.

use protocol::LogId;
use worker::js_sys::Uint8Array;
use worker::{Env, Method, Request, RequestInit, Result, Stub};

/// An object.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Peer {
    /// That of a log.
    Log(LogId),
    /// That of the deployment.
    Deployment,
    /// That of an address, by what it is counted under.
    Bucket([u8; 16]),
}

/// Whether a log is there, and what it holds: bytes and commits.
pub(super) const HOLDING: &str = "/holding";
/// Whether a device with that key is of an account.
pub(super) const DEVICE: &str = "/device";
/// What a log may hold.
pub(super) const QUOTA: &str = "/quota";
/// Erases a log.
pub(super) const ERASE: &str = "/erase";
/// Puts a log on the deployment's list.
pub(super) const LIST: &str = "/list";

/// Counts something of an address.
pub(crate) const COUNT: &str = "/count";
/// Whether an address may ask.
pub(crate) const LOOK: &str = "/look";

/// What a peer answers where it has what was asked for.
pub(super) const OK: u16 = 200;

impl Peer {
    /// The way to it.
    pub(crate) fn stub(self, env: &Env) -> Result<Stub> {
        match self {
            Self::Log(log) => env.durable_object("LOGS")?.id_from_name(&log.to_string())?.get_stub(),
            Self::Bucket(name) => {
                let name = LogId::new(name).to_string();
                env.durable_object("ADDRESSES")?.id_from_name(&name)?.get_stub()
            }
            Self::Deployment => env.durable_object("DEPLOYMENT")?.id_from_name("")?.get_stub(),
        }
    }

    /// The status and the body of its answer.
    pub(crate) async fn ask(self, env: &Env, target: &str, body: &[u8]) -> Result<(u16, Vec<u8>)> {
        let mut init = RequestInit::new();
        init.with_method(Method::Post).with_body(Some(Uint8Array::from(body).into()));
        let request = Request::new_with_init(&format!("https://object{target}"), &init)?;
        let mut response = self.stub(env)?.fetch_with_request(request).await?;
        Ok((response.status_code(), response.bytes().await?))
    }
}
