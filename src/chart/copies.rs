use plotters::prelude::DrawingBackend;

use super::{
    ChartKind, PaintError,
    bands::{self, Band},
    frame::Frame,
    key::Key,
    scale::Ticks,
    sheet::Sheet,
};
use crate::view::{BUCKET_MINUTES, FleetCopies, FleetView, words};

/// The copies of the day stacked by what they do: what is paid for lies below.
pub fn draw<DB: DrawingBackend>(sheet: &Sheet<'_, DB>, view: &FleetView) -> Result<(), PaintError> {
    let palette = sheet.palette;
    let entries =
        [(palette.busy, "working"), (palette.provisioned, "kept warm"), (palette.idle, "idle, not paid for")];
    let key = Key::lay(sheet, ChartKind::Environments.unit(), &entries);
    let most = view.buckets.iter().map(|copies| copies.alive().max(copies.busy_most)).fold(0.0, f64::max);
    let Some(frame) = Frame::lay(sheet, key.height(), 0.0, |count| Ticks::whole(most, count)) else {
        return Ok(());
    };
    key.draw(sheet)?;
    frame.draw_grid(sheet)?;
    bands::draw(sheet, &frame, &layers(sheet, view))?;
    frame.draw_foot(sheet)?;
    if most == 0.0 {
        return frame.say(sheet, "no copies on this day");
    }
    mark_busiest(sheet, &frame, view)
}

/// The most at work at one instant lies above the averages of the areas, and a limit is hit by it.
fn mark_busiest<DB: DrawingBackend>(
    sheet: &Sheet<'_, DB>,
    frame: &Frame,
    view: &FleetView,
) -> Result<(), PaintError> {
    let Some((bucket, copies)) = view.busiest() else {
        return Ok(());
    };
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
    frame.mark(sheet, (bands::middle(bucket), copies), &peak, sheet.palette.busy, roof)
}

fn layers<DB: DrawingBackend>(sheet: &Sheet<'_, DB>, view: &FleetView) -> [Band; 3] {
    let palette = sheet.palette;
    let band = |colour, value: fn(&FleetCopies) -> f64| Band {
        colour,
        values: view.buckets.iter().map(value).collect(),
    };
    [
        band(palette.busy, |copies| copies.busy),
        band(palette.provisioned, |copies| copies.kept_warm),
        band(palette.idle, |copies| copies.idle),
    ]
}
