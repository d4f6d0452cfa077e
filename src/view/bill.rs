use burstlab_engine::{
    pricing::{Bill, BillLine},
    scenario::{Outcome, plain_usd},
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
    /// What is paid for; lines that cost nothing are left to the table.
    pub charges: Vec<Charge>,
    bill: Bill,
}

impl BillView {
    /// The view of an outcome.
    pub fn of(outcome: &Outcome) -> Self {
        let charge = |line: &BillLine| Charge { words: line.label.clone(), dollars: line.cost.0 };
        let mut charges: Vec<_> = outcome.bill.lines.iter().map(charge).collect();
        charges.retain(|charge| charge.dollars > 0.0);
        sort_by_number(&mut charges, |charge| -charge.dollars);
        Self { charges, bill: outcome.bill.clone() }
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
        let cost = format!("A month of such days costs {}.", self.total());
        let share = words::percent(first.dollars, self.bill.total.0);
        let largest = match self.charges.len() {
            1 => format!("All of it is for {}.", first.words),
            _ => format!("The largest part, {share}, is for {}.", first.words),
        };
        [cost, largest]
    }

    /// The arithmetic: quantity × rate, line by line, with where each rate is from.
    pub fn table(&self) -> Table {
        let header = ["For", "Quantity × rate", "Dollars", "Source"].map(str::to_owned).to_vec();
        let total = ["Together".to_owned(), String::new(), cents(self.bill.total.0), String::new()];
        Table {
            caption: "A month of such days".to_owned(),
            header,
            rows: self.bill.lines.iter().map(row).collect(),
            foot: total.to_vec(),
        }
    }
}

fn row(line: &BillLine) -> Vec<String> {
    let quantity = format!("{} {} × {}", words::number(line.quantity), line.unit, line.rate);
    let doubt = if line.verified { "" } else { "; not verified" };
    let source = format!("{}, seen {}{doubt}", line.source, line.as_of);
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
