//! A queue that hands out to a function: how fast its pollers grow, and how far.

use burstlab_engine::{
    fleet::{
        Admission, Answered, Calendar, Called, Calls, Carrying, FixedIdle, Fleet, Observer, Polling,
        PollingRule, QueueRules, Queued, ScalingRate, WorkStream,
    },
    random::Law,
    units::{HOUR, MINUTE, SECOND, SimTime},
    workload::Laws,
};

use super::{
    entry::{Entry, Tolerance},
    report::{Outcome, Row},
};

/// Messages that are all there at once.
#[derive(Clone)]
struct AllAtOnce(u64);

impl Iterator for AllAtOnce {
    type Item = SimTime;

    fn next(&mut self) -> Option<SimTime> {
        self.0 = self.0.checked_sub(1)?;
        Some(SimTime::ZERO)
    }
}

/// What is seen of a queue.
#[derive(Default)]
struct Seen {
    done: u64,
    last_done: SimTime,
    throttled: u64,
    most: u32,
    /// Environments started, by the minute.
    started: Vec<u32>,
    /// Calls at work, most, by the minute.
    at_work: Vec<u32>,
}

impl Observer for Seen {
    fn answered(&mut self, request: &Answered) {
        self.done += 1;
        self.last_done = self.last_done.max(request.arrived + request.latency());
    }

    fn called(&mut self, call: &Called) {
        let minute = call.at.minute();
        self.started.resize(self.started.len().max(minute + 1), 0);
        self.at_work.resize(self.started.len(), 0);
        self.started[minute] += u32::from(call.admission == Admission::Cold);
        self.at_work[minute] = self.at_work[minute].max(call.busy);
        self.most = self.most.max(call.busy);
    }

    fn refused(&mut self, _at: SimTime) {
        self.throttled += 1;
    }
}

/// Hands out messages that each take so long, until all are done or the time is over.
fn hand_out(rule: PollingRule, messages: u64, batch: u32, work_s: f64, limit: u32, end: SimTime) -> Seen {
    let laws =
        Laws { waiting: Law::Constant(work_s), computing: Law::Constant(0.0), init: Law::Constant(0.0) };
    let calendar = Calendar::new(SimTime::from_secs(work_s), 1_000.0);
    let fleet = Fleet::new(Carrying(FixedIdle { idle: HOUR }), 0, limit, ScalingRate::today(), calendar);
    let calls = Calls::plain(WorkStream::new(laws, 1, 0).without_days());
    let rules = QueueRules::plain(batch, SimTime(12 * HOUR.0));
    let mut queue = Queued::new(AllAtOnce(messages), fleet, calls, Polling::ramp(rule), rules);
    let mut seen = Seen::default();
    while seen.done < messages && !queue.advance(end, 100_000, &mut seen) {}
    seen
}

/// So soon that no bound has risen yet.
const AT_FIRST: SimTime = SimTime(SECOND.0 / 100);

/// So many messages that a queue of such work is not empty before the end.
fn never_empty(work_s: f64, end: SimTime) -> u64 {
    (end.as_secs() / work_s * 1_300.0) as u64 + 10_000
}

/// The polling of the entry: by its own numbers, else as the provider did then.
fn polling(entry: &Entry) -> PollingRule {
    let then = if entry.month() < (2023, 11) { PollingRule::until_2023() } else { PollingRule::today() };
    let most = entry.input("esmMaximumConcurrency").map_or(then.most, |most| then.most.min(most as u32));
    PollingRule {
        initial: entry.input("initial").map_or(then.initial, |initial| initial as u32),
        per_minute: entry.input("perMinute").unwrap_or(then.per_minute),
        most,
    }
}

/// Whether the entry tells how long a heap of messages takes.
pub fn tells_drain(entry: &Entry) -> bool {
    entry.input("messages").is_some()
        && entry.input("processing_ms").is_some()
        && entry.output("drain_min").is_some()
}

/// All messages at once, until the last is done.
pub fn check_drain(entry: &Entry) -> Outcome {
    let messages = entry.input("messages").unwrap_or_default() as u64;
    let work_s = entry.input("processing_ms").unwrap_or_default() / 1e3;
    let batch = entry.input("batchSize").unwrap_or(1.0) as u32;
    let seen = hand_out(polling(entry), messages, batch, work_s, u32::MAX, SimTime(24 * HOUR.0));
    let near = |what: &str, measured, got| Row::near(entry, what, measured, got, Tolerance::share(0.1));
    let measured = entry.output("drain_min").unwrap_or_default();
    let mut rows = vec![near("minutes until all are done", measured, seen.last_done.as_secs() / 60.0)];
    if let Some(concurrency) = entry.loose_output("concurrencyAtEnd") {
        rows.push(near("calls at work at the end", concurrency, f64::from(seen.most)));
    }
    Ok(rows)
}

/// Whether the entry tells the documented rise.
pub fn tells_rise(entry: &Entry) -> bool {
    entry.output("initialConcurrent").is_some() && entry.output("addPerMinute").is_some()
}

/// A queue that is never empty, minute by minute: by the rule of today, and the one before where it is told.
pub fn check_rise(entry: &Entry) -> Outcome {
    let told = |key| entry.output(key).unwrap_or_default();
    let mut rows = rise(
        "",
        PollingRule::today(),
        [told("initialConcurrent"), told("addPerMinute"), told("maxConcurrent")],
    );
    if let Some(before) = entry.found("before_2023_11") {
        let told = |key: &str| before.get(key).and_then(serde_json::Value::as_f64);
        if let Some((per_minute, most)) = told("addPerMinute").zip(told("maxConcurrent")) {
            let expected = [PollingRule::until_2023().initial.into(), per_minute, most];
            rows.extend(rise(", until 2023", PollingRule::until_2023(), expected));
        }
    }
    Ok(rows)
}

fn rise(when: &str, rule: PollingRule, [initial, per_minute, most]: [f64; 3]) -> Vec<Row> {
    // Calls of a second, and three minutes more than the rise should take.
    let minutes = ((most - initial) / per_minute.max(1.0)).ceil() as u64 + 3;
    let end = SimTime(minutes * MINUTE.0);
    let seen = hand_out(rule, never_empty(1.0, end), 1, 1.0, u32::MAX, end);
    let at = |minute: usize| seen.at_work.get(minute).copied().map_or(0.0, f64::from);
    let first = hand_out(rule, 10_000, 1, 1.0, u32::MAX, AT_FIRST);
    let risen = Row::near_by(
        &format!("risen in the second minute{when}"),
        per_minute,
        at(1) - at(0),
        Tolerance::share(0.01),
        0.0,
    );
    vec![
        Row::exact(&format!("calls at work at first{when}"), initial, f64::from(first.most)),
        risen,
        Row::exact(&format!("calls at work at last{when}"), most, f64::from(seen.most)),
    ]
}

/// Whether the entry tells of pollers held for one queue.
pub fn tells_pollers(entry: &Entry) -> bool {
    per_poller(entry).is_some() && entry.output("defaultMin").is_some()
}

fn per_poller(entry: &Entry) -> Option<f64> {
    entry.found("perPoller")?.get("concurrentInvokes")?.as_f64()
}

/// A queue that is never empty with the least pollers, at first and at last.
pub fn check_pollers(entry: &Entry) -> Outcome {
    let [least, most] = ["defaultMin", "defaultMax"].map(|key| entry.output(key).unwrap_or(2.0));
    let rule = PollingRule::provisioned(least as u32, most as u32);
    let each = per_poller(entry).unwrap_or_default();
    let first = hand_out(rule, 10_000, 1, 1.0, u32::MAX, AT_FIRST);
    Ok(vec![
        Row::exact("calls at work at first", least * each, f64::from(first.most)),
        Row::exact("calls at work allowed at last", most * each, f64::from(rule.most)),
    ])
}

/// Whether the entry holds the queue back by a maximum.
pub fn tells_maximum(entry: &Entry) -> bool {
    entry.given("esmMaximumConcurrency").is_some() && entry.output("steadyConcurrency").is_some()
}

/// A queue that is never empty stays at the maximum.
pub fn check_maximum(entry: &Entry) -> Outcome {
    if entry.input("esmMaximumConcurrency").is_none() {
        return Err("it does not tell the rate at which messages come".to_owned());
    }
    let work_s = entry.input("processing_ms").unwrap_or(100.0) / 1e3;
    let limit = entry.input("functionReservedConcurrency").map_or(u32::MAX, |limit| limit as u32);
    let end = SimTime(5 * MINUTE.0);
    let seen = hand_out(polling(entry), never_empty(work_s, end), 1, work_s, limit, end);
    let steady = entry.output("steadyConcurrency").unwrap_or_default();
    let mut rows = vec![Row::exact("calls at work", steady, f64::from(seen.most))];
    if let Some(throttled) = entry.output("throttlesMax_1min") {
        rows.push(Row::exact("batches turned away", throttled, seen.throttled as f64));
    }
    Ok(rows)
}

/// Whether the entry tells how fast environments start under a queue that fills.
pub fn tells_starts(entry: &Entry) -> bool {
    entry.output("coldStartsPerMinuteInRampUp").is_some() && entry.input("processing_ms").is_some()
}

/// Messages came at a rate that is not told, so the model's answer is a bound: no more than from a queue
/// that is never empty.
pub fn check_starts(entry: &Entry) -> Outcome {
    let work_s = entry.input("processing_ms").unwrap_or_default() / 1e3;
    let end = SimTime(3 * MINUTE.0);
    let seen = hand_out(polling(entry), never_empty(work_s, end), 1, work_s, u32::MAX, end);
    let measured = entry.output("coldStartsPerMinuteInRampUp").unwrap_or_default();
    let bound = seen.started.get(1).copied().map_or(0.0, f64::from);
    Ok(vec![Row::at_least("most environments started a minute", measured, bound)])
}
