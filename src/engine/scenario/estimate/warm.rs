use super::{
    bill_of_days,
    fluid::Waits,
    latency::Mixture,
    slices::{Day, Ladder},
};
use crate::{
    fleet::ProvisionedBy,
    scenario::{Outcome, QueueMode, Scenario, knob},
};

/// How many copies have to be kept warm for a p99, and what that comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WarmCopies {
    /// How many.
    pub copies: u32,
    /// The 99th percentile with so many, in seconds.
    pub p99_s: f64,
    /// The bill of a month with so many, in USD.
    pub usd: f64,
}

/// Why no number of copies kept warm makes the p99 what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotByWarmth {
    /// Too many take as long in a warm copy.
    Work,
    /// More are needed than may be kept.
    TooFew,
    /// Requests wait in line, which is not for want of warm copies.
    InLine,
    /// Their number follows their use.
    ByUse,
}

impl NotByWarmth {
    /// In words that go on after "because".
    pub fn words(self) -> &'static str {
        match self {
            Self::Work => "the work itself takes longer",
            Self::TooFew => "more would be needed than may be kept",
            Self::InLine => "requests wait in line",
            Self::ByUse => "their number follows their use",
        }
    }
}

/// Cold starts of fewer than so many requests say little about the next day's.
const LEAST_COLD: u64 = 100;

/// The least number of copies kept warm with which 99 in 100 are answered within a time, in the hours set.
///
/// Which share may be cold is read off the two laws, and the number of copies off the levels of the fleet, all of them
/// known at once. Where a day was simulated, its cold starts correct the formula's.
///
/// # Errors
/// Why no number is enough.
pub fn warm_copies_for(
    scenario: &Scenario,
    target_s: f64,
    settled: Option<&Outcome>,
) -> Result<WarmCopies, NotByWarmth> {
    if scenario.queue_mode == QueueMode::Queued {
        return Err(NotByWarmth::InLine);
    }
    if scenario.fleet.provisioned_by == ProvisionedBy::TargetTracking {
        return Err(NotByWarmth::ByUse);
    }
    let mixture = Mixture::of(scenario);
    let above = |cold_share: f64| mixture.above(target_s, cold_share, &Waits::none());
    if above(0.0) > 0.01 {
        return Err(NotByWarmth::Work);
    }
    let one_held = holding(scenario, 1);
    let mut ladder = Ladder::of(&one_held, &mixture);
    let correction = correction(&mut ladder, &mixture, scenario, settled);
    let mut cold_share =
        |copies: u32| mixture.cold_among_answered((correction * ladder.cold_share(copies)).min(1.0));
    let mut is_enough = |copies: u32| above(cold_share(copies)) <= 0.01;
    let copies = least(most(scenario), &mut is_enough).ok_or(NotByWarmth::TooFew)?;
    let p99_s = mixture.exceeded_by(0.01, cold_share(copies), &Waits::none());
    Ok(WarmCopies { copies, p99_s, usd: usd(scenario, copies, &mixture, settled) })
}

/// How many times as many cold starts a simulated day had as the formula gives it.
fn correction(ladder: &mut Ladder, mixture: &Mixture, scenario: &Scenario, settled: Option<&Outcome>) -> f64 {
    let Some(settled) = settled.filter(|day| day.counts.cold >= LEAST_COLD) else { return 1.0 };
    let by_formula = mixture.cold_among_answered(ladder.cold_share(scenario.fleet.provisioned));
    if by_formula > 0.0 { (settled.cold_share() / by_formula).clamp(0.5, 2.0) } else { 1.0 }
}

/// A month's bill with so many; beside a simulated day's, what it differs by.
fn usd(scenario: &Scenario, copies: u32, mixture: &Mixture, settled: Option<&Outcome>) -> f64 {
    let with = |copies: u32| {
        let scenario = holding(scenario, copies);
        bill_of_days(&scenario, &Day::of(&scenario, mixture), mixture).total.0
    };
    let present = scenario.fleet.provisioned;
    match settled {
        Some(day) if present == copies => day.bill.total.0,
        Some(day) => (day.bill.total.0 + with(copies) - with(present)).max(0.0),
        None => with(copies),
    }
}

/// As many as the control allows, and fewer than may run at once.
fn most(scenario: &Scenario) -> u32 {
    let allowed = knob("provisioned").map_or(0.0, |knob| knob.spec().most) as u32;
    allowed.min(scenario.fleet.limit())
}

/// The least number up to `most` that is enough, where more are enough too.
fn least(most: u32, is_enough: &mut impl FnMut(u32) -> bool) -> Option<u32> {
    if !is_enough(most) {
        return None;
    }
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = low + (high - low) / 2;
        if is_enough(middle) { high = middle } else { low = middle + 1 }
    }
    Some(high)
}

fn holding(scenario: &Scenario, copies: u32) -> Scenario {
    let mut scenario = scenario.clone();
    scenario.fleet.provisioned = copies;
    scenario
}
