use burstlab_engine::traffic::Traffic;

use super::{Drag, Grip, Position, Scale, Stroke};

/// What a pointer does from when it is pressed until it is lifted.
#[derive(Clone, Debug, PartialEq)]
pub enum Gesture {
    /// Something is held and pulled to where the pointer is.
    Pull(Drag, Position),
    /// The traffic is drawn freehand.
    Draw(Stroke),
}

impl Gesture {
    /// The pointer has moved on to here.
    pub fn follow(&mut self, to: Position) {
        match self {
            Self::Pull(_, pointer) => *pointer = to,
            Self::Draw(stroke) => stroke.follow(to),
        }
    }

    /// What it makes of the traffic.
    pub fn traffic(&self) -> Traffic {
        match self {
            Self::Pull(drag, pointer) => drag.to(*pointer),
            Self::Draw(stroke) => stroke.traffic(),
        }
    }

    /// The traffic before.
    pub fn before(&self) -> &Traffic {
        match self {
            Self::Pull(drag, _) => &drag.traffic,
            Self::Draw(stroke) => &stroke.traffic,
        }
    }

    /// What is held; none while drawing.
    pub fn grip(&self) -> Option<Grip> {
        match self {
            Self::Pull(drag, _) => Some(drag.grip),
            Self::Draw(_) => None,
        }
    }

    /// The scale to show meanwhile: it grows with what is pulled over its top, and rests while drawing.
    pub fn scale(&self, traffic: &Traffic) -> Scale {
        match self {
            Self::Pull(drag, _) => drag.scale.grown(&traffic.curve),
            Self::Draw(stroke) => stroke.scale,
        }
    }
}

#[cfg(test)]
mod tests {
    use burstlab_engine::{traffic::Curve, units::PerSecond};

    use super::*;
    use crate::editor::Frame;

    fn traffic() -> Traffic {
        Traffic::new(Curve::constant(PerSecond(4.0)), Vec::new())
    }

    #[test]
    fn every_gesture_begins_with_what_was_there() {
        let scale = Scale::of(Frame { width: 960.0, height: 300.0 }, &traffic().curve);
        let at = Position { x: scale.left(), y: scale.y(4.0) };
        let pull = Gesture::Pull(Drag::new(Grip::Point(0), scale, at, traffic()), at);
        let draw = Gesture::Draw(Stroke::new(scale, traffic()));
        for (mut gesture, grip) in [(pull, Some(Grip::Point(0))), (draw, None)] {
            assert_eq!((gesture.before(), gesture.traffic()), (&traffic(), traffic()));
            assert_eq!((gesture.grip(), gesture.scale(&traffic())), (grip, scale));
            gesture.follow(Position { y: at.y - 20.0, ..at });
            assert!(gesture.traffic().curve.rate_at(0.0).0 > 4.0);
            assert_eq!(gesture.before(), &traffic());
        }
    }
}
