use std::sync::OnceLock;

use serde::Deserialize;

use super::{Plan, Target, Tracker};
use crate::{
    facts,
    units::{MINUTE, MINUTES_PER_DAY, SimTime},
};

/// How many environments are held ready: who asks for them, when they are there, and what holding them is billed.
///
/// # What is modelled
/// - A request for more takes a time of preparation, and then comes at the provider's rate. None of it can be used
///   until all of it is there; what was held before stays in use. What is no longer asked for ends at once.
/// - Billed is what is asked for, from then on, by steps of five minutes: in each the most of it. Steps follow one another
///   from the minute in which any is asked for until none is.
#[derive(Clone, Debug)]
pub struct Holding {
    by: By,
    /// The minute of the day at the clock's zero.
    first_minute: usize,
    preparation: SimTime,
    asked: u32,
    /// When all that is asked for can be used; never while it can already.
    ready_at: SimTime,
    /// Minutes of the billed step that have begun, and what is billed in it.
    step_minutes: usize,
    billed: u32,
    held_ms: u64,
}

/// Who asks.
#[derive(Clone, Debug)]
enum By {
    Nobody,
    Plan(Plan),
    Tracker(Tracker),
}

#[derive(Deserialize)]
struct Facts {
    provisioned_preparation: Preparation,
    provisioned_billing: Step,
}

#[derive(Deserialize)]
struct Preparation {
    environments_per_minute: f64,
}

#[derive(Deserialize)]
struct Step {
    step_minutes: f64,
}

fn facts() -> &'static Facts {
    static FACTS: OnceLock<Facts> = OnceLock::new();
    FACTS.get_or_init(|| facts::read("limits/lambda"))
}

impl Holding {
    /// The same number from the start and for ever.
    pub fn fixed(held: u32) -> Self {
        let mut holding = Self {
            by: By::Nobody,
            first_minute: 0,
            preparation: SimTime::ZERO,
            asked: held,
            ready_at: SimTime::NEVER,
            step_minutes: 0,
            billed: 0,
            held_ms: 0,
        };
        holding.bill_minute();
        holding
    }

    /// By a plan of the day, the clock's zero standing for a minute of it; what was switched on before is there, or on
    /// its way.
    pub fn planned(plan: Plan, preparation: SimTime, first_minute: usize) -> Self {
        let first_minute = first_minute % MINUTES_PER_DAY;
        let mut holding = Self {
            by: By::Plan(plan),
            first_minute,
            preparation,
            step_minutes: 0,
            billed: 0,
            held_ms: 0,
            ..Self::fixed(plan.at(first_minute))
        };
        if let Some(since_on) = plan.minutes_since_on(first_minute).filter(|_| holding.asked > 0) {
            let (since_on, delay) = (SimTime(since_on as u64 * MINUTE.0), holding.delay(holding.asked));
            if since_on < delay {
                holding.ready_at = delay - since_on;
            }
            // The step that has begun was billed when it did.
            holding.step_minutes = since_on.minute() % step_minutes();
            holding.billed = if holding.step_minutes > 0 { holding.asked } else { 0 };
        }
        holding.bill_minute();
        holding
    }

    /// By target tracking, at first with the least.
    pub fn tracked(target: Target, preparation: SimTime) -> Self {
        Self { by: By::Tracker(Tracker::new(target)), preparation, ..Self::fixed(target.least) }
    }

    /// How many can be used at the clock's zero.
    pub fn usable_at_start(&self) -> u32 {
        if self.ready_at == SimTime::NEVER { self.asked } else { 0 }
    }

    /// From when on a request has to ask: at once where requests are counted, else when more are there.
    pub fn wake(&self) -> SimTime {
        match self.by {
            By::Tracker(_) => SimTime::ZERO,
            By::Nobody | By::Plan(_) => self.ready_at,
        }
    }

    /// How many can be used from now on, once when they are there.
    #[inline]
    pub fn arrived(&mut self, now: SimTime) -> Option<u32> {
        if now < self.ready_at {
            return None;
        }
        self.ready_at = SimTime::NEVER;
        if let By::Tracker(tracker) = &mut self.by {
            tracker.forget();
        }
        Some(self.asked)
    }

    /// A request found so many of the held environments at work, itself included.
    #[inline]
    pub fn requested(&mut self, at_work: u32, held: u32) {
        if let By::Tracker(tracker) = &mut self.by {
            tracker.requested(at_work, held);
        }
    }

    /// A minute of which no more is known than what share of the held was used.
    pub fn minute_used(&mut self, used: f64) {
        if let By::Tracker(tracker) = &mut self.by {
            tracker.minute_used(used);
        }
    }

    /// Begins a minute, counted from the clock's zero, while so many can be used; how many can if there are fewer now.
    pub fn begin_minute(&mut self, minute: usize, now: SimTime, usable: u32) -> Option<u32> {
        let under_way = self.ready_at != SimTime::NEVER;
        let asked = match &mut self.by {
            By::Nobody => self.asked,
            By::Plan(plan) => plan.at((self.first_minute + minute) % MINUTES_PER_DAY),
            By::Tracker(_) if under_way => self.asked,
            By::Tracker(tracker) => tracker.minute_ended(usable),
        };
        let changed = asked != self.asked;
        self.asked = asked;
        self.bill_minute();
        if changed {
            self.ready_at = if asked > usable { now + self.delay(asked - usable) } else { SimTime::NEVER };
        }
        (changed && asked < usable).then_some(asked)
    }

    /// Environment-milliseconds billed up to the end of the step that has begun.
    pub fn held_ms(&self) -> u64 {
        self.held_ms
    }

    /// From a request for so many more until they are there.
    fn delay(&self, more: u32) -> SimTime {
        let minutes = f64::from(more) / facts().provisioned_preparation.environments_per_minute;
        self.preparation + SimTime::from_secs(60.0 * minutes)
    }

    fn bill_minute(&mut self) {
        if self.step_minutes == step_minutes() || self.billed == 0 {
            (self.step_minutes, self.billed) = (0, 0);
        }
        let more = self.asked.saturating_sub(self.billed);
        self.held_ms += u64::from(more) * step_minutes() as u64 * 60_000;
        self.billed += more;
        self.step_minutes += 1;
    }
}

fn step_minutes() -> usize {
    facts().provisioned_billing.step_minutes as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fleet::Statistic, units::SECOND};

    const PREPARATION: SimTime = SimTime(90 * SECOND.0);

    /// Goes through a day; the seconds at which the number that can be used changes, with that number, and the
    /// environment-minutes billed.
    fn day(mut holding: Holding, used: impl Fn(usize) -> Option<f64>) -> (Vec<(u64, u32)>, u64) {
        let mut usable = holding.usable_at_start();
        let mut changes = vec![(0, usable)];
        for second in 1..86_400_u64 {
            let now = SimTime(second * SECOND.0);
            let before = usable;
            if now >= holding.wake() {
                usable = holding.arrived(now).unwrap_or(usable);
            }
            if second % 60 == 0 {
                let minute = (second / 60) as usize;
                if let Some(used) = used(minute - 1) {
                    holding.minute_used(used);
                }
                usable = holding.begin_minute(minute, now, usable).unwrap_or(usable);
            }
            if usable != before {
                changes.push((second, usable));
            }
        }
        (changes, holding.held_ms() / 60_000)
    }

    #[test]
    fn what_is_switched_on_is_there_when_all_of_it_is_and_billed_from_then_on() {
        for (what, copies, hours, expected, billed) in [
            ("all day", 100, (0.0, 24.0), vec![(0, 100)], 1_440),
            ("ten", 10, (9.0, 17.0), vec![(0, 0), (32_491, 10), (61_200, 0)], 480),
            ("600 come in six seconds", 600, (9.0, 17.0), vec![(0, 0), (32_496, 600), (61_200, 0)], 480),
            ("too short to be of use", 10, (9.0, 9.02), vec![(0, 0)], 5),
            ("42 minutes are 45", 10, (9.0, 9.7), vec![(0, 0), (32_491, 10), (34_920, 0)], 45),
            ("over midnight", 10, (22.0, 6.0), vec![(0, 10), (21_600, 0), (79_291, 10)], 480),
            ("off for three minutes", 10, (6.0, 5.95), vec![(0, 10), (21_420, 0), (21_691, 10)], 1_440),
        ] {
            let holding = Holding::planned(Plan::new(copies, hours), PREPARATION, 0);
            let (changes, minutes) = day(holding, |_| None);
            assert_eq!(changes, expected, "{what}");
            assert_eq!(minutes, billed * u64::from(copies), "{what}");
        }
    }

    #[test]
    fn a_day_that_begins_while_copies_are_on_their_way_waits_for_the_rest() {
        let plan = Plan::new(10, (23.75, 6.0));
        for (first_minute, expected) in [(1_425, (91, 10)), (1_426, (31, 10)), (1_427, (0, 10))] {
            let (changes, _) = day(Holding::planned(plan, PREPARATION, first_minute), |_| None);
            assert_eq!(changes.iter().find(|change| change.1 > 0), Some(&expected), "from {first_minute}");
        }
    }

    #[test]
    fn tracking_asks_after_three_minutes_and_has_all_at_once_after_the_delay() {
        let target = Target { utilisation: 0.7, statistic: Statistic::Average, least: 10, most: 500 };
        let tracked = || Holding::tracked(target, PREPARATION);
        // All at work from minute 100 to 110: 10, then 15 from 103:00 + 90 s + 50 ms, then 22.
        let busy = |minute: usize| (100..110).contains(&minute).then_some(1.0);
        let (changes, billed) = day(tracked(), busy);
        assert_eq!(changes, [(0, 10), (103 * 60 + 91, 15), (107 * 60 + 91, 22)]);
        // Nobody comes any more: held, and billed, to the end of the day. Steps of five minutes: 15 from minute 100.
        assert_eq!(billed, 100 * 10 + 5 * 15 + 1_335 * 22);
        // Some come: fifteen datapoints later, at once, and in steps as far as the least.
        let quiet = |minute: usize| busy(minute).or((minute >= 200).then_some(0.1));
        let (changes, billed) = day(tracked(), quiet);
        assert_eq!(changes[3..], [(215 * 60, 10)]);
        assert_eq!(billed, 100 * 10 + 5 * 15 + 110 * 22 + 1_225 * 10);
    }

    #[test]
    fn each_step_of_five_minutes_is_billed_at_its_most() {
        let target = Target { utilisation: 0.9, statistic: Statistic::Maximum, least: 1, most: 900 };
        // Two, three and four are asked for at minutes 3, 7 and 11, and billed from their steps' beginnings.
        let (_, billed) =
            day(Holding::tracked(target, PREPARATION), |minute| Some(if minute < 14 { 1.0 } else { 0.85 }));
        assert_eq!(billed, 5 * 2 + 5 * 3 + 1_430 * 4);
    }
}
