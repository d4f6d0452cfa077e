//! Money: what a month of days like the one metered costs.
//!
//! Start at [`monthly_bill`]. What a day used ([`crate::metrics::Usage`]) becomes a month's [`Quantities`] by
//! [`Meter`]; a [`Tariff`] holds the rates of one region; [`Terms`] say whether free tiers and discounts count;
//! [`bill`] multiplies, line by line. This floor knows no queue, fleet or simulator: only what was used passes.
//!
//! # What is modelled
//! - A month of 730 hours; the day's usage is scaled to it before tiers are applied.
//! - List prices by region, tier by tier; free allowances, some of them shared by several meters; discounts in percent.
//! - Prices of one's own in the place of the catalog's ([`OwnPrices`]).
//! - How a single thing is counted before it is summed: payload in steps, time in steps, least amounts
//!   ([`Metering`]).
//!
//! # What is left out
//! - Taxes, credits, support plans, commitments that are paid whether used or not, and lines rounded to the cent.
//!
//! # Adding a metered service
//! One file in `catalog/services/`, its counts in [`crate::metrics::Usage`], and a row for each in `meter.rs`.

mod bill;
mod meter;
mod metering;
mod own;
mod quantities;
mod rate;
mod tariff;

pub use bill::{Bill, BillLine, FreeTier, Terms, bill, cost, monthly_bill};
pub use meter::{Measure, Meter};
pub use metering::Metering;
pub use own::{MOST_PRICE, OwnPrices, YOUR_PRICE};
pub use quantities::{Architecture, DAYS_PER_MONTH, Quantities};
pub use rate::{Free, Part, Rate, Tier};
pub use tariff::{HOME_REGION, Tariff, price_date};
