//! What crosses the wire: the log, its layout and its fold.
#![forbid(unsafe_code)]
