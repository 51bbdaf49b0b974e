//! The proofs that need more than one crate.
