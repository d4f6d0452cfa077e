use serde::{Deserialize, Serialize};

use crate::scenario::{Fidelity, plain_wait};

/// What is asked of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wish {
    /// 1 in 100 may wait so long, in seconds.
    pub target_s: f64,
    /// How many machines there are, by the key of a design; of all others as few as hold the target.
    pub by_hand: Vec<(String, u32)>,
}

/// Everything that could answer the scenario's requests, as far as it is known: plain values and words, for people who
/// do not have the engine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// What can answer, the cheapest first.
    pub options: Vec<Candidate>,
    /// Requests of a month.
    pub requests: f64,
    /// Requests a second in the mean of the day at which costs are known, ascending.
    pub rates: Vec<f64>,
    /// Requests a second today.
    pub rate: f64,
    /// The rates at which another becomes the cheapest, each with the dollars a month there.
    pub changes: Vec<[f64; 2]>,
    /// Which is the cheapest, and which hold the target.
    pub verdict: String,
    /// At which traffic the order changes; empty until it is known.
    pub crossover: String,
    /// What reports say of the situation, and where they do; both empty where none does.
    pub claim: [String; 2],
    /// What is being simulated, and the share of it that is done.
    pub at_work: Option<(String, f64)>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its name in links and tests.
    pub key: String,
    /// Its name for people.
    pub name: String,
    /// How many machines, in words.
    pub size: String,
    /// As a number, where it can be chosen by hand.
    pub machines: Option<u32>,
    /// Dollars a month.
    pub usd: f64,
    /// Between what they lie.
    pub usd_band: [f64; 2],
    /// What 1 in 100 waits longer than, in seconds.
    pub p99_s: f64,
    /// Between what that lies.
    pub p99_band: [f64; 2],
    /// The share of the answered requests that wait longer than the target.
    pub slow: f64,
    /// The share of requests that are not answered.
    pub unanswered: f64,
    /// Whether it holds the target.
    pub holds: bool,
    /// Whether it is the one to choose.
    pub is_best: bool,
    /// How the numbers were got.
    pub fidelity: Fidelity,
    /// Its prices that nobody has seen in the provider's own words, and those that a person gave instead.
    pub doubts: Vec<Doubt>,
    /// Dollars a month and the wait at each of the rates; none where it is not known, or it cannot answer.
    pub line: Vec<Option<[f64; 2]>>,
}

/// A price that is in doubt, or a person's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Doubt {
    /// The meter: `ec2.c5_large_spot`.
    pub meter: String,
    /// What is paid for.
    pub label: String,
    /// Dollars for the first of them.
    pub usd: f64,
    /// For how many of what.
    pub per: String,
    /// Where it is from.
    pub source: String,
    /// Whether a person gave it.
    pub is_own: bool,
}

/// A wait beside others: below a second in whole milliseconds, since 101 ms are not within 100 ms.
pub fn fine_wait(seconds: f64) -> String {
    match seconds {
        s if s < 0.9995 => format!("{:.0} ms", s * 1e3),
        s if s < 9.995 => format!("{s:.2} s"),
        s => plain_wait(s),
    }
}
