use burstlab_engine::traffic::Traffic;

use super::{Position, Scale, significant};
use crate::view::words;

/// About the width of "100,000 at once", in pixels.
const TAG_WIDTH: f64 = 110.0;

/// A point or spike as a slider shows itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Knob {
    /// Its name: "Traffic at 18:00".
    pub name: String,
    /// Its value: requests per second of a point, requests of a spike.
    pub value: f64,
    /// Its value in words.
    pub words: String,
    /// What stands beside it.
    pub tag: String,
    /// Where it stands.
    pub at: Position,
    /// How far below it the line of zero is, in pixels.
    pub foot: f64,
}

/// A point of the curve; none where there is no such point.
pub fn point_knob(scale: Scale, traffic: &Traffic, index: usize) -> Option<Knob> {
    let point = traffic.curve.points().get(index)?;
    let (clock, rate) = (clock(point.hour), rate_words(point.rate.0));
    let at = Position { x: scale.x(point.hour), y: scale.y(point.rate.0) };
    Some(Knob {
        name: format!("Traffic at {clock}"),
        value: significant(point.rate.0, 6),
        words: format!("{rate} requests per second at {clock}"),
        tag: format!("{rate} a second"),
        at,
        foot: scale.below() - at.y,
    })
}

/// A spike; none where there is no such spike.
pub fn spike_knob(scale: Scale, traffic: &Traffic, index: usize) -> Option<Knob> {
    let spike = traffic.spikes.get(index)?;
    let (clock, requests) = (clock(spike.hour), words::fixed(f64::from(spike.requests), 0));
    let at = Position { x: scale.x(spike.hour), y: scale.spike_y(spike.requests) };
    Some(Knob {
        name: format!("Requests at once at {clock}"),
        value: f64::from(spike.requests),
        words: format!("{requests} requests at once at {clock}"),
        tag: format!("{requests} at once"),
        at,
        foot: scale.below() - at.y,
    })
}

/// Whether the spikes stand so close that their numbers would cover each other.
pub fn is_crowded(scale: Scale, traffic: &Traffic) -> bool {
    traffic.spikes.windows(2).any(|pair| scale.x(pair[1].hour) - scale.x(pair[0].hour) < TAG_WIDTH)
}

/// The time of an hour with a fraction.
pub fn clock(hour: f64) -> String {
    words::clock((hour * 60.0).round() as usize)
}

/// A rate with three digits.
fn rate_words(rate: f64) -> String {
    words::fixed(significant(rate, 3), 4)
}

#[cfg(test)]
mod tests {
    use burstlab_engine::{
        traffic::{Curve, Point, Spike},
        units::PerSecond,
    };

    use super::*;
    use crate::editor::Frame;

    #[test]
    fn sliders_say_what_they_are() {
        let curve = Curve::new(vec![Point { hour: 18.0, rate: PerSecond(4.2) }]);
        let scale = Scale::of(Frame { width: 800.0, height: 300.0 }, &curve);
        let traffic = Traffic { curve, spikes: vec![Spike { hour: 9.25, requests: 5_000 }] };
        let (point, spike) =
            (point_knob(scale, &traffic, 0).unwrap(), spike_knob(scale, &traffic, 0).unwrap());
        assert_eq!((point.name.as_str(), point.value), ("Traffic at 18:00", 4.2));
        assert_eq!(point.words, "4.2 requests per second at 18:00");
        assert_eq!((spike.name.as_str(), spike.value), ("Requests at once at 09:15", 5_000.0));
        assert_eq!(spike.words, "5,000 requests at once at 09:15");
        assert_eq!((point_knob(scale, &traffic, 1), spike_knob(scale, &traffic, 1)), (None, None));
    }
}
