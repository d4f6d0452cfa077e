use super::{Around, Money, Scenario, around::AROUND_KNOBS, money::MONEY_KNOBS, way_in::WAY_IN_KNOBS};
use crate::{
    fleet::{FLEET_KNOBS, FleetSettings, QUEUE_KNOBS, QueueSettings, SENDER_KNOBS, SenderSettings},
    traffic::{TRAFFIC_KNOBS, Traffic},
    units::{Knob, KnobSpec},
    workload::{self, Function},
};

/// A knob of whichever part of a scenario owns it.
#[derive(Clone, Copy, Debug)]
pub enum ScenarioKnob {
    /// Of the traffic.
    Traffic(&'static Knob<Traffic>),
    /// Of the function.
    Function(&'static Knob<Function>),
    /// Of the fleet.
    Fleet(&'static Knob<FleetSettings>),
    /// Of the queue.
    Queue(&'static Knob<QueueSettings>),
    /// Of those who send.
    Sender(&'static Knob<SenderSettings>),
    /// Of what stands around the function.
    Around(&'static Knob<Around>),
    /// Of the money.
    Money(&'static Knob<Money>),
    /// Of the scenario itself.
    Scenario(&'static Knob<Scenario>),
}

impl ScenarioKnob {
    /// What it is.
    pub fn spec(self) -> &'static KnobSpec {
        match self {
            Self::Traffic(knob) => &knob.spec,
            Self::Function(knob) => &knob.spec,
            Self::Fleet(knob) => &knob.spec,
            Self::Queue(knob) => &knob.spec,
            Self::Sender(knob) => &knob.spec,
            Self::Around(knob) => &knob.spec,
            Self::Money(knob) => &knob.spec,
            Self::Scenario(knob) => &knob.spec,
        }
    }

    /// Its value in a scenario.
    pub fn get(self, scenario: &Scenario) -> f64 {
        match self {
            Self::Traffic(knob) => (knob.get)(&scenario.traffic),
            Self::Function(knob) => (knob.get)(&scenario.function),
            Self::Fleet(knob) => (knob.get)(&scenario.fleet),
            Self::Queue(knob) => (knob.get)(&scenario.queue),
            Self::Sender(knob) => (knob.get)(&scenario.sender),
            Self::Around(knob) => (knob.get)(&scenario.around),
            Self::Money(knob) => (knob.get)(&scenario.money),
            Self::Scenario(knob) => (knob.get)(scenario),
        }
    }

    /// Sets the nearest allowed value.
    pub fn set(self, scenario: &mut Scenario, value: f64) {
        let value = self.spec().clamp(value);
        match self {
            Self::Traffic(knob) => (knob.set)(&mut scenario.traffic, value),
            Self::Function(knob) => (knob.set)(&mut scenario.function, value),
            Self::Fleet(knob) => (knob.set)(&mut scenario.fleet, value),
            Self::Queue(knob) => (knob.set)(&mut scenario.queue, value),
            Self::Sender(knob) => (knob.set)(&mut scenario.sender, value),
            Self::Around(knob) => (knob.set)(&mut scenario.around, value),
            Self::Money(knob) => (knob.set)(&mut scenario.money, value),
            Self::Scenario(knob) => (knob.set)(scenario, value),
        }
    }
}

/// Every knob, in the order in which a page shows them.
pub fn knobs() -> impl Iterator<Item = ScenarioKnob> {
    let traffic = TRAFFIC_KNOBS.iter().map(ScenarioKnob::Traffic);
    let function = workload::KNOBS.iter().chain(workload::CONDUCT_KNOBS).map(ScenarioKnob::Function);
    let fleet = FLEET_KNOBS.iter().map(ScenarioKnob::Fleet);
    let queue = QUEUE_KNOBS.iter().map(ScenarioKnob::Queue);
    let sender = SENDER_KNOBS.iter().map(ScenarioKnob::Sender);
    let way_in = WAY_IN_KNOBS.iter().map(ScenarioKnob::Scenario);
    let around = AROUND_KNOBS.iter().map(ScenarioKnob::Around);
    let money = MONEY_KNOBS.iter().map(ScenarioKnob::Money);
    traffic.chain(function).chain(fleet).chain(queue).chain(sender).chain(way_in).chain(around).chain(money)
}

/// The knob of this key.
pub fn knob(key: &str) -> Option<ScenarioKnob> {
    knobs().find(|knob| knob.spec().key == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_knob_keeps_what_it_is_set_to_and_clamps_the_rest() {
        for knob in knobs() {
            let spec = knob.spec();
            let mut scenario = Scenario::silent();
            assert_eq!(knob.get(&scenario), spec.default, "default of {}", spec.key);
            for value in [spec.least, spec.most, spec.default] {
                knob.set(&mut scenario, value);
                assert!((knob.get(&scenario) - value).abs() <= 1e-9 * value.abs(), "{} = {value}", spec.key);
            }
            knob.set(&mut scenario, spec.most * 2.0 + 1.0);
            assert_eq!(knob.get(&scenario), spec.most, "{} clamps", spec.key);
            knob.set(&mut scenario, f64::NAN);
            assert_eq!(knob.get(&scenario), spec.default, "{} without a number", spec.key);
        }
    }

    #[test]
    fn keys_differ_and_texts_are_there() {
        let mut keys: Vec<_> = knobs().map(|knob| knob.spec().key).collect();
        keys.sort_unstable();
        assert!(keys.windows(2).all(|pair| pair[0] != pair[1]), "{keys:?}");
        for knob in knobs() {
            let spec = knob.spec();
            assert!(spec.least < spec.most && spec.allows(spec.default), "{}", spec.key);
            assert!(spec.help.ends_with('.') && !spec.source.is_empty(), "{}", spec.key);
        }
    }
}
