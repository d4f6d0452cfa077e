//! A first look at a large day: two short stretches of it are simulated before all else, every request of them, and what
//! they come to corrects the estimate of the rest.

use super::{
    Fidelity, Outcome, Piece, Scenario,
    cut::stretches,
    week::{bill_of, with_weekend},
};
use crate::metrics::{CAUSES, Cause, CauseSums, Minute, SLICE_MINUTES, SLICES_PER_DAY, SliceLatency, Usage};

/// A day that is cut into fewer pieces is simulated as soon as it is looked at.
const LEAST_PIECES: usize = 4;
/// How far the two stretches are apart at least, in slices of ten minutes.
const APART: usize = 18;
/// Fewer starts in the stretches say nothing of the day's.
const LEAST_COLD: f64 = 100.0;

/// In how many glimpses a day is looked at first that is cut into so many pieces; or fewer.
pub fn most_glimpses(pieces: usize) -> usize {
    if pieces < LEAST_PIECES { 0 } else { 2 }
}

/// The ten minutes in which most requests come, and ten of the usual: none where a run would have to start long before.
/// Each is simulated as a [`PieceRun`](super::PieceRun), and its one part [`join`](super::join)ed.
pub fn glimpses(scenario: &Scenario) -> Vec<Piece> {
    let minutes = scenario.traffic.expected_by_minute();
    let arrivals: Vec<f64> = minutes.chunks(SLICE_MINUTES).map(|minutes| minutes.iter().sum()).collect();
    let nearest = |to: f64, may: &dyn Fn(usize) -> bool| {
        let off = |&slice: &usize| (arrivals[slice] - to).abs();
        (0..SLICES_PER_DAY).filter(|&slice| may(slice)).min_by(|one, other| off(one).total_cmp(&off(other)))
    };
    let most = arrivals.iter().copied().fold(0.0, f64::max);
    let mean = arrivals.iter().sum::<f64>() / SLICES_PER_DAY as f64;
    let busiest = nearest(most, &|_| true).unwrap_or(0);
    let usual = nearest(mean, &|slice| slice.abs_diff(busiest) >= APART);
    let slices = std::iter::once(busiest).chain(usual);
    stretches(scenario, slices.map(|slice| slice * SLICE_MINUTES), SLICE_MINUTES)
}

/// The answer from an estimate and the outcomes of glimpses: what was seen stands in its minutes, and the rest is the
/// estimate times what was seen over what had been estimated there.
///
/// # What is approximated
/// - What hours without a glimpse are off by is what those with one are. Lines, and the copies held, stay as estimated.
pub fn blend(scenario: &Scenario, estimate: &Outcome, seen: &[Outcome]) -> Outcome {
    let found = Found::of(estimate, seen);
    let mut outcome = Outcome { fidelity: Fidelity::Sampled, ..estimate.clone() };
    for glimpse in seen {
        show(&mut outcome, glimpse);
    }
    let counts = &mut outcome.counts;
    let turned_away = found.throttled.scaled(counts.throttled).min(counts.arrived);
    let answered = (counts.answered + counts.throttled).saturating_sub(turned_away);
    let by_answered = answered as f64 / (counts.answered as f64).max(1.0);
    counts.throttled = (counts.answered + counts.throttled) - answered;
    counts.answered = answered;
    if found.cold.guessed >= LEAST_COLD {
        counts.cold = found.cold.scaled(counts.cold).min(answered);
    }
    let work = found.work_us.ratio() / found.answered.ratio();
    let latency = &mut outcome.latency;
    latency.mean_s *= found.all_us.ratio() / found.answered.ratio();
    let [p50, p95, p99] = found.percentiles;
    latency.p50_s *= p50;
    latency.p90_s = (latency.p90_s * p95).max(latency.p50_s);
    latency.p95_s = (latency.p95_s * p95).max(latency.p90_s);
    latency.p99_s = (latency.p99_s * p99).max(latency.p95_s);
    latency.p999_s = (latency.p999_s * p99).max(latency.p99_s);
    let work = by_answered * work;
    outcome.fleet.busy_mean *= work;
    outcome.usage = scaled(outcome.usage, by_answered, work);
    let weekend = outcome.weekend_usage.map(|usage| scaled(usage, by_answered, work));
    let bill = bill_of(scenario, &outcome.usage);
    with_weekend(scenario, Outcome { bill, ..outcome }, weekend)
}

fn scaled(usage: Usage, calls: f64, work: f64) -> Usage {
    let times = |count: u64, by: f64| (count as f64 * by).round() as u64;
    Usage {
        invocations: times(usage.invocations, calls),
        on_demand_ms: times(usage.on_demand_ms, work),
        provisioned_ms: times(usage.provisioned_ms, work),
        ..usage
    }
}

/// Puts the minutes of a glimpse into a day.
fn show(outcome: &mut Outcome, glimpse: &Outcome) {
    for (index, minute) in glimpse.minutes.iter().enumerate().filter(|(_, minute)| minute.arrived > 0) {
        outcome.minutes[index] = *minute;
        outcome.minute_causes_us[index] = glimpse.minute_causes_us[index];
    }
    for (slice, seen) in outcome.slices.iter_mut().zip(&glimpse.slices) {
        *slice = seen.or(*slice);
    }
}

/// A sum over the minutes of glimpses: as seen there, and as estimated.
#[derive(Clone, Copy, Default)]
struct Pair {
    seen: f64,
    guessed: f64,
}

impl Pair {
    fn add(&mut self, seen: f64, guessed: f64) {
        self.seen += seen;
        self.guessed += guessed;
    }

    fn ratio(self) -> f64 {
        if self.guessed > 0.0 && self.seen > 0.0 { self.seen / self.guessed } else { 1.0 }
    }

    /// A count of the day, which may be seen where none was estimated.
    fn scaled(self, count: u64) -> u64 {
        if self.guessed > 0.0 {
            (count as f64 * self.seen / self.guessed).round() as u64
        } else {
            count + self.seen as u64
        }
    }
}

/// What was seen, and what had been estimated for the same minutes.
#[derive(Default)]
struct Found {
    answered: Pair,
    throttled: Pair,
    cold: Pair,
    /// Time at work, and all time, summed over answered requests.
    work_us: Pair,
    all_us: Pair,
    /// Of the p50, the p95 and the p99: what they are to be multiplied by.
    percentiles: [f64; 3],
}

impl Found {
    fn of(estimate: &Outcome, seen: &[Outcome]) -> Self {
        let mut found = Self::default();
        let mut percentiles = [Pair::default(); 3];
        for glimpse in seen {
            let minutes = glimpse.minutes.iter().zip(&estimate.minutes).enumerate();
            for (index, (seen, guessed)) in minutes.filter(|(_, (seen, _))| seen.arrived > 0) {
                found.add(seen, guessed);
                let [seen, guessed] = [glimpse, estimate].map(|outcome| &outcome.minute_causes_us[index]);
                found.work_us.add(work(seen), work(guessed));
                found.all_us.add(all(seen), all(guessed));
            }
            for (seen, guessed) in glimpse.slices.iter().zip(&estimate.slices) {
                if let (Some(seen), Some(guessed)) = (seen, guessed) {
                    let pairs = percentiles.iter_mut().zip(three(seen).into_iter().zip(three(guessed)));
                    pairs.for_each(|(pair, (seen, guessed))| pair.add(seen, guessed));
                }
            }
        }
        found.percentiles = percentiles.map(Pair::ratio);
        found
    }

    fn add(&mut self, seen: &Minute, guessed: &Minute) {
        self.answered.add(seen.answered.into(), guessed.answered.into());
        self.throttled.add(seen.throttled.into(), guessed.throttled.into());
        self.cold.add(seen.cold.into(), guessed.cold.into());
    }
}

fn three(latency: &SliceLatency) -> [f64; 3] {
    [latency.p50_s, latency.p95_s, latency.p99_s]
}

fn all(causes_us: &CauseSums) -> f64 {
    causes_us.iter().sum::<u64>() as f64
}

/// What of it is spent in a copy.
fn work(causes_us: &CauseSums) -> f64 {
    let is_elsewhere = |cause: &Cause| matches!(cause, Cause::WayIn | Cause::Queue | Cause::Retry);
    let of = CAUSES.iter().zip(causes_us).filter(|(cause, _)| !is_elsewhere(cause));
    of.map(|(_, &us)| us).sum::<u64>() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{PieceRun, estimate, evaluate, join};

    fn seen(scenario: &Scenario) -> Vec<Outcome> {
        let see = |piece| {
            let mut run = PieceRun::new(scenario, piece);
            while !run.advance(u64::MAX) {}
            join(scenario, vec![run.part()])
        };
        glimpses(scenario).into_iter().map(see).collect()
    }

    fn of(link: &str) -> Scenario {
        let link = format!("situation=steady-1000{link}");
        Scenario::from_link(&link).unwrap_or_else(|problems| panic!("{link}: {problems:?}"))
    }

    #[test]
    fn a_glimpse_is_nearer_to_the_day_than_the_estimate_or_as_near() {
        for (link, usd_off, p99_off) in [
            ("&curve=12:30", 0.002, 0.01),
            ("&curve=2:5,12:40", 0.002, 0.01),
            ("&curve=12:30&queue=on", 0.002, 0.15),
            ("&curve=12:30&concurrency_limit=2", 0.015, 0.01),
            ("&curve=2:10,12:40&concurrency_limit=3", 0.03, 0.01),
            ("&curve=12:30&provisioned=2", 0.005, 0.01),
            ("&curve=2:10,12:40&weekend_share=0.5", 0.002, 0.01),
        ] {
            let scenario = of(link);
            let (guess, day) = (estimate(&scenario), evaluate(&scenario));
            let blended = blend(&scenario, &guess, &seen(&scenario));
            assert_eq!(blended.fidelity, Fidelity::Sampled, "{link}");
            let counts = blended.counts;
            assert_eq!(counts.arrived, counts.answered + counts.unanswered(), "{link}");
            let off = |outcome: &Outcome| {
                [
                    (outcome.bill.total.0 / day.bill.total.0 - 1.0).abs(),
                    (outcome.latency.p99_s / day.latency.p99_s - 1.0).abs(),
                    (outcome.unanswered_share() - day.unanswered_share()).abs(),
                ]
            };
            let (before, after) = (off(&guess), off(&blended));
            assert!(after[0] <= usd_off && after[1] <= p99_off, "{link}: {after:?} after {before:?}");
            assert!(after[2] <= before[2].max(0.01), "{link}: {after:?} after {before:?}");
        }
    }

    #[test]
    fn glimpses_are_short_and_apart_and_none_is_had_of_a_line() {
        for (link, expected) in [
            ("", 2),
            ("&queue=on", 2),
            ("&concurrency_limit=50", 2),
            ("&queue=on&max_concurrency=90", 0),
            ("&curve=6:100,12:1500,16:100&queue=on&max_concurrency=110", 1),
        ] {
            let windows: Vec<_> = glimpses(&of(link)).into_iter().map(|piece| piece.window).collect();
            assert_eq!(windows.len(), expected, "{link}: {windows:?}");
            assert!(
                windows.iter().all(|window| window.minutes + window.warm_up_minutes <= 80),
                "{windows:?}"
            );
        }
        let [one, other] = [0, 1].map(|index| glimpses(&of("&curve=3:10,15:900"))[index].window.from_minute);
        assert!(one.abs_diff(15 * 60) <= 10 && one.abs_diff(other) >= 180, "{one}, {other}");
    }
}
