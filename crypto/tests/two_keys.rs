//! Poly1305 does not commit to its key: whoever knows two keys can make one ciphertext that opens under both. The
//! commitment is what refuses it, and these tests make such ciphertexts.
#![expect(clippy::expect_used, reason = "a helper of a test fails like the test")]

use chacha20::cipher::{KeyIvInit as _, StreamCipher as _};
use chacha20poly1305::aead::AeadInPlace;
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305};
use crypto::{HEADER_LENGTH, OpenFailed, Part, PartKey, Place, Sealed, aead};
use hmac::{Hmac, Mac};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use sha2::Sha512;
use support::field::Element;
use weakness::Weakness;

mod support {
    pub(crate) mod field;
}

/// Key stream and one-time MAC key of an AEAD key, found by sealing zeros with the other implementation.
struct Opener {
    key: [u8; 32],
    r: Element,
    s: u128,
}

impl Opener {
    fn new(key: [u8; 32], nonce: &[u8; 24]) -> Self {
        let mut mac_key = [0; 32];
        chacha20::XChaCha20::new(&key.into(), nonce.into()).apply_keystream(&mut mac_key);
        let (r, s) = mac_key.split_at(16);
        let clamp = 0x0fff_fffc_0fff_fffc_0fff_fffc_0fff_ffff;
        let number = |bytes: &[u8]| u128::from_le_bytes(bytes.try_into().expect("16 bytes"));
        Self { key, r: Element::from(number(r) & clamp), s: number(s) }
    }

    /// The key stream's byte that lies over the last of two blocks.
    fn last_of_two_blocks(&self, nonce: &[u8; 24]) -> u8 {
        let mut stream = [0; 192];
        chacha20::XChaCha20::new(&self.key.into(), nonce.into()).apply_keystream(&mut stream);
        stream[191]
    }

    /// Σ blockᵢ·r^(n−i+1), without the final addition.
    fn hash(&self, blocks: &[Element]) -> Element {
        blocks.iter().fold(Element::from(0), |sum, block| (sum + *block) * self.r)
    }

    fn tag(&self, blocks: &[Element]) -> u128 {
        self.hash(blocks).low_128().wrapping_add(self.s)
    }
}

/// The blocks Poly1305 reads: padded associated data, ciphertext (whole blocks), both lengths.
fn mac_blocks(aad: &[u8], ciphertext: &[u8]) -> Vec<Element> {
    let mut bytes = aad.to_vec();
    bytes.resize(aad.len().next_multiple_of(16), 0);
    bytes.extend(ciphertext);
    bytes.extend((aad.len() as u64).to_le_bytes());
    bytes.extend((ciphertext.len() as u64).to_le_bytes());
    bytes.chunks(16).map(|chunk| Element::block(chunk.try_into().expect("whole blocks"))).collect()
}

/// Changes the block at `free` of `ciphertext` so that one tag is right under both keys, and gives that tag.
///
/// `h₁ + s₁ ≡ h₂ + s₂ (mod 2¹²⁸)` with `hᵢ = aᵢ + x·rᵢᵉ (mod 2¹³⁰ − 5)`: for each of the few multiples of 2¹²⁸ by which
/// the hashes may differ there is one x; a quarter of them are 16 bytes with the bit that Poly1305 sets above them.
fn collide(one: &Opener, two: &Opener, aad: &[u8], ciphertext: &mut [u8], free: usize) -> Option<[u8; 16]> {
    let start = free * 16;
    ciphertext[start..start + 16].fill(0);
    let mut blocks = mac_blocks(aad, ciphertext);
    let at = aad.len().div_ceil(16) + free;
    let exponent = blocks.len() - at;
    let slope = one.r.pow(exponent) - two.r.pow(exponent);
    let gap = two.hash(&blocks) - one.hash(&blocks);
    let difference = Element::from(two.s.wrapping_sub(one.s));
    for multiple in 0..8 {
        for wanted in [difference + Element::two_to_128(multiple), difference - Element::two_to_128(multiple)]
        {
            let x = (wanted + gap) * slope.inverse();
            let Some(x) = x.fits_128() else { continue };
            blocks[at] = Element::block(x.to_le_bytes());
            if one.tag(&blocks) == two.tag(&blocks) {
                ciphertext[start..start + 16].copy_from_slice(&x.to_le_bytes());
                return Some(one.tag(&blocks).to_le_bytes());
            }
        }
    }
    None
}

fn crate_opens(key: &[u8; 32], nonce: &[u8; 24], aad: &[u8], ciphertext: &[u8], tag: [u8; 16]) -> bool {
    let cipher = XChaCha20Poly1305::new(key.into());
    cipher.decrypt_in_place_detached(nonce.into(), aad, &mut ciphertext.to_vec(), &tag.into()).is_ok()
}

#[test]
fn the_bare_cipher_opens_one_ciphertext_under_two_keys() {
    let mut rng = ChaCha20Rng::seed_from_u64(25);
    let nonce = [9; 24];
    let (mut first, mut second) = ([0; 32], [0; 32]);
    rng.fill_bytes(&mut first);
    rng.fill_bytes(&mut second);
    let (one, two) = (Opener::new(first, &nonce), Opener::new(second, &nonce));
    let mut ciphertext = [0; 128];
    let tag = loop {
        rng.fill_bytes(&mut ciphertext);
        if let Some(tag) = collide(&one, &two, b"aad", &mut ciphertext, 3) {
            break tag;
        }
    };
    for key in [&first, &second] {
        assert!(crate_opens(key, &nonce, b"aad", &ciphertext, tag));
        assert_eq!(aead::open_in_place(key, &nonce, b"aad", &mut ciphertext.clone(), &tag), Ok(()));
    }
    assert!(!crate_opens(&[0; 32], &nonce, b"aad", &ciphertext, tag), "control: a third key does not");
}

/// `Expand(key, "blob", header without commitment)`, written again from `FORMAT.md`.
fn blob_keys(key: &[u8; 32], header: &[u8]) -> ([u8; 32], [u8; 32]) {
    let mut mac = <Hmac<Sha512> as Mac>::new_from_slice(key).expect("any length");
    mac.update(b"\x0d\0tacit/v1/blob");
    mac.update(&header[..84]);
    mac.update(&header[116..120]);
    mac.update(&[1]);
    let block = mac.finalize().into_bytes();
    let half = |at: usize| block[at..at + 32].try_into().expect("32 bytes");
    (half(0), half(32))
}

/// A generator that gives known bytes first, so that the test knows the keys it made.
struct Known(Vec<u8>);

impl RngCore for Known {
    fn next_u32(&mut self) -> u32 {
        unreachable!("only bytes are asked for")
    }
    fn next_u64(&mut self) -> u64 {
        unreachable!("only bytes are asked for")
    }
    fn fill_bytes(&mut self, to: &mut [u8]) {
        to.copy_from_slice(&self.0.drain(..to.len()).collect::<Vec<_>>());
    }
    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), rand_core::Error> {
        self.fill_bytes(to);
        Ok(())
    }
}

impl rand_core::CryptoRng for Known {}

#[test]
fn a_blob_made_for_two_keys_opens_only_under_the_committed_one() {
    let place = Place { log: [1; 16], object: [2; 16], part: Part::Value, revision: 3 };
    let mut rng = ChaCha20Rng::seed_from_u64(26);
    let mut made = 0;
    for _ in 0..40 << 8 {
        let (mut first, mut second, mut nonce) = ([0; 32], [0; 32], [0; 24]);
        rng.fill_bytes(&mut first);
        rng.fill_bytes(&mut second);
        rng.fill_bytes(&mut nonce);
        let [one, two] = [first, second].map(|key| PartKey::generate(&mut Known(key.to_vec())));
        let honest = one.seal(&place, &[0x61; 127], &mut Known(nonce.to_vec())).expect("short").into_bytes();

        let (header, body) = honest.split_at(HEADER_LENGTH);
        let (k1, commitment) = blob_keys(&first, header);
        let (k2, other_commitment) = blob_keys(&second, header);
        assert_eq!(header[84..116], commitment);
        assert_ne!(commitment, other_commitment);
        let mut ciphertext = body[..body.len() - 16].to_vec();
        let openers = (Opener::new(k1, &nonce), Opener::new(k2, &nonce));
        // The padding is one byte, which one in 256 of such pairs of keys has alike. Who looks for one finds it.
        if openers.0.last_of_two_blocks(&nonce) != openers.1.last_of_two_blocks(&nonce) {
            continue;
        }
        // Block 2 lies inside the text: the padding stays right.
        let Some(tag) = collide(&openers.0, &openers.1, header, &mut ciphertext, 2) else { continue };
        made += 1;

        for opener in [&openers.0, &openers.1] {
            assert!(
                crate_opens(&opener.key, &nonce, header, &ciphertext, tag),
                "control: the bare cipher opens"
            );
        }
        let forged = Sealed::from_wire([header, &ciphertext, &tag].concat()).expect("well formed");
        assert!(one.open(&forged, &place).is_ok(), "control: the forgery is whole under its own key");
        assert_eq!(two.open(&forged, &place), Err(OpenFailed));
        let opens = || two.open(&forged, &place).is_ok();
        assert!(weakness::with(&[Weakness::Commitment], opens), "control: without the commitment it opens");
        // Committing to the other key instead changes the associated data, and so the tag, under both.
        let mut switched = forged.into_bytes();
        switched[84..116].copy_from_slice(&other_commitment);
        let switched = Sealed::from_wire(switched).expect("well formed");
        assert_eq!(one.open(&switched, &place), Err(OpenFailed));
        assert_eq!(two.open(&switched, &place), Err(OpenFailed));
    }
    assert!(made >= 10, "{made} ciphertexts for two keys");
}
