//! The catalog: facts of the outside world, each with its source and date.
//!
//! `catalog/` holds TOML for people; the build packs it into bytes, and this floor hands out sections
//! of it. It knows no type of a fact: the floor that owns a fact reads it ([`read`]).

mod fact;

use serde::Deserialize;

use self::fact::Fact;

/// Where a fact comes from. Every table of facts in the catalog carries one.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The publication, by public address or title.
    pub source: String,
    /// The date on which it held: year, month or day.
    pub as_of: String,
    /// Whether the figure was seen in the provider's own words, or in the measurement itself; assumptions and
    /// fits are not.
    pub verified: bool,
}

/// The value at a path below `catalog/`.
fn at(path: &str) -> Fact {
    let catalog = Fact::first_of(include_bytes!(concat!(env!("OUT_DIR"), "/catalog")));
    path.split('/').fold(catalog, |folder, name| {
        let mut entries = folder.entries();
        let found = entries.find(|(key, _)| *key == name);
        found.unwrap_or_else(|| panic!("the catalog has no {path}")).1
    })
}

/// Reads one section, named by its path below `catalog/` without the ending: `services/lambda`.
///
/// # Panics
/// When the section is missing or not of the type asked for: the catalog is part of the program, and
/// a test of each owner reads all of its sections.
pub fn read<T: Deserialize<'static>>(path: &str) -> T {
    let Ok(section) = T::deserialize(at(path));
    section
}

/// The names below a folder of the catalog, in alphabetical order: `names("presets")`.
pub fn names(folder: &str) -> Vec<&'static str> {
    at(folder).entries().map(|(name, _)| name).collect()
}
