//! Bytes and keys: no I/O, no clock, no ambient randomness.
//!
//! `FORMAT.md` is normative; the code quotes its sections and its notation. Verbs are promises: `derive` is deterministic,
//! `generate` random, `seal` and `open` are for data, `wrap` and `unwrap` for keys. Ids come as bare bytes, so that this
//! crate knows nothing of logs.
//!
//! # What is not here
//! Whether an action is allowed, when a key is rotated, what a plaintext means, Unicode normalisation of a passphrase.
#![forbid(unsafe_code)]

mod account;
pub mod aead;
mod blob;
mod chacha;
mod code;
mod derive;
mod device;
mod error;
mod grant;
mod hpke;
mod kdf;
mod keychain;
mod label;
mod pad;
mod place;
mod reader;
mod recovery;
mod root;
mod scanned;
mod scope;
mod scope_key;
mod sealed;
mod secret;
mod segment;
mod sign;
mod store;
mod typed;
mod unlock;
mod wrap;

// Unlocking a device
pub use kdf::{KdfId, KdfMemory, Passphrase};
pub use store::{LocalKey, LocalKind, StoreKey};
pub use unlock::{DeviceBinding, PasskeySalt, PasskeyWrap, PassphraseWrap, PrfOutput};

// The account
pub use account::{AccountKey, BackupKey, LoginSecret, RemoteKey, SecretKey};
pub use code::SetupCode;
pub use device::{AgreementKey, DeviceKeys, Identity, PublicKeys};
pub use grant::GRANT_LENGTH;
pub use keychain::Keychain;
pub use recovery::RecoveryKey;
pub use root::RootKey;
pub use scanned::{ScannedCode, ScannedError, Seen};
pub use sign::{SIGNATURE_LENGTH, SignatureLabel, SigningKey, verify};
pub use typed::{TypedError, TypedText};

// Scopes and objects
pub use blob::{MAX_PLAINTEXT, Opened, PartKey};
pub use pad::padded_length;
pub use place::{Part, Place};
pub use scope::{Edge, ScopeEpoch, ScopeSecret};
pub use scope_key::{NamesKey, ValuesKey};
pub use sealed::{HEADER_LENGTH, Sealed};
pub use wrap::{WRAP_LENGTH, Wrapped};

// Segments
pub use segment::{Manifest, SEGMENT_CAPACITY, Segment, SegmentBuilder, SegmentEntry};

// What they share
pub use error::{NoMemory, OpenFailed, ParseError, TooLong};
pub use secret::Secret;
