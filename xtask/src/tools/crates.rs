//! Tools that are Rust programs: a prebuilt release if one can be fetched, else built by `cargo install`.

use super::folder;
use super::release::{self, Release};
use crate::failure::{Result, fail};
use crate::process::{capture, cargo, program, run_with_clock};
use std::path::{Path, PathBuf};

const TRUNK: &str = "0.21.14";

/// A program that crates.io has the source of, and GitHub perhaps the binary.
pub struct CrateTool {
    package: &'static str,
    program: &'static str,
    version: String,
    install_flags: &'static [&'static str],
    /// A tool built by a small optimiser is slower to run and far quicker to have.
    opt_level: &'static str,
    release: Option<Release>,
}

/// Bundles the site. 0.22 needs a newer Rust than ours.
pub fn trunk() -> CrateTool {
    CrateTool {
        package: "trunk",
        program: "trunk",
        version: TRUNK.into(),
        // Without its default features it has no downloader, hence no TLS: a third of the build time.
        install_flags: &["--locked", "--no-default-features"],
        opt_level: "0",
        release: Release::of_trunk(TRUNK),
    }
}

/// Writes the JavaScript around our wasm; its version has to be exactly the crate's in Cargo.lock.
pub fn wasm_bindgen(version: String) -> CrateTool {
    CrateTool {
        package: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        release: Release::of_wasm_bindgen(&version),
        version,
        // Not --locked: the lock that was published with 0.2.130 does not resolve.
        install_flags: &[],
        opt_level: "1",
    }
}

impl CrateTool {
    /// The folder with the program, after making sure that it is there and runs.
    pub fn ready(&self) -> Result<PathBuf> {
        let name = format!("{}-{}", self.program, self.version);
        let bin = folder::of(&name)?.join("bin");
        if self.runs_from(&bin) {
            return Ok(bin);
        }
        println!("   {name} is missing");
        if self.release.as_ref().is_some_and(|release| self.fetch(&name, release).is_ok())
            && self.runs_from(&bin)
        {
            return Ok(bin);
        }
        folder::install(&name, |partial| self.build(&name, partial))?;
        if self.runs_from(&bin) {
            Ok(bin)
        } else {
            fail(format!("{} was installed and does not run.", bin.display()))
        }
    }

    fn runs_from(&self, bin: &Path) -> bool {
        let path = bin.join(self.program).with_extension(std::env::consts::EXE_EXTENSION);
        path.exists()
            && capture(program(path).arg("--version"))
                .is_ok_and(|said| said.split_whitespace().any(|word| word == self.version))
    }

    fn fetch(&self, name: &str, release: &Release) -> Result<()> {
        let fetched = folder::install(name, |partial| release::fetch(release, partial));
        if let Err(why) = &fetched {
            println!("   no prebuilt {name}, so it is built here ({why})");
        }
        fetched.map(|_| ())
    }

    fn build(&self, name: &str, partial: &Path) -> Result<()> {
        let log = partial.join("install.log");
        let mut install = cargo();
        install.args(["install", self.package, "--version", &self.version]).args(self.install_flags);
        install.arg("--root").arg(partial).current_dir(partial);
        // Fat LTO, which some of them ask for, more than doubles the minutes.
        install.env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", self.opt_level).env_remove("CARGO_TARGET_DIR");
        run_with_clock(&format!("building {name} (once, some minutes)"), &mut install, &log)
    }
}
