use burstlab_engine::traffic::Traffic;

use super::{Grip, Position, Scale};

/// A press counts for the nearest handle that is no farther than this, in pixels.
const REACH: f64 = 20.0;

/// The point or spike that a pointer here means.
///
/// The targets of spikes that stand close together overlap: 24 of them are 12 pixels apart on a phone, and a
/// finger wants 24. If each took its own presses, the one drawn last would take those of its neighbours. So
/// all targets together are one strip, and of what is near the nearest is meant.
pub fn nearest(scale: Scale, traffic: &Traffic, at: Position) -> Option<Grip> {
    let points = traffic.curve.points().iter().enumerate();
    let points =
        points.map(|(index, point)| (Grip::Point(index), scale.x(point.hour), scale.y(point.rate.0)));
    let spikes = traffic.spikes.iter().enumerate();
    let spikes =
        spikes.map(|(index, spike)| (Grip::Spike(index), scale.x(spike.hour), scale.spike_y(spike.requests)));
    let distances = points.chain(spikes).map(|(grip, x, y)| (grip, (x - at.x).hypot(y - at.y)));
    let nearest = distances.min_by(|a, b| a.1.total_cmp(&b.1));
    nearest.filter(|(_, distance)| *distance <= REACH).map(|(grip, _)| grip)
}

#[cfg(test)]
mod tests {
    use burstlab_engine::{
        traffic::{Curve, Spike},
        units::PerSecond,
    };

    use super::*;
    use crate::editor::Frame;

    #[test]
    fn the_nearest_is_meant_where_targets_overlap() {
        let curve = Curve::constant(PerSecond(4.0));
        let spikes = (0..24).map(|hour| Spike { hour: f64::from(hour), requests: 50 }).collect();
        let scale = Scale::of(Frame { width: 336.0, height: 300.0 }, &curve);
        let traffic = Traffic::new(curve, spikes);
        let (x, y) = (scale.x(12.0), scale.spike_y(50));
        for (dx, dy, expected) in [
            (0.0, 0.0, Some(Grip::Spike(12))),
            (5.0, 8.0, Some(Grip::Spike(12))),
            (-5.0, -8.0, Some(Grip::Spike(12))),
            (7.0, 0.0, Some(Grip::Spike(13))),
            (0.0, -40.0, None),
            (scale.x(0.0) - x, scale.y(4.0) - y + 3.0, Some(Grip::Point(0))),
        ] {
            assert_eq!(nearest(scale, &traffic, Position { x: x + dx, y: y + dy }), expected, "{dx} {dy}");
        }
    }
}
