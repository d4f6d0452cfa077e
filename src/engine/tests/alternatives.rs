//! What else could answer: estimates against simulated days, sizes, reports' claims, and the crossover.

use burstlab_engine::{
    pricing::{Meter, Tariff},
    scenario::{
        Alternative, Comparing, Comparison, Design, Fidelity, Scenario, Settling, Sized, Sizing, Stride,
        Wish, alternatives, alternatives_at, crossover, designs,
    },
    servers::Size,
    units::Seconds,
};

fn scenario(link: &str) -> Scenario {
    Scenario::from_link(link).unwrap_or_else(|problems| panic!("{link}: {problems:?}"))
}

fn design(key: &str) -> Design {
    Design::of_key(key).unwrap_or_else(|| panic!("no design {key}"))
}

fn sized(scenario: &Scenario, key: &str, sizing: Sizing, target_s: f64) -> Alternative {
    Alternative::estimate(scenario, design(key), sizing, Seconds(target_s), Tariff::home())
        .unwrap_or_else(|| panic!("{key} can answer"))
}

fn settled(scenario: &Scenario, alternative: &Alternative, target_s: f64) -> Option<Alternative> {
    let mut settling = Settling::new(scenario, alternative, Seconds(target_s), Tariff::home())?;
    while !settling.advance(1 << 20) {}
    Some(settling.alternative())
}

/// Days of different shapes, and what the p99 is to be.
const DAYS: &[(&str, f64)] = &[
    ("situation=notifications", 0.8),
    ("situation=notifications&weekend_share=0.4", 0.8),
    ("situation=right-size", 0.4),
    ("situation=mvp", 0.5),
    ("situation=cold-runtime", 1.0),
    ("situation=warm-ten", 0.5),
    ("situation=ten-million", 20.0),
    ("situation=right-size&timeout_s=3&computing_ms=200", 1.5),
    ("situation=right-size&curve=8:1,12:80,16:80,20:1", 0.4),
    ("situation=right-size&dependency_ms=100&dependency_slow_percent=2&error_percent=3&curve=12:8", 2.0),
];

/// One of each kind of server is enough to hold the formulas.
const KINDS: &[&str] = &[
    "ec2_t3_medium.on_demand",
    "ec2_c5_2xlarge.reserved",
    "fargate.on_demand",
    "fargate_small.spot",
    "eks.spot",
    "cloud_run.on_demand",
    "cloud_functions.on_demand",
    "azure_functions.on_demand",
    "workers.on_demand",
];

#[test]
fn simulated_days_lie_within_the_bands_that_the_estimates_state() {
    let mut outside = Vec::new();
    let mut held = 0;
    for &(link, target_s) in DAYS {
        let scenario = scenario(link);
        let mut trials: Vec<_> =
            KINDS.iter().map(|key| sized(&scenario, key, Sizing::Cheapest, target_s)).collect();
        for key in ["ec2_c5_large.on_demand", "fargate_small.on_demand"] {
            let following = Size { least: 1, most: 500 };
            trials.push(sized(&scenario, key, Sizing::ByHand(following), target_s));
        }
        for estimate in trials {
            let day = settled(&scenario, &estimate, target_s).expect("servers can be simulated");
            let (usd, p99_s) = (day.bill.total.0, day.p99_s);
            let near = (day.unanswered - estimate.unanswered).abs() <= 0.01 + 0.3 * estimate.unanswered;
            if !estimate.usd_band.holds(usd) || !estimate.p99_band.holds(p99_s) || !near {
                outside.push(format!(
                    "{link} {} {:?}: ${usd:.2} for {:.2}, {p99_s:.3} s for {:.3}, lost {:.4} for {:.4}",
                    estimate.key,
                    day.sized,
                    estimate.bill.total.0,
                    estimate.p99_s,
                    day.unanswered,
                    estimate.unanswered
                ));
            }
            assert_eq!(day.fidelity, Fidelity::Exact);
            held += 1;
        }
    }
    assert!(outside.len() * 20 <= held, "{} of {held} outside:\n{}", outside.len(), outside.join("\n"));
}

/// 140 a second are 12 million a day: settled by a sample, and in whole when it is bursty by one request at once.
#[test]
fn a_sampled_day_says_what_the_whole_day_does() {
    let link = "situation=right-size&curve=4:60,12:140,20:100&waiting_ms=20";
    for key in ["ec2_c5_large.reserved", "workers.on_demand"] {
        let part_of = scenario(link);
        let whole_of = scenario(&format!("{link}&spikes=3:1"));
        let estimate = sized(&part_of, key, Sizing::Cheapest, 0.2);
        let part = settled(&part_of, &estimate, 0.2).expect("a sample");
        let whole = settled(&whole_of, &estimate, 0.2).expect("a day");
        assert_eq!((part.fidelity, whole.fidelity), (Fidelity::Sampled, Fidelity::Exact), "{key}");
        assert!((part.p99_s / whole.p99_s - 1.0).abs() < 0.05, "{key}: {} {}", part.p99_s, whole.p99_s);
        let ratio = part.bill.total.0 / whole.bill.total.0;
        assert!((ratio - 1.0).abs() < 0.01, "{key}: {ratio}");
        assert!(estimate.p99_band.holds(part.p99_s) && estimate.usd_band.holds(part.bill.total.0), "{key}");
    }
}

#[test]
fn how_a_day_is_cut_does_not_show() {
    let scenario = scenario("situation=notifications");
    for key in ["fargate_small.on_demand", "cloud_run.on_demand"] {
        let estimate = sized(&scenario, key, Sizing::ByHand(Size { least: 1, most: 50 }), 0.8);
        let cut = |most: u64| {
            let mut settling =
                Settling::new(&scenario, &estimate, Seconds(0.8), Tariff::home()).expect("a day");
            while !settling.advance(most) {}
            settling.alternative()
        };
        assert_eq!(cut(777), cut(u64::MAX), "{key}");
    }
}

#[test]
fn every_design_is_told_by_its_key_and_answers_once() {
    let scenario = scenario("situation=right-size");
    let all = alternatives(&scenario, Seconds(0.4));
    let keys: Vec<_> = all.iter().map(|alternative| alternative.key.clone()).collect();
    for design in designs() {
        assert_eq!(Design::of_key(&design.key()), Some(design));
        let answers = keys.iter().filter(|key| **key == design.key()).count();
        // Nothing of this day is steady enough for a container.
        assert_eq!(answers, usize::from(design != Design::Hybrid), "{}", design.key());
    }
    assert_eq!((Design::of_key("telegram"), Design::of_key("fargate.barter")), (None, None));
    for alternative in &all {
        let lines: f64 = alternative.bill.lines.iter().map(|line| line.cost.0).sum();
        assert!((lines - alternative.bill.total.0).abs() < 1e-6, "{}: lines add up", alternative.key);
        for line in &alternative.bill.lines {
            assert!(line.cost.0 >= 0.0 && line.cost.0.is_finite(), "{}: {line:?}", alternative.key);
            assert!(!line.source.is_empty() && !line.as_of.is_empty(), "{}: {line:?}", alternative.key);
        }
    }
}

#[test]
fn a_tighter_target_and_more_traffic_never_cost_less() {
    for key in ["ec2_c5_large.on_demand", "ec2_c5_large.reserved", "fargate.on_demand", "cloud_run.on_demand"]
    {
        let mut last = 0.0;
        for target_s in [3.0, 0.6, 0.3, 0.25] {
            let cheapest = sized(&scenario("situation=right-size"), key, Sizing::Cheapest, target_s);
            assert!(
                cheapest.bill.total.0 >= last - 1e-9,
                "{key} within {target_s} s: {}",
                cheapest.bill.total.0
            );
            last = cheapest.bill.total.0;
        }
        let mut last = 0.0;
        for growth in [0.25, 1.0, 4.0, 16.0] {
            let mut grown = scenario("situation=right-size");
            grown.traffic.growth = growth;
            let cheapest = sized(&grown, key, Sizing::Cheapest, 0.4);
            assert!(cheapest.bill.total.0 >= last * 0.999, "{key} at {growth}: {}", cheapest.bill.total.0);
            last = cheapest.bill.total.0;
        }
    }
}

#[test]
fn the_cheapest_size_holds_where_one_less_does_not() {
    let scenario = scenario("situation=right-size");
    for key in ["ec2_c5_large.reserved", "fargate.on_demand"] {
        let cheapest = sized(&scenario, key, Sizing::Cheapest, 0.3);
        assert!(cheapest.holds, "{key}: {cheapest:?}");
        if let Sized::Fixed(servers) = cheapest.sized
            && servers > 1
        {
            let fewer = sized(&scenario, key, Sizing::ByHand(Size::fixed(servers - 1)), 0.3);
            assert!(!fewer.holds, "{key} with {}: {fewer:?}", servers - 1);
            let day = settled(&scenario, &cheapest, 0.3).expect("a day");
            assert!(day.p99_s < 0.3 * 1.25, "{key}: {}", day.p99_s);
        }
    }
}

#[test]
fn another_price_changes_its_line_alone() {
    let scenario = scenario("situation=right-size");
    let mut tariff = Tariff::home().clone();
    tariff.rate_mut(Meter::C5LargeSpot).tiers[0].usd = 0.02;
    let at_home = alternatives(&scenario, Seconds(0.4));
    let changed = alternatives_at(&scenario, Seconds(0.4), &tariff);
    for (before, after) in at_home.iter().zip(&changed) {
        let uses = before.bill.lines.iter().any(|line| line.key == "ec2.c5_large_spot");
        assert_eq!(before != after, uses, "{}", before.key);
        if uses {
            assert!(after.bill.total.0 < before.bill.total.0, "{}", before.key);
        }
    }
}

fn check_claim(link: &str, key: &str, sizing: Sizing, expected_usd: f64, within: f64) -> Alternative {
    let got = sized(&scenario(link), key, sizing, 1.0);
    let usd = got.bill.total.0;
    assert!((usd / expected_usd - 1.0).abs() < within, "{link} {key}: ${usd:.2}, not {expected_usd}");
    got
}

/// Reports on servers beside the function, by the arithmetic of list prices.
#[test]
fn reports_claims_come_out_as_arithmetic_says() {
    let one = Sizing::ByHand(Size::fixed(1));
    // $30 a month on one t3.medium, against about $8 by the call.
    check_claim("situation=notifications", "ec2_t3_medium.on_demand", one, 30.37, 0.001);
    // 1,000 requests a second on one c5.2xlarge for $250, said to be enough: it has 8 of the 52 vCPUs needed.
    let claimed = check_claim("situation=steady-1000", "ec2_c5_2xlarge.on_demand", one, 248.2, 0.001);
    assert!(claimed.unanswered > 0.8 && !claimed.holds, "{claimed:?}");
    let cheapest =
        sized(&scenario("situation=steady-1000"), "ec2_c5_2xlarge.on_demand", Sizing::Cheapest, 0.25);
    assert_eq!(cheapest.sized, Sized::Fixed(7), "52 of 56 vCPUs");
    let function = sized(&scenario("situation=steady-1000"), "function", Sizing::Cheapest, 0.25);
    assert!((function.bill.total.0 / 4_905.6 - 1.0).abs() < 0.01, "{}", function.bill.total.0);
    assert!(cheapest.bill.total.0 < 0.5 * function.bill.total.0, "sustained, servers win");
    // Two servers and a balancer.
    let two = Sizing::ByHand(Size::fixed(2));
    check_claim("situation=notifications", "ec2_c5_large.on_demand", two, 140.5, 0.005);
    // Ten million calls a month that wait nine seconds each: one c5.large at $62 carries them, its CPU has room.
    let translator = check_claim("situation=ten-million", "ec2_c5_large.on_demand", one, 62.05, 0.001);
    let by_call = sized(&scenario("situation=ten-million"), "function", Sizing::Cheapest, 20.0);
    assert!(translator.unanswered < 0.01 && translator.p99_s < by_call.p99_s + 1.0, "{translator:?}");
    assert!((700.0..900.0).contains(&by_call.bill.total.0), "{}", by_call.bill.total.0);
}

/// 100 ms at 512 MB are $2.716 a month for each request a second: servers are met where they cost as much.
#[test]
fn servers_and_the_function_cost_the_same_where_arithmetic_says() {
    for (key, name, per_second) in [
        ("fargate_small.on_demand", "Fargate, a quarter vCPU", 9.01 / 2.716),
        ("fargate.on_demand", "Fargate, one vCPU", 36.04 / 2.716),
        ("ec2_t3_medium.on_demand", "EC2 t3.medium, on demand", 30.37 / 2.716),
        ("eks.spot", "EKS on c5.large, spot", 96.07 / 2.716),
    ] {
        // Waiting alone, so that one server carries every rate here.
        let link = "curve=12:5&memory_mb=512&waiting_ms=100&waiting_spread=0&computing_ms=0";
        let found = crossover(&scenario(link), Seconds(1.0), &[design("function"), design(key)]);
        assert_eq!(found.changes.len(), 1, "{key}: {found:?}");
        let change = &found.changes[0];
        assert!((change.per_second / per_second - 1.0).abs() < 0.03, "{key}: {change:?} not {per_second}");
        assert_eq!((change.from.as_str(), change.to.as_str()), ("The function", name));
        let start = "The function is the cheapest up to ";
        let end = format!("; above that, {name}. Today it is ");
        assert!(found.sentence.starts_with(start) && found.sentence.contains(&end), "{}", found.sentence);
        for line in &found.lines {
            assert!(line.usd.is_sorted() && line.usd.len() == found.factors.len(), "{line:?}");
        }
    }
}

#[test]
fn the_hybrid_needs_a_base_and_costs_no_more_than_its_parts() {
    let quiet = alternatives(&scenario("situation=cold-runtime"), Seconds(0.5));
    assert!(quiet.iter().all(|alternative| alternative.key != "hybrid"), "nothing there is steady");
    let day = scenario("situation=right-size&curve=4:60,12:200,13:200,20:60");
    let hybrid = sized(&day, "hybrid", Sizing::Cheapest, 0.4);
    let function = sized(&day, "function", Sizing::Cheapest, 0.4);
    assert!(matches!(hybrid.sized, Sized::Base(containers) if containers >= 2), "{hybrid:?}");
    assert!(hybrid.bill.total.0 < function.bill.total.0, "{} {}", hybrid.bill.total.0, function.bill.total.0);
    let keys: Vec<_> = hybrid.bill.lines.iter().map(|line| line.key.as_str()).collect();
    for part in ["fargate.vcpu", "alb.hours", "lambda.requests", "lambda.duration"] {
        assert!(keys.contains(&part), "{part} in {keys:?}");
    }
}

/// All that a comparison says on its way, and its end.
fn compared(link: &str, wish: &Wish) -> Vec<Comparison> {
    let mut comparing = Comparing::new(&scenario(link), wish);
    let mut told = Vec::new();
    loop {
        let stride = comparing.advance(1 << 16);
        if stride == Stride::News {
            told.push(comparing.comparison());
        }
        if stride == Stride::Done {
            return told;
        }
    }
}

#[test]
fn a_comparison_tells_all_options_first_then_the_crossover_then_settles_one_by_one() {
    let wish = Wish { target_s: 0.4, by_hand: Vec::new() };
    let told = compared("situation=right-size&curve=12:5", &wish);
    let answered = told.iter().position(|told| !told.verdict.is_empty()).expect("all answer");
    let crossed = told.iter().position(|told| !told.crossover.is_empty()).expect("lines cross or not");
    let settled = |told: &Comparison| {
        let settled = |fidelity| !matches!(fidelity, Fidelity::Estimate | Fidelity::Guess);
        told.options.iter().filter(|option| settled(option.fidelity)).count()
    };
    let first = told.iter().position(|told| settled(told) > 0).expect("some settle");
    assert!(answered < crossed && crossed < first, "{answered} {crossed} {first}");
    let all = alternatives(&scenario("situation=right-size&curve=12:5"), Seconds(0.4));
    assert_eq!(told[answered].options.len(), all.len());
    assert!(told.windows(2).all(|pair| settled(&pair[0]) + 1 >= settled(&pair[1])), "one by one");
    let last = told.last().expect("something is told");
    let hybrid = usize::from(last.options.iter().any(|option| option.key == "hybrid"));
    assert_eq!(settled(last), all.len() - hybrid);
    assert_eq!(last.options.iter().filter(|option| option.is_best).count(), 1);
    assert!(
        last.rates.is_sorted() && last.options.iter().all(|option| option.line.len() == last.rates.len())
    );
    let order = |told: &Comparison| told.options.iter().map(|option| option.key.clone()).collect::<Vec<_>>();
    assert_eq!(order(&told[answered]), order(last), "nothing jumps when it settles");
}

#[test]
fn machines_by_hand_stay_as_many_at_every_traffic() {
    let wish = Wish { target_s: 0.4, by_hand: vec![("ec2_c5_large.on_demand".to_owned(), 3)] };
    let told = compared("situation=cold-runtime", &wish);
    let last = told.last().expect("something is told");
    let by_hand =
        last.options.iter().find(|option| option.key == "ec2_c5_large.on_demand").expect("it is there");
    assert_eq!((by_hand.machines, by_hand.size.as_str()), (Some(3), "3"));
    let usd: Vec<f64> = by_hand.line.iter().flatten().map(|point| point[0]).collect();
    let reach = usd.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), &usd| (low.min(usd), high.max(usd)));
    assert!(reach.1 < 1.2 * reach.0, "only the balancer's use grows: {usd:?}");
}

/// What the reports say of 1,000 requests a second is not bent, and why it cannot be is computed.
#[test]
fn why_the_reports_figure_is_not_what_list_prices_give_is_said_from_computed_numbers() {
    let wish = Wish { target_s: 0.1, by_hand: Vec::new() };
    let mut comparing = Comparing::new(&scenario("situation=steady-1000"), &wish);
    while comparing.comparison().claim[0].is_empty() {
        assert_ne!(comparing.advance(1), Stride::Done);
    }
    let [words, source] = comparing.comparison().claim;
    for part in ["about $1,500 a month", "$250 on one EC2 c5.2xlarge", "3.3 times as much", "it takes 7"] {
        assert!(words.contains(part), "{part} in {words}");
    }
    assert!(words.contains("$526 for 2.6 billion requests") && words.contains("$1,500 buys 30"), "{words}");
    assert!(source.contains("field reports"), "{source}");
    let mut silent = Comparing::new(&scenario("situation=mvp"), &wish);
    while silent.comparison().crossover.is_empty() {
        silent.advance(1);
    }
    assert_eq!(silent.comparison().claim, ["", ""], "no report says anything of it");
}
