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

#[path = "shared/log.rs"]
mod log;

use std::{env, fs, process::ExitCode};

use burstlab_engine::{fleet::KeepAlive, units::Seconds};
use log::Logged;

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
        match fs::read_to_string(path).map_err(|error| error.to_string()).and_then(|text| log::read(&text)) {
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
    let simulated = log::cold_starts(log, keep_alive);
    let error = (simulated as f64 - measured as f64).abs() / measured.max(1) as f64;
    let name = path.rsplit('/').next().unwrap_or(path);
    println!("{name:<44} {:>8} {measured:>9} {simulated:>10} {:>6.1} %", log.len(), 100.0 * error);
    error
}
