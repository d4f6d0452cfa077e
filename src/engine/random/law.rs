use super::math::{exp, expm1_neg, ln, ln_1p, normal_quantile, normal_quantile_above, normal_tail};

/// What a time is like: the distribution that it is drawn from, in seconds (or any other unit).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Law {
    /// Always the same; zero where there is nothing to do.
    Constant(f64),
    /// Memoryless, with this mean.
    Exponential {
        /// The mean.
        mean: f64,
    },
    /// Its logarithm is normal.
    Lognormal {
        /// Mean of the logarithm.
        mu: f64,
        /// Standard deviation of the logarithm, above zero.
        sigma: f64,
    },
}

impl Law {
    /// Lognormal with this mean; without spread, or without length, a constant.
    pub fn lognormal(mean: f64, sigma: f64) -> Self {
        if mean <= 0.0 || sigma <= 0.0 {
            return Self::Constant(mean.max(0.0));
        }
        Self::Lognormal { mu: ln(mean) - 0.5 * sigma * sigma, sigma }
    }

    /// Lognormal with this median; without spread, or without length, a constant.
    pub fn lognormal_of_median(median: f64, sigma: f64) -> Self {
        if median <= 0.0 || sigma <= 0.0 {
            return Self::Constant(median.max(0.0));
        }
        Self::Lognormal { mu: ln(median), sigma }
    }

    /// The mean.
    pub fn mean(self) -> f64 {
        match self {
            Self::Constant(value) => value,
            Self::Exponential { mean } => mean,
            Self::Lognormal { mu, sigma } => exp(mu + 0.5 * sigma * sigma),
        }
    }

    /// The value that a share `p` does not exceed.
    pub fn quantile(self, p: f64) -> f64 {
        match self {
            Self::Constant(value) => value,
            Self::Exponential { mean } => -mean * ln_1p(-p),
            Self::Lognormal { mu, sigma } => exp(mu + sigma * normal_quantile(p)),
        }
    }

    /// The value that a share `p` exceeds: as [`Law::quantile`] of 1 - p, exact for the smallest tails.
    pub fn quantile_above(self, p: f64) -> f64 {
        match self {
            Self::Constant(value) => value,
            Self::Exponential { mean } => -mean * ln(p),
            Self::Lognormal { mu, sigma } => exp(mu + sigma * normal_quantile_above(p)),
        }
    }

    /// The share above a value.
    pub fn tail(self, value: f64) -> f64 {
        match self {
            Self::Constant(constant) => f64::from(u8::from(constant > value)),
            Self::Exponential { mean } => 1.0 - expm1_neg(value.max(0.0) / mean),
            Self::Lognormal { .. } if value <= 0.0 => 1.0,
            Self::Lognormal { mu, sigma } => normal_tail((ln(value) - mu) / sigma),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_and_tails_invert_each_other() {
        for law in [Law::Exponential { mean: 0.3 }, Law::lognormal(0.36, 0.25), Law::lognormal(2.0, 1.5)] {
            for p in [0.001, 0.1, 0.5, 0.9, 0.999] {
                assert!((law.tail(law.quantile(p)) - (1.0 - p)).abs() < 1e-12, "{law:?} at {p}");
                assert!((law.quantile_above(1.0 - p) / law.quantile(p) - 1.0).abs() < 1e-9, "{law:?} at {p}");
            }
        }
    }

    #[test]
    fn a_law_without_spread_is_a_constant() {
        assert_eq!(Law::lognormal(0.5, 0.0), Law::Constant(0.5));
        assert_eq!(Law::lognormal(0.0, 0.3), Law::Constant(0.0));
        assert!((Law::lognormal(0.36, 0.25).mean() - 0.36).abs() < 1e-15);
    }
}
