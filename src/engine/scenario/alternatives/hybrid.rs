use std::sync::Arc;

use super::{
    Alternative, Ask, Design, MOST_UNANSWERED, Sized,
    rented::{MOST_SERVERS, Rented},
};
use crate::{
    pricing::BillLine,
    scenario::{Fidelity, Outcome, Range, Scenario, estimate},
    servers::{Fluid, FluidDay, Kind, Offered, Size, kind},
    traffic::{Curve, Series, Spike, Traffic},
    units::{MINUTES_PER_DAY, PerSecond},
};

/// The containers of the base.
const BASE: &str = "fargate";

impl Ask<'_> {
    /// Containers for the rate that there always is, the function for what is above; none where nothing is steady.
    pub fn hybrid(&self) -> Option<Alternative> {
        let base_kind = kind(BASE)?;
        let low = self.scenario.traffic.rates().iter().map(|rate| rate.0).fold(f64::INFINITY, f64::min);
        let mut base = Base::new(self.scenario, base_kind, self.target.0)?;
        if low < 0.5 * base.most_at(1) {
            return None;
        }
        let containers = base.containers_for(low);
        let most = base.most_at(containers).max(low);
        let (steady, rest) = split(self.scenario, most);
        let base = Rented::new(&steady, base_kind);
        let sizes = base.at(Size::fixed(containers));
        let metered: Vec<_> = sizes.days.iter().map(|day| day.metered).collect();
        let mut bill = base.bill("on_demand", sizes.size, &metered, self.tariff);
        let outcome = estimate(&rest);
        let ask = Ask { scenario: &rest, ..*self };
        let lines: Vec<BillLine> = ask.bill_of_function(&outcome).lines;
        bill.lines.extend(lines);
        bill.total.0 = bill.lines.iter().fold(0.0, |total, line| total + line.cost.0);
        let way_in_s = self.scenario.way_in_latency().0;
        let p99_s = mixed_p99(&sizes.days[0], &outcome) + way_in_s;
        let slow = mixed_above(&sizes.days[0], &outcome, self.target.0 - way_in_s);
        let unanswered = unanswered(&sizes.days[0], &outcome);
        let about = |value: f64, least: f64, most: f64| Range { least: value * least, most: value * most };
        let alternative = Alternative {
            key: Design::Hybrid.key(),
            name: Design::Hybrid.name(),
            words: "containers for what there always is, the function for the rest".to_owned(),
            p99_s,
            slow,
            unanswered,
            holds: false,
            fidelity: Fidelity::Estimate,
            usd_band: about(bill.total.0, 0.9, 1.1),
            p99_band: about(p99_s, 0.6, 1.6),
            sized: Sized::Base(containers),
            bill,
        };
        Some(alternative.judged(self.target))
    }
}

/// Containers under a steady rate.
struct Base {
    kind: &'static Kind,
    offered: Offered,
    limit_s: f64,
}

impl Base {
    fn new(scenario: &Scenario, kind: &'static Kind, target_s: f64) -> Option<Self> {
        let mut offered = Rented::new(scenario, kind).days.swap_remove(0).1;
        offered.sent = vec![0.0; MINUTES_PER_DAY];
        let mut base = Self { kind, offered, limit_s: target_s };
        let alone = base.day(1e-3, 1);
        base.limit_s = target_s.max(1.1 * alone.exceeded_by(0.01));
        (base.offered.computing_s > 0.0).then_some(base)
    }

    fn day(&mut self, rate: f64, containers: u32) -> FluidDay {
        self.offered.rates = vec![rate; MINUTES_PER_DAY];
        Fluid::day(self.kind, Size::fixed(containers), &self.offered)
    }

    /// The fewest containers that hold a steady rate.
    fn containers_for(&mut self, rate: f64) -> u32 {
        let (mut below, mut above) = (0, 1);
        while !self.holds(rate, above) && above < MOST_SERVERS {
            (below, above) = (above, above * 2);
        }
        while above > below + 1 {
            let middle = below + (above - below) / 2;
            if self.holds(rate, middle) { above = middle } else { below = middle }
        }
        above
    }

    /// The steady rate up to which so many containers hold the target, by halving.
    fn most_at(&mut self, containers: u32) -> f64 {
        let full = f64::from(containers * self.kind.cores) / self.offered.computing_s;
        let (mut holds, mut fails) = (0.0, full);
        for _ in 0..10 {
            let middle = 0.5 * (holds + fails);
            if self.holds(middle, containers) { holds = middle } else { fails = middle }
        }
        holds
    }

    fn holds(&mut self, rate: f64, containers: u32) -> bool {
        let limit_s = self.limit_s;
        let day = self.day(rate, containers);
        day.exceeded_by(0.01) <= limit_s && day.unanswered_share() <= 0.5 * MOST_UNANSWERED
    }
}

/// The requests up to a rate, and those above it with all that is sent at once.
fn split(scenario: &Scenario, most: f64) -> (Scenario, Scenario) {
    let traffic = &scenario.traffic;
    let rates: Vec<f64> = traffic.rates().iter().map(|rate| rate.0).collect();
    let part = |of: &dyn Fn(f64) -> f64, spikes: Vec<Spike>| {
        let counts = rates.iter().map(|&rate| of(rate) * 60.0).collect();
        let traffic = Traffic {
            series: Some(Arc::new(Series::new(60, counts))),
            dispersion: traffic.dispersion,
            weekend_share: traffic.weekend_share,
            ..Traffic::new(Curve::constant(PerSecond(0.0)), spikes)
        };
        Scenario { traffic, ..scenario.clone() }
    };
    let spikes = traffic.sends().into_iter();
    let spikes = spikes.map(|sent| Spike { hour: sent.at.as_secs() / 3_600.0, requests: sent.requests });
    let mut steady = part(&|rate| rate.min(most), Vec::new());
    // What is held is held once, beside the function.
    steady.around = steady.around.without_held();
    (steady, part(&|rate| (rate - most).max(0.0), spikes.collect()))
}

/// The share of both together above a latency.
fn mixed_above(base: &FluidDay, rest: &Outcome, latency_s: f64) -> f64 {
    let of_base = base.arrived - base.unanswered;
    let of_rest = rest.counts.answered as f64;
    let above = of_base * base.above(latency_s) + of_rest * above_outcome(rest, latency_s);
    if of_base + of_rest > 0.0 { above / (of_base + of_rest) } else { 0.0 }
}

/// The latency that 1 in 100 of both together exceeds, by halving between both.
fn mixed_p99(base: &FluidDay, rest: &Outcome) -> f64 {
    let (mut low, mut high) = (1e-4, base.exceeded_by(0.001).max(rest.latency.p999_s).max(2e-4));
    for _ in 0..40 {
        let middle = (low * high).sqrt();
        if mixed_above(base, rest, middle) > 0.01 { low = middle } else { high = middle }
    }
    high
}

/// The share of an outcome's requests above a latency, straight between its percentiles.
pub fn above_outcome(outcome: &Outcome, latency_s: f64) -> f64 {
    let latency = &outcome.latency;
    let known = [
        (0.0, 1.0),
        (latency.p50_s, 0.5),
        (latency.p90_s, 0.1),
        (latency.p95_s, 0.05),
        (latency.p99_s, 0.01),
        (latency.p999_s, 0.001),
    ];
    let next = known.iter().position(|&(at, _)| at > latency_s);
    match next {
        Some(next) if next > 0 => {
            let ((from, high), (to, low)) = (known[next - 1], known[next]);
            high + (low - high) * (latency_s - from) / (to - from).max(1e-12)
        }
        Some(_) => 1.0,
        None => 0.0,
    }
}

fn unanswered(base: &FluidDay, rest: &Outcome) -> f64 {
    let arrived = base.arrived + rest.counts.arrived as f64;
    let lost = base.unanswered + rest.counts.unanswered() as f64;
    if arrived > 0.0 { lost / arrived } else { 0.0 }
}
