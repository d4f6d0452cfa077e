//! What the comparison shows, worked out from what the worker that compares has told. It knows options by what is said
//! of them, and nothing of how they work.

use burstlab_engine::{
    scenario::{Candidate, Comparison, Fidelity, Money, fine_wait, plain_usd},
    units::number,
};

use super::{Table, words};

/// What money a person has, and what a bad answer costs; none where nothing was said.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stakes {
    /// Dollars a month that there are.
    pub budget: Option<f64>,
    /// Dollars that an answer costs which takes longer than the target.
    pub slow_usd: Option<f64>,
    /// Dollars that a request costs which is not answered.
    pub lost_usd: Option<f64>,
}

impl Stakes {
    /// What a scenario says of it.
    pub fn of(money: &Money) -> Self {
        let some = |usd: f64| Some(usd).filter(|usd| *usd > 0.0);
        Self {
            budget: some(money.budget.0),
            slow_usd: some(money.slow_costs.0),
            lost_usd: some(money.lost_costs.0),
        }
    }
}

/// What 1 in 100 may wait, in seconds: as the scenario says, or as is asked for at first.
pub fn target_s(money: &Money) -> f64 {
    if money.slow_after.0 > 0.0 { money.slow_after.0 } else { FIRST_TARGET_MS / 1e3 }
}

/// The days of an average month.
const DAYS: f64 = 365.0 / 12.0;
/// Milliseconds asked for at first.
const FIRST_TARGET_MS: f64 = 100.0;
/// Machines that can be chosen by hand.
pub const MACHINES: [f64; 2] = [1.0, 20_000.0];
/// Less of a band than this is not worth a word.
const WORTH_A_WORD: f64 = 0.005;

/// One row of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OptionRow {
    /// Its name.
    pub name: String,
    /// How many machines.
    pub size: String,
    /// Dollars a month.
    pub price: String,
    /// How far that may be off, or that it is known.
    pub price_note: String,
    /// What 1 in 100 waits longer than.
    pub wait: String,
    /// How far that may be off.
    pub wait_note: String,
    /// The share that is not answered.
    pub unanswered: String,
    /// Whether it holds the target, in a word.
    pub verdict: &'static str,
    /// Whether it holds the target.
    pub holds: bool,
    /// Whether it is the one to choose.
    pub is_best: bool,
    /// Whether it was simulated.
    pub is_settled: bool,
    /// Whether all its prices were seen in the provider's own words.
    pub is_verified: bool,
    /// When the budget is gone; empty where there is none, or it lasts.
    pub spent: String,
    /// What slow and lost answers cost beside the bill; empty where nobody said what one costs.
    pub damage: String,
}

impl OptionRow {
    /// The row of one option.
    pub fn of(option: &Candidate, requests: f64, stakes: &Stakes) -> Self {
        let is_settled = !matches!(option.fidelity, Fidelity::Estimate | Fidelity::Guess);
        let (slow, lost) = (option.p99_s, option.unanswered);
        Self {
            name: option.name.clone(),
            size: option.size.clone(),
            price: plain_usd(option.usd),
            price_note: if is_settled { String::new() } else { about(option.usd, option.usd_band) },
            wait: fine_wait(slow),
            wait_note: if is_settled { String::new() } else { about(slow, option.p99_band) },
            unanswered: words::percent(lost, 1.0),
            verdict: match (option.is_best, option.holds, lost > 0.01) {
                (true, true, _) => "✓ cheapest",
                (false, true, _) => "✓ yes",
                (_, false, true) => "no, loses some",
                (_, false, false) => "no",
            },
            holds: option.holds,
            is_best: option.is_best,
            is_settled,
            is_verified: option.doubts.iter().all(|doubt| doubt.is_own),
            spent: stakes.budget.and_then(|budget| spent(option.usd, budget)).unwrap_or_default(),
            damage: damage(option, requests, stakes).map(plain_usd).unwrap_or_default(),
        }
    }
}

/// How far a value may be off, in percent.
fn about(value: f64, [least, most]: [f64; 2]) -> String {
    let off = if value > 0.0 { (most - value).max(value - least) / value } else { 0.0 };
    if off < WORTH_A_WORD { String::new() } else { format!("± {} %", words::fixed(100.0 * off, 0)) }
}

/// The day of the month on which a budget is gone; none where it lasts.
fn spent(usd: f64, budget: f64) -> Option<String> {
    let day = DAYS * budget / usd;
    (usd > budget).then(|| format!("spent on day {:.0}", day.floor() + 1.0))
}

/// What slow and lost answers cost in a month; none where nobody said what one costs.
pub fn damage(option: &Candidate, requests: f64, stakes: &Stakes) -> Option<f64> {
    stakes.slow_usd.or(stakes.lost_usd)?;
    let slow = stakes.slow_usd.unwrap_or_default() * option.slow * (1.0 - option.unanswered);
    let lost = stakes.lost_usd.unwrap_or_default() * option.unanswered;
    Some(requests * (slow + lost))
}

/// What is known of one option beyond its row, in sentences.
pub fn details(option: &Candidate, requests: f64, stakes: &Stakes) -> Vec<String> {
    let row = OptionRow::of(option, requests, stakes);
    let how = match option.fidelity {
        Fidelity::Guess => "a guess, by formulas that hardly hold here",
        Fidelity::Estimate => "estimated by formulas",
        Fidelity::Sampled => "simulated, some minutes of each hour",
        Fidelity::Fast | Fidelity::Exact => "simulated, every request",
    };
    let slow = words::percent(option.slow, 1.0);
    let mut told = vec![format!(
        "{} a month, 1 in 100 waits longer than {} ({how}). Slower than the target: {slow}; not answered: {}.",
        row.price, row.wait, row.unanswered
    )];
    if let Some(budget) = stakes.budget {
        told.push(match row.spent.as_str() {
            "" => format!("The budget of {} lasts the month.", plain_usd(budget)),
            spent => format!("The budget of {} is {spent} of the month.", plain_usd(budget)),
        });
    }
    if !row.damage.is_empty() {
        told.push(format!("Slow and lost answers cost {} a month beside the bill.", row.damage));
    }
    told
}

/// A number that a person typed within bounds; none where it is none.
pub fn typed(text: &str, [least, most]: [f64; 2]) -> Option<f64> {
    number(text.trim()).filter(|value| (least..=most).contains(value))
}

/// The costs over the traffic as a table: a row for each option, a column for every second rate.
pub fn table(comparison: &Comparison) -> Table {
    let places: Vec<usize> = (0..comparison.rates.len()).step_by(2).collect();
    let header = places.iter().map(|&at| format!("{}/s", words::number(comparison.rates[at])));
    let cell = |point: Option<[f64; 2]>| {
        point.map_or("–".to_owned(), |[usd, p99_s]| format!("{}, {}", plain_usd(usd), fine_wait(p99_s)))
    };
    let row = |option: &Candidate| {
        let cells = places.iter().map(|&at| cell(option.line.get(at).copied().flatten()));
        std::iter::once(option.name.clone()).chain(cells).collect()
    };
    Table {
        caption: "Dollars a month, and what 1 in 100 waits longer than, by requests a second".to_owned(),
        header: std::iter::once("Option".to_owned()).chain(header).collect(),
        rows: comparison.options.iter().map(row).collect(),
        foot: Vec::new(),
    }
}

/// Options for tests.
#[cfg(test)]
pub mod made_up_comparison {
    use super::*;

    /// An option of this price and wait.
    pub fn option(key: &str, usd: f64, p99_s: f64) -> Candidate {
        Candidate {
            key: key.to_owned(),
            name: key.to_owned(),
            size: "4".to_owned(),
            machines: Some(4),
            usd,
            usd_band: [0.97 * usd, 1.03 * usd],
            p99_s,
            p99_band: [0.8 * p99_s, 1.15 * p99_s],
            slow: 0.02,
            unanswered: 0.0,
            holds: p99_s <= 0.1,
            is_best: false,
            fidelity: Fidelity::Estimate,
            doubts: Vec::new(),
            line: vec![None, Some([usd, p99_s]), Some([2.0 * usd, p99_s])],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{made_up_comparison::option, *};

    #[test]
    fn a_row_says_how_sure_it_is_and_whether_it_holds() {
        let estimated = option("a", 860.0, 0.0911);
        let row = OptionRow::of(&estimated, 1e6, &Stakes::default());
        assert_eq!((row.price.as_str(), row.price_note.as_str()), ("$860", "± 3 %"));
        assert_eq!((row.wait.as_str(), row.wait_note.as_str()), ("91 ms", "± 20 %"));
        assert_eq!((row.verdict, row.is_settled, row.damage.as_str()), ("✓ yes", false, ""));
        let settled = Candidate { fidelity: Fidelity::Sampled, is_best: true, ..estimated.clone() };
        let row = OptionRow::of(&settled, 1e6, &Stakes::default());
        assert_eq!((row.price_note.as_str(), row.wait_note.as_str(), row.is_settled), ("", "", true));
        assert_eq!(row.verdict, "✓ cheapest");
        let losing = Candidate { unanswered: 0.2, holds: false, ..estimated };
        assert_eq!(OptionRow::of(&losing, 1e6, &Stakes::default()).verdict, "no, loses some");
    }

    #[test]
    fn a_budget_is_gone_on_a_day_or_lasts() {
        for (usd, budget, expected) in [
            (1_500.0, 100.0, Some("spent on day 3")),
            (100.0, 100.0, None),
            (101.0, 100.0, Some("spent on day 31")),
            (1e6, 1.0, Some("spent on day 1")),
        ] {
            assert_eq!(spent(usd, budget).as_deref(), expected, "{usd} of {budget}");
        }
    }

    #[test]
    fn slow_and_lost_answers_cost_beside_the_bill() {
        let losing = Candidate { unanswered: 0.5, ..option("a", 10.0, 0.2) };
        for (slow_usd, lost_usd, expected) in [
            (None, None, None),
            (Some(0.01), None, Some(100.0)),
            (None, Some(0.1), Some(50_000.0)),
            (Some(0.01), Some(0.1), Some(50_100.0)),
        ] {
            let stakes = Stakes { slow_usd, lost_usd, ..Stakes::default() };
            let found = damage(&losing, 1e6, &stakes);
            assert!(found.zip(expected).is_none_or(|(found, expected)| (found - expected).abs() < 1e-6));
            assert_eq!(found.is_some(), expected.is_some(), "{stakes:?}");
            assert_eq!(OptionRow::of(&losing, 1e6, &stakes).price, "$10", "the bill stays as it is");
        }
    }

    #[test]
    fn details_name_the_budget_only_where_there_is_one() {
        let stakes = Stakes { budget: Some(100.0), ..Stakes::default() };
        let cheap = details(&option("a", 50.0, 0.05), 1e6, &stakes);
        assert_eq!(cheap[1], "The budget of $100 lasts the month.");
        let dear = details(&option("a", 1_500.0, 0.05), 1e6, &stakes);
        assert_eq!(dear[1], "The budget of $100 is spent on day 3 of the month.");
        assert_eq!(details(&option("a", 50.0, 0.05), 1e6, &Stakes::default()).len(), 1);
    }

    #[test]
    fn only_numbers_within_bounds_are_taken() {
        for (text, expected) in
            [("100", Some(100.0)), (" 2.5 ", Some(2.5)), ("0", None), ("", None), ("1e9", None), ("x", None)]
        {
            assert_eq!(typed(text, [1.0, 900_000.0]), expected, "{text:?}");
        }
    }

    #[test]
    fn the_table_has_a_row_for_each_option_and_a_dash_for_what_is_not_known() {
        let comparison = Comparison {
            options: vec![option("a", 10.0, 0.1), option("b", 20.0, 0.1)],
            rates: vec![1.0, 2.0, 4.0],
            ..Comparison::default()
        };
        let table = table(&comparison);
        assert_eq!(table.header, ["Option", "1/s", "4/s"]);
        assert_eq!(table.rows[1], ["b", "–", "$40, 100 ms"]);
    }
}
