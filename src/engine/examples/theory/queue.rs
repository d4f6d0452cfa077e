//! Cases with a queue: the queue kernel with an ideal hand-over to a fixed number of servers.

use burstlab_engine::{
    fleet::{
        Answered, Calendar, Calls, Carrying, FixedIdle, Fleet, Gauges, Observer, Polling, QueueRules, Queued,
        ScalingRate, Spent, WorkStream,
    },
    metrics::Histogram,
    random::Law,
    traffic::Poisson,
    units::SimTime,
    workload::Laws,
};

use crate::{
    interval::{Batch, DRAWN_RATE, DRAWN_SERVICE, Outputs, plain, ratio},
    oracle::Oracle,
};

/// A queue before a fixed number of servers, batch after batch.
///
/// Theory has no unit of time: the case runs stretched so that a service takes 40 s in the mean, and the
/// gauges, which are read every minute, see nearly independent states.
pub struct QueueCase {
    queue: Queued<Poisson, FixedIdle>,
    servers: u32,
    stretch: f64,
    batch_span: SimTime,
    /// Arrivals of a second, stretched.
    rate: f64,
    now: SimTime,
}

#[derive(Default)]
struct Waits {
    arrived: f64,
    waits: Histogram,
    sojourns: Histogram,
    waited: f64,
    wait_ns: f64,
    sojourn_ns: f64,
    service_ns: f64,
    looks: f64,
    idle: f64,
    all_busy: f64,
}

const STRETCHED_SERVICE_S: f64 = 40.0;

impl QueueCase {
    /// Sets the case up and lets it forget its empty start.
    pub fn new(oracle: &Oracle, law: Law, seed: u64) -> Result<Self, String> {
        let servers = ["servers", "limit"].into_iter().find_map(|name| oracle.maybe(name));
        let servers = servers.map_or_else(|| oracle.number("concurrency_limit"), Ok)?;
        let batch_size = oracle.maybe("batch_size").unwrap_or(1.0);
        let instants = oracle.maybe("batch_rate").map_or_else(|| oracle.number("arrival_rate"), Ok)?;
        let stretch = STRETCHED_SERVICE_S / law.mean();
        let rate = instants / stretch;
        let load = rate * batch_size * STRETCHED_SERVICE_S / servers;
        if load >= 1.0 {
            return Err(format!("a load of {load} per server never settles"));
        }
        let fleet = Fleet::new(
            Carrying(FixedIdle { idle: SimTime::NEVER }),
            servers as u32,
            u32::MAX,
            ScalingRate::unlimited(),
            Calendar::new(SimTime::from_secs(STRETCHED_SERVICE_S), rate * batch_size),
        );
        let laws = Laws {
            waiting: stretched(law, stretch),
            computing: Law::Constant(0.0),
            init: Law::Constant(0.0),
        };
        let queue = Queued::new(
            Poisson::new(rate, batch_size as u32, seed),
            fleet,
            Calls::plain(WorkStream::new(laws, seed, 0).without_days()),
            Polling::ideal(servers as u32),
            QueueRules::plain(1, SimTime::NEVER),
        );
        // The time in which a queue near its limit forgets: service / (servers (1 - sqrt(load))²).
        let memory_s =
            STRETCHED_SERVICE_S * batch_size / (servers * (1.0 - load.sqrt()) * (1.0 - load.sqrt()));
        let span_s = (300.0 * memory_s.max(STRETCHED_SERVICE_S)).max(200_000.0 / (rate * batch_size));
        let mut case = Self {
            queue,
            servers: servers as u32,
            stretch,
            batch_span: SimTime::from_secs(span_s),
            rate: rate * batch_size,
            now: SimTime::ZERO,
        };
        case.batch();
        Ok(case)
    }

    /// Runs the next batch.
    pub fn batch(&mut self) -> Batch {
        let mut seen = Waits::default();
        self.now += self.batch_span;
        let mut watch = Watch { seen: &mut seen, servers: self.servers };
        while !self.queue.advance(self.now, u64::MAX, &mut watch) {}
        let span_s = self.batch_span.as_secs();
        // What is drawn has known means: the arrivals of so much time, and so many services.
        let expected_s = seen.waits.count() as f64 * STRETCHED_SERVICE_S;
        let controls = vec![seen.arrived - self.rate * span_s, seen.service_ns / 1e9 - expected_s];
        Batch { outputs: seen.outputs(span_s, self.stretch, self.servers), controls, ..Batch::default() }
    }
}

fn stretched(law: Law, stretch: f64) -> Law {
    match law {
        Law::Constant(value) => Law::Constant(value * stretch),
        Law::Exponential { mean } => Law::Exponential { mean: mean * stretch },
        Law::Lognormal { sigma, .. } => Law::lognormal(law.mean() * stretch, sigma),
    }
}

struct Watch<'a> {
    seen: &'a mut Waits,
    servers: u32,
}

impl Observer for Watch<'_> {
    #[inline]
    fn arrived(&mut self, _at: SimTime) {
        self.seen.arrived += 1.0;
    }

    #[inline]
    fn answered(&mut self, request: &Answered) {
        let waited = Spent { queue: request.spent.queue, ..Spent::default() };
        let (wait, sojourn) = (waited.queue.0, request.latency().0);
        let service = sojourn - wait;
        self.seen.waits.record(waited.causes());
        self.seen.sojourns.record(request.spent.causes());
        self.seen.waited += f64::from(u8::from(wait > 0));
        self.seen.wait_ns += wait as f64;
        self.seen.service_ns += service as f64;
        self.seen.sojourn_ns += sojourn as f64;
    }

    fn minute_ended(&mut self, _minute: usize, gauges: Gauges) {
        self.seen.looks += 1.0;
        self.seen.idle += f64::from(u8::from(gauges.busy == 0));
        self.seen.all_busy += f64::from(u8::from(gauges.busy >= self.servers));
    }
}

impl Waits {
    fn outputs(&self, span_s: f64, stretch: f64, servers: u32) -> Outputs {
        let requests = self.waits.count() as f64;
        let seconds = |nanos: f64| nanos / 1e9 / stretch;
        Outputs::from([
            (DRAWN_RATE, ratio(self.arrived * stretch, span_s)),
            (DRAWN_SERVICE, ratio(seconds(self.service_ns), requests)),
            ("p_wait", ratio(self.waited, requests)),
            ("mean_wait_s", ratio(seconds(self.wait_ns), requests)),
            ("mean_sojourn_s", ratio(seconds(self.sojourn_ns), requests)),
            ("mean_queue_len", ratio(self.wait_ns / 1e9, span_s)),
            ("mean_in_system", ratio(self.sojourn_ns / 1e9, span_s)),
            ("rho", ratio(self.service_ns / 1e9, span_s * f64::from(servers))),
            ("p99_wait_s", plain(seconds(self.waits.quantile(0.99).0 as f64))),
            ("p99_sojourn_s", plain(seconds(self.sojourns.quantile(0.99).0 as f64))),
            ("p_idle", ratio(self.idle, self.looks)),
            ("p_all_servers_busy", ratio(self.all_busy, self.looks)),
        ])
    }
}
