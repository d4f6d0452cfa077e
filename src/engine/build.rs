//! Transcodes the catalog's TOML to one JSON text, knowing no type: facts stay readable for people,
//! and the binary carries no TOML reader.

use std::{env, fs, path::Path};

use serde_json::{Map, Value};

fn main() {
    println!("cargo::rerun-if-changed=catalog");
    let catalog = Value::Object(folder(Path::new("catalog")));
    let target = Path::new(&env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("catalog.json");
    fs::write(&target, catalog.to_string()).expect("OUT_DIR is writable");
}

/// A folder becomes an object: sub-folders and TOML files by name, in alphabetical order.
fn folder(path: &Path) -> Map<String, Value> {
    let mut entries: Vec<_> = fs::read_dir(path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .map(|entry| entry.expect("a readable catalog entry").path())
        .collect();
    entries.sort();
    entries.iter().filter_map(|entry| named_value(entry)).collect()
}

fn named_value(path: &Path) -> Option<(String, Value)> {
    let name = path.file_stem()?.to_str()?.to_owned();
    if path.is_dir() {
        return Some((name, Value::Object(folder(path))));
    }
    (path.extension()? == "toml").then(|| (name, file(path)))
}

fn file(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
