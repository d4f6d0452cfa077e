//! Noticing changes by looking: every half second at the times of a few hundred files, which costs nothing worth naming.

use crate::house;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

const WATCHED: [&str; 6] = ["src", "style", "public", "index.html", "Cargo.toml", "Trunk.toml"];
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);

/// The state of the watched files at one moment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Look(u64);

impl Look {
    pub fn now() -> Self {
        let mut hasher = DefaultHasher::new();
        for name in WATCHED {
            add(&house::root().join(name), &mut hasher);
        }
        Self(hasher.finish())
    }

    /// Waits until the files differ from this look and have come to rest: an editor saves many at once.
    pub fn until_changed(self) -> Self {
        let mut last = self;
        loop {
            sleep(BETWEEN_LOOKS);
            let now = Self::now();
            if now != self && now == last {
                return now;
            }
            last = now;
        }
    }
}

fn add(path: &Path, hasher: &mut DefaultHasher) {
    let Ok(facts) = fs::metadata(path) else { return };
    if facts.is_file() {
        path.hash(hasher);
        facts.len().hash(hasher);
        facts.modified().ok().hash(hasher);
        return;
    }
    let mut entries: Vec<_> =
        fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries.iter().for_each(|entry| add(entry, hasher));
}
