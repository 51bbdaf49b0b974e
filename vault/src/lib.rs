//! The product's rules: projects, environments, secrets, history, import, search.
#![forbid(unsafe_code)]

pub mod change;
pub mod fold;
pub mod grammar;
pub mod grid;
pub mod model;
pub mod overlay;
pub mod port;
pub mod reference;
