//! The controls behind "more", in sections with plain titles: where each stands, whether it was changed from its
//! situation, and whether it has an effect at present.

use super::{CHOICES, Choice, QueueMode, Scenario, ScenarioKnob, WayIn, around, knobs, preset};
use crate::{
    fleet::{KeepAlive, Pollers, ProvisionedBy, ScalingRule},
    units::Level,
    workload::Packaging,
};

/// A few controls that belong together.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// Its name in markup and tests.
    pub key: &'static str,
    /// Its title in plain words.
    pub title: &'static str,
    /// The keys of its knobs and choices, in the order in which a page shows them.
    pub keys: &'static [&'static str],
}

/// The sections, in the order in which a page shows them. A control whose key is in none of them goes to a last
/// section of its own.
pub const SECTIONS: &[Section] = &[
    Section {
        key: "requests",
        title: "the requests",
        keys: &[
            "growth",
            "dispersion",
            "weekend_share",
            "job_every_min",
            "job_requests",
            "job_offset_min",
            "way_in",
            "way_in_ms",
        ],
    },
    Section {
        key: "work",
        title: "the work",
        keys: &[
            "waiting_ms",
            "waiting_spread",
            "computing_ms",
            "computing_spread",
            "threads",
            "working_set_mb",
            "architecture",
        ],
    },
    Section {
        key: "asked",
        title: "the system it asks",
        keys: &[
            "dependency_ms",
            "dependency_spread",
            "dependency_slow_percent",
            "dependency_slow_factor",
            "dependency_hit_percent",
            "dependency_hit_ms",
            "remembered_s",
            "handshake_ms",
            "connections",
        ],
    },
    Section {
        key: "wrong",
        title: "when things go wrong",
        keys: &[
            "error_percent",
            "timeout_s",
            "dependency_error_percent",
            "dependency_retries",
            "dependency_backoff_ms",
        ],
    },
    Section {
        key: "senders",
        title: "those who send",
        keys: &[
            "caller_retries",
            "retry_on",
            "caller_backoff_ms",
            "patience_s",
            "event_retries",
            "event_max_age_s",
            "dead_letters",
        ],
    },
    Section {
        key: "start",
        title: "the start of a copy",
        keys: &["package_mb", "package_law", "packaging", "network", "snapshot", "init_spread"],
    },
    Section {
        key: "copies",
        title: "the copies",
        keys: &[
            "keep_alive",
            "keep_alive_s",
            "just_deployed",
            "concurrency_limit",
            "reserved_concurrency",
            "used_by_others",
            "requests_per_copy",
            "scaling_rule",
            "scaling_per_10_s",
            "scaling_burst",
        ],
    },
    Section {
        key: "warm",
        title: "copies kept warm",
        keys: &[
            "provisioned_by",
            "provisioned_from_h",
            "provisioned_to_h",
            "provisioned_most",
            "provisioned_target",
            "provisioned_statistic",
            "provisioned_prepare_s",
        ],
    },
    Section {
        key: "line",
        title: "the line to wait in",
        keys: &[
            "batch_size",
            "batch_window_s",
            "max_concurrency",
            "visibility_s",
            "failing",
            "max_receives",
            "retention_s",
            "duplicate_percent",
            "message_groups",
            "pollers",
            "least_pollers",
            "most_pollers",
        ],
    },
    Section {
        key: "around",
        title: "around the function",
        keys: &[
            "request_kb",
            "answer_kb",
            "sockets",
            "hop",
            "hop_steps",
            "gateway_cache",
            "table_writes",
            "table_reads",
            "item_kb",
            "table",
            "table_write_capacity",
            "table_read_capacity",
            "table_gb",
            "stream_reads",
            "database",
            "database_gb",
            "database_proxy",
            "database_capacity",
            "database_operations",
            "cache",
            "cache_nodes",
            "cache_gb",
            "cache_kb",
            "object_writes",
            "object_reads",
            "object_gb",
            "log_kb",
            "log_days",
            "metrics",
            "traced_percent",
            "region_kb",
            "zone_kb",
            "nat_gateways",
            "nat_kb",
            "endpoints",
            "endpoint_kb",
        ],
    },
    Section {
        key: "money",
        title: "the bill",
        keys: &[
            "billing",
            "free_tier",
            "discount_percent",
            "savings_plan_percent",
            "budget_usd",
            "slow_after_s",
            "slow_usd",
            "lost_usd",
        ],
    },
];

/// The title of what stands in no section.
const REST: (&str, &str) = ("more", "more");

/// A knob or a choice.
#[derive(Clone, Copy, Debug)]
pub enum Control {
    /// A number.
    Knob(ScenarioKnob),
    /// One of a few.
    Choice(&'static Choice),
}

impl Control {
    /// Every knob, then every choice.
    pub fn all() -> impl Iterator<Item = Self> {
        knobs().map(Self::Knob).chain(CHOICES.iter().map(Self::Choice))
    }

    /// Its name in files and links.
    pub fn key(self) -> &'static str {
        match self {
            Self::Knob(knob) => knob.spec().key,
            Self::Choice(choice) => choice.key,
        }
    }

    /// Who sees it.
    pub fn level(self) -> Level {
        match self {
            Self::Knob(knob) => knob.spec().level,
            Self::Choice(choice) => choice.level,
        }
    }

    /// Whether it is set otherwise than in the situation that the scenario started from.
    pub fn is_changed(self, scenario: &Scenario) -> bool {
        let silent;
        let from = match preset(scenario.situation) {
            Some(preset) => &preset.scenario,
            None => {
                silent = Scenario::silent();
                &silent
            }
        };
        match self {
            Self::Knob(knob) => knob.get(scenario) != knob.get(from),
            Self::Choice(choice) => (choice.get)(scenario) != (choice.get)(from),
        }
    }

    /// Whether all words of a search are in its label, its term or its help, in whatever case.
    pub fn is_found_by(self, search: &str) -> bool {
        let (label, term, help) = match self {
            Self::Knob(knob) => (knob.spec().label, knob.spec().term, knob.spec().help),
            Self::Choice(choice) => (choice.label, choice.term, choice.help),
        };
        let said = [label, term, help].join(" ").to_ascii_lowercase();
        search.to_ascii_lowercase().split_whitespace().all(|word| said.contains(word))
    }
}

/// The controls that are shown on request, section by section; what no section names comes last.
pub fn expert_sections() -> Vec<(Section, Vec<Control>)> {
    let is_expert = |control: &Control| control.level() == Level::Expert;
    let found = |key: &&str| Control::all().find(|control| control.key() == *key).filter(is_expert);
    let mut sections: Vec<_> =
        SECTIONS.iter().map(|section| (*section, section.keys.iter().filter_map(found).collect())).collect();
    let is_placed = |key| SECTIONS.iter().any(|section| section.keys.contains(&key));
    let rest: Vec<_> = Control::all().filter(is_expert).filter(|control| !is_placed(control.key())).collect();
    if !rest.is_empty() {
        sections.push((Section { key: REST.0, title: REST.1, keys: &[] }, rest));
    }
    sections
}

/// Why turning a control changes nothing at present, in words that follow "no effect: "; none where it does.
pub fn idle(key: &str, scenario: &Scenario) -> Option<&'static str> {
    let found = [of_work, of_asked, of_senders, of_copies, of_line, of_around, of_money];
    found.into_iter().find_map(|reason| reason(key, scenario))
}

/// The first reason whose condition holds.
fn first(reasons: &[(bool, &'static str)]) -> Option<&'static str> {
    reasons.iter().find(|(holds, _)| *holds).map(|(_, reason)| *reason)
}

fn of_work(key: &str, scenario: &Scenario) -> Option<&'static str> {
    let function = &scenario.function;
    match key {
        "job_requests" | "job_offset_min" => {
            first(&[(scenario.traffic.jobs.every_min == 0, "there is no timer")])
        }
        "waiting_spread" => first(&[(function.waiting.0 <= 0.0, "the work waits on nothing else")]),
        "computing_spread" | "threads" | "working_set_mb" => {
            first(&[(function.computing.0 <= 0.0, "the work computes nothing")])
        }
        "package_law" => first(&[
            (function.packaging == Packaging::Image, "the code is packed as a container image"),
            (function.package_mb <= 0.0, "the package is empty"),
        ]),
        "snapshot" => first(&[
            (function.packaging == Packaging::Image, "an image cannot start from a snapshot"),
            (function.runtime.restore_ms.is_none(), "the provider has no snapshots of this language"),
        ]),
        _ => None,
    }
}

fn of_asked(key: &str, scenario: &Scenario) -> Option<&'static str> {
    let conduct = &scenario.function.conduct;
    let asked = &conduct.dependency;
    if key == "connections" {
        return first(&[(conduct.handshake.0 <= 0.0, "a connection takes no time")]);
    }
    let is_of_asked = key.starts_with("dependency_") && key != "dependency_ms" || key == "remembered_s";
    if is_of_asked && !asked.is_there() {
        return Some("it asks no other system");
    }
    match key {
        "dependency_slow_factor" => first(&[(asked.slow_percent <= 0.0, "none of its answers are slow")]),
        "dependency_hit_ms" => first(&[(asked.hit_percent <= 0.0, "no cache stands before that system")]),
        "dependency_retries" => first(&[(asked.error_percent <= 0.0, "that system never fails")]),
        "dependency_backoff_ms" => first(&[
            (asked.error_percent <= 0.0, "that system never fails"),
            (asked.retries == 0, "a failed call is not tried again"),
        ]),
        _ => None,
    }
}

fn of_senders(key: &str, scenario: &Scenario) -> Option<&'static str> {
    let is_queued = scenario.queue_mode == QueueMode::Queued;
    match key {
        "event_retries" | "event_max_age_s" | "dead_letters" => first(&[
            (is_queued, "requests wait in the line instead"),
            (!scenario.sends_events(), "callers wait for the answer"),
        ]),
        "caller_retries" | "caller_backoff_ms" | "retry_on" | "patience_s" => first(&[
            (is_queued, "nobody waits for the answer while there is a line"),
            (scenario.sends_events(), "nobody waits for the answer to an event"),
            (
                matches!(key, "caller_backoff_ms" | "retry_on") && scenario.sender.caller_retries == 0,
                "callers do not try again",
            ),
        ]),
        _ => None,
    }
}

fn of_copies(key: &str, scenario: &Scenario) -> Option<&'static str> {
    let fleet = &scenario.fleet;
    let is_tracked = fleet.provisioned_by == ProvisionedBy::TargetTracking;
    match key {
        "keep_alive_s" => first(&[(
            !matches!(fleet.keep_alive, KeepAlive::Fixed { .. }),
            "idle copies end as they did in the year chosen",
        )]),
        "used_by_others" => first(&[(fleet.reserved > 0, "copies are set aside for this function")]),
        "scaling_per_10_s" => {
            first(&[(fleet.scaling_rule == ScalingRule::Until2023, "the rule of until 2023 is chosen")])
        }
        "scaling_burst" => {
            first(&[(fleet.scaling_rule == ScalingRule::Today, "the rule of today is chosen")])
        }
        "provisioned_from_h" | "provisioned_to_h" => first(&[
            (is_tracked, "their use says how many are kept warm"),
            (fleet.provisioned == 0, "no copies are kept warm"),
        ]),
        "provisioned_most" | "provisioned_target" | "provisioned_statistic" => {
            first(&[(!is_tracked, "the hours set say how many are kept warm")])
        }
        "provisioned_prepare_s" => {
            first(&[(!is_tracked && fleet.provisioned == 0, "no copies are kept warm")])
        }
        _ => None,
    }
}

fn of_line(key: &str, scenario: &Scenario) -> Option<&'static str> {
    let is_of_line = SECTIONS.iter().any(|section| section.key == "line" && section.keys.contains(&key));
    if is_of_line && scenario.queue_mode == QueueMode::Direct {
        return Some("there is no line to wait in");
    }
    let has_own = scenario.queue.pollers == Pollers::Provisioned;
    match key {
        "least_pollers" | "most_pollers" => first(&[(!has_own, "the provider's pollers empty the line")]),
        "max_concurrency" => first(&[(has_own, "the line has pollers of its own")]),
        _ => None,
    }
}

fn of_around(key: &str, scenario: &Scenario) -> Option<&'static str> {
    match key {
        "sockets" => first(&[(scenario.way_in != WayIn::WebSocket, "no connections are held")]),
        "gateway_cache" => first(&[(scenario.way_in != WayIn::RestApi, "there is no REST API")]),
        _ => around::idle(key, &scenario.around),
    }
}

fn of_money(key: &str, scenario: &Scenario) -> Option<&'static str> {
    let money = &scenario.money;
    match key {
        "slow_after_s" => first(&[(money.slow_costs.0 <= 0.0, "a slow answer costs nothing")]),
        "slow_usd" => first(&[(money.slow_after.0 <= 0.0, "no answer is slow")]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::evaluate;

    fn scenario(link: &str) -> Scenario {
        Scenario::from_link(link).unwrap_or_else(|problems| panic!("{link}: {problems:?}"))
    }

    #[test]
    fn sections_name_controls_that_there_are_and_each_once() {
        let mut named: Vec<_> = SECTIONS.iter().flat_map(|section| section.keys).collect();
        for key in &named {
            assert!(Control::all().any(|control| control.key() == **key), "{key} is no control");
        }
        named.sort();
        assert!(named.windows(2).all(|pair| pair[0] != pair[1]), "{named:?}");
    }

    #[test]
    #[expect(clippy::print_stdout, reason = "whoever adds a control reads where it still has to be placed")]
    fn every_control_behind_more_is_in_one_section() {
        let sections = expert_sections();
        let shown: Vec<_> = sections.iter().flat_map(|(_, controls)| controls).map(|one| one.key()).collect();
        for control in Control::all() {
            let times = shown.iter().filter(|key| **key == control.key()).count();
            assert_eq!(times, usize::from(control.level() == Level::Expert), "{}", control.key());
        }
        let unplaced = sections.iter().filter(|(section, _)| section.key == REST.0);
        let unplaced: Vec<_> = unplaced.flat_map(|(_, rest)| rest).map(|control| control.key()).collect();
        println!("in no section yet: {unplaced:?}");
    }

    #[test]
    fn a_search_reads_labels_terms_and_help() {
        let found = |search: &str| {
            Control::all().filter(|one| one.is_found_by(search)).map(Control::key).collect::<Vec<_>>()
        };
        assert_eq!(found("keep-alive"), ["keep_alive_s", "keep_alive"]);
        assert_eq!(found("  VISIBILITY  "), ["visibility_s"], "by the field's word, in any case");
        assert_eq!(found("handed finished"), ["visibility_s"], "by two words of the help");
        assert_eq!(found("giraffe"), [""; 0]);
        assert_eq!(found("").len(), Control::all().count());
    }

    #[test]
    fn what_was_changed_from_the_situation_is_known() {
        let changed = |link: &str| {
            let scenario = scenario(link);
            Control::all().filter(|one| one.is_changed(&scenario)).map(Control::key).collect::<Vec<_>>()
        };
        assert_eq!(changed("situation=statements"), [""; 0]);
        assert_eq!(changed("situation=statements&batch_size=5&queue=off"), ["batch_size", "queue"]);
        assert_eq!(changed("timeout_s=3"), ["timeout_s"], "without a situation, from the defaults");
    }

    /// Small days on which other things are idle.
    const DAYS: [&str; 10] = [
        "spikes=12:50&waiting_ms=300&provisioned=2&provisioned_by=target_tracking",
        "spikes=12:50&waiting_ms=300",
        "spikes=12:50&waiting_ms=300&queue=on",
        "spikes=12:50&waiting_ms=300&queue=on&pollers=provisioned&packaging=image",
        "spikes=12:50&waiting_ms=300&way_in=event&reserved_concurrency=5&error_percent=20",
        "curve=0:0.02&computing_ms=0&waiting_ms=0&dependency_ms=50&package_mb=0",
        "curve=0:0.02&dependency_ms=50&dependency_error_percent=20&reserved_concurrency=20&used_by_others=10",
        "curve=0:0.02&keep_alive=aws_2020&scaling_rule=until_2023&handshake_ms=50",
        "spikes=12:50&waiting_ms=300&reserved_concurrency=5&caller_retries=2&runtime=java21",
        "spikes=12:50&provisioned=3&runtime=java21&packaging=image&caller_retries=1&patience_s=1",
    ];

    #[test]
    fn what_is_said_to_have_no_effect_has_none() {
        let mut idle_somewhere = 0;
        for link in DAYS {
            // An empty fleet at midnight, so that how long the evening before is simulated does not show.
            let before = scenario(&format!("{link}&just_deployed=on"));
            let expected = evaluate(&before);
            for control in Control::all().filter(|control| idle(control.key(), &before).is_some()) {
                idle_somewhere += 1;
                for turned in turned(control, &before) {
                    let got = evaluate(&turned);
                    assert!(got == expected, "{link}: {} has an effect", control.key());
                }
            }
        }
        assert!(idle_somewhere > 100, "{idle_somewhere}");
    }

    /// The same with a control at its ends, or with each of its options.
    fn turned(control: Control, scenario: &Scenario) -> Vec<Scenario> {
        let with = |set: &dyn Fn(&mut Scenario)| {
            let mut scenario = scenario.clone();
            set(&mut scenario);
            scenario
        };
        match control {
            Control::Knob(knob) => [knob.spec().least, knob.spec().most]
                .map(|value| with(&|scenario| knob.set(scenario, value)))
                .into(),
            Control::Choice(choice) => (choice.options)()
                .into_iter()
                .map(|(name, _)| with(&|scenario| (choice.set)(scenario, name)))
                .collect(),
        }
    }

    #[test]
    fn idle_controls_say_why() {
        for (link, key, reason) in [
            ("queue=off", "batch_size", Some("there is no line to wait in")),
            ("queue=on", "batch_size", None),
            ("queue=on", "least_pollers", Some("the provider's pollers empty the line")),
            ("way_in=event", "event_retries", None),
            ("way_in=http_api", "event_retries", Some("callers wait for the answer")),
            ("way_in=event", "patience_s", Some("nobody waits for the answer to an event")),
            ("dependency_ms=0", "dependency_retries", Some("it asks no other system")),
            ("dependency_ms=0", "dependency_ms", None),
            ("provisioned=0", "provisioned_from_h", Some("no copies are kept warm")),
            ("provisioned=1", "provisioned_from_h", None),
        ] {
            assert_eq!(idle(key, &scenario(link)), reason, "{key} with {link}");
        }
    }
}
