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
    /// Failed, or took longer than they may.
    pub failed: f64,
    /// Given up after the last try.
    pub dropped: f64,
    /// Still waiting in the queue when the day ended.
    pub waiting: f64,
}

impl TrafficRates {
    /// All that arrived.
    pub fn arrived(&self) -> f64 {
        self.warm + self.cold + self.throttled + self.failed + self.dropped + self.waiting
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
            failed: rate(|minute| minute.failed),
            dropped: rate(|minute| minute.dropped),
            waiting: rate(|minute| {
                let ended = [minute.answered, minute.throttled, minute.failed, minute.dropped];
                ended.iter().fold(minute.arrived, |rest, ended| rest.saturating_sub(*ended))
            }),
        }
    }
}

/// What may become of a request.
pub struct Fate {
    /// What it is called beside a colour.
    pub words: &'static str,
    /// What stands above its column.
    header: &'static str,
    /// What it is called after a share.
    short: &'static str,
    /// How many a second meet it.
    pub rate: fn(&TrafficRates) -> f64,
    /// Whether it is told of also where it befalls nobody.
    pub is_always_told: bool,
}

/// All fates, in the order in which they are stacked.
pub const FATES: [Fate; 6] = [
    fate("answered at once", "Answered at once", "", |rates| rates.warm, true),
    fate("had to start", "Had to start", "had to start", |rates| rates.cold, true),
    fate("turned away", "Turned away", "turned away", |rates| rates.throttled, true),
    fate("failed", "Failed", "failed", |rates| rates.failed, false),
    fate("given up", "Given up", "given up", |rates| rates.dropped, false),
    fate(
        "still waiting at midnight",
        "Still waiting at midnight",
        "in line at midnight",
        |rates| rates.waiting,
        false,
    ),
];

const fn fate(
    words: &'static str,
    header: &'static str,
    short: &'static str,
    rate: fn(&TrafficRates) -> f64,
    is_always_told: bool,
) -> Fate {
    Fate { words, header, short, rate, is_always_told }
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

    /// Whether a fate befell anyone.
    pub fn has(&self, fate: &Fate) -> bool {
        self.buckets.iter().any(|rates| (fate.rate)(rates) > 0.0)
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
        [busiest, format!("{}; {}.", self.cold_words(), self.unanswered_words())]
    }

    /// How many arrive at a minute of the day, and what became of those not answered at once.
    pub fn reading(&self, minute: usize) -> String {
        let rates = self.buckets.get(minute / BUCKET_MINUTES).copied().unwrap_or_default();
        let arrived = rates.arrived();
        if arrived == 0.0 {
            return reading(minute, "no requests");
        }
        let mut words = format!("{} a second", words::number(arrived));
        for fate in FATES[1..].iter().filter(|fate| (fate.rate)(&rates) > 0.0) {
            words.push_str(&format!(", {} {}", words::percent((fate.rate)(&rates), arrived), fate.short));
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

    fn unanswered_words(&self) -> String {
        let mut parts = vec![match peak(&self.buckets, |rates| rates.throttled) {
            None => "none of the requests were turned away".to_owned(),
            Some((bucket, _)) => format!(
                "{} of the requests were turned away, the most around {}",
                words::percent(self.counts.throttled as f64, self.counts.arrived as f64),
                words::clock(bucket * BUCKET_MINUTES),
            ),
        }];
        let counts = &self.counts;
        for (count, fate) in [
            (counts.failed, "failed"),
            (counts.timed_out, "took too long"),
            (counts.dead_lettered, "were put aside after the last try"),
            (counts.lost, "were lost"),
        ] {
            if count > 0 {
                parts.push(format!("{} {fate}", words::percent(count as f64, counts.arrived as f64)));
            }
        }
        parts.join(", ")
    }

    /// The fates to be told of this day.
    pub fn told(&self) -> impl Iterator<Item = &'static Fate> {
        FATES.iter().filter(|fate| fate.is_always_told || self.has(fate))
    }

    /// The rates by the hour.
    pub fn table(&self) -> Table {
        let told: Vec<_> = self.told().collect();
        let mut header = vec!["Hour"];
        header.extend(told.iter().map(|fate| fate.header));
        Table::by_hour(
            "Requests per second, on average of the hour",
            &header,
            &self.buckets,
            60 / BUCKET_MINUTES,
            |hour| told.iter().map(|fate| words::number(mean(hour, fate.rate))).collect(),
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
        assert!(view.has(&FATES[5]));
        assert_eq!(view.table().header.len(), 5);
    }

    #[test]
    fn what_fails_and_what_is_given_up_is_told() {
        let view = TrafficView::of(&made_up::failing());
        let summary = view.summary().join(" ");
        assert!(summary.contains(" failed, ") && summary.contains(" were lost"), "{summary}");
        assert_eq!(view.table().header[4..], ["Failed", "Given up"]);
        let reading = view.reading(725);
        assert!(reading.contains(" failed, ") && reading.ends_with(" given up"), "{reading}");
    }

    #[test]
    fn an_outcome_without_minutes_is_a_silent_one() {
        let view = TrafficView::of(&made_up::outcome(Vec::new(), Vec::new()));
        assert_eq!((view.busiest(), view.table().rows.len()), (None, 0));
    }
}
