//! A case of the file: parameters in, judged outputs expected.

use std::collections::BTreeMap;

use burstlab_engine::random::Law;
use serde::Deserialize;
use serde_json::Value;

/// One case, in the form of reference/oracles.json.
#[derive(Clone, Debug, Deserialize)]
pub struct Oracle {
    pub id: String,
    pub family: String,
    pub params: BTreeMap<String, Value>,
    pub outputs: BTreeMap<String, f64>,
    #[serde(default)]
    pub judged_by_simulation: Vec<String>,
    #[serde(default)]
    pub judged_by_formula_only: Vec<String>,
    /// Published figures that are not exact: how far off is still a match.
    #[serde(default)]
    pub relative_tolerance: BTreeMap<String, f64>,
}

impl Oracle {
    /// A parameter that must be there.
    pub fn number(&self, name: &str) -> Result<f64, String> {
        self.maybe(name).ok_or_else(|| format!("the case has no number {name}"))
    }

    /// A parameter that may be there.
    pub fn maybe(&self, name: &str) -> Option<f64> {
        self.params.get(name).and_then(Value::as_f64)
    }

    /// The service laws that the case is about: one, or for "any" three of very different shape.
    pub fn service_laws(&self) -> Result<Vec<Law>, String> {
        let mean = self.number("mean_service_s")?;
        if mean == 0.0 {
            return Ok(vec![Law::Constant(0.0)]);
        }
        let usual = if self.family == "md_c" { "deterministic" } else { "exponential" };
        let name = self.params.get("service").and_then(Value::as_str).unwrap_or(usual);
        let (exponential, deterministic) = (Law::Exponential { mean }, Law::Constant(mean));
        match name {
            _ if name.starts_with("any") => {
                let lognormal = Law::lognormal(mean, self.maybe("sigma").unwrap_or(0.5));
                Ok(vec![exponential, lognormal, deterministic])
            }
            _ if name.starts_with("det") || name.starts_with("const") => Ok(vec![deterministic]),
            _ if name.starts_with("logn") => Ok(vec![Law::lognormal(mean, self.number("sigma")?)]),
            _ if name.starts_with("exp") => Ok(vec![exponential]),
            _ => Err(format!("the service law {name:?} is not known")),
        }
    }

    /// The first parameter that nothing here reads, or that asks for something else than what is simulated.
    pub fn unknown_parameter(&self) -> Option<String> {
        let unknown = |(name, value): (&String, &Value)| {
            let known = match (name.as_str(), value) {
                ("policy", Value::String(policy)) => policy.starts_with("most recently used"),
                ("queue", Value::String(queue)) => queue.contains("FIFO"),
                ("limit", Value::String(limit)) => limit == "none",
                ("service", Value::String(_)) => true,
                (name, Value::Number(_)) => NUMBERS.contains(&name),
                _ => false,
            };
            (!known).then(|| format!("the parameter {name} = {value} is not known"))
        };
        self.params.iter().find_map(unknown)
    }

    /// The outputs that a simulation is judged by: those named, and all that are not left to a formula.
    pub fn simulated(&self) -> Vec<String> {
        let rest = self.outputs.keys().filter(|name| {
            !self.judged_by_formula_only.contains(name) && !self.judged_by_simulation.contains(name)
        });
        self.judged_by_simulation.iter().chain(rest).cloned().collect()
    }
}

/// Parameters that are numbers.
const NUMBERS: [&str; 22] = [
    "arrival_rate",
    "batch_rate",
    "batch_size",
    "mean_service_s",
    "cold_service_s",
    "sigma",
    "mu",
    "concurrency_limit",
    "servers",
    "limit",
    "keep_alive_s",
    "t",
    "p_cold",
    "warm_mean",
    "warm_sigma",
    "cold_extra_mean",
    "cold_extra_sigma",
    "requests",
    "mean_duration_s",
    "memory_MB",
    "price_per_GBs",
    "price_per_M_req",
];
