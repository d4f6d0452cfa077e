use super::{
    Chart, Plot, Surface,
    bands::{self, Band},
    frame::{Frame, Room},
    key::{Key, Mark},
    scale::Ticks,
};
use crate::view::{BUCKET_MINUTES, FleetCopies, FleetView, Moments, words};

/// Copies at work, kept warm and idle.
pub const CHART: Chart = Chart {
    key: "copies",
    title: "Copies of the function",
    is_shown: |_| true,
    summary: |outcome, scenario| FleetView::of(outcome, scenario).summary(),
    table: |outcome, scenario| FleetView::of(outcome, scenario).table(),
    reading: Some(|outcome, scenario, minute| {
        Moments::of(outcome, scenario).beside(FleetView::of(outcome, scenario).reading(minute), minute)
    }),
    draw: |surface, outcome, scenario| {
        draw(surface, &FleetView::of(outcome, scenario), &Moments::of(outcome, scenario))
    },
};

/// The copies of the day stacked by what they do: what is paid for lies below.
fn draw(surface: &dyn Surface, view: &FleetView, moments: &Moments) -> Option<Plot> {
    let palette = surface.palette();
    let entries = [
        (Mark::Area(palette.busy), "working"),
        (Mark::Area(palette.provisioned), "kept warm"),
        (Mark::Area(palette.idle), "idle, not paid for"),
    ];
    let key = Key::lay(surface, "copies at a time", &entries);
    let most = view.buckets.iter().map(|copies| copies.alive().max(copies.busy_most)).fold(0.0, f64::max);
    let frame = Frame::lay(surface, &Room::below(surface, key.height()), |count| Ticks::whole(most, count))?;
    key.draw(surface);
    frame.draw_values(surface);
    bands::draw(surface, &frame, &layers(surface, view));
    frame.draw_hours(surface);
    frame.draw_foot(surface);
    if most == 0.0 {
        frame.say(surface, "no copies on this day");
    } else {
        mark_busiest(surface, &frame, view, moments);
    }
    Some(frame.plot)
}

/// The most at work at one instant lies above the averages of the areas, and a limit is hit by it.
fn mark_busiest(surface: &dyn Surface, frame: &Frame, view: &FleetView, moments: &Moments) {
    let Some((bucket, copies)) = view.busiest() else { return };
    let peak =
        format!("at most {} at once, {}", words::number(copies), words::clock(bucket * BUCKET_MINUTES));
    let roof = |from, to| {
        let under = view
            .buckets
            .iter()
            .enumerate()
            .filter(|(bucket, _)| (from..=to).contains(&bands::middle(*bucket)));
        under.map(|(_, copies)| copies.alive()).fold(0.0, f64::max)
    };
    frame.mark(surface, (bands::middle(bucket), copies), &peak, surface.palette().busy.colour, roof, moments);
}

fn layers(surface: &dyn Surface, view: &FleetView) -> [Band; 3] {
    let palette = surface.palette();
    let band = |tone, value: fn(&FleetCopies) -> f64| Band {
        tone,
        values: view.buckets.iter().map(value).collect(),
    };
    [
        band(palette.busy, |copies| copies.busy),
        band(palette.provisioned, |copies| copies.kept_warm),
        band(palette.idle, |copies| copies.idle),
    ]
}
