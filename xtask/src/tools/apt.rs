//! Packages of a Debian, installed where we may.

use super::path::on_path;
use crate::failure::{Result, fail};
use crate::house;
use crate::process::{capture, program, run_with_clock};
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

/// Installs packages; the failure is half a sentence that says why that cannot be.
pub fn install(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if on_path("apt-get").is_none() {
        return fail("there is no apt-get");
    }
    let Some(prefix) = way_to_root() else {
        return fail(format!("only root may `apt-get install {names}`"));
    };
    let log = house::target().join("apt-get.log");
    let _ = std::fs::create_dir_all(house::target());
    update(prefix, &log);
    let words = [&["install", "-y", "--no-install-recommends"], packages].concat();
    run_with_clock(&format!("apt-get install {names}"), &mut apt(prefix, &words), &log)
        .or_else(|_| fail(format!("`apt-get install {names}` failed (see {})", log.display())))
}

/// Once is enough. Lists that cannot be renewed may still do: the install will tell.
fn update(prefix: &[&str], log: &Path) {
    static DONE: OnceLock<()> = OnceLock::new();
    if DONE.set(()).is_ok()
        && let Err(why) = run_with_clock("apt-get update", &mut apt(prefix, &["update"]), log)
    {
        println!("   {why}");
    }
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
