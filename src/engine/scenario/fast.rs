use super::{QueueMode, Scenario};
use crate::{
    fleet::{KeepAlive, ProvisionedBy, ScalingRule, Slots},
    units::{SECOND, SimTime},
};

/// Smaller days take a fraction of a second exactly.
const LEAST_REQUESTS: f64 = 1e6;
/// Slots of the day for each request: with twice as many the exact kernel is as quick.
const MOST_SLOTS: f64 = 80.0;
const MOST_SLOTS_IN_ORDER: f64 = 20.0;
/// An environment is kept for long beside a request, and for longer than the scaling rate looks back.
const LEAST_KEPT_STAYS: f64 = 20.0;
const LEAST_KEPT: SimTime = SimTime(30 * SECOND.0);

/// Whether a day is for the quick kernel: large, and with nothing but work to happen, far from every limit.
pub fn fits(scenario: &Scenario) -> bool {
    holds_none(scenario) && is_far_from_limits(scenario) && is_large_and_plain(scenario, MOST_SLOTS)
}

/// Whether it is for that which goes through the slots in order: the same with environments held, or near a limit.
pub fn fits_in_order(scenario: &Scenario) -> bool {
    let by_the_hour = scenario.fleet.provisioned_by == ProvisionedBy::Schedule;
    by_the_hour && is_large_and_plain(scenario, MOST_SLOTS_IN_ORDER)
}

/// Whether there are many requests, to which nothing but work happens, and not too many slots to each.
fn is_large_and_plain(scenario: &Scenario, most_slots: f64) -> bool {
    let requests = scenario.traffic.requests_per_day();
    requests >= LEAST_REQUESTS
        && scenario.queue_mode == QueueMode::Direct
        && scenario.is_plain()
        && keeps_by_the_slot(scenario, longest_stay_s(scenario))
        && slots_of_day(scenario) <= most_slots * requests
}

/// Whether no environments are held at any time.
pub(super) fn holds_none(scenario: &Scenario) -> bool {
    scenario.fleet.provisioned_by == ProvisionedBy::Schedule && scenario.fleet.plan().most() == 0
}

/// Whether environments are kept for long enough beside a call.
pub(super) fn keeps_by_the_slot(scenario: &Scenario, call_s: f64) -> bool {
    let kept = match scenario.fleet.keep_alive {
        KeepAlive::Fixed { idle } => idle.0,
        KeepAlive::FunctionWide { function_idle, surplus_idle, max_age } => {
            function_idle.0.min(surplus_idle.0).min(max_age.0)
        }
    };
    kept >= LEAST_KEPT.as_secs().max(LEAST_KEPT_STAYS * call_s)
}

/// Whether nobody is turned away even if all wait for a start: neither for want of a place, nor of a start, nor for
/// the rate of requests.
fn is_far_from_limits(scenario: &Scenario) -> bool {
    let fleet = &scenario.fleet;
    let at_once = scenario.traffic.most_within(longest_stay_s(scenario));
    let places = f64::from(fleet.limit().min(fleet.startable_at_once()));
    fleet.scaling_rule == ScalingRule::Today
        && at_once < places
        && scenario.traffic.most_within(1.0) < fleet.most_requests_per_s()
}

/// The mean stay of a request that waits for a start.
pub fn longest_stay_s(scenario: &Scenario) -> f64 {
    let laws = scenario.function.laws();
    laws.waiting.mean() + laws.computing.mean() + laws.init.mean()
}

fn slots_of_day(scenario: &Scenario) -> f64 {
    let laws = scenario.function.laws();
    let stay = SimTime::from_secs(laws.waiting.mean() + laws.computing.mean());
    86_400.0 * Slots::per_second(stay, scenario.traffic.peak_rate())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_plain_days_are_for_a_quick_kernel_and_those_near_a_limit_for_that_in_order() {
        for (link, expected, in_order) in [
            ("situation=steady-1000", true, true),
            ("situation=steady-1000&keep_alive=aws_2020", true, true),
            ("situation=steady-1000&provisioned=100", false, true),
            ("situation=steady-1000&provisioned=100&provisioned_by=target_tracking", false, false),
            ("situation=steady-1000&keep_alive_s=5", false, false),
            ("situation=steady-1000&curve=12:20", true, true),
            ("situation=steady-1000&curve=12:13&waiting_ms=5&computing_ms=5", false, false),
            ("situation=steady-1000&curve=12:11", false, false),
            ("situation=steady-1000&concurrency_limit=200", false, true),
            ("situation=steady-1000&requests_per_copy=1", false, true),
            ("situation=steady-1000&scaling_per_10_s=100", false, true),
            ("situation=steady-1000&waiting_ms=900", false, true),
            ("situation=steady-1000&spikes=12:5000", false, true),
            ("situation=steady-1000&error_percent=1", false, false),
            ("situation=steady-1000&queue=on", false, false),
        ] {
            let scenario =
                Scenario::from_link(link).unwrap_or_else(|problems| panic!("{link}: {problems:?}"));
            assert_eq!(fits(&scenario), expected, "{link}");
            assert_eq!(fits_in_order(&scenario), in_order, "{link}, in order");
        }
    }
}
