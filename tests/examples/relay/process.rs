//! The processor time and the memory of the runtime, as the kernel counts them.

use std::fs;
use std::path::PathBuf;

/// A process.
pub(crate) struct Process(u32);

impl Process {
    /// The `workerd` that this process is or started, at once or by others.
    pub(crate) fn runtime_of(pid: u32) -> Self {
        let mut known = vec![pid];
        let mut at = 0;
        while let Some(parent) = known.get(at).copied() {
            if name(parent) == "workerd" {
                return Self(parent);
            }
            known.extend(children(parent));
            at += 1;
        }
        panic!("no workerd below process {pid}");
    }

    /// Processor time so far, in seconds, of all threads there are.
    pub(crate) fn time(&self) -> f64 {
        let threads = fs::read_dir(format!("/proc/{}/task", self.0)).expect("the runtime is there");
        let spent = |path: PathBuf| {
            let text = fs::read_to_string(path.join("schedstat")).unwrap_or_default();
            text.split(' ').next().and_then(|text| text.parse::<f64>().ok()).unwrap_or_default()
        };
        threads.flatten().map(|thread| spent(thread.path())).sum::<f64>() / 1e9
    }

    /// Resident memory, in MiB.
    pub(crate) fn memory(&self) -> f64 {
        let text = fs::read_to_string(format!("/proc/{}/status", self.0)).expect("the runtime is there");
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        line.trim().trim_end_matches("kB").trim().parse::<f64>().expect("a number") / 1024.0
    }
}

fn name(pid: u32) -> String {
    fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default().trim().to_owned()
}

fn children(pid: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let of = |path: PathBuf| fs::read_to_string(path.join("children")).unwrap_or_default();
    let text: String = threads.map(|thread| of(thread.path())).collect();
    text.split_whitespace().filter_map(|text| text.parse().ok()).collect()
}
