//! Where things are in the repository and in the user's cache.

use crate::failure::{Result, While, fail};
use std::path::{Path, PathBuf};

/// The root of the repository, from where this package was compiled.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in a folder of the repository")
}

/// The built site.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// The end-to-end tests and their npm packages.
pub fn browser_tests() -> PathBuf {
    root().join("tests/browser")
}

/// Cargo's folder for what it builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// Built tools live outside the clone, so that a second clone need not build them again.
pub fn tools() -> Result<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = set("XDG_CACHE_HOME")
        .or_else(|| set("HOME").map(|home| home.join(".cache")))
        .or_else(|| set("LOCALAPPDATA"));
    match cache {
        Some(cache) => Ok(cache.join("burstlab/tools")),
        None => {
            fail("neither XDG_CACHE_HOME nor HOME is set: set one, so that tools have a folder to live in.")
        }
    }
}

/// The version that Cargo.lock pins for a package.
pub fn locked_version(package: &str) -> Result<String> {
    let path = root().join("Cargo.lock");
    let lock = std::fs::read_to_string(&path).doing(|| format!("could not read {}", path.display()))?;
    match version_in(&lock, package) {
        Some(version) => Ok(version.to_owned()),
        None => fail(format!("Cargo.lock names no package {package}: run `cargo fetch` and try again.")),
    }
}

fn version_in<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locked_version_is_the_one_of_exactly_that_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(version_in(lock, "leptos"), None);
    }
}
