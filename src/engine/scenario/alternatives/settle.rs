use super::{
    Alternative, Design, Sized,
    hybrid::above_outcome,
    rented::{MOST_SERVERS, Rented, on_server, patience},
};
use crate::{
    fleet::{Admission, Calls, Carried, Condition},
    metrics::Histogram,
    pricing::Tariff,
    scenario::{Fidelity, Range, Run, Scenario},
    servers::{Day, Demand, Form, Kind, Need, Sample, Size, Window, first_size},
    traffic::{Arrivals, Traffic},
    units::{MINUTE, MINUTES_PER_DAY, Seconds, SimTime},
};

/// One alternative being simulated, request by request, in slices that the caller sizes.
pub struct Settling {
    scenario: Scenario,
    alternative: Alternative,
    target: Seconds,
    tariff: Tariff,
    task: Task,
    handled: f64,
}

enum Task {
    Function(Box<Run>),
    Rented { kind: &'static Kind, way: &'static str, size: Size, days: Vec<Day<Stream, Asks>> },
}

/// A large day at servers that are always there: two minutes of every twenty, after one that fills them.
const SAMPLE: Sample = Sample { every: 20, skipped: 1, counted: 2 };
/// From so many requests a day on.
const LARGE: f64 = 4e6;

/// A day's arrivals, or those of the minutes of a sample.
#[derive(Clone, Debug)]
enum Stream {
    Whole(Arrivals),
    Parts(Parts),
}

#[derive(Clone, Debug)]
struct Parts {
    traffic: Traffic,
    seed: u64,
    /// Stretches begun, and the instants between which the present one counts.
    begun: usize,
    from: SimTime,
    until: SimTime,
    arrivals: Arrivals,
}

impl Iterator for Stream {
    type Item = SimTime;

    #[inline]
    fn next(&mut self) -> Option<SimTime> {
        match self {
            Self::Whole(arrivals) => arrivals.next(),
            Self::Parts(parts) => parts.next_in_parts(),
        }
    }
}

impl Parts {
    fn new(traffic: &Traffic, seed: u64) -> Self {
        let arrivals = Arrivals::new(traffic, seed, WINDOW.first_minute());
        let mut parts = Self {
            traffic: traffic.clone(),
            seed,
            begun: 0,
            from: SimTime::ZERO,
            until: SimTime::ZERO,
            arrivals,
        };
        parts.begin();
        parts
    }

    /// Goes on to the next stretch: streams are of minutes, so that its requests are those of the whole day.
    fn begin(&mut self) {
        let minute = self.begun * SAMPLE.every;
        let of_day = (WINDOW.first_minute() + minute) % MINUTES_PER_DAY;
        self.from = SimTime(minute as u64 * MINUTE.0);
        self.until = self.from + SimTime((SAMPLE.skipped + SAMPLE.counted) as u64 * MINUTE.0);
        self.arrivals = Arrivals::new(&self.traffic, self.seed, of_day);
        self.begun += 1;
    }

    #[inline]
    fn next_in_parts(&mut self) -> Option<SimTime> {
        while self.from < WINDOW.end() {
            let at = self.from.plus(self.arrivals.next().unwrap_or(SimTime::NEVER));
            if at < self.until {
                return Some(at);
            }
            self.begin();
        }
        None
    }
}

/// Whether a part of a day says all of it: servers that never change, without anything at one instant, and not so
/// many requests that they pile up.
fn is_sampled(traffic: &Traffic, alternative: &Alternative) -> bool {
    let of = Design::of_key(&alternative.key);
    let isolates = matches!(of, Some(Design::Rented(kind, _)) if kind.form == Form::Isolates);
    let unchanging = isolates || matches!(alternative.sized, Sized::Fixed(_));
    let steady = traffic.sends().is_empty() && traffic.instants.is_empty();
    unchanging && steady && traffic.requests_per_day() >= LARGE && alternative.unanswered < 1e-3
}

/// Before midnight, so that it finds the group that the evening left.
const WINDOW: Window = Window::day(60);

/// A scenario's requests as servers meet them.
#[derive(Clone, Debug)]
struct Asks(Calls);

impl Demand for Asks {
    fn enter(&mut self, minute: usize) {
        self.0.enter(minute);
    }

    #[inline]
    fn draw(&mut self) -> Need {
        let asked = self.0.draw();
        let mut carried = Carried { condition: Condition::Used, ..Carried::default() };
        let mut call = self.0.begin(Admission::Warm, carried);
        let succeeded = self.0.perform(&mut call, &asked, &mut carried, SimTime::ZERO);
        Need { spent: call.spent.causes(), fails: !succeeded }
    }
}

impl Settling {
    /// Sets up what an estimate has sized; none for the hybrid, which stays an estimate.
    pub fn new(
        scenario: &Scenario,
        alternative: &Alternative,
        target: Seconds,
        tariff: &Tariff,
    ) -> Option<Self> {
        let task = match Design::of_key(&alternative.key)? {
            Design::Function => Task::Function(Box::new(Run::new(scenario))),
            Design::Rented(kind, way) => {
                let size = size_of(kind, alternative.sized);
                let weekend = scenario.traffic.on_weekend();
                let traffics = std::iter::once(&scenario.traffic).chain(&weekend);
                let sampled = is_sampled(&scenario.traffic, alternative);
                let days = traffics.map(|traffic| day(scenario, (traffic, sampled), kind, size)).collect();
                Task::Rented { kind, way, size, days }
            }
            Design::Hybrid => return None,
        };
        let (scenario, alternative) = (scenario.clone(), alternative.clone());
        Some(Self { scenario, alternative, target, tariff: tariff.clone(), task, handled: 0.0 })
    }

    /// How much of it is done, from 0 to 1.
    pub fn progress(&self) -> f64 {
        let Task::Rented { days, .. } = &self.task else {
            let Task::Function(run) = &self.task else { return 0.0 };
            return run.progress();
        };
        let traffic = &self.scenario.traffic;
        let share = match is_sampled(traffic, &self.alternative) {
            true => (SAMPLE.skipped + SAMPLE.counted) as f64 / SAMPLE.every as f64,
            false => 1.0,
        };
        let expected = share * traffic.requests_per_day() * days.len() as f64;
        (self.handled / expected.max(1.0)).min(0.99)
    }

    /// Handles up to about `most` requests; true when it is settled.
    pub fn advance(&mut self, most: u64) -> bool {
        self.handled += most as f64;
        match &mut self.task {
            Task::Function(run) => run.advance(most),
            Task::Rented { days, .. } => days.iter_mut().all(|day| day.advance(most)),
        }
    }

    /// The alternative with what the simulation says of it.
    pub fn alternative(self) -> Alternative {
        let Self { scenario, alternative, target, tariff, task, .. } = self;
        let settled = match task {
            Task::Function(run) => {
                let outcome = run.outcome();
                let ask = super::Ask {
                    scenario: &scenario,
                    target,
                    tariff: &tariff,
                    sizing: super::Sizing::Cheapest,
                };
                let bill = ask.bill_of_function(&outcome);
                Alternative {
                    p99_s: outcome.latency.p99_s,
                    slow: above_outcome(&outcome, target.0),
                    unanswered: outcome.unanswered_share(),
                    fidelity: outcome.fidelity,
                    bill,
                    ..alternative
                }
            }
            Task::Rented { kind, way, size, days } => {
                let record = days[0].record();
                let metered: Vec<_> = days.iter().map(|day| day.record().metered()).collect();
                let arrived = record.totals().arrived.max(1);
                let most = record.minutes().iter().map(|minute| minute.servers).max().unwrap_or_default();
                let rented = Rented::new(&scenario, kind);
                let sampled = is_sampled(&scenario.traffic, &alternative);
                let way_in_s = scenario.way_in_latency().0;
                Alternative {
                    p99_s: record.latencies().quantile(0.99).as_secs() + way_in_s,
                    slow: above(record.latencies(), target.0 - way_in_s),
                    unanswered: record.unanswered() as f64 / arrived as f64,
                    fidelity: if sampled { Fidelity::Sampled } else { Fidelity::Exact },
                    bill: rented.bill(way, size, &metered, &tariff),
                    sized: super::rented::sized(kind, size, most),
                    ..alternative
                }
            }
        };
        let only = |value: f64| Range { least: value, most: value };
        let (usd_band, p99_band) = (only(settled.bill.total.0), only(settled.p99_s));
        Alternative { usd_band, p99_band, ..settled }.judged(target)
    }
}

/// The share of latencies above one, by halving.
fn above(latencies: &Histogram, latency_s: f64) -> f64 {
    let (mut below, mut above) = (0.0, 1.0);
    for _ in 0..16 {
        let middle = 0.5 * (below + above);
        if latencies.quantile(middle).as_secs() > latency_s { above = middle } else { below = middle }
    }
    1.0 - above
}

fn day(
    scenario: &Scenario,
    (traffic, sampled): (&Traffic, bool),
    kind: &'static Kind,
    size: Size,
) -> Day<Stream, Asks> {
    let first_minute = WINDOW.first_minute();
    let calls = Calls::new(&on_server(&scenario.function, kind), scenario.seed, first_minute);
    let load = traffic.rates()[first_minute].0 * on_server(&scenario.function, kind).laws().computing.mean();
    let first = first_size(kind, size, load);
    let of = |arrivals| Day::new((arrivals, Asks(calls)), kind, (size, first), patience(scenario), WINDOW);
    if sampled {
        of(Stream::Parts(Parts::new(traffic, scenario.seed))).sampled(SAMPLE)
    } else {
        of(Stream::Whole(Arrivals::new(traffic, scenario.seed, first_minute)))
    }
}

fn size_of(kind: &Kind, sized: Sized) -> Size {
    match sized {
        Sized::Fixed(servers) | Sized::Base(servers) => Size::fixed(servers),
        Sized::Following { least, .. } => Size { least, most: MOST_SERVERS },
        Sized::WithRequests if kind.form == Form::Isolates => Size::fixed(0),
        Sized::WithRequests => Size { least: 0, most: MOST_SERVERS },
    }
}
