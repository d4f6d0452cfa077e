//! What is printed: measured and simulated side by side, each with a verdict.

use burstlab_engine::random::math::log10;

use super::entry::{Entry, Tolerance};

/// One figure, measured and simulated.
#[derive(Clone, Debug)]
pub struct Row {
    /// What the figure is.
    pub what: String,
    /// What was measured.
    pub measured: f64,
    /// What the model says.
    pub simulated: f64,
    /// How near is near enough, in words.
    pub tolerance: String,
    /// Whether it is.
    pub ok: bool,
}

impl Row {
    /// A figure that must be within the entry's own tolerance, or another where it names none.
    pub fn near(entry: &Entry, what: &str, measured: f64, simulated: f64, otherwise: Tolerance) -> Self {
        Self::near_by(what, measured, simulated, entry.tolerance(otherwise), 0.0)
    }

    /// A figure that must be within a tolerance, with the standard error of its measurement.
    pub fn near_by(
        what: &str,
        measured: f64,
        simulated: f64,
        tolerance: Tolerance,
        standard_error: f64,
    ) -> Self {
        let distance = tolerance.distance(measured, standard_error);
        let ok = (simulated - measured).abs() <= distance;
        Self { what: what.to_owned(), measured, simulated, tolerance: format!("± {}", shown(distance)), ok }
    }

    /// A figure that must be the same.
    pub fn exact(what: &str, measured: f64, simulated: f64) -> Self {
        let ok = simulated == measured;
        Self { what: what.to_owned(), measured, simulated, tolerance: "exact".to_owned(), ok }
    }

    /// A figure that must not be larger than the other.
    pub fn at_most(what: &str, measured: f64, simulated: f64) -> Self {
        let ok = simulated <= measured;
        Self { what: what.to_owned(), measured, simulated, tolerance: "at most".to_owned(), ok }
    }

    /// A figure that must not be smaller than the other.
    pub fn at_least(what: &str, measured: f64, simulated: f64) -> Self {
        let ok = simulated >= measured;
        Self { what: what.to_owned(), measured, simulated, tolerance: "at least".to_owned(), ok }
    }
}

/// What became of an entry: figures, or the reason why there are none.
pub type Outcome = Result<Vec<Row>, String>;

/// The most characters of an entry's name that are shown.
const WIDEST: usize = 44;

/// The head of the table.
pub fn head() -> String {
    line("entry", "figure", "measured", "simulated", "tolerance", "verdict")
}

/// One line of the table.
pub fn row_line(id: &str, row: &Row) -> String {
    let verdict = if row.ok { "ok" } else { "FAILED" };
    line(id, &row.what, &shown(row.measured), &shown(row.simulated), &row.tolerance, verdict)
}

fn line(id: &str, what: &str, measured: &str, simulated: &str, tolerance: &str, verdict: &str) -> String {
    let skipped = id.chars().count().saturating_sub(WIDEST);
    // The end of a long name tells more than its start.
    let id = match id.char_indices().nth(skipped + 1) {
        Some((at, _)) if skipped > 0 => format!("…{}", &id[at..]),
        _ => id.to_owned(),
    };
    format!("{id:<44} {what:<34} {measured:>11} {simulated:>11} {tolerance:>12}  {verdict}")
}

/// Four figures, without digits that say nothing.
pub fn shown(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let digits = (3 - log10(value.abs()).floor() as i32).clamp(0, 8) as usize;
    let text = format!("{value:.digits$}");
    if digits == 0 { text } else { text.trim_end_matches('0').trim_end_matches('.').to_owned() }
}

/// The middle of some numbers.
pub fn median(mut values: Vec<f64>) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { 0.5 * (values[middle - 1] + values[middle]) }
}
