use plotters::style::text_anchor::HPos;

use super::{Chart, Plot, Surface, key::ROW};
use crate::view::BillView;

/// What a month costs, charge by charge.
pub const CHART: Chart = Chart {
    key: "bill",
    title: "What a month costs",
    is_shown: |_| true,
    summary: |outcome, _| BillView::of(outcome).summary(),
    table: |outcome, _| BillView::of(outcome).table(),
    reading: None,
    draw: |surface, outcome, _| draw(surface, &BillView::of(outcome)),
};

/// The most that a charge takes of the height: its words, its bar and the room below.
const PITCH: f64 = 52.0;
/// The least: words above bars may not touch.
const LEAST_PITCH: f64 = ROW + BAR;
const BAR: f64 = 10.0;
/// A bar is at least so long, so that it is seen.
const LEAST_BAR: f64 = 2.0;
/// Room between a bar and its dollars.
const GAP: f64 = 6.0;
/// A surface narrower than this has no room for bars.
const LEAST_WIDTH: f64 = 120.0;

/// The charges as bars from the largest to the smallest, each with its words above and its dollars beside.
fn draw(surface: &dyn Surface, view: &BillView) -> Option<Plot> {
    let pitch = ((surface.height() - ROW) / view.charges.len().max(1) as f64).min(PITCH);
    if surface.width() < LEAST_WIDTH || pitch < LEAST_PITCH {
        return None;
    }
    let palette = surface.palette();
    surface.text("dollars a month", (0.0, ROW / 2.0), HPos::Left, palette.muted);
    if view.charges.is_empty() {
        let middle = (surface.width() / 2.0, surface.height() / 2.0);
        surface.text("nothing to pay for on this day", middle, HPos::Center, palette.muted);
    }
    let most = view.charges.first().map_or(0.0, |charge| charge.dollars);
    let widest = view.charges.iter().map(|charge| surface.text_width(&charge.price())).fold(0.0, f64::max);
    let longest = surface.width() - widest - GAP;
    for (index, charge) in view.charges.iter().enumerate() {
        let top = ROW + pitch * index as f64;
        let bar = (longest * charge.dollars / most).max(LEAST_BAR);
        let middle = top + ROW + BAR / 2.0;
        surface.text(&charge.words, (0.0, top + ROW / 2.0), HPos::Left, palette.ink);
        surface.fill((0.0, middle - BAR / 2.0), (bar, middle + BAR / 2.0), palette.money);
        surface.text(&charge.price(), (bar + GAP, middle), HPos::Left, palette.ink);
    }
    None
}
