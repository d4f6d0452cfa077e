//! Packs the catalog's TOML into bytes, knowing no type: facts stay readable for people, and the binary carries
//! no reader of TOML.
//!
//! A value is a byte for its kind, its content, and a mark where it ends: `{` keys and values in turn, to `}`; `[` values,
//! to `]`; `"` text and `#` a number in decimals, to a zero; `+` and `-` are flags. `facts/fact.rs` reads it. It travels in
//! fewer bytes than with lengths, because what is alike looks alike (2 KB of 10, brotli).

use std::{env, fs, path::Path};

use toml::Value;

fn main() {
    println!("cargo::rerun-if-changed=catalog");
    let target = Path::new(&env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("catalog");
    fs::write(&target, folder(Path::new("catalog"))).expect("OUT_DIR is writable");
}

/// A folder becomes a table: sub-folders and TOML files by name, in alphabetical order.
fn folder(path: &Path) -> Vec<u8> {
    let mut entries: Vec<_> = fs::read_dir(path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .map(|entry| entry.expect("a readable catalog entry").path())
        .collect();
    entries.sort();
    table(entries.iter().filter_map(|entry| named_value(entry)))
}

fn named_value(path: &Path) -> Option<(String, Vec<u8>)> {
    let name = path.file_stem()?.to_str()?.to_owned();
    if path.is_dir() {
        return Some((name, folder(path)));
    }
    (path.extension()? == "toml").then(|| (name, file(path)))
}

fn file(path: &Path) -> Vec<u8> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    packed(toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

fn packed(value: Value) -> Vec<u8> {
    match value {
        Value::Table(entries) => table(entries.into_iter().map(|(key, value)| (key, packed(value)))),
        Value::Array(values) => between(b'[', values.into_iter().flat_map(packed).collect(), b']'),
        Value::String(text) => words(text),
        Value::Boolean(flag) => vec![if flag { b'+' } else { b'-' }],
        Value::Integer(number) => decimal(number.to_string()),
        Value::Float(number) => decimal(number.to_string()),
        Value::Datetime(_) => panic!("a date stands in quotes, because some are only a year"),
    }
}

fn table(entries: impl Iterator<Item = (String, Vec<u8>)>) -> Vec<u8> {
    between(b'{', entries.flat_map(|(key, value)| [words(key), value].concat()).collect(), b'}')
}

fn words(text: String) -> Vec<u8> {
    between(b'"', text.into_bytes(), 0)
}

/// Digits and places bring back the number itself as long as both are exact as floating-point numbers.
fn decimal(number: String) -> Vec<u8> {
    let places = number.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let digits = number.replace(['.', '-'], "").trim_start_matches('0').len();
    assert!(digits <= 15 && places <= 22, "{number} has too many digits");
    between(b'#', number.into_bytes(), 0)
}

fn between(kind: u8, content: Vec<u8>, end: u8) -> Vec<u8> {
    assert!(!content.contains(&0) || end != 0, "text has no zeros");
    [vec![kind], content, vec![end]].concat()
}
