use super::{Calendar, Carried, Carrying, Gauges, Holding, Policy, ScalingRate, Slot};
use crate::units::SimTime;

/// What a request found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// An environment that was ready, kept by the provider.
    Warm,
    /// An environment held by provisioned concurrency.
    Provisioned,
    /// None: one has to start.
    Cold,
    /// No place: turned away.
    Throttled,
}

/// The environments of a function: those held ready, and the provider's own by the level array.
///
/// With routing to the most recently used, environments without work are a stack, so none of them needs
/// to be an object: level k stands for "the k-th busy one", and all that is kept of it is when the
/// number at work last fell from k to k - 1. A request that raises the number to k finds the environment
/// released then, if it is still there. Admission is exact and costs the same at any size.
///
/// Environments held ready are taken first; only what spills over asks the provider's own, and the levels count
/// those alone.
#[derive(Clone, Debug)]
pub struct Fleet<P: Policy> {
    policy: P,
    provisioned: u32,
    limit: u32,
    scaling: ScalingRate,
    /// Requests that may come in, where that is bounded.
    requests: Option<ScalingRate>,
    /// How many environments are held, and from when on a request has to ask about it.
    holding: Holding,
    wake: SimTime,
    busy: u32,
    /// How many of those at work are held ready.
    held_busy: u32,
    /// What the idle ones among the held carry, the last to leave on top; those missing were never used.
    held_idle: Vec<P::Tag>,
    /// Held ones at work that are no longer held: the provider's when they leave.
    let_go: u32,
    /// By level; level 0 is not used.
    slots: Vec<Slot<P::Tag>>,
    /// Since when the function is at rest, if it is.
    rest_since: Option<SimTime>,
    /// Environments released at this time or before are gone: the function was at rest for too long.
    cleared: Option<SimTime>,
    departures: Calendar<Leaving<P::Tag>>,
    /// What the request admitted last passes on to its environment's next idle time.
    admitted: Leaving<P::Tag>,
    /// What the policy knows of the environment that was released last.
    released: P::Tag,
    /// Environment-nanoseconds without work of the environments that were used again or ended.
    idle_ns: u64,
}

/// What travels with a request that is at work.
#[derive(Clone, Copy, Debug, Default)]
pub struct Leaving<T> {
    /// What the policy knows of its environment.
    tag: T,
    /// Whether that is held ready.
    is_held: bool,
}

impl<P: Policy> Fleet<P> {
    /// An empty fleet; `departures` sizes the calendar to the traffic.
    pub fn new(
        policy: P,
        provisioned: u32,
        limit: u32,
        scaling: ScalingRate,
        departures: Calendar<Leaving<P::Tag>>,
    ) -> Self {
        let never = Slot { empty: true, ..Slot::default() };
        Self {
            policy,
            provisioned,
            limit,
            scaling,
            requests: None,
            holding: Holding::fixed(provisioned),
            wake: SimTime::NEVER,
            busy: 0,
            held_busy: 0,
            held_idle: Vec::new(),
            let_go: 0,
            slots: vec![never; 2],
            rest_since: None,
            cleared: None,
            departures,
            admitted: Leaving::default(),
            released: P::Tag::default(),
            idle_ns: 0,
        }
    }

    /// The same with a bound on the requests that come in, so many a second.
    pub fn with_request_rate(self, per_second: f64) -> Self {
        Self { requests: Some(ScalingRate::requests(per_second)), ..self }
    }

    /// The same with environments held by a plan or by their use.
    pub fn with_holding(self, holding: Holding) -> Self {
        Self { provisioned: holding.usable_at_start(), wake: holding.wake(), holding, ..self }
    }

    /// Begins a minute, counted from the clock's zero: more or fewer environments may be asked for. What leaves by
    /// then must have left.
    pub fn begin_minute(&mut self, minute: usize, now: SimTime) {
        self.hold_arrived(now);
        if let Some(held) = self.holding.begin_minute(minute, now, self.provisioned) {
            self.hold(held);
        }
        self.wake = self.holding.wake();
    }

    /// Holds what was asked for once it is there. Nobody arrived since it is, so nobody missed it.
    fn hold_arrived(&mut self, now: SimTime) {
        if let Some(held) = self.holding.arrived(now) {
            self.hold(held);
            self.wake = self.holding.wake();
        }
    }

    /// Tells how many of the held are at work where that decides how many there will be.
    #[inline(never)]
    fn watch(&mut self, now: SimTime) {
        self.hold_arrived(now);
        let spills_over = self.held_busy == self.provisioned;
        let at_work = if spills_over { self.provisioned } else { self.held_busy + 1 };
        self.holding.requested(at_work, self.provisioned);
    }

    /// Holds another number of environments from now on.
    ///
    /// New ones are added, and idle ones no longer held end at once; those at work go on, and are the
    /// provider's when they are done.
    fn hold(&mut self, held: u32) {
        self.provisioned = held;
        if held < self.held_busy {
            let excess = self.held_busy - held;
            let place = 1 + self.on_demand_busy() as usize;
            let never = Slot { empty: true, ..Slot::default() };
            while self.slots.len() < place {
                self.slots.push(never);
            }
            self.slots.splice(place..place, std::iter::repeat_n(never, excess as usize));
            self.held_busy = held;
            self.let_go += excess;
        }
        self.held_idle.truncate((held - self.held_busy) as usize);
    }

    /// Environments at work.
    #[inline]
    pub fn busy(&self) -> u32 {
        self.busy
    }

    /// The provider's own at work.
    #[inline(always)]
    fn on_demand_busy(&self) -> u32 {
        self.busy - self.held_busy
    }

    /// What the policy knows of the environment that took the last request, or starts for it.
    pub fn admitted(&self) -> P::Tag {
        self.admitted.tag
    }

    /// Lets the next request that ends at `now` or before leave; says when it left.
    #[inline]
    pub fn depart(&mut self, now: SimTime) -> Option<SimTime> {
        let (at, leaving) = self.departures.pop_due(now)?;
        if leaving.is_held && !self.is_let_go() {
            self.held_busy -= 1;
            self.held_idle.push(leaving.tag);
        } else {
            let level = self.on_demand_busy() as usize;
            self.slots[level] = Slot { released: at, tag: leaving.tag, empty: false };
        }
        self.released = leaving.tag;
        self.busy -= 1;
        if self.busy == 0 {
            self.rest_since = Some(at);
        }
        Some(at)
    }

    /// Whether a held one that leaves is one of those let go; then there is one less of these.
    #[inline(always)]
    fn is_let_go(&mut self) -> bool {
        let is_one = self.let_go > 0;
        self.let_go -= u32::from(is_one);
        is_one
    }

    /// Lets all requests that end at `now` or before leave.
    #[inline]
    pub fn settle(&mut self, now: SimTime) {
        while self.depart(now).is_some() {}
    }

    /// Finds an environment for a request at `now`; all who end by then must have left. Unless it is
    /// turned away, [`Fleet::occupy`] must follow.
    #[inline]
    pub fn admit(&mut self, now: SimTime) -> Admission {
        if self.busy >= self.limit {
            return Admission::Throttled;
        }
        if let Some(requests) = &mut self.requests
            && !requests.take(now)
        {
            return Admission::Throttled;
        }
        if now >= self.wake {
            self.watch(now);
        }
        if self.busy == 0 {
            self.clear_after_rest(now);
        }
        if self.held_busy < self.provisioned {
            return self.admit_held(now);
        }
        self.admit_on_demand(now)
    }

    /// The admitted request ends at `end`.
    #[inline]
    pub fn occupy(&mut self, end: SimTime) {
        self.departures.push(end, self.admitted);
    }

    #[inline]
    fn admit_held(&mut self, now: SimTime) -> Admission {
        let tag = match self.held_idle.pop() {
            Some(tag) => self.policy.tag_again(&tag, now),
            None => self.policy.tag(now),
        };
        self.admitted = Leaving { tag, is_held: true };
        self.held_busy += 1;
        self.busy += 1;
        Admission::Provisioned
    }

    #[inline]
    fn admit_on_demand(&mut self, now: SimTime) -> Admission {
        let level = 1 + self.on_demand_busy() as usize;
        if level >= self.slots.len() {
            self.slots.push(Slot { empty: true, ..Slot::default() });
        }
        if let Some(tag) = self.take_idle(level, now) {
            self.admitted = Leaving { tag, is_held: false };
            self.busy += 1;
            return Admission::Warm;
        }
        if !self.scaling.take(now) {
            return Admission::Throttled;
        }
        self.admitted = Leaving { tag: self.policy.tag(now), is_held: false };
        self.busy += 1;
        Admission::Cold
    }

    /// Takes the environment of a level, if it is still there.
    #[inline]
    fn take_idle(&mut self, level: usize, now: SimTime) -> Option<P::Tag> {
        if let Some(tag) = self.take_slot(level, now) {
            return Some(tag);
        }
        if !P::ENDS_OUT_OF_ORDER {
            return None;
        }
        // One released earlier may be younger and still there.
        (level + 1..self.slots.len()).find_map(|deeper| self.take_slot(deeper, now))
    }

    /// Empties a slot; its environment, if it was still there.
    #[inline]
    fn take_slot(&mut self, level: usize, now: SimTime) -> Option<P::Tag> {
        let slot = &mut self.slots[level];
        if slot.empty {
            return None;
        }
        let gone = self.cleared.is_some_and(|cleared| slot.released <= cleared);
        let end = self.policy.end(slot);
        slot.empty = true;
        if gone {
            return None;
        }
        self.idle_ns += end.min(now).since(slot.released).0;
        (now <= end).then_some(slot.tag)
    }

    /// Ends all environments if the function was at rest for too long.
    #[inline]
    fn clear_after_rest(&mut self, now: SimTime) {
        let Some(rest_since) = self.rest_since else { return };
        let function_end = self.policy.function_end(rest_since);
        if now <= function_end {
            return;
        }
        for slot in self.slots.iter_mut().skip(1) {
            let gone = slot.empty || self.cleared.is_some_and(|cleared| slot.released <= cleared);
            if !gone {
                self.idle_ns += self.policy.end(slot).min(function_end).since(slot.released).0;
            }
        }
        self.cleared = Some(rest_since);
    }

    /// What stands at `now`, the queue apart.
    pub fn gauges(&self, now: SimTime) -> Gauges {
        Gauges {
            busy: self.busy,
            idle: self.idle(now),
            idle_ns: self.idle_ns(now),
            held: self.provisioned,
            held_ms: self.holding.held_ms(),
            ..Gauges::default()
        }
    }

    /// Environments without work at `now`, those held by provisioned concurrency apart.
    pub fn idle(&self, now: SimTime) -> u32 {
        self.idle_slots().filter(|(_, end)| *end > now).count() as u32
    }

    /// Environment-nanoseconds spent without work up to `now`, those held by provisioned concurrency apart.
    pub fn idle_ns(&self, now: SimTime) -> u64 {
        let open: u64 = self.idle_slots().map(|(released, end)| end.min(now).since(released).0).sum();
        self.idle_ns + open
    }

    /// When each idle environment was released and ends.
    fn idle_slots(&self) -> impl Iterator<Item = (SimTime, SimTime)> {
        let rest_since = self.rest_since.filter(|_| self.busy == 0);
        let function_end = rest_since.map_or(SimTime::NEVER, |rest| self.policy.function_end(rest));
        let first = 1 + self.on_demand_busy() as usize;
        let there =
            |slot: &&Slot<P::Tag>| !slot.empty && self.cleared.is_none_or(|cleared| slot.released > cleared);
        let end = move |slot: &Slot<P::Tag>| (slot.released, self.policy.end(slot).min(function_end));
        self.slots.iter().skip(first).filter(there).map(end)
    }
}

impl<P: Policy> Fleet<Carrying<P>> {
    /// What the environment carries that took the last request.
    #[inline(always)]
    pub fn carried(&self) -> Carried {
        self.admitted.tag.carried
    }

    /// What it will carry on; to be said before [`Fleet::occupy`].
    #[inline(always)]
    pub fn carry(&mut self, carried: Carried) {
        self.admitted.tag.carried = carried;
    }

    /// What the environment carries that was released last; none before the first departure.
    #[inline]
    pub fn released(&self) -> Carried {
        self.released.carried
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fleet::{FixedIdle, FunctionWideIdle, Plan},
        units::SECOND,
    };

    fn secs(seconds: u64) -> SimTime {
        SimTime(seconds * SECOND.0)
    }

    fn fleet<P: Policy>(policy: P, provisioned: u32, limit: u32) -> Fleet<P> {
        Fleet::new(policy, provisioned, limit, ScalingRate::unlimited(), Calendar::new(SECOND, 1.0))
    }

    /// A request at a second, staying for another number of seconds.
    fn request<P: Policy>(fleet: &mut Fleet<P>, at: u64, stay: u64) -> Admission {
        fleet.settle(secs(at));
        let admission = fleet.admit(secs(at));
        if admission != Admission::Throttled {
            fleet.occupy(secs(at + stay));
        }
        admission
    }

    #[test]
    fn idle_environment_expires_after_keep_alive() {
        let mut fleet = fleet(FixedIdle { idle: secs(600) }, 0, 10);
        assert_eq!(request(&mut fleet, 0, 1), Admission::Cold);
        assert_eq!(request(&mut fleet, 601, 1), Admission::Warm, "to the last moment");
        assert_eq!(request(&mut fleet, 1_203, 1), Admission::Cold);
        fleet.settle(secs(2_000));
        assert_eq!(fleet.idle(secs(1_300)), 1);
        assert_eq!(fleet.idle(secs(1_804)), 0);
        assert_eq!(fleet.idle_ns(secs(5_000)), secs(600 + 600 + 600).0);
    }

    #[test]
    fn the_most_recently_used_environment_is_taken() {
        let mut fleet = fleet(FixedIdle { idle: secs(100) }, 0, 10);
        request(&mut fleet, 0, 10);
        request(&mut fleet, 0, 20);
        // One at a time from here on: always the one that left last, so the other's time runs out.
        for at in (30..=120).step_by(10) {
            assert_eq!(request(&mut fleet, at, 1), Admission::Warm);
        }
        fleet.settle(secs(125));
        assert_eq!(fleet.idle(secs(125)), 1);
        request(&mut fleet, 126, 5);
        assert_eq!(request(&mut fleet, 127, 5), Admission::Cold);
    }

    #[test]
    fn provisioned_levels_never_start_and_the_limit_turns_away() {
        let mut fleet = fleet(FixedIdle { idle: secs(100) }, 2, 3);
        let found: Vec<_> = (0..4).map(|_| request(&mut fleet, 5, 10)).collect();
        use Admission::{Cold, Provisioned, Throttled};
        assert_eq!(found, [Provisioned, Provisioned, Cold, Throttled]);
        assert_eq!(request(&mut fleet, 10_000, 1), Provisioned);
    }

    #[test]
    fn a_function_at_rest_loses_all_environments_at_once() {
        let policy =
            FunctionWideIdle { function_idle: secs(640), surplus_idle: secs(1_200), max_age: secs(7_200) };
        let mut fleet = fleet(policy, 0, 10);
        request(&mut fleet, 0, 10);
        request(&mut fleet, 0, 10);
        assert_eq!(request(&mut fleet, 600, 1), Admission::Warm, "busy again before the rest was too long");
        assert_eq!(request(&mut fleet, 1_200, 10), Admission::Warm);
        assert_eq!(request(&mut fleet, 1_201, 10), Admission::Warm, "a surplus one lives for 1,200 s");
        assert_eq!(request(&mut fleet, 1_900, 10), Admission::Cold, "after 689 s of rest");
        assert_eq!(request(&mut fleet, 1_901, 10), Admission::Cold, "and the other went with it");
    }

    #[test]
    fn no_environment_outlives_its_age() {
        let policy =
            FunctionWideIdle { function_idle: secs(640), surplus_idle: secs(1_200), max_age: secs(7_200) };
        let mut fleet = fleet(policy, 0, 10);
        let cold = (0..=72).filter(|step| request(&mut fleet, step * 300, 1) == Admission::Cold).count();
        assert_eq!(cold, 3, "at 0 h, past 2 h and past 4 h of six hours");
    }

    #[test]
    fn held_environments_do_not_keep_the_others_young() {
        let policy =
            FunctionWideIdle { function_idle: secs(640), surplus_idle: secs(1_200), max_age: secs(7_200) };
        // Ten at a time all day, leaving in an order of their own; three are held.
        for (held, of_the_provider) in [(0, 10), (3, 7), (10, 0)] {
            let mut fleet = fleet(policy, held, 10);
            let mut cold = 0;
            for at in (0..86_400).step_by(10) {
                let stay = |index: u64| 1 + (at / 10 + 7 * index) % 5;
                cold += (0..10).filter(|&i| request(&mut fleet, at, stay(i)) == Admission::Cold).count();
            }
            // Each ends past two hours of age, and another starts in its place.
            let lives = 86_400 / 7_210 + 1;
            assert_eq!(cold, of_the_provider * lives, "with {held} held");
        }
    }

    #[test]
    fn held_environments_come_and_go_and_leave_the_providers_own_alone() {
        // Held from minute 10 to minute 20 of the day.
        let plan = Plan::new(2, (10.0 / 60.0, 20.0 / 60.0));
        let holding = Holding::planned(plan, SimTime::ZERO, 0);
        let mut fleet = fleet(FixedIdle { idle: secs(900) }, 0, 10).with_holding(holding);
        let begin = |fleet: &mut Fleet<FixedIdle>, minute: u64| {
            fleet.settle(secs(60 * minute));
            fleet.begin_minute(minute as usize, secs(60 * minute));
        };
        use Admission::{Cold, Provisioned, Warm};
        assert_eq!(request(&mut fleet, 500, 10), Cold);
        begin(&mut fleet, 10);
        let found: Vec<_> = (0..4).map(|_| request(&mut fleet, 700, 10)).collect();
        assert_eq!(found, [Provisioned, Provisioned, Warm, Cold]);
        begin(&mut fleet, 20);
        assert_eq!(fleet.idle(secs(1_200)), 2, "the provider's two are idle still");
        let found: Vec<_> = (0..3).map(|_| request(&mut fleet, 1_300, 10)).collect();
        assert_eq!(found, [Warm, Warm, Cold]);
        fleet.settle(secs(3_000));
        // From 510 to 700, from 710 to 1,300 both, and 900 s for each of three.
        assert_eq!(fleet.idle_ns(secs(9_000)), secs(190 + 2 * 590 + 3 * 900).0);
    }

    #[test]
    fn letting_go_of_held_environments_does_not_forget_since_when_all_is_at_rest() {
        let policy =
            FunctionWideIdle { function_idle: secs(640), surplus_idle: secs(1_200), max_age: secs(7_200) };
        let plan = Plan::new(1, (0.0, 10.0 / 60.0));
        let mut fleet = fleet(policy, 0, 10).with_holding(Holding::planned(plan, SimTime::ZERO, 0));
        use Admission::{Cold, Provisioned, Warm};
        assert_eq!([1, 1, 500].map(|at| request(&mut fleet, at, 10)), [Provisioned, Cold, Provisioned]);
        fleet.settle(secs(600));
        let idle_ns = fleet.idle_ns(secs(600));
        fleet.begin_minute(10, secs(600));
        assert_eq!(fleet.idle_ns(secs(600)), idle_ns, "no idle time is lost");
        assert_eq!(request(&mut fleet, 1_100, 10), Warm, "at rest since 510, not since 11");
        assert_eq!(request(&mut fleet, 1_800, 10), Cold, "at rest for too long");
    }

    #[test]
    fn a_younger_environment_is_found_behind_one_that_ended_by_age() {
        let policy =
            FunctionWideIdle { function_idle: secs(9_000), surplus_idle: secs(9_000), max_age: secs(1_000) };
        let mut fleet = fleet(policy, 0, 10);
        request(&mut fleet, 0, 900);
        request(&mut fleet, 800, 10);
        // At 810 the one born at 800 is released to level 2, at 900 the old one to level 1.
        assert_eq!(request(&mut fleet, 1_500, 1), Admission::Warm, "the one of level 2");
    }
}
