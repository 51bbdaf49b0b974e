//! A vault to look at: two projects, three environments each, and keys that are obviously not real.

use protocol::ObjectId;
use rand_core::CryptoRngCore;

use crate::change::Change;
use crate::model::{Details, Model, SecretValue, Timestamp};
use crate::port::Store;
use crate::session::{Error, Session};

const DAY: u64 = 24 * 60 * 60 * 1000;

/// A variable and its value.
type Row = (&'static str, &'static str);

const SHOP_DEV: &[Row] = &[
    ("STRIPE_SECRET_KEY", "sk_test_EXAMPLEexampleEXAMPLE0001"),
    ("STRIPE_WEBHOOK_SECRET", "whsec_EXAMPLEexampleEXAMPLE0002"),
    ("DATABASE_HOST", "localhost:5432"),
    ("DATABASE_PASSWORD", "example-only-dev"),
    ("DATABASE_URL", "postgres://shop:${DATABASE_PASSWORD}@${DATABASE_HOST}/shop"),
    ("REDIS_URL", "redis://localhost:6379/0"),
    ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    ("GITHUB_TOKEN", "ghp_EXAMPLEexampleEXAMPLEexampleEXAMPLE0"),
    ("SENDGRID_API_KEY", "SG.EXAMPLEexample.EXAMPLEexampleEXAMPLE"),
    ("SENTRY_DSN", "https://examplekey@o0.ingest.example.com/1"),
    ("OPENAI_API_KEY", "sk-EXAMPLE-not-a-real-key-0001"),
    ("JWT_SECRET", "example-only-example-only-example-only"),
    ("LOG_LEVEL", "debug"),
    ("DEBUG_TOOLBAR", "on"),
];
const SHOP_STAGING: &[Row] = &[
    ("DATABASE_HOST", "db.staging.example.com:5432"),
    ("DATABASE_PASSWORD", "example-only-staging"),
    ("LOG_LEVEL", "info"),
];
const SHOP_PROD: &[Row] = &[
    ("STRIPE_SECRET_KEY", "sk_live_EXAMPLEexampleEXAMPLE0003"),
    ("STRIPE_WEBHOOK_SECRET", "whsec_EXAMPLEexampleEXAMPLE0004"),
    ("DATABASE_HOST", "db.example.com:5432"),
    ("DATABASE_PASSWORD", "example-only-prod"),
    ("JWT_SECRET", "example-only-prod-example-only-prod"),
    ("LOG_LEVEL", "warn"),
];
const WEB_DEV: &[Row] = &[
    ("API_URL", "http://localhost:8080"),
    ("NEXT_PUBLIC_STRIPE_KEY", "pk_test_EXAMPLEexampleEXAMPLE0005"),
    ("CLOUDFLARE_API_TOKEN", "EXAMPLEexampleEXAMPLEexampleEXAMPLE00006"),
    ("SESSION_SECRET", "example-only-web-session"),
];
const WEB_PROD: &[Row] = &[
    ("API_URL", "https://api.example.com"),
    ("NEXT_PUBLIC_STRIPE_KEY", "pk_live_EXAMPLEexampleEXAMPLE0007"),
];

/// Fills a vault. The projects' names must be free.
///
/// # Errors
/// As [`Session::apply`].
pub async fn fill<S: Store>(
    session: &mut Session<S>,
    rng: &mut impl CryptoRngCore,
    now: Timestamp,
) -> Result<(), Error> {
    let projects = ["shop-api", "web"].map(|name| Change::CreateProject { name: name.into() });
    let made = session.apply(Change::Batch(projects.into()), rng, now).await?.touched;
    let shop = environments(session.model(), &made, "shop-api")?;
    let web = environments(session.model(), &made, "web")?;
    let mut changes: Vec<Change> = [shop, web].iter().flat_map(inherit).collect();
    let rows = [
        (shop[0], SHOP_DEV),
        (shop[1], SHOP_STAGING),
        (shop[2], SHOP_PROD),
        (web[0], WEB_DEV),
        (web[2], WEB_PROD),
    ];
    changes.extend(
        rows.into_iter().flat_map(|(environment, rows)| rows.iter().map(move |row| set(environment, row))),
    );
    session.apply(Change::Batch(changes), rng, now).await?;
    let last = finishing_touches(session.model(), shop, web, now)?;
    session.apply(Change::Batch(last), rng, now).await.map(drop)
}

/// What needs the secrets to be there: one is hidden, one expired, one shared by both projects, one described.
fn finishing_touches(
    model: &Model,
    shop: [ObjectId; 3],
    web: [ObjectId; 3],
    now: Timestamp,
) -> Result<Vec<Change>, Error> {
    let github = secret(model, shop[0], "GITHUB_TOKEN")?;
    let sentry = secret(model, shop[0], "SENTRY_DSN")?;
    let stripe = secret(model, shop[2], "STRIPE_SECRET_KEY")?;
    let expired = Some(Timestamp(now.0.saturating_sub(3 * DAY)));
    let details = |id, change: fn(Details) -> Details| {
        let details = model.secret(id).map(|it| it.details.clone()).ok_or(Error::Gone)?;
        Ok::<_, Error>(Change::Describe { secret: id, details: change(details) })
    };
    let of_github = model.secret(github).map(|it| it.details.clone()).ok_or(Error::Gone)?;
    Ok(vec![
        Change::Hide { environment: shop[2], variable: "DEBUG_TOOLBAR".into() },
        Change::Describe { secret: github, details: Details { expires: expired, ..of_github } },
        details(stripe, |it| Details {
            period: Some(90),
            owner: "payments".into(),
            notes: "Rotate together with the webhook secret.".into(),
            tags: ["billing".into()].into(),
            ..it
        })?,
        Change::Bind { environment: web[0], variable: "SENTRY_DSN".into(), secret: sentry },
    ])
}

/// Staging inherits from dev, prod from staging.
fn inherit([dev, staging, prod]: &[ObjectId; 3]) -> [Change; 2] {
    [(*staging, *dev), (*prod, *staging)]
        .map(|(environment, parent)| Change::SetParent { environment, parent: Some(parent) })
}

fn set(environment: ObjectId, (variable, value): &Row) -> Change {
    let value = SecretValue::from((*value).to_owned());
    Change::SetValue { environment, variable: (*variable).to_owned(), value }
}

fn environments(model: &Model, made: &[ObjectId], project: &str) -> Result<[ObjectId; 3], Error> {
    let found = made.iter().find(|id| model.project(**id).is_some_and(|it| *it.name == *project));
    let all: Vec<_> = model.environments(*found.ok_or(Error::Gone)?).iter().map(|(id, _)| *id).collect();
    all.try_into().map_err(|_| Error::Gone)
}

fn secret(model: &Model, environment: ObjectId, variable: &str) -> Result<ObjectId, Error> {
    model.own(environment, variable).and_then(|(_, it)| it.secret).ok_or(Error::Gone)
}
