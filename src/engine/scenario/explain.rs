use super::{Outcome, QueueMode, Scenario};
use crate::metrics::Cause;

/// One plain sentence: what it costs, how long the unlucky wait, and why.
pub fn explain(scenario: &Scenario, outcome: &Outcome) -> String {
    if outcome.counts.arrived == 0 {
        return format!("Nobody comes, and you pay {} a month.", plain_usd(outcome.bill.total.0));
    }
    format!(
        "{}, you pay {} a month and {}.",
        setting(scenario),
        plain_usd(outcome.bill.total.0),
        wait(outcome)
    )
}

fn setting(scenario: &Scenario) -> String {
    let memory = format!("{} MB", scenario.function.memory.0);
    let queue = if scenario.queue_mode == QueueMode::Queued { " and a line to wait in" } else { "" };
    match scenario.fleet.provisioned {
        0 => format!("With {memory}, nothing kept warm{queue}"),
        1 => format!("With {memory}, 1 copy kept warm{queue}"),
        copies => format!("With {memory}, {copies} copies kept warm{queue}"),
    }
}

fn wait(outcome: &Outcome) -> String {
    let lost = outcome.unanswered_share();
    if outcome.counts.answered == 0 {
        return "nobody gets an answer".to_owned();
    }
    let slow = format!("1 in 100 waits longer than {}", plain_wait(outcome.latency.p99_s));
    let why = reason(outcome);
    if lost == 0.0 {
        return format!("{slow}{why}");
    }
    let arrived = outcome.counts.arrived;
    let fate = if outcome.counts.throttled >= outcome.counts.waiting {
        "are turned away"
    } else {
        "are still waiting at midnight"
    };
    let lost = format!(
        "{} of {} requests {fate}",
        grouped(outcome.counts.throttled + outcome.counts.waiting),
        grouped(arrived)
    );
    format!("{lost}; of those answered, {slow}{why}")
}

/// What takes most of the slowest requests' time, when that is not the work that everyone has.
fn reason(outcome: &Outcome) -> String {
    let causes = outcome.slowest.causes.iter();
    let Some(most) = causes.max_by(|a, b| a.mean_s.total_cmp(&b.mean_s)) else { return String::new() };
    let words = match most.cause {
        Cause::Queue => ", mostly because it waits in line for a copy",
        Cause::ColdStart => ", mostly because a copy has to start first",
        Cause::Waiting => ", mostly because the work itself waits on others",
        Cause::Computing => ", mostly because the work itself computes for long",
    };
    words.to_owned()
}

/// Dollars for people: to the cent below 10, whole dollars to two figures' worth beyond, grouped by thousands.
pub fn plain_usd(usd: f64) -> String {
    if usd < 10.0 {
        return format!("${usd:.2}");
    }
    format!("${}", grouped(usd.round() as u64))
}

/// A wait for people: "45 ms", "1.7 s", "12 min", "3.4 h".
pub fn plain_wait(seconds: f64) -> String {
    let two_figures = |value: f64| if value < 9.95 { format!("{value:.1}") } else { format!("{value:.0}") };
    match seconds {
        s if s < 0.0995 => format!("{:.0} ms", s * 1e3),
        s if s < 0.995 => format!("{s:.2} s"),
        s if s < 99.5 => format!("{} s", two_figures(s)),
        s if s < 5_970.0 => format!("{} min", two_figures(s / 60.0)),
        s => format!("{} h", two_figures(s / 3_600.0)),
    }
}

/// A whole number with its thousands apart: 86,400,000.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut groups: Vec<&str> = if first > 0 { vec![&digits[..first]] } else { Vec::new() };
    groups.extend((first..digits.len()).step_by(3).map(|at| &digits[at..at + 3]));
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_say_them() {
        for (usd, text) in [(0.4, "$0.40"), (9.994, "$9.99"), (19.4, "$19"), (4_905.6, "$4,906")] {
            assert_eq!(plain_usd(usd), text);
        }
        for (seconds, text) in [
            (0.0454, "45 ms"),
            (0.363, "0.36 s"),
            (1.66, "1.7 s"),
            (42.3, "42 s"),
            (720.0, "12 min"),
            (12_240.0, "3.4 h"),
        ] {
            assert_eq!(plain_wait(seconds), text);
        }
        assert_eq!(grouped(86_400_000), "86,400,000");
        assert_eq!(grouped(12), "12");
    }
}
