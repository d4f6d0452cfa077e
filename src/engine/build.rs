//! Packs the catalog's TOML into bytes, knowing no type: facts stay readable for people, and the binary carries
//! no reader of TOML.
//!
//! A value is a byte for its kind, the length of its content, and the content: `{` keys and values in turn, `[`
//! values, `"` text, `?` a flag, `#` a number as places after the point and digits. Lengths and digits are in LEB128.
//! `facts/fact.rs` reads it.

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
        Value::Array(values) => content(b'[', values.into_iter().flat_map(packed).collect()),
        Value::String(text) => content(b'"', text.into_bytes()),
        Value::Boolean(flag) => content(b'?', vec![u8::from(flag)]),
        Value::Integer(number) => decimal(&number.to_string()),
        Value::Float(number) => decimal(&number.to_string()),
        Value::Datetime(_) => panic!("a date stands in quotes, because some are only a year"),
    }
}

fn table(entries: impl Iterator<Item = (String, Vec<u8>)>) -> Vec<u8> {
    content(
        b'{',
        entries.flat_map(|(key, value)| [content(b'"', key.into_bytes()), value].concat()).collect(),
    )
}

fn content(kind: u8, content: Vec<u8>) -> Vec<u8> {
    [vec![kind], leb128(content.len() as u64), content].concat()
}

/// Digits and places bring back the number itself as long as both are exact as floating-point numbers.
fn decimal(number: &str) -> Vec<u8> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits: i64 =
        format!("{whole}{fraction}").parse().unwrap_or_else(|error| panic!("{number}: {error}"));
    assert!(digits.unsigned_abs() < 1 << 53 && fraction.len() <= 22, "{number} has too many digits");
    content(b'#', [vec![fraction.len() as u8], leb128(digits as u64)].concat())
}

/// Groups of seven bits, the least first; all but the last are marked.
fn leb128(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}
