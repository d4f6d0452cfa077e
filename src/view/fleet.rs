use burstlab_engine::{
    metrics::Minute,
    scenario::{Outcome, Scenario},
};

use super::{BUCKET_MINUTES, Table, mean, peak, reading, words};

/// The copies of the function in one bucket of the day.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FleetCopies {
    /// At work, on average.
    pub busy: f64,
    /// Kept warm and paid for, but without work, on average.
    pub kept_warm: f64,
    /// Left over from earlier work, not paid for, on average.
    pub idle: f64,
    /// Most at work at any one instant.
    pub busy_most: f64,
}

impl FleetCopies {
    /// All that exist, on average.
    pub fn alive(&self) -> f64 {
        self.busy + self.kept_warm + self.idle
    }

    /// Work goes to the copies kept warm first, so they are without work only as far as work is less.
    ///
    /// `held` are the copies kept warm in each of the minutes.
    fn of(minutes: &[Minute], held: &[u32]) -> Self {
        let pairs: Vec<_> = minutes.iter().zip(held).collect();
        Self {
            busy: mean(minutes, |minute| f64::from(minute.busy)),
            kept_warm: mean(&pairs, |(minute, held)| f64::from(held.saturating_sub(minute.busy))),
            idle: mean(minutes, |minute| f64::from(minute.idle)),
            busy_most: f64::from(minutes.iter().map(|minute| minute.busy_most).max().unwrap_or_default()),
        }
    }
}

/// The fleet over the day.
#[derive(Clone, Debug, PartialEq)]
pub struct FleetView {
    /// The copies, bucket by bucket of [`BUCKET_MINUTES`].
    pub buckets: Vec<FleetCopies>,
    /// Most copies that are kept warm whatever happens.
    pub provisioned: u32,
    busy_mean: f64,
    idle_mean: f64,
}

impl FleetView {
    /// The view of an outcome of this scenario.
    pub fn of(outcome: &Outcome, scenario: &Scenario) -> Self {
        let plan = scenario.fleet.plan();
        let held: Vec<_> = (0..outcome.minutes.len()).map(|minute| plan.at(minute)).collect();
        let buckets = outcome.minutes.chunks(BUCKET_MINUTES).zip(held.chunks(BUCKET_MINUTES));
        Self {
            buckets: buckets.map(|(minutes, held)| FleetCopies::of(minutes, held)).collect(),
            provisioned: plan.most(),
            busy_mean: outcome.fleet.busy_mean,
            idle_mean: outcome.fleet.idle_mean,
        }
    }

    /// The bucket with the most copies at work at one instant, and how many.
    pub fn busiest(&self) -> Option<(usize, f64)> {
        peak(&self.buckets, |copies| copies.busy_most)
    }

    /// Two sentences: the most at once, and what the copies do on average.
    pub fn summary(&self) -> [String; 2] {
        let most = match self.busiest() {
            None => "No copy works on this day.".to_owned(),
            Some((bucket, copies)) => format!(
                "At most {} copies work at once, around {}.",
                words::number(copies),
                words::clock(bucket * BUCKET_MINUTES)
            ),
        };
        let average = format!(
            "On average {} work, {} wait for work without being paid for, and {}.",
            words::number(self.busy_mean),
            words::number(self.idle_mean),
            self.kept_warm_words(),
        );
        [most, average]
    }

    /// What the copies do at a minute of the day.
    pub fn reading(&self, minute: usize) -> String {
        let copies = self.buckets.get(minute / BUCKET_MINUTES).copied().unwrap_or_default();
        let mut words = format!("{} working", words::number(copies.busy));
        if copies.busy_most > copies.busy {
            words.push_str(&format!(" (at most {})", words::number(copies.busy_most)));
        }
        if self.provisioned > 0 {
            words.push_str(&format!(", {} kept warm without work", words::number(copies.kept_warm)));
        }
        reading(minute, &format!("{words}, {} idle", words::number(copies.idle)))
    }

    fn kept_warm_words(&self) -> String {
        if self.provisioned == 0 {
            return "none are kept warm".to_owned();
        }
        let waiting = words::number(mean(&self.buckets, |copies| copies.kept_warm));
        format!(
            "{waiting} of the {} kept warm wait for work and are paid for",
            words::number(f64::from(self.provisioned))
        )
    }

    /// The copies by the hour.
    pub fn table(&self) -> Table {
        let header =
            ["Hour", "Working", "Kept warm, without work", "Idle, not paid for", "Most working at once"];
        Table::by_hour(
            "Copies, on average of the hour",
            &header,
            &self.buckets,
            60 / BUCKET_MINUTES,
            |hour| {
                let most = hour.iter().map(|copies| copies.busy_most).fold(0.0, f64::max);
                let means: [fn(&FleetCopies) -> f64; 3] =
                    [|copies| copies.busy, |copies| copies.kept_warm, |copies| copies.idle];
                let means = means.iter().map(|column| mean(hour, column));
                means.chain([most]).map(words::number).collect()
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::made_up;

    #[test]
    fn copies_kept_warm_work_first() {
        let minute = |busy, idle| Minute { busy, idle, busy_most: busy + 1, ..Minute::default() };
        for (busy, idle, provisioned, expected) in
            [(3, 2, 5, (3.0, 2.0, 2.0)), (7, 2, 5, (7.0, 0.0, 2.0)), (0, 0, 5, (0.0, 5.0, 0.0))]
        {
            let copies = FleetCopies::of(&[minute(busy, idle)], &[provisioned]);
            assert_eq!((copies.busy, copies.kept_warm, copies.idle), expected);
            assert_eq!(copies.alive(), f64::from(busy.max(provisioned) + idle));
        }
    }

    #[test]
    fn the_most_at_once_is_named_with_its_time() {
        let summary = FleetView::of(&made_up::burst(), &made_up::kept_warm(5)).summary().join(" ");
        assert!(summary.starts_with("At most "), "{summary}");
        assert!(summary.contains("around 12:0"), "{summary}");
        assert_eq!(summary.matches(". ").count(), 1, "two sentences: {summary}");
    }

    #[test]
    fn a_silent_day_still_shows_what_is_kept_warm() {
        let view = FleetView::of(&made_up::silence(), &made_up::kept_warm(5));
        assert!(view.summary()[0].starts_with("No copy works"));
        assert!(view.table().rows.iter().all(|row| row[1..] == ["0", "5", "0", "0"]));
    }
}
