use super::{Outcome, Scenario, evaluate};
/// wip
pub fn estimate(scenario: &Scenario) -> Outcome { evaluate(scenario) }
