//! One device from the first file to the last: made, imported into, locked, unlocked, edited, taken back, exported.
#![expect(clippy::expect_used, reason = "a helper that fails fails its test")]

use std::collections::BTreeMap;

use dotenv::Dialect;
use protocol::ObjectId;
use vault::change::{Change, Import, ImportFile, Place, Target};
use vault::import::{Counts, Destination, Existing, Incoming, Plan};
use vault::model::{Kind, SecretValue};
use vault::overlay::Chain;
use vault::reference::Resolver;

use crate::support::{self, Device, block_on};

const FILE: &str = "# the shop\n\
    export DATABASE_URL=\"postgres://shop:canary-pass@localhost/shop\" # main\n\
    STRIPE_SECRET_KEY='sk_test_canary0000000000000'\n\
    GREETING=\"line one\\nline two\"\n\
    LITERAL='p${GREETING}q'\n\
    EMPTY=\n";

type Pairs = BTreeMap<String, String>;

fn pairs_of(text: &str) -> Pairs {
    let reading = dotenv::read(Dialect::Node, text, None);
    assert!(reading.loads);
    reading.pairs.into_iter().map(|pair| (pair.key, pair.value)).collect()
}

fn incoming(text: &str) -> Vec<Incoming> {
    let pair = |pair: dotenv::Pair| Incoming {
        key: pair.key,
        value: SecretValue::from(pair.value),
        line: pair.line,
        as_reference: false,
    };
    dotenv::read(Dialect::Node, text, None).pairs.into_iter().map(pair).collect()
}

/// Takes a file into a new project's `dev`.
fn import(device: &mut Device, text: &str) -> ObjectId {
    let destination = Destination { environment: None, kind: Kind::NonProd };
    let rows = incoming(text);
    let plan = Plan::new(device.session.model(), destination, &rows, Existing::NewVersion, |_| None);
    assert_eq!(plan.counts(), Counts { create: 5, ..Counts::default() });
    let target = Target::New { name: "dev".into(), kind: Kind::NonProd };
    let file = ImportFile { target, pairs: plan.into_pairs(rows, |_| true) };
    let project = Place::New("shop".into());
    device.apply(Change::Import(Import { project, files: vec![file] })).expect("imports");
    let model = device.session.model();
    let (project, _) = *model.projects().last().expect("the project");
    model.environments(project).first().expect("dev").0
}

/// The text for Node, as it would lie on a disk.
fn export(device: &Device, environment: ObjectId) -> String {
    let model = device.session.model();
    let lookup = |secret| block_on(device.session.values(&[secret])).expect("values").pop().flatten();
    let mut resolver = Resolver::new(model, lookup);
    let taken = Chain::of(model, environment).values(model);
    let pair = |(line, value): (u32, &vault::overlay::Value<'_>)| dotenv::Pair {
        key: value.variable.to_owned(),
        value: resolver
            .resolve(environment, value.variable)
            .expect("bound")
            .expect("whole")
            .expose()
            .to_owned(),
        line,
    };
    let pairs: Vec<_> = (1..).zip(&taken).map(pair).collect();
    dotenv::write(Dialect::Node, &pairs).expect("writes").text
}

#[test]
fn a_file_goes_in_is_sealed_and_comes_out_right() {
    let mut device = Device::new();
    let dev = import(&mut device, FILE);
    let imported = device.contents();
    assert_eq!(pairs_of(&export(&device, dev)), pairs_of(FILE));
    let sealed = device.store.records();
    for canary in ["canary-pass", "canary0000", "DATABASE_URL", "line one", "shop"] {
        let holds = |record: &Vec<u8>| record.windows(canary.len()).any(|it| it == canary.as_bytes());
        assert!(FILE.contains(canary) && !sealed.iter().any(holds), "{canary} lies in the store");
    }

    let (store, locked) = (device.store.clone(), device.locked());
    let mut device = Device { session: locked.unlock(), store, kit: None, rng: support::rng(3) };
    assert!(device.contents() == imported, "unlocking shows something else");

    let act = device.set(dev, "GREETING", "changed").act.expect("an act");
    let edited: Pairs = pairs_of(FILE).into_iter().chain([("GREETING".into(), "changed".into())]).collect();
    assert_eq!(pairs_of(&export(&device, dev)), edited);
    device.undo(act).expect("undone");
    assert!(device.contents() == imported, "undoing left a trace");
    assert_eq!(pairs_of(&export(&device, dev)), pairs_of(FILE));

    let (rows, destination) = (incoming(FILE), Destination { environment: Some(dev), kind: Kind::NonProd });
    let lookup = |secret| block_on(device.session.values(&[secret])).expect("values").pop().flatten();
    let again = Plan::new(device.session.model(), destination, &rows, Existing::NewVersion, lookup);
    assert_eq!(again.counts(), Counts { unchanged: 5, ..Counts::default() });
}
