//! Parts of the Rust toolchain that a minimal install lacks.

use crate::failure::{Result, fail};
use crate::process::{answers, capture, cargo, program, run};
use std::path::Path;

pub const WASM: &str = "wasm32-unknown-unknown";

/// The standard library for the browser.
pub fn wasm_target_ready() -> Result<()> {
    let sysroot = capture(program("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(WASM).join("lib").is_dir() {
        return Ok(());
    }
    rustup(&["target", "add", WASM])
}

/// rustfmt and clippy.
pub fn components_ready() -> Result<()> {
    for (component, subcommand) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if capture(cargo().args([subcommand, "--version"])).is_err() {
            rustup(&["component", "add", component])?;
        }
    }
    Ok(())
}

fn rustup(arguments: &[&str]) -> Result<()> {
    if !answers("rustup", "--version") {
        let wanted = arguments.join(" ");
        return fail(format!("this needs `rustup {wanted}`, and there is no rustup: see https://rustup.rs."));
    }
    run(program("rustup").args(arguments))
}
