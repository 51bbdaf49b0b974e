//! What a sealed object is: field 0 of its overview (`LOG.md` §7).

macro_rules! kinds {
    ($($(#[$doc:meta])* $number:literal $name:ident;)*) => {
        /// A kind of object. One that is not listed is kept and not shown.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ObjectKind {
            $($(#[$doc])* $name,)*
        }

        impl ObjectKind {
            /// All of them, ascending by number.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its number.
            pub const fn number(self) -> u8 {
                match self { $(Self::$name => $number),* }
            }

            /// The kind with this number.
            pub const fn from_number(number: u8) -> Option<Self> {
                match number {
                    $($number => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    /// A project.
    1 Project;
    /// An environment of a project.
    2 Environment;
    /// A secret: its description, and its value in the value part.
    3 Secret;
    /// A secret under a variable name in an environment, or a tombstone there.
    4 Binding;
    /// A vault's settings.
    5 Settings;
    /// How the form of a page is known that a person pointed at.
    6 Profile;
    /// In the keyring: a vault.
    16 Vault;
    /// In the keyring: somebody else's account.
    17 Contact;
    /// In the keyring: a relay and its pinned key.
    18 Relay;
    /// In the keyring: the Secret Key, in the value part.
    19 SecretKey;
    /// In the keyring: the account's own identity, in the value part.
    20 Identity;
    /// In the keyring: what a device of the account is called.
    21 Device;
    /// In the keyring: the key for backup files, in the value part.
    22 BackupKey;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_document() {
        let document = include_str!("../LOG.md");
        let listed = document.lines().find(|line| line.starts_with("Kinds (field 0)")).unwrap();
        let numbers: Vec<u8> =
            listed.split([' ', ':', ';', '(', ')', '.']).filter_map(|word| word.parse().ok()).collect();
        let ours: Vec<u8> = ObjectKind::ALL.iter().map(|kind| kind.number()).collect();
        // The line begins with the number of the field.
        assert_eq!(numbers, [&[0], ours.as_slice()].concat());
        assert!(ObjectKind::ALL.iter().all(|kind| ObjectKind::from_number(kind.number()) == Some(*kind)));
        assert_eq!(ObjectKind::from_number(23), None);
    }
}
