use std::sync::OnceLock;

use serde::Deserialize;

use super::{Architecture, Packaging};
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
    /// Whether the provider ships no runtime for it, and the package brings its own.
    #[serde(default)]
    pub custom: bool,
    /// Median init of an empty function from a zip package on x86, in milliseconds.
    pub init_ms_p50: f64,
    /// The same on Arm.
    pub init_arm_ms_p50: f64,
    /// The same from a container image.
    pub init_image_ms_p50: f64,
    /// The same from a container image on Arm.
    pub init_image_arm_ms_p50: f64,
    /// Where the inits were measured.
    pub init_source: Source,
    /// What a megabyte of zip package adds to the init, in milliseconds.
    pub package_ms_per_mb: f64,
    /// Where the slope was measured.
    pub package_source: Source,
    /// What reading back a snapshot takes, in milliseconds; none where the provider offers none.
    #[serde(default)]
    pub restore_ms: Option<f64>,
    /// Where that was measured.
    #[serde(default)]
    pub restore_source: Option<Source>,
}

impl Runtime {
    /// Median init of an empty function, in milliseconds.
    pub fn init_ms(&self, packaging: Packaging, architecture: Architecture) -> f64 {
        match (packaging, architecture) {
            (Packaging::Zip, Architecture::X86) => self.init_ms_p50,
            (Packaging::Zip, Architecture::Arm) => self.init_arm_ms_p50,
            (Packaging::Image, Architecture::X86) => self.init_image_ms_p50,
            (Packaging::Image, Architecture::Arm) => self.init_image_arm_ms_p50,
        }
    }
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
