//! The moments of the day on a chart of it: a thin line at the minute with a flag at its foot, and its name where there
//! is room for it.

use burstlab_engine::{
    scenario::{Marker, MarkerKind},
    units::sort_by_number,
};
use plotters::style::text_anchor::HPos;

use super::{Plot, Surface, surface::TEXT};
use crate::view::Moments;

/// Half the width of a flag, and its height.
const FLAG: (f64, f64) = (4.0, 5.0);
/// A dash of a line, and the room after it.
const DASH: (f64, f64) = (3.0, 4.0);
/// Room between two names.
const GAP: f64 = 8.0;

/// Words on a chart.
#[derive(Clone, Copy)]
pub struct Label {
    /// Where their middle stands.
    pub middle: f64,
    /// Half their width.
    pub half: f64,
    /// Their middle height.
    pub y: f64,
}

impl Label {
    fn touches(&self, other: &Self) -> bool {
        (self.middle - other.middle).abs() < self.half + other.half + GAP
            && (self.y - other.y).abs() < TEXT + 2.0
    }

    /// Whether an upright line here would go through the words.
    fn is_crossed(&self, x: f64) -> bool {
        (self.middle - x).abs() < self.half + 2.0
    }
}

/// Marks the moments; the label of the peak is left free.
pub fn draw(surface: &dyn Surface, plot: &Plot, moments: &Moments, peak: Label) {
    let ink = surface.palette().muted;
    let mut taken = vec![peak];
    for marker in by_importance(&moments.markers) {
        let x = plot.x(marker.minute);
        let half = surface.text_width(marker.kind.label()) / 2.0;
        let middle = x.min(surface.width() - half).max(plot.left + half);
        let label = Label { middle, half, y: plot.top - TEXT };
        if !taken.iter().any(|other| other.touches(&label)) {
            surface.text(marker.kind.label(), (middle, label.y), HPos::Center, ink);
            taken.push(label);
        }
        draw_flag(surface, plot, x, &peak);
    }
}

/// The line leaves the peak's words free, and the flag stands below the data, where nothing else does.
fn draw_flag(surface: &dyn Surface, plot: &Plot, x: f64, peak: &Label) {
    let ink = surface.palette().muted;
    let words = (peak.y - TEXT / 2.0 - 2.0, peak.y + TEXT / 2.0 + 2.0);
    let gap = if peak.is_crossed(x) { words } else { (plot.top, plot.top) };
    dash(surface, x, plot.top, gap.0);
    dash(surface, x, gap.1.max(plot.top), plot.bottom);
    let foot = plot.bottom + FLAG.1;
    surface.shape(&[(x - FLAG.0, foot), (x + FLAG.0, foot), (x, plot.bottom)], ink);
}

/// An upright line in dashes, so that a spike of one minute is seen behind it.
fn dash(surface: &dyn Surface, x: f64, top: f64, bottom: f64) {
    let mut from = top;
    while from < bottom {
        surface.post(x, from, (from + DASH.0).min(bottom), 1.0, surface.palette().muted);
        from += DASH.0 + DASH.1;
    }
}

/// Who gets no answer is named first, and the return to the usual last.
fn by_importance(markers: &[Marker]) -> Vec<&Marker> {
    let mut markers: Vec<_> = markers.iter().collect();
    sort_by_number(&mut markers, |marker| match marker.kind {
        MarkerKind::TurnedAway | MarkerKind::Failing | MarkerKind::GivenUp => 0.0,
        MarkerKind::Line => 1.0,
        MarkerKind::Starts => 2.0,
        MarkerKind::Recovered => 3.0,
    });
    markers
}
