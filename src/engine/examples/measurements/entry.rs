//! The file of measurements: what was measured, under which conditions, and how near is near enough.

use serde::Deserialize;
use serde_json::{Map, Value};

/// One published measurement.
#[derive(Clone, Debug, Deserialize)]
pub struct Entry {
    /// Its name.
    pub id: String,
    /// What it is about, in words.
    #[serde(default)]
    pub topic: String,
    /// When it was measured, where that is known: "2020-01..06".
    pub date: Option<String>,
    #[serde(default)]
    inputs: Map<String, Value>,
    #[serde(default)]
    outputs: Map<String, Value>,
    suggested_tolerance: Option<String>,
}

#[derive(Deserialize)]
struct File {
    entries: Vec<Entry>,
}

/// Reads the entries of a file.
pub fn read(text: &str) -> Result<Vec<Entry>, String> {
    let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
    Ok(file.entries)
}

impl Entry {
    /// A condition.
    pub fn given(&self, key: &str) -> Option<&Value> {
        self.inputs.get(key)
    }

    /// A result.
    pub fn found(&self, key: &str) -> Option<&Value> {
        self.outputs.get(key)
    }

    /// A number among the conditions.
    pub fn input(&self, key: &str) -> Option<f64> {
        self.given(key).and_then(Value::as_f64)
    }

    /// A number among the results.
    pub fn output(&self, key: &str) -> Option<f64> {
        self.found(key).and_then(Value::as_f64)
    }

    /// A text among the conditions.
    pub fn text(&self, key: &str) -> &str {
        self.given(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// A list of numbers among the results.
    pub fn numbers(&self, key: &str) -> Option<Vec<f64>> {
        numbers(self.found(key)?)
    }

    /// A result that is a number, or a text that holds one: "about 335".
    pub fn loose_output(&self, key: &str) -> Option<f64> {
        self.output(key).or_else(|| first_number(self.found(key)?.as_str()?))
    }

    /// Whether its results are rows with this key.
    pub fn rows_have(&self, key: &str) -> bool {
        let rows = self.found("rows").and_then(Value::as_array);
        rows.is_some_and(|rows| rows.iter().any(|row| row.get(key).is_some()))
    }

    /// Whether it is of another provider than the one that is modelled.
    pub fn is_of_another_provider(&self) -> bool {
        self.given("platform").and_then(Value::as_str).is_some_and(|platform| !platform.contains("AWS"))
    }

    /// The year and month in which it was measured; the present where nothing is said.
    pub fn month(&self) -> (u32, u32) {
        let parts = self.date.as_deref().unwrap_or_default().split(|c: char| !c.is_ascii_digit());
        let mut parts = parts.filter_map(|part| part.parse().ok());
        match parts.next() {
            Some(year) => (year, parts.next().filter(|month| (1..=12).contains(month)).unwrap_or(6)),
            None => (9_999, 1),
        }
    }

    /// The tolerance that the entry asks for, else the one given.
    pub fn tolerance(&self, otherwise: Tolerance) -> Tolerance {
        self.suggested_tolerance.as_deref().and_then(Tolerance::read).unwrap_or(otherwise)
    }
}

/// A list of numbers.
pub fn numbers(value: &Value) -> Option<Vec<f64>> {
    value.as_array()?.iter().map(Value::as_f64).collect()
}

/// The first number of a text.
pub fn first_number(text: &str) -> Option<f64> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.')).find_map(|part| part.parse().ok())
}

/// The number that stands right before a word, or right after a sign.
pub fn number_before(text: &str, word: &str) -> Option<f64> {
    let before = text[..text.find(word)?].trim_end();
    let start = before.rfind(|c: char| !(c.is_ascii_digit() || c == '.')).map_or(0, |at| at + 1);
    before[start..].parse().ok()
}

/// How far the simulated may be from the measured: the widest of its parts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tolerance {
    /// As a share of the measured.
    pub share: f64,
    /// In standard errors of the measured.
    pub standard_errors: f64,
    /// In the unit of the measured.
    pub absolute: f64,
}

impl Tolerance {
    /// A share of the measured and nothing else.
    pub fn share(share: f64) -> Self {
        Self { share, ..Self::default() }
    }

    /// Reads "within 2 SE, or 12 % relative" and "within 10 % (+-2)".
    fn read(text: &str) -> Option<Self> {
        let share = number_before(text, "%").unwrap_or(0.0) / 100.0;
        let standard_errors = number_before(text, "SE").unwrap_or(0.0);
        let after_sign = text.find("+-").and_then(|at| first_number(&text[at..]));
        let read = Self { share, standard_errors, absolute: after_sign.unwrap_or(0.0) };
        (read.share + read.standard_errors + read.absolute > 0.0).then_some(read)
    }

    /// The distance allowed from a measured value with this standard error.
    pub fn distance(self, measured: f64, standard_error: f64) -> f64 {
        let parts = [self.share * measured.abs(), self.standard_errors * standard_error, self.absolute];
        parts.into_iter().fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tolerances_are_read_from_words() {
        for (text, measured, standard_error, distance) in [
            ("within 2 SE, or 12 % relative (what a simulator reaches)", 0.5, 0.01, 0.06),
            ("within 2 SE, or 12 % relative", 0.5, 0.1, 0.2),
            ("cold starts within 10 % (+-2) when replaying", 5.0, 0.0, 2.0),
            ("10 %", 5.5, 0.0, 0.55),
        ] {
            let read = Tolerance::read(text).expect(text);
            assert!((read.distance(measured, standard_error) - distance).abs() < 1e-12, "{text}: {read:?}");
        }
        assert!(Tolerance::read("as near as can be").is_none());
    }

    #[test]
    fn dates_are_read_as_far_as_they_go() {
        let month = |date: Option<&str>| {
            let text = serde_json::json!({ "id": "x", "date": date }).to_string();
            serde_json::from_str::<Entry>(&text).expect("an entry").month()
        };
        for (date, expected) in [
            (Some("2020-01..06"), (2020, 1)),
            (Some("2017"), (2017, 6)),
            (Some("2025-2026 (undated)"), (2025, 6)),
            (None, (9_999, 1)),
        ] {
            assert_eq!(month(date), expected, "{date:?}");
        }
    }
}
