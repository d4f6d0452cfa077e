//! Copies kept warm by their use: how far behind the traffic they are, and what that costs.

use burstlab_engine::{
    fleet::{
        Admission, Answered, Calendar, Direct, FixedIdle, Fleet, Gauges, Holding, Observer, ScalingRate,
        Statistic, Target, WorkStream,
    },
    random::Law,
    scenario::{Outcome, Scenario, estimate, evaluate},
    units::{HOUR, MINUTE, SECOND, SimTime},
    workload::Laws,
};

/// What a run tells: when requests found no held environment, and how many were held at each minute's end.
#[derive(Default)]
struct Seen {
    spilled: Vec<SimTime>,
    held: Vec<u32>,
    held_ms: u64,
}

impl Observer for Seen {
    fn answered(&mut self, request: &Answered) {
        if request.admission != Admission::Provisioned {
            self.spilled.push(request.arrived);
        }
    }

    fn minute_ended(&mut self, _minute: usize, gauges: Gauges) {
        self.held.push(gauges.held);
        self.held_ms = gauges.held_ms;
    }
}

/// Requests of one second each, so many at work from each of some minutes on, evenly apart.
fn morning(steps: &'static [(u64, u64)]) -> impl Iterator<Item = SimTime> {
    let at_work = |minute: u64| steps.iter().rev().find(|step| step.0 <= minute).map_or(1, |step| step.1);
    (0..24 * 60).flat_map(move |minute| {
        let each = SECOND.0 / at_work(minute);
        (0..MINUTE.0 / each).map(move |index| SimTime(minute * MINUTE.0 + index * each))
    })
}

fn tracked(steps: &'static [(u64, u64)]) -> Seen {
    let laws = Laws { waiting: Law::Constant(1.0), computing: Law::Constant(0.0), init: Law::Constant(0.0) };
    let target = Target { utilisation: 0.7, statistic: Statistic::Average, least: 15, most: 900 };
    let holding = Holding::tracked(target, SimTime(90 * SECOND.0));
    let calendar = Calendar::new(SECOND, 20.0);
    let fleet = Fleet::new(FixedIdle { idle: HOUR }, 0, 1_000, ScalingRate::unlimited(), calendar);
    let work = WorkStream::new(laws, 1, 0);
    let mut direct = Direct::new(morning(steps), fleet.with_holding(holding), work);
    let mut seen = Seen::default();
    direct.advance(SimTime(2 * HOUR.0), u64::MAX, &mut seen);
    seen
}

#[test]
fn requests_spill_over_from_the_ramp_until_what_was_asked_for_is_there() {
    // Ten at work, twenty from minute 60: asked for at 63:00, there 90 s and 7 / 6,000 min later.
    let seen = tracked(&[(0, 10), (60, 20)]);
    let (first, last) = (seen.spilled.first(), seen.spilled.last());
    let there = SimTime(63 * MINUTE.0 + 90 * SECOND.0 + 70 * SECOND.0 / 1_000);
    assert!(first.is_some_and(|&first| first >= HOUR && first < HOUR + SECOND), "{first:?}");
    assert!(
        last.is_some_and(|&last| last < there && there.since(last) < SECOND),
        "{last:?} before {there:?}"
    );
    // Five more than are held, as long as it lasts: there is not a second in which nobody spills over.
    let apart = seen.spilled.windows(2).map(|pair| pair[1].since(pair[0])).max();
    assert!(apart.is_some_and(|apart| apart < SECOND), "{apart:?}");
    // 15 × 1 ÷ 0.7, then 22 × 20/22 ÷ 0.7; and the billed steps of five minutes.
    assert_eq!([59, 62, 63, 64, 67, 68, 69].map(|minute| seen.held[minute]), [15, 15, 15, 22, 22, 29, 29]);
    assert_eq!(seen.held_ms / 60_000, 60 * 15 + 5 * 22 + 55 * 29);
}

#[test]
fn steady_use_within_the_target_changes_nothing_and_a_fall_is_followed_after_a_quarter_of_an_hour() {
    let steady = tracked(&[(0, 10)]);
    assert!(steady.spilled.is_empty() && steady.held.iter().all(|&held| held == 15));
    let fall = tracked(&[(0, 20), (30, 2)]);
    let from = fall.held.iter().rposition(|&held| held > 15).expect("more were held at first");
    assert_eq!(from, 44, "fifteen datapoints from minute 30");
}

fn of(link: &str) -> Scenario {
    Scenario::from_link(link).expect("a valid link")
}

/// A morning that comes and an evening that goes, of requests of a second.
const DAY: &str = "situation=notifications&curve=0:2,6:2,8:40,18:40,21:2&spikes=&waiting_ms=1000&computing_ms=0\
    &waiting_spread=0.3&provisioned=5&provisioned_by=target_tracking";

#[test]
fn a_day_of_tracking_holds_what_it_uses_and_the_estimate_knows_of_it() {
    for (settings, mean_held) in [
        ("", 34.0),
        ("&provisioned_target=0.9", 27.0),
        ("&provisioned_statistic=maximum", 54.0),
        ("&provisioned_most=20", 14.0),
        ("&queue=on", 34.0),
    ] {
        let scenario = of(&format!("{DAY}{settings}"));
        let [simulated, estimated] = [evaluate(&scenario), estimate(&scenario)];
        let held = |outcome: &Outcome| outcome.usage.provisioned_held_ms as f64 / 86_400_000.0;
        assert!((held(&simulated) / mean_held - 1.0).abs() < 0.15, "{settings}: {} held", held(&simulated));
        let off = held(&estimated) / held(&simulated) - 1.0;
        assert!(off.abs() < 0.12, "{settings}: {} held, {} estimated", held(&simulated), held(&estimated));
        let in_held = |outcome: &Outcome| {
            let usage = outcome.usage;
            usage.provisioned_ms as f64 / (usage.provisioned_ms + usage.on_demand_ms) as f64
        };
        let shares = [in_held(&simulated), in_held(&estimated)];
        assert!((shares[0] - shares[1]).abs() < 0.06, "{settings}: {shares:?} of the work in held copies");
    }
}

#[test]
fn midnight_finds_what_the_evening_left_unless_just_deployed() {
    // Busy at night: by day the least.
    let night = DAY.replace("0:2,6:2,8:40,18:40,21:2", "0:40,2:40,5:2,20:2,23:40");
    let cold = |settings: &str| {
        let outcome = evaluate(&of(&format!("{night}{settings}")));
        let spilled = 1.0
            - outcome.usage.provisioned_ms as f64
                / (outcome.usage.provisioned_ms + outcome.usage.on_demand_ms) as f64;
        (outcome.minutes[..5].iter().map(|minute| minute.cold).sum::<u32>(), spilled)
    };
    let (cyclic, deployed) = (cold(""), cold("&just_deployed=on"));
    assert!(cyclic.0 < 10, "{cyclic:?}: enough are held at midnight");
    assert!(deployed.0 > 25 && deployed.1 > cyclic.1, "{deployed:?}: five are held at first");
}

#[test]
fn a_silent_function_is_billed_for_the_least_that_it_holds() {
    let silent = of("situation=notifications&curve=0:0&spikes=&provisioned=3&provisioned_by=target_tracking");
    for outcome in [evaluate(&silent), estimate(&silent)] {
        assert_eq!(outcome.usage.provisioned_held_ms, 3 * 86_400_000, "{:?}", outcome.fidelity);
    }
}
