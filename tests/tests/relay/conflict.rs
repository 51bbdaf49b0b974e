//! Two devices that wrote the same at the same time: both are kept, found, and settled.

use protocol::Field;
use vault::ObjectId;
use vault::change::Change;
use vault::model::{Details, SecretValue, Timestamp, Written};
use vault::session::Error;

use crate::account::{connected, enrol};
use crate::relay::InProcess;
use crate::support::{Device, NOW, PASSPHRASE, block_on};
use crate::{assert_alike_but_for, together};

/// Two devices that gave a secret different values, and know it.
fn contested() -> (Device, Device, ObjectId, InProcess) {
    let (mut one, dev, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    let secret = one.secret(dev, "STRIPE_SECRET_KEY");
    one.set(dev, "STRIPE_SECRET_KEY", "canary-from-one");
    two.set(dev, "STRIPE_SECRET_KEY", "canary-from-two");
    together(&mut two, &relay);
    together(&mut one, &relay);
    together(&mut two, &relay);
    (one, two, secret, relay)
}

fn is_contested(device: &Device, secret: ObjectId) -> bool {
    device.session.model().secret(secret).unwrap().contested
}

fn beside(device: &Device, secret: ObjectId) -> Vec<(String, Written)> {
    let all = block_on(device.session.alternatives(secret)).unwrap();
    all.into_iter().map(|it| (it.value.expose().to_owned(), it.written)).collect()
}

fn settle(device: &mut Device, secret: ObjectId, chosen: Option<Written>) -> Result<(), Error> {
    device.apply(Change::Settle { object: secret, field: Field::Value, chosen }).map(drop)
}

/// Both have this value, and nothing is open.
fn assert_settled(devices: [&Device; 2], secret: ObjectId, value: &str) {
    for device in devices {
        assert_eq!(device.value(secret), value);
        assert!(!is_contested(device, secret) && beside(device, secret).is_empty());
    }
    assert_alike_but_for(devices[0], devices[1], PASSPHRASE);
}

#[test]
fn both_devices_see_both_values_and_which_device_wrote_the_other() {
    let (one, two, secret, _) = contested();
    for device in [&one, &two] {
        assert_eq!(device.value(secret), "canary-from-two");
        assert!(is_contested(device, secret), "found without opening a value");
        let [(value, written)] = &beside(device, secret)[..] else { panic!() };
        assert_eq!((value.as_str(), written.device), ("canary-from-one", one.session.device()));
        assert!(is_contested(&device.reopened(), secret));
    }
    assert_alike_but_for(&one, &two, PASSPHRASE);
}

#[test]
fn a_value_changed_when_it_was_written_and_not_when_it_was_made_again_behind_another() {
    let (mut one, dev, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    let secret = one.secret(dev, "STRIPE_SECRET_KEY");
    two.set(dev, "ANOTHER", "canary-another");
    together(&mut two, &relay);
    let value = || SecretValue::from("canary-later".to_owned());
    let earlier = Timestamp(NOW.0 - 1_000);
    let change = Change::ReplaceValue { secret, value: value() };
    block_on(one.session.apply(change, &mut one.rng, earlier)).unwrap();
    together(&mut one, &relay);
    together(&mut two, &relay);
    for device in
        [&one, &two, &one.reopened(), &two.reopened(), &enrol(&one, &relay, PASSPHRASE, 78).unwrap()]
    {
        assert_eq!(device.session.changed(secret), earlier);
    }
}

#[test]
fn one_settles_and_the_other_follows_and_it_can_be_taken_back() {
    for keeps_current in [true, false] {
        let (mut one, mut two, secret, relay) = contested();
        let other = beside(&one, secret)[0].1;
        let chosen = (!keeps_current).then_some(other);
        let settled = one.apply(Change::Settle { object: secret, field: Field::Value, chosen }).unwrap();
        together(&mut one, &relay);
        together(&mut two, &relay);
        let value = if keeps_current { "canary-from-two" } else { "canary-from-one" };
        assert_settled([&one, &two], secret, value);
        assert_eq!(
            settle(&mut one, secret, chosen).unwrap_err(),
            Error::Refused(vault::change::Refusal::Gone)
        );

        two.undo(settled.act.unwrap()).unwrap();
        together(&mut two, &relay);
        together(&mut one, &relay);
        for device in [&one, &two] {
            assert_eq!(device.value(secret), "canary-from-two");
            assert!(is_contested(device, secret) && beside(device, secret).len() == 1);
        }
    }
}

#[test]
fn settled_on_both_sides_at_once_both_have_the_same() {
    for [ones, twos] in [[false, false], [true, true], [true, false], [false, true]] {
        let (mut one, mut two, secret, relay) = contested();
        let other = beside(&one, secret)[0].1;
        settle(&mut one, secret, ones.then_some(other)).unwrap();
        settle(&mut two, secret, twos.then_some(other)).unwrap();
        together(&mut one, &relay);
        together(&mut two, &relay);
        together(&mut one, &relay);
        let value = if ones || twos { "canary-from-one" } else { "canary-from-two" };
        assert_settled([&one, &two], secret, value);
    }
}

#[test]
fn a_value_written_while_another_device_settles_is_an_alternative_again() {
    let (mut one, mut two, secret, relay) = contested();
    let other = beside(&one, secret)[0].1;
    settle(&mut one, secret, Some(other)).unwrap();
    two.apply(Change::ReplaceValue { secret, value: SecretValue::new("canary-third".to_owned()) }).unwrap();
    together(&mut one, &relay);
    together(&mut two, &relay);
    together(&mut one, &relay);
    for device in [&one, &two] {
        assert_eq!(device.value(secret), "canary-from-one");
        assert!(is_contested(device, secret));
        assert_eq!(beside(device, secret)[0].0, "canary-third");
    }
    assert_alike_but_for(&one, &two, PASSPHRASE);
}

#[test]
fn a_new_value_and_an_earlier_version_leave_what_is_open_open() {
    let (mut one, _, secret, _) = contested();
    one.apply(Change::ReplaceValue { secret, value: SecretValue::new("canary-new".to_owned()) }).unwrap();
    assert!(is_contested(&one, secret) && beside(&one, secret).len() == 1);
    one.apply(Change::RestoreVersion { secret, revision: 1 }).unwrap();
    assert_eq!(one.value(secret), "canary-value-one");
    assert!(is_contested(&one, secret) && beside(&one, secret).len() == 1);
}

#[test]
fn what_two_devices_say_of_a_secret_is_kept_and_settled_field_by_field() {
    let (mut one, dev, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    let secret = one.secret(dev, "STRIPE_SECRET_KEY");
    let describe = |device: &mut Device, notes: &str, owner: &str| {
        let known = device.session.model().secret(secret).unwrap().details.clone();
        let details = Details { notes: notes.into(), owner: owner.into(), ..known };
        device.apply(Change::Describe { secret, details }).unwrap();
    };
    describe(&mut one, "canary notes of one", "one");
    describe(&mut two, "canary notes of two", "two");
    together(&mut two, &relay);
    together(&mut one, &relay);
    together(&mut two, &relay);
    assert_alike_but_for(&one, &two, PASSPHRASE);
    let open = two.reopened().session.contested(secret);
    let said = |it: &vault::session::Contested| {
        let details = &it.overview.as_secret().unwrap().details;
        (it.field, details.notes.to_string(), details.owner.to_string())
    };
    let notes = (Field::Notes, "canary notes of one".to_owned(), "two".to_owned());
    let owner = (Field::Owner, "canary notes of two".to_owned(), "one".to_owned());
    assert_eq!(open.iter().map(said).collect::<Vec<_>>(), [notes, owner]);
    assert!(!is_contested(&two, secret), "its value is not");

    two.apply(Change::Settle { object: secret, field: Field::Notes, chosen: Some(open[0].written) }).unwrap();
    assert_eq!(two.session.contested(secret).len(), 1);
    two.apply(Change::Settle { object: secret, field: Field::Owner, chosen: None }).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    for device in [&one, &two] {
        let secret = device.session.model().secret(secret).unwrap();
        assert_eq!((&*secret.details.notes, &*secret.details.owner), ("canary notes of one", "two"));
        assert!(!secret.is_contested());
    }
    assert_alike_but_for(&one, &two, PASSPHRASE);
}

/// A value of the greatest length.
fn large(number: usize) -> String {
    format!("canary-{number:03}-{}", "x".repeat(64 * 1024 - 11))
}

#[test]
fn alternatives_that_do_not_fit_a_part_are_versions_and_stop_nothing() {
    const WRITTEN: usize = 20;
    let (mut one, dev, relay) = connected();
    let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
    together(&mut two, &relay);
    together(&mut one, &relay);
    let secret = one.secret(dev, "STRIPE_SECRET_KEY");
    two.set(dev, "STRIPE_SECRET_KEY", &large(999));
    together(&mut two, &relay);
    let mut acts = Vec::new();
    for number in 0..WRITTEN {
        acts.push(one.set(dev, "STRIPE_SECRET_KEY", &large(number)).act.unwrap());
    }
    together(&mut one, &relay);
    together(&mut two, &relay);
    assert_alike_but_for(&one, &two, PASSPHRASE);
    assert_eq!(two.value(secret), large(999));
    let beside = beside(&two, secret);
    assert!((10..WRITTEN).contains(&beside.len()), "{}", beside.len());
    let versions = two.session.history(secret).unwrap();
    let versions: Vec<String> = versions
        .iter()
        .map(|it| block_on(two.session.value_at(secret, it.revision)).unwrap().expose().to_owned())
        .collect();
    for number in 0..WRITTEN {
        let value = large(number);
        let is_found = beside.iter().any(|(it, _)| *it == value) || versions.contains(&value);
        assert!(is_found, "{number}");
    }
    // The last of them wrote several revisions; it is taken back as one.
    one.undo(*acts.last().unwrap()).unwrap();
    assert_eq!(one.value(secret), large(999));
}

/// Settles what is open of something.
fn choose(device: &mut Device, object: ObjectId, keeps: bool) {
    for it in device.session.contested(object) {
        let chosen = (!keeps).then_some(it.written);
        device.apply(Change::Settle { object, field: it.field, chosen }).unwrap();
    }
}

#[test]
fn what_two_devices_say_of_a_project_and_what_is_in_it_is_kept_and_settled() {
    for keeps in [true, false] {
        let (mut one, dev, relay) = connected();
        let model = one.session.model();
        let project = model.environment(dev).unwrap().project;
        let ids: Vec<ObjectId> = model.environments(project).iter().map(|(id, _)| *id).collect();
        let (staging, prod) = (ids[1], ids[2]);
        let secrets = ["FIRST", "SECOND"].map(|name| {
            one.set(dev, name, "canary");
            one.secret(dev, name)
        });
        let binding = one.session.model().own(dev, "STRIPE_SECRET_KEY").unwrap().0;
        together(&mut one, &relay);
        let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
        together(&mut two, &relay);
        together(&mut one, &relay);
        let says = |device: &mut Device, name: &str, parent, secret| {
            let variable = "STRIPE_SECRET_KEY".to_owned();
            device.apply(Change::RenameProject { project, name: name.to_owned() }).unwrap();
            device.apply(Change::SetParent { environment: prod, parent: Some(parent) }).unwrap();
            device.apply(Change::Bind { environment: dev, variable, secret }).unwrap();
        };
        says(&mut one, "of-one", dev, secrets[0]);
        says(&mut two, "of-two", staging, secrets[1]);
        together(&mut two, &relay);
        together(&mut one, &relay);
        together(&mut two, &relay);
        for device in [&one, &two, &one.reopened(), &two.reopened()] {
            let open = [project, prod, binding].map(|object| {
                assert!(device.session.model().overview(object).unwrap().is_contested());
                let all = device.session.contested(object);
                all.into_iter().map(|it| (it.field, it.written.device, it.overview)).collect::<Vec<_>>()
            });
            let [of_project, of_environment, of_binding] = &open;
            let [(Field::Name, by, it)] = &of_project[..] else { panic!("{of_project:?}") };
            assert_eq!((*by, &*it.as_project().unwrap().name), (one.session.device(), "of-one"));
            let [(Field::Parent, _, it)] = &of_environment[..] else { panic!("{of_environment:?}") };
            assert_eq!(it.as_environment().unwrap().parent, Some(dev));
            let [(Field::Secret, _, it)] = &of_binding[..] else { panic!("{of_binding:?}") };
            assert_eq!(it.as_binding().unwrap().secret, Some(secrets[0]));
        }
        [project, prod, binding].into_iter().for_each(|object| choose(&mut one, object, keeps));
        together(&mut one, &relay);
        together(&mut two, &relay);
        for device in [&one, &two] {
            let model = device.session.model();
            assert!([project, prod, binding].iter().all(|it| !model.overview(*it).unwrap().is_contested()));
            let (name, parent, secret) =
                if keeps { ("of-two", staging, secrets[1]) } else { ("of-one", dev, secrets[0]) };
            assert_eq!(&*model.project(project).unwrap().name, name);
            assert_eq!(model.environment(prod).unwrap().parent, Some(parent));
            assert_eq!(model.binding(binding).unwrap().secret, Some(secret));
        }
        assert_alike_but_for(&one, &two, PASSPHRASE);
    }
}

#[test]
fn a_binding_that_one_device_hides_and_another_gives_a_secret_is_settled_as_either() {
    for keeps in [true, false] {
        let (mut one, dev, relay) = connected();
        let project = one.session.model().environment(dev).unwrap().project;
        let staging = one.session.model().environments(project)[1].0;
        one.apply(Change::SetParent { environment: staging, parent: Some(dev) }).unwrap();
        one.set(staging, "STRIPE_SECRET_KEY", "canary-own");
        one.set(dev, "FIRST", "canary");
        let (binding, first) =
            (one.session.model().own(staging, "STRIPE_SECRET_KEY").unwrap().0, one.secret(dev, "FIRST"));
        together(&mut one, &relay);
        let mut two = enrol(&one, &relay, PASSPHRASE, 77).unwrap();
        together(&mut two, &relay);
        together(&mut one, &relay);
        let variable = || "STRIPE_SECRET_KEY".to_owned();
        one.apply(Change::Bind { environment: staging, variable: variable(), secret: first }).unwrap();
        two.apply(Change::Hide { environment: staging, variable: variable() }).unwrap();
        together(&mut two, &relay);
        together(&mut one, &relay);
        assert_eq!(one.session.model().binding(binding).unwrap().secret, None);
        choose(&mut one, binding, keeps);
        let expected = (!keeps).then_some(first);
        assert_eq!(one.session.model().binding(binding).unwrap().secret, expected);
        assert_eq!(one.reopened().session.model().binding(binding).unwrap().secret, expected);
    }
}
