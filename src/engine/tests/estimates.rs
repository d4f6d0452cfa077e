//! The estimate against the mean of eight simulated days, over scenarios drawn as people make them: a situation, and a
//! handful of changes.
//!
//! `ESTIMATES=300` draws so many scenarios, `ESTIMATES_SEED` others, `ESTIMATES_REQUESTS` days of up to so many
//! requests, and `--nocapture` shows every one of them with its errors.

use burstlab_engine::scenario::{
    Band, CHOICES, Fidelity, Outcome, Scenario, beyond, estimate, evaluate, knob, presets,
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
        least * (most / least).powf(self.unit())
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
    "runtime", "architecture", "packaging", "keep_alive", "billing", "network", "snapshot", "just_deployed",
    "way_in", "retry_on", "connections", "provisioned_by", "package_law",
];

fn drawn(dice: &mut Dice, most_requests: f64) -> Scenario {
    let all = presets();
    let mut scenario = all[dice.below(all.len())].scenario.clone();
    if dice.hits(0.7) {
        scenario = with_traffic(dice, scenario);
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

/// A curve of a few points between night and peak, and now and then sends.
fn with_traffic(dice: &mut Dice, scenario: Scenario) -> Scenario {
    let peak = dice.scaled((0.1, 30.0));
    let mut hours: Vec<f64> =
        (0..3 + dice.below(6)).map(|_| (dice.unit() * 96.0).floor() * 0.25).collect();
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

struct Compared {
    link: String,
    reached: bool,
    is_plain_direct: bool,
    why: String,
    quick: Outcome,
    usd_off: f64,
    p99_off: f64,
    /// How many standard errors of the mean of the days the estimate is off, price and p99.
    sigmas: [f64; 2],
    cold: f64,
    days_held: usize,
    mean_held: bool,
}

const DAYS: u64 = 8;

fn compared(scenario: &Scenario) -> Compared {
    let quick = estimate(scenario);
    let days: Vec<Outcome> =
        (1..=DAYS).map(|day| evaluate(&Scenario { seed: 1_000 * day + 7, ..scenario.clone() })).collect();
    let mean = |of: fn(&Outcome) -> f64| days.iter().map(of).sum::<f64>() / DAYS as f64;
    let (usd, p99_s) = (mean(|day| day.bill.total.0), mean(|day| day.latency.p99_s));
    let band = Band::of_estimate(scenario, &quick);
    let error = |of: fn(&Outcome) -> f64, mean: f64| {
        let squares: f64 = days.iter().map(|day| (of(day) - mean).powi(2)).sum();
        (squares / (DAYS * (DAYS - 1)) as f64).sqrt().max(1e-9 * mean)
    };
    let sigmas = [
        (quick.bill.total.0 - usd) / error(|day| day.bill.total.0, usd),
        (quick.latency.p99_s - p99_s) / error(|day| day.latency.p99_s, p99_s),
    ];
    let off = |got: f64, expected: f64| if expected > 0.0 { got / expected - 1.0 } else { 0.0 };
    Compared {
        link: scenario.to_link(),
        reached: quick.fidelity == Fidelity::Estimate,
        is_plain_direct: scenario.is_plain() && (scenario.queue_mode as u8) == 0,
        why: format!("{:?}", beyond(scenario, &quick)),
        usd_off: off(quick.bill.total.0, usd),
        p99_off: off(quick.latency.p99_s, p99_s),
        sigmas,
        cold: mean(Outcome::cold_share),
        days_held: days
            .iter()
            .filter(|day| band.usd.holds(day.bill.total.0) && band.p99_s.holds(day.latency.p99_s))
            .count(),
        mean_held: band.usd.holds(usd) && band.p99_s.holds(p99_s),
        quick,
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn within_its_reach_the_estimate_is_the_mean_of_eight_days() {
    let (scenarios, most) = (number("ESTIMATES", 60), number("ESTIMATES_REQUESTS", 100_000) as f64);
    let mut dice = Dice(number("ESTIMATES_SEED", 1));
    let mut all: Vec<Compared> =
        (0..scenarios).map(|_| drawn(&mut dice, most)).map(|scenario| compared(&scenario)).collect();
    all.sort_by(|a, b| b.p99_off.abs().total_cmp(&a.p99_off.abs()));
    for one in &all {
        println!(
            "{} p99 {:+.3} ({:+.1}) usd {:+.4} ({:+.1}) n {} cold {:.5}/{:.5} thr {} days {} {} {} {}",
            if one.reached { "IN " } else { "out" },
            one.p99_off,
            one.sigmas[1],
            one.usd_off,
            one.sigmas[0],
            one.quick.counts.arrived,
            one.quick.cold_share(),
            one.cold,
            one.quick.counts.throttled,
            one.days_held,
            one.mean_held,
            one.why,
            one.link
        );
    }
    let reached: Vec<&Compared> = all.iter().filter(|one| one.reached).collect();
    let share = |count: usize, of: usize| count as f64 / of.max(1) as f64;
    let p99 = share(reached.iter().filter(|one| one.p99_off.abs() <= 0.03).count(), reached.len());
    let usd = share(reached.iter().filter(|one| one.usd_off.abs() <= 0.005).count(), reached.len());
    let held = share(reached.iter().map(|one| one.days_held).sum(), reached.len() * DAYS as usize);
    let mean = share(reached.iter().filter(|one| one.mean_held).count(), reached.len());
    let plain: Vec<_> = all.iter().filter(|one| one.is_plain_direct && one.quick.counts.throttled == 0).collect();
    println!(
        "reached {} of {}; plain {} of {}; p99 {p99:.3} usd {usd:.3} held days {held:.3} mean {mean:.3}",
        reached.len(),
        all.len(),
        plain.iter().filter(|one| one.reached).count(),
        plain.len()
    );
}
