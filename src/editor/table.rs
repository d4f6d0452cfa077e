use burstlab_engine::{
    traffic::{MOST_RATE, MOST_SPIKE, Traffic},
    units::number,
};

use super::{
    Grip, clock,
    grip::{with_point_hour, with_rates, with_spike_height, with_spike_hour},
    significant,
};
use crate::view::words::fixed;

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

/// The traffic with what was typed as a time, and what to say when it is not quite that.
pub fn with_time(traffic: &Traffic, grip: Grip, typed: &str) -> (Traffic, Option<String>) {
    let Some(hour) = time_value(typed) else {
        return (traffic.clone(), Some("That is no time of day, so the time stays as it was.".to_owned()));
    };
    let changed = match grip {
        Grip::Point(index) => with_point_hour(traffic, index, hour),
        Grip::Spike(index) => with_spike_hour(traffic, index, hour),
        Grip::Segment(_) | Grip::Whole => traffic.clone(),
    };
    let (wished, got) = (clock(hour), hour_of(&changed, grip).map(clock).unwrap_or_default());
    let remark = (got != wished).then(|| {
        let why = "Neighbours stay a quarter of an hour apart, in their order, on five minutes";
        format!("{wished} became {got}. {why}.")
    });
    (changed, remark)
}

/// The traffic with what was typed as a value, and what to say when it is not quite that.
pub fn with_value(traffic: &Traffic, grip: Grip, typed: &str) -> (Traffic, Option<String>) {
    let Some(value) = number(typed) else {
        return (traffic.clone(), Some("That is no number, so the value stays as it was.".to_owned()));
    };
    let (changed, most, unit) = match grip {
        Grip::Point(index) => (with_rates(traffic, &[(index, value)]), MOST_RATE, "a second"),
        Grip::Spike(index) => {
            (with_spike_height(traffic, index, value.round()), f64::from(MOST_SPIKE), "at once")
        }
        Grip::Segment(_) | Grip::Whole => return (traffic.clone(), None),
    };
    let remark = match value {
        value if value < 0.0 => Some("Less than nothing is not possible: set to 0.".to_owned()),
        value if value > most => Some(format!("Set to the most there can be: {} {unit}.", fixed(most, 0))),
        value if matches!(grip, Grip::Spike(_)) && value % 1.0 != 0.0 => {
            Some(format!("Requests are whole: set to {}.", fixed(value.round(), 0)))
        }
        _ => None,
    };
    (changed, remark)
}

fn hour_of(traffic: &Traffic, grip: Grip) -> Option<f64> {
    match grip {
        Grip::Point(index) => traffic.curve.points().get(index).map(|point| point.hour),
        Grip::Spike(index) => traffic.spikes.get(index).map(|spike| spike.hour),
        Grip::Segment(_) | Grip::Whole => None,
    }
}

/// The hours of a time field's value; none while it is incomplete.
fn time_value(text: &str) -> Option<f64> {
    let mut parts = text.split(':').map(number);
    let (hours, minutes) = (parts.next()??, parts.next()??);
    (hours < 24.0 && minutes < 60.0).then_some(hours + minutes / 60.0)
}

#[cfg(test)]
mod tests {
    use burstlab_engine::{
        traffic::{Curve, Point, Spike},
        units::PerSecond,
    };

    use super::*;

    fn traffic() -> Traffic {
        let points = [(0.0, 2.0), (12.0, 3.0)].map(|(hour, rate)| Point { hour, rate: PerSecond(rate) });
        Traffic::new(Curve::new(points.to_vec()), vec![Spike { hour: 6.0, requests: 100 }])
    }

    #[test]
    fn rows_say_time_and_value_as_fields_hold_them() {
        let rows: Vec<_> = rows(&traffic()).into_iter().map(|row| (row.time, row.value, row.name)).collect();
        let expected = [
            ("00:00", "2", "traffic at 00:00"),
            ("12:00", "3", "traffic at 12:00"),
            ("06:00", "100", "spike at 06:00"),
        ];
        assert_eq!(rows, expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())));
    }

    #[test]
    fn a_typed_time_is_taken_or_it_is_said_why_not() {
        for (grip, typed, hour, said) in [
            (Grip::Spike(0), "07:30", 7.5, None),
            (Grip::Point(1), "00:05", 0.25, Some("00:05 became 00:15.")),
            (Grip::Point(1), "23:58", 23.9167, Some("23:58 became 23:55.")),
            (Grip::Point(1), "", 12.0, Some("no time of day")),
            (Grip::Spike(0), "25:00", 6.0, Some("no time of day")),
        ] {
            let (changed, remark) = with_time(&traffic(), grip, typed);
            assert_eq!(hour_of(&changed, grip), Some(hour), "{typed}");
            assert_eq!(remark.is_some(), said.is_some(), "{typed}: {remark:?}");
            assert!(remark.unwrap_or_default().contains(said.unwrap_or_default()), "{typed}");
        }
    }

    #[test]
    fn a_typed_value_is_taken_or_it_is_said_why_not() {
        let value = |traffic: &Traffic, grip| match grip {
            Grip::Point(index) => traffic.curve.points()[index].rate.0,
            _ => f64::from(traffic.spikes[0].requests),
        };
        for (grip, typed, expected, said) in [
            (Grip::Point(0), "4.25", 4.25, None),
            (Grip::Point(0), "-3", 0.0, Some("set to 0")),
            (Grip::Point(0), "1e9", MOST_RATE, Some("20,000 a second")),
            (Grip::Point(0), "many", 2.0, Some("no number")),
            (Grip::Point(0), "", 2.0, Some("no number")),
            (Grip::Point(0), "NaN", 2.0, Some("no number")),
            (Grip::Spike(0), "250.4", 250.0, Some("set to 250")),
            (Grip::Spike(0), "2000000", f64::from(MOST_SPIKE), Some("1,000,000 at once")),
        ] {
            let (changed, remark) = with_value(&traffic(), grip, typed);
            assert_eq!(value(&changed, grip), expected, "{typed}");
            assert_eq!(remark.is_some(), said.is_some(), "{typed}: {remark:?}");
            assert!(remark.unwrap_or_default().contains(said.unwrap_or_default()), "{typed}");
        }
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
