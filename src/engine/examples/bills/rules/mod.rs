//! From what a case says to what a month is charged for. Each rule looks for the inputs that it knows and adds what
//! they come to; none asks which case it is.

mod amounts;
mod beside;
mod function;

use burstlab_engine::{
    pricing::{Meter, Metering, Quantities, Tariff},
    units::Mebibytes,
};

use crate::{
    inputs::Inputs,
    key::Dimension::{self, Size},
    price::Prices,
    words::Subject,
};

/// A month being put together.
pub struct Month<'a> {
    /// What the case is about.
    pub subject: &'a Subject,
    /// What it says.
    pub inputs: &'a Inputs,
    /// The prices that it names; some things are charged only where they have one.
    pub prices: &'a Prices,
    /// What came of it so far.
    pub quantities: Quantities,
    claimed: Vec<(&'static str, Dimension)>,
}

type Rule = fn(&mut Month) -> Result<(), String>;

/// All of them, in an order that matters only to the last: it takes amounts that stand for themselves.
const RULES: [Rule; 13] = [
    |month| month.function_time(),
    |month| month.provisioned(),
    |month| month.disk(),
    |month| month.snapshots(),
    |month| month.streams(),
    |month| month.large_events(),
    |month| month.management(),
    |month| month.durable_state(),
    |month| month.connections(),
    |month| month.messages(),
    |month| month.payloads(),
    |month| month.containers(),
    |month| month.amounts(),
];

const KB_PER_GB: f64 = 1_048_576.0;

impl<'a> Month<'a> {
    /// The month's quantities.
    pub fn quantities(
        subject: &'a Subject,
        inputs: &'a Inputs,
        prices: &'a Prices,
    ) -> Result<Quantities, String> {
        let quantities = Quantities::default();
        let mut month = Month { subject, inputs, prices, quantities, claimed: Vec::new() };
        RULES.iter().try_for_each(|rule| rule(&mut month))?;
        if month.quantities.iter().next().is_none() {
            return Err("nothing in the inputs is charged for".to_owned());
        }
        Ok(month.quantities)
    }
}

impl Month<'_> {
    /// All calls of the month, in provisioned copies or not.
    fn requests(&self) -> Result<Option<f64>, String> {
        let parts = [self.inputs.count("pc_requests")?, self.inputs.count("od_requests")?];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        let stated = self.inputs.count("requests")?;
        Ok(stated.or_else(|| (!parts.is_empty()).then(|| parts.iter().sum())))
    }

    fn some_requests(&self) -> Result<f64, String> {
        self.requests()?.ok_or_else(|| "no number of requests is given".to_owned())
    }

    fn memory(&self) -> Result<Mebibytes, String> {
        let kb = self.inputs.each("memory", Size).ok_or("no memory is given")?;
        Ok(Mebibytes(kb / 1_024.0))
    }

    fn is_about_functions(&self) -> bool {
        ["lambda", "edge"].iter().any(|file| self.subject.is_about(file))
    }

    /// What is more than the case, or else the catalog, says is included.
    fn beyond_included(&self, meter: Meter, room_kb: f64) -> Mebibytes {
        match self.inputs.each("free_ephemeral", Size) {
            Some(free_kb) => Mebibytes((room_kb - free_kb).max(0.0) / 1_024.0),
            None => metering(meter).beyond_included(Mebibytes(room_kb / 1_024.0)),
        }
    }
}

fn metering(meter: Meter) -> &'static Metering {
    Tariff::home().rate(meter).metering.as_ref().expect("a meter that counts in steps")
}
