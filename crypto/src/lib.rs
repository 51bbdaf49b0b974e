//! Bytes and keys: no I/O, no clock, no ambient randomness.
#![forbid(unsafe_code)]
