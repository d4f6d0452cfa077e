//! Points and spikes as a link writes them: `6:0.5,18h05:4.2` are two, and `0..23:50` stands for the same
//! number at each full hour from 0 to 23.
//!
//! What is written reads back as the very same numbers; what is not of this form stays text, for the reader
//! of scenarios to complain about.

use serde_json::{Number, Value, json};

/// From so many on, equal numbers hour after hour are written as one.
const SHORTEST_RUN: usize = 3;

/// Pairs of an hour and a number as text.
pub fn write(pairs: &[(f64, f64)]) -> String {
    let (mut parts, mut rest) = (Vec::new(), pairs);
    while let Some(&(hour, value)) = rest.first() {
        let run = hourly(rest);
        let (hours, written) = if run < SHORTEST_RUN {
            (hour_text(hour), 1)
        } else {
            (format!("{}..{}", hour as u8, rest[run - 1].0 as u8), run)
        };
        parts.push(format!("{hours}:{}", number(value)));
        rest = &rest[written..];
    }
    parts.join(",")
}

/// The pairs of a text, each a list of two.
pub fn read(text: &str) -> Value {
    let pair =
        |text: &str| vec![text.split(':').map(|part| clock(part).unwrap_or_else(|| scalar(part))).collect()];
    let parts = text.split(',').filter(|_| !text.is_empty());
    parts.flat_map(|part| run(part).unwrap_or_else(|| pair(part))).collect()
}

/// Whole numbers without a decimal point.
pub fn number(value: f64) -> Value {
    if value % 1.0 == 0.0 && value.abs() < 1e15 {
        return Value::from(value as i64);
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// A link's value: a number where it reads as one.
pub fn scalar(text: &str) -> Value {
    let number = text.parse::<Number>().ok().map(Value::Number);
    number.unwrap_or_else(|| Value::String(text.to_owned()))
}

/// How many pairs, from the first on, have its number and follow each other at full hours.
fn hourly(pairs: &[(f64, f64)]) -> usize {
    let (first, value) = pairs[0];
    let follows = |&(index, pair): &(usize, &(f64, f64))| *pair == (first + index as f64, value);
    if first % 1.0 == 0.0 { pairs.iter().enumerate().take_while(follows).count() } else { 1 }
}

/// The pairs that `0..23:50` stands for.
fn run(text: &str) -> Option<Vec<Value>> {
    let (hours, value) = text.split_once(':')?;
    let (first, last) = hours.split_once("..")?;
    let (first, last) = (first.parse::<u8>().ok()?, last.parse::<u8>().ok()?);
    (first <= last && last < 24).then(|| (first..=last).map(|hour| json!([hour, scalar(value)])).collect())
}

/// An hour in decimals, or as `18h05` where that is shorter and means the same.
fn hour_text(hour: f64) -> String {
    let (decimals, minutes) = (number(hour).to_string(), (hour * 60.0).round() as u32);
    let clock_text = format!("{}h{:02}", minutes / 60, minutes % 60);
    let is_same = clock_text.len() < decimals.len() && clock_hour(minutes) == hour;
    if is_same { clock_text } else { decimals }
}

/// The hour that `18h05` stands for.
fn clock(text: &str) -> Option<Value> {
    let (hours, minutes) = text.split_once('h').filter(|(_, minutes)| minutes.len() == 2)?;
    let (hours, minutes) = (hours.parse::<u8>().ok()?, minutes.parse::<u8>().ok()?);
    (hours < 24 && minutes < 60).then(|| number(clock_hour(u32::from(hours) * 60 + u32::from(minutes))))
}

/// Hours with four decimals: within a fifth of a second of the minute, and as short as people's own.
fn clock_hour(minutes: u32) -> f64 {
    (f64::from(minutes) / 60.0 * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_written_short_and_read_back() {
        let hourly =
            |hours: std::ops::Range<u8>| hours.map(|hour| (f64::from(hour), 50.0)).collect::<Vec<_>>();
        for (pairs, text) in [
            (vec![], ""),
            (vec![(6.0, 0.5), (18.25, 4.236)], "6:0.5,18.25:4.236"),
            (vec![(18.083_3, 4.2), (7.333_3, 1.0), (0.016_7, 2.0)], "18h05:4.2,7h20:1,0h01:2"),
            (vec![(18.083_333, 4.2), (7.3, 0.000_01)], "18.083333:4.2,7.3:0.00001"),
            (hourly(0..24), "0..23:50"),
            ([hourly(0..2), vec![(2.0, 60.0)], hourly(3..7)].concat(), "0:50,1:50,2:60,3..6:50"),
            (vec![(0.5, 1.0), (1.5, 1.0), (2.5, 1.0)], "0.5:1,1.5:1,2.5:1"),
        ] {
            assert_eq!(write(&pairs), text);
            let read_back: Vec<(f64, f64)> = serde_json::from_value(read(text)).expect("pairs");
            assert_eq!(read_back, pairs, "{text}");
        }
    }

    #[test]
    fn what_is_no_pair_stays_text() {
        for (text, expected) in [
            ("oops", json!([["oops"]])),
            ("1:2:3", json!([[1, 2, 3]])),
            ("5..3:1", json!([["5..3", 1]])),
            ("0..24:1", json!([["0..24", 1]])),
            ("0..2:x", json!([[0, "x"], [1, "x"], [2, "x"]])),
            ("7h5:1,7h60:1,h05:1", json!([["7h5", 1], ["7h60", 1], ["h05", 1]])),
            (",", json!([[""], [""]])),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
