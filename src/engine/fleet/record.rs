use serde::{Deserialize, Serialize};

use super::{
    Admission, Answered, Billing, Called, DaySums, DayTotals, Gauges, Observer, Spent, Unanswered, Work,
    requests_for,
};
use crate::{
    metrics::{CauseSums, Histogram, SLICE_MINUTES, Timeline, Usage, add_causes},
    units::{MINUTE, MINUTES_PER_DAY, SimTime},
};

/// Which part of a run counts: a stretch of the day, after the warm-up that brings the fleet to where the time before
/// left it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Window {
    /// The minute of the day at which it begins.
    pub from_minute: usize,
    /// Whole minutes before it.
    pub warm_up_minutes: usize,
    /// How many minutes it has.
    pub minutes: usize,
}

impl Window {
    /// The whole day, after so many minutes before its midnight.
    pub const fn day(warm_up_minutes: usize) -> Self {
        Self { warm_up_minutes, from_minute: 0, minutes: MINUTES_PER_DAY }
    }

    /// When the stretch starts.
    pub fn start(self) -> SimTime {
        SimTime(self.warm_up_minutes as u64 * MINUTE.0)
    }

    /// When it ends.
    pub fn end(self) -> SimTime {
        self.start() + SimTime(self.minutes as u64 * MINUTE.0)
    }

    /// The minute of the day at the clock's zero.
    pub fn first_minute(self) -> usize {
        let before = self.warm_up_minutes % MINUTES_PER_DAY;
        (self.from_minute + MINUTES_PER_DAY - before) % MINUTES_PER_DAY
    }

    /// The minute of the day of an instant in the stretch.
    #[inline]
    fn minute(self, at: SimTime) -> Option<usize> {
        self.minute_of_day(at.minute())
    }

    /// The minute of the day of a minute of the run, where it counts.
    #[inline]
    fn minute_of_day(self, minute: usize) -> Option<usize> {
        let within = minute.checked_sub(self.warm_up_minutes)?;
        (within < self.minutes).then_some(self.from_minute + within)
    }
}

/// So far from every instant of a run that none falls into its minute.
const NO_MINUTE: SimTime = SimTime(1 << 63);

/// Fills a day's metrics from what happens in it.
#[derive(Clone, Debug)]
pub struct DayRecord {
    window: Window,
    billing: Billing,
    /// Of the whole stretch, the slice being filled apart.
    sums: DaySums,
    /// Latencies of the slice being filled; only this one is touched per request.
    slice: Histogram,
    slice_index: usize,
    minute: usize,
    counting: bool,
    /// The minute of the day of the requests being answered, and when it began on the run's clock.
    answered_minute: usize,
    answered_from: SimTime,
    /// Where the time of that minute's requests went, until another minute is entered.
    answered_causes: CauseSums,
    last: Gauges,
}

impl DayRecord {
    /// An empty record of the window's day.
    pub fn new(window: Window) -> Self {
        Self {
            window,
            billing: Billing::today(),
            sums: DaySums::default(),
            slice: Histogram::default(),
            slice_index: 0,
            minute: window.from_minute,
            counting: window.warm_up_minutes == 0,
            answered_minute: 0,
            answered_from: NO_MINUTE,
            answered_causes: CauseSums::default(),
            last: Gauges::default(),
        }
    }

    /// The same with calls billed by other rules.
    pub fn with_billing(self, billing: Billing) -> Self {
        Self { billing, ..self }
    }

    /// The day's sums.
    pub fn totals(&self) -> DayTotals {
        self.sums.totals
    }

    /// Latencies of all answered requests.
    pub fn latencies(&self) -> &Histogram {
        &self.sums.latencies
    }

    /// The day minute by minute.
    pub fn timeline(&self) -> &Timeline {
        &self.sums.timeline
    }

    /// What the day used, as metered.
    pub fn usage(&self) -> Usage {
        self.sums.usage
    }

    /// Closes the stretch, and hands out what was counted.
    pub fn into_sums(mut self) -> DaySums {
        self.close();
        self.sums
    }

    /// Closes the stretch: folds in the last slice.
    pub fn close(&mut self) {
        self.leave_minute();
        self.end_slice();
    }

    fn leave_minute(&mut self) {
        let causes = std::mem::take(&mut self.answered_causes);
        self.sums.timeline.add_causes(self.answered_minute, &causes);
    }

    fn end_slice(&mut self) {
        if self.slice.count() > 0 {
            self.sums.timeline.add_slice(self.slice_index, &self.slice);
            self.sums.latencies.merge(&self.slice);
            self.slice.clear();
        }
    }

    /// Finds the minute of a request that arrived in another one than the last; false outside the day.
    /// Messages are handed out after they arrived, so this is not the minute that the run is in.
    #[cold]
    fn enter_minute_of(&mut self, arrived: SimTime) -> bool {
        let Some(minute) = self.window.minute(arrived) else { return false };
        self.leave_minute();
        self.answered_minute = minute;
        let within = minute - self.window.from_minute;
        self.answered_from = self.window.start() + SimTime(within as u64 * MINUTE.0);
        if minute / SLICE_MINUTES != self.slice_index {
            self.end_slice();
            self.slice_index = minute / SLICE_MINUTES;
        }
        true
    }
}

impl Observer for DayRecord {
    #[inline(always)]
    fn arrived(&mut self, _at: SimTime) {
        if self.counting {
            self.sums.totals.arrived += 1;
            self.sums.timeline.minute_mut(self.minute).arrived += 1;
        }
    }

    #[inline(always)]
    fn answered(&mut self, request: &Answered) {
        let within = request.arrived.0.wrapping_sub(self.answered_from.0);
        if within >= MINUTE.0 && !self.enter_minute_of(request.arrived) {
            return;
        }
        let counts = self.sums.timeline.minute_mut(self.answered_minute);
        counts.answered += 1;
        if request.admission == Admission::Cold {
            counts.cold += 1;
            self.sums.totals.cold += 1;
        }
        self.sums.totals.queued += u64::from(request.spent.queue > SimTime::ZERO);
        let causes = request.spent.causes();
        add_causes(&mut self.answered_causes, &causes);
        self.slice.record(causes);
    }

    #[inline]
    fn unanswered(&mut self, arrived: SimTime, why: Unanswered) {
        let Some(minute) = self.window.minute(arrived) else { return };
        let (totals, counts) = (&mut self.sums.totals, self.sums.timeline.minute_mut(minute));
        let (total, count) = match why {
            Unanswered::Throttled => (&mut totals.throttled, &mut counts.throttled),
            Unanswered::Failed => (&mut totals.failed, &mut counts.failed),
            Unanswered::TimedOut => (&mut totals.timed_out, &mut counts.failed),
            Unanswered::DeadLettered => (&mut totals.dead_lettered, &mut counts.dropped),
            Unanswered::Lost => (&mut totals.lost, &mut counts.dropped),
        };
        *total += 1;
        *count += 1;
    }

    #[inline]
    fn retried(&mut self, _at: SimTime) {
        if self.counting {
            self.sums.totals.retried += 1;
        }
    }

    #[inline(always)]
    fn called(&mut self, call: &Called) {
        if !self.counting {
            return;
        }
        self.sums.usage.invocations += 1;
        let billed_ms = self.billing.billed_ms(call.init, call.duration);
        match call.admission {
            Admission::Provisioned => self.sums.usage.provisioned_ms += billed_ms,
            _ => self.sums.usage.on_demand_ms += billed_ms,
        }
        self.sums.totals.busy_ns += call.stay().0;
        if call.admission == Admission::Cold {
            self.sums.totals.started += 1;
        }
        let counts = self.sums.timeline.minute_mut(self.minute);
        counts.busy_most = counts.busy_most.max(call.busy);
    }

    #[inline]
    fn answered_together(&mut self, at: SimTime, work: &[Work], admission: Admission, busy: u32) {
        let within = at.0.wrapping_sub(self.answered_from.0);
        if !self.counting || within >= MINUTE.0 && !self.enter_minute_of(at) {
            return;
        }
        let (mut billed_ms, mut busy_ns) = (0, 0);
        let mut causes = CauseSums::default();
        for work in work {
            let spent = Spent { waiting: work.waiting, computing: work.computing, ..Spent::default() };
            billed_ms += self.billing.billed_ms(SimTime::ZERO, work.duration());
            busy_ns += work.duration().0;
            let spent = spent.causes();
            causes.iter_mut().zip(spent).for_each(|(sum, nanos)| *sum += nanos);
            self.slice.record(spent);
        }
        add_causes(&mut self.answered_causes, &causes);
        self.add_calls(work.len() as u32, admission, billed_ms, busy);
        self.sums.totals.busy_ns += busy_ns;
    }

    fn refused(&mut self, _at: SimTime) {
        if self.counting {
            self.sums.totals.refused += 1;
        }
    }

    fn duplicated(&mut self, _at: SimTime, requests: u32) {
        if self.counting {
            self.sums.totals.duplicates += u64::from(requests);
        }
    }

    #[inline]
    fn received(&mut self, _at: SimTime, messages: u32) {
        if self.counting {
            self.sums.totals.queue_calls += requests_for(messages);
        }
    }

    #[inline]
    fn deleted(&mut self, _at: SimTime, messages: u32) {
        if self.counting {
            self.sums.totals.queue_calls += requests_for(messages);
        }
    }

    fn minute_ended(&mut self, minute: usize, gauges: Gauges) {
        let idle_ns = gauges.idle_ns - self.last.idle_ns;
        let idle_polling_ns = gauges.idle_polling_ns - self.last.idle_polling_ns;
        let held_ms = gauges.held_ms - self.last.held_ms;
        self.last = gauges;
        if self.counting {
            self.sums.totals.idle_ns += idle_ns;
            self.sums.totals.idle_polling_ns += idle_polling_ns;
            self.sums.usage.provisioned_held_ms += held_ms;
            let counts = self.sums.timeline.minute_mut(self.minute);
            counts.busy = gauges.busy;
            counts.idle = gauges.idle;
            counts.queued = u32::try_from(gauges.queued).unwrap_or(u32::MAX);
            counts.oldest_ms = u32::try_from(gauges.oldest.0 / 1_000_000).unwrap_or(u32::MAX);
            self.sums.totals.busy_most = self.sums.totals.busy_most.max(counts.busy_most);
        }
        self.begin_minute(minute + 1, gauges.busy);
    }
}

impl DayRecord {
    /// Counts calls of the minute that is counted, each of a request that arrived and was answered.
    fn add_calls(&mut self, calls: u32, admission: Admission, billed_ms: u64, busy: u32) {
        self.sums.usage.invocations += u64::from(calls);
        match admission {
            Admission::Provisioned => self.sums.usage.provisioned_ms += billed_ms,
            _ => self.sums.usage.on_demand_ms += billed_ms,
        }
        self.sums.totals.arrived += u64::from(calls);
        let counts = self.sums.timeline.minute_mut(self.minute);
        counts.arrived += calls;
        counts.answered += calls;
        counts.busy_most = counts.busy_most.max(busy);
    }

    fn begin_minute(&mut self, minute: usize, busy: u32) {
        let of_day = self.window.minute_of_day(minute);
        self.counting = of_day.is_some();
        if let Some(of_day) = of_day {
            self.minute = of_day;
            self.sums.timeline.minute_mut(of_day).busy_most = busy;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SECOND;

    /// Only tells each.
    struct OneByOne(DayRecord);

    impl Observer for OneByOne {
        fn arrived(&mut self, at: SimTime) {
            self.0.arrived(at);
        }

        fn answered(&mut self, request: &Answered) {
            self.0.answered(request);
        }

        fn called(&mut self, call: &Called) {
            self.0.called(call);
        }
    }

    #[test]
    fn requests_told_together_count_as_told_one_by_one() {
        let work: Vec<_> = (1..500_u64)
            .map(|step| Work { waiting: SimTime(step * 777_777), computing: SimTime(step % 7 * 250_000) })
            .collect();
        let window = Window::day(2);
        let mut together = DayRecord::new(window);
        let mut each = OneByOne(DayRecord::new(window));
        for minute in 0..40 {
            let at = SimTime(minute as u64 * MINUTE.0 + 7 * SECOND.0);
            let (first, second) = work.split_at(10 * minute);
            for (work, admission) in [(first, Admission::Provisioned), (second, Admission::Warm)] {
                together.answered_together(at, work, admission, minute as u32);
                each.answered_together(at, work, admission, minute as u32);
            }
            together.minute_ended(minute, Gauges::default());
            each.0.minute_ended(minute, Gauges::default());
        }
        let mut records = [together, each.0];
        records.iter_mut().for_each(DayRecord::close);
        let [together, each] = &records;
        assert_eq!(together.totals(), each.totals());
        assert_eq!(together.usage(), each.usage());
        assert_eq!(together.timeline(), each.timeline());
        assert_eq!(together.latencies(), each.latencies());
        assert_eq!(together.totals().arrived, 38 * 499);
    }
}
