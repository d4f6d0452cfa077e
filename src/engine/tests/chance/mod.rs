//! What tests that draw their scenarios share.

use burstlab_engine::random::{
    Purpose, Stream,
    math::{exp, ln},
};

/// A number that the environment asks for, or another.
pub fn env(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Random numbers of a case.
pub struct Chance(Stream);

impl Chance {
    /// Those of a case.
    pub fn of(case: u64) -> Self {
        Self(Stream::new(case, Purpose::Luck, 0))
    }

    /// Evenly from 0 to 1.
    pub fn share(&mut self) -> f64 {
        (self.0.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Any order of size between two bounds alike.
    pub fn between(&mut self, least: f64, most: f64) -> f64 {
        least * exp(self.share() * ln(most / least))
    }
}
