//! An overview as the numbered fields that are sealed (`LOG.md` §7), and back.

use protocol::{Field, Fields, FieldsRef, ObjectId, ObjectKind, ScopeId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{
    Binding, Class, Details, Environment, Filled, FilledAs, FilledFrom, Kind, Overview, Profile, Project,
    Sealed, Secret, SecretValue, Timestamp,
};

/// Bytes of the longest length before a text.
const MAX_LENGTH_PREFIX: usize = 10;

impl Overview {
    /// Reads the fields of an overview. `None` for an object of another kind, or one that lacks what its kind cannot do
    /// without: such an object is kept by whoever stores it, and not shown. A field whose bytes do not decode counts as
    /// absent.
    pub fn read(fields: &FieldsRef<'_>) -> Option<Self> {
        match ObjectKind::from_number(get(fields, Field::Kind)?)? {
            ObjectKind::Project => Some(Self::Project(read_project(fields)?)),
            ObjectKind::Environment => Some(Self::Environment(read_environment(fields)?)),
            ObjectKind::Secret => Some(Self::Secret(Box::new(read_secret(fields)))),
            ObjectKind::Binding => Some(Self::Binding(read_binding(fields)?)),
            ObjectKind::Profile => Some(Self::Profile(read_profile(fields)?)),
            _ => None,
        }
    }

    /// Writes it over `base`, the fields as they were sealed before (none for a new object). Fields unknown here stay.
    pub fn write(&self, base: Fields) -> Fields {
        let mut to = To(base);
        match self {
            Self::Project(it) => write_project(it, &mut to),
            Self::Environment(it) => write_environment(it, &mut to),
            Self::Secret(it) => write_secret(it, &mut to),
            Self::Binding(it) => write_binding(it, &mut to),
            Self::Profile(it) => write_profile(it, &mut to),
        }
        to.others(self.others());
        to.0
    }
}

impl SecretValue {
    /// Reads the fields of a value part. `None` if there is no value in them, or one that is not text.
    pub fn read(fields: &Fields) -> Option<Self> {
        get::<String>(&fields.borrow(), Field::Value).map(Self::from)
    }

    /// Writes it over `base`, the fields of the value part as they were sealed before.
    pub fn write(&self, base: Fields) -> Fields {
        let mut fields = base;
        fields.set(Field::Value.number(), encode_value(self.expose()));
        fields
    }
}

fn others(from: &FieldsRef<'_>) -> Box<[u8]> {
    from.get(Field::Others.number()).unwrap_or_default().into()
}

fn read_project(from: &FieldsRef<'_>) -> Option<Project> {
    Some(Project {
        name: text(from, Field::Name),
        slug: text(from, Field::Slug),
        order: get(from, Field::Order).unwrap_or(0),
        archived: get(from, Field::Archived).unwrap_or(false),
        note: text(from, Field::Notes),
        scope: ScopeId::new(get(from, Field::Scope)?),
        created: time(from, Field::Created).unwrap_or_default(),
        others: others(from),
    })
}

fn write_project(it: &Project, to: &mut To) {
    to.some(Field::Kind, &ObjectKind::Project.number());
    to.some(Field::Created, &it.created.0);
    to.some(Field::Name, &it.name);
    to.some(Field::Slug, &it.slug);
    to.some(Field::Order, &it.order);
    to.flag(Field::Archived, it.archived);
    to.text(Field::Notes, &it.note);
    to.some(Field::Scope, it.scope.as_bytes());
}

fn read_environment(from: &FieldsRef<'_>) -> Option<Environment> {
    Some(Environment {
        project: id(from, Field::Project)?,
        name: text(from, Field::Name),
        slug: text(from, Field::Slug),
        kind: if get::<u8>(from, Field::Stage) == Some(2) { Kind::Prod } else { Kind::NonProd },
        order: get(from, Field::Order).unwrap_or(0),
        parent: id(from, Field::Parent),
        scope: ScopeId::new(get(from, Field::Scope)?),
        created: time(from, Field::Created).unwrap_or_default(),
        others: others(from),
    })
}

fn write_environment(it: &Environment, to: &mut To) {
    to.some(Field::Kind, &ObjectKind::Environment.number());
    to.some(Field::Created, &it.created.0);
    to.some(Field::Project, it.project.as_bytes());
    to.some(Field::Name, &it.name);
    to.some(Field::Slug, &it.slug);
    let stage: u8 = if it.kind == Kind::Prod { 2 } else { 1 };
    to.some(Field::Stage, &stage);
    to.some(Field::Order, &it.order);
    to.option(Field::Parent, it.parent.as_ref().map(ObjectId::as_bytes));
    to.some(Field::Scope, it.scope.as_bytes());
}

fn read_profile(from: &FieldsRef<'_>) -> Option<Profile> {
    let text = get::<&str>(from, Field::Profile)?.into();
    Some(Profile {
        name: self::text(from, Field::Name),
        text,
        created: time(from, Field::Created).unwrap_or_default(),
    })
}

fn write_profile(it: &Profile, to: &mut To) {
    to.some(Field::Kind, &ObjectKind::Profile.number());
    to.some(Field::Created, &it.created.0);
    to.some(Field::Name, &it.name);
    to.some(Field::Profile, &it.text);
}

fn read_binding(from: &FieldsRef<'_>) -> Option<Binding> {
    let tombstone = get(from, Field::Tombstone).unwrap_or(false);
    let secret = id(from, Field::Secret).filter(|_| !tombstone);
    (tombstone || secret.is_some()).then_some(())?;
    Some(Binding {
        environment: id(from, Field::Environment)?,
        variable: text(from, Field::Variable),
        secret,
        order: get(from, Field::Order).unwrap_or(0),
        created: time(from, Field::Created).unwrap_or_default(),
        others: others(from),
    })
}

fn write_binding(it: &Binding, to: &mut To) {
    to.some(Field::Kind, &ObjectKind::Binding.number());
    to.some(Field::Created, &it.created.0);
    to.some(Field::Environment, it.environment.as_bytes());
    to.some(Field::Variable, &*it.variable);
    to.option(Field::Secret, it.secret.as_ref().map(ObjectId::as_bytes));
    to.flag(Field::Tombstone, it.secret.is_none());
    to.some(Field::Order, &it.order);
}

fn read_secret(from: &FieldsRef<'_>) -> Secret {
    Secret {
        details: read_details(from),
        archived: get(from, Field::Archived).unwrap_or(false),
        created: time(from, Field::Created).unwrap_or_default(),
        contested: get(from, Field::Contested).unwrap_or(false),
        others: others(from),
        filled: read_filled(from),
        captured: get(from, Field::Captured).unwrap_or_default(),
    }
}

fn write_secret(it: &Secret, to: &mut To) {
    to.some(Field::Kind, &ObjectKind::Secret.number());
    to.some(Field::Created, &it.created.0);
    to.flag(Field::Archived, it.archived);
    to.flag(Field::Contested, it.contested);
    write_filled(&it.filled, to);
    to.option(Field::Captured, Some(&it.captured).filter(|captured| !captured.is_empty()));
    write_details(&it.details, to);
}

/// Where it went: without a variable, as one, and as one of an environment.
fn read_filled(from: &FieldsRef<'_>) -> Box<[Filled]> {
    let unnamed: Vec<Filled> = get(from, Field::Filled).unwrap_or_default();
    let named: Vec<FilledAs> = get(from, Field::FilledAs).unwrap_or_default();
    let taken: Vec<FilledFrom> = get(from, Field::FilledFrom).unwrap_or_default();
    let named = named.into_iter().map(Sealed::opened);
    unnamed.into_iter().chain(named).chain(taken.into_iter().map(Sealed::opened)).collect()
}

fn write_filled(all: &[Filled], to: &mut To) {
    let (unnamed, named): (Vec<_>, Vec<_>) = all.iter().cloned().partition(|it| it.variable.is_empty());
    let (taken, named): (Vec<_>, Vec<_>) = named.into_iter().partition(|it| it.environment.is_some());
    let named: Vec<FilledAs> = named.iter().filter_map(Sealed::of).collect();
    let taken: Vec<FilledFrom> = taken.iter().filter_map(Sealed::of).collect();
    to.option(Field::Filled, Some(&unnamed).filter(|all| !all.is_empty()));
    to.option(Field::FilledAs, Some(&named).filter(|all| !all.is_empty()));
    to.option(Field::FilledFrom, Some(&taken).filter(|all| !all.is_empty()));
}

fn read_details(from: &FieldsRef<'_>) -> Details {
    Details {
        name: text(from, Field::Name),
        provider: text(from, Field::Provider),
        kind: text(from, Field::Type),
        class: match get::<u8>(from, Field::Class) {
            Some(1) => Class::Infrastructure,
            Some(3) => Class::User,
            _ => Class::Service,
        },
        tags: get(from, Field::Tags).unwrap_or_default(),
        notes: text(from, Field::Notes),
        schema: text(from, Field::Schema),
        required: get(from, Field::Required).unwrap_or(false),
        period: get(from, Field::Period),
        expires: time(from, Field::Expires),
        docs: text(from, Field::Docs),
        owner: text(from, Field::Owner),
    }
}

fn write_details(it: &Details, to: &mut To) {
    to.some(Field::Name, &it.name);
    to.text(Field::Provider, &it.provider);
    to.text(Field::Type, &it.kind);
    let class: u8 = match it.class {
        Class::Infrastructure => 1,
        Class::Service => 2,
        Class::User => 3,
    };
    to.some(Field::Class, &class);
    to.option(Field::Tags, Some(&it.tags).filter(|tags| !tags.is_empty()));
    to.text(Field::Notes, &it.notes);
    to.text(Field::Schema, &it.schema);
    to.flag(Field::Required, it.required);
    to.option(Field::Period, it.period.as_ref());
    to.option(Field::Expires, it.expires.as_ref().map(|time| &time.0));
    to.text(Field::Docs, &it.docs);
    to.text(Field::Owner, &it.owner);
}

/// Only the one encoding of a value is read: a longer form of a number makes more bytes than its own.
fn get<'a, T: Serialize + Deserialize<'a>>(from: &FieldsRef<'a>, field: Field) -> Option<T> {
    let bytes = from.get(field.number())?;
    let value = postcard::from_bytes(bytes).ok()?;
    (postcard::experimental::serialized_size(&value) == Ok(bytes.len())).then_some(value)
}

/// Room for all of it at once: a buffer that grows would leave copies behind.
fn encode_value(text: &str) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(vec![0; text.len() + MAX_LENGTH_PREFIX]);
    #[expect(clippy::expect_used, reason = "a text and its length fit a buffer of their size")]
    let used = postcard::to_slice(text, &mut bytes).expect("text encodes").len();
    bytes.truncate(used);
    bytes
}

fn text<T: for<'t> From<&'t str>>(from: &FieldsRef<'_>, field: Field) -> T {
    get::<&str>(from, field).unwrap_or_default().into()
}

fn id(from: &FieldsRef<'_>, field: Field) -> Option<ObjectId> {
    get(from, field).map(ObjectId::new)
}

fn time(from: &FieldsRef<'_>, field: Field) -> Option<Timestamp> {
    get(from, field).map(Timestamp)
}

struct To(Fields);

impl To {
    fn some<T: Serialize + ?Sized>(&mut self, field: Field, value: &T) {
        #[expect(clippy::expect_used, reason = "numbers, text and lists of them always encode")]
        let bytes = postcard::to_allocvec(value).expect("plain data encodes");
        self.0.set(field.number(), bytes);
    }

    /// Absent takes the field away, unless its bytes mean something only to a later version.
    fn option<T: Serialize + DeserializeOwned>(&mut self, field: Field, value: Option<&T>) {
        match value {
            Some(value) => self.some(field, value),
            None if get::<T>(&self.0.borrow(), field).is_some() => drop(self.0.remove(field.number())),
            None => {}
        }
    }

    fn text(&mut self, field: Field, text: &str) {
        self.option(field, Some(&Box::<str>::from(text)).filter(|text| !text.is_empty()));
    }

    fn others(&mut self, others: &[u8]) {
        self.0.remove(Field::Others.number());
        if !others.is_empty() {
            self.0.set(Field::Others.number(), others.to_vec());
        }
    }

    fn flag(&mut self, field: Field, value: bool) {
        self.option(field, Some(&value).filter(|value| **value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Overview {
        let details = Details {
            name: "STRIPE_KEY".into(),
            provider: "stripe".into(),
            kind: "api key".into(),
            class: Class::User,
            tags: Box::new(["billing".into(), "eu".into()]),
            notes: "n".into(),
            schema: "s".into(),
            required: true,
            period: Some(90),
            expires: Some(Timestamp(7)),
            docs: "d".into(),
            owner: "o".into(),
        };
        let filled = Filled {
            origin: "https://vercel.com".into(),
            provider: "vercel".into(),
            place: "acme/shop".into(),
            time: 5,
            device: [7; 16],
            revision: 3,
            variable: "".into(),
            environment: None,
        };
        let named = Filled { variable: "STRIPE_KEY".into(), ..filled.clone() };
        let taken = Filled { environment: Some(ObjectId::new([9; 16])), ..named.clone() };
        let secret = Secret {
            details,
            archived: true,
            created: Timestamp(1),
            contested: true,
            others: Box::new([0]),
            captured: Box::new([Filled { revision: 4, ..filled.clone() }]),
            filled: Box::new([filled, named, taken]),
        };
        Overview::Secret(Box::new(secret))
    }

    #[test]
    fn what_went_into_a_page_before_its_variable_was_kept_is_read() {
        let old = [("https://vercel.com", "vercel", "shop", 5_u64, [7_u8; 16], 3_u64)];
        let bytes = postcard::to_allocvec(&old.to_vec()).unwrap();
        let mut fields = Fields::new();
        fields.set(Field::Filled.number(), bytes.clone());
        let read = read_filled(&fields.borrow());
        let [it] = &*read else { panic!("{} places", read.len()) };
        assert_eq!((&*it.place, it.revision, &*it.variable), ("shop", 3, ""));
        let mut to = To(Fields::new());
        write_filled(&read, &mut to);
        assert_eq!(to.0.get(Field::Filled.number()), Some(&*bytes));
        assert_eq!(to.0.get(Field::FilledAs.number()), None);
    }

    #[test]
    fn what_went_into_a_page_before_its_environment_was_kept_is_read_and_stays_as_it_is() {
        let old = [("https://vercel.com", "vercel", "shop", 5_u64, [7_u8; 16], 3_u64, "A")];
        let bytes = postcard::to_allocvec(&old.to_vec()).unwrap();
        let mut fields = Fields::new();
        fields.set(Field::FilledAs.number(), bytes.clone());
        let read = read_filled(&fields.borrow());
        let [it] = &*read else { panic!("{} places", read.len()) };
        assert_eq!((&*it.variable, it.revision, it.environment), ("A", 3, None));
        let mut to = To(Fields::new());
        write_filled(&read, &mut to);
        assert_eq!(to.0.get(Field::FilledAs.number()), Some(&*bytes));
        assert_eq!(to.0.get(Field::FilledFrom.number()), None);
    }

    fn all() -> Vec<Overview> {
        let id = ObjectId::new([3; 16]);
        let scope = ScopeId::new([4; 16]);
        let binding = |secret| Binding {
            environment: id,
            variable: "A".into(),
            secret,
            order: 1,
            created: Timestamp(2),
            others: Box::new([3]),
        };
        vec![
            Overview::Project(Project {
                name: "P".into(),
                slug: "p".into(),
                order: 5,
                archived: true,
                note: "hi".into(),
                scope,
                created: Timestamp(9),
                others: Box::new([1]),
            }),
            Overview::Environment(Environment {
                project: id,
                name: "Prod".into(),
                slug: "prod".into(),
                kind: Kind::Prod,
                order: 2,
                parent: Some(id),
                scope,
                created: Timestamp(9),
                others: Box::new([2]),
            }),
            Overview::Profile(Profile { name: "Shop".into(), text: "{}".into(), created: Timestamp(9) }),
            Overview::Binding(binding(None)),
            Overview::Binding(binding(Some(id))),
            Overview::Secret(Box::default()),
            secret(),
        ]
    }

    #[test]
    fn every_overview_reads_back_through_its_bytes() {
        for overview in all() {
            let bytes = overview.write(Fields::new()).encode().unwrap();
            assert_eq!(Overview::read(&FieldsRef::decode(&bytes).unwrap()), Some(overview));
        }
    }

    #[test]
    fn what_a_later_version_wrote_stays() {
        let mut base = Fields::new();
        base.set(999, vec![1, 2]);
        base.set(Field::Period.number(), vec![0xFF; 9]);
        let written = Overview::Secret(Box::default()).write(base);
        assert_eq!(written.get(999), Some([1, 2].as_slice()));
        assert_eq!(written.get(Field::Period.number()), Some([0xFF; 9].as_slice()));
    }

    #[test]
    fn what_is_taken_away_is_absent() {
        let full = secret().write(Fields::new());
        let bare = Overview::Secret(Box::default()).write(full);
        assert_eq!(bare, Overview::Secret(Box::default()).write(Fields::new()));
        assert_eq!(bare.get(Field::Tags.number()), None);
    }

    #[test]
    fn other_kinds_and_torn_objects_are_not_shown() {
        assert_eq!(Overview::read(&FieldsRef::default()), None);
        for kind in [0, 1, 2, 4, 5, 6, 16, 200] {
            let mut fields = Fields::new();
            fields.set(Field::Kind.number(), vec![kind]);
            assert_eq!(Overview::read(&fields.borrow()), None, "{kind}");
        }
    }

    #[test]
    fn a_value_is_the_length_and_the_bytes() {
        let fields = SecretValue::from("abc".to_owned()).write(Fields::new());
        assert_eq!(fields.get(Field::Value.number()), Some([3, b'a', b'b', b'c'].as_slice()));
        assert_eq!(SecretValue::read(&fields).unwrap().expose(), "abc");
        let mut other = Fields::new();
        other.set(Field::Value.number(), vec![1, 0xFF]);
        assert_eq!(SecretValue::read(&other), None);
    }
}
