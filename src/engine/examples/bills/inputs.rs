//! A case's inputs, read by what they mean. Whatever no rule asks for is an error in the end, never ignored.

use std::cell::{Cell, RefCell};

use serde_json::Value;

use crate::key::{Dimension, Key};

/// The inputs of one case.
pub struct Inputs {
    given: Vec<Given>,
    notes: RefCell<Vec<String>>,
}

struct Given {
    text: String,
    key: Key,
    value: Value,
    used: Cell<bool>,
}

/// The length of a month where the case gives none, as in most of the provider's examples.
const DAYS: f64 = 30.0;

/// Texts that say how a number came about; nothing is computed from them.
const REMARKS: [&str; 4] = ["derivation", "note", "remark", "comment"];

impl Given {
    fn amount(&self) -> Option<f64> {
        self.value.as_f64().map(|number| number * self.key.scale)
    }
}

impl Inputs {
    /// Takes keys and values as they stand in the file.
    pub fn new(given: &[(String, Value)]) -> Result<Self, String> {
        let read = |(text, value): &(String, Value)| {
            if value.as_f64().is_some_and(|number| number < 0.0) {
                return Err(format!("less than nothing: {text}"));
            }
            let remark = REMARKS.contains(&text.as_str()) || value.is_null();
            Ok(Given {
                text: text.clone(),
                key: Key::of(text),
                value: value.clone(),
                used: Cell::new(remark),
            })
        };
        Ok(Self { given: given.iter().map(read).collect::<Result<_, _>>()?, notes: RefCell::default() })
    }

    /// Texts and switches by their whole key, such as `arch`.
    pub fn value(&self, key: &str) -> Option<&Value> {
        let given = self.given.iter().find(|given| given.text == key && !given.value.is_null())?;
        given.used.set(true);
        Some(&given.value)
    }

    /// An amount as it stands, whatever it is per: of one thing.
    pub fn each(&self, noun: &str, dimension: Dimension) -> Option<f64> {
        let given = *self.fitting(noun, dimension).first()?;
        given.used.set(true);
        given.amount()
    }

    /// An amount that is for one of something, apart from one of the same noun that is not.
    pub fn each_per(&self, noun: &str, dimension: Dimension, per: &str) -> Option<f64> {
        let is_per = |given: &&&Given| given.key.per.iter().any(|own| own == per);
        let amounts = self.fitting(noun, dimension);
        let given = amounts.iter().find(is_per)?;
        given.used.set(true);
        given.amount()
    }

    /// An amount over the month and over all things that it is per. Where several inputs say it, the one that is
    /// already a total counts, and others only need to agree.
    pub fn total(&self, noun: &str, dimension: Dimension) -> Result<Option<f64>, String> {
        let mut fitting = self.fitting(noun, dimension);
        fitting.sort_by_key(|given| given.key.per.len());
        let mut totals = Vec::new();
        for given in fitting {
            given.used.set(true);
            let times = given.key.per.iter().map(|per| self.number_of(per, &given.text));
            totals.push(times.product::<Result<f64, _>>()? * given.amount().unwrap_or_default());
        }
        if totals.iter().any(|other| (other - totals[0]).abs() > 1e-3 * totals[0].abs()) {
            self.note(format!("inputs of {noun} disagree: {totals:?}; the first is taken"));
        }
        Ok(totals.first().copied())
    }

    /// A number of things; [`Self::total`] of a count.
    pub fn count(&self, noun: &str) -> Result<Option<f64>, String> {
        self.total(noun, Dimension::Count)
    }

    /// Whether an amount is for one of something.
    pub fn is_per(&self, noun: &str, per: &str) -> bool {
        self.given.iter().any(|given| given.key.noun == noun && given.key.per.iter().any(|own| own == per))
    }

    /// All amounts of a noun by the size of each thing: numbers by KB.
    pub fn classes(&self, noun: &str) -> Vec<(f64, f64)> {
        let class = |given: &Given| {
            let kb = given.key.each_kb.filter(|_| given.key.noun == noun)?;
            given.used.set(true);
            Some((kb, given.value.as_f64()?))
        };
        self.given.iter().filter_map(class).collect()
    }

    /// All amounts whose noun starts with `free`, with the rest of the noun: allowances of the month. Room that
    /// is included with each thing is none of them.
    pub fn allowances(&self) -> Result<Vec<(String, Dimension, f64)>, String> {
        let mut found = Vec::new();
        let open = self.given.iter().filter(|given| !given.used.get());
        for given in open.filter(|given| given.key.per.iter().all(|per| per == "month")) {
            let Some(noun) = given.key.noun.strip_prefix("free") else { continue };
            let amount = match &given.value {
                // "100 GB already used up".
                Value::String(text) if text.contains("used") => Some(0.0),
                Value::Number(number) => number.as_f64(),
                _ => None,
            };
            let Some(amount) = amount else {
                return Err(format!("unknown input: {} is no amount", given.text));
            };
            given.used.set(true);
            found.push((
                Key::of(noun.trim_start_matches('_')).noun,
                given.key.dimension,
                amount * given.key.scale,
            ));
        }
        Ok(found)
    }

    /// The days of the month.
    pub fn days(&self) -> f64 {
        let month_days = self.each("days", Dimension::Time).map(|seconds| seconds / 86_400.0);
        self.each("days", Dimension::Count).or(month_days).unwrap_or_else(|| {
            self.note(format!("a month of {DAYS} days is taken"));
            DAYS
        })
    }

    /// How long a thing ran in the month, in seconds, where that is given: `hours`, `seconds_per_day`.
    pub fn running_s(&self) -> Result<Option<f64>, String> {
        self.total("", Dimension::Time)
    }

    /// Says something about how the inputs were read.
    pub fn note(&self, text: String) {
        let mut notes = self.notes.borrow_mut();
        if !notes.contains(&text) {
            notes.push(text);
        }
    }

    /// What was noted.
    pub fn notes(&self) -> Vec<String> {
        self.notes.borrow().clone()
    }

    /// Fails with the inputs that nothing asked for.
    pub fn all_used(&self) -> Result<(), String> {
        let unused: Vec<_> =
            self.given.iter().filter(|given| !given.used.get()).map(|given| given.text.as_str()).collect();
        if unused.is_empty() { Ok(()) } else { Err(format!("unknown input: {}", unused.join(", "))) }
    }

    fn fitting(&self, noun: &str, dimension: Dimension) -> Vec<&Given> {
        let fits = |given: &&Given| {
            let key = &given.key;
            key.noun == noun && key.dimension == dimension && key.each_kb.is_none() && given.value.is_number()
        };
        self.given.iter().filter(fits).collect()
    }

    /// How many of what an amount is per there are in the month.
    fn number_of(&self, per: &str, key: &str) -> Result<f64, String> {
        Ok(match per {
            "month" => 1.0,
            "day" => self.days(),
            "hour" => self.days() * 24.0,
            "minute" => self.days() * 1_440.0,
            "second" => self.days() * 86_400.0,
            thing => {
                let things = Key::of(&format!("{thing}s")).noun;
                return self
                    .count(&things)?
                    .ok_or_else(|| format!("{key} is given, but not how many {things}"));
            }
        })
    }
}
