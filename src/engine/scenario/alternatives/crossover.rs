use serde::{Deserialize, Serialize};

use super::{Alternative, Ask, Design, Sizing};
use crate::{
    random::math::{exp, ln},
    scenario::{Scenario, plain_usd},
    traffic::MOST_RATE,
    units::Seconds,
};

/// What a month costs over the traffic, for some designs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Crossover {
    /// Times today's traffic, ascending, each as many times the one before.
    pub factors: Vec<f64>,
    /// The designs' costs.
    pub lines: Vec<CostLine>,
    /// Where another design becomes the cheapest.
    pub changes: Vec<Change>,
    /// All of it in one plain sentence.
    pub sentence: String,
}

/// A design's cost at each factor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CostLine {
    /// The design.
    pub key: String,
    /// Its name for people.
    pub name: String,
    /// Dollars per month.
    pub usd: Vec<f64>,
}

/// From this traffic on, another design is the cheapest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Times today's traffic.
    pub factor: f64,
    /// Requests a second in the mean of the day.
    pub per_second: f64,
    /// The design that was the cheapest below.
    pub from: String,
    /// The one that is from here on.
    pub to: String,
}

/// From a 64th of today's traffic to 64 times of it, in steps of twice.
const HALVINGS: i32 = 6;
/// Factors as near as this are the same.
const CLOSE: f64 = 1.01;

/// The cost of designs over the traffic, each sized for the target at every point, and where the cheapest changes.
pub fn crossover(scenario: &Scenario, target: Seconds, designs: &[Design]) -> Crossover {
    let asked = Asked { scenario, target, designs };
    let peak = scenario.traffic.peak_rate().max(1e-9);
    let factors: Vec<f64> = (-HALVINGS..=HALVINGS)
        .map(|power| exp(f64::from(power) * std::f64::consts::LN_2))
        .filter(|factor| *factor <= 1.0 || factor * peak <= MOST_RATE)
        .collect();
    let costs: Vec<Vec<f64>> = factors.iter().map(|&factor| asked.costs(factor, designs)).collect();
    let changes = asked.changes(&factors, &costs);
    let lines = designs.iter().enumerate().map(|(index, design)| CostLine {
        key: design.key(),
        name: design.name(),
        usd: costs.iter().map(|costs| costs[index]).collect(),
    });
    let cheapest = costs.first().map_or(0, |costs| least(costs));
    // The factors start as many halvings below today.
    let today = costs.get(HALVINGS as usize).map_or(&[][..], Vec::as_slice);
    let sentence = asked.sentence(cheapest, &changes, today);
    Crossover { lines: lines.collect(), sentence, changes, factors }
}

struct Asked<'a> {
    scenario: &'a Scenario,
    target: Seconds,
    designs: &'a [Design],
}

impl Asked<'_> {
    /// What each of these designs costs at so many times the traffic; infinite where there is nothing to split.
    fn costs(&self, factor: f64, designs: &[Design]) -> Vec<f64> {
        let mut scenario = self.scenario.clone();
        scenario.traffic.growth *= factor;
        let ask = Ask {
            scenario: &scenario,
            target: self.target,
            tariff: scenario.money.prices.tariff(),
            sizing: Sizing::Cheapest,
        };
        let cost = |answer: Option<Alternative>| answer.map_or(f64::INFINITY, |found| found.bill.total.0);
        ask.all(designs).into_iter().map(cost).collect()
    }

    fn changes(&self, factors: &[f64], costs: &[Vec<f64>]) -> Vec<Change> {
        let mut changes = Vec::new();
        for (at, pair) in costs.windows(2).enumerate() {
            let (from, to) = (least(&pair[0]), least(&pair[1]));
            if from != to {
                changes.push(self.change(factors[at], factors[at + 1], from, to));
            }
        }
        changes
    }

    /// Where one stops being cheaper than the other between two factors, by halving.
    fn change(&self, mut below: f64, mut above: f64, from: usize, to: usize) -> Change {
        let pair = [self.designs[from], self.designs[to]];
        while above / below > CLOSE {
            let middle = (below * above).sqrt();
            let costs = self.costs(middle, &pair);
            if costs[0] <= costs[1] { below = middle } else { above = middle }
        }
        let factor = exp(0.5 * (ln(below) + ln(above)));
        let per_second = factor * self.scenario.traffic.requests_per_day() / 86_400.0;
        let name = |index: usize| self.designs[index].name();
        Change { factor, per_second, from: name(from), to: name(to) }
    }

    fn sentence(&self, cheapest: usize, changes: &[Change], today: &[f64]) -> String {
        let Some(first) = self.designs.get(cheapest) else { return String::new() };
        let mut words = format!("{} is the cheapest", first.name());
        match changes {
            [] => words += " at every traffic shown",
            changes => {
                for (index, change) in changes.iter().enumerate() {
                    let start = if index == 0 { " up to " } else { ", from there to " };
                    words += &format!("{start}{}", per_second(change.per_second));
                    let next = &changes.get(index + 1);
                    let beyond = if next.is_some() { "; then " } else { "; above that, " };
                    words += &format!("{beyond}{}", change.to);
                }
            }
        }
        let now = least(today);
        let usd = today.get(now).copied().unwrap_or_default();
        format!("{words}. Today it is {}, at {} a month.", self.designs[now].name(), plain_usd(usd))
    }
}

/// A rate for people, of the day's mean.
fn per_second(rate: f64) -> String {
    match rate {
        r if r >= 9.5 => format!("{r:.0} requests a second"),
        r if r >= 0.095 => format!("{r:.1} requests a second"),
        r => format!("{:.0} requests an hour", r * 3_600.0),
    }
}

fn least(costs: &[f64]) -> usize {
    (0..costs.len()).min_by(|&a, &b| costs[a].total_cmp(&costs[b])).unwrap_or_default()
}
