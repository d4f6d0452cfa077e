use super::{
    Chart, Plot, Surface,
    bands::{self, Band},
    frame::{Frame, Room},
    key::{Key, Mark},
    scale::Ticks,
};
use crate::view::{BUCKET_MINUTES, TrafficRates, TrafficView, words};

/// Requests a second, by what became of them.
pub const CHART: Chart = Chart {
    key: "traffic",
    title: "Requests over the day",
    is_shown: |_| true,
    summary: |outcome, _| TrafficView::of(outcome).summary(),
    table: |outcome, _| TrafficView::of(outcome).table(),
    reading: Some(|outcome, _, minute| TrafficView::of(outcome).reading(minute)),
    draw: |surface, outcome, _| draw(surface, &TrafficView::of(outcome)),
};

/// The requests of the day stacked by what became of them.
fn draw(surface: &dyn Surface, view: &TrafficView) -> Option<Plot> {
    let palette = surface.palette();
    let mut entries = vec![
        (Mark::Area(palette.served), "answered at once"),
        (Mark::Area(palette.cold), "had to start"),
        (Mark::Area(palette.throttled), "turned away"),
    ];
    if view.has_waiting() {
        entries.push((Mark::Area(palette.queue), "still waiting at midnight"));
    }
    let key = Key::lay(surface, "requests per second", &entries);
    let most = view.busiest().map_or(0.0, |(_, rate)| rate);
    let frame = Frame::lay(surface, &Room::below(surface, key.height()), |count| Ticks::nice(most, count))?;
    key.draw(surface);
    frame.draw_values(surface);
    bands::draw(surface, &frame, &layers(surface, view));
    frame.draw_hours(surface);
    frame.draw_foot(surface);
    match view.busiest() {
        None => frame.say(surface, "no requests on this day"),
        Some((bucket, rate)) => {
            let peak = format!("{} at {}", words::number(rate), words::clock(bucket * BUCKET_MINUTES));
            frame.mark(surface, (bands::middle(bucket), rate), &peak, palette.ink, |_, _| rate);
        }
    }
    Some(frame.plot)
}

fn layers(surface: &dyn Surface, view: &TrafficView) -> [Band; 4] {
    let palette = surface.palette();
    let band = |tone, value: fn(&TrafficRates) -> f64| Band {
        tone,
        values: view.buckets.iter().map(value).collect(),
    };
    [
        band(palette.served, |rates| rates.warm),
        band(palette.cold, |rates| rates.cold),
        band(palette.throttled, |rates| rates.throttled),
        band(palette.queue, |rates| rates.waiting),
    ]
}
