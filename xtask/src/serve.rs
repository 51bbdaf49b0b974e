//! Serves `dist/` through workerd, as it will be served in production.

use crate::command::{self, say};
use crate::root;
use anyhow::Result;
use std::process::{Child, Command, Stdio};

/// Where the README says the app is.
pub(crate) const DEFAULT_PORT: u16 = 8787;

/// Serves until stopped.
///
/// # Errors
/// When the runtime cannot be started or fails.
pub(crate) fn run(port: u16) -> Result<()> {
    say(&format!("serving Tacit at http://localhost:{port} (Ctrl+C stops)"));
    command::run("serving", &mut wrangler(port))
}

/// A runtime in the background that ends with this value.
#[derive(Debug)]
pub(crate) struct Server(Child);

impl Server {
    /// Starts serving on `port` without output.
    ///
    /// # Errors
    /// When the runtime cannot be started.
    pub(crate) fn start(port: u16) -> Result<Self> {
        let child =
            wrangler(port).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        Ok(Self(child))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // wrangler ends its runtime when it is asked to stop, not when it is killed.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

fn wrangler(port: u16) -> Command {
    let mut command = Command::new("node");
    command
        .current_dir(root().join("relay-worker"))
        .arg(root().join("node_modules/wrangler/bin/wrangler.js"))
        .args([
            "dev",
            "--ip",
            "127.0.0.1",
            "--port",
            &port.to_string(),
            "--show-interactive-dev-session=false",
        ])
        .args(["--log-level", "warn"])
        .env("CI", "true")
        .env("WRANGLER_SEND_METRICS", "false");
    command
}
