//! Building the site into dist/: Trunk with pinned tools, then what it says before any code runs, then brotli.

mod weight;

pub use weight::{Weight, comparer_is_light, first_load_is_light, weigh};

use crate::arguments::Arguments;
use crate::failure::{Result, While, fail};
use crate::house;
use crate::process::{cargo, program, run};
use crate::tools::Toolbox;
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::process::Command;
use std::time::Instant;

/// The site in one file: to be downloaded, since a strict policy sent along lets no script within a page run.
const SINGLE_FILE: &str = "burstlab.html";

/// What a build is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// What visitors get: optimised and compressed.
    Release,
    /// Soon ready after an edit: neither.
    Development,
}

/// `cargo xtask build`
pub fn command(mut arguments: Arguments) -> Result<()> {
    let address = arguments.text("--site")?;
    arguments.finish()?;
    build_for(&Toolbox::for_building()?, Purpose::Release, address.as_deref())
}

/// `cargo xtask single-file`
pub fn single_file(mut arguments: Arguments) -> Result<()> {
    let out = arguments.word().unwrap_or_else(|| SINGLE_FILE.to_owned());
    arguments.finish()?;
    build(&Toolbox::for_building()?, Purpose::Release)?;
    fs::copy(house::dist().join(SINGLE_FILE), &out).doing(|| format!("could not write {out}"))?;
    println!("   all in one file: {out}");
    Ok(())
}

/// Builds the site, for wherever it will be.
pub fn build(toolbox: &Toolbox, purpose: Purpose) -> Result<()> {
    build_for(toolbox, purpose, None)
}

/// Builds the site; previews of links and pictures need to know the address that it will have.
fn build_for(toolbox: &Toolbox, purpose: Purpose, address: Option<&str>) -> Result<()> {
    let start = Instant::now();
    if !house::root().join("index.html").is_file() {
        return fail("there is no index.html in the root of the repository, and without it no site.");
    }
    // Trunk runs offline, so what it compiles has to be here before.
    run(cargo().args(["fetch", "--quiet", "--locked"]))?;
    run(&mut trunk(toolbox, purpose)?)?;
    match purpose {
        Purpose::Release => {
            bake(address)?;
            pack()?;
            keep_offline()?;
            precompress()?;
            println!("   site: {}", weight::first_load()?);
        }
        Purpose::Development => keep_nothing()?,
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

/// The engine's own answer to every situation, written into pages, pictures and descriptions.
fn bake(address: Option<&str>) -> Result<()> {
    // As the tests build it, so that nothing is compiled twice.
    run(cargo().args(["build", "--quiet", "--locked", "--workspace", "--example", "bake"]))?;
    let bake = house::target().join("debug/examples").join(format!("bake{EXE_SUFFIX}"));
    run(program(bake).arg(house::dist()).args(address))
}

/// The whole site in one file, beside the others.
fn pack() -> Result<()> {
    let script = include_str!("single_file.mjs");
    let mut node = program("node");
    node.args(["--input-type=module", "-e", script]).env("UNPACK", include_str!("single_file_boot.js"));
    run(node.arg(house::dist()).arg(house::dist().join(SINGLE_FILE)))
}

/// The service worker, last of all: it knows every other file by its bytes.
fn keep_offline() -> Result<()> {
    let script = include_str!("offline.mjs");
    let mut node = program("node");
    node.args(["--input-type=module", "-e", script]).env("WORKER", include_str!("service_worker.js"));
    run(node.arg(house::dist()))
}

/// Ends the service worker of a release that was served at the same address.
fn keep_nothing() -> Result<()> {
    let worker = house::dist().join("sw.js");
    fs::write(&worker, include_str!("service_worker_gone.js"))
        .doing(|| format!("could not write {}", worker.display()))
}

fn precompress() -> Result<()> {
    let script = include_str!("precompress.mjs");
    run(program("node").args(["--input-type=module", "-e", script]).arg(house::dist()))
}
