use crate::{
    fleet::{FleetSettings, Holding, ProvisionedBy, Statistic},
    metrics::{SLICE_MINUTES, SLICES_PER_DAY},
    random::math::exp,
    scenario::Scenario,
    theory::{Kept, kept_fleet, poisson},
    units::{MINUTE, MINUTES_PER_DAY, SimTime},
};

/// Environments held ready over the day, and what holding them is billed.
///
/// # What is approximated
/// - The rules are the simulation's own, minute by minute. The use that they follow is the one that the slice's mean
///   rate would have for ever: chance and sends at one instant do not move it.
pub struct Held {
    /// By slice: how many can be used, on average.
    by_slice: Vec<u32>,
    /// Environment-milliseconds billed.
    pub billed_ms: u64,
}

impl Held {
    /// Of a scenario's day; a day before it leads up to its midnight.
    pub fn of(scenario: &Scenario) -> Self {
        let mut walk = Walk::new(scenario);
        let warm_up = if scenario.just_deployed { 0 } else { MINUTES_PER_DAY };
        (0..warm_up).for_each(|minute| {
            walk.pass(minute);
            walk.begin(minute + 1);
        });
        let billed_before = if warm_up > 0 { walk.billed_before } else { 0 };
        let mut by_minute = Vec::with_capacity(MINUTES_PER_DAY);
        for minute in warm_up..warm_up + MINUTES_PER_DAY {
            by_minute.push(walk.pass(minute));
            if by_minute.len() < MINUTES_PER_DAY {
                walk.begin(minute + 1);
            }
        }
        let mean = |held: &[u32]| (held.iter().sum::<u32>() as f64 / held.len() as f64).round() as u32;
        Self {
            by_slice: by_minute.chunks(SLICE_MINUTES).map(mean).collect(),
            billed_ms: walk.holding.held_ms() - billed_before,
        }
    }

    /// How many can be used in a slice.
    pub fn at(&self, slice: usize) -> u32 {
        self.by_slice[slice]
    }
}

/// The rules at work, minute by minute.
struct Walk {
    holding: Holding,
    usable: u32,
    /// What was billed before the minute that began last.
    billed_before: u64,
    /// By slice; none where use says nothing.
    uses: Vec<Use>,
    /// Datapoints due: where requests are rare, one now and then.
    due: f64,
    /// The slice and number held that the use was last computed for, and that use.
    known: (usize, u32, f64),
}

impl Walk {
    fn new(scenario: &Scenario) -> Self {
        let fleet = &scenario.fleet;
        let holding = fleet.holding(0);
        let uses = match fleet.provisioned_by {
            ProvisionedBy::Schedule => Vec::new(),
            ProvisionedBy::TargetTracking => uses(scenario, fleet),
        };
        let usable = holding.usable_at_start();
        Self { holding, usable, billed_before: 0, uses, due: 0.0, known: (usize::MAX, 0, 0.0) }
    }

    /// Lets a minute pass; how many could be used for most of it.
    fn pass(&mut self, minute: usize) -> u32 {
        let middle = SimTime(minute as u64 * MINUTE.0 + MINUTE.0 / 2);
        self.usable = self.holding.arrived(middle).unwrap_or(self.usable);
        let slice = minute % MINUTES_PER_DAY / SLICE_MINUTES;
        if let Some(law) = self.uses.get(slice) {
            if (self.known.0, self.known.1) != (slice, self.usable) {
                self.known = (slice, self.usable, law.of(self.usable));
            }
            self.due += law.datapoint;
            if self.due >= 1.0 {
                self.due -= 1.0;
                self.holding.minute_used(self.known.2);
            }
        }
        self.usable
    }

    fn begin(&mut self, minute: usize) {
        self.billed_before = self.holding.held_ms();
        let start = SimTime(minute as u64 * MINUTE.0);
        self.usable = self.holding.begin_minute(minute, start, self.usable).unwrap_or(self.usable);
    }
}

/// What requests find at the mean rate of a slice.
struct Use {
    statistic: Statistic,
    /// The Poisson law of what is at work: its first count, and the probabilities.
    at_work: (usize, Vec<f64>),
    /// Most at work within a minute, on average.
    most: f64,
    /// The chance that a minute has a request.
    datapoint: f64,
}

/// Of each slice of the day.
fn uses(scenario: &Scenario, fleet: &FleetSettings) -> Vec<Use> {
    let laws = scenario.function.laws();
    let work_s = laws.waiting.mean() + laws.computing.mean();
    let most_load = f64::from(fleet.limit());
    let use_of = |rates: &[crate::units::PerSecond]| {
        let mean = rates.iter().map(|rate| rate.0).sum::<f64>() / rates.len() as f64;
        let rate = mean.min(fleet.most_requests_per_s()).min(most_load / work_s.max(1e-9));
        let most = match fleet.provisioned_statistic {
            Statistic::Average => 0.0,
            Statistic::Maximum => kept_fleet(rate, work_s, Kept::fixed(MINUTE.as_secs()), 0).environments,
        };
        let datapoint = 1.0 - exp(-rate * MINUTE.as_secs());
        Use { statistic: fleet.provisioned_statistic, at_work: poisson(rate * work_s), most, datapoint }
    };
    let slices = scenario.traffic.rates().chunks(SLICE_MINUTES).map(use_of).collect::<Vec<_>>();
    debug_assert_eq!(slices.len(), SLICES_PER_DAY);
    slices
}

impl Use {
    /// The share of so many held that is at work, as the statistic tells it; the request that looks is one of them.
    fn of(&self, held: u32) -> f64 {
        let held = f64::from(held.max(1));
        let (first, probabilities) = &self.at_work;
        let found =
            |(above, probability): (usize, &f64)| probability * ((first + above + 1) as f64).min(held) / held;
        match self.statistic {
            Statistic::Average => probabilities.iter().enumerate().map(found).sum(),
            Statistic::Maximum => self.most.max(1.0).min(held) / held,
        }
    }
}
