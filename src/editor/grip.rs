use burstlab_engine::{
    traffic::{Curve, MOST_RATE, MOST_SPIKE, Point, Spike, Traffic},
    units::PerSecond,
};

/// What a finger holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grip {
    /// A point of the curve, by its place in time order.
    Point(usize),
    /// The stretch from this point to the next, over midnight after the last.
    Segment(usize),
    /// A spike, by its place in time order.
    Spike(usize),
    /// All of the day: every rate by one factor, and everything in time.
    Whole,
}

/// Neighbours stay so far apart, in hours.
pub const GAP: f64 = 0.25;
/// Times move on this grid: five minutes.
pub const GRID: f64 = 1.0 / 12.0;
/// The last time of a day that a point or spike can have.
const LAST_HOUR: f64 = 24.0 - GRID;

/// The traffic with other rates at some points of the curve.
pub fn with_rates(traffic: &Traffic, rates: &[(usize, f64)]) -> Traffic {
    let mut points = traffic.curve.points().to_vec();
    for &(index, rate) in rates {
        if let Some(point) = points.get_mut(index) {
            point.rate = PerSecond(rate.clamp(0.0, MOST_RATE));
        }
    }
    Traffic { curve: Curve::new(points), ..traffic.clone() }
}

/// The traffic with a point at another hour, kept between its neighbours.
pub fn with_point_hour(traffic: &Traffic, index: usize, hour: f64) -> Traffic {
    let mut points = traffic.curve.points().to_vec();
    let hours: Vec<_> = points.iter().map(|point: &Point| point.hour).collect();
    if let Some(point) = points.get_mut(index) {
        point.hour = between_neighbours(&hours, index, hour);
    }
    Traffic { curve: Curve::new(points), ..traffic.clone() }
}

/// The traffic with a spike at another hour, kept between its neighbours.
pub fn with_spike_hour(traffic: &Traffic, index: usize, hour: f64) -> Traffic {
    let hours: Vec<_> = traffic.spikes.iter().map(|spike| spike.hour).collect();
    with_spike(traffic, index, |spike| spike.hour = between_neighbours(&hours, index, hour))
}

/// The traffic with a spike of another height.
pub fn with_spike_height(traffic: &Traffic, index: usize, requests: f64) -> Traffic {
    with_spike(traffic, index, |spike| spike.requests = requests.clamp(0.0, f64::from(MOST_SPIKE)) as u32)
}

fn with_spike(traffic: &Traffic, index: usize, change: impl FnOnce(&mut Spike)) -> Traffic {
    let mut traffic = traffic.clone();
    if let Some(spike) = traffic.spikes.get_mut(index) {
        change(spike);
    }
    traffic
}

/// The hour wished for, on the grid and away from the neighbours; the present one where there is no room.
fn between_neighbours(hours: &[f64], index: usize, wished: f64) -> f64 {
    let earliest = index.checked_sub(1).map_or(0.0, |before| hours[before] + GAP);
    let latest = hours.get(index + 1).map_or(LAST_HOUR, |after| (after - GAP).min(LAST_HOUR));
    if earliest > latest {
        return hours[index];
    }
    short_hour(((wished / GRID).round() * GRID).clamp(earliest, latest))
}

/// An hour with four decimals, a third of a second: a twelfth of an hour has no end, and links shall be
/// short. What is (almost) on the grid is put on it, so that many small steps add up to a large one.
pub fn short_hour(hour: f64) -> f64 {
    let steps = hour / GRID;
    let on_grid = (steps - steps.round()).abs() < 0.01;
    let hour = if on_grid { steps.round() * GRID } else { hour };
    (hour * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_short_and_many_small_steps_make_a_large_one() {
        for (hour, expected) in [(18.0 + GRID, 18.0833), (7.25, 7.25), (5.43219, 5.4322), (23.999_99, 24.0)] {
            assert_eq!(short_hour(hour), expected, "{hour}");
        }
        let day = (0..288).fold(0.0, |hour, _| short_hour(hour + GRID));
        assert_eq!(day, 24.0);
    }
}
