//! `cargo xtask bench`: figures as ratios against named alternatives, measured side by side in Chromium and in the relay's
//! runtime.

use crate::bundle::{self, Speed};
use crate::command::run;
use crate::serve::Server;
use crate::{root, setup, size};
use anyhow::Result;
use std::process::Command;

/// Where the measured app is served; not the port of `run` or `test`.
const PORT: u16 = 8795;

/// Builds what is shipped and what is measured beside it, and measures: everything, or that part alone.
///
/// # Errors
/// When something cannot be built, or a figure is worse than it must be; all are printed first.
pub(crate) fn measure(part: Option<&str>) -> Result<()> {
    setup::for_building()?;
    setup::for_testing()?;
    bundle::build(Speed::Release)?;
    let module = if part.is_none() { Some(bundle::build_bench()?) } else { None };
    let bare = if matches!(part, None | Some("relay")) { Some(bundle::build_bare()?) } else { None };
    let sizes = size::check();
    let server = Server::start(PORT)?;
    let mut script = Command::new("node");
    script.current_dir(root()).arg("tests/bench/main.mjs").args(part);
    script.envs(module.map(|folder| ("TACIT_MODULE", folder)));
    script.envs(bare.map(|folder| ("TACIT_BARE", folder)));
    script.env("TACIT_ORIGIN", format!("http://localhost:{PORT}"));
    script.env("TACIT_RELAY", server.id().to_string());
    run("the benchmarks", &mut script).and(sizes)
}
