use super::Position;

/// Tells a double tap from what else a pointer does. Browsers send no double click for fingers everywhere,
/// and two flicks that scroll the page are no taps.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Taps {
    pressed: Option<Touch>,
    tapped: Option<Touch>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Touch {
    at: Position,
    ms: f64,
}

/// A tap is no longer than this, and two of them no farther apart in time.
const LONGEST_MS: f64 = 400.0;
/// A tap stays in its place, and the second comes near the first, in pixels.
const STILL: f64 = 10.0;
const NEAR: f64 = 24.0;

impl Taps {
    /// The pointer goes down.
    pub fn press(&mut self, at: Position, ms: f64) {
        self.pressed = Some(Touch { at, ms });
    }

    /// The pointer is lifted: whether this was the second tap of two.
    pub fn release(&mut self, at: Position, ms: f64) -> bool {
        let now = Touch { at, ms };
        let is_tap = self.pressed.take().is_some_and(|down| now.is_soon_after(down, STILL));
        let is_second = is_tap && self.tapped.take().is_some_and(|first| now.is_soon_after(first, NEAR));
        self.tapped = (is_tap && !is_second).then_some(now);
        is_second
    }

    /// Something else has begun.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

impl Touch {
    fn is_soon_after(self, other: Self, pixels: f64) -> bool {
        let (x, y) = (self.at.x - other.at.x, self.at.y - other.at.y);
        self.ms - other.ms <= LONGEST_MS && x.hypot(y) <= pixels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_short_still_taps_in_one_place_are_a_double_tap() {
        let (here, beside, away) = ((50.0, 50.0), (56.0, 50.0), (90.0, 50.0));
        for (name, touches, expected) in [
            ("a double tap", [(here, here, 0.0, 60.0), (beside, beside, 150.0, 200.0)], true),
            ("two places", [(here, here, 0.0, 60.0), (away, away, 150.0, 200.0)], false),
            ("a pause", [(here, here, 0.0, 60.0), (here, here, 700.0, 750.0)], false),
            ("two flicks", [(here, away, 0.0, 60.0), (here, away, 150.0, 200.0)], false),
            ("a long press first", [(here, here, 0.0, 900.0), (here, here, 1000.0, 1050.0)], false),
        ] {
            let mut taps = Taps::default();
            let mut doubles = touches.map(|(down, up, down_ms, up_ms)| {
                taps.press(Position { x: down.0, y: down.1 }, down_ms);
                taps.release(Position { x: up.0, y: up.1 }, up_ms)
            });
            doubles.reverse();
            assert_eq!(doubles, [expected, false], "{name}");
        }
    }

    #[test]
    fn a_third_tap_begins_anew_and_what_else_begins_is_no_tap() {
        let mut taps = Taps::default();
        let mut tap = |ms: f64, forget: bool| {
            taps.press(Position::default(), ms);
            if forget {
                taps.forget();
            }
            taps.release(Position::default(), ms + 40.0)
        };
        let seen = [0.0, 100.0, 200.0, 300.0].map(|ms| tap(ms, false));
        assert_eq!(seen, [false, true, false, true]);
        assert_eq!([tap(400.0, false), tap(500.0, true), tap(600.0, false)], [false; 3]);
    }
}
