//! Serves `dist/` through workerd, as it is served in production.

use crate::command::{self, say};
use crate::root;
use anyhow::{Result, bail};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Where the README says the app is.
pub(crate) const DEFAULT_PORT: u16 = 8787;

/// Where and for whom is served.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The folder of what the relay keeps.
    pub(crate) data: PathBuf,
    /// The address to listen on.
    pub(crate) host: String,
    /// The port to listen on.
    pub(crate) port: u16,
    /// How clients name the relay, where a proxy stands before it.
    pub(crate) origin: Option<String>,
    /// Whether it has an administrator, who invites; else it is for development on this machine.
    pub(crate) is_administered: bool,
}

impl Settings {
    /// On this machine alone, with what a relay keeps below `target/`.
    pub(crate) fn here(port: u16) -> Self {
        let data = root().join(format!("target/relay-{port}"));
        Self { data, host: "127.0.0.1".to_owned(), port, origin: None, is_administered: false }
    }
}

/// Serves until stopped.
///
/// # Errors
/// When the runtime cannot be started or fails.
pub(crate) fn run(settings: &Settings) -> Result<()> {
    let Settings { host, port, .. } = settings;
    let name = if host == "127.0.0.1" { "localhost" } else { host };
    say(&format!("serving Tacit at http://{name}:{port} (Ctrl+C stops)"));
    command::run("serving", &mut runtime(settings))
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
        let settings = Settings::here(port);
        let _ = std::fs::remove_dir_all(&settings.data);
        let mut command = runtime(&settings);
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

impl Server {
    /// Its process, which starts the runtime's.
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The script ends its runtime when it is asked to stop, not when it is killed.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

fn runtime(settings: &Settings) -> Command {
    let mut command = Command::new("node");
    command.arg(root().join("relay-worker/serve.mjs")).arg(&settings.data).arg(&settings.host);
    command
        .arg(settings.port.to_string())
        .args(&settings.origin)
        .args(settings.is_administered.then_some("--administered"))
        .env("WRANGLER_SEND_METRICS", "false");
    command
}
