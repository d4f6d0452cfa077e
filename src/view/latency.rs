use burstlab_engine::{
    metrics::{SLICE_MINUTES, SliceLatency},
    scenario::{Outcome, Percentiles},
};

use super::{Table, peak, reading, words};

/// How long callers wait over the day.
#[derive(Clone, Debug, PartialEq)]
pub struct LatencyView {
    /// The waits, slice by slice of [`SLICE_MINUTES`]; none where nothing was answered.
    pub slices: Vec<Option<SliceLatency>>,
    day: Percentiles,
}

impl LatencyView {
    /// The view of an outcome. A slice that is not a number counts as one without answers.
    pub fn of(outcome: &Outcome) -> Self {
        Self {
            slices: outcome.slices.iter().map(|slice| slice.filter(is_sound)).collect(),
            day: outcome.latency,
        }
    }

    /// The slice in which the slowest 1 in 100 wait longest, and how long; none on a day without answers.
    pub fn slowest(&self) -> Option<(usize, f64)> {
        peak(&self.slices, |slice| slice.map_or(0.0, |slice| slice.p99_s))
    }

    /// Two sentences: what is typical, and when it is slowest.
    pub fn summary(&self) -> [String; 2] {
        let Some((slice, seconds)) = self.slowest() else {
            let sentences = ["No request is answered on this day.", "There is no wait to show."];
            return sentences.map(str::to_owned);
        };
        let day = format!(
            "A typical request is answered after {}, and 99 of 100 within {}.",
            words::wait(self.day.p50_s),
            words::wait(self.day.p99_s),
        );
        let slowest = format!(
            "It is slowest around {}, when 1 in 100 waits {} or longer.",
            words::clock(slice * SLICE_MINUTES),
            words::wait(seconds),
        );
        [day, slowest]
    }

    /// How long callers wait who come at a minute of the day.
    pub fn reading(&self, minute: usize) -> String {
        let words = match self.slices.get(minute / SLICE_MINUTES).copied().flatten() {
            None => "no answers".to_owned(),
            Some(slice) => format!(
                "half wait over {}, 1 in 20 over {}, 1 in 100 over {}",
                words::wait(slice.p50_s),
                words::wait(slice.p95_s),
                words::wait(slice.p99_s),
            ),
        };
        reading(minute, &words)
    }

    /// The waits in steps of so many slices, each the worst of its slices: percentiles of parts give no
    /// percentile of the whole.
    pub fn worst_of(&self, slices: usize) -> Vec<Option<SliceLatency>> {
        let worst = |a: SliceLatency, b: SliceLatency| SliceLatency {
            p50_s: a.p50_s.max(b.p50_s),
            p95_s: a.p95_s.max(b.p95_s),
            p99_s: a.p99_s.max(b.p99_s),
        };
        self.slices.chunks(slices.max(1)).map(|part| part.iter().flatten().copied().reduce(worst)).collect()
    }

    /// The waits by the hour. Percentiles of parts give no percentile of the whole: each cell is the worst
    /// slice of its hour.
    pub fn table(&self) -> Table {
        let header = ["Hour", "Typical wait (p50)", "Slowest 1 in 20 (p95)", "Slowest 1 in 100 (p99)"];
        let columns: [fn(&SliceLatency) -> f64; 3] =
            [|slice| slice.p50_s, |slice| slice.p95_s, |slice| slice.p99_s];
        Table::by_hour(
            "Time until the answer, in the worst ten minutes of the hour",
            &header,
            &self.slices,
            60 / SLICE_MINUTES,
            |hour| columns.iter().map(|column| worst(hour, column)).collect(),
        )
    }
}

fn is_sound(slice: &SliceLatency) -> bool {
    [slice.p50_s, slice.p95_s, slice.p99_s].iter().all(|seconds| seconds.is_finite() && *seconds >= 0.0)
}

fn worst(hour: &[Option<SliceLatency>], column: impl Fn(&SliceLatency) -> f64) -> String {
    let seconds = hour.iter().flatten().map(column).reduce(f64::max);
    seconds.map_or_else(|| "no answers".to_owned(), words::wait)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::made_up;

    #[test]
    fn the_slowest_time_is_named() {
        let summary = LatencyView::of(&made_up::burst()).summary().join(" ");
        assert!(summary.contains("slowest around 12:00"), "{summary}");
        assert_eq!(summary.matches(". ").count(), 1, "two sentences: {summary}");
    }

    #[test]
    fn gaps_stay_gaps() {
        let view = LatencyView::of(&made_up::one_minute());
        assert_eq!(view.slices.iter().flatten().count(), 1);
        let table = view.table();
        assert_eq!(table.rows[9][1..], ["0.08 s", "0.5 s", "0.9 s"]);
        assert_eq!(table.rows[10][1..], ["no answers", "no answers", "no answers"]);
    }

    #[test]
    fn what_is_not_a_number_is_a_gap() {
        let bad = SliceLatency { p50_s: f64::NAN, p95_s: 1.0, p99_s: f64::INFINITY };
        let view = LatencyView::of(&made_up::outcome(Vec::new(), vec![Some(bad), None]));
        assert_eq!(view.slices, [None, None]);
        assert!(view.summary()[0].starts_with("No request is answered"));
    }
}
