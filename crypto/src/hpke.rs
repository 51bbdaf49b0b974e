//! HPKE (RFC 9180) in base mode, one message to one key: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305.
//!
//! Of the crate made for it we would use this one suite and one call, and it brings ambient randomness below `browser`, which
//! the boundary rules forbid. Everything that HPKE is made of is here already.

use hmac::{Hmac, Mac};
use rand_core::CryptoRngCore;
use sha2::Sha256;
use zeroize::Zeroize;

use crate::aead::{TAG_LENGTH, open_with, seal_with};
use crate::chacha::ChaCha20;
use crate::{AgreementKey, OpenFailed, Secret};

/// Bytes of the ephemeral public key before a ciphertext.
pub(crate) const ENC_LENGTH: usize = 32;

/// `"KEM" || I2OSP(0x0020, 2)` (§4.1).
const KEM: &[u8] = b"KEM\x00\x20";
/// `"HPKE" || kem 0x0020 || kdf 0x0001 || aead 0x0003` (§5.1).
const HPKE: &[u8] = b"HPKE\x00\x20\x00\x01\x00\x03";
/// `mode_base`.
const BASE: u8 = 0;

/// `enc || ciphertext || tag` for the holder of the secret half of `to`.
///
/// # Errors
/// `to` is of small order.
pub(crate) fn seal(
    to: &[u8; 32],
    info: &[u8],
    aad: &[u8],
    plaintext: &[u8],
    rng: &mut impl CryptoRngCore,
) -> Result<Vec<u8>, OpenFailed> {
    seal_by(&AgreementKey::generate(rng), to, info, aad, plaintext)
}

/// What [`seal`] made for this key.
///
/// # Errors
/// Another key, `info` or `aad`, or changed bytes. `sealed` is then as it was.
pub(crate) fn open<'a>(
    key: &AgreementKey,
    info: &[u8],
    aad: &[u8],
    sealed: &'a mut [u8],
) -> Result<&'a [u8], OpenFailed> {
    let (enc, rest) = sealed.split_first_chunk_mut::<ENC_LENGTH>().ok_or(OpenFailed)?;
    let (data, tag) = rest.split_last_chunk_mut::<TAG_LENGTH>().ok_or(OpenFailed)?;
    let cipher = cipher(&key.agree(enc)?, enc, &key.public(), info);
    open_with(&cipher, aad, data, tag)?;
    Ok(data)
}

/// §6.1 with `ephemeral` as the KEM's key pair.
fn seal_by(
    ephemeral: &AgreementKey,
    to: &[u8; 32],
    info: &[u8],
    aad: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, OpenFailed> {
    let enc = ephemeral.public();
    let cipher = cipher(&ephemeral.agree(to)?, &enc, to, info);
    let mut sealed = Vec::with_capacity(ENC_LENGTH + plaintext.len() + TAG_LENGTH);
    sealed.extend(enc);
    sealed.extend(plaintext);
    let (_, data) = sealed.split_at_mut(ENC_LENGTH);
    let tag = seal_with(&cipher, aad, data);
    sealed.extend(tag);
    Ok(sealed)
}

/// The key schedule (§4.1, §5.1) up to the cipher of the first message, whose nonce is the base nonce.
fn cipher(shared: &Secret<32>, enc: &[u8; 32], to: &[u8; 32], info: &[u8]) -> ChaCha20 {
    let prk = labeled_extract(KEM, &[], b"eae_prk", shared.expose());
    let shared = labeled_expand::<32>(KEM, &prk, b"shared_secret", &[enc, to]);
    let psk_id_hash = labeled_extract(HPKE, &[], b"psk_id_hash", &[]);
    let info_hash = labeled_extract(HPKE, &[], b"info_hash", info);
    let context: [&[u8]; 3] = [&[BASE], psk_id_hash.expose(), info_hash.expose()];
    let secret = labeled_extract(HPKE, shared.expose(), b"secret", &[]);
    let key = labeled_expand::<32>(HPKE, &secret, b"key", &context);
    let nonce = labeled_expand::<12>(HPKE, &secret, b"base_nonce", &context);
    ChaCha20::new(key.expose(), nonce.expose())
}

/// `LabeledExtract` (§4).
fn labeled_extract(suite: &[u8], salt: &[u8], label: &[u8], ikm: &[u8]) -> Secret<32> {
    hmac(salt, &[b"HPKE-v1", suite, label, ikm])
}

/// `LabeledExpand` (§4) of at most one block.
fn labeled_expand<const N: usize>(suite: &[u8], prk: &Secret<32>, label: &[u8], info: &[&[u8]]) -> Secret<N> {
    const { assert!(N <= 32, "one block of HMAC-SHA-256") };
    #[expect(clippy::cast_possible_truncation, reason = "at most 32")]
    let length = (N as u16).to_be_bytes();
    let head: [&[u8]; 4] = [&length, b"HPKE-v1", suite, label];
    let parts: Vec<&[u8]> = head.iter().chain(info).copied().chain([&[1][..]]).collect();
    let block = hmac(prk.expose(), &parts);
    Secret::filled(|to| to.iter_mut().zip(block.expose()).for_each(|(to, from)| *to = *from))
}

#[expect(clippy::expect_used, reason = "RFC 2104: a key of any length")]
fn hmac(key: &[u8], parts: &[&[u8]]) -> Secret<32> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    parts.iter().for_each(|part| mac.update(part));
    let mut block = mac.finalize().into_bytes();
    let secret = Secret::filled(|to| to.copy_from_slice(&block));
    block.as_mut_slice().zeroize();
    secret
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes<const N: usize>(hex: &str) -> [u8; N] {
        let digit = |at: usize| (hex.as_bytes()[at] as char).to_digit(16).expect("a digit");
        std::array::from_fn(|at| u8::try_from(digit(2 * at) << 4 | digit(2 * at + 1)).expect("a byte"))
    }

    fn key(hex: &str) -> AgreementKey {
        AgreementKey::from_seed(&Secret::copied(&bytes(hex)))
    }

    /// RFC 9180, A.2.1: the first encryption.
    #[test]
    fn the_public_vector_of_the_suite_passes_both_ways() {
        let ephemeral = key("f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600");
        let recipient = key("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb");
        let to = bytes("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a");
        let enc: [u8; 32] = bytes("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a");
        let ciphertext: [u8; 45] = bytes(concat!(
            "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db",
            "21993c62ce81883d2dd1b51a28"
        ));
        let (info, aad, plaintext) = (b"Ode on a Grecian Urn", b"Count-0", b"Beauty is truth, truth beauty");
        assert_eq!(recipient.public(), to);
        let mut sealed = seal_by(&ephemeral, &to, info, aad, plaintext).expect("a good key");
        assert_eq!(sealed, [&enc[..], &ciphertext].concat());
        assert_eq!(open(&recipient, info, aad, &mut sealed), Ok(&plaintext[..]));
    }

    #[test]
    fn a_key_of_small_order_is_refused_on_either_side() {
        let good = key("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb");
        assert_eq!(seal_by(&good, &[0; 32], b"", b"", b"secret"), Err(OpenFailed));
        assert_eq!(open(&good, b"", b"", &mut [0; 54]), Err(OpenFailed));
        assert!(seal_by(&good, &good.public(), b"", b"", b"secret").is_ok(), "the control");
    }
}
