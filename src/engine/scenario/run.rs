use super::{
    CauseShare, Counts, Fidelity, FleetUse, Outcome, Percentiles, QueueMode, Scenario, Tail,
    fast::{fits, fits_in_order},
    fast_queue::Forecast,
    week::bill_of,
};
use crate::{
    fleet::{
        Attempts, Bounds, Calendar, Calls, Carrying, DayRecord, Direct, FixedIdle, Fleet, FunctionWideIdle,
        KeepAlive, Policy, Polling, ProvisionedBy, QueueRules, Queued, ScalingRate, SlotQueue, SlotWalk,
        Slots, Window, WorkStream, long_poll,
    },
    metrics::{CAUSES, CauseSums, Histogram, Usage},
    traffic::{Arrivals, Rates, Sends},
    units::{DAY, HOUR, MINUTE, MINUTES_PER_DAY, SimTime},
};

/// A day being simulated, request by request, in slices that the caller sizes.
pub struct DayRun {
    scenario: Scenario,
    window: Window,
    record: DayRecord,
    driver: Driver,
    handled: u64,
    expected: f64,
    done: bool,
}

/// The kernels, each compiled for its policy: nothing is chosen per request.
enum Driver {
    DirectFixed(Direct<Arrivals, FixedIdle>),
    DirectFunctionWide(Direct<Arrivals, FunctionWideIdle>),
    Slots(Box<Slots>),
    SlotWalk(Box<SlotWalk>),
    Attempts(Box<Attempts<Arrivals, FunctionWideIdle>>),
    Queued(Box<Queued<Arrivals, FunctionWideIdle>>),
    SlotQueue(Box<SlotQueue<Arrivals>>),
}

impl DayRun {
    /// Sets up the day.
    pub fn new(scenario: &Scenario) -> Self {
        let window = Window { warm_up_minutes: warm_up_minutes(scenario) };
        let days = 1.0 + window.warm_up_minutes as f64 / MINUTES_PER_DAY as f64;
        Self {
            scenario: scenario.clone(),
            window,
            record: DayRecord::new(window).with_billing(scenario.billing()),
            driver: Driver::new(scenario, window),
            handled: 0,
            expected: (scenario.traffic.requests_per_day() * days).max(1.0),
            done: false,
        }
    }

    /// Handles up to about `most` requests; true when the day is done.
    pub fn advance(&mut self, most: u64) -> bool {
        if !self.done {
            self.done = self.driver.advance(self.window.end(), most, &mut self.record);
            self.handled = self.handled.saturating_add(most);
        }
        self.done
    }

    /// How much of the day is done, from 0 to 1; a guess from the traffic expected.
    pub fn progress(&self) -> f64 {
        if self.done { 1.0 } else { (self.handled as f64 / self.expected).min(0.99) }
    }

    /// Requests expected, those before midnight included.
    pub fn expected(&self) -> f64 {
        self.expected
    }

    /// The answer; for a day that is not done, of the part that is.
    pub fn outcome(mut self) -> Outcome {
        self.record.close();
        let fidelity = match self.driver {
            Driver::Slots(_) | Driver::SlotWalk(_) | Driver::SlotQueue(_) => Fidelity::Fast,
            _ => Fidelity::Exact,
        };
        Outcome { fidelity, ..outcome_of(&self.scenario, &self.record) }
    }
}

impl Driver {
    fn new(scenario: &Scenario, window: Window) -> Self {
        if scenario.queue_mode == QueueMode::Queued && Forecast::of(scenario).is_for_the_quick_kernel() {
            return Self::SlotQueue(Box::new(slot_queue_driver(scenario, window)));
        }
        if scenario.queue_mode == QueueMode::Queued {
            return Self::Queued(Box::new(queue_driver(scenario, window)));
        }
        if !scenario.is_plain() {
            return Self::Attempts(Box::new(attempts_driver(scenario, window)));
        }
        if fits(scenario) {
            return Self::Slots(Box::new(slots_driver(scenario, window)));
        }
        if fits_in_order(scenario) {
            return Self::SlotWalk(Box::new(walk_driver(scenario, window)));
        }
        match scenario.fleet.keep_alive {
            KeepAlive::Fixed { idle } => {
                Self::DirectFixed(direct_driver(scenario, window, FixedIdle { idle: idle.into() }))
            }
            wide @ KeepAlive::FunctionWide { .. } => {
                Self::DirectFunctionWide(direct_driver(scenario, window, FunctionWideIdle::of(wide)))
            }
        }
    }

    fn advance(&mut self, end: SimTime, most: u64, record: &mut DayRecord) -> bool {
        match self {
            Self::DirectFixed(driver) => driver.advance(end, most, record),
            Self::DirectFunctionWide(driver) => driver.advance(end, most, record),
            Self::Slots(driver) => driver.advance(end, most, record),
            Self::SlotWalk(driver) => driver.advance(end, most, record),
            Self::Attempts(driver) => driver.advance(end, most, record),
            Self::Queued(driver) => driver.advance(end, most, record),
            Self::SlotQueue(driver) => driver.advance(end, most, record),
        }
    }
}

fn direct_driver<P: Policy>(scenario: &Scenario, window: Window, policy: P) -> Direct<Arrivals, P> {
    Direct::new(arrivals(scenario, window), fleet(scenario, window, policy), work(scenario, window))
}

fn slots_driver(scenario: &Scenario, window: Window) -> Slots {
    let policy = FunctionWideIdle::of(scenario.fleet.keep_alive);
    let rate = scenario.traffic.peak_rate();
    Slots::new(flow(scenario, window), work(scenario, window), rate, policy, scenario.billing())
}

fn walk_driver(scenario: &Scenario, window: Window) -> SlotWalk {
    let settings = &scenario.fleet;
    let policy = FunctionWideIdle::of(settings.keep_alive);
    let bounds = Bounds {
        limit: settings.limit(),
        scaling: settings.scaling(),
        requests: request_rate(scenario).map(ScalingRate::requests),
        holding: settings.holding(window.first_minute()),
    };
    let (flow, work, rate) = (flow(scenario, window), work(scenario, window), scenario.traffic.peak_rate());
    SlotWalk::new(flow, work, rate, policy, scenario.billing(), bounds)
}

fn flow(scenario: &Scenario, window: Window) -> (Rates, Sends) {
    let (traffic, first_minute) = (&scenario.traffic, window.first_minute());
    (Rates::new(traffic, scenario.seed, first_minute), Sends::new(traffic, first_minute))
}

fn attempts_driver(scenario: &Scenario, window: Window) -> Attempts<Arrivals, FunctionWideIdle> {
    let policy = Carrying(FunctionWideIdle::of(scenario.fleet.keep_alive));
    let calls = Calls::new(&scenario.function, scenario.seed, window.first_minute());
    Attempts::new(arrivals(scenario, window), fleet(scenario, window, policy), calls, scenario.sender())
}

/// With a queue both kinds of policy go through one kernel: the function-wide one can say what the other does.
fn queue_driver(scenario: &Scenario, window: Window) -> Queued<Arrivals, FunctionWideIdle> {
    let policy = Carrying(FunctionWideIdle::of(scenario.fleet.keep_alive));
    Queued::new(
        arrivals(scenario, window),
        fleet(scenario, window, policy),
        Calls::new(&scenario.function, scenario.seed, window.first_minute()),
        Polling::sqs(&scenario.queue),
        QueueRules::of(&scenario.queue),
    )
}

fn slot_queue_driver(scenario: &Scenario, window: Window) -> SlotQueue<Arrivals> {
    let policy = FunctionWideIdle::of(scenario.fleet.keep_alive);
    let rate = scenario.traffic.peak_rate();
    SlotQueue::new(arrivals(scenario, window), work(scenario, window), rate, &scenario.queue, policy)
}

fn arrivals(scenario: &Scenario, window: Window) -> Arrivals {
    Arrivals::new(&scenario.traffic, scenario.seed, window.first_minute())
}

fn work(scenario: &Scenario, window: Window) -> WorkStream {
    WorkStream::new(scenario.function.laws(), scenario.seed, window.first_minute())
}

fn fleet<P: Policy>(scenario: &Scenario, window: Window, policy: P) -> Fleet<P> {
    let laws = scenario.function.laws();
    let stay = SimTime::from_secs(laws.waiting.mean() + laws.computing.mean());
    let peak = scenario.traffic.peak_rate();
    let settings = &scenario.fleet;
    let calendar = Calendar::new(stay.max(SimTime(1_000)), peak);
    let fleet = Fleet::new(policy, settings.provisioned, settings.limit(), settings.scaling(), calendar)
        .with_holding(settings.holding(window.first_minute()));
    match request_rate(scenario) {
        Some(per_second) => fleet.with_request_rate(per_second),
        None => fleet,
    }
}

/// The bound on requests per second; none where callers cannot reach it, since asking costs each request 2 ns.
fn request_rate(scenario: &Scenario) -> Option<f64> {
    let bound = scenario.fleet.most_requests_per_s();
    let most = scenario.traffic.most_within(1.0);
    (scenario.queue_mode == QueueMode::Queued || bound < most).then_some(bound)
}

/// How long before midnight the run starts, so that the fleet at midnight is the one that the evening
/// left: as long as an environment can remember. A queue with a line, events, and what is held by its use can remember
/// the whole day.
fn warm_up_minutes(scenario: &Scenario) -> usize {
    if scenario.just_deployed {
        return 0;
    }
    let tracked = scenario.fleet.provisioned_by == ProvisionedBy::TargetTracking;
    if scenario.sends_events() || tracked {
        return MINUTES_PER_DAY;
    }
    match scenario.queue_mode {
        QueueMode::Direct => fleet_memory_minutes(scenario),
        QueueMode::Queued => Forecast::of(scenario).lead_minutes(0, fleet_memory_minutes(scenario)),
    }
}

/// How many minutes back an environment can remember, and the requests at work then.
fn fleet_memory_minutes(scenario: &Scenario) -> usize {
    let longest = match scenario.fleet.keep_alive {
        KeepAlive::Fixed { idle } => SimTime::from(idle),
        KeepAlive::FunctionWide { max_age, .. } => SimTime::from(max_age),
    };
    let asked = &scenario.function.conduct.dependency;
    let remembered = if asked.is_there() { asked.remembered.into() } else { SimTime::ZERO };
    // A quarter of an hour more for requests that are still at work.
    let memory = longest.max(remembered) + SimTime(HOUR.0 / 4);
    (memory.0.div_ceil(MINUTE.0) as usize).min(MINUTES_PER_DAY)
}

fn outcome_of(scenario: &Scenario, record: &DayRecord) -> Outcome {
    let totals = record.totals();
    let latencies = record.latencies();
    let usage = day_usage(scenario, record);
    Outcome {
        engine: env!("CARGO_PKG_VERSION").to_owned(),
        fidelity: Fidelity::Exact,
        seed: scenario.seed,
        counts: Counts {
            arrived: totals.arrived,
            answered: latencies.count(),
            throttled: totals.throttled,
            failed: totals.failed,
            timed_out: totals.timed_out,
            dead_lettered: totals.dead_lettered,
            lost: totals.lost,
            waiting: totals.arrived - latencies.count() - totals.unanswered(),
            cold: totals.cold,
            queued: totals.queued,
            retried: totals.retried,
            duplicates: totals.duplicates,
            refused: totals.refused,
        },
        latency: percentiles(latencies),
        all: tail(latencies.count(), latencies.causes()),
        slowest: slowest(latencies),
        fleet: FleetUse {
            busy_mean: totals.busy_ns as f64 / DAY.0 as f64,
            idle_mean: totals.idle_ns as f64 / DAY.0 as f64,
            busy_most: totals.busy_most,
            started: totals.started,
        },
        usage,
        weekend_usage: None,
        bill: bill_of(scenario, &usage),
        minutes: record.timeline().minutes().to_vec(),
        minute_causes_us: record.timeline().causes_us(),
        slices: record.timeline().latencies(),
    }
}

/// The calls' own usage, plus what stands beside them: copies held, the way in, the queue.
fn day_usage(scenario: &Scenario, record: &DayRecord) -> Usage {
    let totals = record.totals();
    let mut usage = record.usage();
    let hours = record.timeline().minutes().chunks(60);
    let by_hour: Vec<f64> =
        hours.map(|hour| hour.iter().map(|minute| f64::from(minute.arrived)).sum()).collect();
    let wait_s = per_request(record.latencies().causes().iter().sum(), record.latencies().count());
    scenario.meter_way_in(totals.arrived, &by_hour, wait_s, &mut usage);
    if scenario.queue_mode == QueueMode::Queued {
        let empty_polls = totals.idle_polling_ns / long_poll().0;
        // One send a message, besides receives and deletions.
        meter_queue(scenario, &mut usage, totals.arrived + totals.queue_calls + empty_polls);
        let most_at_work = record.timeline().minutes().iter().map(|minute| minute.busy_most);
        usage.queue_poller_ms = scenario.queue.poller_ms(most_at_work, MINUTE);
    }
    usage
}

/// Requests to the queue cost more where it keeps an order.
pub(super) fn meter_queue(scenario: &Scenario, usage: &mut Usage, requests: u64) {
    if scenario.queue.is_ordered() {
        usage.fifo_queue_requests = requests;
    } else {
        usage.queue_requests = requests;
    }
}

fn percentiles(latencies: &Histogram) -> Percentiles {
    let at = |share| latencies.quantile(share).as_secs();
    let total: u64 = latencies.causes().iter().sum();
    Percentiles {
        mean_s: per_request(total, latencies.count()),
        p50_s: at(0.5),
        p90_s: at(0.9),
        p95_s: at(0.95),
        p99_s: at(0.99),
        p999_s: at(0.999),
    }
}

fn slowest(latencies: &Histogram) -> Tail {
    let (requests, causes) = latencies.causes_above(0.99);
    tail(requests, causes)
}

fn tail(requests: u64, causes: CauseSums) -> Tail {
    let share = |(&cause, nanos): (_, u64)| CauseShare { cause, mean_s: per_request(nanos, requests) };
    Tail { requests, causes: CAUSES.iter().zip(causes).map(share).collect() }
}

fn per_request(nanos: u64, requests: u64) -> f64 {
    if requests == 0 { 0.0 } else { nanos as f64 / 1e9 / requests as f64 }
}
