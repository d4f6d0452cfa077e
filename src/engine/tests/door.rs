//! Bad input at the one door: what is wrong, where, and what would be right, all at once.

use burstlab_engine::{
    scenario::{Problem, Scenario, knob, link_notes, presets},
    traffic::{Curve, Point, Spike},
    units::PerSecond,
};

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
        (
            r#"{"curve": [[3, "one", 2]], "spikes": [[9, null, 5]]}"#,
            &[("curve[0]", "two"), ("spikes[0]", "two")],
        ),
        (r#"{"curve": "high"}"#, &[("curve", "list of [hour, rate]")]),
        (r#"{"curve": []}"#, &[("curve", "at least one point")]),
        (r#"{"spikes": [[9, 1.5]]}"#, &[("spikes[0]", "whole number from 0 to 1000000")]),
        (r#"{"spikes": [[9, 2000000]]}"#, &[("spikes[0]", "1000000")]),
        (r#"{"series": [1, 2]}"#, &[("series", "\"every_s\": 60")]),
        (
            r#"{"series": {"every_s": 7, "requests": [1]}}"#,
            &[("series.every_s", "7 should be a whole number of")],
        ),
        (r#"{"series": {"every_s": 60}}"#, &[("series.requests", "list of counts")]),
        (
            r#"{"series": {"step": 60, "every_s": 60, "requests": [1, -1, "x", 1200001]}, "instants": "early"}"#,
            &[
                ("instants", "list of seconds"),
                ("series.step", "every_s and requests"),
                ("series.requests[1]", "-1 should be a number from 0 to 1200000, 20000 a second"),
                ("series.requests[2]", "\"x\""),
                ("series.requests[3]", "1200001"),
            ],
        ),
        (
            r#"{"series": {"every_s": 43200, "requests": [1, 2, 3]}}"#,
            &[("series.requests", "has 3 entries; a day has 2 steps of 43200 s")],
        ),
        (
            r#"{"instants": [0, 86400, -0.5, null]}"#,
            &[("instants[1]", "less than 86400"), ("instants[2]", "-0.5"), ("instants[3]", "null")],
        ),
        (
            r#"{"growth": 101, "job_every_min": 1.5}"#,
            &[("growth", "0.1 to 100"), ("job_every_min", "whole number")],
        ),
        (r#"{"situation": "moon"}"#, &[("situation", "choose one of notifications")]),
        (r#"{"runtime": "cobol"}"#, &[("runtime", "one of")]),
        (r#"{"memory": 512}"#, &[("memory", "did you mean memory_mb?")]),
        (r#"{"seed": -1}"#, &[("seed", "whole number")]),
        (r#"{"version": 2}"#, &[("version", "reads version 1")]),
        (r#"{"batch_size": 500}"#, &[("batch_size", "at most 10"), ("batch_window_s", "at least 1")]),
        (
            r#"{"batch_window_s": 0.5, "batch_size": 11}"#,
            &[("batch_size", "less than 1 seconds"), ("batch_window_s", "more than 10 messages")],
        ),
        (r#"{"batch_size": 10001}"#, &[("batch_size", "1 to 10000")]),
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
fn prices_that_are_none_are_refused_one_by_one() {
    let table: &[(&str, &[(&str, &str)])] = &[
        (r#"{"rates": 0.2}"#, &[("rates", "prices by meter")]),
        (
            r#"{"rates": {"lambda.request": 1, "sqs.stnd": 1, "moon": 1, "xray.recorded": -1, "s3.reads": "x"}}"#,
            &[
                ("rates.lambda.request", "did you mean lambda.requests?"),
                ("rates.moon", "nothing that is charged for."),
                ("rates.s3.reads", "\"x\" should be a number"),
                ("rates.sqs.stnd", "did you mean sqs.standard?"),
                (
                    "rates.xray.recorded",
                    "-1 should be a number from 0 to 1000000, in dollars per million traces",
                ),
            ],
        ),
    ];
    for (text, expected) in table {
        assert_problems(Scenario::parse(text), expected, text);
    }
}

#[test]
fn large_batches_and_their_window_fit_whichever_is_set_last() {
    for (settings, batch_size, window) in [
        (&[("batch_size", 500.0)][..], 500.0, 1.0),
        (&[("batch_window_s", 5.0), ("batch_size", 500.0)], 500.0, 5.0),
        (&[("batch_size", 500.0), ("batch_window_s", 0.5)], 10.0, 0.5),
        (&[("batch_size", 10.0), ("batch_window_s", 0.0)], 10.0, 0.0),
    ] {
        let scenario = with_knobs(presets()[0].scenario.clone(), settings);
        let value = |key| knob(key).expect("a knob of this name").get(&scenario);
        assert_eq!([value("batch_size"), value("batch_window_s")], [batch_size, window], "{settings:?}");
        assert_eq!(Scenario::from_link(&scenario.to_link()), Ok(scenario.clone()), "{settings:?}");
        assert_eq!(Scenario::parse(&scenario.to_json()), Ok(scenario), "{settings:?}");
    }
}

#[test]
fn a_million_points_are_refused_by_their_number() {
    let points = vec!["[1,1]"; 1_000_000].join(",");
    let text = format!(r#"{{"curve": [{points}]}}"#);
    assert_problems(Scenario::parse(&text), &[("curve", "1000000 entries; 200 at most")], "a million points");
}

#[test]
fn of_very_many_problems_the_first_are_told_and_the_rest_is_counted() {
    let negative = vec!["-1"; 86_400].join(",");
    let problems = Scenario::parse(&format!(r#"{{"series": {{"every_s": 1, "requests": [{negative}]}}}}"#))
        .expect_err("negative counts");
    assert_eq!(problems.len(), 21, "{problems:?}");
    assert!(problems[20].message.starts_with("has 86380 more entries"), "{}", problems[20]);
    for (text, place, word) in [
        (format!(r#"{{"instants": [{}]}}"#, vec!["1"; 1_000_001].join(",")), "instants", "1000000 at most"),
        (
            format!(r#"{{"series": {{"every_s": 1, "requests": [{negative},1]}}}}"#),
            "series.requests",
            "86400 steps of 1 s",
        ),
    ] {
        assert_problems(Scenario::parse(&text), &[(place, word)], place);
    }
}

#[test]
fn imported_traffic_comes_and_goes_with_documents_and_links() {
    let text = r#"{"situation": "notifications", "series": {"every_s": 300, "requests": [5, 5, 5, 0.5]},
        "instants": [86399.5, 0, 7.25, 7.25]}"#;
    let scenario = Scenario::parse(text).expect("a good document");
    assert_eq!(scenario.traffic.instants[..], [0.0, 7.25, 7.25, 86_399.5], "in order");
    let link = scenario.to_link();
    assert!(link.contains("&series=300:5*3,0.5&instants=ms:0,7250,0,86392250&"), "{link}");
    assert_eq!(Scenario::from_link(&link).as_ref(), Ok(&scenario));
    assert_eq!(Scenario::parse(&scenario.to_json()).as_ref(), Ok(&scenario));
    let without = Scenario::from_link(&format!("{link}&series=&instants=")).expect("a good link");
    assert_eq!(without, presets()[0].scenario);
}

#[test]
fn a_day_of_a_log_is_cheap_to_copy_and_its_link_reads_back() {
    let instants: Vec<_> =
        (0..100_000).map(|index| format!("{}", f64::from(index * 7 % 86_400) / 1.6)).collect();
    let counts: Vec<_> = (0..86_400).map(|index| (index % 97).to_string()).collect();
    let text = format!(
        r#"{{"series": {{"every_s": 1, "requests": [{}]}}, "instants": [{}]}}"#,
        counts.join(","),
        instants.join(",")
    );
    let scenario = Scenario::parse(&text).expect("a good document");
    let copy = scenario.clone();
    assert!(std::ptr::eq(&copy.traffic.instants[..], &scenario.traffic.instants[..]), "shared, not copied");
    assert_eq!(Scenario::from_link(&scenario.to_link()), Ok(copy));
}

#[test]
fn links_are_refused_with_all_their_problems() {
    let table: &[(&str, &[(&str, &str)])] = &[
        ("v=1&situation=notifications&memory_mb=127", &[("memory_mb", "128")]),
        ("v=9&memory_mb=abc", &[("memory_mb", "\"abc\""), ("version", "reads version 1")]),
        ("v=1&curve=3:1;12:2", &[("curve[0]", "two numbers")]),
        ("v=1&curve=6:1,oops,9:2:3", &[("curve[1]", "two numbers"), ("curve[2]", "two numbers")]),
        ("v=1&curve=6:-4&spikes=30:5", &[("curve[0]", "rate -4"), ("spikes[0]", "hour 30")]),
        (
            "v=1&curve=0..24:1&spikes=3..5:x",
            &[
                ("curve[0]", "two numbers"),
                ("spikes[0]", "two numbers"),
                ("spikes[1]", "two numbers"),
                ("spikes[2]", "two numbers"),
            ],
        ),
        (
            "v=1&series=300:1,x*2,-1&instants=ms:5,-9",
            &[
                ("instants[1]", "-0.004"),
                ("series.requests[1]", "\"x\""),
                ("series.requests[2]", "\"x\""),
                ("series.requests[3]", "-1"),
            ],
        ),
        ("v=1&series=300", &[("series", "\"300\" should be an object")]),
        ("v=1&rates=s3.reads,alb.hours:x", &[("rates.alb.hours", "\"x\""), ("rates.s3.reads", "\"\"")]),
        ("v=1&model=new&prices=2026-13", &[("model", "a version"), ("prices", "a date")]),
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

/// A person's own day: so many points and spikes with the digits that a pointer leaves, on five minutes.
fn dragged(scenario: &Scenario, points: u32, spikes: u32) -> Scenario {
    let hour = |index: u32, of: u32| (f64::from(index * 288 / of) / 12.0 * 1e4).round() / 1e4;
    let point = |index| Point { hour: hour(index, points), rate: PerSecond(1.237 + f64::from(index) * 1.5) };
    let spike = |index| Spike { hour: hour(2 * index + 1, 2 * spikes), requests: 1_200 + 100 * index };
    scenario
        .clone()
        .with_curve(Curve::new((0..points).map(point).collect()))
        .with_spikes((0..spikes).map(spike).collect())
}

fn with_knobs(mut scenario: Scenario, values: &[(&str, f64)]) -> Scenario {
    for (key, value) in values {
        knob(key).expect("a knob of this name").set(&mut scenario, *value);
    }
    scenario
}

const SIX_KNOBS: [(&str, f64); 6] = [
    ("memory_mb", 1_792.0),
    ("provisioned", 25.0),
    ("waiting_ms", 135.0),
    ("computing_ms", 42.5),
    ("keep_alive_s", 420.0),
    ("concurrency_limit", 2_500.0),
];

#[test]
fn typical_links_have_at_most_400_characters_and_read_back() {
    for preset in presets() {
        let untouched = &preset.scenario;
        let mut one_more = untouched.traffic.spikes.clone();
        one_more.push(Spike { hour: 12.5, requests: 750 });
        for scenario in [
            untouched.clone(),
            with_knobs(untouched.clone(), &SIX_KNOBS[..3]),
            with_knobs(untouched.clone().with_spikes(one_more), &SIX_KNOBS),
            with_knobs(dragged(untouched, 12, 6), &SIX_KNOBS),
            with_knobs(dragged(untouched, 11, 7), &SIX_KNOBS),
        ] {
            let link = scenario.to_link();
            assert!(link.len() <= 400, "{} characters: {link}", link.len());
            assert_eq!(Scenario::from_link(&link), Ok(scenario), "{link}");
            assert_eq!(link_notes(&link), [""; 0], "of this very model and these prices");
        }
    }
}

#[test]
fn a_link_says_all_that_its_numbers_depend_on() {
    let link = presets()[0].scenario.to_link();
    let keys: Vec<_> = link.split('&').filter_map(|pair| pair.split('=').next()).collect();
    assert_eq!(keys, ["v", "situation", "seed", "model", "prices"], "{link}");
}

#[test]
fn a_link_of_another_time_is_opened_and_says_so() {
    let link = "v=1&situation=notifications&seed=1&model=0.0.1&prices=2024-02";
    assert_eq!(Scenario::from_link(link), Ok(presets()[0].scenario.clone()));
    assert_eq!(link_notes(link).len(), 2);
}

#[test]
fn a_link_cut_anywhere_opens_or_says_what_is_wrong() {
    let link = with_knobs(dragged(&presets()[0].scenario, 12, 6), &SIX_KNOBS).to_link();
    for length in 0..link.len() {
        let cut = &link[..length];
        link_notes(cut);
        if let Err(problems) = Scenario::from_link(cut) {
            assert!(problems.iter().all(|problem| problem.message.ends_with('.')), "{cut}: {problems:?}");
            assert!(!problems.is_empty(), "{cut}");
        }
    }
    let lost = |cut: usize| Scenario::from_link(&link[..link.len() - cut]).is_err();
    assert!((1..=2).all(lost), "half a date is no date");
}

#[test]
fn the_same_at_every_full_hour_is_one_word_of_a_link() {
    let scenario = Scenario::from_link("v=1&spikes=0..11:50,12:80,13..23:50").expect("a good link");
    assert_eq!((scenario.traffic.spikes.len(), scenario.traffic.spikes[12].requests), (24, 80));
    assert!(scenario.to_link().contains("spikes=0..11:50,12:80,13..23:50"), "{}", scenario.to_link());
}
