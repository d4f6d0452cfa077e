//! The axis of waits: in seconds, minutes or hours, or in powers of ten where waits differ by much.

use super::scale::Ticks;

/// The axis counts powers of ten when the waits of a day differ by more than this.
const WIDE_RANGE: f64 = 100.0;

/// What an axis of waits counts.
pub struct WaitAxis {
    /// Its unit in words; none where each line is a round time of its own.
    pub unit: Option<&'static str>,
    unit_s: f64,
    least: f64,
    most: f64,
}

impl WaitAxis {
    /// The axis for waits from the least above zero to the longest.
    pub fn over(least: f64, most: f64) -> Self {
        let axis = Self::from_zero(most);
        Self { unit: axis.unit.filter(|_| most <= WIDE_RANGE * least), least: least.min(most), ..axis }
    }

    /// The axis from nothing to the longest wait.
    pub fn from_zero(most: f64) -> Self {
        let (unit, unit_s) = match most {
            most if most >= 7_200.0 => ("hours", 3_600.0),
            most if most >= 120.0 => ("minutes", 60.0),
            _ => ("seconds", 1.0),
        };
        Self { unit: Some(unit), unit_s, least: 0.0, most }
    }

    /// The values to name on it, in about so many steps.
    pub fn ticks(&self, count: usize) -> Ticks {
        match self.unit {
            Some(_) => Ticks::nice(self.most / self.unit_s, count).times(self.unit_s),
            None => Ticks::times_of_clock(self.least, self.most, count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_follows_the_longest_wait() {
        for (least, most, unit) in [
            (0.1, 2.0, Some("seconds")),
            (60.0, 600.0, Some("minutes")),
            (3_600.0, 36_000.0, Some("hours")),
            (0.1, 600.0, None),
            (0.0, 0.0, Some("seconds")),
        ] {
            let axis = WaitAxis::over(least, most);
            assert_eq!(axis.unit, unit, "{least} to {most}");
            assert!(axis.ticks(4).ends().1 >= most, "{least} to {most}");
        }
        assert_eq!(WaitAxis::from_zero(9_000.0).ticks(3).labels, ["0", "1", "2", "3"]);
    }
}
