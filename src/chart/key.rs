use plotters::style::{RGBColor, text_anchor::HPos};

use super::{Surface, palette::Tone, surface::TEXT};

/// The height of one row of words above a chart.
pub const ROW: f64 = 18.0;

/// The mark before the words of a key.
#[derive(Clone, Copy)]
pub enum Mark {
    /// Of an area.
    Area(Tone),
    /// Of a line this thick.
    Line(RGBColor, f64),
}

impl Mark {
    /// Draws it between its left edge and the middle height of its words.
    pub fn draw(self, surface: &dyn Surface, x: f64, middle: f64) {
        let (top, bottom) = (middle - SWATCH / 2.0, middle + SWATCH / 2.0);
        match self {
            Self::Area(tone) => surface.tile((x, top), (x + SWATCH, bottom), tone),
            Self::Line(colour, thickness) => surface.rule(x, x + SWATCH, middle, thickness, colour),
        }
    }
}

/// The width of a mark with the room after it.
pub const MARK: f64 = SWATCH + GAP;

const SWATCH: f64 = 10.0;
const GAP: f64 = 5.0;
/// Room between two entries.
pub const BETWEEN: f64 = 10.0;

/// The words above a chart: what its axis counts, and what its colours mean.
///
/// It stands in the same place whatever the data, because a label that follows the data jumps about while
/// a curve is dragged.
pub struct Key<'a> {
    unit: &'a str,
    entries: &'a [(Mark, &'static str)],
    /// Where each entry begins, and in which row.
    places: Vec<(f64, usize)>,
}

impl<'a> Key<'a> {
    /// Lays the words out: beside the unit on a wide sheet, in rows below it on a narrow one. The width
    /// decides, so that charts of one width keep their data at one height.
    pub fn lay(surface: &dyn Surface, unit: &'a str, entries: &'a [(Mark, &'static str)]) -> Self {
        let widths: Vec<_> = entries.iter().map(|(_, words)| MARK + surface.text_width(words)).collect();
        let together = widths.iter().sum::<f64>() + BETWEEN * entries.len().saturating_sub(1) as f64;
        let beside = surface.width() - together;
        let places = if surface.is_wide() && beside >= surface.text_width(unit) + BETWEEN {
            flow(&widths, beside, 0, f64::INFINITY)
        } else {
            flow(&widths, 0.0, 1, surface.width())
        };
        Self { unit, entries, places }
    }

    /// The height that all rows take.
    pub fn height(&self) -> f64 {
        ROW * (1 + self.places.last().map_or(0, |place| place.1)) as f64
    }

    /// Draws it at the top of the surface.
    pub fn draw(&self, surface: &dyn Surface) {
        surface.text(self.unit, (0.0, ROW / 2.0), HPos::Left, surface.palette().muted);
        for (&(mark, words), &(x, row)) in self.entries.iter().zip(&self.places) {
            let middle = ROW * (row as f64 + 0.5);
            mark.draw(surface, x, middle);
            surface.text(words, (x + MARK, middle), HPos::Left, surface.palette().ink);
        }
    }
}

/// Puts boxes one after the other from a place on, and at the left edge of the next row when one is full.
pub fn flow(widths: &[f64], left: f64, row: usize, right: f64) -> Vec<(f64, usize)> {
    let (mut x, mut row) = (left, row);
    let place = |&width: &f64| {
        if x > 0.0 && x + width > right {
            (x, row) = (0.0, row + 1);
        }
        let place = (x, row);
        x += width + BETWEEN;
        place
    };
    widths.iter().map(place).collect()
}

const _: () = assert!(ROW > TEXT, "rows of text do not touch");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_goes_to_the_next_row() {
        assert_eq!(flow(&[40.0, 40.0, 40.0], 0.0, 1, 100.0), [(0.0, 1), (50.0, 1), (0.0, 2)]);
        assert_eq!(flow(&[400.0, 40.0], 0.0, 1, 100.0), [(0.0, 1), (0.0, 2)], "too wide by itself");
        assert_eq!(flow(&[], 0.0, 1, 100.0), []);
    }
}
