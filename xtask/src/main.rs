//! `cargo xtask`: one command each to serve, test, bench and photograph Burstlab.
//!
//! Only std is used, so that the first run on a fresh clone compiles in a second. What it refuses to know: anything
//! about simulations or pages. It starts other programs, in the right order and with pinned versions.
//! Start reading at `suite` (what `cargo xtask test` does), then `site` and `tools`.
#![expect(clippy::print_stdout, reason = "a command-line program speaks through its output")]

mod arguments;
mod bench;
mod display;
mod failure;
mod house;
mod process;
mod serve;
mod server;
mod shots;
mod site;
mod suite;
mod tools;
mod watch;

use arguments::Arguments;
use failure::Result;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <command>

  serve [--watch] [--port N] [--csp] [--cors]
              build the release site into dist/ and serve it on 127.0.0.1
              --watch  quick development build, again on every change
              --csp    with the strict content security policy of public/_headers
              --cors   readable from other origins (for trying an embed)
  build [--site ADDRESS]
              build the release site into dist/, compressed; previews of links name whole addresses if it is told
              the one that the site will have
  single-file [OUT]
              the same as one HTML file (burstlab.html), which opens from a stick and in any frame
  test [--skip-browser]
              everything that has to hold: format, lints, native, browser and end-to-end tests, and a smoke test in
              Firefox and WebKitGTK where the machine has them or may install them
  bench       time the engine natively and in Chromium, weigh the site, write BENCHMARKS.md
  shots [OUT [LOOK]]
              photograph every state and panel of the release site in every look, or in those whose name has LOOK
              in it (desk, dark, large-text, …), into OUT (default: target/shots) with an index.html

A missing tool is fetched or built into the user's cache directory the first time.";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nerror: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut arguments = Arguments::of_this_process();
    match arguments.command().as_deref() {
        Some("serve") => serve::serve(arguments),
        Some("build") => site::command(arguments),
        Some("single-file") => site::single_file(arguments),
        Some("test") => suite::test(arguments),
        Some("bench") => bench::bench(arguments),
        Some("shots") => shots::shots(arguments),
        None | Some("help" | "--help" | "-h") => {
            println!("{HELP}");
            Ok(())
        }
        Some(other) => failure::fail(format!("there is no command `{other}`.\n\n{HELP}")),
    }
}
