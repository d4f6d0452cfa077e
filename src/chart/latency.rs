use burstlab_engine::metrics::{SLICE_MINUTES, SLICES_PER_DAY, SliceLatency};
use plotters::style::{RGBColor, text_anchor::HPos};

use super::{
    Chart, Plot, Surface,
    frame::{Frame, Room},
    key::{Key, Mark, ROW},
    surface::TEXT,
    waits::WaitAxis,
};
use crate::view::{LatencyView, Moments, words};

/// How long callers wait.
pub const CHART: Chart = Chart {
    key: "latency",
    title: "How long callers wait",
    is_shown: |_| true,
    summary: |outcome, _| LatencyView::of(outcome).summary(),
    table: |outcome, _| LatencyView::of(outcome).table(),
    reading: Some(|outcome, scenario, minute| {
        Moments::of(outcome, scenario).beside(LatencyView::of(outcome).reading(minute), minute)
    }),
    draw: |surface, outcome, scenario| {
        draw(surface, &LatencyView::of(outcome), &Moments::of(outcome, scenario))
    },
};

/// A step narrower than this is lost among its neighbours; several slices then share one.
const LEAST_STEP: f64 = 4.0;
/// The dash before a label, and the room on either side of it.
const DASH: (f64, f64) = (12.0, 5.0);

/// One percentile of the chart.
struct Level {
    colour: RGBColor,
    thickness: f64,
    words: &'static str,
    short: &'static str,
    value: fn(&SliceLatency) -> f64,
}

/// The waits of the day as a skyline: each step says how long the typical request and the slowest wait in it.
///
/// Steps are not joined. A line through them would be all flanks where traffic comes in spikes, and would
/// show waits between two slices that nobody had.
fn draw(surface: &dyn Surface, view: &LatencyView, moments: &Moments) -> Option<Plot> {
    let (least, most) = range(view);
    let axis = WaitAxis::over(least, most);
    let levels = levels(surface);
    let entries: Vec<_> = if surface.is_wide() {
        Vec::new()
    } else {
        levels.iter().map(|level| (Mark::Line(level.colour, level.thickness), level.short)).collect()
    };
    let per_step = slices_per_step(surface);
    let unit = unit(surface, &axis, per_step);
    let key = Key::lay(surface, &unit, &entries);
    let margin = if surface.is_wide() { label_margin(surface, &levels) } else { 0.0 };
    let room = Room { margin, ..Room::below(surface, key.height()) };
    let frame = Frame::lay(surface, &room, |count| axis.ticks(count))?;
    key.draw(surface);
    frame.draw_values(surface);
    frame.draw_hours(surface);
    draw_steps(surface, &frame, &levels, &view.worst_of(per_step), per_step);
    frame.draw_foot(surface);
    match view.slowest() {
        None => frame.say(surface, "nothing is answered on this day"),
        Some(slowest) => label(surface, &frame, &levels, (view, slowest), moments),
    }
    Some(frame.plot)
}

/// How many slices share a step, by the width there is.
fn slices_per_step(surface: &dyn Surface) -> usize {
    let slice = surface.width() / SLICES_PER_DAY as f64;
    [1, 2, 3].into_iter().find(|&slices| slice * slices as f64 >= LEAST_STEP).unwrap_or(3)
}

/// What the axis counts, and what a step shows where it takes slices together: as much as there is room for.
fn unit(surface: &dyn Surface, axis: &WaitAxis, per_step: usize) -> String {
    let (long, short) = match axis.unit {
        Some(unit) => (format!("{unit} until the answer"), unit.to_owned()),
        None => ("time until the answer (log scale)".to_owned(), "log scale".to_owned()),
    };
    if per_step == 1 {
        return long;
    }
    let note = format!("worst {SLICE_MINUTES} of every {} min", per_step * SLICE_MINUTES);
    let whole = format!("{long}, {note}");
    if surface.text_width(&whole) <= surface.width() { whole } else { format!("{short}, {note}") }
}

fn levels(surface: &dyn Surface) -> [Level; 3] {
    let palette = surface.palette();
    let level = |colour, thickness, words, short, value| Level { colour, thickness, words, short, value };
    [
        level(palette.p50, 1.5, "typical (p50)", "typical", |slice| slice.p50_s),
        level(palette.p95, 1.5, "slowest 1 in 20 (p95)", "slowest 1 in 20", |slice| slice.p95_s),
        level(palette.p99, 2.0, "slowest 1 in 100 (p99)", "1 in 100", |slice| slice.p99_s),
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

/// Each step as a light column from the typical to the slowest wait, with a line at every level. First all
/// columns, then level by level: what matters most lies on top.
fn draw_steps(
    surface: &dyn Surface,
    frame: &Frame,
    levels: &[Level],
    steps: &[Option<SliceLatency>],
    per_step: usize,
) {
    let edge = |step: usize| frame.x.pixel(hour((step * per_step).min(SLICES_PER_DAY)));
    let steps = || steps.iter().enumerate().filter_map(|(step, waits)| Some((step, waits.as_ref()?)));
    for (step, waits) in steps() {
        let (top, bottom) = (frame.y.pixel(waits.p99_s), frame.y.pixel(waits.p50_s));
        surface.fill((edge(step), top), (edge(step + 1), bottom), surface.palette().wait_range);
    }
    for level in levels {
        for (step, waits) in steps() {
            let y = frame.y.pixel((level.value)(waits));
            surface.rule(edge(step), edge(step + 1), y, level.thickness, level.colour);
        }
    }
}

fn hour(slice: usize) -> f64 {
    (slice * SLICE_MINUTES) as f64 / 60.0
}

fn label(
    surface: &dyn Surface,
    frame: &Frame,
    levels: &[Level],
    (view, (slice, seconds)): (&LatencyView, (usize, f64)),
    moments: &Moments,
) {
    if surface.is_wide() {
        draw_labels(surface, frame, levels, view);
    }
    let words = format!("{} at {}", words::wait(seconds), words::clock(slice * SLICE_MINUTES));
    let peak = (hour(slice) + SLICE_MINUTES as f64 / 120.0, seconds);
    frame.mark(surface, peak, &words, surface.palette().p99, |_, _| seconds, moments);
}

fn label_margin(surface: &dyn Surface, levels: &[Level]) -> f64 {
    let widest = levels.iter().map(|level| surface.text_width(level.words)).fold(0.0, f64::max);
    widest + DASH.0 + 2.0 * DASH.1
}

/// Writes each level's name beside its last value, apart from each other where they end close together.
fn draw_labels(surface: &dyn Surface, frame: &Frame, levels: &[Level], view: &LatencyView) {
    let Some(last) = view.slices.iter().flatten().next_back() else { return };
    let ends: Vec<f64> = levels.iter().map(|level| frame.y.pixel((level.value)(last))).collect();
    let x = frame.plot.right + DASH.1;
    for (level, y) in levels.iter().zip(apart(&ends, TEXT + 3.0, frame.plot.bottom, ROW)) {
        surface.rule(x, x + DASH.0, y, level.thickness, level.colour);
        surface.text(level.words, (x + DASH.0 + DASH.1, y), HPos::Left, surface.palette().ink);
    }
}

/// Moves places that rise (fall in pixels) from one to the next apart to a least distance, within bounds.
pub fn apart(places: &[f64], distance: f64, bottom: f64, top: f64) -> Vec<f64> {
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
