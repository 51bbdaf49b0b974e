//! What is handed across between a view and the core.
