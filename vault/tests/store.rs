//! The store in memory does what every store has to.

#[path = "support/run.rs"]
mod run;

use vault::conformance;
use vault::memory::MemoryStore;

#[test]
fn the_store_in_memory_conforms() {
    let contents = MemoryStore::new();
    run::block_on(conformance::run(async || Ok(contents.another()))).expect("answers");
}
