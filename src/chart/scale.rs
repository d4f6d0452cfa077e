//! From values to pixels and back, and which values to name on an axis.

/// How values spread over an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// Equal differences take equal lengths.
    Linear,
    /// Equal ratios take equal lengths; values must be above zero.
    Logarithmic,
}

/// A straight map between values and pixels; a handle that is dragged uses it backwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    law: Law,
    values: (f64, f64),
    pixels: (f64, f64),
}

impl Scale {
    /// The scale that puts the first value on the first pixel and the last on the last.
    pub fn new(law: Law, values: (f64, f64), pixels: (f64, f64)) -> Self {
        Self { law, values, pixels }
    }

    /// Where a value stands. What lies outside the scale stands at its end.
    pub fn pixel(&self, value: f64) -> f64 {
        let (from, to) = (self.straight(self.values.0), self.straight(self.values.1));
        let part = if to == from { 0.0 } else { (self.straight(value) - from) / (to - from) };
        let part = if part.is_nan() { 0.0 } else { part.clamp(0.0, 1.0) };
        self.pixels.0 + part * (self.pixels.1 - self.pixels.0)
    }

    /// Which value stands at a pixel; beyond the ends it is the end's.
    pub fn value(&self, pixel: f64) -> f64 {
        let length = self.pixels.1 - self.pixels.0;
        let part = if length == 0.0 { 0.0 } else { ((pixel - self.pixels.0) / length).clamp(0.0, 1.0) };
        let (from, to) = (self.straight(self.values.0), self.straight(self.values.1));
        match self.law {
            Law::Linear => from + part * (to - from),
            Law::Logarithmic => (from + part * (to - from)).exp(),
        }
    }

    fn straight(&self, value: f64) -> f64 {
        match self.law {
            Law::Linear => value,
            Law::Logarithmic => value.max(f64::MIN_POSITIVE).ln(),
        }
    }
}

/// The values named on an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Ticks {
    /// How the axis spreads them.
    pub law: Law,
    /// The values in ascending order; the first and the last are the ends of the axis.
    pub values: Vec<f64>,
    /// Decimals that tell neighbours apart.
    pub decimals: usize,
}

impl Ticks {
    /// Round values from zero to at least `most`, in about `count` steps.
    pub fn nice(most: f64, count: usize) -> Self {
        let most = if most.is_finite() && most > 0.0 { most } else { 1.0 };
        let (step, decimals) = nice_step(most / count.max(1) as f64);
        let steps = (most / step - 1e-9).ceil().max(1.0) as usize;
        Self { law: Law::Linear, values: (0..=steps).map(|tick| tick as f64 * step).collect(), decimals }
    }

    /// The same for things that are counted: no step below one.
    pub fn whole(most: f64, count: usize) -> Self {
        let most = if most.is_finite() { most.ceil().max(4.0) } else { 4.0 };
        Self::nice(most, count.min(most as usize))
    }

    /// Powers of ten that hold both values between them, both above zero, in about `count` steps.
    pub fn decades(least: f64, most: f64, count: usize) -> Self {
        let from = (least.log10() + 1e-9).floor() as i32;
        let to = ((most.log10() - 1e-9).ceil() as i32).max(from + 1);
        let stride = (to - from).unsigned_abs().div_ceil(count.max(1) as u32).max(1);
        let to = from + ((to - from).unsigned_abs().div_ceil(stride) * stride) as i32;
        let values = (from..=to).step_by(stride as usize).map(|power| 10_f64.powi(power)).collect();
        Self { law: Law::Logarithmic, values, decimals: usize::try_from(-from).unwrap_or_default() }
    }

    /// The ends of the axis.
    pub fn ends(&self) -> (f64, f64) {
        (self.values[0], self.values[self.values.len() - 1])
    }
}

/// The least of 1, 2, 5 and 25 times a power of ten that is no smaller than this, and its decimals.
fn nice_step(least: f64) -> (f64, usize) {
    let power = least.log10().floor() as i32;
    let unit = 10_f64.powi(power);
    let quarter = if power > 0 { 2.5 } else { 2.0 };
    let factors = [1.0, 2.0, quarter, 5.0, 10.0];
    let factor = factors.into_iter().find(|factor| factor * unit >= least * (1.0 - 1e-9)).unwrap_or(10.0);
    (factor * unit, usize::try_from(-power).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_reach_over_the_most() {
        for (most, count, expected, decimals) in [
            (96.0, 4, vec![0.0, 25.0, 50.0, 75.0, 100.0], 0),
            (0.08, 4, vec![0.0, 0.02, 0.04, 0.06, 0.08], 2),
            (1.9, 4, vec![0.0, 0.5, 1.0, 1.5, 2.0], 1),
            (9.0, 4, vec![0.0, 5.0, 10.0], 0),
            (1_000.0, 2, vec![0.0, 500.0, 1_000.0], 0),
            (0.0, 2, vec![0.0, 0.5, 1.0], 1),
            (f64::NAN, 1, vec![0.0, 1.0], 0),
        ] {
            let ticks = Ticks::nice(most, count);
            let near = ticks.values.iter().zip(&expected).all(|(tick, value)| (tick - value).abs() < 1e-12);
            assert!(near && ticks.values.len() == expected.len(), "{most}: {ticks:?}");
            assert_eq!(ticks.decimals, decimals, "{most}");
        }
    }

    #[test]
    fn any_most_is_covered_with_few_steps() {
        for power in -60..90 {
            let most = 1.37_f64.powi(power);
            for count in 1..8 {
                let ticks = Ticks::nice(most, count);
                assert!(ticks.ends().1 >= most * 0.999_999, "{most} in {ticks:?}");
                assert!(ticks.values.len() <= count + 1, "{most} in {ticks:?}");
            }
        }
    }

    #[test]
    fn what_is_counted_has_whole_ticks() {
        for most in [0.0, 1.0, 2.0, 3.0, 7.0, 9.0, 25.0, 1_234.0] {
            for count in 1..6 {
                let ticks = Ticks::whole(most, count);
                assert!(ticks.values.iter().all(|tick| tick.fract() == 0.0), "{most}/{count}: {ticks:?}");
                assert!(ticks.ends().1 >= most && ticks.decimals == 0);
            }
        }
    }

    #[test]
    fn decades_hold_both_ends() {
        assert_eq!(Ticks::decades(0.07, 1_800.0, 9).values, [0.01, 0.1, 1.0, 10.0, 100.0, 1_000.0, 10_000.0]);
        assert_eq!(Ticks::decades(0.07, 1_800.0, 3).values, [0.01, 1.0, 100.0, 10_000.0]);
        assert_eq!(Ticks::decades(1.0, 1.0, 3).values, [1.0, 10.0]);
    }

    #[test]
    fn a_scale_goes_both_ways_and_stops_at_its_ends() {
        for law in [Law::Linear, Law::Logarithmic] {
            let scale = Scale::new(law, (0.1, 1_000.0), (200.0, 20.0));
            for value in [0.1, 0.5, 3.0, 999.0, 1_000.0] {
                assert!((scale.value(scale.pixel(value)) / value - 1.0).abs() < 1e-9, "{law:?} {value}");
            }
            for (value, pixel) in
                [(0.1, 200.0), (1_000.0, 20.0), (-5.0, 200.0), (1e9, 20.0), (f64::NAN, 200.0)]
            {
                assert_eq!(scale.pixel(value), pixel, "{law:?} {value}");
            }
        }
        assert_eq!(Scale::new(Law::Linear, (1.0, 1.0), (0.0, 10.0)).pixel(1.0), 0.0, "no width");
    }
}
