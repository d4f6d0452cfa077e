use std::{collections::BTreeMap, sync::OnceLock};

use serde::Deserialize;

use super::{Elastic, Scaling, Tracking};
use crate::{facts, units::SimTime};

/// What can be rented to answer requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Kind {
    /// Its file in the catalog.
    pub key: &'static str,
    /// Its name.
    pub title: String,
    /// What it is, in plain words.
    pub words: String,
    /// How it comes and goes.
    pub form: Form,
    /// Whether its processors are Arm's.
    pub is_arm: bool,
    /// vCPUs of each, whole ones that may be slow.
    pub cores: u32,
    /// How fast one of them computes, times a full vCPU of the function.
    pub speed: f64,
    /// vCPUs of each as they are paid.
    pub vcpus: f64,
    /// Memory of each.
    pub memory_mb: f64,
    /// Requests at once on each; none where nothing but the vCPUs bounds them.
    pub at_once: Option<u32>,
    /// From the order until it answers.
    pub start: SimTime,
    /// How the group grows where its size is not fixed.
    pub scaling: Scaling,
    /// The share of its vCPUs that it earns, where computing beyond that is charged.
    pub earned: Option<f64>,
    /// The clock of its processor, where that is charged.
    pub clock_mhz: f64,
    /// Time counts in steps of so much.
    pub step: SimTime,
    /// Time counts as so much at least.
    pub least: SimTime,
    /// The ways of paying for it, by name.
    pub paying: BTreeMap<String, Paying>,
}

/// How servers come and go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Form {
    /// Behind a balancer, of a number that is fixed or follows the load.
    Servers,
    /// With the requests, from none.
    Instances,
    /// One for each request, at once.
    Isolates,
}

/// A way of paying.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Paying {
    /// In plain words.
    pub title: String,
    /// Whether each is paid for all day, used or not.
    pub committed: bool,
    /// What is counted, by the count's name in [`crate::metrics::Usage`].
    pub counts: BTreeMap<String, Measure>,
}

/// What of a day is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Measure {
    /// Milliseconds of each server.
    Servers,
    /// The same, times its vCPUs.
    Processors,
    /// The same, times its memory.
    Memory,
    /// vCPU-milliseconds of the instances that worked on requests.
    ActiveProcessors,
    /// The same of their memory.
    ActiveMemory,
    /// Requests.
    Calls,
    /// Milliseconds of requests, times the instance's memory.
    CallMemory,
    /// The same, times the memory that the code uses.
    UsedMemory,
    /// The same, times the processor's clock.
    CallClock,
    /// Milliseconds of computing.
    Computing,
    /// vCPU-milliseconds of computing beyond what the servers earn.
    BeyondEarned,
    /// The day, once.
    Held,
}

impl TryFrom<String> for Form {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        let forms =
            [("servers", Self::Servers), ("instances", Self::Instances), ("isolates", Self::Isolates)];
        named(&forms, &word)
    }
}

impl TryFrom<String> for Measure {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        let measures = [
            ("servers", Self::Servers),
            ("processors", Self::Processors),
            ("memory", Self::Memory),
            ("active_processors", Self::ActiveProcessors),
            ("active_memory", Self::ActiveMemory),
            ("calls", Self::Calls),
            ("call_memory", Self::CallMemory),
            ("used_memory", Self::UsedMemory),
            ("call_clock", Self::CallClock),
            ("computing", Self::Computing),
            ("beyond_earned", Self::BeyondEarned),
            ("held", Self::Held),
        ];
        named(&measures, &word)
    }
}

/// What the catalog calls by this word.
fn named<T: Copy>(names: &[(&str, T)], word: &str) -> Result<T, String> {
    let found = names.iter().find(|(name, _)| *name == word);
    found.map(|(_, value)| *value).ok_or_else(|| format!("nothing is called {word}"))
}

impl Kind {
    /// Whether a group of the other waits, grows and is counted in just the same way; only prices differ.
    pub fn works_like(&self, other: &Self) -> bool {
        let group = |kind: &Self| (kind.form, kind.cores, kind.at_once, kind.start, kind.scaling);
        let each = |kind: &Self| (kind.speed, kind.step, kind.least);
        group(self) == group(other) && each(self) == each(other)
    }
}

/// All kinds of the catalog, in alphabetical order of their files.
pub fn kinds() -> &'static [Kind] {
    static KINDS: OnceLock<Vec<Kind>> = OnceLock::new();
    KINDS.get_or_init(|| {
        let rules: Rules = facts::read("limits/servers");
        let read = |&key: &&'static str| File::read(key).into_kind(key, &rules);
        facts::names("servers").iter().map(read).collect()
    })
}

/// A kind by the name of its file.
pub fn kind(key: &str) -> Option<&'static Kind> {
    kinds().iter().find(|kind| kind.key == key)
}

#[derive(Deserialize)]
struct Rules {
    target_tracking: Tracking,
    elastic: Elastic,
    by_request: Elastic,
}

/// A kind as the catalog keeps it; the sources beside the numbers are for people.
#[derive(Deserialize)]
struct File {
    title: String,
    words: String,
    form: Form,
    architecture: String,
    scaling: String,
    machine: Machine,
    speed: Speed,
    start: Start,
    billing: Increment,
    places: Option<Places>,
    earned: Option<Earned>,
    clock: Option<Clock>,
    paying: BTreeMap<String, Paying>,
}

#[derive(Deserialize)]
struct Machine {
    vcpus: f64,
    memory_mb: f64,
}

#[derive(Deserialize)]
struct Speed {
    factor: f64,
}

#[derive(Deserialize)]
struct Start {
    seconds: f64,
}

#[derive(Deserialize)]
struct Increment {
    step_s: f64,
    least_s: f64,
}

#[derive(Deserialize)]
struct Places {
    at_once: u32,
}

#[derive(Deserialize)]
struct Earned {
    share: f64,
}

#[derive(Deserialize)]
struct Clock {
    mhz: f64,
}

impl File {
    fn read(key: &str) -> Self {
        facts::read(&format!("servers/{key}"))
    }

    fn into_kind(self, key: &'static str, rules: &Rules) -> Kind {
        let Machine { vcpus, memory_mb } = self.machine;
        // A share of a vCPU is a whole one that is slow.
        let cores = vcpus.ceil().max(1.0);
        Kind {
            key,
            title: self.title,
            words: self.words,
            form: self.form,
            is_arm: self.architecture == "arm64",
            cores: cores as u32,
            speed: vcpus / cores * self.speed.factor,
            vcpus,
            memory_mb,
            at_once: self.places.map(|places| places.at_once),
            start: SimTime::from_secs(self.start.seconds),
            scaling: match self.scaling.as_str() {
                "target_tracking" => Scaling::Tracking(rules.target_tracking),
                "elastic" => Scaling::Elastic(rules.elastic),
                "by_request" => Scaling::Elastic(rules.by_request),
                _ => Scaling::None,
            },
            earned: self.earned.map(|earned| earned.share),
            clock_mhz: self.clock.map_or(0.0, |clock| clock.mhz),
            step: SimTime::from_secs(self.billing.step_s),
            least: SimTime::from_secs(self.billing.least_s),
            paying: self.paying,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Usage;

    #[test]
    fn every_kind_can_be_read_and_every_way_of_paying_counts_something() {
        assert!(kinds().len() >= 12);
        for kind in kinds() {
            assert!(
                !kind.title.is_empty() && !kind.words.is_empty() && !kind.paying.is_empty(),
                "{}",
                kind.key
            );
            assert!(kind.speed > 0.0 && kind.speed <= 2.0 && kind.step > SimTime::ZERO, "{}", kind.key);
            assert_eq!(kind.form == Form::Isolates, kind.scaling == Scaling::None, "{}", kind.key);
            assert_eq!(kind.form == Form::Instances, kind.at_once.is_some(), "{}", kind.key);
            for name in kind.paying.values().flat_map(|paying| paying.counts.keys()) {
                assert!(Usage::NAMES.contains(&name.as_str()), "{}: nothing is counted as {name}", kind.key);
            }
        }
    }
}
