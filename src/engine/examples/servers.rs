//! Prints what else could answer a scenario's requests, at what price and with what wait.
//!
//! ```text
//! cargo run --release -p burstlab-engine --example servers -- 'situation=steady-1000' --target-ms 250
//! ```
//!
//! `--settle` simulates each after the estimate, and `--crossover` tells at which traffic another is the cheapest;
//! `--design KEY` keeps to some designs, and may be given several times.

#![expect(clippy::print_stdout, reason = "printing is what this program is for")]
#![expect(clippy::disallowed_types, reason = "how long an answer takes is part of what this shows")]

use std::{env, process::ExitCode, time::Instant};

use burstlab_engine::{
    pricing::Tariff,
    scenario::{Alternative, Design, Scenario, Settling, Sized, alternatives, crossover, designs},
    units::Seconds,
};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let after = |name: &'static str| {
        let places = arguments.iter().enumerate().filter(move |(_, argument)| *argument == name);
        places.filter_map(|(at, _)| arguments.get(at + 1)).map(String::as_str)
    };
    let target_ms: f64 = after("--target-ms").next().and_then(|text| text.parse().ok()).unwrap_or(500.0);
    let target = Seconds(target_ms / 1e3);
    let link = arguments.first().filter(|argument| !argument.starts_with("--"));
    let scenario = match Scenario::from_link(link.map_or("situation=notifications", String::as_str)) {
        Ok(scenario) => scenario,
        Err(problems) => {
            problems.iter().for_each(|problem| eprintln!("{problem}"));
            return ExitCode::FAILURE;
        }
    };
    let chosen: Vec<Design> = after("--design").filter_map(Design::of_key).collect();
    let started = Instant::now();
    let mut all = alternatives(&scenario, target);
    let took_ms = started.elapsed().as_secs_f64() * 1e3;
    all.sort_by(|a, b| a.bill.total.0.total_cmp(&b.bill.total.0));
    if !chosen.is_empty() {
        all.retain(|alternative| chosen.iter().any(|design| design.key() == alternative.key));
    }
    println!("{} alternatives within {target_ms} ms at p99, by formulas in {took_ms:.0} ms", all.len());
    for alternative in &all {
        print(alternative);
        if arguments.iter().any(|argument| argument == "--settle") {
            settle(&scenario, alternative, target);
        }
    }
    if arguments.iter().any(|argument| argument == "--crossover") {
        let chosen = if chosen.is_empty() { designs().collect() } else { chosen };
        let started = Instant::now();
        println!("{}", crossover(&scenario, target, &chosen).sentence);
        println!("({:.0} ms)", started.elapsed().as_secs_f64() * 1e3);
    }
    ExitCode::SUCCESS
}

fn print(alternative: &Alternative) {
    let sized = match alternative.sized {
        Sized::WithRequests => "with the requests".to_owned(),
        Sized::Fixed(servers) => format!("{servers} of them"),
        Sized::Following { least, most } => format!("{least} to {most} of them"),
        Sized::Base(containers) => format!("{containers} containers"),
    };
    println!(
        "{:40} ${:>10.2} p99 {:>9.1} ms  lost {:>6.2} %  {}  {:?}  {sized}{}",
        alternative.name,
        alternative.bill.total.0,
        alternative.p99_s * 1e3,
        alternative.unanswered * 100.0,
        if alternative.holds { "holds" } else { "-    " },
        alternative.fidelity,
        if alternative.bill.lines.iter().all(|line| line.verified) { "" } else { "  (prices not verified)" },
    );
}

fn settle(scenario: &Scenario, alternative: &Alternative, target: Seconds) {
    let Some(mut settling) = Settling::new(scenario, alternative, target, Tariff::home()) else { return };
    let started = Instant::now();
    while !settling.advance(1_000_000) {}
    let settled = settling.alternative();
    print(&settled);
    let inside =
        alternative.usd_band.holds(settled.bill.total.0) && alternative.p99_band.holds(settled.p99_s);
    println!(
        "    {} ({:.2} s)",
        if inside { "within its band" } else { "OUTSIDE" },
        started.elapsed().as_secs_f64()
    );
}
