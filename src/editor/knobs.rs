//! A knob's value in words and digits.

use burstlab_engine::units::KnobSpec;

use crate::view::words;

/// A value with its unit, as read aloud: "512 megabytes", "1 copy".
pub fn in_words(spec: &KnobSpec, value: f64) -> String {
    let number = words::fixed(value, 2);
    match spec.unit {
        "" => number,
        unit if value == 1.0 => format!("{number} {}", singular(unit)),
        unit => format!("{number} {unit}"),
    }
}

/// The range allowed, in words.
pub fn range(spec: &KnobSpec) -> String {
    format!("{} to {}", words::fixed(spec.least, 2), in_words(spec, spec.most))
}

/// A value as a field holds it.
pub fn digits(value: f64) -> String {
    // Milliseconds are kept as seconds: 0.05 × 1,000 is not quite 50.
    format!("{}", (value * 1e6).round() / 1e6)
}

/// Where a slider begins: browsers count steps from there, and the steps shall be round.
pub fn slider_least(spec: &KnobSpec) -> f64 {
    (spec.least / spec.step).floor() * spec.step
}

/// How much of a slider's track lies before its thumb, in percent.
pub fn filled(spec: &KnobSpec, value: f64) -> String {
    let least = slider_least(spec);
    format!("{:.2}%", (value - least) / (spec.most - least) * 100.0)
}

/// The value when a number that stands in a sentence is pulled so far to the right, in pixels: a step at a
/// time at first, and the whole range within a hand's breadth.
pub fn pulled(spec: &KnobSpec, from: f64, pixels: f64) -> f64 {
    let steps = (spec.most - spec.least) / spec.step;
    let pull = pixels.abs() / PIXELS_PER_STEP;
    let rest = (steps - FULL_PULL).max(0.0);
    let moved = (pull + rest * (pull / FULL_PULL).powi(3)).floor() * spec.step;
    if moved == 0.0 {
        return from;
    }
    let grid = slider_least(spec);
    let value = from + moved.copysign(pixels);
    spec.clamp(grid + ((value - grid) / spec.step).round() * spec.step)
}

const PIXELS_PER_STEP: f64 = 6.0;
/// The steps of such a size that a full pull takes.
const FULL_PULL: f64 = 60.0;

/// One of a unit. English will do for the few units there are.
fn singular(unit: &str) -> String {
    match unit.strip_suffix("ies").or(unit.strip_suffix("ches")) {
        Some(stem) if unit.ends_with("ies") => format!("{stem}y"),
        Some(stem) => format!("{stem}ch"),
        None => unit.trim_end_matches('s').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use burstlab_engine::scenario::{knob, knobs};

    use super::*;

    #[test]
    fn values_are_read_with_their_unit() {
        for (key, value, expected) in [
            ("memory_mb", 512.0, "512 megabytes"),
            ("memory_mb", 10_240.0, "10,240 megabytes"),
            ("provisioned", 1.0, "1 copy"),
            ("provisioned", 0.0, "0 copies"),
            ("max_concurrency", 1.0, "1 batch"),
            ("threads", 1.0, "1 thread"),
            ("computing_spread", 0.25, "0.25"),
        ] {
            assert_eq!(in_words(knob(key).unwrap().spec(), value), expected, "{key}");
        }
    }

    #[test]
    fn a_number_in_a_sentence_is_pulled_slowly_at_first_and_to_its_end() {
        let memory = knob("memory_mb").unwrap().spec();
        for (from, pixels, expected) in [
            (512.0, 0.0, 512.0),
            (512.0, 5.0, 512.0),
            (512.0, 6.0, 576.0),
            (512.0, -12.0, 384.0),
            (500.0, 6.0, 576.0),
            (512.0, 360.0, 10_240.0),
            (10_240.0, -360.0, 128.0),
            (512.0, -9_000.0, 128.0),
        ] {
            assert_eq!(pulled(memory, from, pixels), expected, "{from} by {pixels}");
        }
        for spec in knobs().map(|knob| knob.spec()) {
            let values = (-400..=400).map(|pixels| pulled(spec, spec.default, f64::from(pixels)));
            let values: Vec<_> = values.collect();
            assert!(values.windows(2).all(|pair| pair[0] <= pair[1]), "{}", spec.key);
            assert!(values.iter().all(|value| spec.allows(*value)), "{}: {values:?}", spec.key);
        }
    }

    #[test]
    fn every_slider_can_stand_at_its_default() {
        for spec in knobs().map(|knob| knob.spec()) {
            let steps = (spec.default - slider_least(spec)) / spec.step;
            assert!((steps - steps.round()).abs() < 1e-9, "{}", spec.key);
            assert!(slider_least(spec) <= spec.least, "{}", spec.key);
        }
    }

    #[test]
    fn fields_show_no_rounding_errors() {
        assert_eq!((digits(0.05 * 1_000.0), digits(0.07 * 1_000.0)), ("50".to_owned(), "70".to_owned()));
    }
}
