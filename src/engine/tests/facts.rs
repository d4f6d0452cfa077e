//! Every number from the outside world says where it comes from, when it held, and whether the provider
//! said so itself.
//!
//! The catalog is read here as text, before any type has looked at it: a table that no type reads yet is
//! checked as well.

use std::{fs, path::Path};

use burstlab_engine::{
    pricing::DAYS_PER_MONTH,
    scenario::{Scenario, preset, preset_groups, presets},
};
use toml::{Table, Value};

/// Folders of the catalog whose numbers are settings of a scene, not facts.
const SCENES: [&str; 2] = ["presets", "stories"];

/// Numbers that say how to read the numbers beside them: "dollars per million".
const UNITS: [&str; 1] = ["per"];

#[test]
fn every_fact_has_a_source_a_date_and_a_word_on_its_standing() {
    let mut problems = Vec::new();
    for (place, table) in files() {
        if !SCENES.iter().any(|folder| place.starts_with(folder)) {
            check_facts(&place, &table, &mut problems);
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_price_is_positive_and_tiers_ascend() {
    let mut problems = Vec::new();
    for (place, table) in files() {
        check_prices(&place, &table, &mut problems);
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_preset_has_words_a_source_and_a_place_of_its_own() {
    let presets: Vec<_> = files().into_iter().filter(|(place, _)| place.starts_with("presets")).collect();
    let mut ranks: Vec<_> = presets.iter().map(|(_, preset)| preset["rank"].as_integer()).collect();
    ranks.sort_unstable();
    let expected: Vec<_> = (1..=presets.len() as i64).map(Some).collect();
    assert_eq!(ranks, expected, "ranks count from one without a gap");
    for (place, preset) in presets {
        for key in ["title", "story", "source"] {
            assert!(preset[key].as_str().is_some_and(|text| !text.is_empty()), "{place} has no {key}");
        }
    }
}

#[test]
fn presets_hold_the_traffic_that_their_reports_tell_of() {
    // The shop's 81,500 a day and 15,000 in the fullest hour; for the rest what the words say.
    for (key, requests_per_day, peak_per_second) in [
        ("notifications", 81_500.0, 15_000.0 / 3_600.0),
        ("batch-2000", 2_000.0, 0.0),
        ("steady-1000", 86_400_000.0, 1_000.0),
        ("ramp-1000", 360_000.0, 1_000.0),
        ("mvp", 3e6 / DAYS_PER_MONTH, 2.34),
        ("webhook", 1e6 / DAYS_PER_MONTH, 0.798),
        ("streams", 86_400.0, 1.0),
        ("documents", 10.0 * 1_440.0 + 3.0 * 1_000.0, 10.0 / 60.0),
        ("statements", 100_000.0, 0.0),
        ("cold-package", 2_790.0 + 11.0 * 30.0, 0.1),
        ("cold-runtime", 358.0, 0.0082),
        ("warm-ten", 7_010.0 + 12.0 * 10.0, 0.276),
        ("right-size", 20.0 * 86_400.0, 34.7),
        ("bill-shock", 10.2 * 20.0 * 3_600.0 + 306.0 * 3.95 * 3_600.0, 306.0),
        ("crossover-256", 97.3e6 / DAYS_PER_MONTH, 63.6),
        ("ten-million", 10e6 / DAYS_PER_MONTH, 5.93),
    ] {
        let traffic = &preset(key).unwrap_or_else(|| panic!("no preset {key}")).scenario.traffic;
        let requests = traffic.requests_per_day();
        let peak = traffic.rates().iter().map(|rate| rate.0).fold(0.0, f64::max);
        assert!((requests / requests_per_day - 1.0).abs() < 0.01, "{key}: {requests} requests a day");
        assert!((peak - peak_per_second).abs() <= 0.01 * peak_per_second, "{key}: {peak} a second");
    }
}

#[test]
fn every_preset_is_opened_by_its_name_alone_and_by_its_own_link() {
    for preset in presets() {
        for link in [format!("#v=1&situation={}", preset.key), preset.scenario.to_link()] {
            assert_eq!(Scenario::from_link(&link).as_ref(), Ok(&preset.scenario), "{link}");
        }
    }
}

#[test]
fn every_preset_stands_in_one_group_and_the_default_first() {
    let groups = preset_groups();
    let mut names: Vec<_> = groups.iter().map(|group| group.name).collect();
    assert_eq!(groups[0].presets[0].key, presets()[0].key);
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), groups.len(), "each name once: {names:?}");
    assert_eq!(groups.iter().map(|group| group.presets.len()).sum::<usize>(), presets().len());
}

/// Notes every table that holds numbers without saying where they come from.
fn check_facts(place: &str, table: &Table, problems: &mut Vec<String>) {
    for (key, value) in table {
        let place = format!("{place}.{key}");
        match value {
            Value::Table(inner) => check_facts(&place, inner, problems),
            Value::Array(items) => {
                for inner in items.iter().filter_map(Value::as_table) {
                    check_facts(&place, inner, problems);
                }
            }
            _ => {}
        }
        if is_fact(key, value) && !sources_of(table, key).any(is_source) {
            problems.push(format!("{place} has no source, as_of and verified"));
        }
        if key.ends_with("source") && value.as_table().is_some_and(|source| !is_source(source)) {
            problems.push(format!("{place} lacks a source, as_of or verified that can be believed"));
        }
    }
}

/// Whether this is a number from the outside world, or a list that holds one.
fn is_fact(key: &str, value: &Value) -> bool {
    let number = |value: &Value| value.is_integer() || value.is_float();
    let list = value.as_array().is_some_and(|items| items.iter().any(number));
    !UNITS.contains(&key) && (number(value) || list)
}

/// Where the source of a number may stand: beside it, or in a table named after its first word.
fn sources_of<'a>(table: &'a Table, key: &'a str) -> impl Iterator<Item = &'a Table> {
    let named = key.split('_').next().and_then(|word| table.get(&format!("{word}_source")));
    std::iter::once(table).chain(named.and_then(Value::as_table))
}

/// Whether a table names its publication, dates it, and does not call an assumption verified.
fn is_source(table: &Table) -> bool {
    let text = |key: &str| table.get(key).and_then(Value::as_str).unwrap_or_default();
    let verified = table.get("verified").and_then(Value::as_bool);
    let assumption = text("source").starts_with("assumption");
    !text("source").is_empty() && is_date(text("as_of")) && verified.is_some_and(|seen| !(seen && assumption))
}

/// A year, a month or a day: `2026`, `2026-08`, `2026-08-22`.
fn is_date(text: &str) -> bool {
    let pattern = "0000-00-00";
    [4, 7, 10].contains(&text.len())
        && text
            .chars()
            .zip(pattern.chars())
            .all(|(is, like)| if like == '0' { is.is_ascii_digit() } else { is == like })
}

/// Notes prices that are not positive, and tiers that do not ascend to an open end. A list of tables with
/// dollars in them is a list of tiers, whatever its name.
fn check_prices(place: &str, table: &Table, problems: &mut Vec<String>) {
    for (key, value) in table {
        let place = format!("{place}.{key}");
        let tiers: Vec<_> = value.as_array().into_iter().flatten().filter_map(Value::as_table).collect();
        let prices: Vec<_> = tiers.iter().filter_map(|tier| tier.get("usd")).collect();
        let whole = ascend(&tiers) && prices.len() == tiers.len();
        if !(prices.is_empty() || whole) {
            problems.push(format!("{place} do not ascend to an open end, each with its price"));
        }
        // One price of nothing says that the provider names no charge.
        let free_of_charge = matches!(prices[..], [only] if only.as_float() == Some(0.0));
        let positive = |price: &&Value| price.as_float().is_some_and(|usd| usd.is_finite() && usd > 0.0);
        if !free_of_charge && !prices.iter().all(positive) {
            problems.push(format!("{place} are no positive prices: {prices:?}"));
        }
        if key == "usd" && !value.is_float() {
            problems.push(format!("{place} is no price: {value}"));
        }
        for inner in value.as_table().into_iter().chain(tiers) {
            check_prices(&place, inner, problems);
        }
    }
}

fn ascend(tiers: &[&Table]) -> bool {
    let end = |tier: &&Table| tier.get("up_to").map_or(Some(f64::INFINITY), Value::as_float);
    let Some(ends) = tiers.iter().map(end).collect::<Option<Vec<_>>>() else { return false };
    ends.windows(2).all(|pair| pair[0] < pair[1])
        && ends.first().is_some_and(|&first| first > 0.0)
        && ends.last() == Some(&f64::INFINITY)
}

/// Every file of the catalog, named by its path in it.
fn files() -> Vec<(String, Table)> {
    let mut found = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog"), "", &mut found);
    found.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(found.len() > 10, "the catalog is where it was: {} files", found.len());
    found
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<(String, Table)>) {
    for entry in fs::read_dir(folder).expect("the catalog is readable") {
        let path = entry.expect("a catalog entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a plain name").to_owned();
        if path.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), found);
        } else if name.ends_with(".toml") {
            let text = fs::read_to_string(&path).expect("a readable file");
            let table = text.parse().unwrap_or_else(|error| panic!("{prefix}{name}: {error}"));
            found.push((format!("{prefix}{name}"), table));
        }
    }
}

/// The checks can fail: bad tables are found, good ones are left alone.
#[test]
fn the_checks_tell_good_tables_from_bad() {
    let facts: fn(&str, &Table, &mut Vec<String>) = check_facts;
    let prices: fn(&str, &Table, &mut Vec<String>) = check_prices;
    let sourced = "source = 'a page'\nas_of = '2026-08'\nverified = true";
    let tier = |up_to: &str, usd: &str| format!("[[tiers]]\n{up_to}\nusd = {usd}\n");
    for (check, text, bad) in [
        (facts, format!("limit = 3\n{sourced}"), false),
        (facts, format!("per = 1e6\n[a]\nlimit = 3\n{sourced}"), false),
        (facts, format!("init_ms = 3.0\n[init_source]\n{sourced}"), false),
        (facts, "limit = 3".into(), true),
        (facts, "limits = [3, 4]".into(), true),
        (facts, format!("limit = 3\n{}", sourced.replace("2026-08", "lately")), true),
        (facts, format!("limit = 3\n{}", sourced.replace("a page", "")), true),
        (facts, format!("limit = 3\n{}", sourced.replace("a page", "assumption")), true),
        (facts, format!("limit = 3\n{}", sourced.replace("verified = true", "")), true),
        (facts, format!("package_ms = 3.0\n[init_source]\n{sourced}"), true),
        (facts, "[init_source]\nsource = 'a page'".into(), true),
        (facts, "[[tiers]]\nusd = 1.0".into(), true),
        (prices, tier("up_to = 1.0", "2.0") + &tier("", "1.0"), false),
        (prices, tier("", "0.0"), false),
        (prices, tier("up_to = 1.0", "0.0") + &tier("", "1.0"), true),
        (prices, "[[tiers]]\nusd = 1.0\nup_to = 1.0\n[[tiers]]".into(), true),
        (prices, "[[prices.somewhere-1]]\nusd = -1.0".into(), true),
        (prices, "[[tiers]]\nusd = 'a dollar'".into(), true),
        (prices, tier("", "-1.0"), true),
        (prices, tier("up_to = 1.0", "1.0"), true),
        (prices, tier("up_to = 2.0", "2.0") + &tier("up_to = 1.0", "1.0") + &tier("", "1.0"), true),
        (prices, tier("", "2.0") + &tier("", "1.0"), true),
    ] {
        let mut problems = Vec::new();
        check("x", &text.parse().expect("a table"), &mut problems);
        assert_eq!(!problems.is_empty(), bad, "{text}\n{problems:?}");
    }
}
