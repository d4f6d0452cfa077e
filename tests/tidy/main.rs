//! The house rules that a compiler does not know: floors use only floors below them, functions fit the
//! screen, the engine is blind to the machine, and pages do not leak into what they show.
//!
//! Each rule is a function from one file's code to the problems in it, read as text: comments and the
//! insides of strings are blanked first. The last test shows that every rule can fail.

mod text;

use std::{fs, path::Path};

use text::{code_only, group, has_word, is_word, names_below};

/// Problems that a rule finds in one file, named by its path in the repository.
type Rule = fn(path: &str, code: &str) -> Vec<String>;

/// The engine's floors from the bottom up. Floors in one row are blind to each other.
const ENGINE: &[&[&str]] = &[
    &["units"],
    &["facts"],
    &["random"],
    &["metrics", "theory"],
    &["traffic"],
    &["workload"],
    &["fleet", "servers", "pricing"],
    &["scenario"],
    &["bench"],
];

/// All that pricing may know: a bill is made from what was used, not from how.
const PRICING_MAY_USE: [&str; 3] = ["units", "facts", "metrics"];

/// The app's floors from the bottom up.
const APP: &[&[&str]] = &[
    &["view", "history", "protocol", "comparison"],
    &["chart", "editor", "roster"],
    &["link"],
    &["session"],
    &["ui"],
];

/// The only places that may name the page or its framework.
const PAGE: [&str; 6] =
    ["src/ui/", "src/session/", "src/link/", "src/main.rs", "src/worker.rs", "src/comparer.rs"];
const PAGE_CRATES: [&str; 5] = ["web_sys", "js_sys", "wasm_bindgen", "gloo_timers", "leptos"];

/// What the engine must not know of the machine that it runs on.
const MACHINE: [&str; 6] = ["time", "thread", "fs", "net", "env", "process"];

/// A function longer than this does not fit a screen.
const MOST_LINES: usize = 70;

#[test]
fn each_floor_uses_only_floors_below() {
    holds(layers);
}

#[test]
fn every_function_fits_the_screen() {
    holds(short_functions);
}

#[test]
fn nothing_is_left_half_done() {
    holds(finished);
}

#[test]
fn the_engine_knows_no_machine() {
    holds(blind_engine);
}

#[test]
fn only_the_page_knows_the_page() {
    holds(pure_below_the_page);
}

/// Finds uses of floors that are not below the file's own.
fn layers(path: &str, code: &str) -> Vec<String> {
    let (floors, inside) = match (of_engine(path), of_app(path)) {
        (Some(inside), _) => (ENGINE, inside),
        (None, Some(inside)) => (APP, inside),
        (None, None) => return Vec::new(),
    };
    let own = inside.split(['/', '.']).next().unwrap_or_default();
    let height_of = |name: &str| floors.iter().position(|row| row.contains(&name));
    let Some(height) = height_of(own) else {
        return vec![format!("{path} is on no floor: give it one in tests/tidy and ARCHITECTURE.md")];
    };
    let used = ["crate", "super"].iter().flat_map(|root| names_below(code, root));
    used.filter(|name| *name != own)
        .filter(|name| height_of(name).is_some_and(|used| used >= height || !may_use(own, name)))
        .map(|name| format!("{path} uses {name}, which is not below {own}"))
        .collect()
}

/// A file of the engine's floors, by its path below `src/engine/`.
fn of_engine(path: &str) -> Option<&str> {
    let outside = ["lib.rs", "build.rs", "tests/", "benches/", "examples/"];
    path.strip_prefix("src/engine/").filter(|inside| !outside.iter().any(|part| inside.starts_with(part)))
}

/// A file of the app's floors, by its path below `src/`.
fn of_app(path: &str) -> Option<&str> {
    let outside = ["lib.rs", "main.rs", "worker.rs", "comparer.rs", "engine/"];
    path.strip_prefix("src/").filter(|inside| !outside.iter().any(|part| inside.starts_with(part)))
}

/// What stands besides the order of floors.
fn may_use(own: &str, used: &str) -> bool {
    own != "pricing" || PRICING_MAY_USE.contains(&used)
}

/// Finds functions that are longer than a screen.
fn short_functions(path: &str, code: &str) -> Vec<String> {
    let starts = code.match_indices("fn ").filter(|(at, _)| !code[..*at].ends_with(is_word));
    starts
        .filter_map(|(at, _)| {
            let lines = 1 + body(&code[at..])?.matches('\n').count();
            let name = code[at + 3..].split(|c| !is_word(c)).next().unwrap_or_default();
            (lines > MOST_LINES).then(|| format!("{path}: {name} has {lines} lines"))
        })
        .collect()
}

/// A function from its first word to its closing brace; none where it has no body.
fn body(function: &str) -> Option<&str> {
    let mut depth = 0;
    let open = function.find(|c| {
        // `[f64; 3]` in a signature is no end of it.
        depth += i32::from("([".contains(c)) - i32::from(")]".contains(c));
        depth == 0 && "{;".contains(c)
    })?;
    function[open..].starts_with('{').then(|| &function[..open + group(&function[open..]).len()])
}

/// Finds what a compiler accepts but nobody should keep.
fn finished(path: &str, code: &str) -> Vec<String> {
    let left = ["todo!", "unimplemented!", "dbg!"].into_iter().filter(|word| has_word(code, word));
    left.map(|word| format!("{path} still has {word}")).collect()
}

/// Finds clocks, threads, files and pages in the engine.
fn blind_engine(path: &str, code: &str) -> Vec<String> {
    if of_engine(path).is_none() {
        return Vec::new();
    }
    let machine =
        names_below(code, "std").filter(|name| MACHINE.contains(name)).map(|name| format!("std::{name}"));
    let page = PAGE_CRATES.into_iter().filter(|name| has_word(code, name)).map(str::to_owned);
    machine.chain(page).map(|name| format!("{path} names {name}")).collect()
}

/// Finds the page in what should draw and reckon without it.
fn pure_below_the_page(path: &str, code: &str) -> Vec<String> {
    if !path.starts_with("src/") || PAGE.iter().any(|place| path.starts_with(place)) {
        return Vec::new();
    }
    let named = PAGE_CRATES.into_iter().filter(|name| has_word(code, name));
    named.map(|name| format!("{path} names {name}")).collect()
}

/// Fails with every problem that a rule finds in the house.
fn holds(rule: Rule) {
    let mut files = Vec::new();
    for folder in ["src", "tests", "xtask"] {
        collect(Path::new(env!("CARGO_MANIFEST_DIR")), folder, &mut files);
    }
    assert!(files.len() > 30, "the house is where it was: {} files", files.len());
    let problems: Vec<_> = files.iter().flat_map(|(path, source)| rule(path, &code_only(source))).collect();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// Adds every Rust file below a folder, in alphabetical order.
fn collect(house: &Path, folder: &str, files: &mut Vec<(String, String)>) {
    let entries = fs::read_dir(house.join(folder)).expect("a readable folder");
    let mut names: Vec<_> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    for name in names.iter().filter(|name| *name != "node_modules" && *name != "target") {
        let path = format!("{folder}/{name}");
        if house.join(&path).is_dir() {
            collect(house, &path, files);
        } else if name.ends_with(".rs") {
            let source = fs::read_to_string(house.join(&path)).expect("a readable file");
            files.push((path, source));
        }
    }
}

#[test]
fn every_rule_tells_good_code_from_bad() {
    let long = |lines: usize| format!("fn long() {{\n{}}}", "x();\n".repeat(lines - 2));
    let layers: Rule = layers;
    for (rule, path, source, bad) in [
        (layers, "src/engine/fleet/a.rs", "use crate::traffic::Curve;", false),
        (layers, "src/engine/fleet/a.rs", "use super::queue; use crate::fleet::b;", false),
        (layers, "src/engine/fleet/a.rs", "use crate::{units::{Usd, Seconds}, pricing};", true),
        (layers, "src/engine/fleet/a.rs", "fn a() -> super::super::pricing::Bill {}", true),
        (
            layers,
            "src/engine/fleet/a.rs",
            "// crate::pricing is not for us\nlet a = \"crate::pricing\";",
            false,
        ),
        (layers, "src/engine/pricing/a.rs", "use crate::{facts, metrics::Usage};", false),
        (layers, "src/engine/pricing/a.rs", "use crate::workload::Function;", true),
        (layers, "src/engine/units/a.rs", "use crate::facts;", true),
        (layers, "src/engine/facts.rs", "use crate::scenario::Scenario;", true),
        (layers, "src/engine/attic/a.rs", "", true),
        (layers, "src/view/a.rs", "use crate::chart::Scale;", true),
        (layers, "src/chart/a.rs", "use crate::editor::Scale;", true),
        (layers, "src/ui/a.rs", "use crate::{chart::Scale, session};", false),
        (short_functions, "src/a.rs", &long(MOST_LINES), false),
        (short_functions, "src/a.rs", &long(MOST_LINES + 1), true),
        (short_functions, "src/a.rs", &long(99).replace("()", "() -> [u8; 3]"), true),
        (short_functions, "src/a.rs", &format!("trait A {{ fn a();\n }}\n{}", "\n".repeat(99)), false),
        (short_functions, "src/a.rs", &format!("fn a() {{ '{{'; }}\n{}fn b() {{ }}", "\n".repeat(99)), false),
        (finished, "src/a.rs", "fn a() { todo!() }", true),
        (finished, "src/a.rs", "fn a() { dbg!(3); }", true),
        (finished, "src/a.rs", "fn a() { unimplemented!() }", true),
        (finished, "src/a.rs", "/* todo!() */ fn a() { r#\"dbg!(\"#; }", false),
        (blind_engine, "src/engine/fleet/a.rs", "let now = std::time::Instant::now();", true),
        (blind_engine, "src/engine/fleet/a.rs", "use std::{cell::Cell, thread};", true),
        (blind_engine, "src/engine/fleet/a.rs", "use web_sys::window;", true),
        (blind_engine, "src/engine/fleet/a.rs", "use std::collections::BTreeMap; // not std::time", false),
        (blind_engine, "src/engine/build.rs", "use std::fs;", false),
        (pure_below_the_page, "src/chart/a.rs", "use leptos::prelude::*;", true),
        (pure_below_the_page, "src/view/a.rs", "fn a(event: &web_sys::Event) {}", true),
        (pure_below_the_page, "src/chart/a.rs", "let my_leptos = 'l';", false),
        (pure_below_the_page, "src/ui/a.rs", "use leptos::prelude::*;", false),
    ] {
        let problems = rule(path, &code_only(source));
        assert_eq!(!problems.is_empty(), bad, "{path}: {source}\n{problems:?}");
    }
}
