//! The consumers of `.env` files: how each one reads a text, and in which styles a value can be written for it.

mod bash;
mod compose;
mod cursor;
mod docker;
mod go;
mod node;
mod node_expand;
mod node_native;
mod pattern;
mod python;
mod ruby;
mod systemd;

use std::fmt;
use std::str::FromStr;

use crate::read::Draft;

/// A consumer of `.env` files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// npm `dotenv` 18, `parse()`.
    Node,
    /// npm `dotenv` 18, then `dotenv-expand` 13; what its version 1000 would execute is reported.
    NodeExpand,
    /// Node's own reader: `node --env-file`, `util.parseEnv`.
    NodeNative,
    /// PyPI `python-dotenv`, with its interpolation.
    Python,
    /// `docker run --env-file`.
    Docker,
    /// Docker Compose: `.env` and `env_file`.
    Compose,
    /// `source` in Bash.
    Bash,
    /// systemd's `EnvironmentFile=`.
    Systemd,
    /// The Ruby gem `dotenv`.
    Ruby,
    /// `godotenv` in Go.
    Go,
}

impl Dialect {
    /// All consumers, in the order in which they are shown.
    pub const ALL: [Self; 10] = [
        Self::Node,
        Self::NodeExpand,
        Self::NodeNative,
        Self::Python,
        Self::Docker,
        Self::Compose,
        Self::Bash,
        Self::Systemd,
        Self::Ruby,
        Self::Go,
    ];

    /// The name that programs use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::NodeExpand => "node-expand",
            Self::NodeNative => "node-native",
            Self::Python => "python",
            Self::Docker => "docker",
            Self::Compose => "compose",
            Self::Bash => "bash",
            Self::Systemd => "systemd",
            Self::Ruby => "ruby",
            Self::Go => "go",
        }
    }

    /// What people call the consumer.
    pub fn title(self) -> &'static str {
        match self {
            Self::Node => "Node dotenv",
            Self::NodeExpand => "Node dotenv-expand",
            Self::NodeNative => "node --env-file",
            Self::Python => "python-dotenv",
            Self::Docker => "docker --env-file",
            Self::Compose => "Docker Compose",
            Self::Bash => "Bash source",
            Self::Systemd => "systemd EnvironmentFile",
            Self::Ruby => "Ruby dotenv",
            Self::Go => "Go godotenv",
        }
    }

    /// Reads `text` into `draft`, with all positions found.
    pub(crate) fn run(self, text: &str, draft: &mut Draft<'_>) {
        let read = match self {
            Self::Node => node::read,
            Self::NodeExpand => node_expand::read,
            Self::NodeNative => node_native::read,
            Self::Python => python::read,
            Self::Docker => docker::read,
            Self::Compose => compose::read,
            Self::Bash => bash::read,
            Self::Systemd => systemd::read,
            Self::Ruby => ruby::read,
            Self::Go => go::read,
        };
        read(text, draft);
    }

    /// The ways to write `value` for this consumer, the most readable first. Not each of them reads back.
    pub(crate) fn styles(self, value: &str) -> Vec<String> {
        let styles = match self {
            Self::Node => node::styles,
            Self::NodeExpand => node_expand::styles,
            Self::NodeNative => node_native::styles,
            Self::Python => python::styles,
            Self::Docker => docker::styles,
            Self::Compose => compose::styles,
            Self::Bash => bash::styles,
            Self::Systemd => systemd::styles,
            Self::Ruby => ruby::styles,
            Self::Go => go::styles,
        };
        styles(value)
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The name is none of a [`Dialect`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("There is no dialect of this name.")]
pub struct UnknownDialect;

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(name: &str) -> Result<Self, UnknownDialect> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == name).ok_or(UnknownDialect)
    }
}

#[cfg(test)]
mod tests {
    use super::cursor::steps;
    use super::*;

    fn work(dialect: Dialect, text: &str) -> usize {
        steps::take();
        let _ = crate::read(dialect, text, None);
        steps::take()
    }

    #[test]
    fn work_grows_with_the_length_of_hostile_text_only() {
        let hostile = [
            "'",
            "\"",
            "`",
            "\\'",
            "A='\n",
            "A=\"\\\"\n",
            "A=\n",
            "\n",
            " ",
            "\r",
            "export ",
            "A=' # \\'",
            "${A",
            "${A:-",
            "$A",
            "A=${A}${A}\n",
            "A=$A$A\n",
            "B=\"${A:-${A:-${A:-x}}}\"\n",
            "$(",
            "A=$(\n",
            "(",
            "A=(\n",
            "{",
            "}",
            "#",
            "A=#",
            " #",
            "\\",
            "~",
            "A=~:~",
            "$'",
            "A=\"$(\n",
            "\u{2028}",
            "${${",
            "$$",
            "A=$`\n",
            ";",
            "A=1;",
            "A=`\n",
        ];
        for dialect in Dialect::ALL {
            for piece in hostile {
                let text = |length: usize| format!("A=x\nB={}", piece.repeat(length / piece.len()));
                let (small, large) = (work(dialect, &text(10_000)), work(dialect, &text(80_000)));
                assert!(large <= 9 * small + 1_000, "{dialect} {piece:?}: {small}, then {large} steps");
            }
        }
    }
}
