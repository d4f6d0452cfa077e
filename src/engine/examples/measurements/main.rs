//! Holds the model against published measurements.
//!
//! ```text
//! cargo run --release -p burstlab-engine --example measurements -- MEASUREMENTS.json [--data DIR]
//! ```
//!
//! A file holds entries: conditions, results, where they were published. What kind an entry is follows from
//! what it tells, never from its name. Those in the model's reach are simulated, each figure with its
//! tolerance and a verdict; the others are listed with the reason. Request logs that entries name, and
//! `power_tuning_runs.jsonl`, are read from anywhere below the folder of `--data`.
//!
//! Exit status 1 when a figure is outside its tolerance, 2 when the file cannot be read.

#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

mod bursts;
mod cold_share;
mod concurrency;
mod entry;
mod keep_alive;
#[path = "../shared/log.rs"]
mod log;
mod memory;
mod queue;
mod replays;
mod report;
mod starts;
mod summary;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use entry::Entry;
use report::{Outcome, Row};

/// A kind of entry: how it is known, and how it is checked.
struct Kind {
    fits: fn(&Entry) -> bool,
    check: fn(&Entry) -> Outcome,
}

/// The kinds that need nothing but the entry; the first that fits is taken.
const KINDS: &[Kind] = &[
    Kind { fits: cold_share::fits, check: cold_share::check },
    Kind { fits: keep_alive::tells_threshold, check: keep_alive::check_threshold },
    Kind { fits: keep_alive::tells_curve, check: keep_alive::check_curve },
    Kind { fits: keep_alive::tells_points, check: keep_alive::check_points },
    Kind { fits: keep_alive::tells_minutes, check: keep_alive::check_minutes },
    Kind { fits: keep_alive::tells_life, check: keep_alive::check_life },
    Kind { fits: bursts::tells_minutes, check: bursts::check_minutes },
    Kind { fits: bursts::tells_rate, check: bursts::check_rate },
    Kind { fits: bursts::tells_peak, check: bursts::check_peak },
    Kind { fits: bursts::tells_parallel, check: bursts::check_parallel },
    Kind { fits: queue::tells_drain, check: queue::check_drain },
    Kind { fits: queue::tells_rise, check: queue::check_rise },
    Kind { fits: queue::tells_pollers, check: queue::check_pollers },
    Kind { fits: queue::tells_maximum, check: queue::check_maximum },
    Kind { fits: queue::tells_starts, check: queue::check_starts },
    Kind { fits: concurrency::tells_cases, check: concurrency::check_cases },
    Kind { fits: concurrency::tells_implied, check: concurrency::check_implied },
    Kind { fits: concurrency::tells_clients, check: concurrency::check_clients },
    Kind { fits: concurrency::tells_quota, check: concurrency::check_quota },
    Kind { fits: concurrency::tells_reserved, check: concurrency::check_reserved },
    Kind { fits: starts::tells_sizes, check: starts::check_sizes },
    Kind { fits: starts::tells_billed, check: starts::check_billed },
    Kind { fits: memory::fits, check: memory::check },
];

fn main() -> ExitCode {
    let (file, data) = match arguments(env::args().skip(1)) {
        Ok(asked) => asked,
        Err(message) => return refuse(&message),
    };
    let read = fs::read_to_string(&file).map_err(|error| error.to_string());
    let entries = match read.and_then(|text| entry::read(&text)) {
        Ok(entries) => entries,
        Err(message) => return refuse(&format!("{}: {message}", file.display())),
    };
    println!("{}", report::head());
    let mut count = Count::default();
    let mut out_of_reach = Vec::new();
    let pairs = summary::pairs(&entries);
    for entry in &entries {
        match outcome(entry, &pairs, data.as_deref()) {
            Ok(rows) => count.print(&entry.id, &rows),
            Err(reason) => out_of_reach.push((&entry.id, reason)),
        }
    }
    for (name, rows) in summary::all(&entries, &pairs, data.as_deref()) {
        count.print(&name, &rows);
    }
    println!("\nout of reach");
    for (id, reason) in &out_of_reach {
        println!("{id:<44} {reason}");
    }
    println!(
        "\n{} figures ok, {} FAILED; {} entries out of reach of {}",
        count.ok,
        count.failed,
        out_of_reach.len(),
        entries.len()
    );
    if count.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn refuse(message: &str) -> ExitCode {
    eprintln!("{message}\nusage: measurements MEASUREMENTS.json [--data DIR]");
    ExitCode::from(2)
}

fn arguments(mut given: impl Iterator<Item = String>) -> Result<(PathBuf, Option<PathBuf>), String> {
    let (mut file, mut data) = (None, None);
    while let Some(argument) = given.next() {
        if argument == "--data" {
            data = Some(PathBuf::from(given.next().ok_or("--data needs a folder")?));
        } else if file.replace(PathBuf::from(&argument)).is_some() {
            return Err(format!("one file at a time, not also {argument}"));
        }
    }
    if let Some(folder) = data.as_deref().filter(|folder: &&Path| !folder.is_dir()) {
        return Err(format!("{} is no folder", folder.display()));
    }
    Ok((file.ok_or("a file of measurements is missing")?, data))
}

/// The figures of an entry, or why it has none.
fn outcome(entry: &Entry, pairs: &summary::Pairs, data: Option<&Path>) -> Outcome {
    if entry.is_of_another_provider() {
        return Err("it is of another provider".to_owned());
    }
    if replays::fits(entry) {
        return replays::check(entry, data);
    }
    if summary::fits(entry) {
        return summary::check(entry, pairs);
    }
    match KINDS.iter().find(|kind| (kind.fits)(entry)) {
        Some(kind) => (kind.check)(entry),
        None => Err(why_not(entry)),
    }
}

/// Results that the model cannot be asked for, each with the reason.
const BEYOND: &[(&str, &str)] = &[
    ("mostRecentlyUsedChosen_fraction", "built in: the model always takes the one used most recently"),
    ("coldCount_MAPE_pct_all11", "a policy's own fit; its cold starts are compared log by log"),
    ("warmAfterPeriods", "another law: half of the idle end each period; logs of that year show timers"),
    ("throughputDuringErrors", "how pollers step back after errors is not published, nor modelled"),
    ("scaleOutAbove", "copies kept warm are a plan of hours here, they do not follow the load"),
    ("startDelay", "copies kept warm are ready when their hours begin; their preparation is not modelled"),
    ("ceil_ms_no_init", "a count over lines of logs that are not in the file"),
    ("coldShareOfInvocations", "all functions of the provider together; the model has one"),
    ("exampleRow", "the parts inside a start are not modelled apart"),
    ("files", "it points to figures and holds none"),
];

/// Why an entry that no kind fits is out of reach.
fn why_not(entry: &Entry) -> String {
    if let Some((_, reason)) = BEYOND.iter().find(|(key, _)| entry.found(key).is_some()) {
        return (*reason).to_owned();
    }
    if entry.rows_have("median_s") {
        return "whole responses, with the network and the way in; the model knows the start alone"
            .to_owned();
    }
    format!("no part of the model answers to this kind: {}", entry.topic)
}

#[derive(Default)]
struct Count {
    ok: usize,
    failed: usize,
}

impl Count {
    fn print(&mut self, id: &str, rows: &[Row]) {
        for row in rows {
            println!("{}", report::row_line(id, row));
            if row.ok { self.ok += 1 } else { self.failed += 1 }
        }
    }
}
