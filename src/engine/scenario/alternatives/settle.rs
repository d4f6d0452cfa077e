use super::{
    Alternative, Design, Sized,
    rented::{MOST_SERVERS, Rented, on_server, patience},
};
use crate::{
    fleet::{Admission, Calls, Carried, Condition},
    pricing::Tariff,
    scenario::{Fidelity, Range, Run, Scenario},
    servers::{Day, Demand, Form, Kind, Need, Size, Window, first_size},
    traffic::{Arrivals, Traffic},
    units::{Seconds, SimTime},
};

/// One alternative being simulated, request by request, in slices that the caller sizes.
pub struct Settling {
    scenario: Scenario,
    alternative: Alternative,
    target: Seconds,
    tariff: Tariff,
    task: Task,
}

enum Task {
    Function(Box<Run>),
    Rented { kind: &'static Kind, way: &'static str, size: Size, days: Vec<Day<Arrivals, Asks>> },
}

/// Before midnight, so that it finds the group that the evening left.
const WINDOW: Window = Window { warm_up_minutes: 60 };

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
                let days = traffics.map(|traffic| day(scenario, traffic, kind, size)).collect();
                Task::Rented { kind, way, size, days }
            }
            Design::Hybrid => return None,
        };
        let (scenario, alternative) = (scenario.clone(), alternative.clone());
        Some(Self { scenario, alternative, target, tariff: tariff.clone(), task })
    }

    /// Handles up to about `most` requests; true when it is settled.
    pub fn advance(&mut self, most: u64) -> bool {
        match &mut self.task {
            Task::Function(run) => run.advance(most),
            Task::Rented { days, .. } => days.iter_mut().all(|day| day.advance(most)),
        }
    }

    /// The alternative with what the simulation says of it.
    pub fn alternative(self) -> Alternative {
        let Self { scenario, alternative, target, tariff, task } = self;
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
                Alternative {
                    p99_s: record.latencies().quantile(0.99).as_secs() + scenario.way_in_latency().0,
                    unanswered: record.unanswered() as f64 / arrived as f64,
                    fidelity: Fidelity::Exact,
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

fn day(scenario: &Scenario, traffic: &Traffic, kind: &'static Kind, size: Size) -> Day<Arrivals, Asks> {
    let first_minute = WINDOW.first_minute();
    let calls = Calls::new(&on_server(&scenario.function, kind), scenario.seed, first_minute);
    let arrivals = Arrivals::new(traffic, scenario.seed, first_minute);
    let load = traffic.rates()[first_minute].0 * on_server(&scenario.function, kind).laws().computing.mean();
    let first = first_size(kind, size, load);
    Day::new((arrivals, Asks(calls)), kind, (size, first), patience(scenario), WINDOW)
}

fn size_of(kind: &Kind, sized: Sized) -> Size {
    match sized {
        Sized::Fixed(servers) | Sized::Base(servers) => Size::fixed(servers),
        Sized::Following { least, .. } => Size { least, most: MOST_SERVERS },
        Sized::WithRequests if kind.form == Form::Isolates => Size::fixed(0),
        Sized::WithRequests => Size { least: 0, most: MOST_SERVERS },
    }
}
