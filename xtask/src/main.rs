//! Set up, build, run, test: the two commands of the README and the ones behind them.

mod bench;
mod bundle;
mod command;
mod extension;
mod lint;
mod minify;
mod order;
mod rules;
mod serve;
mod setup;
mod size;
mod suite;
mod toolchain;
mod twice;

use anyhow::{Result, bail};
use bundle::Speed;
use serve::Settings;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

const HELP: &str = "\
Tacit's tasks

  cargo xtask run [--release] [--port N]   set up, build, serve at http://localhost:8787 through workerd
  cargo xtask test                         set up and run every check and test
  cargo xtask bench                        measure against named alternatives; the table is also in target/bench.md
  cargo xtask bench extension | push | relay
                                           the figures of one alone; push: a save until another device has it
  cargo xtask bench load                   200 devices on one relay for two minutes
  cargo xtask serve --data DIR             serve a release and keep the relay's state in that folder
                    [--host ADDRESS] [--port N] [--origin URL]
  cargo xtask deploy                       deploy to Cloudflare, with secrets made once in secrets/, and print the first invite
                    [--origin URL] [--relay-origins 'URL URL'] [--data DIR] [--dry-run]
  cargo xtask relay WHAT                   administer a relay: accounts, invites, quotas; without WHAT it says which
  cargo xtask build [--release]            build the app, the extension and the worker into dist/
  cargo xtask extension                    build the browser extension's packages into dist/extension/
  cargo xtask extension twice              build what is committed from nothing in two places, and compare the packages
  cargo xtask pictures                     take the pictures of the README and of the stores into docs/screenshot/
  cargo xtask setup                        install what is missing and stop
  cargo xtask help                         this text

The first run installs what is missing (the wasm target, npm packages, for `test` also Chromium and Firefox); later runs
rebuild only what changed.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[&str]) -> Result<()> {
    match arguments {
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        ["run", options @ ..] => {
            let (speed, port) = run_options(options)?;
            setup::for_building()?;
            bundle::build(speed)?;
            serve::run(&Settings::here(port))
        }
        ["serve", options @ ..] => {
            let settings = serve_options(options)?;
            setup::for_building()?;
            bundle::build(Speed::Release)?;
            serve::run(&settings)
        }
        ["build", options @ ..] => {
            let (speed, _) = run_options(options)?;
            setup::for_building()?;
            bundle::build(speed)
        }
        ["extension", "twice"] => twice::check(),
        ["extension"] => {
            setup::for_building()?;
            bundle::build(Speed::Release)?;
            extension::pack()
        }
        ["deploy", options @ ..] => {
            setup::for_building()?;
            bundle::build(Speed::Release)?;
            script("deploy", options)
        }
        ["relay", options @ ..] => script("relay", options),
        ["pictures"] => suite::pictures(),
        ["test"] => suite::run_all(),
        ["bench"] => bench::measure(None),
        ["bench", part @ ("extension" | "load" | "push" | "relay")] => bench::measure(Some(part)),
        ["setup"] => setup::for_building().and_then(|()| setup::for_testing()),
        other => bail!("`{}` is not a task; `cargo xtask help` lists them", other.join(" ")),
    }
}

/// Runs a script of the relay's, in the folder of who asks.
fn script(name: &str, options: &[&str]) -> Result<()> {
    let file = root().join(format!("relay-worker/{name}.mjs"));
    command::run(name, Command::new("node").arg(file).args(options))
}

fn run_options(options: &[&str]) -> Result<(Speed, u16)> {
    let (mut speed, mut port) = (Speed::Fast, serve::DEFAULT_PORT);
    let mut rest = options.iter();
    while let Some(option) = rest.next() {
        match *option {
            "--release" => speed = Speed::Release,
            "--port" => port = port_of(rest.next())?,
            other => bail!("`{other}` is not an option here; `cargo xtask help` lists them"),
        }
    }
    Ok((speed, port))
}

fn serve_options(options: &[&str]) -> Result<Settings> {
    let mut settings =
        Settings { data: PathBuf::new(), is_administered: true, ..Settings::here(serve::DEFAULT_PORT) };
    let mut rest = options.iter();
    while let Some(option) = rest.next() {
        match *option {
            "--data" => settings.data = rest.next().map(PathBuf::from).unwrap_or_default(),
            "--host" => settings.host = rest.next().copied().unwrap_or_default().to_owned(),
            "--port" => settings.port = port_of(rest.next())?,
            "--origin" => settings.origin = Some(origin_of(rest.next())?),
            other => bail!("`{other}` is not an option here; `cargo xtask help` lists them"),
        }
    }
    if settings.data.as_os_str().is_empty() || settings.host.is_empty() {
        bail!("`serve` needs the folder of what it keeps: cargo xtask serve --data DIR");
    }
    if settings.origin.is_none() && !is_this_machine(&settings.host) {
        bail!(
            "--host {} lets other machines in, and their word for what the relay is called and who they are would be believed; \
             put a proxy that speaks TLS before it and name the origin that it has: --origin https://relay.example",
            settings.host
        );
    }
    Ok(settings)
}

/// Whether nobody but this machine reaches what listens there.
fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn port_of(text: Option<&&str>) -> Result<u16> {
    let text = text.copied().unwrap_or_default();
    text.parse().map_err(|_| anyhow::anyhow!("--port takes a number from 1 to 65535, not `{text}`"))
}

/// Scheme, host and perhaps port, in the one form in which clients sign it (`PROTOCOL.md` §2).
fn origin_of(text: Option<&&str>) -> Result<String> {
    let text = text.copied().unwrap_or_default();
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let is_one = !host.is_empty() && !host.contains(['/', '?', '#']) && text == text.to_lowercase();
    if !is_one {
        bail!("--origin takes an origin like https://relay.example, not `{text}`");
    }
    Ok(text.to_owned())
}

/// The workspace's root folder.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().map(PathBuf::from).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::serve_options;

    #[test]
    fn other_machines_reach_a_relay_only_by_an_origin_that_it_was_told() {
        let serves = |options: &str| {
            let options: Vec<&str> = ["--data", "relay"].into_iter().chain(options.split(' ')).collect();
            serve_options(&options).is_ok()
        };
        for here in ["127.0.0.1", "127.0.0.2", "::1", "localhost"] {
            assert!(serves(&format!("--host {here}")), "{here}");
        }
        for open in ["0.0.0.0", "::", "192.168.1.4", "relay.example", "localhost.example"] {
            assert!(!serves(&format!("--host {open}")), "{open}");
            assert!(serves(&format!("--host {open} --origin https://relay.example")), "{open}");
        }
    }
}
