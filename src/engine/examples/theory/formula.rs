//! Outputs that a formula answers: too rare to wait for in a simulation, or plain arithmetic.

use std::collections::BTreeMap;

use burstlab_engine::{
    pricing::Rate,
    random::{
        Law,
        math::{exp, ln, normal_tail},
    },
    theory::{erlang_b, erlang_c, kept_fleet_exact, poisson},
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
        "pollaczek_khinchine" => one_server(oracle),
        "mg_inf_transient" => from_empty(oracle),
        "batch_arrivals" => batches(oracle),
        "batch_arrivals_inf" => batches_unlimited(oracle),
        "lognormal_quantiles" => quantiles(oracle),
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
        ("p99_wait_s", (ln(waits / 0.01) / (servers / service - rate)).max(0.0)),
        ("p99_sojourn_s", sojourn_quantile_above(0.01, waits, servers / service - rate, 1.0 / service)),
    ]))
}

/// The sojourn that a share exceeds: a service, and with a probability an exponential wait before it.
fn sojourn_quantile_above(share: f64, waits: f64, wait_rate: f64, service_rate: f64) -> f64 {
    // Where the two rates are the same the sum's law has another form; a hair beside it is as good.
    let wait_rate =
        if (wait_rate / service_rate - 1.0).abs() < 1e-7 { wait_rate * (1.0 + 1e-7) } else { wait_rate };
    let above = |time: f64| {
        let (wait, service) = (exp(-wait_rate * time), exp(-service_rate * time));
        let both = (wait_rate * service - service_rate * wait) / (wait_rate - service_rate);
        (1.0 - waits) * service + waits * both
    };
    let (mut low, mut high) = (0.0, 100.0 / wait_rate.min(service_rate));
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if above(middle) > share { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// The only law of a case: one of any law has no formula here.
fn only_law(oracle: &Oracle) -> Result<Law, String> {
    match oracle.service_laws()?.as_slice() {
        [law] => Ok(*law),
        _ => Err("the formula needs one law".to_owned()),
    }
}

/// One server, services of any law (F. Pollaczek, 1930; A. Khinchine, 1932).
fn one_server(oracle: &Oracle) -> Result<Outputs, String> {
    let (rate, law) = (oracle.number("arrival_rate")?, only_law(oracle)?);
    let service = law.mean();
    let squared_variation = match law {
        Law::Constant(_) => 0.0,
        Law::Exponential { .. } => 1.0,
        Law::Lognormal { sigma, .. } => exp(sigma * sigma) - 1.0,
    };
    let load = rate * service;
    let wait = load * service * (1.0 + squared_variation) / (2.0 * (1.0 - load));
    Ok(Outputs::from([
        ("rho", load),
        ("p_wait", load),
        ("mean_wait_s", wait),
        ("mean_sojourn_s", wait + service),
        ("mean_queue_len", wait * rate),
    ]))
}

/// From an empty start: the mean is what arrived and is still there.
fn from_empty(oracle: &Oracle) -> Result<Outputs, String> {
    let (law, time) = (only_law(oracle)?, oracle.number("t")?);
    // The mean of a service cut off at the time.
    let cut_off = match law {
        Law::Constant(service) => service.min(time),
        Law::Exponential { mean } => mean * (1.0 - exp(-time / mean)),
        Law::Lognormal { mu, sigma } => {
            let below = 1.0 - normal_tail((ln(time) - mu) / sigma - sigma);
            law.mean() * below + time * law.tail(time)
        }
    };
    let mean = oracle.number("arrival_rate")? * cut_off;
    Ok(Outputs::from([("mean_busy", mean), ("p0", exp(-mean))]))
}

/// Batches before so many servers of exponential services: the chain's balance across each cut.
fn batches(oracle: &Oracle) -> Result<Outputs, String> {
    let (rate, batch) = (oracle.number("batch_rate")?, oracle.number("batch_size")? as usize);
    let (servers, service) = (oracle.number("servers")? as usize, oracle.number("mean_service_s")?);
    let load = rate * batch as f64 * service / servers as f64;
    if load >= 1.0 || only_law(oracle)? != (Law::Exponential { mean: service }) {
        return Err("the formula needs exponential services and a load below one".to_owned());
    }
    // Kept as shares of the sum so far: with many servers the first state is of no size beside the others.
    let longest = servers + (40.0 * batch as f64 / (1.0 - load)) as usize;
    let mut states = vec![1.0_f64];
    for state in 1..longest {
        let into: f64 = states[state.saturating_sub(batch)..state].iter().sum();
        states.push(rate * into * service / state.min(servers) as f64);
        if states[state] > 1e200 {
            states.iter_mut().for_each(|share| *share *= 1e-200);
        }
    }
    let total: f64 = states.iter().sum();
    let mean_of = |value: &dyn Fn(usize) -> f64| -> f64 {
        states.iter().enumerate().map(|(state, share)| share * value(state)).sum::<f64>() / total
    };
    let queue = mean_of(&|state| state.saturating_sub(servers) as f64);
    Ok(Outputs::from([
        ("mean_in_system", mean_of(&|state| state as f64)),
        ("mean_queue_len", queue),
        ("mean_wait_s", queue / (rate * batch as f64)),
        ("p_idle", states[0] / total),
        ("p_all_servers_busy", mean_of(&|state| f64::from(u8::from(state >= servers)))),
    ]))
}

/// Batches without a bound.
fn batches_unlimited(oracle: &Oracle) -> Result<Outputs, String> {
    let (batch, law) = (oracle.number("batch_size")?, only_law(oracle)?);
    let mean = oracle.number("batch_rate")? * batch * law.mean();
    let var = match law {
        Law::Exponential { .. } => mean * (1.0 + 0.5 * (batch - 1.0)),
        Law::Constant(_) => mean * batch,
        Law::Lognormal { .. } => return Err("the formula needs another law".to_owned()),
    };
    Ok(Outputs::from([("mean_busy", mean), ("var_busy", var)]))
}

fn quantiles(oracle: &Oracle) -> Result<Outputs, String> {
    let law = Law::lognormal(oracle.number("mean_service_s")?, oracle.number("sigma")?);
    let at = |share| law.quantile_above(share);
    Ok(Outputs::from([("p50", at(0.5)), ("p95", at(0.05)), ("p99", at(0.01)), ("p999", at(0.001))]))
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
