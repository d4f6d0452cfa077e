//! The curve as a control, worked out without a browser: where a rate stands on the screen, what a drag
//! makes of the traffic, and what a key does.
//!
//! Start at [`Scale`], which maps a day's traffic to pixels and back, then [`Gesture`] for pointers, which is
//! a [`Drag`] or a [`Stroke`], and [`Command`] for keys. This floor knows neither events nor elements, and
//! nothing of prices or waits.

mod brush;
mod command;
mod drag;
mod gesture;
mod grip;
mod knob;
pub mod knobs;
mod path;
mod pieces;
mod reach;
mod scale;
mod step;
mod table;
mod tap;
mod whole;

pub use brush::Stroke;
pub use command::{Command, cue};
pub use drag::Drag;
pub use gesture::Gesture;
pub use grip::Grip;
pub use knob::{Knob, TagPlace, clock, is_crowded, knob, pill_width, tag_place};
pub use path::{Segment, area, line, measure, segments, stems};
pub use pieces::{
    cannot_add_point, cannot_add_spike, cannot_remove, with_point_added, with_point_at, with_spike_added,
    without,
};
pub use reach::nearest;
pub use scale::{Frame, Mark, Position, Scale};
pub use step::Step;
pub use table::{Row, rows, with_time, with_value};
pub use tap::Taps;

/// A number with so many significant digits: as many as a pixel can mean, so that links stay short.
pub fn significant(value: f64, digits: i32) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    // Divided by whole powers of ten, because 0.1 and its powers are not exact.
    let power = digits - 1 - value.abs().log10().floor() as i32;
    if power >= 0 {
        let scale = 10_f64.powi(power);
        (value * scale).round() / scale
    } else {
        let scale = 10_f64.powi(-power);
        (value / scale).round() * scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn significant_digits_are_kept_and_others_dropped() {
        for (value, digits, expected) in [
            (4.236_71, 3, 4.24),
            (0.012_345, 3, 0.0123),
            (18_234.0, 3, 18_200.0),
            (0.999_96, 4, 1.0),
            (0.0, 3, 0.0),
            (f64::NAN, 3, 0.0),
        ] {
            assert_eq!(significant(value, digits), expected, "{value}");
        }
    }
}
