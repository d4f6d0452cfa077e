//! The estimate against the mean of eight simulated days, over scenarios drawn as people make them: a situation, and a
//! handful of changes.
//!
//! `ESTIMATES=300` draws so many scenarios, `ESTIMATES_SEED` others, `ESTIMATES_REQUESTS` days of up to so many
//! requests, and `--nocapture` shows every one of them with its errors.

#![expect(
    clippy::print_stdout,
    reason = "which scenarios are off, and by how much, is what one wants to see"
)]

use burstlab_engine::{
    random::math::{exp, ln},
    scenario::{
        Beyond, CHOICES, Estimated, Fidelity, Outcome, QueueMode, Scenario, beyond, estimate_with_band,
        evaluate, knob, presets,
    },
    traffic::{Curve, MOST_RATE},
};

/// Random numbers of the draw (splitmix64).
struct Dice(u64);

impl Dice {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, count: usize) -> usize {
        (self.unit() * count as f64) as usize
    }

    fn hits(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    fn between(&mut self, (least, most): (f64, f64)) -> f64 {
        least + (most - least) * self.unit()
    }

    /// As often between 1 and 10 as between 10 and 100.
    fn scaled(&mut self, (least, most): (f64, f64)) -> f64 {
        least * exp(self.unit() * ln(most / least))
    }
}

/// Numbers that people change, each within a range that makes sense to them.
const KNOBS: &[(&str, f64, f64)] = &[
    ("memory_mb", 128.0, 4_096.0),
    ("memory_mb", 256.0, 2_048.0),
    ("package_mb", 1.0, 250.0),
    ("waiting_ms", 5.0, 5_000.0),
    ("waiting_spread", 0.1, 1.5),
    ("computing_ms", 2.0, 500.0),
    ("computing_spread", 0.1, 1.0),
    ("init_spread", 0.05, 1.0),
    ("keep_alive_s", 30.0, 3_600.0),
    ("provisioned", 1.0, 80.0),
    ("provisioned", 1.0, 20.0),
    ("threads", 1.0, 6.0),
    ("growth", 0.3, 3.0),
    ("weekend_share", 0.1, 2.0),
];

/// What may befall a request besides its work.
const CONDUCT: &[(&str, f64, f64)] = &[
    ("error_percent", 0.1, 20.0),
    ("caller_retries", 1.0, 4.0),
    ("dependency_ms", 10.0, 500.0),
    ("dependency_slow_percent", 0.1, 10.0),
    ("dependency_error_percent", 0.1, 20.0),
    ("dependency_hit_percent", 10.0, 95.0),
    ("remembered_s", 1.0, 600.0),
    ("handshake_ms", 20.0, 300.0),
    ("timeout_s", 1.0, 30.0),
    ("patience_s", 1.0, 20.0),
    ("way_in_ms", 1.0, 50.0),
    ("dispersion", 2.0, 20.0),
];

const CHOSEN: &[&str] = &[
    "runtime",
    "architecture",
    "packaging",
    "keep_alive",
    "billing",
    "network",
    "snapshot",
    "just_deployed",
    "way_in",
    "retry_on",
    "connections",
    "provisioned_by",
    "package_law",
];

fn drawn(dice: &mut Dice, most_requests: f64) -> Scenario {
    let all = presets();
    let mut scenario = all[dice.below(all.len())].scenario.clone();
    match dice.below(10) {
        0..3 => {}
        3..7 => scenario = dragged(dice, scenario),
        _ => scenario = with_traffic(dice, scenario),
    }
    for _ in 0..1 + dice.below(4) {
        change(dice, &mut scenario);
    }
    let queue = if dice.hits(0.15) { "on" } else { "off" };
    choose(&mut scenario, "queue", queue);
    let requests = scenario.traffic.requests_per_day();
    if requests > most_requests {
        let growth = scenario.traffic.growth * most_requests * dice.between((0.3, 1.0)) / requests;
        knob("growth").expect("a knob").set(&mut scenario, growth);
    }
    // What growth cannot make small gets a smaller curve.
    if scenario.traffic.requests_per_day() > most_requests {
        scenario = with_traffic(dice, scenario);
    }
    scenario
}

fn change(dice: &mut Dice, scenario: &mut Scenario) {
    let rows = if dice.hits(0.25) { CONDUCT } else { KNOBS };
    if dice.hits(0.25) {
        let key = CHOSEN[dice.below(CHOSEN.len())];
        let choice = CHOICES.iter().find(|choice| choice.key == key).expect("a choice of the table");
        let options = (choice.options)();
        return (choice.set)(scenario, options[dice.below(options.len())].0);
    }
    let (key, least, most) = rows[dice.below(rows.len())];
    let value = dice.scaled((least, most));
    knob(key).expect("a knob of the table").set(scenario, value);
}

fn choose(scenario: &mut Scenario, key: &str, name: &str) {
    let choice = CHOICES.iter().find(|choice| choice.key == key).expect("a choice of the table");
    (choice.set)(scenario, name);
}

/// The situation's own traffic with one to three points of its curve pulled up or down.
fn dragged(dice: &mut Dice, scenario: Scenario) -> Scenario {
    let mut points = scenario.traffic.curve.points().to_vec();
    for _ in 0..1 + dice.below(3) {
        let index = dice.below(points.len());
        let point = &mut points[index];
        point.rate.0 = (point.rate.0.max(0.01) * dice.scaled((0.1, 10.0))).min(MOST_RATE);
    }
    scenario.with_curve(Curve::new(points))
}

/// A curve of a few points between night and peak, and now and then sends.
fn with_traffic(dice: &mut Dice, scenario: Scenario) -> Scenario {
    let peak = dice.scaled((0.3, 50.0));
    let mut hours: Vec<f64> = (0..3 + dice.below(6)).map(|_| (dice.unit() * 96.0).floor() * 0.25).collect();
    hours.sort_by(f64::total_cmp);
    hours.dedup();
    let points: Vec<String> =
        hours.iter().map(|hour| format!("[{hour}, {:.4}]", peak * dice.scaled((0.02, 1.0)))).collect();
    let spikes: Vec<String> = match dice.below(4) {
        0 => (0..24).map(|hour| format!("[{hour}, 50]")).collect(),
        1 => (0..1 + dice.below(8))
            .map(|_| format!("[{:.2}, {:.0}]", dice.unit() * 23.9, dice.scaled((5.0, 500.0))))
            .collect(),
        _ => Vec::new(),
    };
    let text = format!(r#"{{"curve": [{}], "spikes": [{}]}}"#, points.join(", "), spikes.join(", "));
    let traffic = Scenario::parse(&text).unwrap_or_else(|problems| panic!("{text}: {problems:?}")).traffic;
    Scenario { traffic, ..scenario }
}

/// An estimate beside the mean of days.
struct Compared {
    scenario: Scenario,
    quick: Outcome,
    beyond: Vec<Beyond>,
    /// How far it is off, as a part of the mean: the bill, the p99.
    off: [f64; 2],
    /// Days within its band.
    days_held: usize,
}

const DAYS: u64 = 8;
/// What is compared: the bill, the p99.
const NUMBERS: [fn(&Outcome) -> f64; 2] = [|day| day.bill.total.0, |day| day.latency.p99_s];
/// How far each may be off within the reach.
const PROMISED: [f64; 2] = [0.005, 0.03];

impl Compared {
    fn of(scenario: Scenario) -> Self {
        let Estimated { outcome: quick, band, .. } = estimate_with_band(&scenario);
        let days: Vec<Outcome> =
            (1..=DAYS).map(|day| evaluate(&Scenario { seed: 1_000 * day + 7, ..scenario.clone() })).collect();
        let off = NUMBERS.map(|number| {
            let mean = days.iter().map(number).sum::<f64>() / DAYS as f64;
            if mean > 0.0 { number(&quick) / mean - 1.0 } else { 0.0 }
        });
        let is_held =
            |day: &&Outcome| band.usd.holds(day.bill.total.0) && band.p99_s.holds(day.latency.p99_s);
        let days_held = days.iter().filter(is_held).count();
        Self { beyond: beyond(&scenario, &quick), scenario, quick, off, days_held }
    }

    fn is_reached(&self) -> bool {
        self.quick.fidelity == Fidelity::Estimate
    }

    /// Requests that only work, without a queue, and none turned away.
    fn is_plain(&self) -> bool {
        let is_direct = self.scenario.queue_mode == QueueMode::Direct;
        is_direct && self.scenario.is_plain() && self.quick.counts.throttled == 0
    }

    fn line(&self) -> String {
        let [usd, p99] = self.off;
        let (arrived, beyond) = (self.quick.counts.arrived, &self.beyond);
        let days = self.days_held;
        format!(
            "p99 {p99:+.4} usd {usd:+.4} of {arrived}, {days} days held, {beyond:?} {}",
            self.scenario.to_link()
        )
    }
}

/// The share of those for which something holds.
fn share(all: &[&Compared], holds: impl Fn(&Compared) -> bool) -> f64 {
    all.iter().filter(|one| holds(one)).count() as f64 / all.len().max(1) as f64
}

/// How far off they are, in the middle and at the far end.
fn summary(what: &str, all: &[&Compared]) -> String {
    let at = |number: usize, place: f64| {
        let mut offs: Vec<f64> = all.iter().map(|one| one.off[number].abs()).collect();
        offs.sort_by(f64::total_cmp);
        offs.get((place * offs.len() as f64) as usize).copied().unwrap_or(0.0)
    };
    let held: usize = all.iter().map(|one| one.days_held).sum();
    let held = held as f64 / (all.len().max(1) * DAYS as usize) as f64;
    format!(
        "{what}: {} scenarios, p99 off by {:.4} in the middle, {:.4} at 95 in 100, usd by {:.4} and {:.4}; {held:.3} of days held",
        all.len(),
        at(1, 0.5),
        at(1, 0.95),
        at(0, 0.5),
        at(0, 0.95),
    )
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn report(all: &[Compared]) {
    let mut sorted: Vec<&Compared> = all.iter().collect();
    sorted.sort_by(|a, b| b.off[1].abs().total_cmp(&a.off[1].abs()));
    sorted.iter().for_each(|one| println!("{}", one.line()));
    let mut causes: Vec<String> = all.iter().map(|one| format!("{:?}", one.beyond)).collect();
    causes.sort();
    causes.dedup();
    for cause in causes {
        let of_cause: Vec<&Compared> =
            all.iter().filter(|one| format!("{:?}", one.beyond) == cause).collect();
        println!("{}", summary(&cause, &of_cause));
    }
}

#[test]
fn within_its_reach_the_estimate_is_the_mean_of_eight_days() {
    let (scenarios, most) = (number("ESTIMATES", 60), number("ESTIMATES_REQUESTS", 100_000) as f64);
    let mut dice = Dice(number("ESTIMATES_SEED", 1));
    let all: Vec<Compared> = (0..scenarios).map(|_| Compared::of(drawn(&mut dice, most))).collect();
    report(&all);
    let reached: Vec<&Compared> = all.iter().filter(|one| one.is_reached()).collect();
    let [usd, p99] = [0, 1].map(|number| share(&reached, |one| one.off[number].abs() <= PROMISED[number]));
    let held: usize = reached.iter().map(|one| one.days_held).sum();
    let held = held as f64 / (reached.len() as u64 * DAYS) as f64;
    let plain: Vec<&Compared> = all.iter().filter(|one| one.is_plain()).collect();
    let many: Vec<&Compared> = plain.iter().filter(|one| one.quick.counts.arrived >= MANY).copied().collect();
    let [of_plain, of_many] = [&plain, &many].map(|some| share(some, Compared::is_reached));
    println!("{}", summary("within reach", &reached));
    println!("p99 {p99:.3} usd {usd:.3} days {held:.3}; reached: plain {of_plain:.3}, of many {of_many:.3}");
    assert!(p99 >= 0.97 && usd >= 0.95 && held >= 0.95, "p99 {p99}, usd {usd}, days {held}");
    assert!(
        of_plain >= 0.6 && of_many >= 0.8,
        "reached: {of_plain} of the plain, {of_many} of those with many"
    );
}

/// Days of more requests than these differ by less than the estimate promises.
const MANY: u64 = 20_000;
