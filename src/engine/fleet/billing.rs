use std::sync::OnceLock;

use serde::Deserialize;

use crate::{facts, units::SimTime};

/// By the rules of which time calls are billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BillingRule {
    /// By the millisecond, each start with its call.
    Today,
    /// By the millisecond; starts are free, except those of container images and of runtimes of one's own.
    UntilAugust2025,
    /// By steps of 100 ms, starts as above.
    UntilDecember2020,
}

/// What of the time that an environment takes to become ready is billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BilledStart {
    /// Nothing.
    Free,
    /// All of it: start and call are one time, rounded once.
    WithCall,
    /// Of a snapshot that is read back a part, rounded apart from the call.
    PartOfRestore,
}

/// How the time of a call becomes billed milliseconds.
///
/// # What is approximated
/// - Every restore is billed the same share, which differs between starts and has hardly been published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Billing {
    /// Time is rounded up to whole steps of so many milliseconds.
    step_ms: u64,
    start: BilledStart,
    /// Billed millionths of a restore.
    restore_millionths: u64,
    /// Whether all is billed, by the millisecond.
    by_the_millisecond: bool,
}

#[derive(Deserialize)]
struct Facts {
    today: Step,
    until_2020: Step,
    restore: Restore,
}

#[derive(Deserialize)]
struct Step {
    step_ms: f64,
}

#[derive(Deserialize)]
struct Restore {
    billed_share: f64,
}

fn facts() -> &'static Facts {
    static FACTS: OnceLock<Facts> = OnceLock::new();
    FACTS.get_or_init(|| facts::read("limits/billing"))
}

const NANOS_PER_MS: u64 = 1_000_000;

impl BillingRule {
    /// What of a start is billed, for one whose code is managed by the provider or is not (a container image, a
    /// runtime of one's own), and that starts from nothing or from a snapshot.
    pub fn start(self, managed: bool, snapshot: bool) -> BilledStart {
        match self {
            _ if snapshot => BilledStart::PartOfRestore,
            Self::Today => BilledStart::WithCall,
            _ if !managed => BilledStart::WithCall,
            Self::UntilAugust2025 | Self::UntilDecember2020 => BilledStart::Free,
        }
    }
}

impl Billing {
    /// Of a rule, and what it bills of a start.
    pub fn new(rule: BillingRule, start: BilledStart) -> Self {
        let step = match rule {
            BillingRule::Today | BillingRule::UntilAugust2025 => &facts().today,
            BillingRule::UntilDecember2020 => &facts().until_2020,
        };
        let (step_ms, restore_share) = (step.step_ms as u64, facts().restore.billed_share);
        Self {
            step_ms,
            start,
            restore_millionths: (restore_share * 1e6) as u64,
            by_the_millisecond: step_ms == 1 && start == BilledStart::WithCall,
        }
    }

    /// Of today, for starts from nothing.
    pub fn today() -> Self {
        Self::new(BillingRule::Today, BilledStart::WithCall)
    }

    /// Billed milliseconds of a call that took so long, after a start that took so long or none.
    #[inline(always)]
    pub fn billed_ms(&self, init: SimTime, duration: SimTime) -> u64 {
        // Every request of every day passes here: one comparison, and a division by a constant.
        match self.by_the_millisecond {
            true => (init + duration).0.div_ceil(NANOS_PER_MS),
            false => self.billed_ms_by_rule(init, duration),
        }
    }

    fn billed_ms_by_rule(&self, init: SimTime, duration: SimTime) -> u64 {
        match self.start {
            BilledStart::WithCall => self.whole_steps(init + duration),
            BilledStart::Free => self.whole_steps(duration),
            BilledStart::PartOfRestore => self.whole_steps(duration) + self.billed_restore_ms(init),
        }
    }

    /// Billed milliseconds, in the mean, of calls that find an environment ready and take any time between two alike.
    pub fn mean_billed_ms(&self, low: SimTime, high: SimTime) -> f64 {
        let step = (self.step_ms * NANOS_PER_MS) as f64;
        // The integral of whole steps up to a time.
        let steps = |time: SimTime| {
            let (time, whole) = (time.0 as f64 / step, time.0.div_ceil(self.step_ms * NANOS_PER_MS) as f64);
            whole * (time - 0.5 * (whole - 1.0))
        };
        let span = (high.0 - low.0) as f64 / step;
        let mean = match span < 1e-6 {
            true => (self.whole_steps(low) / self.step_ms) as f64,
            false => (steps(high) - steps(low)) / span,
        };
        mean * self.step_ms as f64
    }

    /// Billed milliseconds of a call and of a restore of which the billed part is known.
    pub fn billed_ms_with_restore(&self, billed_restore_ms: u64, duration: SimTime) -> u64 {
        self.whole_steps(duration) + billed_restore_ms
    }

    /// What is billed of starts in the mean, as a share of their time.
    pub fn billed_start_share(&self) -> f64 {
        match self.start {
            BilledStart::WithCall => 1.0,
            BilledStart::Free => 0.0,
            BilledStart::PartOfRestore => self.restore_millionths as f64 / 1e6,
        }
    }

    /// The step that time is rounded up to, in seconds.
    pub fn step_s(&self) -> f64 {
        self.step_ms as f64 / 1e3
    }

    fn billed_restore_ms(&self, restore: SimTime) -> u64 {
        (restore.0 / NANOS_PER_MS * self.restore_millionths).div_ceil(1_000_000)
    }

    fn whole_steps(&self, time: SimTime) -> u64 {
        time.0.div_ceil(self.step_ms * NANOS_PER_MS) * self.step_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_billed_of_many_times_is_the_mean_of_what_is_billed_of_each() {
        for rule in [BillingRule::Today, BillingRule::UntilDecember2020] {
            let billing = Billing::new(rule, BilledStart::WithCall);
            for (low, span) in [(0, 900_000), (1_200_000, 70_000_000), (99_900_000, 300_000), (5_000_000, 0)]
            {
                let (low, high) = (SimTime(low), SimTime(low + span));
                let each = |step: u64| SimTime(low.0 + (2 * step + 1) * span / 20_000);
                let billed = |step| billing.billed_ms(SimTime::ZERO, each(step));
                let expected = (0..10_000).map(billed).sum::<u64>() as f64 / 10_000.0;
                let mean = billing.mean_billed_ms(low, high);
                assert!(
                    (mean / expected - 1.0).abs() < 1e-3,
                    "{rule:?}, {low:?} and {span}: {mean}, {expected}"
                );
            }
        }
    }

    #[test]
    fn each_time_has_its_step_and_bills_starts_its_own_way() {
        use BillingRule::{Today, UntilAugust2025, UntilDecember2020};
        let micros = |micros: u64| SimTime(micros * 1_000);
        for (rule, managed, snapshot, init_us, duration_us, expected) in [
            (Today, true, false, 0, 1_560, 2),
            (Today, true, false, 2_528_390, 62_480, 2_591),
            (Today, false, false, 2_528_390, 62_480, 2_591),
            (UntilAugust2025, true, false, 512_080, 38_120, 39),
            (UntilAugust2025, false, false, 512_080, 38_120, 551),
            (UntilDecember2020, true, false, 100_990, 469_400, 500),
            (UntilDecember2020, false, false, 100_990, 469_400, 600),
            (UntilDecember2020, true, false, 0, 500_000, 500),
            (Today, true, true, 500_000, 127_100, 128 + 230),
            (UntilAugust2025, true, true, 0, 127_100, 128),
            (Today, true, false, 0, 0, 0),
        ] {
            let billing = Billing::new(rule, rule.start(managed, snapshot));
            let billed = billing.billed_ms(micros(init_us), micros(duration_us));
            assert_eq!(billed, expected, "{rule:?}, managed {managed}, snapshot {snapshot}");
        }
        assert_eq!(Billing::today().billed_ms_with_restore(26, micros(127_100)), 154);
    }
}
