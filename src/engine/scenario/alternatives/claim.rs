use serde::Deserialize;

use super::{Alternative, Ask, Design, Sized, Sizing, crossover::rate_words};
use crate::{
    facts::{self, Source},
    pricing::{BillLine, Tariff},
    scenario::{plain_usd, preset, sentence::grouped},
    servers::Size,
    units::Seconds,
};

/// What a report says that its situation costs, on the function and on servers.
#[derive(Deserialize)]
struct Claim {
    function_usd: f64,
    server: String,
    servers: u32,
    server_usd: f64,
    #[serde(flatten)]
    source: Source,
}

/// Within such a factor a claim is about right.
const ABOUT: f64 = 1.15;
/// A line of the bill below this share is not worth a word.
const WORTH_A_WORD: f64 = 0.02;

/// What reports say of the situation, beside what list prices give, in sentences; and where that is from. None where no
/// report says anything.
///
/// All is computed for the situation as reports tell it, whatever was changed since.
pub fn told(situation: &str, target: Seconds) -> Option<(String, String)> {
    if !facts::names("claims").contains(&situation) {
        return None;
    }
    let claim: Claim = facts::read(&format!("claims/{situation}"));
    let scenario = &preset(situation)?.scenario;
    let ask = |sizing| Ask { scenario, target, tariff: Tariff::home(), sizing };
    let design = Design::of_key(&claim.server)?;
    let one = |sizing| ask(sizing).all(&[design]).swap_remove(0);
    let function = ask(Sizing::Cheapest).function();
    let (by_hand, cheapest) = (one(Sizing::ByHand(Size::fixed(claim.servers)))?, one(Sizing::Cheapest)?);
    let rate = scenario.traffic.requests_per_day() / 86_400.0;
    let words = [
        said(&claim, &design),
        of_function(&claim, &function, rate),
        of_servers(&claim, &by_hand, &cheapest),
    ];
    Some((words.join(" "), claim.source.source))
}

fn said(claim: &Claim, design: &Design) -> String {
    let [function, server] = [claim.function_usd, claim.server_usd].map(plain_usd);
    format!(
        "Reports put it at about {function} a month by the call, and {server} on {}.",
        some(claim, design)
    )
}

fn some(claim: &Claim, design: &Design) -> String {
    let Design::Rented(kind, _) = design else { return design.name() };
    match claim.servers {
        1 => format!("one {}", kind.title),
        servers => format!("{servers} × {}", kind.title),
    }
}

fn of_function(claim: &Claim, function: &Alternative, rate: f64) -> String {
    let usd = function.bill.total.0;
    let times = usd / claim.function_usd;
    let list = plain_usd(usd);
    if (1.0 / ABOUT..ABOUT).contains(&times) {
        return format!("List prices give {list} by the call, about as said.");
    }
    let lines = function.bill.lines.iter().filter(|line| line.cost.0 > WORTH_A_WORD * usd);
    let parts: Vec<_> =
        lines.map(|line| format!("{} for {}", plain_usd(line.cost.0), what_for(line))).collect();
    let more =
        if times > 1.0 { format!("{times:.1} times as much") } else { format!("{:.0} %", 100.0 * times) };
    let buys = rate_words(rate / times);
    format!(
        "List prices give {list} by the call, {more}: {}. {} buys {buys}.",
        parts.join(" and "),
        plain_usd(claim.function_usd),
    )
}

fn of_servers(claim: &Claim, by_hand: &Alternative, cheapest: &Alternative) -> String {
    let usd = plain_usd(by_hand.bill.total.0);
    let noun = if claim.servers == 1 { "That one server" } else { "Those servers" };
    if by_hand.unanswered < 0.01 {
        return format!("{noun} ({usd}) carries it.");
    }
    let left = (100.0 * by_hand.unanswered).round();
    let needed = match cheapest.sized {
        Sized::Fixed(servers) | Sized::Following { most: servers, .. } => servers,
        Sized::WithRequests | Sized::Base(_) => 0,
    };
    format!(
        "{noun} ({usd}) leaves {left:.0} of 100 unanswered: it takes {needed}, for {}.",
        plain_usd(cheapest.bill.total.0)
    )
}

/// What a line is for, in plain words.
fn what_for(line: &BillLine) -> String {
    match line.unit.as_str() {
        "requests" => format!("{} requests", many(line.quantity)),
        _ => {
            let mut label = line.label.chars();
            let first = label.next().map(|first| first.to_ascii_lowercase());
            format!("the {}", first.into_iter().chain(label).collect::<String>())
        }
    }
}

/// A quantity for people.
fn many(quantity: f64) -> String {
    match quantity {
        q if q >= 1e9 => format!("{:.1} billion", q / 1e9),
        q if q >= 1e6 => format!("{:.1} million", q / 1e6),
        q => grouped(q.round() as u64),
    }
}
