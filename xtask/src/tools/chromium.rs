//! A real browser: Chromium with its ChromeDriver, found or, on a Debian where we may, installed.

use crate::failure::{Result, fail};
use crate::house;
use crate::process::{capture, program, run_with_clock};
use std::env;
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

fn from_environment(name: &str) -> Option<PathBuf> {
    env::var_os(name).map(PathBuf::from).filter(|path| path.is_file())
}

fn on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}

fn install() -> Result<()> {
    let how = "install Chromium and its ChromeDriver (Debian: `apt-get install chromium chromium-driver`; elsewhere \
               from your system's packages or https://googlechromelabs.github.io/chrome-for-testing/), or set CHROMIUM \
               and CHROMEDRIVER to the programs. `cargo xtask test --skip-browser` does without";
    if on_path("apt-get").is_none() {
        return fail(format!("no Chromium with ChromeDriver was found: {how}."));
    }
    let Some(prefix) = way_to_root() else {
        return fail(format!(
            "no Chromium with ChromeDriver was found, and only root may install one: {how}."
        ));
    };
    let log = house::target().join("apt-get.log");
    let _ = std::fs::create_dir_all(house::target());
    run_with_clock("apt-get update", &mut apt(prefix, &["update"]), &log)?;
    let packages = ["install", "-y", "--no-install-recommends", "chromium", "chromium-driver"];
    run_with_clock("apt-get install chromium chromium-driver", &mut apt(prefix, &packages), &log)
}

/// The words in front of apt-get that make it root's: none for root, `sudo -n` where that needs no password.
fn way_to_root() -> Option<&'static [&'static str]> {
    let user = capture(program("id").arg("-u")).unwrap_or_default();
    if user.trim() == "0" {
        return Some(&[]);
    }
    let sudo = capture(program("sudo").args(["-n", "true"])).is_ok();
    sudo.then_some(&["sudo", "-n"])
}

fn apt(prefix: &[&str], arguments: &[&str]) -> Command {
    let words = [prefix, &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"], arguments].concat();
    let mut command = program(words[0]);
    command.args(&words[1..]);
    command
}
