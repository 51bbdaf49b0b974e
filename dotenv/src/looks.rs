//! What a value looks like: a placeholder, a secret, something meant for the public. Guesses, made to stay quiet
//! rather than to cry wolf.

use base64ct::{Base64UrlUnpadded, Encoding};

/// Whether `value` was left over from a template.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let value = value.trim().to_ascii_lowercase();
    let bracketed = [('<', '>'), ('[', ']')].iter().any(|&(open, close)| {
        value.len() > 2 && value.starts_with(open) && value.ends_with(close) && is_prose(&value)
    });
    let filler =
        value.len() >= 3 && ["x", "*", "."].iter().any(|&letter| value.replace(letter, "").is_empty());
    bracketed
        || filler
        || any_of(PLACEHOLDERS, |word| value == word)
        || any_of(PLACEHOLDER_PARTS, |part| value.contains(part))
        || is_your_something(&value)
        || value.ends_with("xxxx")
}

/// Whether a build tool or framework publishes every key that begins like `key`.
pub(crate) fn is_public_key_name(key: &str) -> bool {
    any_of(PUBLIC_PREFIXES, |prefix| key.starts_with(prefix))
}

/// Whether `value` looks like something that must not be published under the name `key`.
pub(crate) fn is_secret(key: &str, value: &str) -> bool {
    let value = value.trim();
    if is_placeholder(value) || value.starts_with("${") || is_publishable(key, value) {
        return false;
    }
    is_private_pem(value)
        || has_url_password(value)
        || has_secret_prefix(value)
        || is_secret_token(key, value)
        || (names_a_secret(key) && is_opaque(value))
        || (!names_something_public(key) && is_random(value))
}

const PLACEHOLDERS: &str =
    "todo tbd fixme placeholder changeit dummy fill_me_in n/a example secret_here redacted";

const PLACEHOLDER_PARTS: &str = "changeme change_me change-me replaceme replace_me replace-me replace_with replace-with insert_your \
    insert-your _goes_here -goes-here";

const PUBLIC_PREFIXES: &str = "NEXT_PUBLIC_ VITE_ REACT_APP_ EXPO_PUBLIC_ NUXT_PUBLIC_ GATSBY_ PUBLIC_ VUE_APP_ NG_APP_ STORYBOOK_ \
    SNOWPACK_PUBLIC_ PLASMO_PUBLIC_ WXT_ REDWOOD_ENV_";

fn any_of(words: &str, test: impl Fn(&str) -> bool) -> bool {
    words.split(' ').any(test)
}

/// `your-api-key`, `your_secret_here`; but not `yourtown`.
fn is_your_something(value: &str) -> bool {
    ["your-", "your_", "your ", "my-secret-", "enter-your-", "enter_your_", "<your", "put-your-", "put_your_"]
        .iter()
        .any(|start| value.starts_with(start))
        || ((value.contains("_your_") || value.contains("-your-"))
            && (value.ends_with("_here") || value.ends_with("-here")))
        || value.ends_with("_key_here")
        || value.ends_with("-key-here")
}

/// Letters and what joins words, as between the brackets of `<api key>`; a list such as `[1,2]` is not.
fn is_prose(value: &str) -> bool {
    let inner = value.get(1..value.len() - 1).unwrap_or_default();
    inner.chars().all(|letter| letter.is_alphanumeric() || " _-./".contains(letter))
        && inner.contains(|letter: char| letter.is_alphabetic())
}

/// Keys made to be seen: their owners say so.
fn is_publishable(key: &str, value: &str) -> bool {
    (value.starts_with(GOOGLE) && !bills_by_use(key))
        || any_of(PUBLISHABLE_PREFIXES, |prefix| value.starts_with(prefix))
        || is_anonymous_token(value)
}

/// Google's keys look alike, whether made for a page (maps, Firebase) or for a paid model.
const GOOGLE: &str = "AIza";

fn bills_by_use(key: &str) -> bool {
    any_of("GEMINI GENAI GENERATIVE", |word| key.contains(word))
}

const PUBLISHABLE_PREFIXES: &str =
    "pk_live_ pk_test_ pk.eyJ pk-lf- sb_publishable_ phc_ NRJS- rzp_live_ rzp_test_ FLWPUBK ca-pub-";

const SECRET_PREFIXES: &str = "sk_live_ sk_test_ rk_live_ rk_test_ whsec_ sk- sk.eyJ ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- \
    gldt- glrt- glptt- ATATT3 ATCTT3 ATBB nfp_ HRKU- fm2_ fo1_ sbp_ sb_secret_ AKIA ASIA ABSK \
    GOCSPX- dop_v1_ doo_v1_ dor_v1_ CCIPAT_ bkua_ dp.pt. dp.st. dp.sa. npm_ rubygems_ dckr_pat_ sq0atp- \
    shpat_ shpca_ shppa_ shpss_ FLWSECK gsk_ pplx- xai- hf_ r8_ pcsk_ lsv2_ nvapi- SG. xkeysib- xoxb- \
    xoxp- xapp- sntrys_ sntryu_ phx_ NRAK- glsa_ lin_api_ ntn_ figd_ dapi AIza hvs. tskey- ops_eyJ";

fn has_secret_prefix(value: &str) -> bool {
    let tail_is_token = |prefix: &str| {
        value.strip_prefix(prefix).is_some_and(|tail| tail.len() >= 12 && tail.chars().all(is_token_char))
    };
    any_of(SECRET_PREFIXES, tail_is_token) || value.starts_with("https://hooks.slack.com/services/T")
}

fn is_token_char(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-_.+/=~,".contains(letter)
}

fn is_private_pem(value: &str) -> bool {
    value.contains("-----BEGIN ") && value.contains("PRIVATE KEY")
}

/// `scheme://user:password@host`
fn has_url_password(value: &str) -> bool {
    let Some((_, rest)) = value.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let password =
        authority.rsplit_once('@').and_then(|(user, _)| user.split_once(':')).map(|(_, password)| password);
    password.is_some_and(|password| {
        !password.is_empty() && !password.starts_with('$') && !is_placeholder(password)
    })
}

/// The claims of a JSON Web Token, as text.
fn claims(value: &str) -> Option<String> {
    let mut parts = value.split('.');
    let (head, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    let whole = head.starts_with("eyJ") && parts.next().is_none();
    let bytes = whole.then(|| Base64UrlUnpadded::decode_vec(payload).ok())??;
    String::from_utf8(bytes).ok()
}

/// A token that names its bearer as the anonymous public, as Supabase's `anon` key does.
fn is_anonymous_token(value: &str) -> bool {
    claims(value).is_some_and(|claims| claims.replace(' ', "").contains("\"role\":\"anon\""))
}

fn is_secret_token(key: &str, value: &str) -> bool {
    claims(value).is_some_and(|claims| claims.contains("service_role") || !names_something_public(key))
}

/// A name that ends in what only a secret is called.
fn names_a_secret(key: &str) -> bool {
    [
        "SECRET",
        "PASSWORD",
        "PASSWD",
        "PASSPHRASE",
        "PRIVATE_KEY",
        "SECRET_KEY",
        "SERVICE_ROLE_KEY",
        "ADMIN_KEY",
    ]
    .iter()
    .any(|end| key.strip_suffix(end).is_some_and(|rest| rest.ends_with('_')))
}

/// One word, long enough to be a password, and neither an address nor a number.
fn is_opaque(value: &str) -> bool {
    let place = value.contains("://") || value.starts_with(['/', '.']);
    let number = value.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    value.len() >= 8 && !place && !number && !value.contains(char::is_whitespace)
}

/// Words for identifiers and for keys that services hand out for use in a page.
const PUBLIC_WORDS: &str = "PUBLIC PUBLISHABLE ANON SITE SITEKEY ID IDS UUID DSN MEASUREMENT ANALYTICS SEARCH WRITE CLIENT MAPS MAPBOX \
    FIREBASE RECAPTCHA TURNSTILE HCAPTCHA VAPID PUSHER ALGOLIA AMPLITUDE MIXPANEL SEGMENT POSTHOG SENTRY \
    GA GTM HASH SHA COMMIT VERSION BUILD ADDRESS CONTRACT URL URI ORIGIN ENDPOINT HOST INTEGRITY \
    FINGERPRINT CHECKSUM REF DATADOG STREAM";

fn names_something_public(key: &str) -> bool {
    let rest = PUBLIC_PREFIXES.split(' ').find_map(|prefix| key.strip_prefix(prefix)).unwrap_or(key);
    rest.split('_').any(|word| any_of(PUBLIC_WORDS, |public| word == public))
}

/// A long run of letters and digits without the rhythm of words. UUIDs and chain addresses are identifiers.
fn is_random(value: &str) -> bool {
    let address = value.starts_with("0x") && value.len() == 42;
    if address || value.contains("://") || !value.chars().all(is_token_char) {
        return false;
    }
    let longest = value.split(|letter: char| !letter.is_ascii_alphanumeric()).max_by_key(|run| run.len());
    longest.is_some_and(|run| {
        run.len() >= 16 && value.len() >= 20 && mixes_digits(run) && entropy(run) >= floor_for(run)
    })
}

/// At least two groups of digits between letters; a name such as `ShopProduction2024` has one.
fn mixes_digits(run: &str) -> bool {
    let groups = run.split(|letter: char| !letter.is_ascii_digit()).filter(|group| !group.is_empty()).count();
    groups >= 2 && has_scattered_classes(run)
}

/// Letters, cases and digits alternate more often than in words and dates.
fn has_scattered_classes(run: &str) -> bool {
    let class = |byte: &u8| (byte.is_ascii_digit(), byte.is_ascii_uppercase());
    let bytes = run.as_bytes();
    let changes =
        bytes.iter().zip(bytes.iter().skip(1)).filter(|(left, right)| class(left) != class(right)).count();
    changes * 4 >= run.len()
}

/// What random text of its alphabet and length easily passes, in bits for each character.
fn floor_for(run: &str) -> f64 {
    if run.bytes().all(|byte| byte.is_ascii_hexdigit()) { 2.8 } else { 3.4 }
}

/// Shannon's entropy of the characters of `run`.
fn entropy(run: &str) -> f64 {
    let mut counts = [0_u32; 128];
    for byte in run.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let total: f64 = counts.iter().copied().map(f64::from).sum();
    let share = counts.iter().filter(|&&count| count > 0).map(|&count| f64::from(count) / total);
    -share.map(|share| share * share.log2()).sum::<f64>()
}
