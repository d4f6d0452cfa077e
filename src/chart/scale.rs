//! From values to pixels and back, and which values to name on an axis.

use crate::view::words;

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
    /// What is written beside each.
    pub labels: Vec<String>,
}

impl Ticks {
    /// Round values from zero to at least `most`, in about `count` steps.
    pub fn nice(most: f64, count: usize) -> Self {
        let most = if most.is_finite() && most > 0.0 { most } else { 1.0 };
        let (step, decimals) = nice_step(most / count.max(1) as f64);
        let steps = (most / step - 1e-9).ceil().max(1.0) as usize;
        let values: Vec<_> = (0..=steps).map(|tick| tick as f64 * step).collect();
        let labels = values.iter().map(|value| words::fixed(*value, decimals)).collect();
        Self { law: Law::Linear, values, labels }
    }

    /// The same labels for values so many times as large, to count in another unit.
    pub fn times(mut self, factor: f64) -> Self {
        self.values.iter_mut().for_each(|value| *value *= factor);
        self
    }

    /// The same for things that are counted: no step below one.
    pub fn whole(most: f64, count: usize) -> Self {
        let most = if most.is_finite() { most.ceil().max(4.0) } else { 4.0 };
        Self::nice(most, count.min(most as usize))
    }

    /// Round times that hold both between them, in seconds and above zero, in about `count` steps of
    /// equal ratio as far as clocks allow.
    pub fn times_of_clock(least: f64, most: f64, count: usize) -> Self {
        let last = CLOCK.len() - 1;
        let from = CLOCK.iter().rposition(|time| time.0 <= least * 1.001).unwrap_or(0).min(last - 1);
        let to = CLOCK.iter().position(|time| time.0 >= most * 0.999).unwrap_or(last).max(from + 1);
        let stride = (to - from).div_ceil(count.max(1));
        let mut times: Vec<_> = CLOCK[from..to].iter().step_by(stride).collect();
        times.push(&CLOCK[to]);
        Self {
            law: Law::Logarithmic,
            values: times.iter().map(|time| time.0).collect(),
            labels: times.iter().map(|time| time.1.to_owned()).collect(),
        }
    }

    /// The ends of the axis.
    pub fn ends(&self) -> (f64, f64) {
        (self.values[0], self.values[self.values.len() - 1])
    }
}

/// Round times on a clock, each about ten times the one before.
const CLOCK: [(f64, &str); 11] = [
    (0.000_1, "0.1 ms"),
    (0.001, "1 ms"),
    (0.01, "10 ms"),
    (0.1, "0.1 s"),
    (1.0, "1 s"),
    (10.0, "10 s"),
    (60.0, "1 min"),
    (600.0, "10 min"),
    (3_600.0, "1 h"),
    (36_000.0, "10 h"),
    (360_000.0, "100 h"),
];

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
        for (most, count, expected, last) in [
            (96.0, 4, vec![0.0, 25.0, 50.0, 75.0, 100.0], "100"),
            (0.08, 4, vec![0.0, 0.02, 0.04, 0.06, 0.08], "0.08"),
            (1.9, 4, vec![0.0, 0.5, 1.0, 1.5, 2.0], "2"),
            (9.0, 4, vec![0.0, 5.0, 10.0], "10"),
            (1_000.0, 2, vec![0.0, 500.0, 1_000.0], "1,000"),
            (0.0, 2, vec![0.0, 0.5, 1.0], "1"),
            (f64::NAN, 1, vec![0.0, 1.0], "1"),
        ] {
            let ticks = Ticks::nice(most, count);
            let near = ticks.values.iter().zip(&expected).all(|(tick, value)| (tick - value).abs() < 1e-12);
            assert!(near && ticks.values.len() == expected.len(), "{most}: {ticks:?}");
            assert_eq!(ticks.labels.last().map(String::as_str), Some(last), "{most}");
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
                assert!(ticks.ends().1 >= most);
            }
        }
    }

    #[test]
    fn times_of_a_clock_hold_both_ends() {
        for (least, most, count, expected) in [
            (0.07, 1_800.0, 9, vec!["10 ms", "0.1 s", "1 s", "10 s", "1 min", "10 min", "1 h"]),
            (0.07, 1_800.0, 3, vec!["10 ms", "1 s", "1 min", "1 h"]),
            (0.07, 1_800.0, 4, vec!["10 ms", "1 s", "1 min", "1 h"]),
            (0.1, 60.0, 2, vec!["0.1 s", "10 s", "1 min"]),
            (1.0, 1.0, 3, vec!["1 s", "10 s"]),
            (1e9, 1e9, 3, vec!["10 h", "100 h"]),
            (1e-9, 1e-9, 3, vec!["0.1 ms", "1 ms"]),
        ] {
            assert_eq!(Ticks::times_of_clock(least, most, count).labels, expected, "{least} to {most}");
        }
    }

    #[test]
    fn another_unit_keeps_the_labels() {
        let hours = Ticks::nice(2.0, 2).times(3_600.0);
        assert_eq!(
            (hours.values, hours.labels),
            (vec![0.0, 3_600.0, 7_200.0], vec!["0".into(), "1".into(), "2".into()])
        );
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
