//! The transcendental functions of the engine, with the same bits on every target.

pub use libm::{erfc, exp, log as ln, log1p as ln_1p, log10, pow, sqrt};

/// 1 - e⁻ˣ without loss of digits near zero.
pub fn expm1_neg(x: f64) -> f64 {
    -libm::expm1(-x)
}

/// The share of a standard normal law above `z`.
pub fn normal_tail(z: f64) -> f64 {
    0.5 * erfc(z * std::f64::consts::FRAC_1_SQRT_2)
}

/// The `z` below which a standard normal law has the share `p`; infinite at 0 and 1.
///
/// A rational start (P. J. Acklam's, relative error 1.2e-9) and one step of Halley's method, which
/// leaves an error of a few units in the last place.
pub fn normal_quantile(p: f64) -> f64 {
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    // The lower half only: 1 - p loses the digits of a small tail, p does not.
    if p > 0.5 {
        return -refined(1.0 - p);
    }
    refined(p)
}

/// The `z` above which a standard normal law has the share `p`: exact also for the smallest tails.
pub fn normal_quantile_above(p: f64) -> f64 {
    -normal_quantile(p)
}

/// As [`normal_quantile`] between zero and one, both left out, to nine digits and without a single logarithm but in the
/// tails.
pub fn normal_quantile_quick(p: f64) -> f64 {
    if p > 0.5 { -rational_start(1.0 - p) } else { rational_start(p) }
}

fn refined(p: f64) -> f64 {
    let start = rational_start(p);
    let excess = normal_tail(-start) - p;
    let step = excess * (2.0 * std::f64::consts::PI).sqrt() * exp(0.5 * start * start);
    start - step / (1.0 + 0.5 * start * step)
}

const CENTRE_TOP: [f64; 6] = [
    -3.969_683_028_665_376e1,
    2.209_460_984_245_205e2,
    -275.928_510_446_968_7,
    1.383_577_518_672_69e2,
    -3.066_479_806_614_716e1,
    2.506_628_277_459_239,
];
const CENTRE_BOTTOM: [f64; 6] = [
    -5.447_609_879_822_406e1,
    1.615_858_368_580_409e2,
    -1.556_989_798_598_866e2,
    6.680_131_188_771_972e1,
    -1.328_068_155_288_572e1,
    1.0,
];
const TAIL_TOP: [f64; 6] = [
    -7.784_894_002_430_293e-3,
    -3.223_964_580_411_365e-1,
    -2.400_758_277_161_838,
    -2.549_732_539_343_734,
    4.374_664_141_464_968,
    2.938_163_982_698_783,
];
const TAIL_BOTTOM: [f64; 5] =
    [7.784_695_709_041_462e-3, 3.224_671_290_700_398e-1, 2.445_134_137_142_996, 3.754_408_661_907_416, 1.0];

/// For p of at most one half.
fn rational_start(p: f64) -> f64 {
    if p < 0.024_25 {
        let q = (-2.0 * ln(p)).sqrt();
        return polynomial(&TAIL_TOP, q) / polynomial(&TAIL_BOTTOM, q);
    }
    let q = p - 0.5;
    q * polynomial(&CENTRE_TOP, q * q) / polynomial(&CENTRE_BOTTOM, q * q)
}

/// Horner's scheme, the highest power's coefficient first.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_quantile_inverts_the_tail() {
        for p in [1e-300, 1e-20, 1e-9, 0.001, 0.024, 0.025, 0.3, 0.5] {
            let back = normal_tail(-normal_quantile(p));
            assert!((back / p - 1.0).abs() < 1e-12, "{p}: {back}");
        }
        // Abramowitz and Stegun, table 26.5.
        for (p, z) in [(0.99, 2.326_347_874_040_841), (0.999, 3.090_232_306_167_813), (0.5, 0.0)] {
            assert!((normal_quantile(p) - z).abs() < 1e-12, "{p}");
        }
    }
}
