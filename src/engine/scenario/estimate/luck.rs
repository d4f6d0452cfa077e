use super::{
    fluid::Waits,
    latency::Mixture,
    slices::{Day, Slice},
};
use crate::scenario::{Outcome, Range, Scenario};

/// What chance alone does to the two numbers of a day.
///
/// # What is approximated
/// - Cold starts of smooth traffic come in bunches: their variance is so many times that of as many single ones.
/// - What a send finds ready varies as the number at work does.
pub struct Luck<'a> {
    mixture: &'a Mixture,
    waits: &'a Waits,
    cold_share: f64,
    /// Standard deviation of the cold share between days.
    cold_deviation: f64,
    /// That of the share which is slower than the p99.
    slower_deviation: f64,
    /// That of the bill, as a part of it.
    pub usd: f64,
}

/// Variance of cold starts over their mean, where traffic is smooth.
const COLD_BUNCHES: f64 = 1.5;
/// Lines of a bill that do not depend on how many come.
const FIXED: [&str; 4] =
    ["lambda.provisioned_held", "lambda.provisioned_held_arm", "alb.hours", "lambda.queue_pollers"];
/// Days of a week, and days of its weekend.
const WEEK: [f64; 2] = [5.0, 2.0];

impl<'a> Luck<'a> {
    /// Of a day's estimate.
    pub fn of(scenario: &Scenario, mixture: &'a Mixture, day: &'a Day, outcome: &Outcome) -> Self {
        let answered = (outcome.counts.answered as f64).max(1.0);
        let cold_variance = scenario.traffic.dispersion * day.sum(cold_variance);
        Self {
            mixture,
            waits: &day.waits,
            cold_share: mixture.cold_among_answered(day.cold_share()),
            cold_deviation: cold_variance.sqrt() / answered,
            slower_deviation: (0.01 * 0.99 * scenario.traffic.dispersion / answered).sqrt(),
            usd: usd_deviation(scenario, mixture, day, cold_variance) * by_use(outcome),
        }
    }

    /// Between which two values the p99 lies if luck is off by so many standard deviations either way, and the
    /// formulas' cold starts by such a part of them.
    pub fn p99_s(&self, deviations: f64, cold_off: f64) -> Range {
        let cold = deviations * self.cold_deviation + cold_off * self.cold_share;
        let slower = deviations * self.slower_deviation;
        let at = |slower: f64, cold: f64| {
            let cold_share = (self.cold_share + cold).clamp(0.0, 1.0);
            self.mixture.exceeded_by((0.01 + slower).max(LEAST_SLOWER), cold_share, self.waits)
        };
        Range { least: at(slower, -cold), most: at(-slower, cold) }
    }
}

/// However few requests there are, the p99 is not beyond what 1 in 1,000 exceeds.
const LEAST_SLOWER: f64 = 0.001;

fn cold_variance(slice: &Slice) -> f64 {
    let smooth = (slice.cold - slice.cold_sent).max(0.0);
    COLD_BUNCHES * smooth + slice.cold_sent.min(3.0 * (slice.busy + 1.0))
}

/// The standard deviation of what requests take environments for, as a part of it.
fn usd_deviation(scenario: &Scenario, mixture: &Mixture, day: &Day, cold_variance: f64) -> f64 {
    let sent: f64 = scenario.traffic.sends().iter().map(|send| f64::from(send.requests)).sum();
    let smooth = (day.sum(|slice| slice.arrived) - sent).max(0.0);
    let answered = day.sum(|slice| slice.answered);
    let (work_s, extra_s) = (mixture.work_mean(), mixture.cold_extra_mean());
    let counts = smooth * scenario.traffic.dispersion + answered * mixture.work_variation();
    let variance = counts * work_s * work_s + cold_variance * extra_s * extra_s;
    let mean = answered * work_s + day.sum(|slice| slice.cold) * extra_s;
    if mean > 0.0 { variance.sqrt() / mean * of_week(scenario.traffic.weekend_share) } else { 0.0 }
}

/// A week is one day of each kind, taken five times and twice: its deviation as a part of a weekday's.
fn of_week(weekend_share: f64) -> f64 {
    if weekend_share == 1.0 {
        return 1.0;
    }
    let [days, of_weekend] = WEEK;
    (days * days + of_weekend * of_weekend * weekend_share).sqrt() / (days + of_weekend * weekend_share)
}

/// The part of the bill that depends on how many come.
fn by_use(outcome: &Outcome) -> f64 {
    let fixed = outcome.bill.lines.iter().filter(|line| FIXED.contains(&line.key.as_str()));
    let fixed: f64 = fixed.map(|line| line.cost.0).sum();
    if outcome.bill.total.0 > 0.0 { 1.0 - fixed / outcome.bill.total.0 } else { 0.0 }
}
