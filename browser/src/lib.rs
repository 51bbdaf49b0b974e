//! The vault's life inside a browser: core worker, IndexedDB store, entropy, clock.
