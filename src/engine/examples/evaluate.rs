//! Simulates one day and prints the outcome as JSON.
//!
//! ```text
//! cargo run --release -p burstlab-engine --example evaluate -- SCENARIO.json
//! cargo run --release -p burstlab-engine --example evaluate -- --situation notifications
//! cargo run --release -p burstlab-engine --example evaluate -- --link 'situation=batch-2000&queue=on'
//! ```
//!
//! A scenario is a JSON object: `{"situation": "notifications", "provisioned": 30}` changes one thing of a
//! known situation, and one without a situation starts from a silent day. `--estimate` answers by formulas
//! instead, and `--print` shows the whole scenario instead of its outcome.

#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

use std::{env, fs, process::ExitCode};

use burstlab_engine::scenario::{Problem, Scenario, estimate, evaluate};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let flag = |name: &str| arguments.iter().any(|argument| argument == name);
    match scenario(&arguments) {
        Ok(scenario) if flag("--print") => println!("{}", scenario.to_json()),
        Ok(scenario) => {
            scenario.notes().iter().for_each(|note| eprintln!("{note}"));
            let outcome = if flag("--estimate") { estimate(&scenario) } else { evaluate(&scenario) };
            println!("{}", serde_json::to_string(&outcome).expect("an outcome becomes JSON"));
        }
        Err(problems) => {
            problems.iter().for_each(|problem| eprintln!("{problem}"));
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn scenario(arguments: &[String]) -> Result<Scenario, Vec<Problem>> {
    let mut plain = arguments.iter().filter(|argument| !argument.starts_with("--"));
    let flag = |name: &str| arguments.iter().any(|argument| argument == name);
    let Some(name) = plain.next() else {
        let usage = "evaluate [--estimate | --print] (FILE.json | --situation NAME | --link FRAGMENT)";
        return Err(vec![Problem::new("arguments", format!("a scenario is missing: {usage}."))]);
    };
    if flag("--situation") {
        return Scenario::from_link(&format!("situation={name}"));
    }
    if flag("--link") {
        return Scenario::from_link(name);
    }
    let text = fs::read_to_string(name)
        .map_err(|error| vec![Problem::new(name.as_str(), format!("cannot be read: {error}."))])?;
    Scenario::parse(&text)
}
