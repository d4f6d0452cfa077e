//! Traffic from elsewhere as text: counts by step, and arrivals one by one, in documents and in links.
//!
//! A link writes counts as `300:12,13,0*5`, the step before the colon and what repeats with a star. Instants are
//! written the same way, as seconds, or where all are of whole milliseconds as the steps between them:
//! `ms:1500,20*3`.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    Problem,
    draft::shown,
    pairs::{number, scalar},
};
use crate::traffic::{MOST_INSTANTS, MOST_RATE, SECONDS_PER_DAY, Series};
use crate::units::sort_by_number;

/// More problems of one list are only counted.
const MOST_TOLD: usize = 20;
const IN_MS: &str = "ms:";
const EVERY: &str = "should be a whole number of seconds that divides a day: 1, 60, 300 or 3600, for example";

/// The counts of a document; none where it says that there are none.
pub fn read_series(value: &Value) -> Result<Option<Arc<Series>>, Vec<Problem>> {
    if value.is_null() {
        return Ok(None);
    }
    let Some(fields) = value.as_object() else {
        let form = "should be an object: { \"every_s\": 60, \"requests\": [counts, from midnight on] }";
        return Err(vec![Problem::new("series", format!("{} {form}.", shown(value)))]);
    };
    let mut problems: Vec<_> = fields
        .keys()
        .filter(|key| !["every_s", "requests"].contains(&key.as_str()))
        .map(|key| Problem::new(format!("series.{key}"), "is not known; a series has every_s and requests."))
        .collect();
    let every = fields.get("every_s").unwrap_or(&Value::Null);
    let every_s = every.as_u64().filter(|&every| every > 0 && (SECONDS_PER_DAY as u64).is_multiple_of(every));
    if every_s.is_none() {
        problems.push(Problem::new("series.every_s", format!("{} {EVERY}.", shown(every))));
    }
    let counts = counts(fields.get("requests").unwrap_or(&Value::Null), every_s);
    match (counts, every_s) {
        (Ok(counts), Some(every_s)) if problems.is_empty() => {
            Ok((!counts.is_empty()).then(|| Arc::new(Series::new(every_s as u32, counts))))
        }
        (counts, _) => Err([problems, counts.err().unwrap_or_default()].concat()),
    }
}

/// Counts of steps of so many seconds; of a second where that is not known.
fn counts(value: &Value, every_s: Option<u64>) -> Result<Vec<f64>, Vec<Problem>> {
    let every_s = every_s.unwrap_or(1);
    let steps = SECONDS_PER_DAY / every_s as usize;
    let place = "series.requests";
    let Some(list) = value.as_array() else {
        let message = format!("{} should be a list of counts, from midnight on.", shown(value));
        return Err(vec![Problem::new(place, message)]);
    };
    if list.len() > steps {
        let message = format!("has {} entries; a day has {steps} steps of {every_s} s.", list.len());
        return Err(vec![Problem::new(place, message)]);
    }
    let most = MOST_RATE * every_s as f64;
    let what = format!("a number from 0 to {most}, {MOST_RATE} a second");
    numbers(place, list, |count| (0.0..=most).contains(&count), &what)
}

/// The instants of a document, put in order.
pub fn read_instants(value: &Value) -> Result<Arc<[f64]>, Vec<Problem>> {
    let problem = |message: String| vec![Problem::new("instants", message)];
    let Some(list) = value.as_array() else {
        return Err(problem(format!("{} should be a list of seconds after midnight.", shown(value))));
    };
    if list.len() > MOST_INSTANTS {
        return Err(problem(format!("has {} entries; {MOST_INSTANTS} at most.", list.len())));
    }
    let day = 0.0..SECONDS_PER_DAY as f64;
    let what = "seconds after midnight: 0 or more, less than 86400";
    let mut instants = numbers("instants", list, |instant| day.contains(&instant), what)?;
    sort_by_number(&mut instants, |&instant| instant);
    Ok(instants.into())
}

/// The numbers of a list, or what is wrong with them, the first few by place.
fn numbers(
    place: &str,
    list: &[Value],
    allowed: impl Fn(f64) -> bool,
    what: &str,
) -> Result<Vec<f64>, Vec<Problem>> {
    let right = |value: &Value| value.as_f64().filter(|&number| allowed(number));
    let wrong = || list.iter().enumerate().filter(|(_, value)| right(value).is_none());
    let told = wrong().take(MOST_TOLD).map(|(index, value)| {
        Problem::new(format!("{place}[{index}]"), format!("{} should be {what}.", shown(value)))
    });
    let mut problems: Vec<_> = told.collect();
    let rest = wrong().count() - problems.len();
    if rest > 0 {
        problems.push(Problem::new(place, format!("has {rest} more entries that should be {what}.")));
    }
    // Adding zero makes a zero of a negative zero.
    if problems.is_empty() {
        Ok(list.iter().filter_map(right).map(|number| number + 0.0).collect())
    } else {
        Err(problems)
    }
}

/// The counts as a document has them.
pub fn series_value(series: Option<&Series>) -> Value {
    series.map_or(Value::Null, |series| {
        let requests: Vec<_> = series.requests().iter().map(|&count| number(count)).collect();
        json!({ "every_s": series.every_s(), "requests": requests })
    })
}

/// The instants as a document has them.
pub fn instants_value(instants: &[f64]) -> Value {
    instants.iter().map(|&instant| number(instant)).collect()
}

/// The counts as a link has them.
pub fn series_text(series: Option<&Series>) -> String {
    series.map_or_else(String::new, |series| format!("{}:{}", series.every_s(), list_text(series.requests())))
}

/// The instants as a link has them.
pub fn instants_text(instants: &[f64]) -> String {
    match steps_ms(instants) {
        Some(steps) if !instants.is_empty() => format!("{IN_MS}{}", list_text(&steps)),
        _ => list_text(instants),
    }
}

/// The counts of a link, as a document has them.
pub fn series_of_text(text: &str) -> Value {
    match text.split_once(':') {
        _ if text.is_empty() => Value::Null,
        Some((every, counts)) => {
            json!({ "every_s": scalar(every), "requests": list_of_text(counts, SECONDS_PER_DAY) })
        }
        None => Value::String(text.to_owned()),
    }
}

/// The instants of a link, as a document has them.
pub fn instants_of_text(text: &str) -> Value {
    let Some(steps) = text.strip_prefix(IN_MS) else { return list_of_text(text, MOST_INSTANTS).into() };
    let mut ms = 0.0;
    let instant = |step: Value| match step.as_f64() {
        Some(step) => {
            ms += step;
            number(ms / 1_000.0)
        }
        None => step,
    };
    list_of_text(steps, MOST_INSTANTS).into_iter().map(instant).collect()
}

/// The whole milliseconds from one instant to the next; none where an instant is between two.
fn steps_ms(instants: &[f64]) -> Option<Vec<f64>> {
    let mut before = 0.0;
    let step = |&instant: &f64| {
        let ms = (instant * 1_000.0).round();
        let step = ms - std::mem::replace(&mut before, ms);
        (ms / 1_000.0 == instant).then_some(step)
    };
    instants.iter().map(step).collect()
}

fn list_text(numbers: &[f64]) -> String {
    let same = numbers.chunk_by(|a, b| a == b).map(|run| match run.len() {
        1 => number(run[0]).to_string(),
        times => format!("{}*{times}", number(run[0])),
    });
    same.collect::<Vec<_>>().join(",")
}

/// The numbers of a text; one more than the most at the most, which is enough to be too many.
fn list_of_text(text: &str, most: usize) -> Vec<Value> {
    let parts = text.split(',').filter(|_| !text.is_empty());
    let run = |part: &str| {
        let repeated = part.split_once('*').and_then(|(value, times)| Some((value, times.parse().ok()?)));
        let (value, times) = repeated.unwrap_or((part, 1_usize));
        std::iter::repeat_n(scalar(value), times)
    };
    parts.flat_map(run).take(most + 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_written_short_and_read_back() {
        for (every_s, counts, text) in [
            (300, vec![12.0, 13.0, 0.0, 0.0, 0.0, 5.5], "300:12,13,0*3,5.5"),
            (1, vec![0.1], "1:0.1"),
            (86_400, vec![7.0], "86400:7"),
        ] {
            let series = Arc::new(Series::new(every_s, counts));
            assert_eq!(series_text(Some(&series)), text);
            assert_eq!(read_series(&series_of_text(text)), Ok(Some(series.clone())), "{text}");
            assert_eq!(read_series(&series_value(Some(&series))), Ok(Some(series)), "{text}");
        }
        assert_eq!((series_text(None).as_str(), series_of_text("")), ("", Value::Null));
    }

    #[test]
    fn instants_are_written_short_and_read_back() {
        for (instants, text) in [
            (vec![], ""),
            (vec![1.5, 1.52, 1.54, 1.56, 1.56], "ms:1500,20*3,0"),
            (vec![86_399.999], "ms:86399999"),
            (vec![0.123_456_7, 0.123_456_7, 9.0], "0.1234567*2,9"),
        ] {
            assert_eq!(instants_text(&instants), text);
            assert_eq!(read_instants(&instants_of_text(text)).as_deref(), Ok(&instants[..]), "{text}");
            assert_eq!(read_instants(&instants_value(&instants)).as_deref(), Ok(&instants[..]), "{text}");
        }
    }

    #[test]
    fn a_few_signs_of_a_link_do_not_fill_the_memory() {
        assert_eq!(list_of_text("1*99999999999", 100).len(), 101);
        assert!(read_series(&series_of_text("1:0*99999999999")).is_err());
        assert_eq!(list_of_text("1*x,2*-3,*", 100), [json!("1*x"), json!("2*-3"), json!("*")]);
    }
}
