//! The views: clicks into commands, snapshots into pixels.
