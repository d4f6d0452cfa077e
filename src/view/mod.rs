//! What a panel shows, worked out from an outcome without drawing anything.
//!
//! Each view is made from an `&Outcome`, and says itself in two sentences ([`TrafficView::summary`]), as
//! a table, and where it is of the day at any minute of it, so that a chart is never the only way to the numbers. This floor knows
//! neither pixels nor colours nor the browser. Start at [`TrafficView`].

mod bill;
mod causes;
pub mod compare;
mod delays;
mod fleet;
mod latency;
#[cfg(test)]
#[expect(dead_code, reason = "the tests of whole charts draw more of these days")]
mod made_up;
mod moments;
mod prices;
mod queue;
mod sparkline;
mod traffic;
mod warmth;
pub mod words;

pub use bill::{BillView, Charge};
pub use causes::{CausesView, Group, Part, cause_words};
pub use delays::DelaysView;
pub use fleet::{FleetCopies, FleetView};
pub use latency::LatencyView;
pub use moments::Moments;
pub use prices::{PriceRow, open_prices};
pub use queue::{QueueState, QueueView};
pub use sparkline::Sparkline;
pub use traffic::{FATES, Fate, TrafficRates, TrafficView};
pub use warmth::{FIRST_TARGET_S, TARGETS_S, WarmthView, target_s};

/// Minutes that a view of rates or gauges takes together: fine enough for a burst, and coarse enough
/// that a phone has a pixel for each.
pub const BUCKET_MINUTES: usize = 5;

/// The numbers behind a chart, row by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// What the cells count.
    pub caption: String,
    /// What stands in each column.
    pub header: Vec<String>,
    /// The first cell of a row names it.
    pub rows: Vec<Vec<String>>,
    /// What the rows come to; empty where they do not add up.
    pub foot: Vec<String>,
}

impl Table {
    /// A table by the hour: `cells` says what stands beside each group of `per_hour` entries.
    fn by_hour<T>(
        caption: &str,
        header: &[&str],
        entries: &[T],
        per_hour: usize,
        cells: impl Fn(&[T]) -> Vec<String>,
    ) -> Self {
        let row = |(hour, entries): (usize, &[T])| {
            let mut row = vec![words::clock(hour * 60)];
            row.extend(cells(entries));
            row
        };
        Self {
            caption: caption.to_owned(),
            header: header.iter().map(|&title| title.to_owned()).collect(),
            rows: entries.chunks(per_hour).enumerate().map(row).collect(),
            foot: Vec::new(),
        }
    }
}

/// What is said of a minute of the day: its time, and what holds then.
fn reading(minute: usize, words: &str) -> String {
    format!("{} · {words}", words::clock(minute))
}

/// The first entry whose measure is the largest, with the measure; none where all are zero.
fn peak<T>(entries: &[T], measure: impl Fn(&T) -> f64) -> Option<(usize, f64)> {
    let measures = entries.iter().map(measure).enumerate().filter(|(_, value)| *value > 0.0);
    measures.reduce(|best, next| if next.1 > best.1 { next } else { best })
}

fn mean<T>(entries: &[T], measure: impl Fn(&T) -> f64) -> f64 {
    entries.iter().map(measure).sum::<f64>() / entries.len().max(1) as f64
}
