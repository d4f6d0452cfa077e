//! Holds the kernels against queueing theory.
//!
//! ```text
//! cargo run --release -p burstlab-engine --example theory -- ORACLES.json [--only TEXT] [--seconds N]
//! ```
//!
//! A file holds cases: parameters, outputs of theory, and which of them a simulation or a formula must
//! reproduce. Each is simulated below the scenario's door, in batches, until the 99.99 % interval of every
//! judged output is within ±2 % (±5 % for probabilities below 1e-4); an output passes when its interval
//! covers theory. What is not known (a family, an output, a parameter, a law) is told and fails.
//!
//! Two things make intervals narrower than counting does, and neither takes anything from the formulas that are
//! judged. Rare cold starts are read from the gaps between visits of a level, and the fleet's own word on every
//! single request is held against its gap ([`gaps`]). And what is drawn has a known rate and a known mean: a batch with more
//! work than that is set right by regression. What is taken as known so is judged as well, as it was drawn.
//!
//! `--only` takes the cases whose name contains a text; `--seconds` bounds each law of a case (600 unless said): an
//! interval that is still too wide then fails. Exit status 1 when any output fails.

#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

mod fleet;
mod formula;
mod gaps;
mod interval;
mod law;
mod oracle;
mod queue;

use std::{env, fs, process::ExitCode, sync::Mutex, time::Duration};

use burstlab_engine::random::Law;
use formula::Outputs;
use interval::{Batch, DRAWN_RATE, DRAWN_SERVICE, Tally};
use oracle::Oracle;

/// Something that yields independent batches of outputs.
enum Case {
    Fleet(Box<fleet::FleetCase>),
    Transient(fleet::TransientCase),
    Queue(Box<queue::QueueCase>),
    Latency(Box<law::LatencyCase>),
}

/// An output that is judged: what theory says, and how wide an interval may be.
struct Judged {
    name: String,
    expected: f64,
    tolerance: Option<f64>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let after = |flag: &str| {
        arguments.iter().position(|argument| argument == flag).and_then(|at| arguments.get(at + 1))
    };
    let seconds = after("--seconds").and_then(|text| text.parse().ok()).unwrap_or(600);
    let only = after("--only").map_or("", String::as_str);
    let oracles =
        match arguments.first().ok_or("a file of cases is missing".to_owned()).and_then(|path| read(path)) {
            Ok(oracles) => oracles,
            Err(message) => {
                eprintln!("{message}\nusage: theory ORACLES.json [--only TEXT] [--seconds N]");
                return ExitCode::FAILURE;
            }
        };
    println!(
        "{:<24} {:<22} {:<12} {:>14} {:>14} {:>10}  verdict",
        "case", "output", "law", "expected", "got", "±"
    );
    let chosen = oracles.iter().filter(|oracle| oracle.id.contains(only));
    let (mut passed, mut failed) = (0, 0);
    for oracle in chosen {
        for ok in judge(oracle, Duration::from_secs(seconds)) {
            if ok { passed += 1 } else { failed += 1 }
        }
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn read(path: &str) -> Result<Vec<Oracle>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))
}

/// The families that there is a simulation or a formula for.
const FAMILIES: [&str; 15] = [
    "erlang_b",
    "erlang_c",
    "mg_inf",
    "mg_inf_transient",
    "lognormal_quantiles",
    "latency_mixture",
    "pollaczek_khinchine",
    "md_c",
    "cold_gap",
    "limit_one",
    "mru_keep_alive",
    "batch_arrivals",
    "batch_arrivals_inf",
    "cost",
    "reference",
];

/// Judges all outputs of a case; one verdict each.
fn judge(oracle: &Oracle, budget: Duration) -> Vec<bool> {
    if !FAMILIES.contains(&oracle.family.as_str()) {
        return vec![complain(oracle, &format!("the family {} is not known", oracle.family))];
    }
    if let Some(message) = oracle.unknown_parameter() {
        return vec![complain(oracle, &message)];
    }
    let by_formula = judge_by_formula(oracle);
    let names = oracle.simulated();
    let simulated: Result<Vec<bool>, String> = match oracle.family.as_str() {
        _ if names.is_empty() && by_formula.is_empty() => Err("nothing is given to be judged".to_owned()),
        _ if names.is_empty() => Ok(Vec::new()),
        "cost" => formula::outputs(oracle).map(|got| exact_verdicts(oracle, &names, &got)),
        _ => judge_by_simulation(oracle, &names, budget),
    };
    let simulated = simulated.unwrap_or_else(|message| vec![complain(oracle, &message)]);
    [simulated, by_formula].concat()
}

fn complain(oracle: &Oracle, message: &str) -> bool {
    println!("{:<24} {message}: FAILED", oracle.id);
    false
}

fn judge_by_formula(oracle: &Oracle) -> Vec<bool> {
    if oracle.judged_by_formula_only.is_empty() {
        return Vec::new();
    }
    match formula::outputs(oracle) {
        Ok(got) => exact_verdicts(oracle, &oracle.judged_by_formula_only, &got),
        Err(message) => vec![complain(oracle, &message)],
    }
}

fn exact_verdicts(oracle: &Oracle, names: &[String], got: &Outputs) -> Vec<bool> {
    let verdict = |name: &String| {
        let expected = oracle.outputs.get(name).copied().unwrap_or(f64::NAN);
        let value = got.get(name.as_str()).copied().unwrap_or(f64::NAN);
        let ok = (value - expected).abs() <= 1e-6 * expected.abs();
        row(oracle, name, "formula", expected, value, 0.0, ok)
    };
    names.iter().map(verdict).collect()
}

/// Simulates a case under each of its service laws.
fn judge_by_simulation(oracle: &Oracle, names: &[String], budget: Duration) -> Result<Vec<bool>, String> {
    let judged = judged(oracle, names)?;
    let laws = match oracle.family.as_str() {
        "lognormal_quantiles" | "latency_mixture" => vec![Law::Constant(0.0)],
        _ => oracle.service_laws()?,
    };
    let mut verdicts = Vec::new();
    for law in laws {
        let tally = simulate(oracle, law, &judged, budget)?;
        if let Some(fault) = tally.fault() {
            return Err(fault.to_owned());
        }
        for output in judged.iter().chain(&taken_as_known(oracle, law, &tally)) {
            let measured = measured_name(&output.name, &tally).and_then(|name| tally.get(name));
            let Some((value, half_width)) = measured else {
                verdicts.push(complain(oracle, &format!("no simulation measures {}", output.name)));
                continue;
            };
            let ok = output.passes(value, half_width);
            verdicts.push(row(oracle, &output.name, law_name(law), output.expected, value, half_width, ok));
        }
    }
    Ok(verdicts)
}

/// What control variates take as known must be so: the means of what was drawn, as it was drawn.
fn taken_as_known(oracle: &Oracle, law: Law, tally: &Tally) -> Vec<Judged> {
    let instants = oracle.maybe("batch_rate").or_else(|| oracle.maybe("arrival_rate"));
    let rate = instants.unwrap_or_default() * oracle.maybe("batch_size").unwrap_or(1.0);
    [(DRAWN_RATE, rate), (DRAWN_SERVICE, law.mean())]
        .into_iter()
        .filter(|&(name, expected)| tally.measures(name) && expected > 0.0)
        .map(|(name, expected)| Judged { name: name.to_owned(), expected, tolerance: None })
        .collect()
}

fn judged(oracle: &Oracle, names: &[String]) -> Result<Vec<Judged>, String> {
    let output = |name: &String| {
        let expected = oracle.outputs.get(name).copied().ok_or(format!("no value is given for {name}"))?;
        Ok(Judged { name: name.clone(), expected, tolerance: oracle.relative_tolerance.get(name).copied() })
    };
    names.iter().map(output).collect()
}

impl Judged {
    /// How wide the interval may be, relative to what is expected.
    fn widest(&self) -> f64 {
        let probability = self.name.starts_with("p_") || self.name.starts_with("P_") || self.name == "p0";
        if probability && self.expected < 1e-4 { 0.05 } else { 0.02 }
    }

    fn narrow_enough(&self, half_width: f64) -> bool {
        half_width <= self.widest() * self.expected.abs()
    }

    /// Exact values must be covered by a narrow interval; published ones matched within their tolerance.
    fn passes(&self, value: f64, half_width: f64) -> bool {
        let off = (value - self.expected).abs();
        match self.tolerance {
            Some(tolerance) => off <= tolerance * self.expected.abs(),
            // The last digits of a value that does not vary are the rounding of the samplers.
            None => self.narrow_enough(half_width) && off <= half_width + 1e-7 * self.expected.abs(),
        }
    }
}

/// Published figures carry the name of their publication behind the name of the output: the longest that is measured.
fn measured_name<'a>(name: &'a str, tally: &Tally) -> Option<&'a str> {
    let whole = std::iter::once(name);
    let shorter = name.rmatch_indices('_').map(|(at, _)| &name[..at]);
    whole.chain(shorter).find_map(|name| match name {
        "lifespan" => Some("mean_lifespan_s"),
        _ => tally.measures(name).then_some(name),
    })
}

fn law_name(law: Law) -> &'static str {
    match law {
        Law::Constant(0.0) => "",
        Law::Constant(_) => "constant",
        Law::Exponential { .. } => "exponential",
        Law::Lognormal { .. } => "lognormal",
    }
}

/// Runs batches on every core until all intervals are narrow enough, or time is up.
fn simulate(oracle: &Oracle, law: Law, judged: &[Judged], budget: Duration) -> Result<Tally, String> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let cases: Result<Vec<Case>, String> =
        (1..=workers as u64).map(|seed| Case::new(oracle, law, seed)).collect();
    let tally = Mutex::new(Tally::default());
    #[expect(clippy::disallowed_types, reason = "a program that bounds its own time needs a clock")]
    let began = std::time::Instant::now();
    let enough =
        |tally: &Tally| tally.is_enough(judged) || tally.count() >= LEAST_BATCHES && began.elapsed() > budget;
    std::thread::scope(|scope| {
        for mut case in cases? {
            let (tally, enough) = (&tally, &enough);
            scope.spawn(move || {
                loop {
                    let batch = case.batch();
                    let mut tally = tally.lock().expect("no batch panics");
                    if enough(&tally) || tally.fault().is_some() {
                        return;
                    }
                    tally.add(batch);
                }
            });
        }
        Ok::<(), String>(())
    })?;
    Ok(tally.into_inner().expect("no batch panics"))
}

/// Intervals of few batches are themselves uncertain: the first narrow one would be a lucky one.
const LEAST_BATCHES: usize = 48;

impl Tally {
    /// Whether all intervals are narrow enough; asked now and then only, for the same reason.
    fn is_enough(&self, judged: &[Judged]) -> bool {
        let narrow = |output: &Judged| {
            let widest = output.tolerance.map_or(0.95 * output.widest(), |tolerance| tolerance / 3.0);
            let measured = measured_name(&output.name, self).and_then(|name| self.get(name));
            let half_width = measured.map_or(0.0, |(_, half_width)| half_width);
            half_width <= widest * output.expected.abs()
        };
        self.count() >= LEAST_BATCHES && self.count().is_multiple_of(16) && judged.iter().all(narrow)
    }
}

impl Case {
    fn new(oracle: &Oracle, law: Law, seed: u64) -> Result<Self, String> {
        Ok(match oracle.family.as_str() {
            "lognormal_quantiles" | "latency_mixture" => {
                Self::Latency(Box::new(law::LatencyCase::new(oracle, seed)?))
            }
            "mg_inf_transient" => Self::Transient(fleet::TransientCase::new(oracle, law, seed)?),
            "erlang_c" | "pollaczek_khinchine" | "md_c" | "batch_arrivals" => {
                Self::Queue(Box::new(queue::QueueCase::new(oracle, law, seed)?))
            }
            "erlang_b" | "mg_inf" | "cold_gap" | "limit_one" | "mru_keep_alive" | "batch_arrivals_inf"
            | "reference" => Self::Fleet(Box::new(fleet::FleetCase::new(oracle, law, seed)?)),
            other => return Err(format!("the family {other} is not known")),
        })
    }

    fn batch(&mut self) -> Batch {
        match self {
            Self::Fleet(case) => case.batch(),
            Self::Transient(case) => case.batch().into(),
            Self::Queue(case) => case.batch(),
            Self::Latency(case) => case.batch().into(),
        }
    }
}

fn row(oracle: &Oracle, name: &str, law: &str, expected: f64, got: f64, half_width: f64, ok: bool) -> bool {
    let verdict = if ok { "ok" } else { "FAILED" };
    let relative = if expected == 0.0 { 0.0 } else { 100.0 * half_width / expected.abs() };
    println!(
        "{:<24} {name:<22} {law:<12} {expected:>14.8e} {got:>14.8e} {relative:>8.2} %  {verdict}",
        oracle.id
    );
    ok
}
