use burstlab_engine::traffic::{MOST_RATE, MOST_SPIKE, Traffic};

use super::{
    Grip,
    grip::{GRID, with_point_hour, with_rates, with_spike_height, with_spike_hour},
    significant,
    whole::{peak, shifted, with_each_rate},
};

/// What a key does to what it is pressed on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Up by this share; when it is negative, down by as much as leads back.
    By(f64),
    /// To the least.
    Least,
    /// To the most.
    Most,
    /// Later by so many hours; earlier when it is negative.
    Later(f64),
}

/// What a share is taken of where there is (almost) nothing, so that zero can be left: requests per second
/// of the curve, and requests of a spike.
const LEAST_RATE: f64 = 0.02;
const LEAST_REQUESTS: f64 = 20.0;

impl Step {
    /// What a key means; none where it is not one of a slider. Times move while something is grabbed, and with
    /// Shift always: then in the smallest steps.
    pub fn of_key(key: &str, shift: bool, is_grabbed: bool) -> Option<Self> {
        let arrow = if shift { 0.01 } else { 0.05 };
        let later = if shift { GRID } else { 0.25 };
        match key {
            "ArrowUp" => Some(Self::By(arrow)),
            "ArrowDown" => Some(Self::By(-arrow)),
            "PageUp" => Some(Self::By(0.25)),
            "PageDown" => Some(Self::By(-0.25)),
            "Home" => Some(Self::Least),
            "End" => Some(Self::Most),
            "ArrowRight" if shift || is_grabbed => Some(Self::Later(later)),
            "ArrowLeft" if shift || is_grabbed => Some(Self::Later(-later)),
            _ => None,
        }
    }

    /// The traffic after this step of what is held. A segment has no keys: its two points have.
    pub fn apply(self, traffic: &Traffic, grip: Grip) -> Traffic {
        match grip {
            Grip::Point(index) => self.point(traffic, index),
            Grip::Spike(index) => self.spike(traffic, index),
            Grip::Whole => self.whole(traffic),
            Grip::Segment(_) => None,
        }
        .unwrap_or_else(|| traffic.clone())
    }

    fn point(self, traffic: &Traffic, index: usize) -> Option<Traffic> {
        let point = traffic.curve.points().get(index)?;
        Some(match self {
            Self::Later(hours) => with_point_hour(traffic, index, point.hour + hours),
            _ => with_rates(traffic, &[(index, self.value(point.rate.0, LEAST_RATE, MOST_RATE))]),
        })
    }

    fn spike(self, traffic: &Traffic, index: usize) -> Option<Traffic> {
        let spike = traffic.spikes.get(index)?;
        let requests = || self.value(f64::from(spike.requests), LEAST_REQUESTS, f64::from(MOST_SPIKE));
        Some(match self {
            Self::Later(hours) => with_spike_hour(traffic, index, spike.hour + hours),
            _ => with_spike_height(traffic, index, requests().round()),
        })
    }

    /// All by the same factor. To nothing and to the most there is no step: the day would lose its shape.
    fn whole(self, traffic: &Traffic) -> Option<Traffic> {
        let peak = peak(&traffic.curve);
        match self {
            Self::Later(hours) => Some(shifted(traffic, hours)),
            Self::By(share) if peak == 0.0 => {
                Some(with_each_rate(traffic, |_| (share * LEAST_RATE).max(0.0)))
            }
            Self::By(share) => {
                let factor = if share < 0.0 { 1.0 / (1.0 - share) } else { 1.0 + share };
                Some(with_each_rate(traffic, |rate| tidy(rate * factor.min(MOST_RATE / peak))))
            }
            Self::Least | Self::Most => None,
        }
    }

    fn value(self, present: f64, least_base: f64, most: f64) -> f64 {
        match self {
            Self::By(share) if share < 0.0 => {
                let lower = (present / (1.0 - share)).min(present + share * least_base);
                tidy(lower).clamp(0.0, most)
            }
            Self::By(share) => tidy(present + share * present.max(least_base)).clamp(0.0, most),
            Self::Least => 0.0,
            Self::Most => most,
            Self::Later(_) => present,
        }
    }
}

/// Few digits where the value has few, and else enough for the way back.
fn tidy(value: f64) -> f64 {
    let coarse = significant(value, 4);
    if (coarse - value).abs() <= 2e-5 * value { coarse } else { significant(value, 6) }
}

#[cfg(test)]
mod tests {
    use burstlab_engine::{
        traffic::{Curve, Point, Spike},
        units::PerSecond,
    };

    use super::*;

    #[test]
    fn keys_change_the_rate_by_shares() {
        for (key, shift, from, expected) in [
            ("ArrowUp", false, 4.0, 4.2),
            ("ArrowDown", false, 4.2, 4.0),
            ("ArrowUp", true, 4.0, 4.04),
            ("PageUp", false, 4.0, 5.0),
            ("PageDown", false, 5.0, 4.0),
            ("Home", false, 4.0, 0.0),
            ("End", false, 4.0, MOST_RATE),
            ("ArrowUp", false, 0.0, 0.001),
            ("ArrowDown", false, 0.0, 0.0),
            ("PageUp", false, MOST_RATE, MOST_RATE),
        ] {
            let traffic = Traffic::new(Curve::constant(PerSecond(from)), Vec::new());
            let step = Step::of_key(key, shift, false).unwrap();
            let rate = step.apply(&traffic, Grip::Point(0)).curve.points()[0].rate.0;
            assert!((rate - expected).abs() < 1e-12, "{key} from {from}: {rate}");
        }
    }

    #[test]
    fn the_opposite_keys_lead_back() {
        for from in [0.013, 0.7, 3.7, 4.0, 12.34, 999.0] {
            let mut traffic = Traffic::new(Curve::constant(PerSecond(from)), Vec::new());
            for (key, shift) in [
                ("ArrowUp", false),
                ("PageUp", false),
                ("ArrowUp", true),
                ("ArrowDown", true),
                ("PageDown", false),
                ("ArrowDown", false),
            ] {
                traffic = Step::of_key(key, shift, false).unwrap().apply(&traffic, Grip::Point(0));
            }
            assert_eq!(traffic.curve.points()[0].rate.0, from);
        }
    }

    #[test]
    fn keys_change_a_spike_and_its_time() {
        let spikes = vec![Spike { hour: 9.0, requests: 5_000 }];
        let traffic = Traffic::new(Curve::constant(PerSecond(1.0)), spikes);
        let after =
            |key, shift| Step::of_key(key, shift, false).unwrap().apply(&traffic, Grip::Spike(0)).spikes[0];
        assert_eq!(after("ArrowUp", false).requests, 5_250);
        assert_eq!(after("End", false).requests, MOST_SPIKE);
        assert_eq!(after("ArrowRight", true).hour, 9.0833);
    }

    #[test]
    fn what_is_grabbed_moves_in_time_by_a_quarter_of_an_hour() {
        let spikes = vec![Spike { hour: 9.0, requests: 5_000 }];
        let traffic = Traffic::new(Curve::constant(PerSecond(1.0)), spikes);
        for (key, shift, grip, spike, point) in [
            ("ArrowRight", false, Grip::Spike(0), 9.25, 0.0),
            ("ArrowLeft", true, Grip::Spike(0), 8.9167, 0.0),
            ("ArrowRight", false, Grip::Point(0), 9.0, 0.25),
            ("ArrowLeft", false, Grip::Whole, 8.75, 23.75),
            ("ArrowRight", true, Grip::Whole, 9.0833, 0.0833),
        ] {
            let after = Step::of_key(key, shift, true).unwrap().apply(&traffic, grip);
            assert_eq!(
                (after.spikes[0].hour, after.curve.points()[0].hour),
                (spike, point),
                "{key} {grip:?}"
            );
        }
    }

    #[test]
    fn keys_change_the_whole_day_by_one_factor_and_back() {
        let points = [(6.0, 1.0), (12.0, 3.7)].map(|(hour, rate)| Point { hour, rate: PerSecond(rate) });
        let day = Traffic::new(Curve::new(points.to_vec()), Vec::new());
        for (there, back, shift, factor) in [
            ("ArrowUp", "ArrowDown", false, 1.05),
            ("ArrowUp", "ArrowDown", true, 1.01),
            ("PageUp", "PageDown", false, 1.25),
        ] {
            let press = |day: &Traffic, key| Step::of_key(key, shift, false).unwrap().apply(day, Grip::Whole);
            let more = press(&day, there);
            for (now, before) in more.curve.points().iter().zip(day.curve.points()) {
                assert!((now.rate.0 / before.rate.0 - factor).abs() < 1e-4, "{there}");
            }
            assert_eq!(press(&more, back), day, "{back}");
        }
        let press = |day: &Traffic, key| Step::of_key(key, false, false).unwrap().apply(day, Grip::Whole);
        assert_eq!(
            (press(&day, "Home"), press(&day, "End")),
            (day.clone(), day.clone()),
            "the shape is kept"
        );
        let silent = Traffic::new(Curve::constant(PerSecond(0.0)), Vec::new());
        assert_eq!(press(&silent, "ArrowUp").curve.points()[0].rate.0, 0.001, "silence can be left");
        assert_eq!(press(&silent, "ArrowDown"), silent);
        let full = Traffic::new(Curve::constant(PerSecond(MOST_RATE)), Vec::new());
        assert_eq!(press(&full, "PageUp"), full);
    }

    #[test]
    fn other_keys_are_left_alone() {
        for key in ["Tab", "Enter", "a", "ArrowLeft", "ArrowRight"] {
            assert_eq!(Step::of_key(key, false, false), None, "{key}");
        }
    }
}
