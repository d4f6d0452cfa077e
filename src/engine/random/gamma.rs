use super::{
    Stream,
    math::{exp, ln, sqrt},
};

/// A value of a gamma law of this shape and scale 1: mean and variance are the shape. Zero for a shape of zero.
///
/// G. Marsaglia and W. W. Tsang, A simple method for generating gamma variables (ACM Transactions on
/// Mathematical Software 26, 2000), with their step down for shapes below one.
pub fn gamma(shape: f64, stream: &mut Stream) -> f64 {
    if shape <= 0.0 {
        return 0.0;
    }
    if shape < 1.0 {
        let whole = at_least_one(shape + 1.0, stream);
        return whole * exp(ln(open_unit(stream)) / shape);
    }
    at_least_one(shape, stream)
}

fn at_least_one(shape: f64, stream: &mut Stream) -> f64 {
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / sqrt(9.0 * d);
    loop {
        let x = normal(stream);
        let cube = 1.0 + c * x;
        if cube <= 0.0 {
            continue;
        }
        let v = cube * cube * cube;
        let u = open_unit(stream);
        let square = x * x;
        // The first test spares most draws their logarithms.
        if u < 1.0 - 0.0331 * square * square || ln(u) < 0.5 * square + d * (1.0 - v + ln(v)) {
            return d * v;
        }
    }
}

/// A standard normal value, by Marsaglia's polar method; its twin is not kept, so that a value depends on the
/// stream alone.
fn normal(stream: &mut Stream) -> f64 {
    loop {
        let (x, y) = (2.0 * open_unit(stream) - 1.0, 2.0 * open_unit(stream) - 1.0);
        let square = x * x + y * y;
        if square > 0.0 && square < 1.0 {
            return x * sqrt(-2.0 * ln(square) / square);
        }
    }
}

/// Uniform between zero and one, both left out.
fn open_unit(stream: &mut Stream) -> f64 {
    const UNIT: f64 = 1.0 / 9_007_199_254_740_992.0;
    ((stream.bits() >> 11) as f64 + 0.5) * UNIT
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Purpose;

    #[test]
    fn mean_and_variance_are_the_shape_from_rare_bursts_to_nearly_even() {
        for (index, shape) in
            [0.001, 0.01, 0.1, 0.5, 0.999, 1.0, 1.5, 10.0, 100.0, 1_000.0].iter().enumerate()
        {
            const DRAWS: usize = 1_000_000;
            let mut stream = Stream::new(11, Purpose::Bursts, index);
            let (mut sum, mut squares) = (0.0, 0.0);
            for _ in 0..DRAWS {
                let value = gamma(*shape, &mut stream);
                assert!(value >= 0.0 && value.is_finite());
                sum += value;
                squares += (value - shape) * (value - shape);
            }
            let (mean, variance) = (sum / DRAWS as f64, squares / DRAWS as f64);
            let mean_error = (shape / DRAWS as f64).sqrt();
            // The fourth central moment of the law is 3a² + 6a.
            let variance_error = ((2.0 * shape * shape + 6.0 * shape) / DRAWS as f64).sqrt();
            assert!((mean - shape).abs() < 4.5 * mean_error, "mean {mean} of shape {shape}");
            assert!((variance - shape).abs() < 4.5 * variance_error, "variance {variance} of shape {shape}");
        }
    }

    #[test]
    fn the_median_of_a_law_with_a_known_one_is_met() {
        // Shape 1 is the exponential law: half its values are below ln 2.
        let mut stream = Stream::new(3, Purpose::Bursts, 0);
        let below = (0..400_000).filter(|_| gamma(1.0, &mut stream) < std::f64::consts::LN_2).count();
        assert!((below as f64 / 400_000.0 - 0.5).abs() < 0.004, "{below}");
        assert_eq!(gamma(0.0, &mut stream), 0.0);
    }
}
