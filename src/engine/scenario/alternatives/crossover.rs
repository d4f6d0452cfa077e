use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::{Alternative, Ask, Design, Sizing};
use crate::{
    random::math::{exp, ln},
    scenario::{Scenario, plain_usd},
    servers::Form,
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
    /// Dollars per month; infinite where it cannot answer.
    pub usd: Vec<f64>,
    /// What 1 in 100 waits longer than, in seconds.
    pub p99_s: Vec<f64>,
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

/// The cost of designs over the traffic, each sized for the target at every point, and where the cheapest changes.
/// Those that hold the target come before those that do not.
pub fn crossover(scenario: &Scenario, target: Seconds, designs: &[Design]) -> Crossover {
    let asked = designs.iter().map(|&design| (design, Sizing::Cheapest)).collect();
    let mut crossing = Crossing::new(scenario, target, asked);
    while !crossing.advance() {}
    crossing.crossover()
}

/// From a 64th of today's traffic to 64 times of it, in steps of twice; and lower, as far as a request in some seconds.
const HALVINGS: i32 = 6;
const MOST_HALVINGS: i32 = 10;
const LEAST_PER_SECOND: f64 = 0.25;
/// Factors as near as this are the same.
const CLOSE: f64 = 1.01;
/// Who is this little dearer than the cheapest stays the cheapest: prices that run side by side cross all the time.
const ALIKE: f64 = 1.03;

/// Designs being asked at one traffic after the other: today's first, then further and further from it.
pub struct Crossing {
    scenario: Scenario,
    target: Seconds,
    asked: Vec<(Design, Sizing)>,
    factors: Vec<f64>,
    today: usize,
    steps: VecDeque<Step>,
    /// What they answer today.
    answers: Vec<Option<Alternative>>,
    /// By factor, then by design; none until it is known.
    points: Vec<Vec<Option<Point>>>,
    halvings: Vec<Halving>,
    is_halving: bool,
}

/// What a design comes to at some traffic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub usd: f64,
    pub p99_s: f64,
    pub holds: bool,
}

/// To ask a group of designs at one factor.
struct Step {
    at: usize,
    group: Vec<usize>,
}

/// Where one stops being cheaper than another: between these factors.
#[derive(Clone, Copy)]
struct Halving {
    below: f64,
    above: f64,
    from: usize,
    to: usize,
}

impl Point {
    const NOTHING: Self = Self { usd: f64::INFINITY, p99_s: f64::INFINITY, holds: false };

    fn of(answer: Option<&Alternative>) -> Self {
        answer.map_or(Self::NOTHING, |found| Self {
            usd: found.bill.total.0,
            p99_s: found.p99_s,
            holds: found.holds,
        })
    }

    /// Whether it is to be chosen before the other, who may be so many times as dear.
    fn is_before(&self, other: &Self, times: f64) -> bool {
        if self.holds == other.holds { self.usd <= other.usd * times } else { self.holds }
    }

    /// The same without the target.
    fn by_price(self) -> Self {
        Self { holds: true, ..self }
    }
}

impl Crossing {
    /// Sets up the questions.
    pub fn new(scenario: &Scenario, target: Seconds, asked: Vec<(Design, Sizing)>) -> Self {
        let (factors, today) = factors(scenario);
        let groups = groups(&asked);
        let mut by_distance: Vec<usize> = (0..factors.len()).collect();
        by_distance.sort_by_key(|at| (at.abs_diff(today), *at));
        let of = |at: usize| groups.iter().map(move |group| Step { at, group: group.clone() });
        Self {
            scenario: scenario.clone(),
            target,
            steps: by_distance.into_iter().flat_map(of).collect(),
            answers: vec![None; asked.len()],
            points: vec![vec![None; asked.len()]; factors.len()],
            halvings: Vec::new(),
            is_halving: false,
            asked,
            factors,
            today,
        }
    }

    /// Takes one step; true when all is known.
    pub fn advance(&mut self) -> bool {
        if let Some(step) = self.steps.pop_front() {
            self.answer(step);
        } else if !self.is_halving {
            (self.halvings, self.is_halving) = (self.brackets(), true);
        } else if let Some(index) = self.halvings.iter().position(|halving| !halving.is_done()) {
            self.halve(index);
        }
        self.is_done()
    }

    pub fn is_done(&self) -> bool {
        self.steps.is_empty() && self.is_halving && self.halvings.iter().all(Halving::is_done)
    }

    /// Whether all have answered at today's traffic.
    pub fn is_answered(&self) -> bool {
        self.points[self.today].iter().all(Option::is_some)
    }

    /// What they answer today, those that can.
    pub fn answers(&self) -> &[Option<Alternative>] {
        &self.answers
    }

    /// Requests a second in the mean of the day, at each traffic.
    pub fn per_second(&self) -> Vec<f64> {
        let today = self.scenario.traffic.requests_per_day() / 86_400.0;
        self.factors.iter().map(|factor| factor * today).collect()
    }

    /// What is known of a design at each traffic.
    pub fn line(&self, design: usize) -> Vec<Option<Point>> {
        self.points.iter().map(|point| point[design].filter(|point| point.usd.is_finite())).collect()
    }

    /// Where another becomes the cheapest; nothing until all is known.
    pub fn changes(&self) -> Vec<Change> {
        let per_second = self.scenario.traffic.requests_per_day() / 86_400.0;
        let name = |index: usize| self.asked[index].0.name();
        let change = |halving: &Halving| {
            let factor = exp(0.5 * (ln(halving.below) + ln(halving.above)));
            Change { factor, per_second: factor * per_second, from: name(halving.from), to: name(halving.to) }
        };
        if self.is_done() { self.halvings.iter().map(change).collect() } else { Vec::new() }
    }

    /// The rates at which another becomes the cheapest, each with what a month costs there.
    pub fn crossings(&self) -> Vec<[f64; 2]> {
        let changes = self.changes();
        let pairs = changes.iter().zip(&self.halvings);
        pairs.map(|(change, halving)| [change.per_second, self.usd(halving.from, change.factor)]).collect()
    }

    /// What a design costs at a traffic between those that were asked.
    fn usd(&self, design: usize, factor: f64) -> f64 {
        let above = self.factors.iter().position(|&known| known >= factor).unwrap_or_default().max(1);
        let at = |index: usize| self.points[index][design].map_or(0.0, |point| ln(point.usd.max(1e-9)));
        let [low, high] = [above - 1, above].map(|index| ln(self.factors[index]));
        let place = (ln(factor) - low) / (high - low);
        exp(at(above - 1) + place * (at(above) - at(above - 1)))
    }

    /// All of it, once it is known.
    pub fn crossover(&self) -> Crossover {
        let line = |(index, (design, _)): (usize, &(Design, Sizing))| {
            let points = || self.points.iter().map(move |point| point[index].unwrap_or(Point::NOTHING));
            CostLine {
                key: design.key(),
                name: design.name(),
                usd: points().map(|point| point.usd).collect(),
                p99_s: points().map(|point| point.p99_s).collect(),
            }
        };
        Crossover {
            factors: self.factors.clone(),
            lines: self.asked.iter().enumerate().map(line).collect(),
            changes: self.changes(),
            sentence: self.sentence(),
        }
    }

    /// Up to which requests a second the function costs less than any servers of its own provider that answer as well,
    /// or infinitely many; none where it never does.
    pub fn function_wins_up_to(&self) -> Option<f64> {
        let function = self.asked.iter().position(|asked| asked.0 == Design::Function)?;
        let of_servers = |(index, (design, _)): (usize, &(Design, Sizing))| match design {
            Design::Rented(kind, _) if kind.form == Form::Servers => Some(index),
            _ => None,
        };
        let servers: Vec<usize> = self.asked.iter().enumerate().filter_map(of_servers).collect();
        let ratio = |points: &Vec<Option<Point>>| {
            let least = servers.iter().filter_map(|&index| points[index]);
            let least = least.map(|point| point.usd).fold(f64::INFINITY, f64::min);
            points[function].map(|point| ln(point.usd.max(1e-9) / least.max(1e-9)))
        };
        let ratios: Vec<f64> = self.points.iter().filter_map(ratio).collect();
        let rates = self.per_second();
        let loses = ratios.iter().position(|ratio| *ratio > 0.0);
        match loses {
            None => Some(f64::INFINITY),
            Some(0) => None,
            Some(at) => {
                let place = ratios[at - 1] / (ratios[at - 1] - ratios[at]);
                Some(exp(ln(rates[at - 1]) + place * (ln(rates[at]) - ln(rates[at - 1]))))
            }
        }
    }

    fn answer(&mut self, Step { at, group }: Step) {
        let asked: Vec<_> = group.iter().map(|&index| self.asked[index]).collect();
        let answers = self.ask(self.factors[at], &asked);
        for (index, answer) in group.into_iter().zip(answers) {
            self.points[at][index] = Some(Point::of(answer.as_ref()));
            if at == self.today {
                self.answers[index] = answer;
            }
        }
    }

    /// What designs that are sized alike answer at so many times the traffic.
    fn ask(&self, factor: f64, asked: &[(Design, Sizing)]) -> Vec<Option<Alternative>> {
        let mut scenario = self.scenario.clone();
        scenario.traffic.growth *= factor;
        let sizing = asked.first().map_or(Sizing::Cheapest, |asked| asked.1);
        let tariff = scenario.money.prices.tariff();
        let ask = Ask { scenario: &scenario, target: self.target, tariff, sizing };
        ask.all(&asked.iter().map(|asked| asked.0).collect::<Vec<_>>())
    }

    fn point(&self, factor: f64, index: usize) -> Point {
        self.to_order(Point::of(self.ask(factor, &self.asked[index..=index])[0].as_ref()))
    }

    /// A point as it counts for the order: a target that nobody holds today is left out of it, since who comes near would
    /// hold it at one traffic and miss it at the next.
    fn to_order(&self, point: Point) -> Point {
        if self.is_target_held() { point } else { point.by_price() }
    }

    /// Whether anyone holds the target today.
    pub fn is_target_held(&self) -> bool {
        self.points[self.today].iter().flatten().any(|point| point.holds)
    }

    /// All points at a traffic, as they count for the order.
    fn ordered(&self, at: usize) -> Vec<Point> {
        self.points[at].iter().map(|point| self.to_order(point.unwrap_or(Point::NOTHING))).collect()
    }

    /// The neighbouring factors between which another becomes the cheapest.
    fn brackets(&self) -> Vec<Halving> {
        let mut from = first(&self.ordered(0));
        let mut found = Vec::new();
        for at in 1..self.factors.len() {
            let points = self.ordered(at);
            let to = first(&points);
            if !points.is_empty() && !points[from].is_before(&points[to], ALIKE) {
                found.push(Halving { below: self.factors[at - 1], above: self.factors[at], from, to });
                from = to;
            }
        }
        found
    }

    fn halve(&mut self, index: usize) {
        let halving = self.halvings[index];
        let middle = (halving.below * halving.above).sqrt();
        let stays = self.point(middle, halving.from).is_before(&self.point(middle, halving.to), 1.0);
        let halving = &mut self.halvings[index];
        if stays { halving.below = middle } else { halving.above = middle }
    }

    /// The name of the one to choose today.
    pub fn first_today(&self) -> String {
        self.asked.get(first(&self.ordered(self.today))).map_or(String::new(), |asked| asked.0.name())
    }

    /// Who is the cheapest from the least traffic to the most, and today.
    pub fn sentence(&self) -> String {
        let (least, now) = (first(&self.ordered(0)), first(&self.ordered(self.today)));
        let (Some(start), Some(today)) = (self.asked.get(least), self.asked.get(now)) else {
            return String::new();
        };
        let mut words = format!("{} is the cheapest", start.0.name());
        let changes = self.changes();
        if changes.is_empty() {
            words += " at every traffic shown";
        }
        for (index, change) in changes.iter().enumerate() {
            let start = if index == 0 { " up to " } else { ", from there to " };
            let beyond = if index + 1 < changes.len() { "; then " } else { "; above that, " };
            words += &format!("{start}{}{beyond}{}", rate_words(change.per_second), change.to);
        }
        let usd = self.ordered(self.today)[now].usd;
        format!("{words}. Today it is {}, at {} a month.", today.0.name(), plain_usd(usd))
    }
}

impl Halving {
    fn is_done(&self) -> bool {
        self.above / self.below <= CLOSE
    }
}

/// Times today's traffic, and which of them is today.
fn factors(scenario: &Scenario) -> (Vec<f64>, usize) {
    let peak = scenario.traffic.peak_rate().max(1e-9);
    let mean = scenario.traffic.requests_per_day() / 86_400.0;
    let times = |power: i32| exp(f64::from(power) * std::f64::consts::LN_2);
    let lowest = (HALVINGS..MOST_HALVINGS)
        .find(|&halvings| mean * times(-halvings) <= LEAST_PER_SECOND)
        .unwrap_or(MOST_HALVINGS);
    let powers = (-lowest..=HALVINGS).filter(|&power| power <= 0 || times(power) * peak <= MOST_RATE);
    (powers.map(times).collect(), lowest as usize)
}

/// Designs that are sized together, since only prices differ.
fn groups(asked: &[(Design, Sizing)]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, &(design, sizing)) in asked.iter().enumerate() {
        let is_alike = |group: &&mut Vec<usize>| {
            let (other, sized) = asked[group[0]];
            let work_alike = match (design, other) {
                (Design::Rented(kind, _), Design::Rented(other, _)) => kind.works_like(other),
                _ => false,
            };
            work_alike && sizing == sized
        };
        match groups.iter_mut().find(is_alike) {
            Some(group) => group.push(index),
            None => groups.push(vec![index]),
        }
    }
    groups
}

/// The one to choose: the cheapest of those that hold the target, or of all where none does.
fn first(points: &[Point]) -> usize {
    let mut best = 0;
    for (index, point) in points.iter().enumerate() {
        if !points[best].is_before(point, 1.0) {
            best = index;
        }
    }
    best
}

/// A rate for people, of the day's mean.
pub fn rate_words(rate: f64) -> String {
    match rate {
        r if r >= 999.5 => {
            format!("{} requests a second", crate::scenario::sentence::grouped(r.round() as u64))
        }
        r if r >= 9.5 => format!("{r:.0} requests a second"),
        r if r >= 0.095 => format!("{r:.1} requests a second"),
        r => format!("{:.0} requests an hour", r * 3_600.0),
    }
}
