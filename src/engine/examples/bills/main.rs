//! Computes published bills from what they say was used, and holds the result against them to the cent.
//!
//! ```text
//! cargo run --release -p burstlab-engine --example bills -- FILE.json
//! ```
//!
//! A file is a list of cases: what was used (`inputs`), prices that override the catalog (`unit_prices_used`), and
//! the publisher's lines and total with a tolerance. Keys say their units: `memory_mb`, `calls_per_minute`,
//! `kb_written_per_execution`; rules combine what they mean ([`rules`]), and a key that no rule asks for fails the
//! case. Exit status 1 when a case fails, 2 when the file cannot be read.

#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

mod case;
mod inputs;
mod judge;
mod key;
mod price;
mod rules;
mod words;

use std::{env, fs, process::ExitCode};

use case::Case;
use judge::{Judged, Verdict, judge};
use price::OWN;

/// Exit status of a file that cannot be read.
const UNREADABLE: u8 = 2;

fn main() -> ExitCode {
    let cases = match env::args()
        .nth(1)
        .ok_or("a file of cases is missing".to_owned())
        .and_then(|path| read(&path))
    {
        Ok(cases) => cases,
        Err(message) => {
            eprintln!("{message}\nusage: bills FILE.json");
            return ExitCode::from(UNREADABLE);
        }
    };
    let (mut passed, mut failed, mut out_of_scope) = (0, 0, 0);
    for case in &cases {
        match judge(case) {
            Verdict::Computed(judged) => {
                print(case, &judged);
                if judged.passed { passed += 1 } else { failed += 1 }
            }
            Verdict::Failed(message) => {
                println!("{}: {}\n  {message}: FAILED", case.id, case.service);
                failed += 1;
            }
            Verdict::OutOfScope(reason) => {
                println!("{}: {}\n  out of scope: {reason}", case.id, case.service);
                out_of_scope += 1;
            }
        }
    }
    println!("{passed} passed, {failed} failed, {out_of_scope} out of scope");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn read(path: &str) -> Result<Vec<Case>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))
}

fn print(case: &Case, judged: &Judged) {
    println!("{}: {}", case.id, case.service);
    for line in &judged.bill.lines {
        let seen = if line.verified || line.source == OWN { "" } else { ", not in the provider's own words" };
        println!("  {}: {} {} at {}", line.label, rounded(line.quantity), line.unit, line.rate);
        println!("      = ${:.4}  [{}, {}{seen}]", line.cost.0, line.source, line.as_of);
    }
    judged.notes.iter().for_each(|note| println!("  note: {note}"));
    println!("  {:<24} {:>14} {:>14}", "", "published", "computed");
    for line in &judged.lines {
        let computed = line.computed.map_or("no such line".to_owned(), |usd| format!("{usd:.4}"));
        let found = if line.by_amount { "  (found by its amount)" } else { "" };
        println!("  {:<24} {:>14.4} {computed:>14}{found}", line.name, line.published);
    }
    let verdict = if judged.passed { "ok" } else { "FAILED" };
    println!(
        "  {:<24} {:>14.4} {:>14.4}  ±{}  {verdict}",
        "total", case.published_total_usd, judged.total, case.tolerance_usd
    );
}

/// A quantity without what floating point added to it.
fn rounded(quantity: f64) -> f64 {
    (quantity * 1e6).round() / 1e6
}
