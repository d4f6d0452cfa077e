use crate::units::MINUTES_PER_DAY;

/// When environments are held ready: all day, or between two hours of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    copies: u32,
    /// Minutes of the day from which, and until which, they are held.
    from: usize,
    until: usize,
}

impl Plan {
    /// So many environments between two hours of the day; from the later to the earlier is over midnight.
    pub fn new(copies: u32, (from, until): (f64, f64)) -> Self {
        let minute = |hour: f64| ((hour * 60.0) as usize).min(MINUTES_PER_DAY);
        Self { copies, from: minute(from), until: minute(until) }
    }

    /// The same number at all times.
    pub fn always(copies: u32) -> Self {
        Self { copies, from: 0, until: MINUTES_PER_DAY }
    }

    /// How many are held in a minute of the day.
    #[inline]
    pub fn at(&self, minute: usize) -> u32 {
        let held = match self.from <= self.until {
            true => (self.from..self.until).contains(&minute),
            false => minute >= self.from || minute < self.until,
        };
        if held { self.copies } else { 0 }
    }

    /// The most that are held at any time.
    pub fn most(&self) -> u32 {
        if self.minutes() > 0 { self.copies } else { 0 }
    }

    /// Minutes of a day in which they are held.
    fn minutes(&self) -> usize {
        match self.from <= self.until {
            true => self.until - self.from,
            false => MINUTES_PER_DAY - self.from + self.until,
        }
    }

    /// Minutes since they were switched on, in a minute of the day in which they are held; none where they were never
    /// switched off.
    pub fn minutes_since_on(&self, minute: usize) -> Option<usize> {
        (self.minutes() < MINUTES_PER_DAY).then_some((minute + MINUTES_PER_DAY - self.from) % MINUTES_PER_DAY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_held_between_the_hours() {
        let day = |hours: (f64, f64)| {
            let plan = Plan::new(2, hours);
            let held = (0..MINUTES_PER_DAY).filter(|&minute| plan.at(minute) == 2).count();
            (held, plan.at(0), plan.at(720), plan.minutes_since_on(1_380))
        };
        for (hours, expected) in [
            ((0.0, 24.0), (1_440, 2, 2, None)),
            ((9.0, 17.5), (510, 0, 2, Some(840))),
            ((22.0, 6.0), (480, 2, 0, Some(60))),
            ((9.0, 9.7), (42, 0, 0, Some(840))),
            ((9.0, 9.0), (0, 0, 0, Some(840))),
        ] {
            assert_eq!(day(hours), expected, "{hours:?}");
        }
        assert_eq!(Plan::always(2), Plan::new(2, (0.0, 24.0)));
    }
}
