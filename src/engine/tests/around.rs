//! What stands around the function is metered by the same arrivals, whichever way a day is answered.

use burstlab_engine::{
    pricing::DAYS_PER_MONTH,
    scenario::{Control, Outcome, SECTIONS, Scenario, alternatives, estimate, evaluate, knob},
    units::Seconds,
};

fn answers(link: &str) -> [Outcome; 2] {
    let scenario = Scenario::from_link(link).unwrap_or_else(|problems| panic!("{link}: {problems:?}"));
    [evaluate(&scenario), estimate(&scenario)]
}

fn quantity(outcome: &Outcome, key: &str) -> f64 {
    outcome.bill.lines.iter().find(|line| line.key == key).map_or(0.0, |line| line.quantity)
}

/// A request every two seconds.
const DAY: &str = "curve=0:0.5";

const KB: f64 = 1.0 / 1_048_576.0;
const HOURS: f64 = 730.0;

/// A setting, the meter that it moves, what a request adds to it, and what a month holds.
const ROWS: &[(&str, &str, f64, f64)] = &[
    ("way_in=http_api&request_kb=500&answer_kb=20", "api_gateway.http_api", 2.0, 0.0),
    ("way_in=rest_api&gateway_cache=one_gb", "api_gateway.cache", 0.0, HOURS),
    ("way_in=websocket&request_kb=40&answer_kb=2", "api_gateway.websocket_messages", 3.0, 0.0),
    ("way_in=websocket&sockets=100", "api_gateway.websocket_minutes", 0.0, 100.0 * HOURS * 60.0),
    ("way_in=content_network", "cloudfront.requests", 1.0, 0.0),
    ("way_in=content_network&answer_kb=100", "cloudfront.transfer", 100.0 * KB, 0.0),
    ("way_in=content_network&answer_kb=100", "transfer.internet", 0.0, 0.0),
    ("way_in=event&request_kb=300", "lambda.async_extra", 1.0, 0.0),
    ("answer_kb=100", "transfer.internet", 100.0 * KB, 0.0),
    ("hop=sns&request_kb=65", "sns.publishes", 2.0, 0.0),
    ("hop=eventbridge", "eventbridge.events", 1.0, 0.0),
    ("hop=scheduler", "eventbridge.scheduled", 1.0, 0.0),
    ("hop=pipes", "eventbridge.pipes", 1.0, 0.0),
    ("hop=step_functions&hop_steps=5", "step_functions.transitions", 5.0, 0.0),
    ("hop=express", "step_functions.express_requests", 1.0, 0.0),
    // 0.15 s count as 0.2 s of 64 MB.
    (
        "hop=express&waiting_ms=150&waiting_spread=0&computing_ms=0",
        "step_functions.express_duration",
        0.2 / 16.0,
        0.0,
    ),
    ("table_writes=2&item_kb=1.5", "dynamodb.write_units", 4.0, 0.0),
    ("table_reads=3", "dynamodb.read_units", 3.0, 0.0),
    ("table_writes=1&table=provisioned&table_write_capacity=7", "dynamodb.write_capacity", 0.0, 7.0 * HOURS),
    // Hardly more than one write every two seconds is one a second.
    ("table_writes=1&table=provisioned", "dynamodb.write_capacity", 0.0, HOURS),
    ("table_reads=1&table=provisioned&table_read_capacity=9", "dynamodb.read_capacity", 0.0, 9.0 * HOURS),
    ("table_gb=40", "dynamodb.storage", 0.0, 40.0),
    ("stream_reads=0.1", "dynamodb.stream_reads", 0.1, 0.0),
    ("database=t4g_medium", "rds.t4g_medium", 0.0, HOURS),
    ("database=m6g_large_mysql", "rds.disk", 0.0, 20.0),
    ("database=t3_medium_postgresql&database_proxy=on", "rds.proxy", 0.0, 2.0 * HOURS),
    ("database=aurora&database_capacity=1.5", "aurora.capacity", 0.0, 1.5 * HOURS),
    ("database=aurora&database_operations=4", "aurora.operations", 4.0, 0.0),
    ("database=aurora&database_gb=10", "aurora.storage", 0.0, 10.0),
    ("cache=t4g_small&cache_nodes=2", "elasticache.t4g_small", 0.0, 2.0 * HOURS),
    ("cache=valkey&cache_kb=3", "elasticache.valkey_units", 3.0, 0.0),
    ("cache=redis&cache_gb=0.1", "elasticache.redis_storage", 0.0, HOURS),
    ("object_writes=1", "s3.writes", 1.0, 0.0),
    ("object_reads=2", "s3.reads", 2.0, 0.0),
    ("object_gb=500", "s3.storage", 0.0, 500.0),
    ("log_kb=10", "cloudwatch.logs", 10.0 * KB, 0.0),
    // Of a month's log lines those of ten days are kept, compressed to 15 %.
    ("log_kb=500&log_days=10", "cloudwatch.logs_stored", 500.0 * KB * 10.0 * 0.15 / DAYS_PER_MONTH, 0.0),
    ("metrics=12", "cloudwatch.metrics", 0.0, 12.0),
    ("traced_percent=5", "xray.recorded", 0.05, 0.0),
    ("region_kb=200", "transfer.regions", 200.0 * KB, 0.0),
    ("zone_kb=200", "transfer.zones", 400.0 * KB, 0.0),
    ("nat_gateways=2", "vpc.nat_hours", 0.0, 2.0 * HOURS),
    ("nat_gateways=2", "vpc.address_hours", 0.0, 2.0 * HOURS),
    ("nat_kb=50", "vpc.nat_data", 50.0 * KB, 0.0),
    ("endpoints=3", "vpc.endpoint_hours", 0.0, 3.0 * HOURS),
    ("endpoint_kb=50", "vpc.endpoint_data", 50.0 * KB, 0.0),
];

#[test]
fn each_setting_meters_what_it_says_of_each_request_or_of_the_month() {
    for (setting, key, each, held) in ROWS {
        for outcome in answers(&format!("{DAY}&{setting}")) {
            let requests = outcome.usage.invocations as f64 * DAYS_PER_MONTH;
            let (got, expected) = (quantity(&outcome, key), each * requests + held);
            let slack = 1e-3 * expected + 1e-9;
            assert!((got - expected).abs() <= slack, "{setting}: {got} of {key}, not {expected}");
        }
    }
}

#[test]
fn every_setting_around_the_function_is_in_the_table_above() {
    let section = SECTIONS.iter().find(|section| section.key == "around").expect("a section of its own");
    for key in section.keys {
        let is_there =
            ROWS.iter().any(|row| row.0.split('&').any(|pair| pair.starts_with(&format!("{key}="))));
        // Room and time have their default in the rows.
        assert!(is_there, "{key} is in no row");
        assert!(Control::all().any(|control| control.key() == *key), "{key} is no control");
    }
}

/// All that can stand around a function at once, each setting at a part of its range.
const ALL: &str = "way_in=rest_api&gateway_cache=one_gb&hop=step_functions&table_writes=1&table_reads=1&database=aurora\
    &cache=valkey&log_kb=1";

#[test]
fn more_around_the_function_never_costs_less_and_never_jumps() {
    let base = Scenario::from_link(&format!("{DAY}&{ALL}")).expect("a good link");
    let section = SECTIONS.iter().find(|section| section.key == "around").expect("a section of its own");
    for knob in section.keys.iter().filter_map(|key| knob(key)) {
        let spec = knob.spec();
        let cost = |share: f64| {
            let mut scenario = base.clone();
            knob.set(&mut scenario, spec.least + share * (spec.most - spec.least));
            let bill = estimate(&scenario).bill;
            assert!(bill.lines.iter().all(|line| line.cost.0 >= 0.0), "{}: {bill:?}", spec.key);
            bill.total.0
        };
        let costs: Vec<_> = (0..=16).map(|step| cost(f64::from(step) / 16.0)).collect();
        assert!(costs.windows(2).all(|pair| pair[1] >= pair[0] - 1e-9), "{}: {costs:?}", spec.key);
        // Tiers only make more of it cheaper: no step is three times as dear as one is on average.
        let mean = (costs[16] - costs[0]) / 16.0;
        let steepest = costs.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max);
        assert!(steepest <= 3.0 * mean + 1e-6, "{}: a step of {steepest} among {mean}", spec.key);
    }
}

#[test]
fn what_surrounds_the_function_adds_up_line_by_line() {
    let cost = |link: &str| answers(&format!("{DAY}&{link}"))[1].bill.total.0;
    let alone = cost("");
    let parts: Vec<&str> = ALL.split('&').filter(|part| !part.starts_with("gateway_cache")).collect();
    let apart: f64 = parts.iter().map(|part| cost(part.trim()) - alone).sum();
    let cache = cost("way_in=rest_api&gateway_cache=one_gb") - cost("way_in=rest_api");
    let together = cost(ALL) - alone;
    assert!((together - apart - cache).abs() < 1e-6, "{together} of {apart} and {cache}");
}

#[test]
fn what_surrounds_the_function_adds_no_wait_and_changes_no_answer() {
    let all = "table_writes=1&database=aurora&cache=valkey&log_kb=2&nat_kb=3&hop=sns&answer_kb=9&metrics=2";
    for (with, without) in answers(&format!("{DAY}&{all}")).iter().zip(answers(DAY)) {
        assert_eq!((with.counts, with.latency), (without.counts, without.latency));
        let lines = without.bill.lines.iter().all(|line| with.bill.lines.contains(line));
        assert!(lines && with.bill.total.0 > without.bill.total.0 + 100.0, "{:?}", with.bill.total);
    }
}

#[test]
fn messages_count_one_by_one_and_once_more_when_they_come_back() {
    for (link, least, most) in [
        ("curve=0:2&queue=on&batch_size=10&batch_window_s=5&table_writes=1", 1.0, 1.0),
        (
            "curve=0:2&queue=on&batch_size=1&error_percent=20&max_receives=10&failing=partial&table_writes=1",
            1.2,
            1.3,
        ),
    ] {
        for outcome in answers(link) {
            let each = quantity(&outcome, "dynamodb.write_units") / DAYS_PER_MONTH;
            let share = each / outcome.counts.arrived as f64;
            assert!((least - 0.01..=most + 0.01).contains(&share), "{link}: {share} writes a message");
        }
    }
}

#[test]
fn servers_have_the_same_around_them_and_the_hybrid_holds_it_once() {
    let of = |link: &str| alternatives(&Scenario::from_link(link).expect("a good link"), Seconds(1.0));
    let day = "curve=0:40&waiting_ms=50&computing_ms=20";
    let (with, without) = (of(&format!("{day}&metrics=1000&table_writes=1")), of(day));
    // $300 of metrics, and 105.12 million writes.
    let around = 300.0 + 105.12 * 0.625;
    assert!(with.iter().any(|one| one.key == "hybrid"), "there is a steady base");
    for (with, without) in with.iter().zip(&without) {
        let more = with.bill.total.0 - without.bill.total.0;
        assert!((more / around - 1.0).abs() < 0.01, "{}: {more} more, not {around}", with.key);
    }
}
