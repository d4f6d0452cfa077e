use super::{
    Admission, Answered, Billing, Bunch, Bunched, Called, DaySums, DayTotals, Gauges, HandedOver, Observer,
    Spent, Unanswered, Work, requests_for,
};
use crate::{
    metrics::{CauseSums, Histogram, SLICE_MINUTES, Timeline, Usage, Window, add_causes},
    units::{MINUTE, SimTime},
};

/// So far from every instant of a run that none falls into its minute.
const NO_MINUTE: SimTime = SimTime(1 << 63);

/// Sums over calls that are told of together.
#[derive(Clone, Copy, Debug, Default)]
struct CallSums {
    calls: u64,
    billed_ms: u64,
    busy_ns: u64,
    started: u64,
    queue_calls: u64,
    busy_most: u32,
}

impl CallSums {
    #[inline(always)]
    fn add(&mut self, call: &Called, billed_ms: u64) {
        self.calls += 1;
        self.billed_ms += billed_ms;
        self.busy_ns += call.stay().0;
        self.started += u64::from(call.admission == Admission::Cold);
        self.busy_most = self.busy_most.max(call.busy);
    }
}

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

    #[inline]
    fn all_arrived(&mut self, _at: SimTime, requests: u32) {
        if self.counting {
            self.sums.totals.arrived += u64::from(requests);
            self.sums.timeline.minute_mut(self.minute).arrived += requests;
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

    fn answered_in_bunches(&mut self, at: SimTime, minute: &Bunched) {
        let within = at.0.wrapping_sub(self.answered_from.0);
        if !self.counting || within >= MINUTE.0 && !self.enter_minute_of(at) {
            return;
        }
        let (mut calls, mut billed) = (0, 0);
        let mut work = Work::default();
        for (bunch, count, lot) in minute.filled() {
            let Work { waiting, computing } = bunch.mean;
            let spent = Spent { waiting, computing, ..Spent::default() };
            self.slice.record_between(bunch.low.0, bunch.high.0, count.into(), &spent.causes(), lot);
            calls += count;
            billed += u64::from(count) * bunch.billed;
            work.waiting.0 += u64::from(count) * waiting.0;
            work.computing.0 += u64::from(count) * computing.0;
        }
        let spent = Spent { waiting: work.waiting, computing: work.computing, ..Spent::default() };
        add_causes(&mut self.answered_causes, &spent.causes());
        let billed_ms = (billed + (1 << (Bunch::BILLED_BITS - 1))) >> Bunch::BILLED_BITS;
        self.add_calls(calls, minute.admission, billed_ms, minute.busy);
        self.sums.totals.busy_ns += work.duration().0;
    }

    #[inline]
    fn handed_over(
        &mut self,
        batches: impl Iterator<Item = HandedOver>,
        arrived: &[SimTime],
        work: &[Work],
    ) -> SimTime {
        let (mut from, mut oldest) = (0, SimTime::ZERO);
        let mut sums = CallSums::default();
        for batch in batches {
            let messages = from..from + batch.messages as usize;
            let (call, mut spent) = batch.call(&work[messages.clone()]);
            oldest = oldest.max(batch.at.since(arrived[from]));
            sums.add(&call, self.billing.billed_ms(call.init, call.duration));
            // What is received is deleted.
            sums.queue_calls += 2 * requests_for(batch.messages);
            for &arrived in &arrived[messages.clone()] {
                spent.queue = batch.at.since(arrived);
                self.answered(&Answered { arrived, spent, admission: batch.admission });
            }
            from = messages.end;
        }
        if self.counting {
            self.add_call_sums(&sums);
        }
        oldest
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

    /// Adds calls of the minute that is counted, in environments of the provider.
    fn add_call_sums(&mut self, sums: &CallSums) {
        self.sums.usage.invocations += sums.calls;
        self.sums.usage.on_demand_ms += sums.billed_ms;
        self.sums.totals.busy_ns += sums.busy_ns;
        self.sums.totals.started += sums.started;
        self.sums.totals.queue_calls += sums.queue_calls;
        let counts = self.sums.timeline.minute_mut(self.minute);
        counts.busy_most = counts.busy_most.max(sums.busy_most);
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

        fn received(&mut self, at: SimTime, messages: u32) {
            self.0.received(at, messages);
        }

        fn deleted(&mut self, at: SimTime, messages: u32) {
            self.0.deleted(at, messages);
        }

        fn minute_ended(&mut self, minute: usize, gauges: Gauges) {
            self.0.minute_ended(minute, gauges);
        }
    }

    /// Closes both, which are to be alike.
    fn same(together: DayRecord, each: OneByOne) -> DaySums {
        let together = together.into_sums();
        assert_eq!(together, each.0.into_sums());
        together
    }

    #[test]
    fn batches_told_together_count_as_told_one_by_one() {
        let window = Window::day(2);
        let mut together = DayRecord::new(window);
        let mut each = OneByOne(DayRecord::new(window));
        for minute in 0..40_u64 {
            let at = SimTime(minute * MINUTE.0 + 7 * SECOND.0);
            let messages = 3 * minute as u32;
            // Some came minutes ago.
            let arrived: Vec<_> =
                (0..u64::from(messages)).map(|step| at.since(SimTime((90 - step / 2) * SECOND.0))).collect();
            let work: Vec<_> = (0..u64::from(messages))
                .map(|step| Work { waiting: SimTime(step * 777_777), computing: SimTime(step * 250_000) })
                .collect();
            let batch =
                |messages, admission, init| HandedOver { at, init, messages, busy: messages, admission };
            let batches = [
                batch(messages / 3, Admission::Warm, SimTime::ZERO),
                batch(messages / 3 * 2, Admission::Cold, SECOND),
            ];
            let batches = || batches.into_iter().filter(|batch| batch.messages > 0);
            let oldest = together.handed_over(batches(), &arrived, &work);
            assert_eq!(oldest, each.handed_over(batches(), &arrived, &work));
            together.minute_ended(minute as usize, Gauges::default());
            each.minute_ended(minute as usize, Gauges::default());
        }
        let together = same(together, each);
        assert!(together.totals.queued > 1_000 && together.totals.queue_calls > 100);
    }

    #[test]
    fn requests_told_in_bunches_count_as_told_one_by_one() {
        let bunch = |step: u64| {
            let mean = Work { waiting: SimTime(step * 777_777), computing: SimTime(step % 7 * 250_000) };
            let billed_ms = Billing::today().billed_ms(SimTime::ZERO, mean.duration());
            Bunch {
                low: mean.duration(),
                high: mean.duration(),
                mean,
                billed: billed_ms << Bunch::BILLED_BITS,
            }
        };
        let bunches: Vec<_> = (1..500).map(bunch).collect();
        let window = Window::day(2);
        let mut together = DayRecord::new(window);
        let mut each = OneByOne(DayRecord::new(window));
        for minute in 0..40 {
            let at = SimTime(minute as u64 * MINUTE.0 + 7 * SECOND.0);
            for admission in [Admission::Provisioned, Admission::Warm] {
                let count = |step: u32| (step * (minute + 3)) % 5 + u32::from(admission == Admission::Warm);
                let counts: Vec<_> = (1..500).map(count).collect();
                let told =
                    Bunched { admission, busy: minute, bunches: &bunches, counts: &counts, lot: minute };
                together.answered_in_bunches(at, &told);
                each.answered_in_bunches(at, &told);
            }
            together.minute_ended(minute as usize, Gauges::default());
            each.0.minute_ended(minute as usize, Gauges::default());
        }
        let together = same(together, each);
        assert!(together.totals.arrived > 38 * 499);
    }
}
