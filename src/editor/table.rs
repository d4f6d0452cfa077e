use burstlab_engine::traffic::{Curve, MOST_POINTS, Spike, Traffic};

use super::{
    Grip, clock,
    grip::{with_point_hour, with_rates, with_spike_height, with_spike_hour},
    significant,
};

/// A point or spike as a line of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it is of.
    pub grip: Grip,
    /// Its time as a field holds it: "18:00".
    pub time: String,
    /// Its value as a field holds it.
    pub value: String,
    /// What its value counts.
    pub unit: &'static str,
    /// What it is called: "traffic at 18:00".
    pub name: String,
}

impl Default for Row {
    fn default() -> Self {
        Self {
            grip: Grip::Point(0),
            time: String::new(),
            value: String::new(),
            unit: "",
            name: String::new(),
        }
    }
}

/// All points and spikes, each in time order.
pub fn rows(traffic: &Traffic) -> Vec<Row> {
    let points = traffic.curve.points().iter().enumerate();
    let points = points.map(|(index, point)| Row {
        grip: Grip::Point(index),
        time: clock(point.hour),
        value: significant(point.rate.0, 6).to_string(),
        unit: "a second",
        name: format!("traffic at {}", clock(point.hour)),
    });
    let spikes = traffic.spikes.iter().enumerate().map(|(index, spike)| Row {
        grip: Grip::Spike(index),
        time: clock(spike.hour),
        value: spike.requests.to_string(),
        unit: "at once",
        name: format!("spike at {}", clock(spike.hour)),
    });
    points.chain(spikes).collect()
}

/// The traffic with another time or value in a row.
pub fn with_row(traffic: &Traffic, grip: Grip, hour: Option<f64>, value: Option<f64>) -> Traffic {
    let mut traffic = traffic.clone();
    if let Some(hour) = hour {
        traffic = match grip {
            Grip::Spike(index) => with_spike_hour(&traffic, index, hour),
            Grip::Point(index) | Grip::Segment(index) => with_point_hour(&traffic, index, hour),
        };
    }
    if let Some(value) = value.filter(|value| value.is_finite()) {
        traffic = match grip {
            Grip::Spike(index) => with_spike_height(&traffic, index, value.round()),
            Grip::Point(index) | Grip::Segment(index) => with_rates(&traffic, &[(index, value)]),
        };
    }
    traffic
}

/// The traffic without a row. The last point stays: a curve needs one.
pub fn without_row(traffic: &Traffic, grip: Grip) -> Traffic {
    let mut traffic = traffic.clone();
    match grip {
        Grip::Spike(index) if index < traffic.spikes.len() => {
            traffic.spikes.remove(index);
        }
        Grip::Point(index) if index < traffic.curve.points().len() && traffic.curve.points().len() > 1 => {
            let mut points = traffic.curve.points().to_vec();
            points.remove(index);
            traffic.curve = Curve::new(points);
        }
        _ => {}
    }
    traffic
}

/// The traffic with one more spike, in the widest gap between those that are there.
pub fn with_spike_added(traffic: &Traffic) -> Traffic {
    let mut traffic = traffic.clone();
    if traffic.spikes.len() < MOST_POINTS {
        let hour = widest_gap(&traffic.spikes);
        let place = traffic.spikes.partition_point(|spike| spike.hour <= hour);
        traffic.spikes.insert(place, Spike { hour, requests: NEW_SPIKE });
    }
    traffic
}

/// A spike that shows and does not yet overrun a fleet's limits.
const NEW_SPIKE: u32 = 500;

/// The middle of the widest gap of the day, on the half hour.
fn widest_gap(spikes: &[Spike]) -> f64 {
    let mut hours = vec![0.0];
    hours.extend(spikes.iter().map(|spike| spike.hour));
    hours.push(24.0);
    let gaps = hours.windows(2).map(|pair| (pair[1] - pair[0], (pair[0] + pair[1]) / 2.0));
    let widest = gaps.reduce(|best, next| if next.0 > best.0 { next } else { best });
    widest.map_or(12.0, |(_, middle)| (middle * 2.0).round() / 2.0)
}

/// The hours of a time field's value; none while it is incomplete.
pub fn time_value(text: &str) -> Option<f64> {
    let mut parts = text.split(':').map(str::parse::<f64>);
    let (hours, minutes) = (parts.next()?.ok()?, parts.next()?.ok()?);
    (hours < 24.0 && minutes < 60.0).then_some(hours + minutes / 60.0)
}

#[cfg(test)]
mod tests {
    use burstlab_engine::units::PerSecond;

    use super::*;

    fn traffic() -> Traffic {
        let curve = Curve::constant(PerSecond(2.0));
        Traffic { curve, spikes: vec![Spike { hour: 6.0, requests: 100 }] }
    }

    #[test]
    fn rows_say_time_and_value_as_fields_hold_them() {
        let rows: Vec<_> = rows(&traffic()).into_iter().map(|row| (row.time, row.value, row.name)).collect();
        let expected = [("00:00", "2", "traffic at 00:00"), ("06:00", "100", "spike at 06:00")];
        assert_eq!(rows, expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())));
    }

    #[test]
    fn rows_are_changed_added_and_removed() {
        let changed = with_row(&traffic(), Grip::Spike(0), Some(7.5), Some(250.4));
        assert_eq!(changed.spikes, [Spike { hour: 7.5, requests: 250 }]);
        let more = with_spike_added(&traffic());
        assert_eq!(more.spikes[1], Spike { hour: 15.0, requests: NEW_SPIKE });
        assert_eq!(without_row(&more, Grip::Spike(1)), traffic());
        assert_eq!(without_row(&traffic(), Grip::Point(0)), traffic(), "the last point stays");
    }

    #[test]
    fn times_are_read_as_browsers_write_them() {
        for (text, hours) in [
            ("18:30", Some(18.5)),
            ("00:00", Some(0.0)),
            ("07:15:00", Some(7.25)),
            ("", None),
            ("25:00", None),
        ] {
            assert_eq!(time_value(text), hours, "{text:?}");
        }
    }
}
