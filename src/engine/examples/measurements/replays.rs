//! Replays of real request logs, where they are at hand.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    entry::{Entry, Tolerance},
    keep_alive, log,
    report::{Outcome, Row},
};

/// Whether the entry names a log and its cold starts.
pub fn fits(entry: &Entry) -> bool {
    entry.given("file").is_some() && entry.output("coldStarts").is_some()
}

/// The log's arrivals and durations under the policy of its month.
pub fn check(entry: &Entry, data: Option<&Path>) -> Outcome {
    let name = entry.text("file");
    let folder = data.ok_or("its log is read from the folder of --data, which was not given")?;
    let path = find(folder, name).ok_or_else(|| format!("{name} is not below {}", folder.display()))?;
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let requests = log::read(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let simulated = log::cold_starts(&requests, keep_alive::of_month(entry.month()));
    let tolerance = entry.tolerance(Tolerance { share: 0.1, absolute: 2.0, ..Tolerance::default() });
    let measured = entry.output("coldStarts").unwrap_or_default();
    Ok(vec![Row::near_by("cold starts", measured, simulated as f64, tolerance, 0.0)])
}

/// A file of this name below a folder.
pub fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let mut entries: Vec<_> = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    let named = |path: &&PathBuf| path.file_name().is_some_and(|file| file == name);
    let here = entries.iter().find(named).cloned();
    here.or_else(|| entries.iter().filter(|path| path.is_dir()).find_map(|path| find(path, name)))
}
