//! What a scenario says of money: terms, prices of one's own, a budget, and what slow and lost answers cost.

use burstlab_engine::{
    pricing::{BillLine, Meter, YOUR_PRICE},
    scenario::{Outcome, Scenario, alternatives, estimate, evaluate},
    units::Seconds,
};

fn scenario(link: &str) -> Scenario {
    Scenario::from_link(link).unwrap_or_else(|problems| panic!("{link}: {problems:?}"))
}

/// Both ways of answering.
fn answers(link: &str) -> [Outcome; 2] {
    let scenario = scenario(link);
    [evaluate(&scenario), estimate(&scenario)]
}

fn line<'a>(outcome: &'a Outcome, key: &str) -> &'a BillLine {
    outcome.bill.lines.iter().find(|line| line.key == key).unwrap_or_else(|| panic!("no line {key}"))
}

/// 2 requests a second of 0.2 s at 512 MB: $10.03 a month.
const STEADY: &str = "curve=0:2&memory_mb=512&waiting_ms=200&waiting_spread=0&computing_ms=0";

#[test]
fn a_price_of_ones_own_is_in_the_bill_in_the_link_and_in_the_alternatives() {
    let link = format!("{STEADY}&rates=lambda.requests:0.15,ec2.t3_medium:0");
    let changed = scenario(&link);
    let written = changed.to_link();
    assert!(written.contains("&rates=lambda.requests:0.15,ec2.t3_medium:0&"), "{written}");
    assert_eq!(Scenario::from_link(&written).as_ref(), Ok(&changed));
    assert_eq!(Scenario::parse(&changed.to_json()).as_ref(), Ok(&changed));
    assert_ne!(changed, scenario(STEADY), "it is a step that can be undone");
    for (own, list) in answers(&link).iter().zip(answers(STEADY)) {
        let (own, list) = (line(own, "lambda.requests"), line(&list, "lambda.requests"));
        assert_eq!((own.source.as_str(), own.as_of.as_str(), own.verified), (YOUR_PRICE, "", true));
        assert!((own.cost.0 / list.cost.0 - 0.75).abs() < 1e-12, "{own:?}");
        assert_ne!(list.source, YOUR_PRICE);
    }
    let of = |link: &str| {
        let all = alternatives(&scenario(link), Seconds(1.0));
        all.into_iter().find(|one| one.key == "ec2_t3_medium.on_demand").expect("a server").bill.total.0
    };
    assert!(of(&link) < of(STEADY) - 25.0, "a server for nothing: {} {}", of(&link), of(STEADY));
}

#[test]
fn a_price_is_taken_back() {
    let mut changed = scenario(&format!("{STEADY}&rates=lambda.requests:0.15"));
    assert_eq!(changed.money.prices.get(Meter::LambdaRequests), Some(0.15));
    changed.money.prices.set(Meter::LambdaRequests, None);
    assert_eq!(changed, scenario(STEADY));
    assert!(!changed.to_link().contains("rates"));
}

#[test]
fn of_prices_in_a_link_those_that_are_right_are_kept() {
    let (opened, problems) = Scenario::open_link(&format!("{STEADY}&rates=lambda.requests:0.15,moon:1"));
    assert_eq!(opened, scenario(&format!("{STEADY}&rates=lambda.requests:0.15")));
    assert!(problems.len() == 1 && problems[0].place == "rates.moon", "{problems:?}");
    let emptied = scenario("situation=mvp&rates=lambda.requests:1&rates=");
    assert_eq!(emptied, scenario("situation=mvp"), "the last word counts");
}

#[test]
fn free_tiers_and_discounts_come_off_in_both_ways_of_answering() {
    for (terms, times) in [("", 1.0), ("&discount_percent=40", 0.6), ("&savings_plan_percent=10", 0.9)] {
        for (less, list) in answers(&format!("{STEADY}{terms}")).iter().zip(answers(STEADY)) {
            let [less, list] = [less, &list].map(|outcome| line(outcome, "lambda.duration").cost.0);
            assert!((less / list - times).abs() < 1e-9, "{terms}: {less} of {list}");
        }
    }
    for outcome in answers(&format!("{STEADY}&free_tier=lasting")) {
        // 5.256 million requests of 0.1 GB-seconds, less a million and 400,000.
        let bill = outcome.bill.total.0;
        let expected = 4.256 * 0.2 + (525_600.0 - 400_000.0) * 0.0000166667;
        assert!((bill / expected - 1.0).abs() < 0.05, "{bill} not {expected}");
    }
}

#[test]
fn the_day_on_which_a_budget_is_used_up_is_told() {
    // The report's feature that went wild: 306 requests a second of 0.2 s at 512 MB, $1,500 a month.
    let wild = "curve=0:306&memory_mb=512&waiting_ms=200&waiting_spread=0&computing_ms=0";
    for (link, budget, day) in [
        (wild, 100.0, Some(3)),
        (wild, 1_499.0, Some(31)),
        (wild, 2_000.0, None),
        (STEADY, 5.0, Some(16)),
        (STEADY, 12.0, None),
        // A million requests are free, which 172,800 a day use up on the sixth day.
        (&format!("{STEADY}&free_tier=lasting"), 0.01, Some(7)),
    ] {
        let day_of = |outcome: Outcome| outcome.budget.map(|budget| budget.crossed_on_day);
        let asked = scenario(&format!("{link}&budget_usd={budget}"));
        assert_eq!(day_of(estimate(&asked)), Some(day), "{link} for {budget}");
        if link != wild {
            assert_eq!(day_of(evaluate(&asked)), Some(day), "{link} for {budget}, simulated");
        }
    }
}

#[test]
fn a_budget_counts_weekends_where_they_are() {
    // $0.33 a day, and from Saturday, the sixth, nothing, the same or three times as much.
    let of = |share: f64| {
        let link = format!("{STEADY}&weekend_share={share}&budget_usd=3");
        estimate(&scenario(&link)).budget.and_then(|budget| budget.crossed_on_day)
    };
    assert_eq!((of(0.0), of(1.0), of(3.0)), (Some(12), Some(10), Some(7)));
}

#[test]
fn slow_and_lost_answers_cost_the_business_beside_the_bill() {
    // Answers of 0.2 s and cold ones; one in twenty fails.
    let plain = format!("{STEADY}&error_percent=5");
    let link = format!("{plain}&slow_after_s=0.19&slow_usd=0.01&lost_usd=2");
    for (asked, without) in answers(&link).iter().zip(answers(&plain)) {
        assert_eq!(asked.bill, without.bill, "no part of the bill");
        assert!(without.business.is_empty());
        let days = 730.0 / 24.0;
        let [slow, lost] = &asked.business[..] else { panic!("{:?}", asked.business) };
        let answered = asked.counts.answered as f64 * days;
        assert!((slow.quantity / answered - 1.0).abs() < 0.01, "{slow:?} of {answered}");
        assert!((lost.quantity - asked.counts.failed as f64 * days).abs() < 1e-6 * lost.quantity, "{lost:?}");
        for (line, each) in [(slow, 0.01), (lost, 2.0)] {
            assert!((line.cost.0 - line.quantity * each).abs() < 1e-9, "{line:?}");
        }
    }
    for (after, share) in [(0.1, 1.0), (0.21, 0.0)] {
        for outcome in answers(&format!("{STEADY}&slow_after_s={after}&slow_usd=1")) {
            let answered = outcome.counts.answered as f64 * 730.0 / 24.0;
            let slow = outcome.business[0].quantity / answered;
            assert!((slow - share).abs() < 0.01, "{slow} slower than {after}");
        }
    }
}

#[test]
fn answers_missed_at_weekends_count_as_often_as_weekends_come() {
    let of = |share: f64| {
        let link = format!("{STEADY}&weekend_share={share}&slow_after_s=0.1&slow_usd=1");
        answers(&link).map(|outcome| outcome.business[0].quantity)
    };
    for (without, with) in of(0.0).iter().zip(of(1.0)) {
        assert!((without / with - 5.0 / 7.0).abs() < 0.02, "{without} of {with}");
    }
}

#[test]
fn what_is_not_asked_for_is_not_in_the_outcome() {
    for outcome in answers(STEADY) {
        let text = serde_json::to_string(&outcome).expect("an outcome is JSON");
        assert!(!text.contains("budget") && !text.contains("business"), "{text}");
    }
}
