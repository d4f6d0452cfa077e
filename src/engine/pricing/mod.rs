//! Money: what a month of days like the one metered costs.
//!
//! Start at [`monthly_bill`], which multiplies meters of a [`crate::metrics::Usage`] with rates of the
//! catalog. This floor knows no queue, fleet or simulator: only what was used passes.
//!
//! # What is modelled
//! - A month of 730 hours; the day's usage is scaled to it before tiers are applied.
//! - List prices of one region for x86, tier by tier.
//!
//! # What is left out
//! - Free tiers (kept as facts, see [`Rate::cost_with_free`]), savings plans, taxes, data transfer, and
//!   payloads large enough to count as several requests.
//!
//! # Adding a metered service
//! One file in `catalog/services/`, a meter in [`crate::metrics::Usage`], and one row in the table of
//! `bill.rs`.

mod bill;
mod rates;

pub use bill::{Bill, BillLine, DAYS_PER_MONTH, monthly_bill};
pub use rates::{Free, Rate, Tier, price_date, rate};
