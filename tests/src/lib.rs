//! What `cargo xtask bench` measures, one function for each figure, called from a page.
//!
//! It is built as the core is: the same crates, profile, target features and wasm-opt.

pub mod capture;
pub mod cipher;
pub mod fold;
pub mod kdf;
pub mod sign_in;
pub mod vault;
pub mod watched;
