//! Bad input at the one door: what is wrong, where, and what would be right, all at once.

use burstlab_engine::scenario::{Problem, Scenario, presets};

/// Each place with a word of its message, in the order in which the problems are told.
fn assert_problems(result: Result<Scenario, Vec<Problem>>, expected: &[(&str, &str)], text: &str) {
    let problems = result.expect_err(text);
    let places: Vec<_> = problems.iter().map(|problem| problem.place.as_str()).collect();
    let expected_places: Vec<_> = expected.iter().map(|(place, _)| *place).collect();
    assert_eq!(places, expected_places, "{text}: {problems:?}");
    for (problem, (place, word)) in problems.iter().zip(expected) {
        assert!(problem.message.contains(word), "{place}: {:?} should say {word:?}", problem.message);
        assert!(problem.message.ends_with('.'), "{:?} is a sentence", problem.message);
    }
}

#[test]
fn documents_are_refused_with_all_their_problems() {
    let table: &[(&str, &[(&str, &str)])] = &[
        (r#"{"memory_mb": 127}"#, &[("memory_mb", "128 to 10240 megabytes")]),
        (r#"{"memory_mb": 10241}"#, &[("memory_mb", "128 to 10240")]),
        (r#"{"memory_mb": 512.5}"#, &[("memory_mb", "whole number")]),
        (r#"{"memory_mb": "much"}"#, &[("memory_mb", "\"much\" should be a whole number")]),
        (r#"{"curve": [[9, -1]]}"#, &[("curve[0]", "rate -1 should be 0 to 20000 requests per second")]),
        (
            r#"{"curve": [[9, 1], ["x", "y"], [25, 1]]}"#,
            &[("curve[1]", "two numbers"), ("curve[2]", "hour 25")],
        ),
        (r#"{"curve": "high"}"#, &[("curve", "list of [hour, rate]")]),
        (r#"{"curve": []}"#, &[("curve", "at least one point")]),
        (r#"{"spikes": [[9, 1.5]]}"#, &[("spikes[0]", "whole number from 0 to 1000000")]),
        (r#"{"spikes": [[9, 2000000]]}"#, &[("spikes[0]", "1000000")]),
        (r#"{"situation": "moon"}"#, &[("situation", "choose one of notifications")]),
        (r#"{"runtime": "cobol"}"#, &[("runtime", "one of")]),
        (r#"{"memory": 512}"#, &[("memory", "did you mean memory_mb?")]),
        (r#"{"seed": -1}"#, &[("seed", "whole number")]),
        (r#"{"version": 2}"#, &[("version", "reads version 1")]),
        ("[1, 2]", &[("scenario", "an object")]),
        ("{", &[("scenario", "is not JSON")]),
        (
            r#"{"memory_mb": 127, "provisioned": 901, "curve": [[9, -1]], "queue": "maybe"}"#,
            &[("curve[0]", "rate"), ("memory_mb", "128"), ("provisioned", "900"), ("queue", "off, on")],
        ),
    ];
    for (text, expected) in table {
        assert_problems(Scenario::parse(text), expected, text);
    }
}

#[test]
fn a_million_points_are_refused_by_their_number() {
    let points = vec!["[1,1]"; 1_000_000].join(",");
    let text = format!(r#"{{"curve": [{points}]}}"#);
    assert_problems(Scenario::parse(&text), &[("curve", "1000000 entries; 200 at most")], "a million points");
}

#[test]
fn links_are_refused_with_all_their_problems() {
    let table: &[(&str, &[(&str, &str)])] = &[
        ("v=1&situation=notifications&memory_mb=127", &[("memory_mb", "128")]),
        ("v=9&memory_mb=abc", &[("memory_mb", "\"abc\""), ("version", "reads version 1")]),
        ("v=1&curve=6:1,oops,9:2:3", &[("curve[1]", "two numbers"), ("curve[2]", "two numbers")]),
        ("v=1&curve=6:-4&spikes=30:5", &[("curve[0]", "rate -4"), ("spikes[0]", "hour 30")]),
        ("utm_source=mail", &[("utm_source", "not a known setting")]),
    ];
    for (text, expected) in table {
        assert_problems(Scenario::from_link(text), expected, text);
    }
}

#[test]
fn an_empty_link_is_the_default_and_an_escaped_one_is_read() {
    let default = Scenario::from_link("#").expect("nothing to refuse");
    assert_eq!(default, presets()[0].scenario);
    let escaped =
        Scenario::from_link("#v=1&situation=batch-2000&curve=6%3A1%2C9%3A2.5").expect("escapes are undone");
    assert_eq!(escaped.traffic.curve.points().len(), 2);
}
