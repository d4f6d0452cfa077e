use burstlab_engine::{
    metrics::Minute,
    scenario::{Counts, Outcome},
};

use super::{BUCKET_MINUTES, Table, mean, peak, reading, words};

/// What became of the requests that arrived in one bucket, in requests per second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TrafficRates {
    /// Answered by a copy that was ready.
    pub warm: f64,
    /// Answered after a copy had to start.
    pub cold: f64,
    /// Turned away.
    pub throttled: f64,
    /// Still waiting in the queue when the day ended.
    pub waiting: f64,
}

impl TrafficRates {
    /// All that arrived.
    pub fn arrived(&self) -> f64 {
        self.warm + self.cold + self.throttled + self.waiting
    }

    fn of(minutes: &[Minute]) -> Self {
        let seconds = 60.0 * minutes.len() as f64;
        let rate = |count: fn(&Minute) -> u32| {
            minutes.iter().map(|minute| u64::from(count(minute))).sum::<u64>() as f64 / seconds
        };
        Self {
            warm: rate(|minute| minute.answered.saturating_sub(minute.cold)),
            cold: rate(|minute| minute.cold.min(minute.answered)),
            throttled: rate(|minute| minute.throttled),
            waiting: rate(|minute| {
                minute.arrived.saturating_sub(minute.answered).saturating_sub(minute.throttled)
            }),
        }
    }
}

/// The day's requests by what became of them.
#[derive(Clone, Debug, PartialEq)]
pub struct TrafficView {
    /// The rates, bucket by bucket of [`BUCKET_MINUTES`].
    pub buckets: Vec<TrafficRates>,
    counts: Counts,
}

impl TrafficView {
    /// The view of an outcome.
    pub fn of(outcome: &Outcome) -> Self {
        Self {
            buckets: outcome.minutes.chunks(BUCKET_MINUTES).map(TrafficRates::of).collect(),
            counts: outcome.counts,
        }
    }

    /// The busiest bucket and its rate; none on a day without requests.
    pub fn busiest(&self) -> Option<(usize, f64)> {
        peak(&self.buckets, TrafficRates::arrived)
    }

    /// Whether some requests were still in the queue at the day's end.
    pub fn has_waiting(&self) -> bool {
        self.buckets.iter().any(|rates| rates.waiting > 0.0)
    }

    /// Two sentences: when it is busiest, and who had to wait or was turned away.
    pub fn summary(&self) -> [String; 2] {
        let Some((bucket, rate)) = self.busiest() else {
            return ["No requests arrive on this day.", "There is nothing to answer."].map(str::to_owned);
        };
        let busiest = format!(
            "{} requests arrive in the day, the most around {}: {} per second.",
            words::number(self.counts.arrived as f64),
            words::clock(bucket * BUCKET_MINUTES),
            words::number(rate),
        );
        [busiest, format!("{}; {}.", self.cold_words(), self.throttled_words())]
    }

    /// How many arrive at a minute of the day, and what became of those not answered at once.
    pub fn reading(&self, minute: usize) -> String {
        let rates = self.buckets.get(minute / BUCKET_MINUTES).copied().unwrap_or_default();
        let arrived = rates.arrived();
        if arrived == 0.0 {
            return reading(minute, "no requests");
        }
        let fates = [
            (rates.cold, "had to start"),
            (rates.throttled, "turned away"),
            (rates.waiting, "in line at midnight"),
        ];
        let mut words = format!("{} a second", words::number(arrived));
        for (rate, fate) in fates.into_iter().filter(|(rate, _)| *rate > 0.0) {
            words.push_str(&format!(", {} {fate}", words::percent(rate, arrived)));
        }
        reading(minute, &words)
    }

    fn cold_words(&self) -> String {
        match peak(&self.buckets, |rates| rates.cold) {
            None => "No answer waited for a copy to start".to_owned(),
            Some((bucket, _)) => format!(
                "Of the answers {} waited for a copy to start, the most around {}",
                words::percent(self.counts.cold as f64, self.counts.answered as f64),
                words::clock(bucket * BUCKET_MINUTES),
            ),
        }
    }

    fn throttled_words(&self) -> String {
        match peak(&self.buckets, |rates| rates.throttled) {
            None => "none of the requests were turned away".to_owned(),
            Some((bucket, _)) => format!(
                "{} of the requests were turned away, the most around {}",
                words::percent(self.counts.throttled as f64, self.counts.arrived as f64),
                words::clock(bucket * BUCKET_MINUTES),
            ),
        }
    }

    /// The rates by the hour.
    pub fn table(&self) -> Table {
        let header = ["Hour", "Answered at once", "Had to start", "Turned away", "Still waiting at midnight"];
        let columns: [fn(&TrafficRates) -> f64; 4] =
            [|rates| rates.warm, |rates| rates.cold, |rates| rates.throttled, |rates| rates.waiting];
        let shown = if self.has_waiting() { 4 } else { 3 };
        Table::by_hour(
            "Requests per second, on average of the hour",
            &header[..=shown],
            &self.buckets,
            60 / BUCKET_MINUTES,
            |hour| columns[..shown].iter().map(|column| words::number(mean(hour, column))).collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::made_up;

    #[test]
    fn what_arrived_is_split_without_a_rest() {
        let outcome = made_up::burst();
        let view = TrafficView::of(&outcome);
        let arrived: u64 = outcome.minutes.iter().map(|minute| u64::from(minute.arrived)).sum();
        let shown: f64 = view.buckets.iter().map(|rates| rates.arrived() * 300.0).sum();
        assert!((shown - arrived as f64).abs() < 1e-3, "{shown} of {arrived}");
        assert_eq!(view.buckets.len(), 288);
    }

    #[test]
    fn the_burst_is_named_with_its_time() {
        let summary = TrafficView::of(&made_up::burst()).summary().join(" ");
        assert!(summary.contains("around 12:00"), "{summary}");
        assert!(summary.contains("turned away, the most around 12:0"), "{summary}");
        assert_eq!(summary.matches(". ").count(), 1, "two sentences: {summary}");
    }

    #[test]
    fn a_silent_day_is_said_and_has_24_rows_of_zeros() {
        let view = TrafficView::of(&made_up::silence());
        assert!(view.summary()[0].starts_with("No requests arrive"));
        let table = view.table();
        assert_eq!((table.header.len(), table.rows.len()), (4, 24));
        assert!(table.rows.iter().all(|row| row[1..] == ["0", "0", "0"]));
    }

    #[test]
    fn what_waits_at_midnight_gets_a_column() {
        let view = TrafficView::of(&made_up::backlog());
        assert!(view.has_waiting());
        assert_eq!(view.table().header.len(), 5);
    }

    #[test]
    fn an_outcome_without_minutes_is_a_silent_one() {
        let view = TrafficView::of(&made_up::outcome(Vec::new(), Vec::new()));
        assert_eq!((view.busiest(), view.table().rows.len()), (None, 0));
    }
}
