use crate::units::MINUTES_PER_DAY;

/// Seconds of a day: the most steps that a series can have.
pub const SECONDS_PER_DAY: usize = MINUTES_PER_DAY * 60;

/// Requests counted step by step from midnight on, as a log or a metric gives them. Within a step they come
/// evenly at random; what the steps leave of the day is silent.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    every_s: u32,
    requests: Vec<f64>,
    /// The mean rate of each minute, in requests per second.
    minutes: Vec<f64>,
}

impl Series {
    /// Counts of steps of so many seconds, one or more. What is beyond a day is left out.
    pub fn new(every_s: u32, mut requests: Vec<f64>) -> Self {
        let every_s = every_s.max(1);
        requests.truncate(SECONDS_PER_DAY.div_ceil(every_s as usize));
        let mut series = Self { every_s, requests, minutes: Vec::new() };
        let mean = |minute: usize| {
            (minute * 60..(minute + 1) * 60).map(|second| series.rate_in(second)).sum::<f64>() / 60.0
        };
        series.minutes = (0..MINUTES_PER_DAY).map(mean).collect();
        series
    }

    /// Seconds from one step to the next.
    pub fn every_s(&self) -> u32 {
        self.every_s
    }

    /// The counts, in order.
    pub fn requests(&self) -> &[f64] {
        &self.requests
    }

    /// Seconds of the day that have a count.
    pub fn covered_s(&self) -> usize {
        (self.requests.len() * self.every_s as usize).min(SECONDS_PER_DAY)
    }

    /// The rate in a second of the day, in requests per second.
    #[inline]
    pub fn rate_in(&self, second: usize) -> f64 {
        let count = self.requests.get(second / self.every_s as usize);
        count.map_or(0.0, |count| count / f64::from(self.every_s))
    }

    /// The mean rate of each minute of the day.
    pub(super) fn minutes(&self) -> &[f64] {
        &self.minutes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_become_rates_of_their_steps_and_the_rest_is_silent() {
        for (every_s, requests, second, rate, covered) in [
            (60, vec![6.0, 12.0], 59, 0.1, 120),
            (60, vec![6.0, 12.0], 60, 0.2, 120),
            (60, vec![6.0, 12.0], 120, 0.0, 120),
            (86_400, vec![86_400.0], 86_399, 1.0, 86_400),
            (1, vec![0.0, 7.0], 1, 7.0, 2),
            (43_200, vec![1.0; 5], 86_399, 1.0 / 43_200.0, 86_400),
        ] {
            let series = Series::new(every_s, requests);
            assert_eq!(series.rate_in(second), rate, "{series:?}");
            assert_eq!(series.covered_s(), covered);
        }
    }

    #[test]
    fn the_minutes_hold_what_the_steps_hold() {
        for every_s in [1, 7, 60, 90, 300, 3_600] {
            let steps = SECONDS_PER_DAY / every_s as usize;
            let series = Series::new(every_s, (0..steps).map(|step| (step % 11) as f64).collect());
            let of_minutes: f64 = series.minutes().iter().map(|rate| rate * 60.0).sum();
            let of_steps: f64 = series.requests().iter().sum();
            assert!((of_minutes / of_steps - 1.0).abs() < 1e-9, "{every_s} s: {of_minutes} of {of_steps}");
        }
    }
}
