//! Replays an AWS request log under a keep-alive policy and compares cold starts.
//!
//! ```text
//! cargo run --release -p burstlab-engine --example replay -- LOG.csv [LOG.csv …]
//! cargo run --release -p burstlab-engine --example replay -- LOG.csv --fixed 600
//! ```
//!
//! A log is CSV with a header that names `is_cold`, `client_start_time` and `client_end_time` (seconds), as
//! written by pacslab/serverless-performance-modeling. The policy is the preset `aws_2020` unless `--fixed
//! SECONDS` says otherwise; all logs are replayed under the same one. The state before the first row is what
//! that row says: where it was warm, an environment was there.

#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

use std::{env, fs, process::ExitCode};

use burstlab_engine::{
    fleet::{Admission, Calendar, Fleet, FunctionWideIdle, KeepAlive, ScalingRate},
    units::{SECOND, Seconds, SimTime},
};
use serde::{Deserialize, Deserializer, de::Error};

/// One logged request.
#[derive(Clone, Copy)]
struct Logged {
    start: SimTime,
    end: SimTime,
    cold: bool,
}

fn main() -> ExitCode {
    let (logs, keep_alive) = match arguments(env::args().skip(1)) {
        Ok(asked) => asked,
        Err(message) => {
            eprintln!("{message}\nusage: replay LOG.csv [LOG.csv …] [--fixed SECONDS]");
            return ExitCode::FAILURE;
        }
    };
    println!("{:<44} {:>8} {:>9} {:>10} {:>8}", "log", "requests", "measured", "simulated", "error");
    let mut errors = Vec::new();
    for path in &logs {
        match fs::read_to_string(path).map_err(|error| error.to_string()).and_then(|text| read(&text)) {
            Ok(log) => errors.push(compare(path, &log, keep_alive)),
            Err(message) => {
                eprintln!("{path}: {message}");
                return ExitCode::FAILURE;
            }
        }
    }
    println!("mean error {:.1} %", 100.0 * errors.iter().sum::<f64>() / errors.len() as f64);
    ExitCode::SUCCESS
}

fn arguments(mut given: impl Iterator<Item = String>) -> Result<(Vec<String>, KeepAlive), String> {
    let (mut logs, mut keep_alive) = (Vec::new(), KeepAlive::aws_2020());
    while let Some(argument) = given.next() {
        if argument == "--fixed" {
            let seconds = given.next().and_then(|text| text.parse().ok());
            let idle = seconds.ok_or("--fixed needs a number of seconds")?;
            keep_alive = KeepAlive::Fixed { idle: Seconds(idle) };
        } else {
            logs.push(argument);
        }
    }
    if logs.is_empty() { Err("no log was named".to_owned()) } else { Ok((logs, keep_alive)) }
}

fn compare(path: &str, log: &[Logged], keep_alive: KeepAlive) -> f64 {
    let measured = log.iter().filter(|request| request.cold).count();
    let simulated = simulate(log, keep_alive);
    let error = (simulated as f64 - measured as f64).abs() / measured.max(1) as f64;
    let name = path.rsplit('/').next().unwrap_or(path);
    println!("{name:<44} {:>8} {measured:>9} {simulated:>10} {:>6.1} %", log.len(), 100.0 * error);
    error
}

/// Cold starts of the log's arrivals and durations.
fn simulate(log: &[Logged], keep_alive: KeepAlive) -> usize {
    let calendar = Calendar::new(SECOND, 1.0);
    let mut fleet =
        Fleet::new(FunctionWideIdle::of(keep_alive), 0, u32::MAX, ScalingRate::unlimited(), calendar);
    let mut cold = 0;
    for (index, request) in log.iter().enumerate() {
        fleet.settle(request.start);
        let found = fleet.admit(request.start);
        fleet.occupy(request.end);
        // What was there before the log is known of the first request only: what that row says.
        let starts = if index == 0 { request.cold } else { found == Admission::Cold };
        cold += usize::from(starts);
    }
    cold
}

/// A row of a log, as far as a replay needs it.
#[derive(Clone, Copy, Deserialize)]
struct Row {
    #[serde(deserialize_with = "truth")]
    is_cold: bool,
    client_start_time: f64,
    client_end_time: f64,
}

/// "True" or "False", however it is written.
fn truth<'a, D: Deserializer<'a>>(text: D) -> Result<bool, D::Error> {
    match String::deserialize(text)?.trim().to_lowercase().as_str() {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        other => Err(D::Error::custom(format!("is_cold should be True or False, not {other}"))),
    }
}

/// Reads a log, in the order of its start times.
fn read(text: &str) -> Result<Vec<Logged>, String> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let rows: Result<Vec<Row>, csv::Error> = reader.deserialize().collect();
    let mut rows = rows.map_err(|error| error.to_string())?;
    rows.sort_by(|a, b| a.client_start_time.total_cmp(&b.client_start_time));
    let first = rows.first().ok_or("the file has no requests")?.client_start_time;
    let logged = |row: &Row| Logged {
        start: SimTime::from_secs(row.client_start_time - first),
        end: SimTime::from_secs(row.client_end_time - first),
        cold: row.is_cold,
    };
    Ok(rows.iter().map(logged).collect())
}
