//! Node and npm are a given; the packages of the end-to-end tests are not.

use crate::failure::{Result, fail};
use crate::house;
use crate::process::{capture, program, run_with_clock};
use std::fs;

const OLDEST_MAJOR: u32 = 20;

/// Makes sure that Node can compress the site and drive a browser.
pub fn present() -> Result<()> {
    let said = capture(program("node").arg("--version")).unwrap_or_default();
    let major =
        said.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(major) if major >= OLDEST_MAJOR => Ok(()),
        Some(_) => fail(format!("Node {} is too old: install Node {OLDEST_MAJOR} or newer.", said.trim())),
        None => fail(
            "Node is missing: install Node 20 or newer with npm, from your system or https://nodejs.org.",
        ),
    }
}

/// Installs what tests/browser/package-lock.json pins, unless that very lock is installed already.
pub fn browser_packages_ready() -> Result<()> {
    let folder = house::browser_tests();
    let lock = fs::read(folder.join("package-lock.json")).unwrap_or_default();
    let stamp = folder.join("node_modules/.installed-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let _ = fs::create_dir_all(house::target());
    let mut npm = program("npm");
    npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder).env("PUPPETEER_SKIP_DOWNLOAD", "1");
    run_with_clock(
        "fetching the packages of the browser tests",
        &mut npm,
        &house::target().join("npm-ci.log"),
    )?;
    // Only spares the next run three seconds, hence no error.
    let _ = fs::write(stamp, lock);
    Ok(())
}
