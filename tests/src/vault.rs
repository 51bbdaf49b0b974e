//! A vault of any size, opened, searched and saved to.

use browser::entropy::Entropy;
use browser::indexed_db::IndexedDb;
use vault::change::{Change, Import, ImportFile, Pair, Place, Target};
use vault::model::{Kind, Secret, SecretValue, Timestamp};
use vault::search::Arena;
use vault::session::Session;
use vault::{KdfId, ObjectId, Passphrase, PrfOutput};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::watched::Watched;

/// The passkey that opens without a derivation, so that what comes after it is measured alone.
const CREDENTIAL: &[u8] = b"bench";

/// Words that names are made of, so that a search has something to tell apart.
const WORDS: [&str; 12] = [
    "STRIPE", "DATABASE", "SESSION", "WEBHOOK", "SIGNING", "GITHUB", "SENDGRID", "REDIS", "OPENAI", "SENTRY",
    "MAILER", "STORAGE",
];

/// An open vault.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Vault {
    session: Session<Watched>,
    arena: Arena,
}

#[wasm_bindgen]
impl Vault {
    /// Makes an empty vault in the database `name`.
    ///
    /// # Errors
    /// The store or the memory does not allow it.
    pub async fn make(name: &str, passphrase: String) -> Result<Self, JsError> {
        let passphrase = Passphrase::new(passphrase);
        let store = Watched(IndexedDb::open(name).await?);
        let made = Session::create(store, &passphrase, KdfId::Standard, &mut Entropy, Timestamp(0)).await;
        let (mut session, _) = made?;
        session.add_passkey(CREDENTIAL, [5; 32], &output(), &mut Entropy).await?;
        Ok(Self { session, arena: Arena::default() })
    }

    /// Opens the vault in the database `name`, all but the derivation of its key.
    ///
    /// # Errors
    /// The store does not answer, or has no such vault.
    pub async fn open(name: &str) -> Result<Self, JsError> {
        let store = Watched(IndexedDb::open(name).await?);
        let session = Session::unlock_with_passkey(store, CREDENTIAL, &output()).await?;
        Ok(Self { session, arena: Arena::default() })
    }

    /// How many secrets it has.
    pub fn count(&self) -> usize {
        self.session.model().secrets().count()
    }

    /// Imports `count` secrets as one project with one environment, in one act.
    ///
    /// # Errors
    /// A rule or the store does not allow it.
    pub async fn import(&mut self, project: &str, count: usize) -> Result<(), JsError> {
        let pairs = (0..count).map(|number| Pair { variable: name(number), value: value(number) }).collect();
        let target = Target::New { name: "dev".to_owned(), kind: Kind::NonProd };
        let import =
            Import { project: Place::New(project.to_owned()), files: vec![ImportFile { target, pairs }] };
        self.session.apply(Change::Import(import), &mut Entropy, Timestamp(0)).await?;
        Ok(())
    }

    /// Gives one variable a new value.
    ///
    /// # Errors
    /// The store does not allow it.
    pub async fn save(&mut self, number: usize) -> Result<(), JsError> {
        let model = self.session.model();
        let environment = model.projects().into_iter().flat_map(|(id, _)| model.environments(id)).next();
        let environment = environment.map(|(id, _)| id).ok_or_else(|| JsError::new("no environment"))?;
        let change = Change::SetValue { environment, variable: name(number), value: value(number + 1) };
        self.session.apply(change, &mut Entropy, Timestamp(0)).await?;
        Ok(())
    }

    /// Lays the text out that a search runs over.
    pub fn arrange(&mut self) {
        self.arena = Arena::new(self.session.model());
    }

    /// The ids of what `query` finds, one after the other.
    pub fn search(&self, query: &str) -> Vec<u8> {
        self.arena.find(query).iter().flat_map(|id| *id.as_bytes()).collect()
    }

    /// The texts a search covers, for others to search in: one line for each secret.
    pub fn texts(&self) -> String {
        let secrets = self.session.model().secrets();
        let line = |(id, it): (ObjectId, &Secret)| {
            [&*it.details.name, &*it.details.provider, &*it.details.notes, &self.places(id)].join("\t")
        };
        secrets.map(line).collect::<Vec<_>>().join("\n")
    }

    /// The names of the projects and environments that a secret is in.
    fn places(&self, secret: ObjectId) -> String {
        let model = self.session.model();
        let environments = model.uses(secret).filter_map(|(_, it)| model.environment(it.environment));
        let names = environments
            .flat_map(|it| [Some(&*it.name), model.project(it.project).map(|project| &*project.name)]);
        names.flatten().collect::<Vec<_>>().join(" ")
    }
}

fn output() -> PrfOutput {
    PrfOutput::new(&mut [5; 32])
}

/// Different for every number, with words that repeat.
fn name(number: usize) -> String {
    let word = |at: usize| WORDS.get(at % WORDS.len()).copied().unwrap_or_default();
    format!("{}_{}_{number}", word(number), word(number / WORDS.len()))
}

fn value(number: usize) -> SecretValue {
    SecretValue::new(format!("fake-value-{number}-{}", "x".repeat(24)))
}
