//! Lines for a POSIX shell to source: `export NAME='value'`. Nothing inside single quotes is ever executed.

use super::{Reason, Refusal, check, variable};
use crate::Pair;

/// Writes one `export` for each pair; bash, dash and other POSIX shells read the values back exactly.
///
/// # Errors
/// A [`Refusal`] for each pair with a name that is not portable or that the shell keeps for itself, or with a NUL.
pub fn write(pairs: &[Pair]) -> Result<String, Vec<Refusal>> {
    check(pairs, str::to_owned, |pair| variable(pair).or_else(|| reserved(&pair.key)))?;
    Ok(pairs.iter().map(line).collect())
}

fn line(pair: &Pair) -> String {
    format!("export {}='{}'\n", pair.key, pair.value.replace('\'', "'\\''"))
}

fn reserved(key: &str) -> Option<Reason> {
    let own = RESERVED.split(' ').any(|name| name == key);
    own.then_some(Reason::Reserved)
}

/// Names that a shell keeps read-only, changes as it goes, or evaluates: `RANDOM` and its like take their value for
/// arithmetic, in which `a[$(…)]` runs a command, and prompts run the commands in them.
const RESERVED: &str = "_ BASHOPTS BASHPID BASH_ALIASES BASH_ARGC BASH_ARGV BASH_CMDS BASH_COMMAND BASH_COMPAT BASH_ENV \
    BASH_LINENO BASH_SOURCE BASH_SUBSHELL BASH_VERSINFO BASH_XTRACEFD DIRSTACK EPOCHREALTIME EPOCHSECONDS EUID FUNCNAME \
    GROUPS HISTCMD LINENO OPTIND PPID PROMPT_COMMAND PS0 PS1 PS2 PS4 RANDOM SECONDS SHELLOPTS SHLVL SRANDOM UID";
