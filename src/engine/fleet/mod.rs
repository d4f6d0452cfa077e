//! Environments under requests: who finds one ready, who waits for a start, who is turned away.
//!
//! Start at [`Fleet`]: admission by the level array, the heart of every simulation here. [`Direct`]
//! drives it with callers who wait for work that cannot fail, [`Attempts`] with requests that may fail and
//! senders that try again, [`Queued`] with a queue in front; all tell an [`Observer`] what happens, and
//! [`DayRecord`] is the observer that fills a day's metrics.
//!
//! # What is modelled
//! - Routing to the environment that was used most recently, as request logs of AWS Lambda show.
//! - Keep-alive policies, provisioned concurrency by the hour or by target tracking with its delays, a concurrency limit (the account's or one set
//!   aside), a request rate, and the scaling rate, each by the rules of today and of earlier years.
//! - A queue: polling that ramps up, by today's rule, an earlier one, or with pollers of its own, and backs off
//!   from failures; batches and the time they are collected in, maximum concurrency, visibility timeout,
//!   receives, dead letters, retention, and messages that are delivered twice.
//!
//! # What is left out
//! - Several functions sharing a limit, each with its own traffic.
//!
//! Simulators know no prices: what a day used goes out as [`crate::metrics::Usage`].

mod attempts;
mod billing;
mod calendar;
mod call;
mod direct;
mod environment;
mod holding;
mod keep_alive;
mod levels;
mod line;
mod message;
mod observer;
mod plan;
mod polling;
mod queued;
mod record;
mod scaling;
mod sender;
mod settings;
mod slots;
mod sums;
mod tracking;
mod work;

pub use attempts::Attempts;
pub use billing::{BilledStart, Billing, BillingRule};
pub use calendar::Calendar;
pub use call::{Asked, Call, Calls};
pub use direct::Direct;
pub use environment::{BatchEnd, Carried, Carrying, Condition, Luggage};
pub use holding::Holding;
pub use keep_alive::{FixedIdle, FunctionWideIdle, Policy, Slot};
pub use levels::{Admission, Fleet, Leaving};
pub use observer::{Answered, Bunch, Bunched, Called, Gauges, HandedOver, Observer, Spent, Unanswered};
pub use plan::Plan;
pub use polling::{Polling, PollingRule, long_poll, most_in_flight, requests_for};
pub use queued::{QueueRules, Queued};
pub use record::DayRecord;
pub use scaling::ScalingRate;
pub use sender::{Caller, End, EventQueue, RetryOn, SENDER_KNOBS, Sender, SenderSettings};
pub use settings::{
    FLEET_KNOBS, Failing, FleetSettings, KeepAlive, KeepAlivePreset, Pollers, ProvisionedBy, QUEUE_KNOBS,
    QueueSettings, ScalingRule, Statistic,
};
pub use slots::{Bounds, SlotQueue, SlotWalk, Slots};
pub use sums::{DaySums, DayTotals};
pub use tracking::{Target, Tracker};
pub use work::{Work, WorkStream};

pub use crate::metrics::Window;
