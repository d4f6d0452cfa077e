//! What stands between callers and the function: how long it waits, what it adds, and what it meters.

use std::sync::OnceLock;

use serde::Deserialize;

use super::{
    Around, QueueMode, Scenario,
    around::{Passed, pieces},
};
use crate::{
    facts,
    metrics::Usage,
    pricing::{Meter, Tariff},
    units::{DAY, Knob, KnobSpec, Level, MINUTES_PER_DAY, Milliseconds, Seconds},
};

/// How requests reach the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayIn {
    /// The function's own address, without a charge of its own.
    FunctionUrl,
    /// An HTTP API of API Gateway in front.
    HttpApi,
    /// A REST API of API Gateway in front.
    RestApi,
    /// A WebSocket API of API Gateway in front: requests and answers are messages over connections that are held.
    WebSocket,
    /// A load balancer (ALB) in front, held all day.
    Balancer,
    /// A content network (CloudFront) before the function's own address; nothing is kept there.
    ContentNetwork,
    /// An event that nobody waits for (an asynchronous invocation).
    Event,
}

/// What people can change about the way in, besides which it is.
pub const WAY_IN_KNOBS: &[Knob<Scenario>] = &[Knob {
    spec: KnobSpec {
        key: "way_in_ms",
        label: "what the way in adds",
        term: "gateway latency",
        unit: "milliseconds",
        least: 0.0,
        most: 1_000.0,
        step: 1.0,
        whole: false,
        default: 0.0,
        help: "Time that the way in adds to every answer; nobody has published a measurement that could be built in, and 5 to 30 ms are usually told of.",
        source: "assumption: no measurement with a source is known here",
        level: Level::Expert,
    },
    get: |scenario| scenario.way_in_ms.0,
    set: |scenario, value| scenario.way_in_ms = Milliseconds(value),
}];

#[derive(Deserialize)]
struct Facts {
    http_api: Waiting,
    rest_api: Waiting,
    websocket: Waiting,
    alb: Waiting,
    content_network: Waiting,
    alb_load: Load,
}

#[derive(Deserialize)]
struct Waiting {
    timeout_s: f64,
}

/// What a request asks of a load balancer.
#[derive(Deserialize)]
struct Load {
    requests_per_connection: f64,
    kb_per_request: f64,
    charged_rules_per_request: f64,
}

fn known() -> &'static Facts {
    static FACTS: OnceLock<Facts> = OnceLock::new();
    FACTS.get_or_init(|| facts::read("limits/ways_in"))
}

impl WayIn {
    /// How long it waits for an answer before it gives up; none where only the function's own limit holds.
    pub fn timeout(self) -> Option<Seconds> {
        let waiting = match self {
            Self::FunctionUrl | Self::Event => return None,
            Self::HttpApi => &known().http_api,
            Self::RestApi => &known().rest_api,
            Self::WebSocket => &known().websocket,
            Self::Balancer => &known().alb,
            Self::ContentNetwork => &known().content_network,
        };
        Some(Seconds(waiting.timeout_s))
    }
}

impl Scenario {
    /// What the way in adds to the time until an answer.
    pub fn way_in_latency(&self) -> Seconds {
        Seconds(self.way_in_ms.seconds())
    }

    /// How long the way in waits for the function. None where it never gives up, and with a queue, where it has
    /// its answer as soon as the message is taken.
    pub fn way_in_timeout(&self) -> Option<Seconds> {
        match self.queue_mode {
            QueueMode::Direct => self.way_in.timeout(),
            QueueMode::Queued => None,
        }
    }

    /// Adds what the way in meters of a day. Requests that are turned away came in all the same.
    pub(super) fn meter_way_in(&self, passed: &Passed, usage: &mut Usage) {
        let Around { request_kb, answer_kb, sockets, .. } = self.around;
        let arrived = passed.arrived;
        match self.way_in {
            WayIn::FunctionUrl => {}
            WayIn::Event => {
                let extra = pieces(Meter::LambdaAsyncExtra, request_kb) - 1.0;
                usage.async_extra_requests = (arrived as f64 * extra) as u64;
            }
            WayIn::HttpApi => {
                usage.gateway_requests = arrived * pieces(Meter::HttpApi, request_kb + answer_kb) as u64;
            }
            WayIn::RestApi => usage.rest_requests = arrived,
            WayIn::WebSocket => {
                let of = |kb| pieces(Meter::WebSocketMessages, kb) as u64;
                usage.websocket_messages = arrived * (of(request_kb) + of(answer_kb));
                usage.websocket_minutes = (sockets * MINUTES_PER_DAY as f64).round() as u64;
            }
            WayIn::Balancer => {
                let open_s = match self.queue_mode {
                    QueueMode::Direct => passed.wait_s + self.way_in_latency().0,
                    QueueMode::Queued => self.way_in_latency().0,
                };
                meter_balancer(
                    passed.by_hour,
                    (open_s, self.around.carried_kb()),
                    "gb_per_hour_to_lambda",
                    usage,
                );
            }
            WayIn::ContentNetwork => usage.cdn_requests = arrived,
        }
    }
}

/// Adds a day of a load balancer: so many requests in each hour, open for so long and carrying so many KB, if that is
/// known; data counts by where it goes.
pub(super) fn meter_balancer(by_hour: &[f64], each: (f64, Option<f64>), data: &str, usage: &mut Usage) {
    let hours: f64 = by_hour.iter().map(|&arrived| capacity_units(arrived, each, data)).sum();
    usage.balancer_ms = DAY.0 / 1_000_000;
    usage.balancer_capacity_ms = (hours * 3_600_000.0).round() as u64;
}

/// The capacity units that an hour of so many requests counts as: those of its fullest dimension.
fn capacity_units(arrived: f64, (open_s, kb): (f64, Option<f64>), data: &str) -> f64 {
    let load = &known().alb_load;
    let per_s = arrived / 3_600.0;
    let connections_per_s = per_s / load.requests_per_connection;
    let dimensions = [
        ("new_connections_per_s", connections_per_s),
        ("active_connections", connections_per_s * open_s),
        (data, arrived * kb.unwrap_or(load.kb_per_request) / (1_024.0 * 1_024.0)),
        ("rules_per_s", per_s * load.charged_rules_per_request),
    ];
    let metering = Tariff::home().rate(Meter::BalancerCapacity).metering.as_ref();
    metering.map_or(0.0, |metering| metering.fullest(&dimensions))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(way_in: WayIn) -> Scenario {
        Scenario { way_in, ..Scenario::silent() }
    }

    fn used(scenario: &Scenario, per_hour: f64, wait_s: f64) -> Usage {
        let mut usage = Usage::default();
        let arrived = (per_hour * 24.0) as u64;
        let passed = Passed { arrived, worked: arrived as f64, by_hour: &[per_hour; 24], wait_s };
        scenario.meter_way_in(&passed, &mut usage);
        usage
    }

    #[test]
    fn each_way_in_waits_as_long_as_it_is_said_to_and_a_queue_answers_at_once() {
        for (way_in, timeout_s) in [
            (WayIn::FunctionUrl, None),
            (WayIn::HttpApi, Some(30.0)),
            (WayIn::RestApi, Some(29.0)),
            (WayIn::WebSocket, Some(29.0)),
            (WayIn::Balancer, Some(60.0)),
            (WayIn::ContentNetwork, Some(30.0)),
            (WayIn::Event, None),
        ] {
            let direct = through(way_in);
            assert_eq!(direct.way_in_timeout().map(|timeout| timeout.0), timeout_s, "{way_in:?}");
            let queued = Scenario { queue_mode: QueueMode::Queued, ..direct };
            assert_eq!(queued.way_in_timeout(), None, "{way_in:?}");
        }
        let slow = Scenario { way_in_ms: Milliseconds(12.5), ..Scenario::silent() };
        assert_eq!(slow.way_in_latency(), Seconds(0.0125));
    }

    #[test]
    fn each_way_in_meters_its_own_counts() {
        let none = Usage::default();
        for (way_in, expected) in [
            (WayIn::FunctionUrl, none),
            (WayIn::Event, none),
            (WayIn::HttpApi, Usage { gateway_requests: 2_400, ..none }),
            (WayIn::RestApi, Usage { rest_requests: 2_400, ..none }),
            (WayIn::WebSocket, Usage { websocket_messages: 4_800, ..none }),
            (WayIn::ContentNetwork, Usage { cdn_requests: 2_400, ..none }),
        ] {
            assert_eq!(used(&through(way_in), 100.0, 0.3), expected, "{way_in:?}");
        }
    }

    #[test]
    fn a_balancer_counts_the_fullest_dimension_of_each_hour() {
        // Data: 4 KB a request against 0.4 GB an hour. Connections: 25 new ones a second, 3,000 open.
        let data_gb = |per_hour: f64| per_hour * 4.0 / 1_048_576.0 / 0.4;
        for (per_hour, wait_s, units) in [
            (0.0, 0.3, 0.0),
            (90_000.0, 0.3, 1.0),
            (180_000.0, 0.3, 2.0),
            (9_000.0, 0.3, 0.1),
            (36_000.0, 900.0, 3.0),
        ] {
            let usage = used(&through(WayIn::Balancer), per_hour, wait_s);
            let got = usage.balancer_capacity_ms as f64 / 86_400_000.0;
            assert!(data_gb(per_hour) <= units, "data is not the fullest here");
            assert!((got - units).abs() < 1e-6, "{per_hour} an hour of {wait_s} s: {got} not {units}");
            assert_eq!(usage.balancer_ms, 86_400_000);
        }
        let queued = Scenario { queue_mode: QueueMode::Queued, ..through(WayIn::Balancer) };
        let taken = used(&queued, 36_000.0, 900.0).balancer_capacity_ms as f64 / 86_400_000.0;
        assert!((taken - 0.4).abs() < 1e-6, "a message is taken at once: {taken}");
    }
}
