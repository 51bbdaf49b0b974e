//! The relay's worker.
