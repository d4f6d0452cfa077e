//! The catalog: facts of the outside world, as text, each with its source and date.
//!
//! `catalog/` holds TOML for people; the build turns it into JSON, and this floor hands out sections
//! of it. It knows no type of a fact: the floor that owns a fact reads it ([`read`]).

use std::sync::OnceLock;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

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

/// The catalog as a whole, parsed once.
fn catalog() -> &'static Value {
    static CATALOG: OnceLock<Value> = OnceLock::new();
    CATALOG.get_or_init(|| {
        serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/catalog.json")))
            .expect("the build wrote the catalog as JSON")
    })
}

/// Reads one section, named by its path below `catalog/` without the ending: `services/lambda`.
///
/// # Panics
/// When the section is missing or not of the type asked for: the catalog is part of the program, and
/// a test of each owner reads all of its sections.
pub fn read<T: DeserializeOwned>(path: &str) -> T {
    let section = path.split('/').fold(catalog(), |value, name| &value[name]);
    T::deserialize(section).unwrap_or_else(|error| panic!("catalog/{path}.toml: {error}"))
}

/// The names below a folder of the catalog, in alphabetical order: `names("presets")`.
pub fn names(folder: &str) -> Vec<&'static str> {
    let section = folder.split('/').fold(catalog(), |value, name| &value[name]);
    section.as_object().map(|files| files.keys().map(String::as_str).collect()).unwrap_or_default()
}
