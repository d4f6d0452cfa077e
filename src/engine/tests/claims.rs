//! What field reports claim of traffic and money, reproduced by scenarios, row by row: the figures that list prices
//! give. Where a file of the claims is at hand, the rows are held against its words too.

use std::{fs, path::Path};

use burstlab_engine::{
    pricing::Tariff,
    scenario::{Alternative, Design, Outcome, Scenario, Sizing, estimate, preset},
    servers::Size,
    units::Seconds,
};

/// How a figure comes about.
enum By {
    /// The whole bill of a scenario.
    Bill(&'static str),
    /// Lines of its bill, by how their keys begin.
    Lines(&'static str, &'static [&'static str]),
    /// Of a server of this design, so many of them, the lines that begin so.
    Servers(&'static str, u32, &'static [&'static str]),
    /// The bills of two scenarios, the first of the second.
    Share(&'static str, &'static str, &'static [&'static str]),
    /// The day on which the budget is used up.
    Day(&'static str),
}
use By::{Bill, Day, Lines, Servers, Share};

/// The row, its figure as the row has it, the number, how near it has to be, and how it comes about.
type Row = (&'static str, &'static str, f64, f64, By);

/// Chance, starts, and figures that reports round.
const NEAR: f64 = 0.015;

/// The shop's day in whole hours: 81,500 requests.
const SHOP: &str =
    "series=3600:500*6,10000*3,2000*8,15000*2,500*5&computing_ms=0&waiting_spread=0&package_mb=0";
/// Requests that wait only, all equally long.
const PLAIN: &str = "computing_ms=0&waiting_spread=0&package_mb=0&concurrency_limit=5000";

const ROWS: &[Row] = &[
    ("notifications", "$6.69", 6.69, NEAR, Bill("{shop}&memory_mb=512&waiting_ms=300")),
    ("notifications", "$8.76", 8.76, NEAR, Bill("{shop}&memory_mb=512&waiting_ms=400")),
    ("notifications", "$8 at 363 ms", 8.0, NEAR, Bill("{shop}&memory_mb=512&waiting_ms=363")),
    ("notifications", "$8.68", 8.68, NEAR, Lines("{shop}&way_in=rest_api", &["api_gateway"])),
    (
        "notifications",
        "HTTP API at 243 ms",
        8.0,
        NEAR,
        Bill("{shop}&memory_mb=512&waiting_ms=243&way_in=http_api"),
    ),
    ("notifications", "$30.37", 30.37, NEAR, Servers("ec2_t3_medium.on_demand", 1, &["ec2"])),
    (
        "notifications",
        "free tier about $1",
        1.13,
        0.1,
        Bill("{shop}&memory_mb=512&waiting_ms=363&free_tier=lasting"),
    ),
    (
        "steady-1000",
        "$525.6",
        525.6,
        NEAR,
        Lines("{plain}&curve=0:1000&memory_mb=1024&waiting_ms=100", &["lambda.requests"]),
    ),
    (
        "steady-1000",
        "$4,380.0",
        4_380.0,
        NEAR,
        Lines("{plain}&curve=0:1000&memory_mb=1024&waiting_ms=100", &["lambda.duration"]),
    ),
    ("steady-1000", "$4,905.6", 4_905.6, NEAR, Bill("{plain}&curve=0:1000&memory_mb=1024&waiting_ms=100")),
    ("steady-1000", "306 req/s", 1_500.0, NEAR, Bill("{plain}&curve=0:306&memory_mb=1024&waiting_ms=100")),
    ("steady-1000", "228 MB", 1_500.0, NEAR, Bill("{plain}&curve=0:1000&memory_mb=228&waiting_ms=100")),
    ("steady-1000", "22 ms", 1_500.0, NEAR, Bill("{plain}&curve=0:1000&memory_mb=1024&waiting_ms=22")),
    (
        "steady-1000",
        "arm64 $4,030",
        4_030.0,
        NEAR,
        Bill("{plain}&curve=0:1000&memory_mb=1024&waiting_ms=100&architecture=arm64"),
    ),
    ("ten-million", "9.58 s", 800.0, NEAR, Bill("{plain}&curve=0:3.80518&memory_mb=512&waiting_ms=9580")),
    ("ten-million", "$10.33", 10.33, NEAR, Bill("{plain}&curve=0:3.80518&memory_mb=512&waiting_ms=100")),
    ("ten-million", "$85", 85.0, NEAR, Bill("{plain}&curve=0:3.80518&memory_mb=512&waiting_ms=1000")),
    (
        "crossover-256",
        "14.4 s a call",
        60.0,
        NEAR,
        Bill("{plain}&curve=0:0.380518&memory_mb=256&waiting_ms=14400"),
    ),
    ("crossover-256", "7.2-", 60.0, NEAR, Bill("{plain}&curve=0:0.761035&memory_mb=256&waiting_ms=7200")),
    (
        "crossover-256",
        "97 M a month",
        60.0,
        NEAR,
        Bill("{plain}&curve=0:36.9102&memory_mb=256&waiting_ms=100"),
    ),
    ("crossover-256", "49 M", 30.37, NEAR, Bill("{plain}&curve=0:18.6454&memory_mb=256&waiting_ms=100")),
    (
        "crossover-256",
        "3.6-7.2 s",
        30.37,
        NEAR,
        Bill("{plain}&curve=0:0.380518&memory_mb=256&waiting_ms=7200"),
    ),
    ("fargate-rule", "$27.16", 27.16, NEAR, Bill("{plain}&curve=0:10&memory_mb=512&waiting_ms=100")),
    ("fargate-rule", "3.3 (0.25", 3.3 * 2.716, NEAR, Servers("fargate_small.on_demand", 1, &["fargate"])),
    ("fargate-rule", "6.6 (0.5/1)", 6.6 * 2.716, NEAR, Servers("fargate_small.on_demand", 2, &["fargate"])),
    ("fargate-rule", "13.3 req/s (1/2)", 13.3 * 2.716, NEAR, Servers("fargate.on_demand", 1, &["fargate"])),
    (
        "fargate-rule",
        "an ALB 19.3",
        19.3 * 2.716,
        NEAR,
        Servers("fargate_small.on_demand", 4, &["fargate", "alb.hours"]),
    ),
    ("fargate-rule", "near 35", 35.0 * 2.716, 0.02, Servers("eks.spot", 1, &["eks", "ec2"])),
    ("fargate-rule", "8.5 if the cluster", 8.5 * 2.716, 0.02, Servers("eks.spot", 1, &["ec2"])),
    (
        "uploads",
        "$30.14",
        30.14,
        NEAR,
        Bill(
            "{plain}&curve=0:1.388889&queue=on&batch_size=1&memory_mb=512&waiting_ms=100&object_writes=1&object_reads=1&table_writes=1",
        ),
    ),
    (
        "uploads",
        "$18.25 + 1.46",
        18.25 + 1.46,
        NEAR,
        Lines("{plain}&curve=0:1.388889&object_writes=1&object_reads=1", &["s3"]),
    ),
    ("bill-shock", "10.2", 50.0, NEAR, Bill("{plain}&curve=0:10.2&memory_mb=512&waiting_ms=200")),
    ("bill-shock", "306 req/s", 1_500.0, NEAR, Bill("{plain}&curve=0:306&memory_mb=512&waiting_ms=200")),
    ("bill-shock", "day 3", 3.0, 0.0, Day("{plain}&curve=0:306&memory_mb=512&waiting_ms=200&budget_usd=100")),
    // The report's KB of log is a millionth of a GB.
    (
        "mvp",
        "$12.73",
        12.73,
        NEAR,
        Bill(
            "{plain}&curve=0:1.141553&memory_mb=512&waiting_ms=200&way_in=http_api&table_writes=1&table_reads=2&log_kb=1.048576&log_days=0",
        ),
    ),
    (
        "mvp",
        "about $6",
        6.03,
        NEAR,
        Bill(
            "{plain}&curve=0:1.141553&memory_mb=512&waiting_ms=200&way_in=http_api&table_writes=1&table_reads=2&log_kb=1.048576&log_days=0&free_tier=lasting",
        ),
    ),
    ("mvp", "$23", 23.36, NEAR, Lines("{plain}&curve=0:1&database=t4g_small", &["rds.t4g_small"])),
    ("streams", "$4.91", 4.91, NEAR, Bill("{plain}&curve=0:1&memory_mb=512&waiting_ms=200")),
    (
        "crons",
        "$1.15",
        1.15,
        NEAR,
        Bill("{plain}&curve=0:0&job_every_min=5&job_requests=30&memory_mb=256&waiting_ms=1000"),
    ),
    (
        "crons",
        "$11.00",
        11.00,
        NEAR,
        Bill("{plain}&curve=0:0&job_every_min=5&job_requests=30&memory_mb=512&waiting_ms=5000"),
    ),
    (
        "crons",
        "13.8 s",
        30.37,
        NEAR,
        Bill("{plain}&curve=0:0&job_every_min=5&job_requests=30&memory_mb=512&waiting_ms=13800"),
    ),
    // A hundredth of a GB, and a tenth.
    (
        "egress",
        "10 MB $200",
        200.0,
        NEAR,
        Lines("{plain}&curve=0:0.380518&region_kb=10485.76", &["transfer"]),
    ),
    (
        "egress",
        "100 MB $2,000",
        2_000.0,
        NEAR,
        Lines("{plain}&curve=0:0.380518&region_kb=104857.6", &["transfer"]),
    ),
    (
        "gateway",
        "REST $3.50",
        3.50,
        NEAR,
        Lines("{plain}&curve=0:0.380518&way_in=rest_api", &["api_gateway"]),
    ),
    (
        "gateway",
        "HTTP $1.00",
        1.00,
        NEAR,
        Lines("{plain}&curve=0:0.380518&way_in=http_api", &["api_gateway"]),
    ),
    ("gateway", "$0.41 of Lambda", 0.41, NEAR, Bill("{plain}&curve=0:0.380518&memory_mb=256&waiting_ms=50")),
    (
        "on-demand-db",
        "$75.92",
        75.92,
        NEAR,
        Lines(
            "{plain}&curve=0:11.56&table_writes=1&table_reads=3&table=provisioned&table_write_capacity=100&table_read_capacity=300",
            &["dynamodb"],
        ),
    ),
    (
        "on-demand-db",
        "$30.38",
        30.38,
        NEAR,
        Lines("{plain}&curve=0:11.56&table_writes=1&table_reads=3", &["dynamodb"]),
    ),
    (
        "on-demand-db",
        "28.9 %",
        75.92,
        NEAR,
        Lines("{plain}&curve=0:28.9&table_writes=1&table_reads=3", &["dynamodb"]),
    ),
    (
        "right-size",
        "-25.0 %",
        0.75,
        NEAR,
        Share(
            "situation=right-size&memory_mb=512",
            "situation=right-size&memory_mb=1024",
            &["lambda.duration"],
        ),
    ),
    ("serverless-vs-ec2", "$140.5", 140.5, NEAR, Servers("ec2_c5_large.on_demand", 2, &["ec2", "alb.hours"])),
    (
        "serverless-vs-ec2",
        "13.1 req/s",
        0.6 * 140.5,
        NEAR,
        Bill("{plain}&curve=0:13.1&memory_mb=512&waiting_ms=150&way_in=http_api"),
    ),
    (
        "idle-waste",
        "$54.75/mo",
        54.75,
        NEAR,
        Lines("{plain}&curve=0:1&memory_mb=512&provisioned=10", &["lambda.provisioned_held"]),
    ),
    ("tracing", "$5 per million", 5.0, NEAR, Lines("{plain}&curve=0:0.380518&traced_percent=100", &["xray"])),
    ("tracing", "$1.03 of Lambda", 1.03, NEAR, Bill("{plain}&curve=0:0.380518&memory_mb=512&waiting_ms=100")),
];

fn answer(link: &str) -> Outcome {
    let link = link.replace("{shop}", SHOP).replace("{plain}", PLAIN);
    let scenario = Scenario::from_link(&link).unwrap_or_else(|problems| panic!("{link}: {problems:?}"));
    estimate(&scenario)
}

fn lines(bill: &burstlab_engine::pricing::Bill, of: &[&str]) -> f64 {
    let is_meant = |key: &str| of.iter().any(|start| key.starts_with(start));
    bill.lines.iter().filter(|line| is_meant(&line.key)).map(|line| line.cost.0).sum()
}

fn servers(key: &str, count: u32) -> burstlab_engine::pricing::Bill {
    let quiet = Scenario::from_link(&format!("{PLAIN}&curve=0:1&waiting_ms=100")).expect("a good link");
    let design = Design::of_key(key).unwrap_or_else(|| panic!("no design {key}"));
    let sizing = Sizing::ByHand(Size::fixed(count));
    let found = Alternative::estimate(&quiet, design, sizing, Seconds(1.0), Tariff::home());
    found.expect("an answer").bill
}

impl By {
    fn number(&self) -> f64 {
        match self {
            Bill(link) => answer(link).bill.total.0,
            Lines(link, of) => lines(&answer(link).bill, of),
            Servers(key, count, of) => lines(&servers(key, *count), of),
            Share(one, other, of) => lines(&answer(one).bill, of) / lines(&answer(other).bill, of),
            Day(link) => {
                let budget = answer(link).budget.expect("a budget");
                budget.crossed_on_day.map_or(f64::INFINITY, f64::from)
            }
        }
    }
}

#[test]
fn the_arithmetic_of_traffic_and_money_comes_out_of_scenarios_row_by_row() {
    let mut wrong = Vec::new();
    for (id, figure, expected, near, by) in ROWS {
        let got = by.number();
        if (got - expected).abs() > near * expected {
            wrong.push(format!("{id}, {figure}: {got} not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_rows_hold_the_figures_of_the_claims() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/claims.md");
    let Ok(text) = fs::read_to_string(&file) else {
        eprintln!("skipped: the claims are not at hand");
        return;
    };
    let (_, money) = text.split_once("## Traffic and money").expect("a part on traffic and money");
    let (money, _) = money.split_once("\n## ").expect("a part after it");
    let rows: Vec<_> =
        money.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| id |")).collect();
    for (id, figure, ..) in ROWS {
        let row = rows.iter().find(|row| row.starts_with(&format!("| {id} |")));
        assert!(row.is_some_and(|row| row.contains(figure)), "{id} has no {figure}: {row:?}");
    }
    // A row without a sum has nothing to reproduce.
    let sums = rows
        .iter()
        .filter(|row| row.rsplit('|').nth(1).is_some_and(|sum| sum.contains('$') || sum.contains('%')));
    for row in sums {
        assert!(ROWS.iter().any(|own| row.starts_with(&format!("| {} |", own.0))), "nobody reproduces {row}");
    }
    assert!(preset("right-size").is_some(), "one row opens a situation");
}
