use plotters::prelude::DrawingBackend;

use super::{
    ChartKind, PaintError,
    bands::{self, Band},
    frame::Frame,
    key::Key,
    scale::Ticks,
    sheet::Sheet,
};
use crate::view::{BUCKET_MINUTES, TrafficRates, TrafficView, words};

/// The requests of the day stacked by what became of them.
pub fn draw<DB: DrawingBackend>(sheet: &Sheet<'_, DB>, view: &TrafficView) -> Result<(), PaintError> {
    let palette = sheet.palette;
    let mut entries = vec![
        (palette.served, "answered at once"),
        (palette.cold, "had to start"),
        (palette.throttled, "turned away"),
    ];
    if view.has_waiting() {
        entries.push((palette.muted, "still waiting at midnight"));
    }
    let key = Key::lay(sheet, ChartKind::Traffic.unit(), &entries);
    let most = view.busiest().map_or(0.0, |(_, rate)| rate);
    let Some(frame) = Frame::lay(sheet, key.height(), 0.0, |count| Ticks::nice(most, count)) else {
        return Ok(());
    };
    key.draw(sheet)?;
    frame.draw_grid(sheet)?;
    bands::draw(sheet, &frame, &layers(sheet, view))?;
    frame.draw_foot(sheet)?;
    let Some((bucket, rate)) = view.busiest() else {
        return frame.say(sheet, "no requests on this day");
    };
    let peak = format!("{} at {}", words::number(rate), words::clock(bucket * BUCKET_MINUTES));
    frame.mark(sheet, (bands::middle(bucket), rate), &peak, palette.ink, |_, _| rate)
}

fn layers<DB: DrawingBackend>(sheet: &Sheet<'_, DB>, view: &TrafficView) -> [Band; 4] {
    let palette = sheet.palette;
    let band = |colour, value: fn(&TrafficRates) -> f64| Band {
        colour,
        values: view.buckets.iter().map(value).collect(),
    };
    [
        band(palette.served, |rates| rates.warm),
        band(palette.cold, |rates| rates.cold),
        band(palette.throttled, |rates| rates.throttled),
        band(palette.muted, |rates| rates.waiting),
    ]
}
