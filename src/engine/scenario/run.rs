use super::{
    Fidelity, Part, Piece, QueueMode, Scenario,
    fast::{fits, fits_in_order},
    fast_queue::Forecast,
    week::weekend_of,
};
use crate::{
    fleet::{
        Attempts, Bounds, Calendar, Calls, Carrying, DayRecord, Direct, FixedIdle, Fleet, FunctionWideIdle,
        KeepAlive, Policy, Polling, QueueRules, Queued, ScalingRate, SlotQueue, SlotWalk, Slots, Window,
        WorkStream,
    },
    traffic::{Arrivals, Rates, Sends},
    units::{MINUTE, MINUTES_PER_DAY, SimTime},
};

/// A piece of a day being simulated, request by request, in slices that the caller sizes.
pub struct PieceRun {
    piece: Piece,
    record: DayRecord,
    driver: Driver,
    end: SimTime,
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

impl PieceRun {
    /// Sets up a piece of the days that answer a scenario: one of those that [`super::pieces`] names.
    pub fn new(scenario: &Scenario, piece: Piece) -> Self {
        match weekend_of(scenario).filter(|_| piece.is_weekend) {
            Some(weekend) => Self::of_day(&weekend, piece),
            None => Self::of_day(scenario, piece),
        }
    }

    fn of_day(scenario: &Scenario, piece: Piece) -> Self {
        Self {
            piece,
            record: DayRecord::new(piece.window).with_billing(scenario.billing()),
            driver: Driver::new(scenario, piece.window),
            end: end(scenario, piece.window),
            handled: 0,
            expected: expected(scenario, piece.window),
            done: false,
        }
    }

    /// Handles up to about `most` requests; true when the piece is done.
    pub fn advance(&mut self, most: u64) -> bool {
        if !self.done {
            self.done = self.driver.advance(self.end, most, &mut self.record);
            self.handled = self.handled.saturating_add(most);
        }
        self.done
    }

    /// How much of it is done, from 0 to 1; a guess from the traffic expected.
    pub fn progress(&self) -> f64 {
        if self.done { 1.0 } else { (self.handled as f64 / self.expected).min(0.99) }
    }

    /// What came of it; of a piece that is not done, what came of it so far.
    pub fn part(self) -> Part {
        let fidelity = match self.driver {
            Driver::Slots(_) | Driver::SlotWalk(_) | Driver::SlotQueue(_) => Fidelity::Fast,
            _ => Fidelity::Exact,
        };
        Part { piece: self.piece, fidelity, sums: self.record.into_sums() }
    }
}

/// When the run of a window ends. Messages that wait at a cut of the day are handed over a little later: they belong to
/// the minute in which they arrived, and the run goes on until they are told of.
fn end(scenario: &Scenario, window: Window) -> SimTime {
    let is_last = window.from_minute + window.minutes >= MINUTES_PER_DAY;
    if is_last || scenario.queue_mode == QueueMode::Direct {
        return window.end();
    }
    let collected = SimTime::from(scenario.queue.collecting());
    window.end() + SimTime((1 + collected.0.div_ceil(MINUTE.0)) * MINUTE.0)
}

/// Requests expected in a window, those of its warm-up included.
fn expected(scenario: &Scenario, window: Window) -> f64 {
    let of_day = scenario.traffic.expected_by_minute();
    let minutes = window.first_minute()..window.first_minute() + window.warm_up_minutes + window.minutes;
    minutes.map(|minute| of_day[minute % MINUTES_PER_DAY]).sum::<f64>().max(1.0)
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
