//! The name that a key goes by in a program, as its provider's documentation has it.

use super::{Provider, names_a_key};

/// What keys begin with that are not their provider's first, and a word of the variable that they go by.
const CLUES: [(&str, &str); 16] = [
    ("whsec_", "WEBHOOK_SECRET"),
    ("https://", "WEBHOOK_URL"),
    ("mongodb", "URI"),
    ("sk_", "SECRET_KEY"),
    ("rk_", "SECRET_KEY"),
    ("sb_secret_", "SECRET_KEY"),
    ("sbp_", "ACCESS_TOKEN"),
    ("xapp-", "APP_TOKEN"),
    ("cfk_", "API_KEY"),
    ("GOCSPX-", "CLIENT_SECRET"),
    ("AIza", "API_KEY"),
    ("ABSK", "BEDROCK"),
    ("AccountKey", "STORAGE_KEY"),
    ("sntry", "AUTH_TOKEN"),
    ("shp", "ACCESS_TOKEN"),
    ("phx_", "PERSONAL"),
];

/// The variable of `provider` that `value` is for.
pub fn variable(provider: &Provider, value: &str) -> Option<&'static str> {
    let names = provider.variables();
    let clue = CLUES.iter().find(|(start, _)| value.starts_with(start));
    let told =
        clue.and_then(|(_, word)| names.iter().find(|name| name.ends_with(word) || name.contains(word)));
    let address = value.contains("://").then_some(&"DATABASE_URL");
    told.or(address)
        .or_else(|| names.iter().find(|name| names_a_key(name)))
        .or_else(|| names.first())
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::find;

    #[test]
    fn each_key_gets_the_name_that_its_provider_gives_it() {
        for (id, value, name) in [
            ("stripe", "sk_live_1", "STRIPE_SECRET_KEY"),
            ("stripe", "whsec_1", "STRIPE_WEBHOOK_SECRET"),
            ("github", "ghp_1", "GITHUB_TOKEN"),
            ("openai", "sk-proj-1", "OPENAI_API_KEY"),
            ("aws", "abc", "AWS_SECRET_ACCESS_KEY"),
            ("aws", "ABSK1", "AWS_BEARER_TOKEN_BEDROCK"),
            ("supabase", "sb_secret_1", "SUPABASE_SECRET_KEY"),
            ("supabase", "sbp_1", "SUPABASE_ACCESS_TOKEN"),
            ("slack", "xapp-1", "SLACK_APP_TOKEN"),
            ("slack", "https://hooks.slack.com/1", "SLACK_WEBHOOK_URL"),
            ("gcp", "GOCSPX-1", "GOOGLE_CLIENT_SECRET"),
            ("mongodb-atlas", "mongodb+srv://a:b@c", "MONGODB_URI"),
            ("neon", "postgres://a:b@c/d", "DATABASE_URL"),
            ("clerk", "sk_test_1", "CLERK_SECRET_KEY"),
        ] {
            assert_eq!(variable(find(id).unwrap(), value), Some(name), "{id} {value}");
        }
    }
}
