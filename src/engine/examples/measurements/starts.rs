//! Starts of environments: by the size of the package, and on the bill.

use burstlab_engine::{
    fleet::Billing,
    units::SimTime,
    workload::{Function, PackageLaw, runtimes},
};
use serde_json::Value;

use super::{
    entry::{Entry, Tolerance, numbers},
    report::{Outcome, Row},
};

/// Whether the entry is a table of starts by package size.
pub fn tells_sizes(entry: &Entry) -> bool {
    column(entry, "packageKB").is_some() && column(entry, "avgInit").is_some()
}

/// Where a column of the entry's table is.
fn column(entry: &Entry, name: &str) -> Option<usize> {
    entry.found("columns")?.as_array()?.iter().position(|column| column.as_str() == Some(name))
}

/// The model's growth on top of the start of the smallest package: the runtime itself may be of a version
/// that the catalog does not have.
pub fn check_sizes(entry: &Entry) -> Outcome {
    let places = column(entry, "packageKB").zip(column(entry, "avgInit"));
    let (size, init) = places.ok_or("its table lacks a column")?;
    let rows = entry.found("rows").and_then(Value::as_array).ok_or("it has no rows")?;
    let read = |row: &Value| numbers(row).and_then(|row| Some((*row.get(size)?, *row.get(init)?)));
    let mut points: Vec<(f64, f64)> = rows.iter().filter_map(read).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let &(smallest_kb, base_ms) = points.first().ok_or("its rows are no numbers")?;
    let language: String = entry.text("runtime").chars().take_while(|c| c.is_alphabetic()).collect();
    let runtime = runtimes().iter().find(|runtime| runtime.key.starts_with(&language));
    let mut function = Function { package_law: PackageLaw::Bent, ..Function::default() };
    function.runtime = runtime.ok_or_else(|| format!("the catalog has no runtime {language}"))?;
    let mut grown_ms = |kb: f64| {
        function.package_mb = kb / 1_024.0;
        function.package_growth_ms()
    };
    let base_growth_ms = grown_ms(smallest_kb);
    let compared = points[1..].iter().map(|&(kb, measured)| {
        let simulated = base_ms + grown_ms(kb) - base_growth_ms;
        let what = format!("start in ms, {kb} KB");
        Row::near(entry, &what, measured, simulated, Tolerance::share(0.1))
    });
    Ok(compared.collect())
}

/// Whether the entry is one line of a log with what it was billed.
pub fn tells_billed(entry: &Entry) -> bool {
    billed(entry).is_some() && duration(entry).is_some()
}

fn billed(entry: &Entry) -> Option<f64> {
    entry.output("billedMs").or_else(|| entry.output("billed_ms"))
}

fn duration(entry: &Entry) -> Option<f64> {
    entry.input("durationMs").or_else(|| entry.output("duration_ms"))
}

/// A call that starts an environment is billed with its start. One that is told without a start had it cut
/// off after 10 s and done again as part of the call.
pub fn check_billed(entry: &Entry) -> Outcome {
    let measured = billed(entry).unwrap_or_default();
    let ms = |ms: Option<f64>| SimTime::from_secs(ms.unwrap_or_default() / 1e3);
    let simulated = Billing::today().billed_ms(ms(entry.input("initMs")), ms(duration(entry)));
    Ok(vec![Row::exact("billed milliseconds", measured, simulated as f64)])
}
