//! The tools that a build or a test needs, each pinned, each in a folder of its own in the user's cache.
//!
//! `Toolbox::for_building` and `Toolbox::for_testing` make sure that they are there; a missing one is fetched (seconds)
//! or built (minutes), once per version. Nothing is taken from PATH unchecked: Debian's wasm-opt, for one,
//! miscompiles without a word.

mod apt;
mod binaryen;
mod chromium;
mod crates;
mod engine;
mod folder;
mod node;
mod path;
mod release;
mod rust;

pub use chromium::Chromium;
pub use engine::{Engine, Ready};
pub use rust::{WASM, components_ready, wasm_target_ready};

use crate::failure::{Result, While};
use crate::house;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

/// Folders with the pinned programs, to put in front of PATH.
pub struct Toolbox {
    folders: Vec<PathBuf>,
}

impl Toolbox {
    /// What `trunk build` needs.
    pub fn for_building() -> Result<Self> {
        node::present()?;
        wasm_target_ready()?;
        let wasm_bindgen = house::locked_version("wasm-bindgen")?;
        let folders =
            vec![crates::trunk().ready()?, crates::wasm_bindgen(wasm_bindgen).ready()?, binaryen::ready()?];
        Ok(Self { folders })
    }

    /// What the tests in a browser need on top.
    pub fn for_browsing() -> Result<(Self, Chromium)> {
        let toolbox = Self::for_building()?;
        node::browser_packages_ready()?;
        Ok((toolbox, Chromium::ready()?))
    }

    /// Lets a command find the pinned programs before any other of the same name.
    pub fn lend(&self, command: &mut Command) -> Result<()> {
        command.env("PATH", self.path()?);
        Ok(())
    }

    fn path(&self) -> Result<OsString> {
        let old = std::env::var_os("PATH").unwrap_or_default();
        let folders = self.folders.iter().cloned().chain(std::env::split_paths(&old));
        std::env::join_paths(folders).doing(|| "a folder on PATH has a name that PATH cannot hold".into())
    }
}
