//! What the numbers of an object's fields mean, and how each merges (`LOG.md` §7).

/// How two changes of one field on the same base come together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merge {
    /// Written once: the log's stays.
    Fixed,
    /// The log's is current, the other is kept among `others`.
    One,
    /// What either side added, without what either side removed.
    Set,
    /// The greater.
    Greatest,
}

macro_rules! fields {
    ($($number:literal $name:ident $merge:ident $text:literal;)*) => {
        /// A field of an object. A number means the same in every kind.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u32)]
        pub enum Field {
            $(#[doc = concat!("`", $text, "` of `LOG.md` §7.")] $name = $number,)*
        }

        impl Field {
            /// All of them, ascending by number.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its number.
            pub const fn number(self) -> u32 {
                match self { $(Self::$name => $number),* }
            }

            /// Its name in `LOG.md`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// How it merges.
            pub const fn merge(self) -> Merge {
                match self { $(Self::$name => Merge::$merge),* }
            }
        }
    };
}

fields! {
    0 Kind Fixed "kind";
    1 Others Set "others";
    2 Created Fixed "created";
    3 Value One "value";
    16 Name One "name";
    17 Slug One "slug";
    18 Order One "order";
    19 Archived One "archived";
    20 Notes One "notes";
    21 Scope Fixed "scope";
    24 Project Fixed "project";
    25 Environment Fixed "environment";
    26 Parent One "parent";
    27 Secret One "secret";
    28 Variable One "variable";
    29 Tombstone One "tombstone";
    30 Stage One "stage";
    32 Provider One "provider";
    33 Type One "type";
    34 Class One "class";
    35 Tags Set "tags";
    36 Schema One "schema";
    37 Required One "required";
    38 Period One "period";
    40 Expires One "expires";
    41 Docs One "docs";
    42 Owner One "owner";
    43 Contested One "contested";
    44 Filled Set "filled";
    45 Captured Set "captured";
    46 Profile One "profile";
    47 FilledAs Set "filled-as";
    48 LockAfter One "lock-after";
    49 RevealFor One "reveal-for";
    50 ClipboardFor One "clipboard-for";
    51 FilledFrom Set "filled-from";
    64 Log Fixed "log";
    65 Genesis Fixed "genesis";
    66 Principal Fixed "principal";
    67 SigningKey One "signing-key";
    68 AgreementKey One "agreement-key";
    69 Generation One "generation";
    70 Verified Greatest "verified";
    71 Origin Fixed "origin";
    72 ServerKey One "server-key";
    73 Device Fixed "device";
}

impl Field {
    /// The field with this number; an unknown one merges as [`Merge::One`].
    pub fn from_number(number: u32) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.number() == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_the_document_is_the_table_of_the_code() {
        let rows = include_str!("../LOG.md").lines().filter_map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let [_, number, name, _type, merge, _kinds, _] = cells.as_slice() else { return None };
            Some((number.parse().ok()?, name.to_string(), merge.to_string()))
        });
        let fields = Field::ALL.iter().map(|field| {
            (field.number(), field.name().to_owned(), format!("{:?}", field.merge()).to_lowercase())
        });
        assert_eq!(rows.collect::<Vec<(u32, String, String)>>(), fields.collect::<Vec<_>>());
    }
}
