//! How heavy the built site is, file by file, raw and as it travels.

use crate::failure::{Result, While, fail};
use crate::house;
use std::fmt;
use std::fs;
use std::path::Path;

/// One file of the site.
pub struct Weight {
    pub name: String,
    pub raw_bytes: u64,
    pub brotli_bytes: u64,
}

/// Every file of dist/, heaviest first; a brotli twin is a property of its file.
pub fn weigh() -> Result<Vec<Weight>> {
    let mut weights = Vec::new();
    collect(&house::dist(), &mut weights)?;
    weights.sort_by(|a, b| b.brotli_bytes.cmp(&a.brotli_bytes).then_with(|| a.name.cmp(&b.name)));
    Ok(weights)
}

fn collect(folder: &Path, weights: &mut Vec<Weight>) -> Result<()> {
    for entry in fs::read_dir(folder).doing(|| format!("could not list {}", folder.display()))?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, weights)?;
        } else if path.extension().is_none_or(|extension| extension != "br") {
            weights.push(weight_of(&path));
        }
    }
    Ok(())
}

fn weight_of(path: &Path) -> Weight {
    let bytes = |path: &Path| fs::metadata(path).map(|facts| facts.len());
    let raw_bytes = bytes(path).unwrap_or(0);
    let mut twin = path.as_os_str().to_owned();
    twin.push(".br");
    let name = path.strip_prefix(house::dist()).unwrap_or(path).to_string_lossy().into_owned();
    Weight { name, raw_bytes, brotli_bytes: bytes(Path::new(&twin)).unwrap_or(raw_bytes) }
}

/// The most that page and worker may need before the first drag: what has been reached, and 3 % more.
const MOST_FIRST_LOAD_BYTES: u64 = 680_000;

/// A line on what page and worker need before the first drag.
pub fn first_load() -> Result<impl fmt::Display> {
    let (bytes, files) = needed_first()?;
    Ok(format!("{:.1} KB of page and worker, brotli, in {files} files", bytes as f64 / 1000.0))
}

/// Keeps the first load from growing unseen.
pub fn first_load_is_light() -> Result<()> {
    let (bytes, _) = needed_first()?;
    if bytes > MOST_FIRST_LOAD_BYTES {
        return fail(format!(
            "page and worker take {bytes} bytes, brotli, and {MOST_FIRST_LOAD_BYTES} are the most that is allowed. \
             `cargo xtask bench` lists the files; make it smaller, or say in site/weight.rs why it has to be more."
        ));
    }
    Ok(())
}

/// The most that the comparison may take once it is opened: what has been reached, and 3 % more.
const MOST_COMPARER_BYTES: u64 = 300_000;

/// Whether a file is fetched only when the comparison is opened.
fn is_of_comparer(weight: &Weight) -> bool {
    weight.name.starts_with("comparer")
}

/// Keeps what is fetched for the comparison from growing unseen.
pub fn comparer_is_light() -> Result<()> {
    let weights = weigh()?;
    let bytes: u64 =
        weights.iter().filter(|weight| is_of_comparer(weight)).map(|weight| weight.brotli_bytes).sum();
    match bytes {
        0 => fail(
            "the site has no comparer.js and no comparer_bg.wasm: index.html should name the bin comparer.",
        ),
        1..=MOST_COMPARER_BYTES => Ok(()),
        _ => fail(format!(
            "the comparison takes {bytes} bytes, brotli, and {MOST_COMPARER_BYTES} are the most that is allowed. \
             Make it smaller, or say in site/weight.rs why it has to be more."
        )),
    }
}

/// Fetched when the page is at work already, or by other pages: to keep the site, and to hold it in a frame.
const FETCHED_LATER: [&str; 4] = ["sw.js", "offline.js", "embed.js", "embedded.js"];

/// Bytes and number of the files that a first load asks for: one page of those that were baked.
fn needed_first() -> Result<(u64, usize)> {
    let is_first = |name: &str| {
        let is_code = [".js", ".wasm", ".css"].iter().any(|end| name.ends_with(end));
        name == "index.html" || is_code && !FETCHED_LATER.contains(&name)
    };
    let needed = |weight: &Weight| is_first(&weight.name) && !is_of_comparer(weight);
    let weights: Vec<_> = weigh()?.into_iter().filter(needed).collect();
    Ok((weights.iter().map(|weight| weight.brotli_bytes).sum(), weights.len()))
}
