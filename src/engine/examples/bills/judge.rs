//! A case's bill, computed and held against the published one.

use burstlab_engine::pricing::{
    Bill, Free, FreeTier, HOME_REGION, Measure, Meter, Quantities, Tariff, Terms, bill,
};
use serde_json::Value;

use crate::{
    case::{Case, numbers},
    inputs::Inputs,
    key::Dimension,
    price::{Prices, replace_by_inputs, tier_number},
    rules::Month,
    words::{Name, Subject},
};

/// What came of a case.
pub enum Verdict {
    /// It was computed.
    Computed(Judged),
    /// It could not be, and why.
    Failed(String),
    /// It asks for what is not charged here, and why.
    OutOfScope(&'static str),
}

/// A computed bill beside the published one.
pub struct Judged {
    /// The published lines, each with what was computed for it.
    pub lines: Vec<Line>,
    /// The computed sum.
    pub total: f64,
    /// The bill behind it.
    pub bill: Bill,
    /// How inputs were read, where that was a choice.
    pub notes: Vec<String>,
    /// Whether the sum and every line are within the tolerance.
    pub passed: bool,
}

/// One published line.
pub struct Line {
    /// Its name in the file.
    pub name: String,
    /// Its dollars in the file.
    pub published: f64,
    /// What the bill says; none where no line of it is that one.
    pub computed: Option<f64>,
    /// Whether it was found by its amount, because its name says nothing to the vocabulary.
    pub by_amount: bool,
}

/// Something that a published line may be: a line of the bill, or its part in one tier.
struct Candidate {
    meter: Meter,
    tier: Option<usize>,
    usd: f64,
    taken: bool,
}

/// Inputs that say which of several meters is meant.
const TEXTS: [&str; 6] = ["arch", "architecture", "instance", "engine", "cache_gb", "class"];

/// Computes a case and holds it against what was published.
pub fn judge(case: &Case) -> Verdict {
    let texts =
        ["arch", "architecture", "instance", "engine", "cache_gb", "class"].map(|key| text(case, key));
    let subject = Subject::new(&case.service, &texts.into_iter().flatten().collect::<Vec<_>>());
    match subject.out_of_scope() {
        Some(reason) => Verdict::OutOfScope(reason),
        None => computed(case, &subject).map_or_else(Verdict::Failed, Verdict::Computed),
    }
}

fn text(case: &Case, key: &str) -> Option<String> {
    let (_, value) = case.inputs.0.iter().find(|(own, _)| own == key)?;
    value.as_str().map(str::to_owned).or_else(|| value.as_f64().map(|number| number.to_string()))
}

fn computed(case: &Case, subject: &Subject) -> Result<Judged, String> {
    let inputs = Inputs::new(&case.inputs.0)?;
    let prices = Prices::new(&numbers(case.unit_prices_used.as_ref())?);
    let published = numbers(case.published_line_items_usd.as_ref())?;
    TEXTS.iter().for_each(|key| {
        inputs.value(key);
    });
    let month = Month::quantities(subject, &inputs, &prices)?;
    // What is the same everywhere is so at home.
    let region = case.region.as_deref().filter(|region| *region != "global").unwrap_or(HOME_REGION);
    let mut tariff = Tariff::of(region)?;
    replace_by_inputs(&mut tariff, &inputs);
    prices.replace(&mut tariff, &month, &inputs)?;
    let terms = Terms { free_tier: free_tier(&mut tariff, &month, &inputs)?, ..Terms::default() };
    inputs.all_used()?;
    let bill = bill(&month, &tariff, &terms);
    let mut candidates = candidates(&bill, &month, &tariff);
    let lines = pair(&published, &mut candidates, case.tolerance_usd);
    let total = bill.total.0;
    let within = |line: &Line| line.computed.is_some_and(|usd| near(usd, line.published, case.tolerance_usd));
    let passed = near(total, case.published_total_usd, case.tolerance_usd) && lines.iter().all(within);
    Ok(Judged { lines, total, bill, notes: inputs.notes(), passed })
}

/// Whether allowances count, and how large they are: as the case says, else as the catalog says where it switches
/// them on, else none.
fn free_tier(tariff: &mut Tariff, month: &Quantities, inputs: &Inputs) -> Result<FreeTier, String> {
    let switch = inputs.value("free_tier").cloned();
    let stated = inputs.allowances()?;
    match switch {
        Some(Value::Bool(false)) => return Ok(FreeTier::Off),
        Some(Value::String(text)) if ["no", "off", "ignored"].iter().any(|word| text.starts_with(word)) => {
            return Ok(FreeTier::Off);
        }
        Some(Value::Bool(true) | Value::String(_)) => {}
        Some(other) => return Err(format!("unknown input: free_tier {other}")),
        None => Meter::ALL.iter().for_each(|&meter| tariff.rate_mut(meter).free = None),
    }
    for (noun, dimension, amount) in stated {
        let meters = month.iter().map(|(meter, _)| meter).filter(|&meter| allows(meter, &noun, dimension));
        let meters: Vec<_> = meters.collect();
        if meters.is_empty() {
            return Err(format!("unknown input: nothing free is called {noun}"));
        }
        for meter in meters {
            let per_month = amount / unit(meter);
            // One allowance for all meters that the name means.
            let (pool, source) = (Some(format!("free {noun}")), "the case".to_owned());
            let free = Free {
                per_month,
                pool,
                first_year: false,
                included: false,
                source,
                as_of: "given".to_owned(),
                verified: false,
            };
            tariff.rate_mut(meter).free = Some(free);
        }
    }
    Ok(FreeTier::FirstYear)
}

/// Whether an allowance by this name is one of the meter's. What runs in copies kept warm has none.
fn allows(meter: Meter, noun: &str, dimension: Dimension) -> bool {
    let held =
        [Meter::LambdaHeld, Meter::LambdaHeldArm, Meter::LambdaProvisioned, Meter::LambdaProvisionedArm];
    let fits = match meter.measure() {
        Measure::Each => dimension == Dimension::Count,
        Measure::Function(_) => dimension == Dimension::SizeTime && !held.contains(&meter),
        Measure::Gigabytes | Measure::GigabyteMonths => dimension == Dimension::Size,
        _ => false,
    };
    fits && Name::of(meter).fits(noun)
}

/// Of the amounts that inputs are kept in, how many make a unit of the meter's rate.
fn unit(meter: Meter) -> f64 {
    match meter.measure() {
        Measure::Gigabytes | Measure::GigabyteMonths => 1_048_576.0,
        _ => 1.0,
    }
}

fn near(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance + 1e-9
}

/// Finds what the bill says to each published line: by name, else, where the name says nothing to the vocabulary, by
/// amount.
fn pair(published: &[(String, f64)], candidates: &mut [Candidate], tolerance: f64) -> Vec<Line> {
    let by_name = |(name, usd): &(String, f64)| {
        let computed = take(candidates, name);
        Line { name: name.clone(), published: *usd, computed, by_amount: computed.is_none() }
    };
    let mut lines: Vec<_> = published.iter().map(by_name).collect();
    for line in lines.iter_mut().filter(|line| line.by_amount) {
        let same = |other: &&mut Candidate| !other.taken && near(other.usd, line.published, tolerance);
        line.computed = candidates.iter_mut().find(same).map(|candidate| {
            candidate.taken = true;
            candidate.usd
        });
    }
    lines
}

/// The lines of a bill, and the parts of those that reach several tiers.
fn candidates(bill: &Bill, month: &Quantities, tariff: &Tariff) -> Vec<Candidate> {
    let mut found = Vec::new();
    for ((meter, _), line) in month.iter().zip(&bill.lines) {
        found.push(Candidate { meter, tier: None, usd: line.cost.0, taken: false });
        let parts: Vec<_> = tariff.rate(meter).parts(line.quantity).collect();
        if parts.iter().filter(|part| part.quantity > 0.0).count() > 1 {
            let tiers = parts.iter().enumerate();
            found.extend(tiers.map(|(index, part)| Candidate {
                meter,
                tier: Some(index + 1),
                usd: part.cost.0,
                taken: false,
            }));
        }
    }
    found
}

/// Takes the first line that a name can mean: `compute`, `t2`, `requests_tier1`.
fn take(candidates: &mut [Candidate], name: &str) -> Option<f64> {
    let (tiers, nouns): (Vec<_>, Vec<_>) = name.split('_').partition(|word| tier_number(word).is_some());
    let tier = tiers.first().and_then(|word| tier_number(word));
    let noun = nouns.join("_");
    let fits =
        |other: &&Candidate, tier| !other.taken && other.tier == tier && Name::of(other.meter).fits(&noun);
    let found = candidates.iter().position(|other| fits(&other, tier));
    // The only tier that is reached has no part of its own: it is the line, if there is no doubt which.
    let mut whole = candidates.iter().enumerate().filter(|(_, other)| tier == Some(1) && fits(other, None));
    let at = found.or_else(|| whole.next().filter(|_| whole.next().is_none()).map(|(at, _)| at))?;
    let candidate = &mut candidates[at];
    candidate.taken = true;
    Some(candidate.usd)
}
