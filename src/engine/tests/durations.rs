//! Billed durations of real log lines, to the millisecond, by the rule that each follows.
//!
//! The rule is given with the line, by name. What the line itself says of its time must not speak against it: a trace
//! carries its second, a request's number of the first kind is from before 2020, and a snapshot is read back by its
//! own rule.

use std::{fs, path::Path};

use burstlab_engine::{
    fleet::{BilledStart, Billing, BillingRule},
    scenario::{Scenario, estimate, evaluate},
    units::SimTime,
};
use serde::Deserialize;

/// A line of a file of lines: what was logged, and the name of the rule that it follows.
#[derive(Deserialize)]
struct Logged {
    text: String,
    billing: String,
}

/// What a line says.
#[derive(Debug)]
struct Report {
    id: String,
    duration: SimTime,
    billed_ms: Option<u64>,
    init: Option<SimTime>,
    billed_restore_ms: Option<u64>,
    /// The second of its trace since 1970.
    traced_s: Option<u64>,
}

/// The second at which starts became part of the bill, 2025-08-01.
const STARTS_BILLED_S: u64 = 1_754_006_400;

impl Report {
    fn of(text: &str) -> Self {
        Self {
            id: word_after(text, "RequestId: ").unwrap_or_default().to_owned(),
            duration: field_ms(text, "Duration").map(micros).expect("every line has a duration"),
            billed_ms: field_ms(text, "Billed Duration").map(|ms| ms as u64),
            init: field_ms(text, "Init Duration").map(micros),
            billed_restore_ms: field_ms(text, "Billed Restore Duration").map(|ms| ms as u64),
            traced_s: word_after(text, "TraceId: 1-")
                .and_then(|trace| u64::from_str_radix(trace.split('-').next()?, 16).ok()),
        }
    }

    /// Whether the number of its request was made of time and place, as numbers were until 2018: its third group
    /// begins with the kind, 1.
    fn is_numbered_by_time(&self) -> bool {
        let groups: Vec<&str> = self.id.split('-').collect();
        groups.len() == 5 && groups[2].starts_with('1')
    }

    /// What the rule of this name bills; none where it is no rule.
    fn billed_by(&self, rule: &str) -> Option<u64> {
        use BillingRule::{Today, UntilAugust2025, UntilDecember2020};
        let billing = match rule {
            "ceil(duration+init)" | "ceil(duration)" => Billing::new(Today, BilledStart::WithCall),
            "ceil(duration) (init not billed)" => Billing::new(UntilAugust2025, BilledStart::Free),
            "round-up-100ms (before 2020-12)" => Billing::new(UntilDecember2020, BilledStart::Free),
            "snapstart: ceil(duration)+billedRestore" => {
                let billing = Billing::new(UntilAugust2025, BilledStart::PartOfRestore);
                return Some(billing.billed_ms_with_restore(self.billed_restore_ms?, self.duration));
            }
            _ => return None,
        };
        Some(billing.billed_ms(self.init.unwrap_or_default(), self.duration))
    }

    /// What in the line speaks against the rule of this name.
    fn contradiction(&self, rule: &str) -> Option<&'static str> {
        let (hundreds, restored) = (rule.starts_with("round-up-100ms"), rule.starts_with("snapstart"));
        if self.is_numbered_by_time() && !hundreds {
            return Some("its number is from before 2018, when time was billed by 100 ms");
        }
        if self.billed_restore_ms.is_some() != restored {
            return Some("a snapshot is read back, or is not");
        }
        let since_2025 = self.traced_s.is_some_and(|second| second >= STARTS_BILLED_S);
        let free_start = hundreds || rule.contains("init not billed");
        (since_2025 && free_start).then_some("its trace is from after August 2025, when starts were billed")
    }

    /// Why no rule bills it as the line says; for lines that a rule does bill so, what it bills.
    fn unexplained(&self, rule: &str) -> Option<String> {
        let Some(told) = self.billed_ms else { return Some("it tells no billed time".to_owned()) };
        if let Some(contradiction) = self.contradiction(rule) {
            return Some(contradiction.to_owned());
        }
        match self.billed_by(rule) {
            None => Some(format!("{told} ms follow from {:.2} ms by no rule", self.duration.as_secs() * 1e3)),
            Some(billed) => (billed != told).then(|| format!("{billed} ms by its rule, {told} in the line")),
        }
    }
}

/// Logs have hundredths of a millisecond.
fn micros(ms: f64) -> SimTime {
    SimTime((ms * 1e3).round() as u64 * 1_000)
}

/// The word after a text, up to a blank.
fn word_after<'a>(text: &'a str, before: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_whitespace().next()
}

/// The milliseconds of a field of exactly this name: "Duration" is not the end of "Billed Duration".
fn field_ms(text: &str, name: &str) -> Option<f64> {
    let longer = ["Billed ", "Init ", "Restore ", "Runtime "];
    let named = format!("{name}: ");
    text.match_indices(&named).find_map(|(at, _)| {
        if longer.iter().any(|word| text[..at].ends_with(word)) {
            return None;
        }
        let number = text[at + named.len()..].trim_start();
        let end = number.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        number[..end].parse().ok()
    })
}

/// Lines that a rule bills to the millisecond, and the others: a piece of each one's number, and why.
fn judged(lines: &str) -> (usize, Vec<(String, String)>) {
    let lines: Vec<Logged> =
        lines.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    let unexplained: Vec<_> = lines
        .iter()
        .filter_map(|logged| {
            let report = Report::of(&logged.text);
            report.unexplained(&logged.billing).map(|why| (report.id, why))
        })
        .collect();
    (lines.len() - unexplained.len(), unexplained)
}

fn assert_unexplained(unexplained: &[(String, String)], expected: &[(&str, &str)]) {
    assert_eq!(unexplained.len(), expected.len(), "{unexplained:#?}");
    for ((id, why), (start, word)) in unexplained.iter().zip(expected) {
        assert!(id.starts_with(start) && why.contains(word), "{id}: {why:?} should say {word:?}");
    }
}

#[test]
fn real_log_lines_are_billed_to_the_millisecond_but_for_three() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/formats/lambda_report_lines.jsonl");
    let Ok(lines) = fs::read_to_string(&path) else {
        eprintln!("skipped: the log lines are not at hand");
        return;
    };
    let (billed, unexplained) = judged(&lines);
    assert_eq!(billed, 32, "{unexplained:#?}");
    assert_unexplained(
        &unexplained,
        &[
            // Made by hand: a number of 2017 and a snapshot of 2022 in one line, 500 ms for 469.40.
            ("55bc566d", "before 2018"),
            // Cut from a longer one: 881 ms are 881 or 900.
            ("f947b07c", "1000 ms follow from 881.00 ms by no rule"),
            // Made by hand, to be read and not to be billed.
            ("abc", "no billed time"),
        ],
    );
}

/// Made up, in the form of real lines: one of each rule, and one of each way not to follow one.
const SAMPLE: &str = r#"{"text": "REPORT RequestId: a1b2c3d4-0001-4aaa-8bbb-000000000001\tDuration: 12.30 ms\tBilled Duration: 412 ms\tMemory Size: 512 MB\tMax Memory Used: 90 MB\tInit Duration: 399.31 ms\t\nXRAY TraceId: 1-68f00000-aaaaaaaaaaaaaaaaaaaaaaaa\tSampled: true", "billing": "ceil(duration+init)"}
{"text": "REPORT RequestId: a1b2c3d4-0002-4aaa-8bbb-000000000002\tDuration: 12.30 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 90 MB\tInit Duration: 399.31 ms", "billing": "ceil(duration) (init not billed)"}
{"text": "REPORT RequestId: a1b2c3d4-0003-4aaa-8bbb-000000000003 Duration: 7.00 ms Billed Duration: 7 ms", "billing": "ceil(duration)"}
{"text": "REPORT RequestId: a1b2c3d4-0004-11e8-8bbb-000000000004\tDuration: 100.01 ms\tBilled Duration: 200 ms \tMemory Size: 128 MB", "billing": "round-up-100ms (before 2020-12)"}
{"text": "REPORT RequestId: a1b2c3d4-0005-4aaa-8bbb-000000000005\tDuration: 55.55 ms\tBilled Duration: 96 ms\tRestore Duration: 300.00 ms\tBilled Restore Duration: 40 ms", "billing": "snapstart: ceil(duration)+billedRestore"}
{"text": "REPORT RequestId: a1b2c3d4-0006-4aaa-8bbb-000000000006\tDuration: 12.30 ms\tBilled Duration: 14 ms", "billing": "ceil(duration)"}
{"text": "REPORT RequestId: a1b2c3d4-0007-11e8-8bbb-000000000007\tDuration: 12.30 ms\tBilled Duration: 13 ms", "billing": "ceil(duration)"}
{"text": "REPORT RequestId: a1b2c3d4-0008-4aaa-8bbb-000000000008\tDuration: 55.55 ms\tBilled Duration: 56 ms\tRestore Duration: 300.00 ms\tBilled Restore Duration: 40 ms", "billing": "ceil(duration)"}
{"text": "REPORT RequestId: a1b2c3d4-0009-4aaa-8bbb-000000000009\tDuration: 12.30 ms\tBilled Duration: 13 ms\tInit Duration: 399.31 ms XRAY TraceId: 1-68f00000-aaaaaaaaaaaaaaaaaaaaaaaa", "billing": "ceil(duration) (init not billed)"}
{"text": "REPORT RequestId: a1b2c3d4-0010-4aaa-8bbb-000000000010 Duration: 881 ms Billed Duration: 1000 ms", "billing": "other"}
{"text": "REPORT RequestId: a1b2c3d4-0011-4aaa-8bbb-000000000011 Duration: 12.34 ms Status: error", "billing": "incomplete"}"#;

#[test]
fn each_rule_bills_its_line_and_lines_that_follow_none_are_told() {
    let (billed, unexplained) = judged(SAMPLE);
    assert_eq!(billed, 5, "{unexplained:#?}");
    assert_unexplained(
        &unexplained,
        &[
            ("a1b2c3d4-0006", "13 ms by its rule, 14 in the line"),
            ("a1b2c3d4-0007", "before 2018"),
            ("a1b2c3d4-0008", "snapshot"),
            ("a1b2c3d4-0009", "after August 2025"),
            ("a1b2c3d4-0010", "by no rule"),
            ("a1b2c3d4-0011", "no billed time"),
        ],
    );
}

#[test]
fn a_day_is_billed_by_the_rule_chosen_and_the_estimate_knows_of_it() {
    const DAY: &str = "situation=notifications&curve=12:0.2&spikes=&keep_alive_s=30";
    let billed_ms = |settings: &str| {
        let scenario = Scenario::from_link(&format!("{DAY}&{settings}")).expect("a valid link");
        [evaluate(&scenario), estimate(&scenario)].map(|outcome| outcome.usage.on_demand_ms as f64)
    };
    let [today, _] = billed_ms("");
    for (settings, least, most) in [
        ("billing=today", 1.0, 1.0),
        ("billing=until_2025", 0.2, 0.95),
        ("billing=until_2025&runtime=rust", 0.2, 1.0),
        ("billing=until_2020", 0.3, 1.5),
    ] {
        let [simulated, estimated] = billed_ms(settings);
        assert!((estimated / simulated - 1.0).abs() < 0.05, "{settings}: {estimated} for {simulated}");
        let share = simulated / today;
        assert!((least..=most).contains(&share), "{settings}: {share} of today's");
    }
    let [in_hundreds, _] = billed_ms("billing=until_2020");
    assert_eq!(in_hundreds % 100.0, 0.0);
    let custom = |rule: &str| billed_ms(&format!("runtime=go&billing={rule}"))[0];
    assert_eq!(
        custom("until_2025"),
        custom("today"),
        "a runtime of one's own was billed with its start always"
    );
}
