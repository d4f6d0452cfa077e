use burstlab_engine::{
    pricing::{Bill, BillLine},
    scenario::{Budget, Outcome, plain_usd},
    units::sort_by_number,
};

use super::{Table, words};

/// What one line of the bill takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Charge {
    /// What is paid for.
    pub words: String,
    /// Dollars a month.
    pub dollars: f64,
}

impl Charge {
    /// The dollars in words; too few for a cent are not nothing.
    pub fn price(&self) -> String {
        if self.dollars < 0.005 { "under $0.01".to_owned() } else { plain_usd(self.dollars) }
    }
}

/// A month's bill, the largest charge first.
#[derive(Clone, Debug, PartialEq)]
pub struct BillView {
    /// What is paid for, or where that is a lot, for which parts of it; what costs nothing is left to the table.
    pub charges: Vec<Charge>,
    bill: Bill,
    budget: Option<Budget>,
    business: Vec<BillLine>,
}

/// Parts of a bill, by the services whose lines are theirs; what no part names is of the last.
const PARTS: [(&str, &[&str]); 7] = [
    ("The function", &["lambda", "edge"]),
    ("The way in", &["api_gateway", "alb", "cloudfront"]),
    ("Messages and events", &["sqs", "sns", "eventbridge", "step_functions"]),
    ("Tables, databases and storage", &["s3", "dynamodb", "rds", "aurora", "elasticache"]),
    ("Logs, metrics and traces", &["cloudwatch", "xray"]),
    ("The network", &["vpc", "transfer"]),
    ("Servers", &[]),
];
/// More charges than this are shown by their parts.
const MOST_CHARGES: usize = 6;

/// The part of a line's key, by its place.
fn part(key: &str) -> usize {
    let service = key.split('.').next().unwrap_or_default();
    PARTS.iter().position(|(_, services)| services.contains(&service)).unwrap_or(PARTS.len() - 1)
}

impl BillView {
    /// The view of an outcome.
    pub fn of(outcome: &Outcome) -> Self {
        let charge = |line: &BillLine| Charge { words: line.label.clone(), dollars: line.cost.0 };
        let mut charges: Vec<_> = outcome.bill.lines.iter().map(charge).collect();
        charges.retain(|charge| charge.dollars > 0.0);
        if charges.len() > MOST_CHARGES {
            charges = parts(&outcome.bill);
        }
        sort_by_number(&mut charges, |charge| -charge.dollars);
        let (bill, business) = (outcome.bill.clone(), outcome.business.clone());
        Self { charges, bill, budget: outcome.budget, business }
    }

    /// What all of it costs, in words.
    pub fn total(&self) -> String {
        plain_usd(self.bill.total.0)
    }

    /// Two sentences: what a month costs, and what most of it is for.
    pub fn summary(&self) -> [String; 2] {
        let Some(first) = self.charges.first() else {
            return ["A month of such days costs nothing.", "Nothing is used."].map(str::to_owned);
        };
        let cost = format!("A month of such days costs {}.{}", self.total(), self.limit());
        let share = words::percent(first.dollars, self.bill.total.0);
        let largest = match self.charges.len() {
            1 => format!("All of it is for {}.", first.words),
            _ => format!("The largest part, {share}, is for {}.", first.words),
        };
        [cost, largest + &self.damage()]
    }

    /// What becomes of the budget.
    fn limit(&self) -> String {
        self.budget.map_or_else(String::new, |budget| {
            let usd = plain_usd(budget.usd.0);
            match budget.crossed_on_day {
                Some(day) => format!(" The budget of {usd} is used up on day {day}."),
                None => format!(" The budget of {usd} holds."),
            }
        })
    }

    /// What slow and lost answers cost beside the bill.
    fn damage(&self) -> String {
        if self.business.is_empty() {
            return String::new();
        }
        let usd = self.business.iter().map(|line| line.cost.0).sum::<f64>();
        format!(" Slow and lost answers cost the business {} besides.", cents(usd))
    }

    /// The arithmetic: quantity × rate, line by line, with where each rate is from.
    pub fn table(&self) -> Table {
        let header = ["For", "Quantity × rate", "Dollars", "Source"].map(str::to_owned).to_vec();
        let total = ["Together".to_owned(), String::new(), cents(self.bill.total.0), String::new()];
        Table { caption: "A month of such days".to_owned(), header, rows: self.rows(), foot: total.to_vec() }
    }

    /// The lines by their parts, where there are several, and what stands beside them.
    fn rows(&self) -> Vec<Vec<String>> {
        let lines = &self.bill.lines;
        let is_parted = lines.iter().any(|line| part(&line.key) != part(&lines[0].key));
        let mut rows = Vec::new();
        for (index, (name, _)) in PARTS.iter().enumerate() {
            let own: Vec<_> = lines.iter().filter(|line| part(&line.key) == index).collect();
            if is_parted && !own.is_empty() {
                let dollars = own.iter().map(|line| line.cost.0).fold(0.0, |sum, usd| sum + usd);
                let together = format!("together {}", cents(dollars));
                rows.push(vec![(*name).to_owned(), together, String::new(), String::new()]);
            }
            rows.extend(own.into_iter().map(row));
        }
        let beside = |line| {
            let mut cells = row(line);
            cells[2] += ", beside the bill";
            cells
        };
        rows.extend(self.business.iter().map(beside));
        rows
    }
}

/// What each part of a bill comes to.
fn parts(bill: &Bill) -> Vec<Charge> {
    let of = |(index, (name, _)): (usize, &(&str, &[&str]))| {
        let lines = bill.lines.iter().filter(|line| part(&line.key) == index);
        Charge {
            words: (*name).to_owned(),
            dollars: lines.map(|line| line.cost.0).fold(0.0, |sum, usd| sum + usd),
        }
    };
    let mut parts: Vec<_> = PARTS.iter().enumerate().map(of).collect();
    parts.retain(|part| part.dollars > 0.0);
    parts
}

fn row(line: &BillLine) -> Vec<String> {
    let quantity = format!("{} {} × {}", words::number(line.quantity), line.unit, line.rate);
    let doubt = if line.verified { "" } else { "; not verified" };
    let seen = if line.as_of.is_empty() { String::new() } else { format!(", seen {}", line.as_of) };
    let source = format!("{}{seen}{doubt}", line.source);
    vec![line.label.clone(), quantity, cents(line.cost.0), source]
}

fn cents(dollars: f64) -> String {
    match dollars {
        dollars if dollars > 0.0 && dollars < 0.005 => "under $0.01".to_owned(),
        dollars => {
            let text = format!("{dollars:.2}");
            let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
            format!("${}.{cents}", words::thousands(whole))
        }
    }
}

#[cfg(test)]
mod tests {
    use burstlab_engine::scenario::{Scenario, estimate};

    use super::*;
    use crate::view::made_up;

    #[test]
    fn the_largest_charge_stands_first_and_nothing_is_no_charge() {
        let view = BillView::of(&made_up::burst());
        assert!(view.charges.len() >= 2, "{view:?}");
        assert!(view.charges.is_sorted_by(|a, b| a.dollars >= b.dollars));
        assert!(view.charges.iter().all(|charge| charge.dollars > 0.0));
        assert!(view.table().rows.len() > view.charges.len(), "the table has the line of nothing too");
        assert!(view.summary()[1].contains(&view.charges[0].words));
    }

    #[test]
    fn a_price_that_nobody_has_seen_is_marked() {
        let rows = BillView::of(&made_up::burst()).table().rows;
        let marked = rows.iter().filter(|row| row[3].ends_with("not verified")).count();
        assert_eq!(marked, 1, "{rows:?}");
    }

    fn of_link(link: &str) -> BillView {
        BillView::of(&estimate(&Scenario::from_link(link).expect("a good link")))
    }

    #[test]
    fn a_budget_and_what_answers_cost_are_said_beside_the_bill() {
        let day = "curve=0:2&waiting_ms=200&slow_after_s=0.1&slow_usd=0.01";
        for (budget, words) in
            [("5", "The budget of $5.00 is used up on day"), ("500", "The budget of $500 holds.")]
        {
            let view = of_link(&format!("{day}&budget_usd={budget}"));
            let summary = view.summary().join(" ");
            assert!(summary.contains(words) && summary.contains("cost the business $5"), "{summary}");
            let last = view.table().rows.pop().expect("a row");
            assert!(last[2].ends_with("beside the bill") && last[3] == "your figure", "{last:?}");
        }
    }

    #[test]
    fn a_price_of_ones_own_says_so_instead_of_its_source() {
        let rows = of_link("curve=0:2&rates=lambda.requests:0.3").table().rows;
        assert_eq!(rows[0][3], "your price");
        assert!(rows[1][3].contains(", seen 20"), "{rows:?}");
    }

    #[test]
    fn lines_stand_under_their_parts_where_there_are_several() {
        let names = |link| {
            of_link(link).table().rows.into_iter().map(|mut row| row.swap_remove(0)).collect::<Vec<_>>()
        };
        assert_eq!(names("curve=0:2").len(), 2);
        let parted = names("curve=0:2&way_in=alb&queue=on");
        let place = |name: &str| {
            parted.iter().position(|own| own == name).unwrap_or_else(|| panic!("{name}: {parted:?}"))
        };
        let places = ["The function", "The way in", "Load balancer", "Messages and events"].map(place);
        assert!(places.is_sorted() && places[0] == 0, "{parted:?}");
    }

    #[test]
    fn a_bill_of_nothing_is_said() {
        let view = BillView::of(&made_up::silence());
        assert_eq!(view.summary()[0], "A month of such days costs nothing.");
        assert_eq!(view.table().foot[2], "$0.00");
    }

    #[test]
    fn dollars_have_cents_and_thousands() {
        for (dollars, text) in [(0.0, "$0.00"), (0.001, "under $0.01"), (4_905.6, "$4,905.60")] {
            assert_eq!(cents(dollars), text);
        }
    }
}
