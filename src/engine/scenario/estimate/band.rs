use super::{Beyond, Luck};
use crate::scenario::{Band, Basis, Outcome, Range, Scenario};

/// How far formulas may be off, either way.
struct Width {
    usd: f64,
    p99: f64,
}

/// Where nothing but work happens.
const DIRECT: Width = Width { usd: 0.003, p99: 0.015 };
/// Where requests were tried out, and their tail is that of so many.
const TRIED: Width = Width { usd: 0.005, p99: 0.04 };
/// Where the number of copies follows from what single requests find.
const FOLLOWING: Width = Width { usd: 0.05, p99: 0.1 };
/// Where the formulas do not hold, as with a queue: what the price, and what the p99, is to be multiplied by for the
/// least and the most. The fluid knows no single copies and none of their starts.
const ROUGH: [(f64, f64); 2] = [(0.9, 1.15), (0.2, 5.0)];
/// What chance adds on either side, in standard deviations of one day.
const CHANCE_USD: f64 = 2.5;
const CHANCE_P99: f64 = 2.0;
/// How far cold starts may be off, as a part of them.
const COLD_OFF: f64 = 0.03;

/// The band that an estimate states of itself; held against simulated days in `tests/bands.rs` and
/// `tests/estimates.rs`.
pub fn of(scenario: &Scenario, estimate: &Outcome, beyond: &[Beyond], luck: &Luck) -> Band {
    let (usd, p99_s) = (estimate.bill.total.0, estimate.latency.p99_s);
    let by_chance = luck.p99_s(CHANCE_P99, COLD_OFF);
    let by_chance = Range { least: by_chance.least.min(p99_s), most: by_chance.most.max(p99_s) };
    let about =
        |value: f64, off: f64| Range { least: value * (1.0 - off).max(0.0), most: value * (1.0 + off) };
    let (usd, p99_s) = match width(scenario, beyond) {
        Some(width) => {
            let p99_s = Range {
                least: by_chance.least * (1.0 - width.p99),
                most: by_chance.most * (1.0 + width.p99),
            };
            (about(usd, width.usd + CHANCE_USD * luck.usd), p99_s)
        }
        None => {
            let [(least_usd, most_usd), (least_s, most_s)] = ROUGH;
            let chance = CHANCE_USD * luck.usd;
            let usd = Range { least: usd * (least_usd - chance).max(0.0), most: usd * (most_usd + chance) };
            (usd, Range { least: by_chance.least * least_s, most: by_chance.most * most_s })
        }
    };
    Band { usd, p99_s, basis: Basis::Formula }
}

/// None where the formulas do not hold.
fn width(scenario: &Scenario, beyond: &[Beyond]) -> Option<Width> {
    match beyond {
        [Beyond::Tracked | Beyond::Renewed] => Some(FOLLOWING),
        beyond if !beyond.iter().all(|what| what.is_chance()) => None,
        _ if scenario.is_plain() => Some(DIRECT),
        _ => Some(TRIED),
    }
}
