//! From a loose tree of values to a valid scenario, or to all that is wrong with it.

use serde_json::{Map, Value};

use super::{CHOICES, Choice, Problem, Scenario, ScenarioKnob, imported, knob, knobs, money, stamp};
use crate::fleet::QueueSettings;
use crate::traffic::{Curve, MOST_POINTS, MOST_RATE, MOST_SPIKE, Point, Spike};
use crate::units::{KnobSpec, PerSecond, Seconds};

/// The version of the format of files and links.
pub const FORMAT_VERSION: u64 = 1;
/// Keys that are neither knobs nor choices.
const OTHER_KEYS: [&str; 10] =
    ["version", "situation", "seed", "curve", "spikes", "series", "instants", "rates", "model", "prices"];

/// Changes a scenario by those of a tree's values that are right, and says what is wrong with the others.
pub fn read(value: &Value, base: Scenario) -> (Scenario, Vec<Problem>) {
    let queue = base.queue;
    let mut draft = Draft { scenario: base, queue, problems: Vec::new() };
    match value.as_object() {
        Some(fields) => draft.read_fields(fields),
        None => draft.problem("scenario", "should be an object: { \"situation\": …, … }."),
    }
    (draft.scenario, draft.problems)
}

struct Draft {
    scenario: Scenario,
    /// The queue as it was.
    queue: QueueSettings,
    problems: Vec<Problem>,
}

impl Draft {
    fn read_fields(&mut self, fields: &Map<String, Value>) {
        for (key, value) in fields {
            match key.as_str() {
                "version" => self.version(value),
                "situation" => {}
                "seed" => self.seed(value),
                "curve" => self.curve(value),
                "spikes" => self.spikes(value),
                "series" => self.series(value),
                "instants" => self.instants(value),
                "rates" => self.rates(value),
                "model" => self.stamp(key, value, stamp::is_version, "a version, like 0.1.0"),
                "prices" => self.stamp(key, value, stamp::is_date, "a date, like 2026-08"),
                _ => self.knob_or_choice(key, value),
            }
        }
        // The policy decides whether the keep-alive time means anything, so it is chosen first.
        if let Some((knob, value)) =
            knob("keep_alive_s").zip(fields.get("keep_alive_s").and_then(Value::as_f64))
        {
            knob.set(&mut self.scenario, value);
        }
        self.batches(fields);
    }

    /// Large batches have to be collected. The setters of both numbers see to it that they fit; a text that asks
    /// for two that do not is told so.
    fn batches(&mut self, fields: &Map<String, Value>) {
        let queue = self.queue;
        let asked = |key: &str, before| {
            let number = fields.get(key).and_then(Value::as_f64);
            number
                .filter(|&number| knob(key).is_some_and(|knob| knob.spec().allows(number)))
                .unwrap_or(before)
        };
        let batch_size = asked("batch_size", f64::from(queue.batch_size));
        let window = Seconds(asked("batch_window_s", queue.window.0));
        let both = QueueSettings { batch_size: batch_size as u32, window, ..queue };
        if !both.batch_fits() {
            let (plain, shortest) =
                (QueueSettings::largest_plain_batch(), QueueSettings::shortest_large_window().0);
            self.problem("batch_size", format!("{batch_size} should be at most {plain} where messages are collected for less than {shortest} seconds."));
            self.problem(
                "batch_window_s",
                format!(
                    "{} should be at least {shortest} for batches of more than {plain} messages.",
                    window.0
                ),
            );
        }
    }

    fn problem(&mut self, place: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Problem::new(place, message));
    }

    fn version(&mut self, value: &Value) {
        if value.as_u64() != Some(FORMAT_VERSION) {
            let message =
                format!("{} cannot be read here; this page reads version {FORMAT_VERSION}.", shown(value));
            self.problem("version", message);
        }
    }

    fn seed(&mut self, value: &Value) {
        match value.as_u64().filter(|&seed| seed < 1 << 53) {
            Some(seed) => self.scenario.seed = seed,
            None => {
                self.problem("seed", format!("{} should be a whole number from 0 to 2^53 - 1.", shown(value)))
            }
        }
    }

    /// What a text was made with. Another model or other prices are no problem: see [`stamp::link_notes`].
    fn stamp(&mut self, key: &str, value: &Value, is_right: fn(&str) -> bool, right: &str) {
        if !value.as_str().is_some_and(is_right) {
            self.problem(key, format!("{} should be {right}.", shown(value)));
        }
    }

    fn knob_or_choice(&mut self, key: &str, value: &Value) {
        if let Some(knob) = knob(key) {
            self.knob(knob, value);
        } else if let Some(choice) = CHOICES.iter().find(|choice| choice.key == key) {
            self.choice(choice, value);
        } else if key.trim().is_empty() {
            self.problem("scenario", format!("{} stands without the name of a setting.", shown(value)));
        } else {
            self.problem(short(key), format!("is not a known setting{}.", nearest(key)));
        }
    }

    fn knob(&mut self, knob: ScenarioKnob, value: &Value) {
        let spec = knob.spec();
        match value.as_f64().filter(|&number| spec.allows(number)) {
            Some(number) => knob.set(&mut self.scenario, number),
            None => self.problem(spec.key, format!("{} should be {}.", shown(value), range(spec))),
        }
    }

    fn choice(&mut self, choice: &Choice, value: &Value) {
        let options = (choice.options)();
        match value.as_str().filter(|name| options.iter().any(|option| option.0 == *name)) {
            Some(name) => (choice.set)(&mut self.scenario, name),
            None => {
                let names: Vec<_> = options.iter().map(|option| option.0).collect();
                self.problem(choice.key, format!("{} should be one of {}.", shown(value), names.join(", ")));
            }
        }
    }

    fn curve(&mut self, value: &Value) {
        let rate_range = format!("0 to {MOST_RATE} requests per second");
        let Some(pairs) =
            self.pairs("curve", value, "rate", |rate| (0.0..=MOST_RATE).contains(&rate), &rate_range)
        else {
            return;
        };
        if pairs.is_empty() {
            return self.problem("curve", "needs at least one point, as [hour, requests per second].");
        }
        let points = pairs.into_iter().map(|(hour, rate)| Point { hour, rate: PerSecond(rate) });
        self.scenario.traffic.curve = Curve::new(points.collect());
    }

    fn spikes(&mut self, value: &Value) {
        let most = f64::from(MOST_SPIKE);
        let allowed = |requests: f64| (0.0..=most).contains(&requests) && requests % 1.0 == 0.0;
        let range = format!("a whole number from 0 to {MOST_SPIKE}");
        let Some(pairs) = self.pairs("spikes", value, "number of requests", allowed, &range) else { return };
        let spikes = pairs.into_iter().map(|(hour, requests)| Spike { hour, requests: requests as u32 });
        let scenario = std::mem::replace(&mut self.scenario, Scenario::silent());
        self.scenario = scenario.with_spikes(spikes.collect());
    }

    fn series(&mut self, value: &Value) {
        match imported::read_series(value) {
            Ok(series) => self.scenario.traffic.series = series,
            Err(problems) => self.problems.extend(problems),
        }
    }

    fn instants(&mut self, value: &Value) {
        match imported::read_instants(value) {
            Ok(instants) => self.scenario.traffic.instants = instants,
            Err(problems) => self.problems.extend(problems),
        }
    }

    fn rates(&mut self, value: &Value) {
        let (prices, problems) = money::read_rates(value);
        self.scenario.money.prices = prices;
        self.problems.extend(problems);
    }

    /// Pairs of an hour and a number; none when anything is wrong.
    fn pairs(
        &mut self,
        key: &str,
        value: &Value,
        what: &str,
        allowed: impl Fn(f64) -> bool,
        range: &str,
    ) -> Option<Vec<(f64, f64)>> {
        let Some(list) = value.as_array() else {
            self.problem(key, format!("{} should be a list of [hour, {what}].", shown(value)));
            return None;
        };
        if list.len() > MOST_POINTS {
            self.problem(key, format!("has {} entries; {MOST_POINTS} at most.", list.len()));
            return None;
        }
        let before = self.problems.len();
        let pairs = list.iter().enumerate().filter_map(|(index, pair)| {
            let read = pair_of(pair, what, &allowed, range);
            read.map_err(|message| self.problem(format!("{key}[{index}]"), message)).ok()
        });
        let pairs: Vec<_> = pairs.collect();
        (self.problems.len() == before).then_some(pairs)
    }
}

fn pair_of(
    pair: &Value,
    what: &str,
    allowed: impl Fn(f64) -> bool,
    range: &str,
) -> Result<(f64, f64), String> {
    let numbers = pair.as_array().and_then(|pair| pair.iter().map(Value::as_f64).collect::<Option<Vec<_>>>());
    let Some([hour, number]) = numbers.as_deref() else {
        return Err(format!("{} should be two numbers: [hour, {what}].", shown(pair)));
    };
    if !(0.0..24.0).contains(hour) {
        return Err(format!("the hour {hour} should be from 0 to less than 24."));
    }
    if !allowed(*number) {
        return Err(format!("the {what} {number} should be {range}."));
    }
    Ok((*hour, *number))
}

/// The range in words.
fn range(spec: &KnobSpec) -> String {
    let whole = if spec.whole { "a whole number" } else { "a number" };
    let unit = if spec.unit.is_empty() { String::new() } else { format!(" {}", spec.unit) };
    format!("{whole} from {} to {}{unit}", spec.least, spec.most)
}

/// A value as the person wrote it, cut where it is long.
pub fn shown(value: &Value) -> String {
    short(&value.to_string())
}

fn short(text: &str) -> String {
    if text.chars().count() <= 40 { text.to_owned() } else { text.chars().take(39).chain(['…']).collect() }
}

/// The known key that looks most like this one, if any does.
fn nearest(key: &str) -> String {
    let known =
        knobs().map(|knob| knob.spec().key).chain(CHOICES.iter().map(|choice| choice.key)).chain(OTHER_KEYS);
    let alike = |known: &str| {
        key.len() >= 3 && (known.starts_with(&key.to_ascii_lowercase()) || key.starts_with(known))
    };
    known
        .filter(|known| alike(known))
        .min_by_key(|known| known.len())
        .map_or_else(String::new, |known| format!("; did you mean {known}?"))
}
