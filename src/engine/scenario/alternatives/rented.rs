use super::{ALWAYS, Alternative, Ask, Design, FOLLOWING, INSTANCES, MOST_UNANSWERED, Sized, Sizing};
use crate::{
    fleet::{Admission, Calls, Carried, Condition},
    metrics::Usage,
    pricing::{self, Bill, Quantities, Tariff},
    random::{Even, math::exp},
    scenario::{
        Fidelity, Outcome, Range, Scenario,
        around::Passed,
        way_in::meter_balancer,
        week::{WEEKDAYS, WEEKEND_DAYS},
    },
    servers::{Fluid, FluidDay, Form, Kind, Metered, Metering, Offered, Size},
    traffic::Traffic,
    units::{MINUTES_PER_DAY, Mebibytes, SimTime},
    workload::{Function, vcpu_memory},
};

/// Requests tried out to learn how long they take.
const TRIED: u64 = 4_096;
/// No group is larger.
pub const MOST_SERVERS: u32 = 20_000;
/// Where no size holds the target, the p99 without any wait times this is aimed at.
const NEAR_BEST: f64 = 1.1;

/// A kind of server under a scenario's requests.
pub struct Rented<'a> {
    pub scenario: &'a Scenario,
    pub kind: &'static Kind,
    /// The kinds of days of a week: how many, and their requests.
    pub days: Vec<(usize, Offered)>,
}

/// A size and what it leads to on each kind of day.
pub struct Sizes {
    pub size: Size,
    pub days: Vec<FluidDay>,
}

impl Ask<'_> {
    /// The cheapest of some sizes by a way of paying; servers that are committed to are always there.
    pub fn cheapest(&self, rented: &Rented, way: &'static str, sizes: &[Sizes]) -> Option<Alternative> {
        let committed = rented.kind.paying[way].committed;
        let by_hand = matches!(self.sizing, Sizing::ByHand(_));
        let fitting = sizes.iter().filter(|sizes| !committed || by_hand || sizes.size.is_fixed());
        let priced = fitting.map(|sizes| self.priced(rented, way, sizes));
        priced.min_by(|a, b| a.bill.total.0.total_cmp(&b.bill.total.0))
    }

    /// The sizes among which the cheapest is.
    pub fn sizes(&self, rented: &Rented) -> Vec<Sizes> {
        if rented.kind.form != Form::Servers {
            let size = Size { least: 0, most: MOST_SERVERS };
            return vec![rented.at(size)];
        }
        match self.sizing {
            Sizing::ByHand(size) => vec![rented.at(size)],
            Sizing::Cheapest => {
                let limit_s = self.target.0.max(NEAR_BEST * rented.best_p99_s());
                let fixed = rented.least(limit_s, Size::fixed);
                let most = fixed.size.most;
                let following = |least| Size { least, most: MOST_SERVERS };
                // A group that follows the load is worth it only with fewer than the fixed one has.
                let followed = rented.least_below(limit_s, most, following);
                std::iter::once(fixed).chain(followed).collect()
            }
        }
    }

    fn priced(&self, rented: &Rented, way: &'static str, sizes: &Sizes) -> Alternative {
        let design = Design::Rented(rented.kind, way);
        let metered: Vec<Metered> = sizes.days.iter().map(|day| day.metered).collect();
        let most = sizes.days.iter().map(|day| day.most).max().unwrap_or_default();
        let weekday = &sizes.days[0];
        let way_in_s = self.scenario.way_in_latency().0;
        let p99_s = weekday.exceeded_by(0.01) + way_in_s;
        let bill = rented.bill(way, sizes.size, &metered, self.tariff);
        let sized = sized(rented.kind, sizes.size, most);
        let [usd, p99] = match (rented.kind.form, sized) {
            (Form::Instances, _) => INSTANCES,
            (_, Sized::Following { .. }) => FOLLOWING,
            _ => ALWAYS,
        };
        let luck = (1.0 / weekday.arrived.max(1.0)).sqrt();
        let about = |value: f64, (least, most): (f64, f64), luck: f64| Range {
            least: value * (least - luck).max(0.0),
            most: value * (most + luck),
        };
        Alternative {
            key: design.key(),
            name: design.name(),
            words: rented.kind.words.clone(),
            p99_s,
            slow: weekday.above(self.target.0 - way_in_s),
            unanswered: weekday.unanswered_share(),
            holds: false,
            fidelity: Fidelity::Estimate,
            usd_band: about(bill.total.0, usd, 2.0 * luck),
            p99_band: about(p99_s, p99, 3.0 * luck),
            sized,
            bill,
        }
        .judged(self.target)
    }

    /// The function's bill at the prices asked for.
    pub(super) fn bill_of_function(&self, outcome: &Outcome) -> Bill {
        let weekend = outcome.weekend_usage.map(|usage| (WEEKEND_DAYS, usage));
        let days: Vec<_> = match weekend {
            None => vec![(1, outcome.usage)],
            Some(weekend) => vec![(WEEKDAYS, outcome.usage), weekend],
        };
        bill_of_days(&days, self.scenario, true, self.tariff)
    }
}

pub fn sized(kind: &Kind, size: Size, most: u32) -> Sized {
    match kind.form {
        Form::Servers if size.is_fixed() => Sized::Fixed(size.least),
        Form::Servers => Sized::Following { least: size.least, most },
        Form::Instances | Form::Isolates => Sized::WithRequests,
    }
}

impl<'a> Rented<'a> {
    pub fn new(scenario: &'a Scenario, kind: &'static Kind) -> Self {
        let requests = requests_on(scenario, kind);
        let offered = |traffic: &Traffic| offered(traffic, &requests);
        let mut days = vec![(1, offered(&scenario.traffic))];
        if let Some(weekend) = scenario.traffic.on_weekend() {
            days[0].0 = WEEKDAYS;
            days.push((WEEKEND_DAYS, offered(&weekend)));
        }
        Self { scenario, kind, days }
    }

    /// A size and what it leads to.
    pub fn at(&self, size: Size) -> Sizes {
        let days = self.days.iter().map(|(_, offered)| Fluid::day(self.kind, size, offered));
        Sizes { size, days: days.collect() }
    }

    /// The p99 of requests that never wait for their turn.
    fn best_p99_s(&self) -> f64 {
        let mut above = 1.0;
        let points = &self.days[0].1.latencies;
        let found = points.iter().find(|point| {
            above -= point.1;
            above <= 0.01
        });
        found.map_or(0.0, |point| point.0)
    }

    fn holds(sizes: &Sizes, limit_s: f64) -> bool {
        let good = |day: &FluidDay| {
            day.exceeded_by(0.01) <= limit_s && day.unanswered_share() <= 0.5 * MOST_UNANSWERED
        };
        sizes.days.iter().all(good)
    }

    /// The least size that holds: doubled until it does, then halved in between.
    pub fn least(&self, limit_s: f64, size: impl Fn(u32) -> Size) -> Sizes {
        let peak = self.days.iter().map(|(_, offered)| offered.busiest()).fold(0.0, f64::max);
        let mut below = ((peak / f64::from(self.kind.cores) * 0.5) as u32).min(MOST_SERVERS / 2);
        let mut step = 1;
        let mut holding = loop {
            let servers = (below + step).min(MOST_SERVERS);
            let sizes = self.at(size(servers));
            if servers == MOST_SERVERS || Self::holds(&sizes, limit_s) {
                break sizes;
            }
            (below, step) = (servers, step * 2);
        };
        while holding.size.least > below + 1 {
            let middle = below + (holding.size.least - below) / 2;
            let sizes = self.at(size(middle));
            if Self::holds(&sizes, limit_s) { holding = sizes } else { below = middle }
        }
        holding
    }

    /// The same below a size that holds; none where there is none.
    fn least_below(&self, limit_s: f64, above: u32, size: impl Fn(u32) -> Size) -> Option<Sizes> {
        let (mut below, mut above) = (0, above);
        let mut holding = None;
        while above > below + 1 {
            let middle = below + (above - below) / 2;
            let sizes = self.at(size(middle));
            if Self::holds(&sizes, limit_s) {
                (holding, above) = (Some(sizes), middle);
            } else {
                below = middle;
            }
        }
        holding
    }

    /// A month of these days, paid for this way.
    pub fn bill(&self, way: &str, size: Size, metered: &[Metered], tariff: &Tariff) -> Bill {
        let days = self.days.iter().zip(metered);
        let usage = days.map(|((count, offered), metered)| (*count, self.usage(way, size, metered, offered)));
        bill_of_days(&usage.collect::<Vec<_>>(), self.scenario, false, tariff)
    }

    /// What a day is charged for, a balancer included where several servers need one.
    fn usage(&self, way: &str, size: Size, metered: &Metered, offered: &Offered) -> Usage {
        let mut usage = Usage::default();
        let used_mb = self.scenario.function.working_set.0;
        let paying = &self.kind.paying[way];
        Metering { kind: self.kind, paying, most: size.most, used_mb }.meter(metered, &mut usage);
        let by_hour: Vec<f64> = (0..24).map(|hour| offered.in_hour(hour)).collect();
        if self.kind.form == Form::Servers && size.most > 1 {
            let each = (offered.stay_s(), self.scenario.around.carried_kb());
            meter_balancer(&by_hour, each, "gb_per_hour", &mut usage);
        }
        let arrived = by_hour.iter().sum::<f64>();
        let passed = Passed {
            arrived: arrived.round() as u64,
            worked: arrived,
            by_hour: &by_hour,
            wait_s: offered.stay_s(),
        };
        self.scenario.meter_around_servers(&passed, &mut usage);
        usage
    }
}

/// A month of weeks of such days.
fn bill_of_days(days: &[(usize, Usage)], scenario: &Scenario, is_function: bool, tariff: &Tariff) -> Bill {
    let function = &scenario.function;
    let mut week = Usage::default();
    let mut count = 0;
    for &(times, usage) in days {
        (0..times).for_each(|_| week += usage);
        count += times;
    }
    let architecture = match function.architecture {
        crate::workload::Architecture::X86 => pricing::Architecture::X86,
        crate::workload::Architecture::Arm => pricing::Architecture::Arm64,
    };
    let quantities = if is_function {
        Quantities::of_days(&week, count, function.memory, architecture)
    } else {
        Quantities::of_servers(&week, count, Mebibytes(0.0), architecture)
    };
    pricing::bill(&quantities, tariff, &scenario.money.terms)
}

/// The function's code on a vCPU of this kind, which has memory enough and computes on one thread.
pub fn on_server(function: &Function, kind: &Kind) -> Function {
    let mut moved = *function;
    moved.memory = vcpu_memory();
    moved.threads = 1.0;
    moved.working_set = Mebibytes(0.0);
    moved.computing.0 /= kind.speed;
    moved.conduct.dependency.remembered.0 = 0.0;
    moved
}

/// How long a request may take.
pub fn patience(scenario: &Scenario) -> SimTime {
    scenario.function.conduct.timeout.into()
}

/// Requests in numbers, apart from when they come.
fn requests_on(scenario: &Scenario, kind: &Kind) -> Offered {
    let function = on_server(&scenario.function, kind);
    let mut calls = Calls::new(&function, 1, 0);
    let (mut latencies, mut charged_s, mut failing) = (Vec::with_capacity(TRIED as usize), 0.0, 0.0);
    let weight = 1.0 / TRIED as f64;
    for index in 0..TRIED {
        let place = |step: u64| (index + 1).wrapping_mul(step);
        // Steps of a sequence that fills the square of both laws evenly.
        let asked = calls.asked_at(
            place(0xC13F_A9A9_02A6_328F),
            place(0x91E1_0DA5_C79E_7B1D),
            Even { index, tries: 0 },
        );
        let mut carried = Carried { condition: Condition::Used, ..Carried::default() };
        let mut call = calls.begin(Admission::Warm, carried);
        let succeeded = calls.perform(&mut call, &asked, &mut carried, SimTime::ZERO);
        let total = call.spent.total();
        let (step, least) = (kind.step.0.max(1), kind.least.0);
        charged_s += weight * SimTime((total.0.div_ceil(step) * step).max(least)).as_secs();
        failing += if succeeded { 0.0 } else { weight };
        latencies.push(total.as_secs());
    }
    latencies.sort_by(f64::total_cmp);
    let spread = function.computing_spread;
    let computing_s = function.laws().computing.mean();
    Offered {
        latencies: compressed(&latencies),
        computing_s,
        variation: if computing_s > 0.0 { exp(spread * spread) - 1.0 } else { 0.0 },
        charged_s,
        failing,
        waits_s: scenario.function.conduct.timeout.0,
        dispersion: scenario.traffic.dispersion,
        ..Offered::default()
    }
}

/// Fewer points with their shares: fine where the p99 is decided.
fn compressed(sorted: &[f64]) -> Vec<(f64, f64)> {
    let of = |place: usize, parts: usize, from: f64, to: f64| {
        let at = |part: usize| {
            ((from + (to - from) * part as f64 / parts as f64) * sorted.len() as f64).round() as usize
        };
        (at(place), at(place + 1))
    };
    let body = (0..48).map(|place| of(place, 48, 0.0, 0.9));
    let tail = (0..48).map(|place| of(place, 48, 0.9, 0.99));
    let end = (0..40).map(|place| of(place, 40, 0.99, 1.0));
    let point = |(from, to): (usize, usize)| {
        let part = &sorted[from..to];
        let mean = part.iter().sum::<f64>() / part.len().max(1) as f64;
        (mean, part.len() as f64 / sorted.len() as f64)
    };
    body.chain(tail).chain(end).map(point).filter(|point| point.1 > 0.0).collect()
}

fn offered(traffic: &Traffic, requests: &Offered) -> Offered {
    let mut sent = vec![0.0; MINUTES_PER_DAY];
    for send in traffic.sends() {
        sent[send.at.minute()] += f64::from(send.requests);
    }
    Offered { rates: traffic.rates().iter().map(|rate| rate.0).collect(), sent, ..requests.clone() }
}
