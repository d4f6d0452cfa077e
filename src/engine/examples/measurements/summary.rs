//! Figures over many entries at once.

use std::{fs, path::Path};

use super::{
    cold_share::{self, Counted},
    entry::Entry,
    memory, replays,
    report::{Outcome, Row},
};

/// The mean error of mean instances that passes.
const INSTANCES_PASS: f64 = 0.04;
/// With fewer entries a mean says nothing.
const LEAST: usize = 3;

/// Measured and simulated cold shares and environments.
pub type Pairs = Vec<(Counted, Counted)>;

/// Those of all entries that tell them.
pub fn pairs(entries: &[Entry]) -> Pairs {
    let pair = |entry: &Entry| {
        let measured = Counted {
            cold_share: entry.output("coldStartProbability")?,
            environments: entry.output("averageInstances")?,
        };
        Some((measured, cold_share::simulate(entry)?))
    };
    entries.iter().filter(|entry| cold_share::fits(entry)).filter_map(pair).collect()
}

/// The mean of |simulated ÷ measured - 1|.
fn mean_error(pairs: &Pairs, value: fn(&Counted) -> f64) -> f64 {
    let errors = pairs.iter().map(|(measured, simulated)| (value(simulated) / value(measured) - 1.0).abs());
    errors.sum::<f64>() / pairs.len() as f64
}

/// Whether the entry tells how near another simulator came.
pub fn fits(entry: &Entry) -> bool {
    entry.output("coldStart_MAPE_pct").is_some()
}

/// The same mean error over the file's own entries must not be larger.
pub fn check(entry: &Entry, pairs: &Pairs) -> Outcome {
    if pairs.len() < LEAST {
        return Err("the file has too few cold shares to take a mean of".to_owned());
    }
    let percent = |value| 100.0 * mean_error(pairs, value);
    let theirs = entry.output("coldStart_MAPE_pct").unwrap_or_default();
    let mut rows = vec![Row::at_most("mean error of cold share, %", theirs, percent(|c| c.cold_share))];
    if let Some(theirs) = entry.output("avgInstances_MAPE_pct") {
        let ours = percent(|counted| counted.environments);
        rows.push(Row::at_most("mean error of environments, %", theirs, ours));
    }
    Ok(rows)
}

/// Figures that belong to no single entry.
pub fn all(entries: &[Entry], pairs: &Pairs, data: Option<&Path>) -> Vec<(String, Vec<Row>)> {
    let mut found = Vec::new();
    if pairs.len() >= LEAST {
        let error = mean_error(pairs, |counted| counted.environments);
        let row = Row::at_most("mean error of environments", INSTANCES_PASS, error);
        found.push((format!("over {} arrival rates", pairs.len()), vec![row]));
    }
    let errors: Vec<f64> = entries.iter().filter_map(memory::median_error).collect();
    if errors.len() >= LEAST {
        found.push((format!("over {} curves of the file", errors.len()), vec![memory::row_over(errors)]));
    }
    const RUNS: &str = "power_tuning_runs.jsonl";
    if let Some(text) =
        data.and_then(|folder| replays::find(folder, RUNS)).and_then(|path| fs::read_to_string(path).ok())
    {
        match memory::check_runs(&text) {
            Ok(row) => found.push((RUNS.to_owned(), vec![row])),
            Err(message) => eprintln!("{RUNS}: {message}"),
        }
    }
    found
}
