//! Links as they come: whole from this page, or cut, misspelt and mangled on the way.

#[path = "chance/mod.rs"]
mod chance;

use burstlab_engine::scenario::{CHOICES, Scenario, estimate, knob, knobs, presets};
use burstlab_engine::traffic::{Curve, Point, Spike};
use burstlab_engine::units::PerSecond;
use chance::{Chance, env};

/// What chats, mails and hands put into links.
const PIECES: [&str; 16] = [
    "%", "%E0%A4", "&", "=", "&&", ":", ",", "..", "-", "1e999", "NaN", "\u{0}", "…", "amp;", "&v=2",
    "&curve=",
];

/// A situation with some knobs turned, some choices made and some traffic drawn; numbers have few digits or many.
fn drawn(case: u64) -> Scenario {
    let mut chance = Chance::of(case);
    let situations = presets();
    let mut scenario = match pick(&mut chance, situations.len() + 1) {
        index if index < situations.len() => situations[index].scenario.clone(),
        _ => Scenario::silent(),
    };
    for choice in CHOICES {
        if chance.share() < 0.1 {
            let options = (choice.options)();
            (choice.set)(&mut scenario, options[pick(&mut chance, options.len())].0);
        }
    }
    for knob in knobs() {
        if chance.share() < 0.1 {
            let spec = knob.spec();
            let exact = spec.least + (spec.most - spec.least) * chance.share();
            let number = if spec.whole || chance.share() < 0.5 { exact.round() } else { exact };
            knob.set(&mut scenario, number.clamp(spec.least, spec.most));
        }
    }
    scenario.seed = (chance.share() * 1e6) as u64;
    if chance.share() < 0.5 {
        scenario = scenario.with_curve(curve(&mut chance));
    }
    if chance.share() < 0.3 {
        let spikes = (0..pick(&mut chance, 6))
            .map(|_| Spike { hour: hour(&mut chance), requests: chance.between(1.0, 1e5) as u32 })
            .collect();
        scenario = scenario.with_spikes(spikes);
    }
    scenario
}

fn curve(chance: &mut Chance) -> Curve {
    let count = 1 + pick(chance, 12);
    let points =
        (0..count).map(|_| Point { hour: hour(chance), rate: PerSecond(chance.between(0.001, 1e4)) });
    Curve::new(points.collect())
}

fn hour(chance: &mut Chance) -> f64 {
    let minutes = (chance.share() * 1_440.0).floor();
    if chance.share() < 0.5 { minutes / 60.0 } else { minutes / 60.0 + chance.share() / 60.0 }
}

fn pick(chance: &mut Chance, count: usize) -> usize {
    (chance.share() * count as f64) as usize
}

/// One to three things that happen to a text on its way.
fn mangled(link: &str, chance: &mut Chance) -> String {
    let mut letters: Vec<char> = link.chars().collect();
    for _ in 0..=pick(chance, 3) {
        let place = pick(chance, letters.len().max(1)).min(letters.len());
        match pick(chance, 6) {
            0 => letters.truncate(place),
            1 if place < letters.len() => drop(letters.remove(place)),
            2 if place < letters.len() => letters[place] = char::from(32 + (chance.share() * 95.0) as u8),
            3 => drop(letters.splice(place..place, PIECES[pick(chance, PIECES.len())].chars())),
            4 => {
                // A key once more, with another's value.
                let from = pick(chance, letters.len().max(1)).min(letters.len());
                let piece: Vec<char> = letters[from..].iter().take(30).copied().collect();
                drop(letters.splice(place..place, piece));
            }
            _ => letters.rotate_left(place),
        }
    }
    letters.into_iter().collect()
}

#[test]
fn ten_thousand_scenarios_come_back_from_their_links_and_documents() {
    for case in 0..env("LINKS", 10_000) {
        let scenario = drawn(case);
        let link = scenario.to_link();
        assert_eq!(Scenario::from_link(&link).as_ref(), Ok(&scenario), "case {case}: {link}");
        if case % 20 == 0 {
            let document = scenario.to_json();
            assert_eq!(Scenario::parse(&document).as_ref(), Ok(&scenario), "case {case}: {document}");
        }
    }
}

#[test]
fn two_hundred_thousand_mangled_links_open_something_sensible() {
    let mut wrong = 0;
    for case in 0..env("MANGLED_LINKS", 200_000) {
        let mut chance = Chance::of(case);
        let link = mangled(&drawn(case % 2_000).to_link(), &mut chance);
        let (scenario, problems) = Scenario::open_link(&link);
        wrong += u64::from(!problems.is_empty());
        for problem in &problems {
            assert!(!problem.place.is_empty() && problem.message.ends_with('.'), "{link}: {problem:?}");
        }
        // What was opened is a scenario like any other, down to its own link.
        assert_eq!(Scenario::from_link(&scenario.to_link()).as_ref(), Ok(&scenario), "{link}");
        if case % 2_000 == 0 {
            let total = estimate(&scenario).bill.total.0;
            assert!(total.is_finite() && total >= 0.0, "{link}: {total}");
        }
    }
    assert!(wrong > 0, "mangling breaks some links");
}

#[test]
fn of_a_broken_link_what_is_right_is_kept() {
    let default = &presets()[0].scenario;
    for (link, kept, places) in [
        (
            "v=1&situation=batch-2000&memory_mb=2048&queue=o",
            "v=1&situation=batch-2000&memory_mb=2048",
            vec!["queue"],
        ),
        ("v=9&situation=batch-2000", "v=1&situation=batch-2000", vec!["version"]),
        ("v=1&curve=0:5,12:9&spikes=25:1&seed=3", "v=1&curve=0:5,12:9&seed=3", vec!["spikes[0]"]),
    ] {
        let (scenario, problems) = Scenario::open_link(link);
        assert_eq!(Ok(&scenario), Scenario::from_link(kept).as_ref(), "{link}");
        assert_eq!(
            problems.iter().map(|problem| problem.place.as_str()).collect::<Vec<_>>(),
            places,
            "{link}"
        );
    }
    for link in ["v=99", "%E0%A4%A", "v=1&situation=batch-2001", "nonsense"] {
        let (scenario, problems) = Scenario::open_link(link);
        assert_eq!(&scenario, default, "{link}");
        assert!(!problems.is_empty(), "{link}");
    }
    let (scenario, problems) = Scenario::open_link("v=1&memory_mb=2048&situation=batch-2001");
    let memory = knob("memory_mb").map(|knob| knob.get(&scenario));
    assert_eq!((memory, problems.len()), (Some(2_048.0), 1), "the default situation with this memory");
}
