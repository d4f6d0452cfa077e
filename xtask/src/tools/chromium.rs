//! A real browser: Chromium with its ChromeDriver, found or, on a Debian where we may, installed.

use super::apt;
use super::path::{from_environment, on_path};
use crate::failure::{Result, fail};
use std::path::PathBuf;
use std::process::Command;

const BROWSERS: [&str; 4] = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"];

/// A browser and the program that drives it for wasm-bindgen's tests.
pub struct Chromium {
    browser: PathBuf,
    driver: PathBuf,
}

impl Chromium {
    /// Finds both, or installs both.
    pub fn ready() -> Result<Self> {
        if let Some(found) = Self::find() {
            return Ok(found);
        }
        install()?;
        match Self::find() {
            Some(found) => Ok(found),
            None => fail(
                "Chromium was installed and is still not on PATH: set CHROMIUM and CHROMEDRIVER to the programs.",
            ),
        }
    }

    fn find() -> Option<Self> {
        let browser =
            from_environment("CHROMIUM").or_else(|| BROWSERS.iter().find_map(|name| on_path(name)))?;
        let driver = from_environment("CHROMEDRIVER").or_else(|| on_path("chromedriver"))?;
        Some(Self { browser, driver })
    }

    /// Tells a command where they are, in the variables that wasm-bindgen's runner and tests/browser read.
    pub fn lend(&self, command: &mut Command) {
        command.env("CHROMIUM", &self.browser).env("CHROMEDRIVER", &self.driver);
    }
}

fn install() -> Result<()> {
    apt::install(&["chromium", "chromium-driver"]).or_else(|why| {
        fail(format!(
            "no Chromium with ChromeDriver was found, and {why}: install both (elsewhere than on Debian from your \
             system's packages or https://googlechromelabs.github.io/chrome-for-testing/), or set CHROMIUM and \
             CHROMEDRIVER to the programs. `cargo xtask test --skip-browser` does without."
        ))
    })
}
