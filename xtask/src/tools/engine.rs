//! The other browser engines, for a smoke test: found or, on a Debian where we may, installed. A machine that cannot
//! have one goes without.

use super::apt;
use super::path::{from_environment, on_path};
use crate::display::Display;
use crate::failure::{Result, fail};
use std::path::PathBuf;
use std::process::Command;

/// A browser engine beside Chromium's.
#[derive(Clone, Copy)]
pub enum Engine {
    Firefox,
    WebKit,
}

/// An engine with all that it needs, as long as this lives.
pub struct Ready {
    engine: Engine,
    program: PathBuf,
    display: Option<Display>,
}

impl Engine {
    pub const ALL: [Self; 2] = [Self::Firefox, Self::WebKit];

    /// As tests/browser/smoke.mjs calls it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// The variable that tests/browser reads.
    fn variable(self) -> &'static str {
        match self {
            Self::Firefox => "FIREFOX",
            Self::WebKit => "WEBKIT_DRIVER",
        }
    }

    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Firefox => &["firefox-esr"],
            Self::WebKit => &["webkit2gtk-driver", "xvfb"],
        }
    }

    /// Finds or installs it, or says in half a sentence why there is none.
    pub fn ready(self) -> Result<Ready> {
        if self.find().is_none() {
            let names = self.packages().join(" with ");
            apt::install(self.packages()).or_else(|why| fail(format!("{names} is missing, and {why}")))?;
        }
        let Some(program) = self.find() else {
            return fail(format!("{} is installed and not on PATH", self.packages().join(" with ")));
        };
        let display = match self {
            Self::Firefox => None,
            Self::WebKit => Some(Display::start()?),
        };
        Ok(Ready { engine: self, program, display })
    }

    fn find(self) -> Option<PathBuf> {
        let named = from_environment(self.variable());
        match self {
            Self::Firefox => named.or_else(|| on_path("firefox-esr")).or_else(|| on_path("firefox")),
            // Its browser has no headless mode.
            Self::WebKit => {
                named.or_else(|| on_path("WebKitWebDriver")).filter(|_| on_path("Xvfb").is_some())
            }
        }
    }
}

impl Ready {
    /// Tells a command where it is.
    pub fn lend(&self, command: &mut Command) {
        command.env(self.engine.variable(), &self.program);
        if let Some(display) = &self.display {
            command.env("DISPLAY", display.name()).env_remove("WAYLAND_DISPLAY");
        }
    }
}
