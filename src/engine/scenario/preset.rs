use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;

use super::{Scenario, draft};
use crate::facts;

/// A named situation of the catalog.
#[derive(Debug)]
pub struct Preset {
    /// Its name in files and links.
    pub key: &'static str,
    /// Its name for people.
    pub title: String,
    /// One or two sentences: what happens in it.
    pub story: String,
    /// Where it stands in the list.
    pub rank: u32,
    /// Where its figures come from.
    pub source: String,
    /// The situation itself.
    pub scenario: Scenario,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    title: String,
    story: String,
    rank: u32,
    source: String,
    scenario: Value,
}

/// All situations, in the order in which a page lists them; the first is the default.
pub fn presets() -> &'static [Preset] {
    static PRESETS: OnceLock<Vec<Preset>> = OnceLock::new();
    PRESETS.get_or_init(|| {
        let mut presets: Vec<_> = facts::names("presets").into_iter().map(load).collect();
        presets.sort_by_key(|preset| preset.rank);
        presets
    })
}

/// The situation of this key.
pub fn preset(key: &str) -> Option<&'static Preset> {
    presets().iter().find(|preset| preset.key == key)
}

fn load(key: &'static str) -> Preset {
    let entry: Entry = facts::read(&format!("presets/{key}"));
    let scenario = draft::read(&entry.scenario, Scenario { situation: key, ..Scenario::silent() })
        .unwrap_or_else(|problems| panic!("catalog/presets/{key}.toml: {problems:?}"));
    Preset { key, title: entry.title, story: entry.story, rank: entry.rank, source: entry.source, scenario }
}
