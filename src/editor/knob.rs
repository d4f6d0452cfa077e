use burstlab_engine::traffic::{MOST_RATE, MOST_SPIKE, Traffic};

use super::{Grip, Position, Scale, significant};
use crate::view::words;

/// About the width of "100,000 at once", in pixels.
const TAG_WIDTH: f64 = 110.0;
/// About the width of a letter or digit of a tag, in pixels; rather more than less.
const LETTER: f64 = 7.8;
/// How far above its handle a tag stands, and where at the highest.
const TAG_ABOVE: f64 = 15.0;
const TAG_HIGHEST: f64 = 12.0;
/// What a pill needs beside its words: the sign, and room at both ends.
const PILL_ROOM: f64 = 48.0;
const SECONDS_PER_DAY: f64 = 86_400.0;

/// A point, a spike or the whole day as a slider shows itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Knob {
    /// Its name: "Traffic at 18:00".
    pub name: String,
    /// Its value: requests per second of a point, requests of a spike, requests a day of the whole.
    pub value: f64,
    /// The most that the value can be.
    pub most: f64,
    /// Its value in words.
    pub words: String,
    /// What stands beside it.
    pub tag: String,
    /// What it is called where it is spoken of: "18:00, 4.17 a second".
    pub chosen: String,
    /// Where it stands.
    pub at: Position,
}

/// Where a tag stands: above its handle, and within the frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TagPlace {
    /// Where it is anchored.
    pub at: Position,
    /// Which end of it is there, as SVG's `text-anchor`.
    pub anchor: &'static str,
}

/// What is held as a slider; none where there is no such thing, and of a segment, whose ends are sliders.
pub fn knob(scale: Scale, traffic: &Traffic, grip: Grip) -> Option<Knob> {
    match grip {
        Grip::Point(index) => point(scale, traffic, index),
        Grip::Spike(index) => spike(scale, traffic, index),
        Grip::Whole => Some(whole(scale, traffic)),
        Grip::Segment(_) => None,
    }
}

fn point(scale: Scale, traffic: &Traffic, index: usize) -> Option<Knob> {
    let point = traffic.curve.points().get(index)?;
    let (clock, rate) = (clock(point.hour), rate_words(point.rate.0));
    Some(Knob {
        name: format!("Traffic at {clock}"),
        value: significant(point.rate.0, 6),
        most: MOST_RATE,
        words: format!("{rate} requests per second at {clock}"),
        tag: format!("{rate} a second"),
        chosen: format!("{clock}, {rate} a second"),
        at: Position { x: scale.x(point.hour), y: scale.y(point.rate.0) },
    })
}

fn spike(scale: Scale, traffic: &Traffic, index: usize) -> Option<Knob> {
    let spike = traffic.spikes.get(index)?;
    let (clock, requests) = (clock(spike.hour), words::fixed(f64::from(spike.requests), 0));
    Some(Knob {
        name: format!("Requests at once at {clock}"),
        value: f64::from(spike.requests),
        most: f64::from(MOST_SPIKE),
        words: format!("{requests} requests at once at {clock}"),
        tag: format!("{requests} at once"),
        chosen: format!("{clock}, {requests} at once"),
        at: Position { x: scale.x(spike.hour), y: scale.spike_y(spike.requests) },
    })
}

fn whole(scale: Scale, traffic: &Traffic) -> Knob {
    let at_once: f64 = traffic.sends().iter().map(|send| f64::from(send.requests)).sum();
    let requests = traffic.requests_per_day();
    let number = words::number(significant(requests, 3));
    let words = format!("{number} requests a day");
    let fits = pill_width(&words) <= scale.right() - scale.left();
    Knob {
        name: "The whole day".to_owned(),
        value: requests.round(),
        most: MOST_RATE * SECONDS_PER_DAY + at_once,
        tag: if fits { words.clone() } else { format!("{number} a day") },
        chosen: "The whole day".to_owned(),
        words,
        at: scale.whole(),
    }
}

/// Where the tag of a handle stands.
pub fn tag_place(scale: Scale, knob: &Knob) -> TagPlace {
    let half = knob.tag.chars().count() as f64 * LETTER / 2.0;
    let right = scale.frame().width;
    let (x, anchor) = match knob.at.x {
        x if x - half < 0.0 => (0.0, "start"),
        x if x + half > right => (right, "end"),
        x => (x, "middle"),
    };
    TagPlace { at: Position { x, y: (knob.at.y - TAG_ABOVE).max(TAG_HIGHEST) }, anchor }
}

/// How wide a pill with these words and a sign before them is, in pixels.
pub fn pill_width(words: &str) -> f64 {
    (words.chars().count() as f64 * LETTER).round() + PILL_ROOM
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

    fn day() -> (Scale, Traffic) {
        let curve = Curve::new(vec![Point { hour: 18.0, rate: PerSecond(4.2) }]);
        let scale = Scale::of(Frame { width: 800.0, height: 300.0 }, &curve);
        (scale, Traffic::new(curve, vec![Spike { hour: 9.25, requests: 5_000 }]))
    }

    #[test]
    fn the_pill_of_the_whole_day_fits_between_its_ends() {
        let curve = Curve::new(vec![Point { hour: 18.0, rate: PerSecond(4.2) }]);
        for (width, expected) in [(800.0, "363,000 requests a day"), (180.0, "363,000 a day")] {
            let scale = Scale::of(Frame { width, height: 300.0 }, &curve);
            let traffic = Traffic::new(curve.clone(), Vec::new());
            assert_eq!(knob(scale, &traffic, Grip::Whole).unwrap().tag, expected, "{width}");
        }
    }

    #[test]
    fn sliders_say_what_they_are() {
        let (scale, traffic) = day();
        for (grip, name, value, words, chosen) in [
            (
                Grip::Point(0),
                "Traffic at 18:00",
                4.2,
                "4.2 requests per second at 18:00",
                "18:00, 4.2 a second",
            ),
            (
                Grip::Spike(0),
                "Requests at once at 09:15",
                5_000.0,
                "5,000 requests at once at 09:15",
                "09:15, 5,000 at once",
            ),
            (Grip::Whole, "The whole day", 367_880.0, "368,000 requests a day", "The whole day"),
        ] {
            let knob = knob(scale, &traffic, grip).unwrap();
            assert_eq!((knob.name.as_str(), knob.value), (name, value));
            assert_eq!((knob.words.as_str(), knob.chosen.as_str()), (words, chosen));
            assert!(knob.value <= knob.most);
        }
        for grip in [Grip::Point(1), Grip::Spike(1), Grip::Segment(0)] {
            assert_eq!(knob(scale, &traffic, grip), None, "{grip:?}");
        }
    }

    #[test]
    fn tags_stay_within_the_frame() {
        let (scale, traffic) = day();
        let knob = knob(scale, &traffic, Grip::Point(0)).unwrap();
        for (x, y, expected) in [
            (400.0, 150.0, (400.0, 135.0, "middle")),
            (46.0, 150.0, (0.0, 135.0, "start")),
            (780.0, 150.0, (800.0, 135.0, "end")),
            (400.0, 3.0, (400.0, TAG_HIGHEST, "middle")),
        ] {
            let place = tag_place(scale, &Knob { at: Position { x, y }, ..knob.clone() });
            assert_eq!((place.at.x, place.at.y, place.anchor), expected, "{x} {y}");
        }
    }
}
