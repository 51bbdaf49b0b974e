//! The vault's life inside a browser: core worker, IndexedDB store, entropy, clock.

pub mod entropy;
pub mod indexed_db;
