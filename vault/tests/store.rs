//! The store in memory does what every store has to.

#[path = "support/run.rs"]
mod run;

use vault::conformance;
use vault::memory::MemoryStore;

#[test]
fn the_store_in_memory_conforms() {
    let store = MemoryStore::new();
    run::block_on(conformance::run(&store, &store.clone())).expect("answers");
}
