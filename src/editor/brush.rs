use burstlab_engine::{
    traffic::{Curve, MOST_POINTS, Point, Traffic},
    units::PerSecond,
};

use super::{
    Position, Scale,
    grip::{GAP, GRID, short_hour},
    significant,
};

/// A stroke of the brush under way: the traffic drawn freehand, on a canvas of one cell for every five
/// minutes of the day.
///
/// Each pass over a cell replaces the one before, so that it makes no difference whether a stroke runs left or
/// right, or twice. What it makes of the traffic is a curve through few points that follows the cells within
/// two pixels; it is the same while drawing and after, so that nothing jumps when the finger is lifted.
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    /// The scale when it began. It rests, so that the line stays under the finger.
    pub scale: Scale,
    /// The traffic before.
    pub traffic: Traffic,
    /// The rate drawn at each place of the grid.
    drawn: Vec<Option<f64>>,
    last: Option<(f64, f64)>,
}

const CELLS: usize = 288;
/// How far the curve may pass beside the stroke, in pixels.
const NEAR: f64 = 2.0;
/// How far once it has as many points as a short link can bear.
const ROUGH: f64 = 7.0;
const FEW: usize = 20;
/// What was there before holds from so many cells beside the stroke on; between, the curve finds its way.
const JOINT: usize = 6;
/// Hours are compared with so much tolerance: they are rounded to four decimals.
const SLIP: f64 = 1e-3;

impl Stroke {
    /// A stroke that begins with this traffic, nothing drawn yet.
    pub fn new(scale: Scale, traffic: Traffic) -> Self {
        Self { scale, traffic, drawn: vec![None; CELLS], last: None }
    }

    /// Draws on to here.
    pub fn follow(&mut self, pointer: Position) {
        let (cell, rate) = (self.scale.hour(pointer.x) / GRID, self.scale.rate(pointer.y));
        let (from, from_rate) = self.last.replace((cell, rate)).unwrap_or((cell, rate));
        let (first, last) = (from.min(cell).ceil() as usize, from.max(cell).floor() as usize);
        if first > last || from == cell {
            // Within one cell the pointer's height counts and not its way.
            self.drawn[(cell.round() as usize).min(CELLS - 1)] = Some(rate);
        }
        for crossed in first..=last.min(CELLS - 1) {
            let share = if cell == from { 1.0 } else { (crossed as f64 - from) / (cell - from) };
            self.drawn[crossed] = Some(from_rate + share * (rate - from_rate));
        }
    }

    /// The traffic drawn so far.
    pub fn traffic(&self) -> Traffic {
        let drawn = |cell: &usize| self.drawn[*cell].is_some();
        let span = (0..CELLS).find(drawn).zip((0..CELLS).rev().find(drawn));
        span.map_or_else(|| self.traffic.clone(), |(first, last)| self.fitted(first, last))
    }

    fn fitted(&self, first: usize, last: usize) -> Traffic {
        let beside = |point: &&Point| {
            point.hour < hour_of(first) - GAP + SLIP || point.hour > hour_of(last) + GAP - SLIP
        };
        let kept: Vec<_> = self.traffic.curve.points().iter().filter(beside).copied().collect();
        let mut fit = Fit { scale: self.scale, targets: self.targets(first, last), kept, added: Vec::new() };
        for edge in [first, last] {
            if fit.is_free(edge) {
                fit.add(edge);
            }
        }
        fit.add_what_is_needed();
        fit.drop_what_is_not();
        Traffic { curve: fit.curve(), ..self.traffic.clone() }
    }

    /// What the curve shall be at each place: the stroke, and what was there before where it is not near.
    fn targets(&self, first: usize, last: usize) -> Vec<Option<f64>> {
        let near = |cell: usize| {
            let (after, before) = ((cell + CELLS - last) % CELLS, (first + CELLS - cell) % CELLS);
            (first..=last).contains(&cell) || after < JOINT || before < JOINT
        };
        let before = |cell: usize| (!near(cell)).then(|| self.traffic.curve.rate_at(hour_of(cell)).0);
        (0..CELLS).map(|cell| self.drawn[cell].or_else(|| before(cell))).collect()
    }
}

/// The search for few points whose curve passes near all targets: where it is farthest off, a point is
/// added, as Ramer, Douglas and Peucker do; but what is measured is the very curve, not a chain of chords.
struct Fit {
    scale: Scale,
    targets: Vec<Option<f64>>,
    kept: Vec<Point>,
    /// Cells whose target is a point of the curve.
    added: Vec<usize>,
}

impl Fit {
    fn curve(&self) -> Curve {
        let added = self.added.iter().filter_map(|&cell| {
            let rate = PerSecond(significant(self.targets[cell]?, 4));
            Some(Point { hour: hour_of(cell), rate })
        });
        Curve::new(self.kept.iter().copied().chain(added).collect())
    }

    fn add(&mut self, cell: usize) {
        self.added.push(cell);
    }

    /// Whether a point may stand here.
    fn is_free(&self, cell: usize) -> bool {
        let away = |hour: f64| (hour - hour_of(cell)).abs() > GAP - SLIP;
        self.kept.len() + self.added.len() < MOST_POINTS
            && self.kept.iter().all(|point| away(point.hour))
            && self.added.iter().all(|&other| away(hour_of(other)))
    }

    fn add_what_is_needed(&mut self) {
        loop {
            let curve = self.curve();
            let limit = if self.added.len() < FEW { NEAR } else { ROUGH };
            let off = |cell: &usize| self.distance(&curve, *cell);
            let worst = (0..CELLS)
                .filter(|&cell| self.distance(&curve, cell) > limit && self.is_free(cell))
                .max_by(|a, b| off(a).total_cmp(&off(b)));
            let Some(worst) = worst else { return };
            self.add(worst);
        }
    }

    /// What was needed at first may be superfluous at last.
    fn drop_what_is_not(&mut self) {
        let mut index = 0;
        while index < self.added.len() {
            let cell = self.added.remove(index);
            let curve = self.curve();
            let is_needed = self.kept.is_empty() && self.added.is_empty()
                || (0..CELLS).any(|cell| self.distance(&curve, cell) > NEAR);
            if is_needed {
                self.added.insert(index, cell);
                index += 1;
            }
        }
    }

    /// How far the curve passes beside a target, in pixels: across the line, which counts where it is steep.
    fn distance(&self, curve: &Curve, cell: usize) -> f64 {
        let Some(target) = self.targets[cell] else { return 0.0 };
        let upright = (self.scale.y(curve.rate_at(hour_of(cell)).0) - self.scale.y(target)).abs();
        let beside = [(cell + CELLS - 1) % CELLS, (cell + 1) % CELLS].map(|cell| self.targets[cell]);
        let rise = match beside {
            [Some(before), Some(after)] => (self.scale.y(after) - self.scale.y(before)) / 2.0,
            _ => 0.0,
        };
        let stride = self.scale.x(GRID) - self.scale.left();
        upright / (rise / stride).hypot(1.0)
    }
}

fn hour_of(cell: usize) -> f64 {
    short_hour(cell as f64 * GRID)
}

#[cfg(test)]
mod tests {
    use burstlab_engine::traffic::{MOST_RATE, Spike};

    use super::*;
    use crate::editor::Frame;

    const FRAMES: [Frame; 2] =
        [Frame { width: 1_100.0, height: 340.0 }, Frame { width: 336.0, height: 300.0 }];

    fn traffic() -> Traffic {
        let points =
            [(2.5, 0.1), (5.0, 0.12), (7.5, 3.5), (10.0, 0.5), (16.0, 0.5), (18.0, 4.17), (20.0, 0.13)];
        let points = points.map(|(hour, rate)| Point { hour, rate: PerSecond(rate) });
        Traffic::new(Curve::new(points.to_vec()), vec![Spike { hour: 9.0, requests: 50 }])
    }

    /// Draws rates by the hour, with a sample every few pixels.
    fn drawn(frame: Frame, hours: (f64, f64), rate: impl Fn(f64) -> f64) -> (Stroke, Traffic) {
        let mut stroke = Stroke::new(Scale::of(frame, &traffic().curve), traffic());
        draw(&mut stroke, hours, rate);
        let traffic = stroke.traffic();
        (stroke, traffic)
    }

    fn draw(stroke: &mut Stroke, (from, to): (f64, f64), rate: impl Fn(f64) -> f64) {
        for sample in 0..=120 {
            let hour = from + (to - from) * f64::from(sample) / 120.0;
            stroke.follow(Position { x: stroke.scale.x(hour), y: stroke.scale.y(rate(hour)) });
        }
    }

    /// The farthest that the curve is from what was drawn, in pixels to the nearest place of the line.
    fn farthest(
        stroke: &Stroke,
        traffic: &Traffic,
        (from, to): (f64, f64),
        rate: impl Fn(f64) -> f64,
    ) -> f64 {
        let scale = stroke.scale;
        let at = |hour: f64, rate: f64| (scale.x(hour), scale.y(rate));
        let line: Vec<_> = (0..=2_400).map(|step| f64::from(step) / 100.0).collect();
        let line: Vec<_> = line.iter().map(|&hour| at(hour, traffic.curve.rate_at(hour).0)).collect();
        let steps = (0..=200).map(|step| from + (to - from) * f64::from(step) / 200.0);
        let nearest =
            |(x, y): (f64, f64)| line.iter().map(|p| (p.0 - x).hypot(p.1 - y)).fold(f64::MAX, f64::min);
        steps.map(|hour| nearest(at(hour, rate(hour)))).fold(0.0, f64::max)
    }

    fn hill(hour: f64) -> f64 {
        1.0 + 3.0 * (-(hour - 13.0).powi(2) / 4.0).exp()
    }

    fn stairs(hour: f64) -> f64 {
        if hour < 9.0 {
            0.4
        } else if hour < 17.0 {
            4.0
        } else {
            1.5
        }
    }

    fn wave(hour: f64) -> f64 {
        2.0 + 1.5 * (hour * 1.3).sin()
    }

    #[test]
    fn the_curve_follows_the_stroke_with_few_points() {
        for frame in FRAMES {
            for (name, hours, rate, near) in [
                ("a hill", (9.0, 17.0), hill as fn(f64) -> f64, 3.0),
                ("a hill, leftwards", (17.0, 9.0), hill, 3.0),
                ("a wave all day", (0.0, 24.0), wave, 4.0),
                ("stairs", (6.0, 20.0), stairs, 7.0),
                ("a level", (11.0, 15.0), |_| 2.0, 2.0),
            ] {
                let (stroke, after) = drawn(frame, hours, rate);
                let off = farthest(&stroke, &after, hours, rate);
                let points = after.curve.points().len();
                assert!(off <= near && points <= 25, "{name} in {frame:?}: {off:.1} px, {points} points");
                assert_eq!(after.spikes, traffic().spikes);
            }
        }
    }

    #[test]
    fn leftwards_and_rightwards_draw_alike() {
        let mut alike = Vec::new();
        for hours in [(9.0, 17.0), (17.0, 9.0)] {
            let (stroke, _) = drawn(FRAMES[0], hours, hill);
            alike.push(stroke.drawn);
        }
        for (a, b) in alike[0].iter().zip(&alike[1]) {
            assert!((a.unwrap_or(-1.0) - b.unwrap_or(-1.0)).abs() < 0.05, "{a:?} {b:?}");
        }
    }

    #[test]
    fn the_second_pass_counts() {
        let (mut stroke, _) = drawn(FRAMES[0], (9.0, 17.0), hill);
        draw(&mut stroke, (17.0, 8.0), |_| 2.0);
        let after = stroke.traffic();
        for hour in [8.5, 11.0, 13.0, 16.5] {
            assert!((after.curve.rate_at(hour).0 - 2.0).abs() < 0.05, "{hour}");
        }
    }

    #[test]
    fn what_was_not_drawn_over_stays() {
        let (_, after) = drawn(FRAMES[0], (11.0, 15.0), |_| 3.0);
        for point in traffic().curve.points().iter().filter(|point| !(11.0..=15.0).contains(&point.hour)) {
            assert!(after.curve.points().contains(point), "{point:?}");
        }
        for hour in [0.0, 3.0, 6.5, 9.0, 10.3, 15.7, 17.0, 19.0, 23.0] {
            let (now, before) = (after.curve.rate_at(hour).0, traffic().curve.rate_at(hour).0);
            assert!((now - before).abs() < 0.1, "{hour}: {before} → {now}");
        }
    }

    #[test]
    fn a_dab_makes_one_point() {
        let mut stroke = Stroke::new(Scale::of(FRAMES[0], &traffic().curve), traffic());
        assert_eq!(stroke.traffic(), traffic(), "nothing is drawn yet");
        stroke.follow(Position { x: stroke.scale.x(13.0), y: stroke.scale.y(2.0) });
        let after = stroke.traffic();
        assert!((after.curve.rate_at(13.0).0 - 2.0).abs() < 0.02);
        assert!(after.curve.points().len() <= traffic().curve.points().len() + 3);
    }

    #[test]
    fn any_scribble_stays_within_the_limits() {
        let mut seed = 7_u64;
        let mut random = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as f64 / f64::from(1_u32 << 31)
        };
        for round in 0..40 {
            let frame = FRAMES[round % 2];
            let mut stroke = Stroke::new(Scale::of(frame, &traffic().curve), traffic());
            for _ in 0..60 {
                stroke.follow(Position { x: random() * 1_400.0 - 100.0, y: random() * 500.0 - 100.0 });
            }
            let points = stroke.traffic().curve.points().to_vec();
            assert!(!points.is_empty() && points.len() <= 100, "{}", points.len());
            assert!(points.windows(2).all(|pair| pair[1].hour - pair[0].hour > GAP - SLIP), "{points:?}");
            for point in &points {
                assert!((0.0..24.0).contains(&point.hour) && (0.0..=MOST_RATE).contains(&point.rate.0));
            }
        }
    }

    #[test]
    fn a_day_full_of_points_stays_within_its_number() {
        let crowd = (0..MOST_POINTS).map(|index| Point { hour: index as f64 * 0.1, rate: PerSecond(1.0) });
        let traffic = Traffic::new(Curve::new(crowd.collect()), Vec::new());
        let mut stroke = Stroke::new(Scale::of(FRAMES[0], &traffic.curve), traffic);
        draw(&mut stroke, (3.0, 22.0), wave);
        assert!(stroke.traffic().curve.points().len() <= MOST_POINTS);
        draw(&mut stroke, (21.0, 24.0), wave);
        assert!(stroke.traffic().curve.points().len() <= MOST_POINTS);
    }
}
