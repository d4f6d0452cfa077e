//! Outputs that a formula answers: too rare to wait for in a simulation, or plain arithmetic.

use std::collections::BTreeMap;

use burstlab_engine::{
    fleet::formula::{erlang_b, erlang_c, kept_fleet_exact, poisson},
    pricing::Rate,
    random::math::exp,
    units::Mebibytes,
};

use crate::oracle::Oracle;

/// Outputs by name.
pub type Outputs = BTreeMap<&'static str, f64>;

/// What the formulas say of a case.
pub fn outputs(oracle: &Oracle) -> Result<Outputs, String> {
    match oracle.family.as_str() {
        "erlang_b" => erlang_b_case(oracle),
        "erlang_c" => erlang_c_case(oracle),
        "mg_inf" => unlimited(oracle),
        "mru_keep_alive" | "cold_gap" => kept(oracle),
        "limit_one" => limit_one(oracle),
        "cost" => cost(oracle),
        other => Err(format!("no formula is at hand for the family {other}")),
    }
}

fn erlang_b_case(oracle: &Oracle) -> Result<Outputs, String> {
    let rate = oracle.number("arrival_rate")?;
    let load = rate * oracle.number("mean_service_s")?;
    let rejected = erlang_b(oracle.number("concurrency_limit")? as u32, load);
    let accepted = 1.0 - rejected;
    Ok(Outputs::from([
        ("p_reject", rejected),
        ("mean_busy", load * accepted),
        ("throughput", rate * accepted),
    ]))
}

fn erlang_c_case(oracle: &Oracle) -> Result<Outputs, String> {
    let (rate, service, servers) =
        (oracle.number("arrival_rate")?, oracle.number("mean_service_s")?, oracle.number("servers")?);
    let waits = erlang_c(servers as u32, rate * service);
    let mean_wait = waits / (servers / service - rate);
    Ok(Outputs::from([
        ("p_wait", waits),
        ("mean_wait_s", mean_wait),
        ("mean_queue_len", mean_wait * rate),
        ("mean_sojourn_s", mean_wait + service),
    ]))
}

fn unlimited(oracle: &Oracle) -> Result<Outputs, String> {
    let load = oracle.number("arrival_rate")? * oracle.number("mean_service_s")?;
    let (first, probabilities) = poisson(load);
    let quantile = |share: f64| {
        let mut below = 0.0;
        let reached = |probability: &f64| {
            below += probability;
            below >= share
        };
        first as f64 + probabilities.iter().position(reached).unwrap_or(0) as f64
    };
    let bound = load + 3.0 * load.sqrt();
    let above = probabilities.iter().enumerate().filter(|(index, _)| (first + index) as f64 > bound);
    Ok(Outputs::from([
        ("mean", load),
        ("var", load),
        ("p0", exp(-load)),
        ("p99_occupancy", quantile(0.99)),
        ("p999_occupancy", quantile(0.999)),
        ("P_gt_mean_plus_3sd", above.map(|(_, probability)| probability).sum()),
    ]))
}

fn kept(oracle: &Oracle) -> Result<Outputs, String> {
    let (rate, service) = (oracle.number("arrival_rate")?, oracle.number("mean_service_s")?);
    let fleet = kept_fleet_exact(rate, service, oracle.number("keep_alive_s")?);
    Ok(Outputs::from([
        ("p_cold", fleet.cold_share),
        ("mean_instances", fleet.environments),
        ("mean_busy", rate * service),
        ("mean_idle", fleet.environments - rate * service),
        ("mean_lifespan_s", fleet.environments / (rate * fleet.cold_share)),
    ]))
}

/// One place: what arrives at work is turned away, and what comes after a gap longer than the keep-alive is cold.
fn limit_one(oracle: &Oracle) -> Result<Outputs, String> {
    let (rate, service, keep_alive) =
        (oracle.number("arrival_rate")?, oracle.number("mean_service_s")?, oracle.number("keep_alive_s")?);
    let load = rate * service;
    let (rejected, cold) = (load / (1.0 + load), exp(-rate * keep_alive));
    Ok(Outputs::from([
        ("p_reject", rejected),
        ("p_cold_of_accepted", cold),
        ("p_cold_of_all", cold * (1.0 - rejected)),
        ("mean_instances", (service + (1.0 - cold) / rate) / (service + 1.0 / rate)),
    ]))
}

/// The bill's own arithmetic at the case's prices.
fn cost(oracle: &Oracle) -> Result<Outputs, String> {
    let gigabytes = Mebibytes(oracle.number("memory_MB")?).gibibytes();
    let requests = oracle.number("requests")?;
    let gb_s = requests * oracle.number("mean_duration_s")? * gigabytes;
    let compute = flat(oracle.number("price_per_GBs")?, 1.0).cost(gb_s).0;
    let request = flat(oracle.number("price_per_M_req")?, 1e6).cost(requests).0;
    Ok(Outputs::from([
        ("gb_s", gb_s),
        ("compute_usd", compute),
        ("request_usd", request),
        ("total_usd", compute + request),
    ]))
}

/// A rate of one price, as the case gives it.
fn flat(usd: f64, per: f64) -> Rate {
    Rate::flat(usd, per, "the case", "given")
}
