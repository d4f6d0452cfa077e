use burstlab_engine::traffic::Traffic;

use super::{
    Grip, Position, Scale,
    grip::{with_point_hour, with_rates, with_spike_height, with_spike_hour},
    whole::{peak, scaled, shifted},
};

/// A drag under way. What it makes of the traffic follows from where it began and where the pointer is, so
/// that going back undoes it and no rounding adds up.
#[derive(Clone, Debug, PartialEq)]
pub struct Drag {
    /// What is held.
    pub grip: Grip,
    /// The scale when it began; the axis does not move under the finger.
    pub scale: Scale,
    from: Position,
    /// What it was before.
    pub traffic: Traffic,
}

/// The day as a whole is held no lower than so many pixels: pulled by its very foot it would fly away.
const LEAST_HOLD: f64 = 24.0;
/// Sideways moves count from here on, so that pulling up does not change the time.
const SLACK: f64 = 10.0;

impl Drag {
    /// A drag that begins here, with this traffic.
    pub fn new(grip: Grip, scale: Scale, from: Position, traffic: Traffic) -> Self {
        Self { grip, scale, from, traffic }
    }

    /// The traffic when the pointer is here.
    pub fn to(&self, pointer: Position) -> Traffic {
        match self.grip {
            Grip::Point(index) => self.point(index, pointer),
            Grip::Segment(left) => self.segment(left, pointer),
            Grip::Spike(index) => self.spike(index, pointer),
            Grip::Whole => self.whole(pointer),
        }
    }

    fn point(&self, index: usize, pointer: Position) -> Traffic {
        let Some(point) = self.traffic.curve.points().get(index) else {
            return self.traffic.clone();
        };
        let rate = self.rate(point.rate.0, pointer);
        let traffic = with_rates(&self.traffic, &[(index, rate)]);
        match self.hours(pointer) {
            0.0 => traffic,
            hours => with_point_hour(&traffic, index, point.hour + hours),
        }
    }

    /// Both ends move by what the place under the finger moves.
    fn segment(&self, left: usize, pointer: Position) -> Traffic {
        let points = self.traffic.curve.points();
        let right = (left + 1) % points.len().max(1);
        let (Some(from), Some(to)) = (points.get(left), points.get(right)) else {
            return self.traffic.clone();
        };
        let hour = self.scale.hours(self.from.x - self.scale.left());
        let held = self.traffic.curve.rate_at(hour).0;
        let rise = self.rate(held, pointer) - held;
        let moved = |rate: f64| super::significant((rate + rise).max(0.0), 4);
        with_rates(&self.traffic, &[(left, moved(from.rate.0)), (right, moved(to.rate.0))])
    }

    fn spike(&self, index: usize, pointer: Position) -> Traffic {
        let Some(spike) = self.traffic.spikes.get(index) else {
            return self.traffic.clone();
        };
        let y = self.scale.spike_y(spike.requests) + pointer.y - self.from.y;
        let requests = if pointer.y == self.from.y { spike.requests } else { self.scale.spike_at(y) };
        let traffic = with_spike_height(&self.traffic, index, f64::from(requests));
        match self.hours(pointer) {
            0.0 => traffic,
            hours => with_spike_hour(&traffic, index, spike.hour + hours),
        }
    }

    /// One factor puts the place held where the pointer is; below the plot it is the peak that is held.
    fn whole(&self, pointer: Position) -> Traffic {
        let peak = peak(&self.traffic.curve);
        let held = if self.from.y < self.scale.below() { self.scale.rate(self.from.y) } else { peak };
        let wanted = self.rate(held, pointer);
        let factor = 1.0 + (wanted - held) / held.max(self.scale.rate_of(LEAST_HOLD));
        let traffic =
            if wanted == held { self.traffic.clone() } else { scaled(&self.traffic, factor, wanted) };
        shifted(&traffic, self.hours(pointer))
    }

    /// The rate held, moved as far as the pointer; exactly the same where it has not moved.
    fn rate(&self, held: f64, pointer: Position) -> f64 {
        let moved = pointer.y - self.from.y;
        if moved == 0.0 { held } else { self.scale.pulled_rate(self.scale.y(held) + moved) }
    }

    fn hours(&self, pointer: Position) -> f64 {
        let moved = pointer.x - self.from.x;
        self.scale.hours((moved.abs() - SLACK).max(0.0).copysign(moved)).clamp(-24.0, 24.0) + 0.0
    }
}

#[cfg(test)]
mod tests {
    use burstlab_engine::{
        traffic::{Curve, Point, Spike},
        units::PerSecond,
    };

    use super::*;
    use crate::editor::Frame;

    fn traffic() -> Traffic {
        let points = [(6.0, 1.0), (12.0, 2.0), (18.0, 4.0)];
        let curve =
            Curve::new(points.iter().map(|&(hour, rate)| Point { hour, rate: PerSecond(rate) }).collect());
        Traffic::new(curve, vec![Spike { hour: 9.0, requests: 5_000 }])
    }

    fn drag(grip: Grip) -> Drag {
        let traffic = traffic();
        let scale = Scale::of(Frame { width: 960.0, height: 300.0 }, &traffic.curve);
        Drag::new(grip, scale, Position { x: 500.0, y: 150.0 }, traffic)
    }

    fn by(drag: &Drag, x: f64, y: f64) -> Traffic {
        drag.to(Position { x: 500.0 + x, y: 150.0 + y })
    }

    #[test]
    fn a_drag_that_comes_back_changes_nothing() {
        for grip in [Grip::Point(1), Grip::Segment(2), Grip::Spike(0), Grip::Whole, Grip::Point(9)] {
            assert_eq!(by(&drag(grip), 0.0, 0.0), traffic(), "{grip:?}");
        }
    }

    #[test]
    fn a_point_goes_up_with_the_pointer_and_keeps_its_time() {
        let moved = by(&drag(Grip::Point(1)), 9.0, -60.0);
        assert!(moved.curve.points()[1].rate.0 > 3.0);
        assert_eq!(moved.curve.points()[1].hour, 12.0);
        assert_eq!(moved.curve.points()[0], traffic().curve.points()[0]);
    }

    #[test]
    fn a_point_stays_between_its_neighbours() {
        for (x, hour) in [(900.0, 17.75), (-900.0, 6.25)] {
            assert_eq!(by(&drag(Grip::Point(1)), x, 0.0).curve.points()[1].hour, hour);
        }
        assert_eq!(by(&drag(Grip::Point(0)), -900.0, 0.0).curve.points()[0].hour, 0.0);
        assert!(by(&drag(Grip::Point(2)), 900.0, 0.0).curve.points()[2].hour < 24.0);
    }

    #[test]
    fn a_segment_moves_both_its_ends_alike() {
        let moved = by(&drag(Grip::Segment(0)), 0.0, -30.0);
        let rises: Vec<_> = moved
            .curve
            .points()
            .iter()
            .zip(traffic().curve.points())
            .map(|(now, before)| now.rate.0 - before.rate.0)
            .collect();
        assert!(rises[0] > 0.1 && (rises[0] - rises[1]).abs() < 2e-3 && rises[2] == 0.0, "{rises:?}");
        let over_midnight = by(&drag(Grip::Segment(2)), 0.0, 400.0);
        let low: Vec<_> = over_midnight.curve.points().iter().map(|point| point.rate.0).collect();
        assert!(low[0] == 0.0 && low[1] == 2.0 && low[2] < 2.0, "the last and the first go down: {low:?}");
    }

    #[test]
    fn the_day_as_a_whole_keeps_the_place_held_under_the_pointer() {
        let drag = drag(Grip::Whole);
        let held = drag.scale.rate(150.0);
        for y in [-30.0, -10.0, 20.0, 60.0] {
            let moved = by(&drag, 0.0, y);
            let factor = moved.curve.points()[2].rate.0 / 4.0;
            let under = drag.scale.y(held * factor);
            assert!((under - (150.0 + y)).abs() < 1.0, "{y}: {under}");
            assert!(moved.curve.points().iter().all(|point| point.hour % 6.0 == 0.0), "times stay");
            assert_eq!(moved.spikes, traffic().spikes);
        }
    }

    #[test]
    fn the_day_as_a_whole_moves_in_time_with_its_spikes() {
        let drag = drag(Grip::Whole);
        let day_px = drag.scale.right() - drag.scale.left();
        let later = by(&drag, day_px / 4.0 + SLACK, 0.0);
        let hours: Vec<_> = later.curve.points().iter().map(|point| (point.hour, point.rate.0)).collect();
        assert_eq!(hours, [(0.0, 4.0), (12.0, 1.0), (18.0, 2.0)]);
        assert_eq!((later.spikes[0].hour, later.spikes[0].requests), (15.0, 5_000));
    }

    #[test]
    fn the_handle_below_the_plot_holds_the_peak() {
        let scale = drag(Grip::Whole).scale;
        let from = scale.whole();
        let up = Drag::new(Grip::Whole, scale, from, traffic());
        let to = Position { y: from.y - 8.0, ..from };
        let peak = up.to(to).curve.points()[2].rate.0;
        assert!((scale.y(4.0) - scale.y(peak) - 8.0).abs() < 1.0, "{peak}");
        let silent = Traffic::new(Curve::constant(PerSecond(0.0)), Vec::new());
        let up = Drag::new(Grip::Whole, scale, from, silent.clone());
        assert!(up.to(to).curve.points()[0].rate.0 > 0.0, "silence can be left");
        assert_eq!(up.to(from), silent);
    }

    #[test]
    fn a_spike_changes_its_height_and_its_time() {
        let moved = by(&drag(Grip::Spike(0)), 50.0, -40.0);
        assert!(moved.spikes[0].requests > 10_000 && moved.spikes[0].hour > 9.9, "{:?}", moved.spikes);
        assert_eq!(by(&drag(Grip::Spike(0)), 0.0, 900.0).spikes[0].requests, 0);
    }
}
