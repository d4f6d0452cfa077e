//! Five whole scenarios, written out by hand line by line: what is counted times the public price. The days have no
//! more chance in them than when requests come: their numbers are those of a month of 730 hours.

use burstlab_engine::scenario::{Outcome, Scenario, estimate, evaluate};

const LAMBDA: &str = "aws.amazon.com/lambda/pricing";
const GATEWAY: &str = "aws.amazon.com/api-gateway/pricing";
const TABLE: &str = "aws.amazon.com/dynamodb/pricing/on-demand";
const CAPACITY: &str = "aws.amazon.com/dynamodb/pricing/provisioned";
const WATCH: &str = "aws.amazon.com/cloudwatch/pricing";
const TRACE: &str = "aws.amazon.com/xray/pricing";
const TRANSFER: &str = "aws.amazon.com/ec2/pricing/on-demand, data transfer";
const OBJECTS: &str = "aws.amazon.com/s3/pricing";
const QUEUE: &str = "aws.amazon.com/sqs/pricing";
const EVENTS: &str = "aws.amazon.com/eventbridge/pricing";
const NETWORK: &str = "aws.amazon.com/vpc/pricing";
const DATABASE: &str = "aws.amazon.com/rds/pricing";
const BALANCER: &str = "aws.amazon.com/elasticloadbalancing/pricing";
const CACHE: &str = "aws.amazon.com/elasticache/pricing";

/// The meter, a month's quantity, dollars for so many, the dollars that they come to, and who publishes the price.
type Line = (&'static str, f64, (f64, f64), f64, &'static str);

/// Starts, and what a figure by hand is rounded by.
const ROUNDED: f64 = 0.005;

/// Within what a day by chance is of a mean one: three times the spread of Poisson arrivals. A timer knows no chance.
fn chance(scenario: &Scenario) -> f64 {
    let by_chance = scenario.traffic.peak_rate() > 0.0;
    ROUNDED + if by_chance { 3.0 / scenario.traffic.requests_per_day().sqrt() } else { 0.0 }
}

fn check(link: &str, lines: &[Line], total: f64) {
    for (key, quantity, (usd, per), dollars, source) in lines {
        assert!((quantity * usd / per - dollars).abs() < 0.006, "{key} is reckoned wrongly by hand");
        assert!(source.starts_with("aws.amazon.com/"), "{key} has no public source");
    }
    let sum: f64 = lines.iter().map(|line| line.3).sum();
    assert!((sum - total).abs() < 0.03, "{link}: the lines come to {sum} by hand, not {total}");
    let scenario = Scenario::from_link(link).unwrap_or_else(|problems| panic!("{link}: {problems:?}"));
    for outcome in [estimate(&scenario), evaluate(&scenario)] {
        check_outcome((link, chance(&scenario)), &outcome, lines, total);
    }
}

fn check_outcome((link, chance): (&str, f64), outcome: &Outcome, lines: &[Line], total: f64) {
    let bill = &outcome.bill;
    let found: Vec<_> = bill.lines.iter().filter(|line| line.cost.0 > 0.0).map(|line| &*line.key).collect();
    for key in &found {
        assert!(lines.iter().any(|line| line.0 == *key), "{link}: nobody wrote out {key}: {found:?}");
    }
    for (key, quantity, _, dollars, _) in lines {
        let line = bill.lines.iter().find(|line| line.key == *key);
        let line = line.unwrap_or_else(|| panic!("{link}: no line {key} in {found:?}"));
        let near = |got: f64, expected: f64| (got - expected).abs() <= chance * expected + 0.005;
        assert!(near(line.quantity, *quantity), "{link}, {key}: {} not {quantity}", line.quantity);
        assert!(near(line.cost.0, *dollars), "{link}, {key}: ${} not ${dollars}", line.cost.0);
        assert!(!line.source.is_empty() && !line.as_of.is_empty(), "{key} has no source and date");
    }
    assert!((bill.total.0 / total - 1.0).abs() <= chance, "{link}: ${} not ${total}", bill.total.0);
}

#[test]
fn an_api_with_a_table_and_logs() {
    // One request a second: 2,628,000 a month, of 0.2 s at 512 MB. Each writes an item and reads two, answers 4 KB and
    // logs 1 KB, kept for 30 days; one in twenty is traced.
    check(
        "curve=0:1&memory_mb=512&waiting_ms=200&waiting_spread=0&computing_ms=0&way_in=http_api&table_writes=1\
         &table_reads=2&answer_kb=4&log_kb=1&log_days=30&traced_percent=5",
        &[
            ("lambda.requests", 2_628_000.0, (0.20, 1e6), 0.53, LAMBDA),
            // × 0.2 s × 0.5 GB
            ("lambda.duration", 262_800.0, (0.000_016_666_7, 1.0), 4.38, LAMBDA),
            ("api_gateway.http_api", 2_628_000.0, (1.00, 1e6), 2.63, GATEWAY),
            ("dynamodb.write_units", 2_628_000.0, (0.625, 1e6), 1.64, TABLE),
            ("dynamodb.read_units", 5_256_000.0, (0.125, 1e6), 0.66, TABLE),
            // 2,628,000 KB are 2.506 GB.
            ("cloudwatch.logs", 2.506, (0.50, 1.0), 1.25, WATCH),
            // 86,400 KB a day × 30 days, compressed to 15 %: 0.371 GB.
            ("cloudwatch.logs_stored", 0.371, (0.03, 1.0), 0.01, WATCH),
            ("xray.recorded", 131_400.0, (5.00, 1e6), 0.66, TRACE),
            // 10,512,000 KB are 10.025 GB.
            ("transfer.internet", 10.025, (0.09, 1.0), 0.90, TRANSFER),
        ],
        12.66,
    );
}

#[test]
fn the_upload_pipeline() {
    // 5,000 uploads an hour, 3,650,000 a month: each is put into storage, waits in a queue, is taken alone, read, and
    // noted in a table; 0.1 s at 512 MB.
    check(
        "curve=0:1.388889&queue=on&batch_size=1&memory_mb=512&waiting_ms=100&waiting_spread=0&computing_ms=0\
         &object_writes=1&object_reads=1&table_writes=1&object_gb=2000",
        &[
            ("lambda.requests", 3_650_000.0, (0.20, 1e6), 0.73, LAMBDA),
            // × 0.1 s × 0.5 GB
            ("lambda.duration", 182_500.0, (0.000_016_666_7, 1.0), 3.04, LAMBDA),
            ("s3.writes", 3_650_000.0, (0.005, 1e3), 18.25, OBJECTS),
            ("s3.reads", 3_650_000.0, (0.0004, 1e3), 1.46, OBJECTS),
            ("s3.storage", 2_000.0, (0.023, 1.0), 46.00, OBJECTS),
            // Sent, received and deleted, and two pollers that look into the empty queue every 20 s: 262,800 a month.
            ("sqs.standard", 11_212_800.0, (0.40, 1e6), 4.49, QUEUE),
            ("dynamodb.write_units", 3_650_000.0, (0.625, 1e6), 2.28, TABLE),
        ],
        76.25,
    );
}

#[test]
fn a_webhook() {
    // A million calls a month through a REST API, 50 ms at 256 MB; each goes by the event bus, writes an item of 2.5 KB
    // and logs half a KB, kept for a week.
    check(
        "curve=0:0.380518&memory_mb=256&waiting_ms=50&waiting_spread=0&computing_ms=0&package_mb=0&way_in=rest_api\
         &hop=eventbridge&table_writes=1&item_kb=2.5&log_kb=0.5&log_days=7",
        &[
            ("lambda.requests", 1_000_000.0, (0.20, 1e6), 0.20, LAMBDA),
            // × 0.05 s × 0.25 GB
            ("lambda.duration", 12_500.0, (0.000_016_666_7, 1.0), 0.21, LAMBDA),
            ("api_gateway.rest_api", 1_000_000.0, (3.50, 1e6), 3.50, GATEWAY),
            ("eventbridge.events", 1_000_000.0, (1.00, 1e6), 1.00, EVENTS),
            // 2.5 KB are three units.
            ("dynamodb.write_units", 3_000_000.0, (0.625, 1e6), 1.88, TABLE),
            // 500,000 KB are 0.477 GB.
            ("cloudwatch.logs", 0.477, (0.50, 1.0), 0.24, WATCH),
            // 16,438 KB a day × 7 days × 15 %: 0.016 GB.
            ("cloudwatch.logs_stored", 0.016, (0.03, 1.0), 0.0005, WATCH),
        ],
        7.03,
    );
}

#[test]
fn a_scheduled_fleet() {
    // 30 jobs every 5 minutes, 262,800 runs a month of 5 s at 512 MB, started by the scheduler; each sends 1,000 KB
    // through a NAT gateway and works on a database of 20 GB; ten metrics watch it.
    check(
        "curve=0:0&job_every_min=5&job_requests=30&memory_mb=512&waiting_ms=5000&waiting_spread=0&computing_ms=0\
         &hop=scheduler&nat_gateways=1&nat_kb=1000&database=t4g_medium&database_gb=20&metrics=10",
        &[
            ("lambda.requests", 262_800.0, (0.20, 1e6), 0.05, LAMBDA),
            // × 5 s × 0.5 GB
            ("lambda.duration", 657_000.0, (0.000_016_666_7, 1.0), 10.95, LAMBDA),
            ("eventbridge.scheduled", 262_800.0, (1.00, 1e6), 0.26, EVENTS),
            ("rds.t4g_medium", 730.0, (0.065, 1.0), 47.45, DATABASE),
            ("rds.disk", 20.0, (0.115, 1.0), 2.30, DATABASE),
            ("cloudwatch.metrics", 10.0, (0.30, 1.0), 3.00, WATCH),
            ("vpc.nat_hours", 730.0, (0.045, 1.0), 32.85, NETWORK),
            // 262,800,000 KB are 250.6 GB.
            ("vpc.nat_data", 250.6, (0.045, 1.0), 11.28, NETWORK),
            ("vpc.address_hours", 730.0, (0.005, 1.0), 3.65, NETWORK),
        ],
        111.79,
    );
}

#[test]
fn a_thousand_requests_a_second_around_the_clock() {
    // 2,628 million a month of 0.1 s at 1 GB behind a balancer, before a table that holds 1,000 writes a second ready
    // and two cache nodes; each answers 1 KB and logs a tenth of one, which is not kept.
    check(
        "curve=0:1000&memory_mb=1024&waiting_ms=100&waiting_spread=0&computing_ms=0&concurrency_limit=5000&way_in=alb\
         &table=provisioned&table_writes=1&table_write_capacity=1000&cache=m7g_large&cache_nodes=2&answer_kb=1\
         &log_kb=0.1&log_days=0",
        &[
            ("lambda.requests", 2_628e6, (0.20, 1e6), 525.60, LAMBDA),
            // × 0.1 s × 1 GB
            ("lambda.duration", 262.8e6, (0.000_016_666_7, 1.0), 4_380.01, LAMBDA),
            ("alb.hours", 730.0, (0.0225, 1.0), 16.43, BALANCER),
            // Of 1,000 new connections a second each unit carries 25, which is more than any other dimension asks.
            ("alb.capacity", 29_200.0, (0.008, 1.0), 233.60, BALANCER),
            ("dynamodb.write_capacity", 730_000.0, (0.000_65, 1.0), 474.50, CAPACITY),
            ("elasticache.m7g_large", 1_460.0, (0.158, 1.0), 230.68, CACHE),
            // 262.8 million KB are 250.6 GB, and ten times as many 2,506.
            ("cloudwatch.logs", 250.63, (0.50, 1.0), 125.31, WATCH),
            ("transfer.internet", 2_506.26, (0.09, 1.0), 225.56, TRANSFER),
        ],
        6_211.69,
    );
}
