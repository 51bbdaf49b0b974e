//! The product's rules: projects, environments, secrets, history, import, search.
#![forbid(unsafe_code)]
