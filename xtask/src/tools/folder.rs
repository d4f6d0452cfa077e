//! One tool, one folder: filled under a passing name and renamed when complete, so that an interrupted install is
//! never taken for a finished one, and two installs at once do no harm.

use crate::failure::{Result, While, fail};
use crate::house;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

const ABANDONED_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// The folder of a tool, such as `trunk-0.21.14`, whether it exists or not.
pub fn of(name: &str) -> Result<PathBuf> {
    Ok(house::tools()?.join(name))
}

/// Fills the folder of a tool by `fill`, all or nothing.
pub fn install(name: &str, fill: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let folder = of(name)?;
    let partial = folder.with_file_name(format!("{name}.partial-{}", std::process::id()));
    sweep(&house::tools()?);
    fs::create_dir_all(&partial).doing(|| format!("could not create {}", partial.display()))?;
    let filled = fill(&partial).and_then(|()| put_in_place(&partial, &folder));
    // Whatever is left under the passing name is a failed attempt, or lost the race to another install.
    let _ = fs::remove_dir_all(&partial);
    filled.map(|()| folder)
}

fn put_in_place(partial: &Path, folder: &Path) -> Result<()> {
    // Only a folder that failed its check is replaced: `install` is not called for a good one.
    let _ = fs::remove_dir_all(folder);
    match fs::rename(partial, folder) {
        Err(error) if !folder.exists() => {
            fail(format!("{} could not be renamed into place: {error}", partial.display()))
        }
        _ => Ok(()),
    }
}

/// Removes what installs that were killed more than a day ago have left.
fn sweep(tools: &Path) {
    let Ok(entries) = fs::read_dir(tools) else { return };
    for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().contains(".partial-")) {
        let modified =
            entry.metadata().and_then(|facts| facts.modified()).unwrap_or_else(|_| SystemTime::now());
        if modified.elapsed().is_ok_and(|age| age > ABANDONED_AFTER) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
