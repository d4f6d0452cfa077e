use super::{Around, Money, WayIn};
use crate::{
    fleet::{
        Billing, BillingRule, Caller, FLEET_KNOBS, FleetSettings, KeepAlive, ProvisionedBy, QueueSettings,
        ScalingRule, Sender, SenderSettings, Statistic,
    },
    traffic::{Curve, Spike, Traffic},
    units::{Knob, Milliseconds, PerSecond, Seconds, SimTime, sort_by_number},
    workload::Function,
};

/// Whether callers wait for the answer or leave a message in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueMode {
    /// Callers wait; what finds no place is turned away.
    Direct,
    /// Requests wait in a queue (SQS) until a copy takes them.
    Queued,
}

/// A whole situation. One that exists is valid: text becomes one by [`Scenario::parse`] or a link only,
/// and the setters of its knobs clamp.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The preset it started from.
    pub situation: &'static str,
    /// Chooses the random numbers; the same seed draws the same day.
    pub seed: u64,
    /// When requests arrive.
    pub traffic: Traffic,
    /// What a request asks of an environment.
    pub function: Function,
    /// The environments and their limits.
    pub fleet: FleetSettings,
    /// The settings of the queue, kept also while it is off.
    pub queue: QueueSettings,
    /// What those do who send, when there is no answer.
    pub sender: SenderSettings,
    /// Whether the queue is on.
    pub queue_mode: QueueMode,
    /// How requests reach the function.
    pub way_in: WayIn,
    /// What that adds to the time until an answer.
    pub way_in_ms: Milliseconds,
    /// By the rules of which time calls are billed.
    pub billing_rule: BillingRule,
    /// Whether the day starts with an empty fleet instead of the one that the evening left.
    pub just_deployed: bool,
    /// What stands around the function.
    pub around: Around,
    /// How it is paid for.
    pub money: Money,
}

impl Scenario {
    /// A silent day with every knob at its default.
    pub fn silent() -> Self {
        Self {
            situation: "",
            seed: 1,
            traffic: Traffic::new(Curve::constant(PerSecond(0.0)), Vec::new()),
            function: Function::default(),
            fleet: with_defaults(
                FLEET_KNOBS,
                FleetSettings {
                    keep_alive: KeepAlive::Fixed { idle: Seconds(0.0) },
                    provisioned: 0,
                    provisioned_hours: (0.0, 0.0),
                    provisioned_by: ProvisionedBy::Schedule,
                    provisioned_most: 0,
                    provisioned_target: 0.0,
                    provisioned_statistic: Statistic::Average,
                    provisioned_preparation: Seconds(0.0),
                    concurrency_limit: 0,
                    reserved: 0,
                    used_by_others: 0,
                    requests_per_place: 0.0,
                    scaling_rule: ScalingRule::Today,
                    scaling_per_10_s: 0,
                    scaling_burst: 0,
                },
            ),
            queue: QueueSettings::default(),
            sender: SenderSettings::default(),
            queue_mode: QueueMode::Direct,
            way_in: WayIn::FunctionUrl,
            way_in_ms: Milliseconds(0.0),
            billing_rule: BillingRule::Today,
            just_deployed: false,
            around: Around::default(),
            money: Money::default(),
        }
    }

    /// Whether events wait in the provider's own queue for a place.
    pub fn sends_events(&self) -> bool {
        self.way_in == WayIn::Event && self.queue_mode == QueueMode::Direct
    }

    /// Who sends requests, where there is no queue.
    pub fn sender(&self) -> Sender {
        if self.sends_events() {
            Sender::Event(self.sender.event_queue())
        } else {
            Sender::Caller(self.caller())
        }
    }

    fn caller(&self) -> Caller {
        let allows = self.way_in_timeout().map_or(SimTime::NEVER, SimTime::from);
        self.sender.caller(self.way_in_latency().into(), allows)
    }

    /// Whether no request can fail, take too long, or be sent again: then it is its work, once, and a quicker
    /// kernel gives the same.
    pub fn is_plain(&self) -> bool {
        let caller = self.caller();
        let in_time = self.function.longest_answer() < caller.waits;
        let once = caller.way_in == SimTime::ZERO && caller.retries == 0 && in_time;
        let sent_once = self.queue_mode == QueueMode::Queued || !self.sends_events() && once;
        self.function.is_plain() && sent_once
    }

    /// How the time of a call becomes billed time.
    pub fn billing(&self) -> Billing {
        let start = self.billing_rule.start(self.function.is_managed(), self.function.starts_from_snapshot());
        Billing::new(self.billing_rule, start)
    }

    /// The same with other points of the curve; the caller has checked them.
    pub fn with_curve(mut self, curve: Curve) -> Self {
        self.traffic.curve = curve;
        self
    }

    /// The same with other spikes, put in time order; the caller has checked them.
    pub fn with_spikes(mut self, mut spikes: Vec<Spike>) -> Self {
        sort_by_number(&mut spikes, |spike| spike.hour);
        self.traffic.spikes = spikes;
        self
    }
}

fn with_defaults<T>(knobs: &[Knob<T>], mut value: T) -> T {
    for knob in knobs {
        (knob.set)(&mut value, knob.spec.default);
    }
    value
}
