//! The drawing of charts, on any [`Surface`]: the same code paints a canvas in the page and an SVG in a
//! test.
//!
//! This floor knows no browser and computes no outcome: numbers come ready from `view`, lengths are in
//! layout pixels until [`surface`] turns them into the backend's own. Start at [`CHARTS`]. A new chart is
//! one file, which holds a [`Chart`], and one line in that table.

mod bands;
mod bill;
mod causes;
pub mod compare;
mod copies;
mod delays;
mod flags;
mod frame;
mod key;
mod latency;
mod look;
mod palette;
mod queue;
pub mod scale;
mod surface;
mod traffic;
mod waits;

use std::fmt;

use burstlab_engine::scenario::{Outcome, Scenario};
use plotters::{drawing::DrawingAreaErrorKind, prelude::DrawingBackend};

use crate::view::Table;

pub use frame::{LAST_MINUTE, Plot};
pub use look::Look;
pub use palette::{Palette, TOKENS, colour};
use surface::Sheet;
pub use surface::{FAMILY as FONT_FAMILY, Surface};

/// The charts there are, in the order in which a page shows them.
pub const CHARTS: &[Chart] =
    &[traffic::CHART, latency::CHART, delays::CHART, copies::CHART, queue::CHART, bill::CHART, causes::CHART];

/// All that a page needs to know of one chart.
pub struct Chart {
    /// Its name in markup, tests and file names.
    pub key: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Whether it has something to say of a scenario.
    pub is_shown: fn(&Scenario) -> bool,
    /// Two sentences that say what it shows.
    pub summary: fn(&Outcome, &Scenario) -> [String; 2],
    /// The numbers behind it.
    pub table: fn(&Outcome, &Scenario) -> Table,
    /// What it says of one minute of the day; none where it is not of the day.
    pub reading: Option<fn(&Outcome, &Scenario, usize) -> String>,
    /// Draws it, and says where the day runs on the surface; none where it does not.
    pub draw: fn(&dyn Surface, &Outcome, &Scenario) -> Option<Plot>,
}

/// Paints a chart over all of the backend.
pub fn paint<DB: DrawingBackend>(
    chart: &Chart,
    backend: DB,
    outcome: &Outcome,
    scenario: &Scenario,
    look: &Look<'_>,
) -> Result<Option<Plot>, PaintError> {
    let sheet = Sheet::new(backend, look);
    let plot = (chart.draw)(&sheet, outcome, scenario);
    sheet.present()?;
    Ok(plot)
}

/// What the backend said when it could not draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaintError(String);

impl fmt::Display for PaintError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the chart could not be drawn: {}", self.0)
    }
}

impl std::error::Error for PaintError {}

impl<E: std::error::Error + Send + Sync> From<DrawingAreaErrorKind<E>> for PaintError {
    fn from(error: DrawingAreaErrorKind<E>) -> Self {
        Self(error.to_string())
    }
}
