//! Scenarios as text: JSON documents, and the readable fragments of links.

use serde_json::{Map, Value, json};

use super::{
    CHOICES, Problem, Scenario, draft, imported, knobs, money,
    pairs::{self, number, scalar},
    preset, presets, stamp,
};
use crate::pricing::price_date;

impl Scenario {
    /// Reads a JSON document: every key of the knob and choice tables, `curve` and `spikes` as lists of
    /// pairs, `series` as `{"every_s": 60, "requests": [counts]}`, `instants` as seconds after midnight, `rates` as dollars by
    /// meter, `seed`, `version`, and the `situation` that it changes.
    ///
    /// # Errors
    /// All problems at once, each with its place and what would be right.
    pub fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        let value = serde_json::from_str(text).map_err(|error| {
            let message = format!("is not JSON: {error}. Check the brackets and commas there.");
            vec![Problem::new("scenario", message)]
        })?;
        checked(document(&value))
    }

    /// The whole scenario as a JSON document that [`Scenario::parse`] reads back.
    pub fn to_json(&self) -> String {
        let mut fields = Map::new();
        fields.insert("version".into(), draft::FORMAT_VERSION.into());
        if !self.situation.is_empty() {
            fields.insert("situation".into(), self.situation.into());
        }
        fields.insert("seed".into(), self.seed.into());
        fields.insert("curve".into(), listed(&self.points()));
        fields.insert("spikes".into(), listed(&self.spikes()));
        let (own, base) = (&self.traffic, preset(self.situation).map(|preset| &preset.scenario.traffic));
        // What the situation has and this has not is said too.
        if own.series.is_some() || base.is_some_and(|base| base.series.is_some()) {
            fields.insert("series".into(), imported::series_value(own.series.as_deref()));
        }
        if !own.instants.is_empty() || base.is_some_and(|base| !base.instants.is_empty()) {
            fields.insert("instants".into(), imported::instants_value(&own.instants));
        }
        let prices = &self.money.prices;
        if prices.iter().next().is_some() {
            fields.insert("rates".into(), money::rates_value(prices));
        }
        for choice in CHOICES {
            fields.insert(choice.key.into(), (choice.get)(self).into());
        }
        for knob in knobs() {
            fields.insert(knob.spec().key.into(), number(knob.get(self)));
        }
        Value::Object(fields).to_string()
    }

    /// The part of a link after `#`: the situation and what differs from it, then all that the numbers
    /// depend on besides: seed, version of the model, date of the prices.
    pub fn to_link(&self) -> String {
        let silent = Self::silent();
        let base = preset(self.situation).map_or(&silent, |preset| &preset.scenario);
        let mut pairs = vec![("v", draft::FORMAT_VERSION.to_string())];
        let mut add = |key: &'static str, value: String| pairs.push((key, value));
        if !self.situation.is_empty() {
            add("situation", self.situation.to_owned());
        }
        for choice in CHOICES.iter().filter(|choice| (choice.get)(self) != (choice.get)(base)) {
            add(choice.key, (choice.get)(self).to_owned());
        }
        for knob in knobs().filter(|knob| knob.get(self) != knob.get(base)) {
            add(knob.spec().key, knob.get(self).to_string());
        }
        if self.traffic.curve != base.traffic.curve {
            add("curve", pairs::write(&self.points()));
        }
        if self.traffic.spikes != base.traffic.spikes {
            add("spikes", pairs::write(&self.spikes()));
        }
        if self.traffic.series != base.traffic.series {
            add("series", imported::series_text(self.traffic.series.as_deref()));
        }
        if self.traffic.instants != base.traffic.instants {
            add("instants", imported::instants_text(&self.traffic.instants));
        }
        if self.money.prices != base.money.prices {
            add("rates", money::rates_text(&self.money.prices));
        }
        add("seed", self.seed.to_string());
        add("model", stamp::MODEL.to_owned());
        add("prices", price_date().to_owned());
        let parts: Vec<_> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
        parts.join("&")
    }

    /// Reads the part of a link after `#`; an empty one is the default situation.
    ///
    /// # Errors
    /// All problems at once, each with its place and what would be right.
    pub fn from_link(fragment: &str) -> Result<Self, Vec<Problem>> {
        checked(Self::open_link(fragment))
    }

    /// What the part of a link after `#` leads to whatever became of it on its way: all of it that is right, and
    /// what is wrong with the rest. Where no traffic is left of it, that of the default situation.
    pub fn open_link(fragment: &str) -> (Self, Vec<Problem>) {
        let fragment = fragment.trim_start_matches('#');
        if fragment.is_empty() {
            return (presets()[0].scenario.clone(), Vec::new());
        }
        let fields = form_urlencoded::parse(fragment.as_bytes()).map(|(key, value)| match key.as_ref() {
            "v" => ("version".to_owned(), scalar(&value)),
            "curve" | "spikes" => (key.into_owned(), pairs::read(&value)),
            "series" => (key.into_owned(), imported::series_of_text(&value)),
            "instants" => (key.into_owned(), imported::instants_of_text(&value)),
            "rates" => (key.into_owned(), money::rates_of_text(&value)),
            // A year alone would read as a number.
            "model" | "prices" => (key.into_owned(), Value::String(value.into_owned())),
            _ => (key.into_owned(), scalar(&value)),
        });
        // One by one: a map that is collected sorts first, by a sort of its own.
        let mut given = Map::new();
        given.extend(fields);
        let given = Value::Object(given);
        let (scenario, problems) = document(&given);
        if !problems.is_empty() && scenario.traffic == Self::silent().traffic {
            return (draft::read(&given, presets()[0].scenario.clone()).0, problems);
        }
        (scenario, problems)
    }

    fn points(&self) -> Vec<(f64, f64)> {
        self.traffic.curve.points().iter().map(|point| (point.hour, point.rate.0)).collect()
    }

    fn spikes(&self) -> Vec<(f64, f64)> {
        self.traffic.spikes.iter().map(|spike| (spike.hour, f64::from(spike.requests))).collect()
    }
}

/// A document's tree: its situation, where it names one, is what the rest is changed on.
fn document(value: &Value) -> (Scenario, Vec<Problem>) {
    let mut problems = Vec::new();
    let named = value
        .get("situation")
        .and_then(|name| situation(name).map_err(|problem| problems.push(problem)).ok());
    let (scenario, more) = draft::read(value, named.unwrap_or_else(Scenario::silent));
    problems.extend(more);
    (scenario, problems)
}

fn checked((scenario, problems): (Scenario, Vec<Problem>)) -> Result<Scenario, Vec<Problem>> {
    if problems.is_empty() { Ok(scenario) } else { Err(problems) }
}

fn situation(name: &Value) -> Result<Scenario, Problem> {
    let known = || presets().iter().map(|preset| preset.key).collect::<Vec<_>>().join(", ");
    let unknown = || format!("{} is not known; choose one of {}.", draft::shown(name), known());
    let found = name.as_str().and_then(preset);
    found.map(|preset| preset.scenario.clone()).ok_or_else(|| Problem::new("situation", unknown()))
}

fn listed(pairs: &[(f64, f64)]) -> Value {
    pairs.iter().map(|&(hour, value)| json!([number(hour), number(value)])).collect()
}
