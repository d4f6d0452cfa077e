//! A queue whose messages fail, come back, die and come twice: by hand where that can be reckoned, and for any
//! queue that no message ends twice or not at all.

use std::collections::BTreeMap;

use burstlab_engine::{
    fleet::{
        Answered, Calendar, Called, Calls, Carrying, Failing, FixedIdle, Fleet, Observer, Pollers, Polling,
        QueueRules, QueueSettings, Queued, ScalingRate, Unanswered,
    },
    metrics::Usage,
    scenario::{Counts, Outcome, Scenario, evaluate},
    units::{HOUR, Milliseconds, SECOND, Seconds, SimTime},
    workload::{Function, Runtime, runtimes},
};
use proptest::{prelude::*, test_runner::RngSeed};

fn outcome(link: &str) -> Outcome {
    evaluate(&Scenario::from_link(link).expect("a valid link"))
}

fn counts(link: &str) -> Counts {
    outcome(link).counts
}

/// Messages that are all there at midnight, each a second of work, with nothing left to chance and nothing to
/// wait for but the visibility timeout.
const TWENTY: &str = "situation=batch-2000&queue=on&spikes=12:20&waiting_ms=1000&computing_ms=0&waiting_spread=0\
    &visibility_s=60&just_deployed=on";

#[test]
fn a_failing_message_takes_its_batch_back_or_comes_back_alone_or_is_lost() {
    // All fail, in batches of ten: two calls a receive, and after three receives all are put aside.
    let all = format!("{TWENTY}&batch_size=10&error_percent=100&max_receives=3");
    for (failing, calls, seconds, dead_lettered, lost) in [
        // The first failure ends the call.
        ("whole_batch", 6, 6, 20, 0),
        ("partial", 6, 60, 20, 0),
        ("swallowed", 2, 20, 0, 20),
    ] {
        let Outcome { counts, usage, .. } = outcome(&format!("{all}&failing={failing}"));
        assert_eq!((counts.dead_lettered, counts.lost), (dead_lettered, lost), "{failing}");
        assert_eq!(usage.invocations, calls, "{failing}");
        let starts_ms = usage.on_demand_ms - seconds * 1_000;
        assert!(starts_ms < 20_000, "{failing}: {} ms", usage.on_demand_ms);
        assert_eq!((counts.answered, counts.waiting), (0, 0), "{failing}");
    }
}

#[test]
fn the_handlers_way_of_failing_decides_how_often_the_function_is_called() {
    // One in ten fails, in batches of ten. Alone, a message is received 1 / 0.9 times; in a batch, 0.9 to the
    // tenth of the batches succeed, each time anew: 1 / 0.349 receives.
    let base = "situation=steady-1000&curve=12:2&queue=on&waiting_ms=20&computing_ms=0&waiting_spread=0\
        &error_percent=10&batch_window_s=10&visibility_s=60&batch_size=10";
    for (failing, receives) in [("whole_batch", 1.0 / 0.348_678_440_1), ("partial", 1.0 / 0.9)] {
        let counts = counts(&format!("{base}&failing={failing}"));
        let got = 1.0 + counts.retried as f64 / counts.answered as f64;
        assert!((got / receives - 1.0).abs() < 0.03, "{failing}: {got} receives, not {receives}");
        assert!(counts.lost == 0 && counts.waiting < 4_000, "{failing}: {counts:?}");
    }
    let swallowed = counts(&format!("{base}&failing=swallowed"));
    let share = swallowed.lost as f64 / swallowed.arrived as f64;
    assert!((share - 0.1).abs() < 0.003 && swallowed.retried == 0, "{share}");
}

#[test]
fn messages_are_put_aside_after_so_many_receives() {
    // Of messages that fail half of the time, one in two to the number of receives never succeeds.
    let base = "situation=steady-1000&curve=12:2&queue=on&waiting_ms=20&computing_ms=0&error_percent=50\
        &visibility_s=30";
    for (max_receives, share) in [(1, 0.5), (2, 0.25), (5, 1.0 / 32.0)] {
        let counts = counts(&format!("{base}&max_receives={max_receives}"));
        let got = counts.dead_lettered as f64 / counts.arrived as f64;
        assert!((got - share).abs() < 0.005, "{max_receives}: {got}");
        assert!(counts.lost == 0 && counts.throttled == 0, "{counts:?}");
    }
    let never = counts(base);
    assert_eq!((never.dead_lettered, never.lost), (0, 0), "without a queue for dead letters nothing is one");
}

#[test]
fn time_until_a_later_try_is_told_apart_from_the_wait_for_the_first() {
    use burstlab_engine::metrics::Cause;
    let link = "situation=steady-1000&curve=12:2&queue=on&waiting_ms=20&computing_ms=0&error_percent=50\
        &visibility_s=30&failing=partial";
    let outcome = outcome(link);
    let mean_s =
        |cause| outcome.all.causes.iter().find(|share| share.cause == cause).map(|share| share.mean_s);
    // One more try on average, each after the visibility timeout.
    let retry_s = mean_s(Cause::Retry).expect("a share");
    assert!((retry_s / 30.0 - 1.0).abs() < 0.03, "{retry_s} s");
    assert!(mean_s(Cause::Queue).is_some_and(|queue_s| queue_s < 0.05));
}

#[test]
fn what_finds_no_copy_counts_as_received_and_dies_of_it() {
    // One copy that takes a second; five pollers.
    let base = format!("{TWENTY}&reserved_concurrency=1");
    let patient = counts(&base);
    assert_eq!((patient.answered, patient.dead_lettered), (20, 0), "{patient:?}");
    assert!(patient.refused > 0);
    let hasty = counts(&format!("{base}&max_receives=1"));
    assert_eq!(hasty.dead_lettered, hasty.refused, "each refused batch of one is a dead letter: {hasty:?}");
    assert_eq!(hasty.answered + hasty.dead_lettered, 20);
    assert!(hasty.answered >= 1 && hasty.dead_lettered >= 4, "{hasty:?}");
}

#[test]
fn a_small_function_goes_on_while_some_of_its_pollers_are_refused() {
    // Two at once, a fifth of a second each: ten a second, were no poller ever refused.
    let link = "situation=batch-2000&queue=on&spikes=12:300&waiting_ms=200&computing_ms=0&waiting_spread=0\
        &visibility_s=5&reserved_concurrency=2&just_deployed=on";
    let outcome = outcome(link);
    assert!(outcome.counts.refused > 50, "{:?}", outcome.counts);
    let slowest_s = outcome.latency.p999_s;
    assert!((30.0..45.0).contains(&slowest_s), "{slowest_s} s");
}

#[test]
fn what_is_older_than_the_queue_keeps_is_lost() {
    // 1,000 messages of a second, two at a time: 60 s are over before 130 are taken.
    let link = "situation=batch-2000&queue=on&spikes=12:1000&waiting_ms=1000&computing_ms=0&waiting_spread=0\
        &visibility_s=600&max_concurrency=2&just_deployed=on";
    let kept = counts(link);
    assert_eq!((kept.answered, kept.lost), (1_000, 0));
    let lost = counts(&format!("{link}&retention_s=60"));
    assert!((110..=122).contains(&lost.answered), "{lost:?}");
    assert_eq!(lost.answered + lost.lost, 1_000);
    // A message that failed would be visible again only after its end.
    let failed = counts(&format!("{TWENTY}&error_percent=100&retention_s=60"));
    assert_eq!((failed.lost, failed.retried), (20, 0), "{failed:?}");
}

#[test]
fn a_call_that_is_cut_off_gives_all_back_and_its_copy_starts_anew() {
    // Three messages of a second are more than 2.5 s, whatever the code does about failures.
    for failing in ["whole_batch", "partial", "swallowed"] {
        let link = format!(
            "{TWENTY}&spikes=12:3&batch_size=3&timeout_s=2.5&max_receives=4&failing={failing}&init_spread=0"
        );
        let Outcome { counts, usage, .. } = outcome(&link);
        assert_eq!((counts.dead_lettered, counts.answered, counts.lost), (3, 0, 0), "{failing}");
        assert_eq!(usage.invocations, 4, "{failing}");
        // The first call pays the start besides; in later ones it is part of the time that is cut off.
        let beyond_ms = usage.on_demand_ms - 4 * 2_500;
        assert!((1..10_000).contains(&beyond_ms), "{failing}: {} ms", usage.on_demand_ms);
        // Two of the three were done each time, and are worked on again; the last time by the start less.
        assert!(counts.duplicates >= 6, "{failing}: {counts:?}");
    }
}

#[test]
fn some_messages_come_twice_and_an_ordered_queue_knows_better() {
    let base = "situation=steady-1000&curve=12:2&queue=on&visibility_s=30";
    for (percent, groups) in [(0.0, 0), (2.0, 0), (100.0, 0), (100.0, 50)] {
        let link = format!("{base}&duplicate_percent={percent}&message_groups={groups}");
        let counts = counts(&link);
        let expected = if groups > 0 { 0.0 } else { percent / 100.0 };
        let got = counts.duplicates as f64 / counts.answered as f64;
        assert!((got - expected).abs() < 0.002, "{percent} %: {got}");
        assert_eq!(counts.arrived, counts.answered + counts.waiting, "each is answered once");
    }
}

#[test]
fn requests_to_a_queue_are_metered_in_tens_and_an_order_costs_more() {
    let base = "situation=batch-2000&queue=on&spikes=12:1000&waiting_ms=10&computing_ms=0&waiting_spread=0\
        &just_deployed=on&max_concurrency=5&init_spread=0";
    // Five pollers ask an empty queue, three times a minute each.
    let empty = 5 * 3 * 24 * 60;
    let near = |got: u64, expected: u64| got.abs_diff(expected) <= 40;
    for (settings, requests, calls) in [
        ("", 1_000 + 2 * 1_000, 1_000),
        ("&batch_size=10", 1_000 + 2 * 100, 100),
        ("&batch_size=100&batch_window_s=1", 1_000 + 2 * 100, 10),
        ("&batch_size=1000&batch_window_s=1", 1_000 + 2 * 100, 1),
    ] {
        let usage = outcome(&format!("{base}{settings}")).usage;
        assert_eq!(usage.invocations, calls, "{settings}");
        assert!(
            near(usage.queue_requests, requests + empty),
            "{settings}: {} requests",
            usage.queue_requests
        );
        assert_eq!(usage.fifo_queue_requests, 0);
    }
    // An order allows batches of ten at most, and no collecting.
    let ordered = outcome(&format!("{base}&batch_size=100&batch_window_s=1&message_groups=40")).usage;
    assert_eq!((ordered.invocations, ordered.queue_requests), (100, 0));
    assert!(near(ordered.fifo_queue_requests, 1_200 + empty), "{}", ordered.fifo_queue_requests);
}

#[test]
fn pollers_of_ones_own_are_paid_for_by_the_minute_and_more_while_in_use() {
    let base = "situation=batch-2000&queue=on&waiting_ms=30000&computing_ms=0&waiting_spread=0\
        &visibility_s=600&just_deployed=on&spikes=12:";
    let day = 24 * 60;
    for (settings, poller_minutes) in [
        ("0&pollers=today", 0),
        ("0&pollers=provisioned", 2 * day),
        ("0&pollers=provisioned&least_pollers=7", 7 * day),
        // 50 at work, five pollers, for the one minute that two are not enough for.
        ("50&pollers=provisioned&least_pollers=2&most_pollers=200", 2 * day + 3),
        ("50&pollers=provisioned&least_pollers=2&most_pollers=3", 2 * day + 1),
        ("50&pollers=provisioned&least_pollers=8&most_pollers=3", 8 * day),
    ] {
        let Usage { queue_poller_ms, .. } = outcome(&format!("{base}{settings}")).usage;
        let got = queue_poller_ms / 60_000;
        assert!(got.abs_diff(poller_minutes) <= 3 && got >= poller_minutes, "{settings}: {got} minutes");
    }
    let bill = outcome(&format!("{base}0&pollers=provisioned")).bill;
    let line = bill.lines.iter().find(|line| line.key == "lambda.queue_pollers").expect("a line for pollers");
    assert!((line.cost.0 - 2.0 * 730.0 * 0.00925).abs() < 0.01, "{line:?}");
}

/// What became of each message of a made-up queue.
#[derive(Default)]
struct Ends {
    arrived: u64,
    /// Ends told, by when the message arrived; every message here arrives at an instant of its own.
    ends: BTreeMap<SimTime, u32>,
    answered: u64,
    dead_lettered: u64,
    lost: u64,
    other: u64,
    worked: bool,
}

impl Ends {
    fn end(&mut self, arrived: SimTime) {
        *self.ends.entry(arrived).or_default() += 1;
    }
}

impl Observer for Ends {
    fn arrived(&mut self, _at: SimTime) {
        self.arrived += 1;
    }

    fn answered(&mut self, request: &Answered) {
        self.end(request.arrived);
        self.answered += 1;
    }

    fn unanswered(&mut self, arrived: SimTime, why: Unanswered) {
        self.end(arrived);
        match why {
            Unanswered::DeadLettered => self.dead_lettered += 1,
            Unanswered::Lost => self.lost += 1,
            _ => self.other += 1,
        }
    }

    fn called(&mut self, call: &Called) {
        self.worked |= call.duration > SimTime::ZERO;
    }
}

/// A message every so often, and then no more.
#[derive(Clone)]
struct Every {
    gap: SimTime,
    next: SimTime,
    left: u32,
}

impl Iterator for Every {
    type Item = SimTime;

    fn next(&mut self) -> Option<SimTime> {
        self.left = self.left.checked_sub(1)?;
        self.next += self.gap;
        Some(self.next)
    }
}

/// A queue, a function and a fleet of any kind.
#[derive(Clone, Debug)]
struct Case {
    settings: QueueSettings,
    function: Function,
    gap: SimTime,
    messages: u32,
    limit: u32,
    seed: u64,
}

fn queue_settings() -> impl Strategy<Value = QueueSettings> {
    let failing = prop_oneof![Just(Failing::WholeBatch), Just(Failing::Partial), Just(Failing::Swallowed)];
    let pollers = prop_oneof![Just(Pollers::Today), Just(Pollers::Until2023), Just(Pollers::Provisioned)];
    let batches = (prop_oneof![1_u32..12, 1_u32..200], prop_oneof![Just(0.0), 0.0..30.0_f64]);
    let ends = (prop_oneof![Just(0_u32), 1_u32..6], prop_oneof![60.0..600.0_f64, Just(345_600.0)]);
    let others = (
        2_u32..40,
        prop_oneof![1.0..20.0_f64, 1.0..200.0_f64],
        prop_oneof![Just(0.0), 0.0..100.0_f64],
        prop_oneof![Just(0_u32), 1_u32..30],
    );
    (failing, pollers, batches, ends, others).prop_map(
        |(
            failing,
            pollers,
            (batch_size, window),
            (max_receives, retention),
            (max_concurrency, visibility, twice, groups),
        )| {
            QueueSettings {
                batch_size,
                window: Seconds(window),
                max_concurrency,
                visibility: Seconds(visibility),
                pollers,
                failing,
                max_receives,
                retention: Seconds(retention),
                duplicate_percent: twice,
                message_groups: groups,
                ..QueueSettings::default()
            }
        },
    )
}

fn functions() -> impl Strategy<Value = Function> {
    let work = (prop_oneof![1.0..500.0_f64, 1.0..20_000.0_f64], 0.0..1.0_f64);
    let errors = prop_oneof![Just(0.0), 0.0..60.0_f64, Just(100.0)];
    let timeout = prop_oneof![Just(900.0), 1.0..30.0_f64];
    let asked = (prop_oneof![Just(0.0), 1.0..500.0_f64], 0.0..60.0_f64, 0.0..100.0_f64);
    (work, errors, timeout, asked).prop_map(
        |((waiting, spread), error_percent, timeout, (latency, errors, remembered))| {
            let mut function = Function::default();
            (function.waiting, function.waiting_spread) = (Milliseconds(waiting), spread);
            (function.conduct.timeout, function.conduct.error_percent) = (Seconds(timeout), error_percent);
            function.conduct.handshake = Milliseconds(50.0);
            let dependency = &mut function.conduct.dependency;
            (dependency.latency, dependency.error_percent) = (Milliseconds(latency), errors);
            dependency.remembered = Seconds(remembered);
            function
        },
    )
}

fn cases() -> impl Strategy<Value = Case> {
    let arrivals = (1_u64..2_000, 1_u32..1_500);
    let limit = prop_oneof![0_u32..3, 3_u32..100];
    (queue_settings(), functions(), arrivals, limit, any::<u64>()).prop_map(
        |(settings, function, (gap_ms, messages), limit, seed)| {
            let gap = SimTime(gap_ms * 1_000_000);
            Case { settings, function, gap, messages, limit, seed }
        },
    )
}

impl Case {
    /// Runs for an hour, in slices of so many steps; what became of the messages, and of how many that is open.
    fn run(&self, slice: u64) -> (Ends, u64) {
        let idle = FixedIdle { idle: SimTime(600 * SECOND.0) };
        let calendar = Calendar::new(SECOND, 100.0);
        let fleet = Fleet::new(Carrying(idle), 0, self.limit, ScalingRate::today(), calendar);
        let arrivals = Every { gap: self.gap, next: SimTime::ZERO, left: self.messages };
        let calls = Calls::new(&self.function, self.seed, 0);
        let rules = QueueRules::of(&self.settings);
        let mut queue = Queued::new(arrivals, fleet, calls, Polling::sqs(&self.settings), rules);
        let mut ends = Ends::default();
        while !queue.advance(HOUR, slice, &mut ends) {}
        assert!(queue.in_flight() <= 120_000);
        (ends, queue.open())
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        cases: 200,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_message_ends_once_or_is_still_there(case in cases()) {
        let (ends, open) = case.run(u64::MAX);
        prop_assert!(ends.ends.values().all(|&times| times == 1), "one ended twice");
        let ended = ends.answered + ends.dead_lettered + ends.lost;
        prop_assert_eq!(ends.ends.len() as u64, ended, "queued work ends in three ways");
        prop_assert_eq!(ends.other, 0);
        prop_assert_eq!(ends.arrived, ended + open);
    }

    #[test]
    fn how_a_queue_is_cut_into_slices_does_not_show(case in cases(), slice in 1_u64..200) {
        let (cut, whole) = (case.run(slice).0, case.run(u64::MAX).0);
        prop_assert_eq!(cut.ends, whole.ends);
        prop_assert_eq!((cut.answered, cut.lost), (whole.answered, whole.lost));
    }
}

#[test]
fn no_more_is_received_than_may_be_in_flight() {
    static INSTANT: std::sync::OnceLock<Runtime> = std::sync::OnceLock::new();
    let runtime = INSTANT.get_or_init(|| Runtime { init_ms_p50: 0.0, ..runtimes()[0].clone() });
    let function = Function {
        runtime,
        package_mb: 0.0,
        waiting: Milliseconds(100.0),
        waiting_spread: 0.0,
        computing: Milliseconds(0.0),
        ..Function::default()
    };
    let settings = QueueSettings {
        batch_size: 10_000,
        window: Seconds(1.0),
        visibility: Seconds(3_600.0),
        ..QueueSettings::default()
    };
    // 10,000 a second, and ten times as long to work on them: after a while twelve calls hold all that may be held.
    let fleet = Fleet::new(
        Carrying(FixedIdle { idle: HOUR }),
        0,
        1_000,
        ScalingRate::today(),
        Calendar::new(SimTime(900 * SECOND.0), 10.0),
    );
    let arrivals = Every { gap: SimTime(100_000), next: SimTime::ZERO, left: u32::MAX };
    let calls = Calls::new(&function, 1, 0);
    let mut queue = Queued::new(arrivals, fleet, calls, Polling::sqs(&settings), QueueRules::of(&settings));
    let mut ends = Ends::default();
    let mut most = 0;
    for second in 1..120 {
        while !queue.advance(SimTime(second * SECOND.0), u64::MAX, &mut ends) {}
        most = most.max(queue.in_flight());
    }
    assert_eq!(most, 120_000);
    assert!(ends.worked && queue.depth() > 1_000_000);
}
