//! wasm-opt, from npm: Debian's build of version 108 miscompiles without a word, so PATH is never asked.

use super::folder;
use crate::failure::{Result, While, fail};
use crate::process::{answers, capture, program, run_with_clock};
use std::path::{Path, PathBuf};

const VERSION: &str = "132";
const NAME: &str = "npm-binaryen-132.0.0";

/// The folder with wasm-opt.
pub fn ready() -> Result<PathBuf> {
    let bin = folder::of(NAME)?.join("node_modules/.bin");
    if runs_from(&bin) {
        return Ok(bin);
    }
    println!("   {NAME} is missing");
    folder::install(NAME, fill)?;
    if runs_from(&bin) {
        Ok(bin)
    } else {
        fail(format!("wasm-opt was installed in {} and does not run.", bin.display()))
    }
}

fn runs_from(bin: &Path) -> bool {
    let path = bin.join("wasm-opt");
    path.exists()
        && capture(program(path).arg("--version"))
            .is_ok_and(|said| said.split_whitespace().any(|word| word == VERSION))
}

/// A lock file with the package's checksum goes in first, so that npm refuses anything else.
fn fill(partial: &Path) -> Result<()> {
    let manifest = [
        ("package.json", include_str!("binaryen/package.json")),
        ("package-lock.json", include_str!("binaryen/package-lock.json")),
    ];
    for (name, text) in manifest {
        std::fs::write(partial.join(name), text).doing(|| format!("could not write {name} of wasm-opt"))?;
    }
    if !answers("npm", "--version") {
        return fail(
            "npm is missing: install Node 20 or newer with npm, from your system or https://nodejs.org.",
        );
    }
    let mut npm = program("npm");
    npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(partial);
    run_with_clock("fetching wasm-opt", &mut npm, &partial.join("install.log"))
}
