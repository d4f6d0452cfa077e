//! Prebuilt binaries from GitHub's releases: seconds instead of minutes, where GitHub can be reached.
//!
//! curl, tar and Node do the work. Any failure here is only a reason to build from source.

use crate::failure::{Result, While, fail};
use crate::process::{capture, program};
use std::path::{Path, PathBuf};

/// Where a prebuilt binary and its checksum are published.
pub struct Release {
    archive: String,
    checksum: String,
    /// Folders of the archive above the program.
    depth: u8,
}

impl Release {
    pub fn of_trunk(version: &str) -> Option<Self> {
        let archive = format!(
            "https://github.com/trunk-rs/trunk/releases/download/v{version}/trunk-{}.tar.gz",
            platform()?
        );
        Some(Self { checksum: format!("{archive}.sha256"), archive, depth: 0 })
    }

    pub fn of_wasm_bindgen(version: &str) -> Option<Self> {
        let archive = format!(
            "https://github.com/wasm-bindgen/wasm-bindgen/releases/download/{version}/wasm-bindgen-{version}-{}.tar.gz",
            platform()?
        );
        Some(Self { checksum: format!("{archive}.sha256sum"), archive, depth: 1 })
    }
}

/// The name of this machine in archive names; musl, because it runs on every Linux.
fn platform() -> Option<&'static str> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Some("x86_64-unknown-linux-musl"),
        ("linux", "aarch64") => Some("aarch64-unknown-linux-musl"),
        ("macos", "x86_64") => Some("x86_64-apple-darwin"),
        ("macos", "aarch64") => Some("aarch64-apple-darwin"),
        _ => None,
    }
}

/// Downloads, checks and unpacks a release into `bin` of a folder.
pub fn fetch(release: &Release, folder: &Path) -> Result<()> {
    let archive = download(&release.archive, folder.join("archive.tar.gz"))?;
    let checksum = download(&release.checksum, folder.join("archive.sha256"))?;
    verify(&archive, &checksum)?;
    let bin = folder.join("bin");
    std::fs::create_dir_all(&bin).doing(|| format!("could not create {}", bin.display()))?;
    let depth = format!("--strip-components={}", release.depth);
    capture(program("tar").arg("-xzf").arg(&archive).arg("-C").arg(&bin).arg(depth))?;
    let _ = std::fs::remove_file(archive);
    Ok(())
}

fn download(address: &str, to: PathBuf) -> Result<PathBuf> {
    let mut curl = program("curl");
    curl.args([
        "--fail",
        "--silent",
        "--show-error",
        "--location",
        "--connect-timeout",
        "5",
        "--max-time",
        "90",
    ]);
    let said = curl.arg("--output").arg(&to).arg(address).output().doing(|| "curl did not start".into())?;
    if said.status.success() {
        return Ok(to);
    }
    fail(format!("{address}: {}", String::from_utf8_lossy(&said.stderr).trim()))
}

/// Compares with the published SHA-256: the first word of the checksum file.
fn verify(archive: &Path, checksum: &Path) -> Result<()> {
    let published = std::fs::read_to_string(checksum).doing(|| "could not read the checksum".into())?;
    let published = published.split_whitespace().next().unwrap_or_default().to_lowercase();
    let script = "const { createHash } = require('node:crypto');\
                  console.log(createHash('sha256').update(require('node:fs').readFileSync(process.argv[1])).digest('hex'))";
    let ours = capture(program("node").arg("-e").arg(script).arg(archive))?;
    if ours.trim() == published { Ok(()) } else { fail("the download does not match its published SHA-256") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_archive_is_refused() {
        let folder = std::env::temp_dir().join(format!("burstlab-release-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (archive, checksum) = (folder.join("a"), folder.join("a.sha256"));
        std::fs::write(&archive, "abc").unwrap();
        let of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        std::fs::write(&checksum, format!("{of_abc}  a\n")).unwrap();
        assert!(verify(&archive, &checksum).is_ok());
        std::fs::write(&archive, "abd").unwrap();
        assert!(verify(&archive, &checksum).is_err());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
