//! The table of labels (`FORMAT.md` §3): every derivation, wrap and signature has one of its own.

macro_rules! labels {
    ($($name:ident = $text:literal;)*) => {
        impl Label {
            $(pub(crate) const $name: Self = Self(concat!("tacit/v1/", $text));)*

            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

/// Separates one use of a key, hash or signature from every other.
#[derive(Clone, Copy)]
pub(crate) struct Label(&'static str);

labels! {
    BLOB = "blob";
    KEY_ID = "key-id";
    WRAP = "wrap";
    LOCAL_KEK = "local-kek";
    PASSKEY_KEK = "passkey-kek";
    LOCAL = "local";
    KDF_SALT = "kdf-salt";
    BACKUP_WRAP = "backup-wrap";
    AUTH = "auth";
    REMOTE_MIX = "remote-mix";
    REMOTE_WRAP = "remote-wrap";
    RECOVERY_WRAP = "recovery-wrap";
    RECOVERY_SIGN = "recovery-sign";
    ROOT_ACCESS = "root-access";
    ROOT_CHAIN = "root-chain";
    ARK_GRANT = "ark-grant";
    SCOPE_VALUES = "scope-values";
    SCOPE_NAMES = "scope-names";
    COMMIT_SIGNATURE = "commit-signature";
    DEVICE = "device";
    IDENTITY = "identity";
    REQUEST = "request";
    RECOVERY = "recovery";
    SOCKET = "socket";
    LOCK = "lock";
    TYPED = "typed";
    FINGERPRINT = "fingerprint";
}

impl Label {
    /// `LP(label)`: its length as `u16`, little-endian, then its bytes.
    pub(crate) fn prefixed(self) -> ([u8; 2], &'static [u8]) {
        (length_prefix(self.0.as_bytes()), self.0.as_bytes())
    }
}

/// What `LP` puts before `bytes`. Nothing longer than 65,535 bytes is ever prefixed; a longer one would be cut to a wrong length, not misread.
#[expect(
    clippy::cast_possible_truncation,
    reason = "labels, origins and credential ids are far below 64 KiB"
)]
pub(crate) fn length_prefix(bytes: &[u8]) -> [u8; 2] {
    debug_assert!(bytes.len() <= usize::from(u16::MAX));
    (bytes.len() as u16).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_labels_are_alike() {
        let distinct: HashSet<_> = Label::ALL.iter().map(|label| label.0).collect();
        assert_eq!(distinct.len(), Label::ALL.len());
    }

    #[test]
    fn the_table_is_the_one_in_the_format() {
        let format = include_str!("../FORMAT.md");
        for Label(label) in Label::ALL {
            let name = label.strip_prefix("tacit/v1/").expect("every label has the prefix");
            assert!(format.contains(&format!("| `{name}` |")), "{name} is not in FORMAT.md");
        }
    }
}
