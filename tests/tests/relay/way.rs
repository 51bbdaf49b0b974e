//! A way to a relay that does something to what goes over it.

use vault::port::{Request, Transport, Unreachable};

pub(crate) struct Way<F>(pub(crate) F);

impl<F: Fn(Request) -> Result<Vec<u8>, Unreachable>> Transport for Way<F> {
    async fn exchange(&self, request: Request) -> Result<Vec<u8>, Unreachable> {
        (self.0)(request)
    }
}
