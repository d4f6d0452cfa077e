use super::{Surface, frame::Frame, palette::Tone};
use crate::view::BUCKET_MINUTES;

/// Layers thinner than this are not parted from each other.
const LEAST_PARTED: f64 = 8.0;

/// One layer of a stack: a tone, and a value for every bucket.
pub struct Band {
    /// What it is filled with.
    pub tone: Tone,
    /// How thick it is in each bucket.
    pub values: Vec<f64>,
}

/// Draws layers on top of each other in steps, one step a bucket: a value holds for its whole bucket,
/// and a lone bucket is as wide as it lasted.
pub fn draw(surface: &dyn Surface, frame: &Frame, bands: &[Band]) {
    let buckets = bands.iter().map(|band| band.values.len()).max().unwrap_or_default();
    let mut floor = vec![0.0; buckets];
    for band in bands {
        let roof: Vec<f64> = floor.iter().zip(&band.values).map(|(floor, value)| floor + value).collect();
        for run in runs(&band.values) {
            if surface.is_textured() {
                weave(surface, frame, run.start, (&floor[run.clone()], &roof[run]), band.tone);
                continue;
            }
            let mut outline = steps(frame, run.start, &roof[run.clone()]);
            outline.extend(steps(frame, run.start, &floor[run.clone()]).into_iter().rev());
            surface.shape(&outline, band.tone.colour);
            part(surface, frame, run.start, &floor[run.clone()], &roof[run]);
        }
        floor = roof;
    }
}

/// Fills one step after the other, each with an edge above it: a texture alone has none.
fn weave(surface: &dyn Surface, frame: &Frame, first: usize, (floor, roof): (&[f64], &[f64]), tone: Tone) {
    for (index, (&floor, &roof)) in floor.iter().zip(roof).enumerate() {
        let (left, right) = edges(frame, first + index);
        let top = frame.y.pixel(roof);
        surface.tile((left, top), (right, frame.y.pixel(floor)), tone);
        surface.rule(left, right, top, 1.0, tone.colour);
    }
}

/// Parts a layer from the one below by a line of paper, where both are thick enough to lose as much.
fn part(surface: &dyn Surface, frame: &Frame, first: usize, floor: &[f64], roof: &[f64]) {
    for (index, (&floor, &roof)) in floor.iter().zip(roof).enumerate() {
        let y = frame.y.pixel(floor);
        if y - frame.y.pixel(roof) >= LEAST_PARTED && frame.plot.bottom - y >= LEAST_PARTED {
            let (left, right) = edges(frame, first + index);
            surface.rule(left, right, y, 1.0, surface.palette().paper);
        }
    }
}

/// Where a bucket begins and ends.
fn edges(frame: &Frame, bucket: usize) -> (f64, f64) {
    (frame.x.pixel(hour(bucket)), frame.x.pixel(hour(bucket + 1)))
}

/// Where a bucket begins, in hours.
pub fn hour(bucket: usize) -> f64 {
    (bucket * BUCKET_MINUTES) as f64 / 60.0
}

/// The hour of a bucket's middle.
pub fn middle(bucket: usize) -> f64 {
    hour(bucket) + BUCKET_MINUTES as f64 / 120.0
}

/// The stretches in which there is something to fill.
fn runs(values: &[f64]) -> Vec<std::ops::Range<usize>> {
    let mut runs = Vec::new();
    let mut start = 0;
    for stretch in values.chunk_by(|a, b| (*a > 0.0) == (*b > 0.0)) {
        if stretch[0] > 0.0 {
            runs.push(start..start + stretch.len());
        }
        start += stretch.len();
    }
    runs
}

fn steps(frame: &Frame, first: usize, values: &[f64]) -> Vec<(f64, f64)> {
    let step = |(index, &value): (usize, &f64)| {
        let y = frame.y.pixel(value);
        [(frame.x.pixel(hour(first + index)), y), (frame.x.pixel(hour(first + index + 1)), y)]
    };
    values.iter().enumerate().flat_map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_there_is_filled() {
        assert_eq!(runs(&[0.0, 1.0, 2.0, 0.0, 3.0]), [1..3, 4..5]);
        assert!(runs(&[0.0, 0.0]).is_empty() && runs(&[]).is_empty());
    }
}
