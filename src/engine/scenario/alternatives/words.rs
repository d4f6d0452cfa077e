//! What a comparison says, in plain sentences.

use super::{
    Alternative, Sized,
    crossover::{Change, Crossing, rate_words},
};
use crate::{
    scenario::{plain_usd, plain_wait},
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
    let (price, within) = (plain_usd(best.bill.total.0), plain_wait(target.0));
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
    let quickest =
        found.iter().copied().reduce(|quick, next| if next.p99_s < quick.p99_s { next } else { quick });
    let quickest = quickest.unwrap_or(best);
    format!(
        "None answers 99 in 100 within {within}: the quickest, {}, needs {} and costs {}. The cheapest of all is {}{} at \
         {price} a month, where 1 in 100 waits longer than {}.",
        quickest.name,
        plain_wait(quickest.p99_s),
        plain_usd(quickest.bill.total.0),
        best.name,
        how_many(best.sized),
        plain_wait(best.p99_s),
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
    format!("{} {function}", by_traffic(&crossing.changes(), &crossing.first_today()))
}

fn by_traffic(changes: &[Change], today: &str) -> String {
    let Some(last) = changes.last() else {
        return format!("At every traffic shown {today} is the cheapest.");
    };
    let until = |change: &Change| format!("{} up to {}", change.from, rate_words(change.per_second));
    let parts: Vec<_> = changes.iter().map(until).collect();
    format!("The cheapest by traffic: {}; {} beyond.", parts.join("; "), last.to)
}
