//! Durations over memory: each size is left out of a fit once, and then told from the others.

use burstlab_engine::{
    units::{Mebibytes, Milliseconds},
    workload::fit_memory,
};
use serde::Deserialize;

use super::{
    entry::Entry,
    report::{Outcome, Row, median},
};

/// The median error over many curves that passes.
const PASSES: f64 = 0.10;
/// And that of a single one: its few sizes lie far apart, and each was measured some ten times.
const ONE_PASSES: f64 = 0.20;
/// Where a size is so far from the best falling line, something other than memory spoilt it: a cold start in
/// the average, or too few calls.
const SPOILT: f64 = 0.15;

type Point = (Mebibytes, Milliseconds);

/// Whether the entry is a curve of durations over memory.
pub fn fits(entry: &Entry) -> bool {
    entry.numbers("memoryMB").is_some() && entry.numbers("avgDuration_ms").is_some()
}

/// The curve's sizes, each told from the others.
pub fn check(entry: &Entry) -> Outcome {
    let points = points(entry).ok_or("its curve has fewer than four sizes")?;
    let spoilt = most_above_falling(&points);
    if spoilt > SPOILT {
        return Err(format!(
            "no memory explains it: durations rise with memory, {:.0} % off the best falling line",
            100.0 * spoilt
        ));
    }
    let errors = errors_left_out(&points).ok_or("its durations are not positive")?;
    Ok(vec![Row::at_most("median error of sizes left out", ONE_PASSES, median(errors))])
}

/// The median error of an entry's curve; none where it is spoilt, or no curve.
pub fn median_error(entry: &Entry) -> Option<f64> {
    let points = points(entry).filter(|points| most_above_falling(points) <= SPOILT)?;
    errors_left_out(&points).map(median)
}

/// The median over many curves.
pub fn row_over(errors: Vec<f64>) -> Row {
    Row::at_most(&format!("median error of {} curves", errors.len()), PASSES, median(errors))
}

fn points(entry: &Entry) -> Option<Vec<Point>> {
    curve(&entry.numbers("memoryMB")?, &entry.numbers("avgDuration_ms")?)
}

/// The points in order of memory; with fewer than four, a fit without one of them says nothing.
fn curve(sizes: &[f64], durations: &[f64]) -> Option<Vec<Point>> {
    let pairs = sizes.iter().zip(durations);
    let mut points: Vec<_> = pairs.map(|(&mb, &ms)| (Mebibytes(mb), Milliseconds(ms))).collect();
    points.sort_by(|a, b| a.0.0.total_cmp(&b.0.0));
    (points.len() >= 4 && sizes.len() == durations.len()).then_some(points)
}

/// The error, as a share of what was measured, of each size told by a fit to all others.
fn errors_left_out(points: &[Point]) -> Option<Vec<f64>> {
    let told = |left_out: usize| {
        let (memory, measured) = points[left_out];
        let others = points.iter().enumerate().filter(|&(index, _)| index != left_out);
        let others: Vec<Point> = others.map(|(_, &point)| point).collect();
        let simulated = fit_memory(&others)?.duration(memory);
        Some((simulated.0 / measured.0 - 1.0).abs())
    };
    (0..points.len()).map(told).collect()
}

/// How far a size is at most from the nearest curve that never rises with memory (by pooling neighbours that
/// are out of order).
fn most_above_falling(points: &[Point]) -> f64 {
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (_, duration) in points {
        pools.push((duration.0, 1));
        while let [.., (before, count_before), (last, count)] = pools[..]
            && last > before
        {
            let together = count_before + count;
            let mean = (before * count_before as f64 + last * count as f64) / together as f64;
            pools.truncate(pools.len() - 2);
            pools.push((mean, together));
        }
    }
    let level = pools.iter().flat_map(|&(value, count)| std::iter::repeat_n(value, count));
    let misses = points.iter().zip(level).map(|((_, duration), level)| (level / duration.0 - 1.0).abs());
    misses.fold(0.0, f64::max)
}

#[derive(Deserialize)]
struct Run {
    decoded: Decoded,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Decoded {
    #[serde(rename = "memoryMB")]
    memory_mb: Vec<f64>,
    avg_duration_ms: Vec<f64>,
}

/// All curves of a file with one run of a power-tuning tool per line: the median over the runs.
pub fn check_runs(text: &str) -> Result<Row, String> {
    let mut errors = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let run: Run = serde_json::from_str(line).map_err(|error| format!("line {}: {error}", index + 1))?;
        if let Some(points) = curve(&run.decoded.memory_mb, &run.decoded.avg_duration_ms) {
            errors.extend(errors_left_out(&points).map(median));
        }
    }
    if errors.is_empty() {
        return Err("it holds no curve of four sizes or more".to_owned());
    }
    Ok(row_over(errors))
}
