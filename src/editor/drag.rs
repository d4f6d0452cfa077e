use burstlab_engine::traffic::Traffic;

use super::{
    Grip, Position, Scale,
    grip::{with_point_hour, with_rates, with_spike_height, with_spike_hour},
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
    traffic: Traffic,
}

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
        Traffic { curve, spikes: vec![Spike { hour: 9.0, requests: 5_000 }] }
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
        for grip in [Grip::Point(1), Grip::Segment(2), Grip::Spike(0), Grip::Point(9), Grip::Spike(9)] {
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
    fn a_spike_changes_its_height_and_its_time() {
        let moved = by(&drag(Grip::Spike(0)), 50.0, -40.0);
        assert!(moved.spikes[0].requests > 10_000 && moved.spikes[0].hour > 9.9, "{:?}", moved.spikes);
        assert_eq!(by(&drag(Grip::Spike(0)), 0.0, 900.0).spikes[0].requests, 0);
    }
}
