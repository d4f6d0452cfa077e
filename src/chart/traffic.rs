use super::{
    Chart, Palette, Plot, Surface,
    bands::{self, Band},
    frame::{Frame, Room},
    key::{Key, Mark},
    palette::Tone,
    scale::Ticks,
};
use crate::view::{BUCKET_MINUTES, FATES, Fate, Moments, TrafficView, words};

/// Requests a second, by what became of them.
pub const CHART: Chart = Chart {
    key: "traffic",
    title: "Requests over the day",
    is_shown: |_| true,
    summary: |outcome, _| TrafficView::of(outcome).summary(),
    table: |outcome, _| TrafficView::of(outcome).table(),
    reading: Some(|outcome, scenario, minute| {
        Moments::of(outcome, scenario).beside(TrafficView::of(outcome).reading(minute), minute)
    }),
    draw: |surface, outcome, scenario| {
        draw(surface, &TrafficView::of(outcome), &Moments::of(outcome, scenario))
    },
};

/// The requests of the day stacked by what became of them.
fn draw(surface: &dyn Surface, view: &TrafficView, moments: &Moments) -> Option<Plot> {
    let palette = surface.palette();
    let entries: Vec<_> = view.told().map(|fate| (Mark::Area(tone(palette, fate)), fate.words)).collect();
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
            frame.mark(surface, (bands::middle(bucket), rate), &peak, palette.ink, |_, _| rate, moments);
        }
    }
    Some(frame.plot)
}

fn layers(surface: &dyn Surface, view: &TrafficView) -> Vec<Band> {
    let band = |fate: &Fate| Band {
        tone: tone(surface.palette(), fate),
        values: view.buckets.iter().map(fate.rate).collect(),
    };
    FATES.iter().filter(|fate| view.has(fate)).map(band).collect()
}

fn tone(palette: &Palette, fate: &Fate) -> Tone {
    let tones =
        [palette.served, palette.cold, palette.throttled, palette.failed, palette.dropped, palette.queue];
    let place = FATES.iter().position(|one| one.words == fate.words).unwrap_or_default();
    tones[place]
}
