//! Serves `dist/` through workerd, as it will be served in production.

use crate::command::{self, say};
use crate::root;
use anyhow::{Result, bail};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

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
    /// Starts serving on `port` without output and with an empty relay, and waits until it takes connections.
    ///
    /// # Errors
    /// When the runtime cannot be started, ends, or takes no connection within two minutes.
    pub(crate) fn start(port: u16) -> Result<Self> {
        let kept = root().join(format!("target/relay-{port}"));
        let _ = std::fs::remove_dir_all(&kept);
        let mut command = wrangler(port);
        command.arg("--persist-to").arg(kept);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let mut server = Self(child);
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if let Some(status) = server.0.try_wait()? {
                bail!("the worker runtime ended with {status}");
            }
            if start.elapsed() > Duration::from_secs(120) {
                bail!("the worker runtime takes no connections on port {port}");
            }
            sleep(Duration::from_millis(100));
        }
        Ok(server)
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
