//! The prices that a case brings with it, in place of the catalog's.

use burstlab_engine::pricing::{Measure, Meter, Quantities, Rate, Tariff, Tier};

use crate::{inputs::Inputs, key::Dimension, words::Name};

/// All prices of a case, in their order.
pub struct Prices(Vec<Price>);

/// One price, taken apart: `next_667M` is a price without a noun, for the tier after the one before.
struct Price {
    text: String,
    noun: String,
    basis: Basis,
    tier: Option<Step>,
    usd: f64,
}

/// What a price is for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Basis {
    /// So many things.
    Things(f64),
    /// Seconds that something is held.
    Time(f64),
    /// A GB, held for so many seconds.
    RoomTime(f64),
    /// A GB that goes through, or is kept for a month.
    Room,
    /// A second of 128 MB.
    EdgeTime,
    /// It does not say.
    Unsaid,
}

/// Which part of the quantity a price is for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    /// From the end of the tier before, so many.
    Next(f64),
    /// All above.
    Over,
    /// The tier of this number.
    Nth(usize),
}

impl Prices {
    /// Takes prices by their names.
    pub fn new(given: &[(String, f64)]) -> Self {
        Self(given.iter().map(|(text, usd)| Price::of(text, *usd)).collect())
    }

    /// Whether one of these words names a price.
    pub fn name_any(&self, words: &[&str]) -> bool {
        self.0.iter().any(|price| price.noun.split('_').any(|word| words.contains(&word)))
    }

    /// Puts these prices in the place of the tariff's, for the meters of a month.
    pub fn replace(&self, tariff: &mut Tariff, month: &Quantities, inputs: &Inputs) -> Result<(), String> {
        let mut replaced: Vec<Meter> = Vec::new();
        for price in &self.0 {
            match price.meter(month) {
                Some(meter) => {
                    price.put(tariff.rate_mut(meter), meter, replaced.contains(&meter))?;
                    replaced.push(meter);
                }
                None if price.stands_in(tariff) => {
                    inputs.note(format!("the price {} is the catalog's", price.text));
                }
                None => return Err(format!("unknown price: {}", price.text)),
            }
        }
        Ok(())
    }
}

/// Prices that stand among the inputs: of an instance on demand and as paid for, and the share that its
/// management costs.
pub fn replace_by_inputs(tariff: &mut Tariff, inputs: &Inputs) {
    let number = |noun| inputs.each(noun, Dimension::Count);
    let Some(on_demand) = number("od") else { return };
    let fee = number("mgmt_fee").unwrap_or_else(|| {
        let of = |meter| tariff.rate(meter).tiers[0].usd;
        of(Meter::ManagedFee) / of(Meter::ManagedInstances)
    });
    let saved = number("savings_plan_discount").unwrap_or_default();
    let paid = number("sp").unwrap_or(on_demand * (1.0 - saved));
    for (meter, usd) in [(Meter::ManagedInstances, paid), (Meter::ManagedFee, fee * on_demand)] {
        tariff.rate_mut(meter).tiers = vec![tier(None, usd)];
    }
}

impl Price {
    fn of(text: &str, usd: f64) -> Self {
        let words: Vec<&str> = text.split('_').filter(|word| *word != "per" && *word != "usd").collect();
        let mut price =
            Self { text: text.to_owned(), noun: String::new(), basis: Basis::Unsaid, tier: None, usd };
        let mut nouns = Vec::new();
        let mut at = 0;
        while at < words.len() {
            at += price.read(&words[at..], &mut nouns);
        }
        price.noun = nouns.join("_");
        price
    }

    /// Reads the next words; how many they were.
    fn read<'a>(&mut self, words: &[&'a str], nouns: &mut Vec<&'a str>) -> usize {
        let next = words.get(1).copied().unwrap_or_default();
        let (word, amount) = (words[0], amount(next));
        let (basis, read) = match (word, next) {
            ("first" | "next", _) if amount.is_some() => {
                self.tier = amount.map(Step::Next);
                (None, 2)
            }
            ("over" | "above" | "beyond", _) if amount.is_some() => {
                self.tier = Some(Step::Over);
                (None, 2)
            }
            ("gb" | "gib", "s" | "second" | "seconds") => (Some(Basis::RoomTime(1.0)), 2),
            ("gb" | "gib", "h" | "hour" | "hours") => (Some(Basis::RoomTime(3_600.0)), 2),
            ("gb" | "gib", "month" | "mo") => (Some(Basis::Room), 2),
            ("128mb", "second" | "s") => (Some(Basis::EdgeTime), 2),
            ("gbs", _) => (Some(Basis::RoomTime(1.0)), 1),
            ("gb" | "gib", _) => (Some(Basis::Room), 1),
            ("hour" | "h" | "hr", _) => (Some(Basis::Time(3_600.0)), 1),
            ("s" | "second", _) => (Some(Basis::Time(1.0)), 1),
            ("million", _) => (Some(Basis::Things(1e6)), 1),
            ("thousand", _) => (Some(Basis::Things(1e3)), 1),
            _ => return self.read_one(word, nouns),
        };
        if let Some(basis) = basis {
            self.basis = basis;
        }
        read
    }

    /// A word alone: an amount such as `M`, a tier such as `tier2`, or part of the noun.
    fn read_one<'a>(&mut self, word: &'a str, nouns: &mut Vec<&'a str>) -> usize {
        let nth = tier_number(word);
        match amount(word) {
            Some(things) => self.basis = Basis::Things(things),
            None if nth.is_some() => self.tier = self.tier.or(nth.map(Step::Nth)),
            None => nouns.push(word),
        }
        1
    }

    /// The meter of the month that this price is for: named by the noun, in dollars for something that the meter
    /// counts. What no noun says is the first that counts so.
    fn meter(&self, month: &Quantities) -> Option<Meter> {
        let mut meters: Vec<_> = month.iter().map(|(meter, _)| meter).collect();
        meters.retain(|&meter| self.per_unit(meter.measure()).is_some());
        meters.iter().copied().find(|&meter| Name::of(meter).fits(&self.noun)).or(match meters[..] {
            [only] if !self.noun.is_empty() => Some(only),
            _ => None,
        })
    }

    /// Dollars for one unit of a measure; none where the price is for something else.
    fn per_unit(&self, measure: Measure) -> Option<f64> {
        let usd = self.usd;
        match (measure, self.basis) {
            (Measure::Each, Basis::Things(things)) => Some(usd / things),
            (Measure::Each, Basis::Unsaid) if self.tier.is_some() => Some(usd / 1e6),
            (Measure::Hours, Basis::Time(seconds)) => Some(usd / seconds * 3_600.0),
            (Measure::Function(_) | Measure::GigabyteSeconds, Basis::RoomTime(seconds)) => {
                Some(usd / seconds)
            }
            (Measure::GigabyteHours | Measure::RoomHours, Basis::RoomTime(seconds)) => {
                Some(usd / seconds * 3_600.0)
            }
            (Measure::EdgeFunction, Basis::EdgeTime) => Some(usd),
            (Measure::EdgeFunction, Basis::RoomTime(seconds)) => Some(usd / seconds / 8.0),
            (Measure::Gigabytes | Measure::DecimalGigabytes | Measure::Memory, Basis::Room)
            | (Measure::GigabyteMonths | Measure::DecimalGigabyteMonths, Basis::Room) => Some(usd),
            _ => None,
        }
    }

    /// Puts the price into a rate: as the only one, or as one of its tiers.
    fn put(&self, rate: &mut Rate, meter: Meter, again: bool) -> Result<(), String> {
        let usd = self.per_unit(meter.measure()).unwrap_or_default() * rate.per;
        match self.tier {
            None => rate.tiers = vec![tier(None, usd)],
            Some(Step::Nth(number)) => {
                let place = rate.tiers.get_mut(number.wrapping_sub(1));
                let place = place.ok_or_else(|| format!("unknown price: {} has no such tier", self.text))?;
                *place = tier(place.up_to, usd);
            }
            Some(step) => {
                let mut own: Vec<_> = if again { own_tiers(rate) } else { Vec::new() };
                let start = own.last().and_then(|last: &Tier| last.up_to).unwrap_or_default();
                let end = if let Step::Next(things) = step { Some(start + things) } else { None };
                own.push(tier(end, usd));
                // Beyond what the case prices, the catalog's prices go on.
                let beyond = |old: &&Tier| end.is_some_and(|end| old.up_to.is_none_or(|up_to| up_to > end));
                let catalog = rate.tiers.iter().filter(|old| old.source != OWN).filter(beyond);
                own.extend(catalog.cloned().collect::<Vec<_>>());
                rate.tiers = own;
            }
        }
        Ok(())
    }

    /// Whether some rate of the tariff has this price anyway, so that nothing changes by it.
    fn stands_in(&self, tariff: &Tariff) -> bool {
        let same = |meter: &&Meter| {
            let rate = tariff.rate(**meter);
            rate.tiers.iter().any(|tier| (tier.usd - self.usd).abs() <= 1e-9 * self.usd)
        };
        Meter::ALL.iter().any(|meter| same(&meter))
    }
}

/// The source of a tier that the case gave.
pub const OWN: &str = "the case's own price";

fn tier(up_to: Option<f64>, usd: f64) -> Tier {
    // Twelve digits, as anyone would write it.
    let usd = format!("{usd:.12e}").parse().unwrap_or(usd);
    Tier { up_to, usd, source: OWN.to_owned(), as_of: "given".to_owned(), verified: false }
}

fn own_tiers(rate: &Rate) -> Vec<Tier> {
    rate.tiers.iter().filter(|tier| tier.source == OWN).cloned().collect()
}

/// The number in `t2` or `tier2`.
pub fn tier_number(word: &str) -> Option<usize> {
    word.strip_prefix("tier").or_else(|| word.strip_prefix('t'))?.parse().ok()
}

/// A number with its unit of counting, `300M`, or that alone, `M`.
fn amount(word: &str) -> Option<f64> {
    let times = match word.chars().last()? {
        'K' | 'k' => 1e3,
        'M' => 1e6,
        'B' => 1e9,
        'T' => 1e12,
        last if last.is_ascii_digit() => return word.parse().ok(),
        _ => return None,
    };
    let digits = &word[..word.len() - 1];
    if digits.is_empty() { Some(times) } else { digits.parse::<f64>().ok().map(|number| number * times) }
}
