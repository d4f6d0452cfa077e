//! `cargo xtask bench`: how fast the engine is natively and in Chromium, and how heavy the site, into BENCHMARKS.md.
//!
//! Each part is a function that returns a section; a new measurement is one more of them.

use crate::arguments::Arguments;
use crate::failure::{Result, While};
use crate::house;
use crate::process::{capture, cargo};
use crate::server::{Server, Site};
use crate::site::{Purpose, build, weigh};
use crate::suite::browser_script;
use crate::tools::{Chromium, Toolbox};

const INTRODUCTION: &str = "\
# Benchmarks

Written by `cargo xtask bench`. The floor is the least that any simulator of that kind must do per request; the exact
kernel is compared with the floor of the same run, because a busy machine slows both.
";

pub fn bench(arguments: Arguments) -> Result<()> {
    arguments.finish()?;
    let (toolbox, chromium) = Toolbox::for_browsing()?;
    build(&toolbox, Purpose::Release)?;
    let sections = [INTRODUCTION.to_owned(), timings(&native()?, &chromium)?, site_weight()?];
    let text = sections.join("\n");
    let path = house::root().join("BENCHMARKS.md");
    std::fs::write(&path, &text).doing(|| format!("could not write {}", path.display()))?;
    println!("\n{text}\n   written to BENCHMARKS.md");
    Ok(())
}

/// What the engine's own example says.
fn native() -> Result<String> {
    println!("   timing the engine natively");
    capture(cargo().args(["run", "--quiet", "--release", "-p", "burstlab-engine", "--example", "bench"]))
}

/// Date, machine and both tables; Node knows the machine, and reads JSON.
fn timings(native: &str, chromium: &Chromium) -> Result<String> {
    println!("   timing the engine in Chromium");
    let server = Server::start(Site::new(house::dist()).with_csp()?, 0)?;
    capture(browser_script("bench.mjs", &server, chromium).arg(native))
}

fn site_weight() -> Result<String> {
    let weights = weigh()?;
    let row = |name: &str, raw: u64, brotli: u64| format!("| {name} | {raw} | {brotli} |\n");
    let rows = weights.iter().map(|weight| row(&weight.name, weight.raw_bytes, weight.brotli_bytes));
    let sum = |of: fn(&crate::site::Weight) -> u64| weights.iter().map(of).sum();
    let total = row("all", sum(|weight| weight.raw_bytes), sum(|weight| weight.brotli_bytes));
    let head = "## The site, bytes by file\n\n| file | raw | brotli |\n| --- | ---: | ---: |\n";
    Ok(format!("{head}{}{total}", rows.collect::<String>()))
}
