//! The marked moments of whole days: which there are, why, and that a calm day has none.

use burstlab_engine::{
    scenario::{
        MOST_MARKERS, Marker,
        MarkerCause::{self, *},
        MarkerKind::{self, *},
        Outcome, Scenario, estimate, evaluate, markers,
    },
    units::MINUTES_PER_DAY,
};

fn day(link: &str) -> (Scenario, Outcome) {
    let scenario = Scenario::from_link(link).unwrap_or_else(|problems| panic!("{link}: {problems:?}"));
    let outcome = evaluate(&scenario);
    (scenario, outcome)
}

fn of(link: &str) -> Vec<Marker> {
    let (scenario, outcome) = day(link);
    markers(&scenario, &outcome)
}

type Expected = (usize, MarkerKind, MarkerCause);

#[test]
fn days_are_marked_where_something_happens_and_with_its_cause() {
    let table: &[(&str, &[Expected])] = &[
        // Whoever cannot start at once is turned away in the first minute, and then nobody comes.
        ("situation=batch-2000", &[(120, Starts, Spike), (120, TurnedAway, Limit), (121, Recovered, Limit)]),
        (
            "situation=batch-2000&concurrency_limit=5000",
            &[(120, Starts, Spike), (120, TurnedAway, SlowScaling), (121, Recovered, SlowScaling)],
        ),
        (
            "situation=batch-2000&queue=on",
            &[(120, Starts, Spike), (120, Line, Pollers), (121, Recovered, Pollers)],
        ),
        ("situation=statements", &[(60, Line, MaxConcurrency), (102, Recovered, MaxConcurrency)]),
        // 50 on every full hour: one of the 24 stands for all.
        ("situation=notifications", &[(180, Starts, Spike)]),
        ("situation=notifications&provisioned=60", &[]),
        (
            "curve=0:0.2,12:0.2,12.1:100,13:100,13.1:0.2&waiting_ms=8000&keep_alive_s=60",
            &[(720, Starts, Rise), (775, Starts, Ended)],
        ),
        ("situation=ramp-1000", &[]),
        ("job_every_min=60&job_requests=50&growth=2", &[(0, Starts, Spike)]),
        ("situation=cold-runtime", &[(44, Starts, Pause)]),
        ("curve=0:20&waiting_ms=1000&just_deployed=on&keep_alive_s=7200", &[(0, Starts, Deployed)]),
        ("spikes=12:50&waiting_ms=5&error_percent=100", &[(720, Failing, Errors)]),
        ("spikes=12:50&waiting_ms=2000&timeout_s=1", &[(720, Failing, Timeout)]),
        ("spikes=12:50&waiting_ms=2000&patience_s=1", &[(720, Failing, Patience)]),
        ("spikes=12:50&dependency_ms=5&dependency_error_percent=100", &[(720, Failing, Dependency)]),
        ("spikes=12:50&way_in=event&error_percent=100&provisioned=50", &[(720, GivenUp, Errors)]),
        (
            "spikes=12:9000&way_in=event&reserved_concurrency=5&waiting_ms=1000&event_max_age_s=60&provisioned=5",
            &[(720, GivenUp, Age)],
        ),
    ];
    let mut wrong = Vec::new();
    for (link, expected) in table {
        let found = of(link);
        let short: Vec<Expected> = found.iter().map(|one| (one.minute, one.kind, one.cause)).collect();
        if short != *expected {
            let told: Vec<_> = found.into_iter().map(|one| one.sentence).collect();
            wrong.push(format!(
                "{link}: {short:?}
{told:#?}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{}",
        wrong.join(
            "
"
        )
    );
}

#[test]
fn sizes_are_those_of_the_episode() {
    let statements = of("situation=statements");
    let line = statements.iter().find(|one| one.kind == Line).expect("a line");
    assert_eq!((line.requests, line.minutes, line.times), (99_950, 42, 1));
    let hourly = of("situation=notifications");
    assert_eq!((hourly[0].requests, hourly[0].minutes, hourly[0].times), (49, 1, 24));
    let (scenario, outcome) = day("situation=batch-2000");
    let away = markers(&scenario, &outcome).into_iter().find(|one| one.kind == TurnedAway);
    assert_eq!(away.map(|one| one.requests), Some(outcome.counts.throttled));
}

#[test]
fn markers_read_as_plain_sentences() {
    for (link, kind, sentence) in [
        (
            "situation=batch-2000",
            TurnedAway,
            "2,000 are sent at once, and 1,000 are turned away, because all 1,000 places are taken.",
        ),
        (
            "situation=statements",
            Line,
            "99,950 requests wait in line, the first for 60 s, because no more of them may be worked on at once.",
        ),
        (
            "situation=statements",
            Recovered,
            "The line is gone and the wait is as usual, 42 minutes after it began.",
        ),
        (
            "situation=notifications",
            Starts,
            "50 are sent at once, and 49 wait for a copy to start; so it goes 24 times in the day.",
        ),
        (
            "spikes=12:50&waiting_ms=2000&timeout_s=1",
            Failing,
            "50 requests take longer than the 1.0 s allowed.",
        ),
        (
            "spikes=12:50&way_in=event&error_percent=100&provisioned=50&dead_letters=on",
            GivenUp,
            "50 requests are put aside as dead letters, because the code itself fails.",
        ),
    ] {
        let found = of(link);
        assert_eq!(
            found.iter().find(|one| one.kind == kind).map(|one| one.sentence.as_str()),
            Some(sentence),
            "{link}"
        );
    }
}

#[test]
fn markers_are_few_in_order_within_the_day_and_of_a_size() {
    for link in [
        "situation=notifications&concurrency_limit=20&error_percent=3",
        "situation=documents",
        "situation=documents&max_concurrency=2",
        "situation=cold-package",
        "situation=webhook&way_in=event&error_percent=10",
        "curve=0:2,12:20&spikes=3:400,9:900,15:1500,20:100,22:50&waiting_ms=1000&concurrency_limit=60&timeout_s=2",
        "curve=0:9&queue=on&max_concurrency=2&waiting_ms=1000",
        "",
    ] {
        let (scenario, outcome) = day(link);
        for outcome in [outcome, estimate(&scenario)] {
            let found = markers(&scenario, &outcome);
            assert!(found.len() <= MOST_MARKERS, "{link}: {found:#?}");
            assert!(found.is_sorted_by_key(|one| one.minute), "{link}: {found:#?}");
            for one in &found {
                assert!(one.minute < MINUTES_PER_DAY && one.requests > 0 && one.minutes > 0 && one.times > 0);
                assert!(one.sentence.ends_with('.') && !one.sentence.contains(". "), "{}", one.sentence);
                let starts_well =
                    one.sentence.starts_with(|first: char| first.is_uppercase() || first.is_numeric());
                assert!(starts_well && one.kind.label().len() <= 12, "{}", one.sentence);
            }
        }
    }
}

#[test]
fn a_calm_day_has_none() {
    for link in [
        "",
        "curve=0:5",
        "curve=0:0.05",
        "curve=0:1,14:4",
        "situation=mvp",
        "situation=webhook",
        "situation=streams",
        "situation=warm-ten",
        "curve=0:5&queue=on",
    ] {
        for seed in 1..=3 {
            let found = of(&format!("{link}&seed={seed}"));
            assert!(found.is_empty(), "{link}: {found:#?}");
        }
    }
}

#[test]
fn an_outcome_without_minutes_has_none() {
    let (scenario, mut outcome) = day("situation=batch-2000");
    outcome.minutes.clear();
    outcome.minute_causes_us.clear();
    assert_eq!(markers(&scenario, &outcome), []);
}
