//! The same requests answered otherwise: by servers, containers and other providers' functions, each with its own
//! capacity and so its own wait beside its own bill.
//!
//! Start at [`alternatives`], which answers for all by formulas, within a second; [`Settling`] then simulates them one
//! by one. [`crossover`] tells at which traffic another becomes the cheapest. [`Comparing`] does all of it in steps, and
//! says in a [`Comparison`] what is known by then.
//!
//! # What is modelled
//! - Each computes on its own vCPUs what the function computes on the CPU that its memory buys; what a request waits
//!   for, asks and fails is the same.
//! - Sizes by hand, or the cheapest that holds a p99: a fixed number, or one that follows the load from a least number
//!   on. One server alone needs no balancer.
//! - The hybrid: containers sized for what there always is, the function for the rest.
//!
//! # What is left out
//! - A queue before servers, callers that try again, and what a server remembers of the system it asks.
//! - People who run servers, and their disks. What surrounds the function surrounds servers at the same prices, the way in
//!   apart.
//! - Prices of other providers in their own regions, and transfer between providers.

mod claim;
mod comparing;
mod comparison;
mod crossover;
mod hybrid;
mod rented;
mod settle;
mod words;

pub use comparing::{Comparing, Stride};
pub use comparison::{Candidate, Comparison, Doubt, Wish, fine_wait};
pub use crossover::{Change, CostLine, Crossover, crossover};
use rented::{Rented, Sizes};
pub use settle::Settling;

use serde::{Deserialize, Serialize};

use super::{Fidelity, Range, Scenario, estimate};
use crate::{
    pricing::{Bill, Tariff},
    servers::{Kind, Size, kind, kinds},
    units::Seconds,
};

/// What answers the requests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Design {
    /// The function, as it is set.
    Function,
    /// A kind of server and the name of a way of paying for it.
    Rented(&'static Kind, &'static str),
    /// A steady base on containers, the rest on the function.
    Hybrid,
}

/// How many servers there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sizing {
    /// As few as hold the target, or the load where none does.
    Cheapest,
    /// By hand.
    ByHand(Size),
}

/// How an alternative was sized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sized {
    /// As the function is set, or by the provider.
    WithRequests,
    /// So many, always.
    Fixed(u32),
    /// Between so many, by the load.
    Following {
        /// The fewest.
        least: u32,
        /// The most that there were.
        most: u32,
    },
    /// So many containers, and the function for the rest.
    Base(u32),
}

/// One way of answering the scenario's requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// Its name in links and tests: `ec2_c5_large.spot`.
    pub key: String,
    /// Its name for people.
    pub name: String,
    /// What it is, in plain words.
    pub words: String,
    /// What a month costs.
    pub bill: Bill,
    /// What 1 in 100 of those that are answered waits longer than, in seconds.
    pub p99_s: f64,
    /// The share of the answered requests that wait longer than the target.
    pub slow: f64,
    /// The share of requests that are not answered.
    pub unanswered: f64,
    /// Whether the p99 is within the target and hardly any request goes unanswered.
    pub holds: bool,
    /// How the numbers were got.
    pub fidelity: Fidelity,
    /// Between what the bill lies, in USD.
    pub usd_band: Range,
    /// Between what the p99 lies, in seconds.
    pub p99_band: Range,
    /// How it was sized.
    pub sized: Sized,
}

/// More than this share unanswered does not hold a target.
const MOST_UNANSWERED: f64 = 0.01;

/// How far an estimate may be off, the bill and the p99: of servers that are always there, of those that follow the
/// load, of instances that come with the requests. Held against simulated days in `tests/alternatives.rs`.
const ALWAYS: [(f64, f64); 2] = [(0.97, 1.03), (0.8, 1.15)];
const FOLLOWING: [(f64, f64); 2] = [(0.9, 1.12), (0.65, 1.4)];
const INSTANCES: [(f64, f64); 2] = [(0.85, 1.15), (0.3, 1.3)];

impl Design {
    /// Its name in links and tests.
    pub fn key(&self) -> String {
        match self {
            Self::Function => "function".to_owned(),
            Self::Rented(kind, way) => format!("{}.{way}", kind.key),
            Self::Hybrid => "hybrid".to_owned(),
        }
    }

    /// The design of this name.
    pub fn of_key(key: &str) -> Option<Self> {
        match key.split_once('.') {
            None if key == "function" => Some(Self::Function),
            None => (key == "hybrid").then_some(Self::Hybrid),
            Some((of, way)) => {
                let kind = kind(of)?;
                let (way, _) = kind.paying.get_key_value(way)?;
                Some(Self::Rented(kind, way))
            }
        }
    }

    /// Its name for people.
    pub fn name(&self) -> String {
        match self {
            Self::Function => "The function".to_owned(),
            Self::Rented(kind, way) => match kind.paying[*way].title.as_str() {
                "as used" => kind.title.clone(),
                title => format!("{}, {title}", kind.title),
            },
            Self::Hybrid => "Containers and the function".to_owned(),
        }
    }
}

/// Everything that can answer: the function, each kind of server by each way of paying, and the hybrid.
pub fn designs() -> impl Iterator<Item = Design> {
    let ways = |kind: &'static Kind| kind.paying.keys().map(move |way| Design::Rented(kind, way));
    std::iter::once(Design::Function).chain(kinds().iter().flat_map(ways)).chain([Design::Hybrid])
}

/// All designs on the scenario's terms, each as cheap as it can be with 1 in 100 waiting no longer than the target.
pub fn alternatives(scenario: &Scenario, target: Seconds) -> Vec<Alternative> {
    alternatives_at(scenario, target, scenario.money.prices.tariff())
}

/// The same at other prices.
pub fn alternatives_at(scenario: &Scenario, target: Seconds, tariff: &Tariff) -> Vec<Alternative> {
    let ask = Ask { scenario, target, tariff, sizing: Sizing::Cheapest };
    let all = ask.all(&designs().collect::<Vec<_>>());
    all.into_iter().flatten().collect()
}

/// A question about one design.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    scenario: &'a Scenario,
    target: Seconds,
    tariff: &'a Tariff,
    sizing: Sizing,
}

impl Alternative {
    /// One design, by formulas; none where there is nothing to split.
    pub fn estimate(
        scenario: &Scenario,
        design: Design,
        sizing: Sizing,
        target: Seconds,
        tariff: &Tariff,
    ) -> Option<Self> {
        Ask { scenario, target, tariff, sizing }.all(&[design]).swap_remove(0)
    }

    fn judged(mut self, target: Seconds) -> Self {
        self.holds = self.p99_s <= target.0 && self.unanswered <= MOST_UNANSWERED;
        self
    }
}

impl Ask<'_> {
    /// One answer for each design; kinds that differ in their price alone are sized once.
    fn all(&self, designs: &[Design]) -> Vec<Option<Alternative>> {
        let mut tried: Vec<(Rented, Vec<Sizes>)> = Vec::new();
        let answer = |&design: &Design| match design {
            Design::Function => Some(self.function()),
            Design::Hybrid => self.hybrid(),
            Design::Rented(kind, way) => {
                let like = tried.iter().position(|(rented, _)| rented.kind.works_like(kind));
                let at = like.unwrap_or_else(|| {
                    let rented = Rented::new(self.scenario, kind);
                    let sizes = self.sizes(&rented);
                    tried.push((rented, sizes));
                    tried.len() - 1
                });
                let (rented, sizes) = &mut tried[at];
                rented.kind = kind;
                self.cheapest(rented, way, sizes)
            }
        };
        designs.iter().map(answer).collect()
    }

    fn function(&self) -> Alternative {
        let outcome = estimate(self.scenario);
        let band = super::Band::of_estimate(self.scenario, &outcome);
        let bill = self.bill_of_function(&outcome);
        let unanswered = outcome.unanswered_share();
        let alternative = Alternative {
            key: Design::Function.key(),
            name: Design::Function.name(),
            words: "as it is set, with its way in".to_owned(),
            p99_s: outcome.latency.p99_s,
            slow: hybrid::above_outcome(&outcome, self.target.0),
            unanswered,
            holds: false,
            fidelity: outcome.fidelity,
            usd_band: band.usd,
            p99_band: band.p99_s,
            sized: Sized::WithRequests,
            bill,
        };
        alternative.judged(self.target)
    }
}
