//! Building the site into dist/: Trunk with pinned tools, then brotli.

mod weight;

pub use weight::{Weight, comparer_is_light, first_load_is_light, weigh};

use crate::arguments::Arguments;
use crate::failure::{Result, fail};
use crate::house;
use crate::process::{cargo, program, run};
use crate::tools::Toolbox;
use std::process::Command;
use std::time::Instant;

/// What a build is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// What visitors get: optimised and compressed.
    Release,
    /// Soon ready after an edit: neither.
    Development,
}

/// `cargo xtask build`
pub fn command(arguments: Arguments) -> Result<()> {
    arguments.finish()?;
    build(&Toolbox::for_building()?, Purpose::Release)
}

/// Builds the site.
pub fn build(toolbox: &Toolbox, purpose: Purpose) -> Result<()> {
    let start = Instant::now();
    if !house::root().join("index.html").is_file() {
        return fail("there is no index.html in the root of the repository, and without it no site.");
    }
    // Trunk runs offline, so what it compiles has to be here before.
    run(cargo().args(["fetch", "--quiet", "--locked"]))?;
    run(&mut trunk(toolbox, purpose)?)?;
    if purpose == Purpose::Release {
        precompress()?;
        println!("   site: {}", weight::first_load()?);
    }
    println!("   built into {} in {:.1} s", house::dist().display(), start.elapsed().as_secs_f32());
    Ok(())
}

fn trunk(toolbox: &Toolbox, purpose: Purpose) -> Result<Command> {
    let mut trunk = program("trunk");
    trunk.args(["build", "--offline", "--skip-version-check", "--log", "warn"]);
    if purpose == Purpose::Release {
        trunk.arg("--release");
    }
    toolbox.lend(&mut trunk)?;
    // Trunk reads NO_COLOR as its flag, and stops at the usual value `1`; a backtrace of Trunk explains no error of ours.
    trunk.env_remove("NO_COLOR").env("RUST_BACKTRACE", "0");
    Ok(trunk)
}

fn precompress() -> Result<()> {
    let script = include_str!("precompress.mjs");
    run(program("node").args(["--input-type=module", "-e", script]).arg(house::dist()))
}
