//! Passkeys: a secret that the browser's authenticator gives for a salt (WebAuthn's PRF).

use crate::object::{call, field, object, settled};
use desk::Hidden;
use js_sys::{Array, Object, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::JsValue;

/// A passkey just made.
#[derive(Debug)]
pub struct Made {
    /// The credential's id.
    pub credential: Vec<u8>,
    /// The salt it was asked with.
    pub salt: Vec<u8>,
    /// What it gave, in hexadecimal.
    pub secret: Hidden,
}

/// Makes a passkey. `None` where the person turns back or the authenticator has no PRF.
pub async fn make() -> Option<Made> {
    let salt = random(32)?;
    let made = credentials("create", &creation(&salt)?).await?;
    let credential = raw_id(&made)?;
    if let Some(secret) = prf_result(&made) {
        return Some(Made { credential, salt, secret });
    }
    // Some authenticators answer only when asked to sign.
    let (credential, secret) = ask(&[(credential, salt.clone())]).await?;
    Some(Made { credential, salt, secret })
}

/// Asks one of `passkeys` (id, salt) for its secret. `None` where the person turns back.
pub async fn ask(passkeys: &[(Vec<u8>, Vec<u8>)]) -> Option<(Vec<u8>, Hidden)> {
    let given = credentials("get", &request(passkeys)?).await?;
    Some((raw_id(&given)?, prf_result(&given)?))
}

async fn credentials(method: &str, options: &JsValue) -> Option<JsValue> {
    let store = field(&window().navigator(), "credentials")?;
    let asked = call(&store, method, &[&object(&[("publicKey", options)])]).ok()?;
    settled(asked).await.ok().filter(JsValue::is_object)
}

fn creation(salt: &[u8]) -> Option<JsValue> {
    let id = bytes(&random(16)?);
    let name = JsValue::from_str("Tacit vault");
    let algorithms = Array::new();
    for algorithm in [-8, -7, -257] {
        algorithms.push(&object(&[("type", &"public-key".into()), ("alg", &algorithm.into())]));
    }
    let selection = object(&[("residentKey", &"preferred".into()), ("userVerification", &"required".into())]);
    let prf = object(&[("eval", &object(&[("first", &bytes(salt))]))]);
    Some(object(&[
        ("challenge", &bytes(&random(32)?)),
        ("rp", &object(&[("name", &"Tacit".into())])),
        ("user", &object(&[("id", &id), ("name", &name), ("displayName", &name)])),
        ("pubKeyCredParams", &algorithms),
        ("authenticatorSelection", &selection),
        ("extensions", &object(&[("prf", &prf)])),
    ]))
}

fn request(passkeys: &[(Vec<u8>, Vec<u8>)]) -> Option<JsValue> {
    let allowed = Array::new();
    let salts = Object::new();
    for (credential, salt) in passkeys {
        allowed.push(&object(&[("type", &"public-key".into()), ("id", &bytes(credential))]));
        let first = object(&[("first", &bytes(salt))]);
        Reflect::set(&salts, &base64url(credential).into(), &first).ok()?;
    }
    let prf = object(&[("evalByCredential", &salts)]);
    Some(object(&[
        ("challenge", &bytes(&random(32)?)),
        ("allowCredentials", &allowed),
        ("userVerification", &"required".into()),
        ("extensions", &object(&[("prf", &prf)])),
    ]))
}

fn raw_id(credential: &JsValue) -> Option<Vec<u8>> {
    Some(Uint8Array::new(&field(credential, "rawId")?).to_vec())
}

fn prf_result(credential: &JsValue) -> Option<Hidden> {
    let results = call(credential, "getClientExtensionResults", &[]).ok()?;
    let first = field(&field(&field(&results, "prf")?, "results")?, "first")?;
    Some(Hidden::new(hexadecimal(&Uint8Array::new(&first).to_vec())))
}

fn random(length: u32) -> Option<Vec<u8>> {
    let crypto = field(&window(), "crypto")?;
    let buffer = Uint8Array::new_with_length(length);
    call(&crypto, "getRandomValues", &[&buffer]).ok()?;
    Some(buffer.to_vec())
}

fn bytes(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| DIGITS.get(usize::from(value)).map_or('0', |digit| char::from(*digit));
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Without padding, as WebAuthn names credentials.
fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            let digit = (word >> (18 - 6 * place)) & 63;
            text.extend(
                usize::try_from(digit)
                    .ok()
                    .and_then(|digit| DIGITS.get(digit))
                    .map(|digit| char::from(*digit)),
            );
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_is_that_of_rfc_4648() {
        let vectors =
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE")];
        for (plain, coded) in vectors {
            assert_eq!(base64url(plain.as_bytes()), coded);
        }
        assert_eq!(base64url(&[0xfb, 0xff, 0xbf]), "-_-_");
    }

    #[test]
    fn hexadecimal_has_two_digits_for_each_byte() {
        assert_eq!(hexadecimal(&[0, 15, 160, 255]), "000fa0ff");
    }
}
