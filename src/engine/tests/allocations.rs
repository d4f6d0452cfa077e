//! No request costs an allocation: rooms are made at the start, and grow with the fleet, not with the requests.

use burstlab_engine::{
    pricing::Tariff,
    scenario::{Alternative, Design, Run, Scenario, Settling, Sizing},
    servers::Size,
    units::Seconds,
};

/// Everything that can befall a request, at ten requests a second.
const ALL: &str = "timeout_s=2&error_percent=1&handshake_ms=50&dependency_ms=40&dependency_slow_percent=1\
    &dependency_error_percent=2&dependency_hit_percent=30&remembered_s=20&caller_retries=2&patience_s=1\
    &retry_on=anything";

/// Allocations of so many requests, after half a day that makes the room.
fn allocations(settings: &str) -> u64 {
    let curve = if settings.contains("curve") { "" } else { "curve=0:10&waiting_ms=80&" };
    let link = format!("{curve}{settings}");
    let scenario = Scenario::from_link(&link).unwrap_or_else(|problems| panic!("{link}: {problems:?}"));
    let mut run = Run::new(&scenario);
    run.advance(400_000);
    allocation_counter::measure(|| {
        run.advance(200_000);
    })
    .count_total
}

#[test]
fn two_hundred_thousand_requests_allocate_a_few_times_at_most() {
    for (what, settings) in [
        ("nothing besides the work", String::new()),
        ("all that can befall a request", ALL.to_owned()),
        ("events", format!("{ALL}&way_in=event")),
        ("a queue", "queue=on".to_owned()),
        (
            "a queue whose messages come back",
            "queue=on&batch_size=5&error_percent=5&failing=partial&duplicate_percent=1".to_owned(),
        ),
        ("a limit", "reserved_concurrency=1".to_owned()),
        ("a day for the quick kernel", "curve=0:30&waiting_ms=500".to_owned()),
    ] {
        // Latencies are folded into the day every ten minutes: some thirty times here, sixty allocations each.
        let counted = allocations(&settings);
        assert!(counted < 4_000, "{what}: {counted} allocations");
    }
}

#[test]
fn servers_allocate_no_more() {
    let link = format!("curve=0:10&waiting_ms=80&{ALL}");
    let scenario = Scenario::from_link(&link).unwrap_or_else(|problems| panic!("{link}: {problems:?}"));
    for (key, sizing) in [
        ("ec2_c5_large.on_demand", Sizing::ByHand(Size::fixed(2))),
        ("fargate_small.on_demand", Sizing::ByHand(Size { least: 1, most: 50 })),
        ("cloud_run.on_demand", Sizing::Cheapest),
        ("cloud_functions.on_demand", Sizing::Cheapest),
        ("workers.on_demand", Sizing::Cheapest),
    ] {
        let design = Design::of_key(key).expect("a design");
        let (target, tariff) = (Seconds(1.0), Tariff::home());
        let estimate =
            Alternative::estimate(&scenario, design, sizing, target, tariff).expect("it can answer");
        let mut settling = Settling::new(&scenario, &estimate, target, tariff).expect("it can be simulated");
        settling.advance(400_000);
        let counted = allocation_counter::measure(|| {
            settling.advance(200_000);
        });
        assert!(counted.count_total < 4_000, "{key}: {} allocations", counted.count_total);
    }
}
