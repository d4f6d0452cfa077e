//! What a comparison says, in plain sentences.

use super::{
    Alternative, Sized,
    crossover::{Change, Crossing, rate_words},
};
use crate::{
    scenario::{fine_wait, plain_usd},
    units::Seconds,
};

/// The one to choose: the cheapest of those that hold, or of all where none does; by its place.
pub fn best(found: &[&Alternative]) -> Option<usize> {
    let rank = |alternative: &Alternative| (!alternative.holds, alternative.bill.total.0);
    let places = found.iter().map(|alternative| rank(alternative)).enumerate();
    let before = |a: (bool, f64), b: (bool, f64)| if a.0 == b.0 { a.1 <= b.1 } else { b.0 };
    places.reduce(|best, next| if before(best.1, next.1) { best } else { next }).map(|(place, _)| place)
}

/// Which is the cheapest, and which hold the target.
pub fn verdict(found: &[&Alternative], target: Seconds) -> String {
    let Some(best) = best(found).map(|place| found[place]) else { return String::new() };
    let (price, within) = (plain_usd(best.bill.total.0), fine_wait(target.0));
    let holding = found.iter().filter(|alternative| alternative.holds).count();
    if holding > 0 {
        let all = match holding {
            1 => "It is the only one".to_owned(),
            all if all == found.len() => "All".to_owned(),
            some => format!("{some} of {}", found.len()),
        };
        let hold = if holding == 1 { "that does" } else { "do" };
        return format!(
            "{}{} is the cheapest that answers 99 in 100 within {within}: {price} a month. {all} {hold}.",
            best.name,
            how_many(best.sized),
        );
    }
    let quickest = found.iter().copied().min_by(|a, b| a.p99_s.total_cmp(&b.p99_s)).unwrap_or(best);
    format!(
        "None answers 99 in 100 within {within}. The quickest, {}, takes {} and {} a month. The cheapest, {}{}, takes {} \
         and {price}.",
        quickest.name,
        fine_wait(quickest.p99_s),
        plain_usd(quickest.bill.total.0),
        best.name,
        how_many(best.sized),
        fine_wait(best.p99_s),
    )
}

fn how_many(sized: Sized) -> String {
    match sized {
        Sized::Fixed(1) | Sized::WithRequests | Sized::Base(_) => String::new(),
        Sized::Fixed(_) | Sized::Following { .. } => format!(" ({} of them)", size(sized)),
    }
}

/// How many machines, in words.
pub fn size(sized: Sized) -> String {
    match sized {
        Sized::WithRequests => "as needed".to_owned(),
        Sized::Fixed(machines) => machines.to_string(),
        Sized::Following { least, most } => format!("{least} to {most}"),
        Sized::Base(containers) => format!("{containers} and the rest"),
    }
}

/// Where the order changes, in the words of a list, and where the function stands among servers.
pub fn crossover(crossing: &Crossing) -> String {
    let function = match crossing.function_wins_up_to() {
        None => "The function costs more than servers of its provider at every traffic shown.".to_owned(),
        Some(rate) if rate.is_finite() => {
            format!("Against servers of its provider the function wins up to {}.", rate_words(rate))
        }
        Some(_) => "The function costs less than servers of its provider at every traffic shown.".to_owned(),
    };
    let among = if crossing.is_target_held() { "in time" } else { "of all" };
    format!("{} {function}", by_traffic(&crossing.changes(), &crossing.first_today(), among))
}

fn by_traffic(changes: &[Change], today: &str, among: &str) -> String {
    let Some(last) = changes.last() else {
        return format!("The cheapest {among} is {today}, at every traffic shown.");
    };
    let mut words = format!("The cheapest {among}, by traffic: ");
    let mut unit = "";
    for change in changes {
        let rate = rate_words(change.per_second);
        // A unit is named where it is not that of the rate before.
        let named = if unit.is_empty() { rate.as_str() } else { rate.trim_end_matches(unit) };
        words += &format!("{} up to {named}; ", change.from);
        unit = if rate.ends_with(PER_SECOND) { PER_SECOND } else { "" };
    }
    format!("{words}{} beyond.", last.to)
}

/// What most rates are counted in.
const PER_SECOND: &str = " requests a second";
