use std::sync::OnceLock;

use serde::Deserialize;

use crate::{facts, facts::Source};

/// A language runtime and how long its environments take to start.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Runtime {
    /// Its name in files and links.
    #[serde(skip)]
    pub key: &'static str,
    /// Its name for people.
    pub label: String,
    /// Median init of an empty function from a zip package, in milliseconds.
    pub init_ms_p50: f64,
    /// Where the init was measured.
    pub init_source: Source,
    /// What a megabyte of zip package adds to the init, in milliseconds.
    pub package_ms_per_mb: f64,
    /// Where the slope was measured.
    pub package_source: Source,
}

/// All runtimes of the catalog, in alphabetical order of their key.
pub fn runtimes() -> &'static [Runtime] {
    static RUNTIMES: OnceLock<Vec<Runtime>> = OnceLock::new();
    RUNTIMES.get_or_init(|| {
        let named = |key| Runtime { key, ..facts::read(&format!("runtimes/{key}")) };
        facts::names("runtimes").into_iter().map(named).collect()
    })
}

/// The runtime of this key.
pub fn runtime(key: &str) -> Option<&'static Runtime> {
    runtimes().iter().find(|runtime| runtime.key == key)
}
