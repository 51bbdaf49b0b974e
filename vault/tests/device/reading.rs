//! What is read and when: opening, listing and searching open no value, and read none.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use vault::change::Change;
use vault::grid::Grid;
use vault::memory::MemoryStore;
use vault::model::SecretValue;
use vault::port::{Batch, Committed, Generation, Span, Store, StoreError, Stored};
use vault::registry::{self, Filter};
use vault::search::Arena;
use vault::session::Session;

use crate::support::{self, Device, block_on, passphrase};

/// A store that notes every part it is asked for and has.
#[derive(Clone, Debug)]
struct Noting {
    store: MemoryStore,
    read: Rc<RefCell<BTreeSet<Span>>>,
}

impl Noting {
    fn take(&self) -> BTreeSet<Span> {
        self.read.take()
    }
}

impl Store for Noting {
    async fn load(&self) -> Result<Option<Stored>, StoreError> {
        self.store.load().await
    }

    async fn generation(&self) -> Result<Generation, StoreError> {
        self.store.generation().await
    }

    async fn read(&self, spans: &[Span]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        let parts = self.store.read(spans).await?;
        let found = spans.iter().zip(&parts).filter(|(_, part)| part.is_some()).map(|(span, _)| *span);
        self.read.borrow_mut().extend(found);
        Ok(parts)
    }

    async fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        self.store.commit(batch).await
    }

    async fn erase(&self) -> Result<(), StoreError> {
        self.store.erase().await
    }
}

#[test]
fn opening_listing_and_searching_read_no_part_and_a_value_is_one() {
    let mut device = Device::new();
    block_on(vault::sample::fill(&mut device.session, &mut device.rng, support::NOW)).expect("fills");
    let store = Noting { store: device.store.clone(), read: Rc::default() };
    let key = passphrase(support::PASSPHRASE);
    let mut session = block_on(Session::unlock(store.clone(), &key)).expect("unlocks");
    let model = session.model();
    let secret = registry::list(model, &Filter::default()).first().expect("a secret").0;
    for (project, _) in model.projects() {
        let grid = Grid::of(model, project);
        assert!(!grid.variables().is_empty());
        grid.variables().iter().for_each(|variable| drop(grid.row(variable, support::NOW)));
    }
    assert!(!Arena::new(model).find("stripe").is_empty());
    assert!(!session.history(secret).expect("a history").is_empty());
    assert_eq!(store.take(), BTreeSet::new());

    assert!(block_on(session.values(&[secret])).expect("values")[0].is_some());
    assert_eq!(store.take().len(), 1, "a value is one part");

    let value = SecretValue::from("new".to_owned());
    let mut rng = support::rng(4);
    block_on(session.apply(Change::ReplaceValue { secret, value }, &mut rng, support::NOW)).expect("saves");
    assert_eq!(store.take().len(), 1, "what a save builds on is the part it replaces");
}
