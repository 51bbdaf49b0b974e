//! The product's rules: projects, environments, secrets, history, import, search.
#![forbid(unsafe_code)]

pub mod change;
pub mod fold;
pub mod generate;
pub mod grammar;
pub mod grid;
pub mod import;
pub mod model;
pub mod overlay;
pub mod port;
pub mod provider;
pub mod recognise;
pub mod reference;
pub mod registry;
pub mod search;
pub mod strength;
