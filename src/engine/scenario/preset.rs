use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;

use super::{Scenario, draft};
use crate::{facts, units::sort_by_number};

/// A named situation of the catalog.
#[derive(Debug)]
pub struct Preset {
    /// Its name in files and links.
    pub key: &'static str,
    /// Its name for people.
    pub title: String,
    /// What it shows, together with others; empty where it stands alone.
    pub group: String,
    /// One or two sentences: what happens in it.
    pub story: String,
    /// Where it stands in the list.
    pub rank: u32,
    /// Where its figures come from.
    pub source: String,
    /// The situation itself.
    pub scenario: Scenario,
}

/// Situations that show the same kind of thing.
#[derive(Debug)]
pub struct PresetGroup {
    /// Its name for people; empty for situations that stand alone.
    pub name: &'static str,
    /// The situations, in the order of their rank.
    pub presets: Vec<&'static Preset>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    title: String,
    #[serde(default)]
    group: String,
    story: String,
    rank: u32,
    source: String,
    scenario: Value,
}

/// All situations, in the order of their rank; the first is the default.
pub fn presets() -> &'static [Preset] {
    static PRESETS: OnceLock<Vec<Preset>> = OnceLock::new();
    PRESETS.get_or_init(|| {
        let mut presets: Vec<_> = facts::names("presets").into_iter().map(load).collect();
        sort_by_number(&mut presets, |preset| f64::from(preset.rank));
        presets
    })
}

/// All situations by group, in the order in which a page lists them.
pub fn preset_groups() -> Vec<PresetGroup> {
    let mut groups: Vec<PresetGroup> = Vec::new();
    for preset in presets() {
        match groups.iter_mut().find(|group| group.name == preset.group) {
            Some(group) => group.presets.push(preset),
            None => groups.push(PresetGroup { name: &preset.group, presets: vec![preset] }),
        }
    }
    groups
}

/// The situation of this key.
pub fn preset(key: &str) -> Option<&'static Preset> {
    presets().iter().find(|preset| preset.key == key)
}

fn load(key: &'static str) -> Preset {
    let Entry { title, group, story, rank, source, scenario } = facts::read(&format!("presets/{key}"));
    let (scenario, problems) = draft::read(&scenario, Scenario { situation: key, ..Scenario::silent() });
    assert!(problems.is_empty(), "catalog/presets/{key}.toml: {problems:?}");
    Preset { key, title, group, story, rank, source, scenario }
}
