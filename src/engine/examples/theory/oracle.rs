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
        let sigma = self.maybe("sigma").unwrap_or(0.5);
        let name = self.params.get("service").and_then(Value::as_str).unwrap_or("exponential");
        Ok(laws(name, mean, sigma))
    }
}

fn laws(name: &str, mean: f64, sigma: f64) -> Vec<Law> {
    if mean == 0.0 {
        return vec![Law::Constant(0.0)];
    }
    let (exponential, deterministic, lognormal) =
        (Law::Exponential { mean }, Law::Constant(mean), Law::lognormal(mean, sigma));
    match name {
        _ if name.starts_with("any") => vec![exponential, lognormal, deterministic],
        _ if name.starts_with("det") => vec![deterministic],
        _ if name.starts_with("logn") => vec![lognormal],
        _ => vec![exponential],
    }
}
