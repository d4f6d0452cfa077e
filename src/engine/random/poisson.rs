use super::math::{exp, normal_quantile_quick};

/// Means up to this are searched step by step; above, a formula is as true.
const SEARCHED: f64 = 24.0;

/// A number from a Poisson law of this mean, at the place in the unit interval that 64 bits name.
///
/// By inversion, so that a larger mean gives no smaller number for the same bits. Large means go through the expansion of
/// the law's quantile in powers of one over the root of the mean (of Cornish and Fisher's kind, as used by M. B. Giles,
/// Algorithm 955, ACM Transactions on Mathematical Software 42, 2016), of which the terms left out move the share below a
/// number by less than one in a hundred thousand.
pub fn poisson(mean: f64, bits: u64) -> u64 {
    const UNIT: f64 = 1.0 / 9_007_199_254_740_992.0;
    let place = ((bits >> 11) as f64 + 0.5) * UNIT;
    if mean <= 0.0 {
        0
    } else if mean < SEARCHED {
        searched(mean, place)
    } else {
        expanded(mean, normal_quantile_quick(place))
    }
}

fn searched(mean: f64, place: f64) -> u64 {
    let mut share = exp(-mean);
    let mut below = share;
    let mut number = 0;
    // The shares add up to one but for their rounding: no place is further off than this.
    while place > below && number < 200 {
        number += 1;
        share *= mean / number as f64;
        below += share;
    }
    number
}

/// At a place given as that of a standard normal law.
fn expanded(mean: f64, w: f64) -> u64 {
    let root = mean.sqrt();
    let square = w * w;
    let terms = [
        mean,
        root * w,
        (2.0 + square) / 6.0,
        -w * (2.0 + square) / (72.0 * root),
        (-16.0 / 810.0 + square * (7.0 / 810.0) + square * square / 270.0) / mean,
    ];
    terms.iter().sum::<f64>().max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Stream};

    /// The place, as 64 bits, of a share.
    fn bits(share: f64) -> u64 {
        (share * 18_446_744_073_709_551_616.0) as u64
    }

    #[test]
    fn each_number_has_the_share_of_the_law() {
        for mean in [0.01, 1.0, 7.5, 23.9, 24.1, 60.0, 500.0, 20_000.0_f64] {
            // The law's own shares from its centre outwards, and the places at which they begin.
            let (centre, reach) = (mean as u64, 12 + (6.0 * mean.sqrt()) as u64);
            let first = centre.saturating_sub(reach);
            let mut shares = vec![1.0_f64];
            for number in first..centre + reach {
                shares.push(shares[shares.len() - 1] * mean / (number + 1) as f64);
                if shares[shares.len() - 1] > 1e200 {
                    shares.iter_mut().for_each(|share| *share *= 1e-200);
                }
            }
            let sum: f64 = shares.iter().sum();
            let mut below = 0.0;
            for (number, share) in (first..).zip(&shares) {
                below += share / sum;
                let slack = 1e-5;
                if below > slack && below < 1.0 - slack {
                    assert!(poisson(mean, bits(below - slack)) <= number, "{mean}: {number} at {below}");
                    assert!(poisson(mean, bits(below + slack)) > number, "{mean}: {number} at {below}");
                }
            }
        }
    }

    #[test]
    fn a_larger_mean_gives_no_smaller_number() {
        let mut stream = Stream::new(5, Purpose::Arrivals, 0);
        for _ in 0..2_000 {
            let place = stream.bits();
            let numbers: Vec<_> = (0..400).map(|step| poisson(f64::from(step) * 0.31, place)).collect();
            assert!(numbers.is_sorted(), "{numbers:?}");
        }
        assert_eq!(poisson(0.0, u64::MAX), 0);
    }
}
