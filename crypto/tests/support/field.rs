//! Integers modulo 2¹³⁰ − 5, slowly and plainly.

use std::ops::{Add, Mul, Sub};

const LIMB: u64 = (1 << 26) - 1;
const MODULUS: [u64; 5] = [LIMB - 4, LIMB, LIMB, LIMB, LIMB];

/// An element, least 26 bits first, always reduced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Element([u64; 5]);

impl Element {
    /// A block of Poly1305: 16 bytes and the bit above them.
    pub(crate) fn block(bytes: [u8; 16]) -> Self {
        Self::from(u128::from_le_bytes(bytes)) + Self::two_to_128(1)
    }

    /// `multiple`·2¹²⁸.
    pub(crate) fn two_to_128(multiple: u64) -> Self {
        Self([0, 0, 0, 0, 1 << 24]) * Self([multiple, 0, 0, 0, 0])
    }

    pub(crate) fn pow(self, exponent: usize) -> Self {
        (0..exponent).fold(Self::from(1), |power, _| power * self)
    }

    /// By Fermat: the power of modulus − 2.
    pub(crate) fn inverse(self) -> Self {
        // 2¹³⁰ − 7 has every bit but 1 and 2 set.
        let bits = (0..130).rev().map(|bit| bit != 1 && bit != 2);
        bits.fold(Self::from(1), |power, set| {
            let square = power * power;
            if set { square * self } else { square }
        })
    }

    /// The value below 2¹²⁸ of which this is a block (16 bytes and the bit above them); `None` if there is none.
    pub(crate) fn fits_128(self) -> Option<u128> {
        (self.0[4] >> 24 == 0).then(|| self.low_128())
    }

    pub(crate) fn low_128(self) -> u128 {
        self.0.iter().rev().fold(0, |sum, limb| sum << 26 | u128::from(*limb))
    }

    fn carried(mut limbs: [u64; 5]) -> Self {
        for _ in 0..3 {
            let mut carry = 0;
            for limb in &mut limbs {
                *limb += carry;
                carry = *limb >> 26;
                *limb &= LIMB;
            }
            limbs[0] += carry * 5;
        }
        if limbs[0] >= MODULUS[0] && limbs[1..] == MODULUS[1..] {
            limbs = [limbs[0] - MODULUS[0], 0, 0, 0, 0];
        }
        Self(limbs)
    }
}

impl From<u128> for Element {
    fn from(value: u128) -> Self {
        let limb = |at: u32| u64::try_from(value >> (26 * at) & u128::from(LIMB)).expect("26 bits");
        Self::carried([limb(0), limb(1), limb(2), limb(3), limb(4)])
    }
}

impl Add for Element {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::carried(std::array::from_fn(|at| self.0[at] + other.0[at]))
    }
}

impl Sub for Element {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self::carried(std::array::from_fn(|at| self.0[at] + 2 * MODULUS[at] - other.0[at]))
    }
}

impl Mul for Element {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let mut limbs = [0; 5];
        for (i, left) in self.0.iter().enumerate() {
            for (j, right) in other.0.iter().enumerate() {
                let wrapped = if i + j >= 5 { 5 } else { 1 };
                limbs[(i + j) % 5] += left * right * wrapped;
            }
        }
        Self::carried(limbs)
    }
}
