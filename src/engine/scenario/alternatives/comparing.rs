use std::collections::VecDeque;

use super::{
    Alternative, Candidate, Comparison, Design, Doubt, Settling, Sized, Sizing, Wish, claim,
    crossover::Crossing, designs, words,
};
use crate::{
    pricing::{BillLine, DAYS_PER_MONTH, Meter, YOUR_PRICE},
    scenario::Scenario,
    servers::{Form, Size},
    units::{Seconds, sort_by_number},
};

/// A comparison under way: everything answers by formulas, then at other traffics, and is then simulated one by one.
pub struct Comparing {
    scenario: Scenario,
    target: Seconds,
    asked: Vec<(Design, Sizing)>,
    crossing: Crossing,
    /// What is known of each design, and the order in which people see them.
    answers: Vec<Option<Alternative>>,
    order: Vec<usize>,
    claim: Option<(String, String)>,
    is_claimed: bool,
    to_settle: VecDeque<usize>,
    is_ordered: bool,
    settling: Option<(usize, Settling)>,
}

/// How far a comparison is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stride {
    /// Something new is known.
    News,
    /// It goes on.
    On,
    /// All is known.
    Done,
}

impl Comparing {
    /// Sets up a comparison of all designs; a design by hand that there is not is not asked.
    pub fn new(scenario: &Scenario, wish: &Wish) -> Self {
        let target = Seconds(wish.target_s);
        let sizing = |design: Design| {
            let chosen = wish.by_hand.iter().find(|(key, _)| *key == design.key());
            chosen.map_or(Sizing::Cheapest, |(_, machines)| Sizing::ByHand(Size::fixed(*machines)))
        };
        let asked: Vec<_> = designs().map(|design| (design, sizing(design))).collect();
        Self {
            scenario: scenario.clone(),
            target,
            crossing: Crossing::new(scenario, target, asked.clone()),
            answers: vec![None; asked.len()],
            order: Vec::new(),
            claim: None,
            is_claimed: false,
            to_settle: VecDeque::new(),
            is_ordered: false,
            settling: None,
            asked,
        }
    }

    /// Takes one step: one group of designs at one traffic, or up to so many simulated requests.
    pub fn advance(&mut self, most: u64) -> Stride {
        if !self.crossing.is_answered() {
            self.crossing.advance();
            return self.take_answers();
        }
        if !self.is_claimed {
            self.is_claimed = true;
            self.claim = claim::told(self.scenario.situation, self.target);
            return Stride::News;
        }
        if !self.crossing.is_done() {
            self.crossing.advance();
            return Stride::News;
        }
        self.settle(most)
    }

    fn take_answers(&mut self) -> Stride {
        self.answers = self.crossing.answers().to_vec();
        let mut order: Vec<usize> = (0..self.asked.len()).filter(|&at| self.answers[at].is_some()).collect();
        sort_by_number(&mut order, |&at| self.answers[at].as_ref().map_or(0.0, |found| found.bill.total.0));
        self.order = order;
        Stride::News
    }

    fn settle(&mut self, most: u64) -> Stride {
        if !std::mem::replace(&mut self.is_ordered, true) {
            self.to_settle = self.by_effort();
        }
        let Some((at, settling)) = &mut self.settling else { return self.begin_next() };
        if !settling.advance(most) {
            return Stride::On;
        }
        let at = *at;
        self.answers[at] = self.settling.take().map(|(_, settling)| settling.alternative());
        Stride::News
    }

    fn begin_next(&mut self) -> Stride {
        let Some(at) = self.to_settle.pop_front() else { return Stride::Done };
        let found = self.answers[at].as_ref();
        let settling = found.and_then(|found| {
            Settling::new(&self.scenario, found, self.target, self.scenario.money.prices.tariff())
        });
        self.settling = settling.map(|settling| (at, settling));
        Stride::News
    }

    /// The cheapest first; instances that come with the requests take longest, and come last.
    fn by_effort(&self) -> VecDeque<usize> {
        let is_long = |at: &usize| match self.asked[*at].0 {
            Design::Rented(kind, _) => kind.form == Form::Instances,
            Design::Function | Design::Hybrid => false,
        };
        let (long, short): (Vec<usize>, Vec<usize>) = self.order.iter().partition(|at| is_long(at));
        short.into_iter().chain(long).collect()
    }

    /// What is known by now.
    pub fn comparison(&self) -> Comparison {
        let found: Vec<&Alternative> =
            self.order.iter().filter_map(|&at| self.answers[at].as_ref()).collect();
        let best = words::best(&found).filter(|_| self.crossing.is_answered());
        let option = |(place, &at): (usize, &usize)| {
            Some(self.candidate(at, self.answers[at].as_ref()?, best == Some(place)))
        };
        let (claim, source) = self.claim.clone().unwrap_or_default();
        let per_day = self.scenario.traffic.requests_per_day();
        let (is_answered, is_crossed) = (self.crossing.is_answered(), self.crossing.is_done());
        Comparison {
            options: self.order.iter().enumerate().filter_map(option).collect(),
            requests: per_day * DAYS_PER_MONTH,
            rates: self.crossing.per_second(),
            rate: per_day / 86_400.0,
            changes: self.crossing.crossings(),
            verdict: if is_answered { words::verdict(&found, self.target) } else { String::new() },
            crossover: if is_crossed { words::crossover(&self.crossing) } else { String::new() },
            claim: [claim, source],
            at_work: self
                .settling
                .as_ref()
                .map(|(at, settling)| (self.asked[*at].0.key(), settling.progress())),
        }
    }

    /// How much of what is being simulated is done, from 0 to 1.
    pub fn progress(&self) -> f64 {
        self.settling.as_ref().map_or(0.0, |(_, settling)| settling.progress())
    }

    fn candidate(&self, at: usize, found: &Alternative, is_best: bool) -> Candidate {
        let can_choose = matches!(self.asked[at].0, Design::Rented(kind, _) if kind.form == Form::Servers);
        let machines = match found.sized {
            Sized::Fixed(machines) | Sized::Following { most: machines, .. } if can_choose => Some(machines),
            _ => None,
        };
        let doubts = found.bill.lines.iter().filter(|line| line.cost.0 > 0.0 || line.source == YOUR_PRICE);
        let line = self.crossing.line(at).into_iter();
        Candidate {
            key: found.key.clone(),
            name: found.name.clone(),
            size: words::size(found.sized),
            machines,
            usd: found.bill.total.0,
            usd_band: [found.usd_band.least, found.usd_band.most],
            p99_s: found.p99_s,
            p99_band: [found.p99_band.least, found.p99_band.most],
            slow: found.slow,
            unanswered: found.unanswered,
            holds: found.holds,
            is_best,
            fidelity: found.fidelity,
            doubts: doubts.filter_map(|line| self.doubt(line)).collect(),
            line: line.map(|point| point.map(|point| [point.usd, point.p99_s].map(shortened))).collect(),
        }
    }

    /// What is to be known of a line whose price is in doubt, or one's own.
    fn doubt(&self, line: &BillLine) -> Option<Doubt> {
        let is_own = line.source == YOUR_PRICE;
        let meter = Meter::of_key(&line.key).filter(|_| is_own || !line.verified)?;
        let rate = self.scenario.money.prices.tariff().rate(meter);
        Some(Doubt {
            meter: line.key.clone(),
            label: line.label.clone(),
            usd: rate.tiers.first().map_or(0.0, |tier| tier.usd),
            per: rate.per_in_words(),
            source: line.source.clone(),
            is_own,
        })
    }
}

/// As many decimals as a picture needs: it is sent often.
fn shortened(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}
