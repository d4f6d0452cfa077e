//! What a hand makes of a situation fits into a short link: the editor's digits and the link's, together.

use burstlab::editor::{Drag, Frame, Grip, Position, Scale, clock, with_time};
use burstlab_engine::{
    scenario::{Scenario, knob, presets},
    traffic::Traffic,
};

/// Every point pulled up a little and moved by five minutes, every spike moved.
fn pulled(scenario: &Scenario) -> Scenario {
    let mut scenario = scenario.clone();
    let points = scenario.traffic.curve.points().len();
    for index in 0..points {
        let scale = Scale::of(Frame { width: 1_203.0, height: 287.0 }, &scenario.traffic.curve);
        let point = scenario.traffic.curve.points()[index];
        let from = Position { x: scale.x(point.hour), y: scale.y(point.rate.0) };
        let to = Position { y: from.y - 7.0, ..from };
        scenario.traffic = Drag::new(Grip::Point(index), scale, from, scenario.traffic.clone()).to(to);
        scenario.traffic = later(&scenario.traffic, Grip::Point(index), point.hour);
    }
    for index in 0..scenario.traffic.spikes.len() {
        scenario.traffic = later(&scenario.traffic, Grip::Spike(index), scenario.traffic.spikes[index].hour);
    }
    scenario
}

/// Five minutes later, as typed into a field.
fn later(traffic: &Traffic, grip: Grip, hour: f64) -> Traffic {
    with_time(traffic, grip, &clock((hour + 1.0 / 12.0).min(23.75))).0
}

#[test]
fn a_situation_pulled_by_hand_fits_into_a_short_link_and_reads_back() {
    for preset in presets() {
        let mut scenario = pulled(&preset.scenario);
        for (key, value) in [("memory_mb", 1_792.0), ("provisioned", 25.0), ("waiting_ms", 135.0)] {
            knob(key).expect("a knob of this name").set(&mut scenario, value);
        }
        let link = scenario.to_link();
        // A spike at an odd minute of every hour is no typical day, yet still a short text.
        let most = if scenario.traffic.spikes.len() > 12 { 500 } else { 400 };
        assert!(link.len() <= most, "{} characters: {link}", link.len());
        let day = link.split_once("curve=").map(|(_, day)| day);
        assert!(day.is_some_and(|day| day.contains('h')), "hours are written as clocks: {link}");
        assert_eq!(Scenario::from_link(&link), Ok(scenario), "{link}");
    }
}
