use burstlab_engine::metrics::{SLICE_MINUTES, SliceLatency};
use plotters::{
    prelude::DrawingBackend,
    style::{RGBColor, text_anchor::HPos},
};

use super::{
    ChartKind, PaintError,
    frame::Frame,
    key::{Key, ROW},
    scale::Ticks,
    sheet::{Sheet, TEXT},
};
use crate::view::{LatencyView, words};

/// The axis counts powers of ten when the waits of a day differ by more than this.
const WIDE_RANGE: f64 = 100.0;
/// The dash before a label, and the room on either side of it.
const DASH: (f64, f64) = (12.0, 5.0);

/// One line of the chart.
struct Line {
    colour: RGBColor,
    thickness: f64,
    words: &'static str,
    short: &'static str,
    value: fn(&SliceLatency) -> f64,
}

/// The waits of the day as lines, each labelled where it ends, or above where that would take their room.
pub fn draw<DB: DrawingBackend>(sheet: &Sheet<'_, DB>, view: &LatencyView) -> Result<(), PaintError> {
    let axis = Axis::of(view);
    let lines = lines(sheet);
    let entries = if sheet.is_wide() {
        Vec::new()
    } else {
        lines.iter().map(|line| (line.colour, line.short)).collect()
    };
    let key = Key::lay(sheet, axis.unit, &entries);
    let margin = if sheet.is_wide() { label_margin(sheet, &lines) } else { 0.0 };
    let Some(frame) = Frame::lay(sheet, key.height(), margin, |count| axis.ticks(count)) else {
        return Ok(());
    };
    key.draw(sheet)?;
    frame.draw_grid(sheet)?;
    frame.draw_foot(sheet)?;
    draw_lines(sheet, &frame, &lines, view)
}

/// What the axis of waits counts.
struct Axis {
    unit: &'static str,
    /// Seconds in its unit; none where each line is a round time of its own.
    unit_s: Option<f64>,
    least: f64,
    most: f64,
}

impl Axis {
    fn of(view: &LatencyView) -> Self {
        let (least, most) = range(view);
        let (unit, unit_s) = match most {
            most if most > WIDE_RANGE * least => ("time until the answer (log scale)", None),
            most if most >= 7_200.0 => ("hours until the answer", Some(3_600.0)),
            most if most >= 120.0 => ("minutes until the answer", Some(60.0)),
            _ => (ChartKind::Latency.unit(), Some(1.0)),
        };
        Self { unit, unit_s, least, most }
    }

    fn ticks(&self, count: usize) -> Ticks {
        match self.unit_s {
            Some(unit_s) => Ticks::nice(self.most / unit_s, count).times(unit_s),
            None => Ticks::times_of_clock(self.least, self.most, count),
        }
    }
}

fn draw_lines<DB: DrawingBackend>(
    sheet: &Sheet<'_, DB>,
    frame: &Frame,
    lines: &[Line],
    view: &LatencyView,
) -> Result<(), PaintError> {
    for line in lines {
        for run in runs(line, view) {
            draw_run(sheet, frame, line, &run)?;
        }
    }
    let Some((slice, seconds)) = view.slowest() else {
        return frame.say(sheet, "nothing is answered on this day");
    };
    if sheet.is_wide() {
        draw_labels(sheet, frame, lines, view)?;
    }
    let slowest = format!("{} at {}", words::wait(seconds), words::clock(slice * SLICE_MINUTES));
    let peak = (hour(slice) + SLICE_MINUTES as f64 / 120.0, seconds);
    frame.mark(sheet, peak, &slowest, sheet.palette.p99, |_, _| seconds)
}

fn lines<DB: DrawingBackend>(sheet: &Sheet<'_, DB>) -> [Line; 3] {
    let palette = sheet.palette;
    let line = |colour, thickness, words, short, value| Line { colour, thickness, words, short, value };
    [
        line(palette.p50, 1.5, "typical (p50)", "typical", |slice| slice.p50_s),
        line(palette.p95, 1.5, "slowest 1 in 20 (p95)", "slowest 1 in 20", |slice| slice.p95_s),
        line(palette.p99, 2.5, "slowest 1 in 100 (p99)", "1 in 100", |slice| slice.p99_s),
    ]
}

/// The least wait above zero and the longest.
fn range(view: &LatencyView) -> (f64, f64) {
    let slices = || view.slices.iter().flatten();
    let least =
        slices().map(|slice| slice.p50_s).filter(|seconds| *seconds > 0.0).fold(f64::INFINITY, f64::min);
    let most = slices().map(|slice| slice.p99_s).fold(0.0, f64::max);
    (least.min(most), most)
}

/// The stretches without a gap, as hours and seconds.
fn runs(line: &Line, view: &LatencyView) -> Vec<Vec<(f64, f64)>> {
    let mut runs = vec![Vec::new()];
    for (index, slice) in view.slices.iter().enumerate() {
        match (slice, runs.last_mut()) {
            (Some(slice), Some(run)) => run.push((hour(index), (line.value)(slice))),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// A line through the middles of slices, led on level to the edges of the first and the last. One slice
/// alone is a dot: a line as short would be overlooked.
fn draw_run<DB: DrawingBackend>(
    sheet: &Sheet<'_, DB>,
    frame: &Frame,
    line: &Line,
    run: &[(f64, f64)],
) -> Result<(), PaintError> {
    let point = |(hour, seconds): (f64, f64), shift: f64| {
        (frame.x.pixel(hour + shift * SLICE_MINUTES as f64 / 60.0), frame.y.pixel(seconds))
    };
    if let [lone] = run {
        return sheet.dot(point(*lone, 0.5), line.thickness, line.colour);
    }
    let start = run.first().map(|&first| point(first, 0.0));
    let end = run.last().map(|&last| point(last, 1.0));
    let middles = run.iter().map(|&slice| point(slice, 0.5));
    let points: Vec<_> = start.into_iter().chain(middles).chain(end).collect();
    sheet.line(&points, line.colour, line.thickness)
}

fn hour(slice: usize) -> f64 {
    (slice * SLICE_MINUTES) as f64 / 60.0
}

fn label_margin<DB: DrawingBackend>(sheet: &Sheet<'_, DB>, lines: &[Line]) -> f64 {
    let widest = lines.iter().map(|line| sheet.text_width(line.words)).fold(0.0, f64::max);
    widest + DASH.0 + 2.0 * DASH.1
}

/// Writes each line's name beside its last value, apart from each other where lines end close together.
fn draw_labels<DB: DrawingBackend>(
    sheet: &Sheet<'_, DB>,
    frame: &Frame,
    lines: &[Line],
    view: &LatencyView,
) -> Result<(), PaintError> {
    let Some(last) = view.slices.iter().flatten().next_back() else {
        return Ok(());
    };
    let ends: Vec<f64> = lines.iter().map(|line| frame.y.pixel((line.value)(last))).collect();
    let x = frame.right + DASH.1;
    for (line, y) in lines.iter().zip(apart(&ends, TEXT + 3.0, frame.bottom, ROW)) {
        sheet.line(&[(x, y), (x + DASH.0, y)], line.colour, line.thickness)?;
        sheet.text(line.words, (x + DASH.0 + DASH.1, y), HPos::Left, sheet.palette.ink)?;
    }
    Ok(())
}

/// Moves places that rise (fall in pixels) from one to the next apart to a least distance, within bounds.
fn apart(places: &[f64], distance: f64, bottom: f64, top: f64) -> Vec<f64> {
    let mut places = places.to_vec();
    let mut ceiling = bottom;
    for place in &mut places {
        *place = place.min(ceiling);
        ceiling = *place - distance;
    }
    let mut floor = top;
    for place in places.iter_mut().rev() {
        *place = place.max(floor);
        floor = *place + distance;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_their_distance_and_stay_inside() {
        for (places, expected) in [
            ([100.0, 99.0, 98.0], [100.0, 85.0, 70.0]),
            ([100.0, 60.0, 20.0], [100.0, 60.0, 20.0]),
            ([200.0, 200.0, 20.0], [120.0, 105.0, 20.0]),
            ([10.0, 8.0, 0.0], [40.0, 25.0, 10.0]),
        ] {
            assert_eq!(apart(&places, 15.0, 120.0, 10.0), expected, "{places:?}");
        }
    }
}
