use burstlab_engine::{metrics::Minute, scenario::Outcome};

use super::{BUCKET_MINUTES, Table, peak, reading, words};

/// The line of waiting requests in one bucket of the day, at its longest.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct QueueState {
    /// How many wait.
    pub waiting: f64,
    /// For how many seconds the one in front has waited.
    pub oldest_s: f64,
}

impl QueueState {
    /// A line is as long as it was at its longest: a mean would hide the wait that somebody had.
    fn of(minutes: &[Minute]) -> Self {
        let most = |gauge: fn(&Minute) -> u32| f64::from(minutes.iter().map(gauge).max().unwrap_or_default());
        Self { waiting: most(|minute| minute.queued), oldest_s: most(|minute| minute.oldest_ms) / 1_000.0 }
    }
}

/// The line over the day.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueView {
    /// The line, bucket by bucket of [`BUCKET_MINUTES`].
    pub buckets: Vec<QueueState>,
}

impl QueueView {
    /// The view of an outcome.
    pub fn of(outcome: &Outcome) -> Self {
        Self { buckets: outcome.minutes.chunks(BUCKET_MINUTES).map(QueueState::of).collect() }
    }

    /// The bucket in which most wait, and how many.
    pub fn longest(&self) -> Option<(usize, f64)> {
        peak(&self.buckets, |state| state.waiting)
    }

    /// The bucket in which the one in front has waited longest, and for how many seconds.
    pub fn oldest(&self) -> Option<(usize, f64)> {
        peak(&self.buckets, |state| state.oldest_s)
    }

    /// Two sentences: how long the line gets, and how old the oldest in it.
    pub fn summary(&self) -> [String; 2] {
        let (Some((bucket, waiting)), Some((at, seconds))) = (self.longest(), self.oldest()) else {
            return ["No line forms on this day.", "Nobody has to wait for a turn."].map(str::to_owned);
        };
        let longest = format!(
            "At most {} requests wait in line, around {}.",
            words::number(waiting),
            words::clock(bucket * BUCKET_MINUTES)
        );
        let oldest = format!(
            "The one in front has waited longest around {}: {}.",
            words::clock(at * BUCKET_MINUTES),
            words::wait(seconds)
        );
        [longest, oldest]
    }

    /// The line at a minute of the day.
    pub fn reading(&self, minute: usize) -> String {
        match self.buckets.get(minute / BUCKET_MINUTES) {
            Some(state) if state.waiting > 0.0 => {
                let waiting = words::number(state.waiting);
                reading(minute, &format!("{waiting} in line, the first for {}", words::wait(state.oldest_s)))
            }
            _ => reading(minute, "nobody in line"),
        }
    }

    /// The line by the hour.
    pub fn table(&self) -> Table {
        let most =
            |hour: &[QueueState], gauge: fn(&QueueState) -> f64| hour.iter().map(gauge).fold(0.0, f64::max);
        Table::by_hour(
            "The line at its longest in the hour",
            &["Hour", "Requests in line", "The one in front has waited"],
            &self.buckets,
            60 / BUCKET_MINUTES,
            |hour| {
                let waiting = words::number(most(hour, |state| state.waiting));
                vec![waiting, words::wait(most(hour, |state| state.oldest_s))]
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::made_up;

    #[test]
    fn a_line_is_as_long_as_it_was_at_its_longest() {
        let minute = |queued, oldest_ms| Minute { queued, oldest_ms, ..Minute::default() };
        let state = QueueState::of(&[minute(3, 9_000), minute(7, 1_000)]);
        assert_eq!((state.waiting, state.oldest_s), (7.0, 9.0));
    }

    #[test]
    fn the_longest_line_is_named_with_its_time_and_age() {
        let view = QueueView::of(&made_up::backlog());
        let (bucket, waiting) = view.longest().expect("a backlog has a line");
        let summary = view.summary();
        assert!(summary[0].contains(&words::number(waiting)), "{summary:?}");
        assert!(summary[0].contains(&words::clock(bucket * BUCKET_MINUTES)), "{summary:?}");
        assert_eq!(view.table().rows.len(), 24);
    }

    #[test]
    fn where_nobody_waits_it_is_said() {
        let view = QueueView::of(&made_up::quiet_day());
        assert!(view.summary()[0].starts_with("No line forms"));
        assert_eq!(view.reading(725), "12:05 · nobody in line");
    }
}
