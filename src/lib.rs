//! Burstlab: a serverless playground in the browser.
//!
//! The page (`ui`) shows one scenario; `session` asks the engine for an estimate within the frame of a
//! change, and `link` has a worker simulate every request. What a panel shows is worked out in [`view`] and
//! drawn in [`chart`]; the curve that people drag is worked out in [`editor`]. These three know no browser,
//! so that they are tested natively.

pub mod chart;
pub mod comparison;
pub mod editor;
pub mod history;
pub mod protocol;
pub mod roster;
pub mod view;

#[cfg(target_arch = "wasm32")]
pub mod link;
#[cfg(target_arch = "wasm32")]
pub mod session;
#[cfg(target_arch = "wasm32")]
pub mod ui;
