//! From what a case says to what a month is charged for. Each rule looks for the inputs that it knows and adds what
//! they come to; none asks which case it is.

use burstlab_engine::{
    pricing::{Measure, Meter, Metering, Quantities, Tariff},
    units::Mebibytes,
};

use crate::{
    inputs::Inputs,
    key::Dimension::{self, Count, Size, SizeTime, Time},
    price::Prices,
    words::{Name, Subject},
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

    /// Calls, and the time they ran at the function's memory; starts too where they are given.
    fn function_time(&mut self) -> Result<(), String> {
        if !self.is_about_functions() {
            return Ok(());
        }
        if let Some(requests) = self.requests()? {
            let meter = match () {
                () if self.subject.is_about("edge") => Meter::EdgeRequests,
                () if self.subject.says("managed") => Meter::ManagedRequests,
                () => Meter::LambdaRequests,
            };
            self.quantities.add(meter, requests);
            // What comes through a gateway is charged there as well.
            if !self.subject.is_about("api_gateway") {
                self.claimed.push(("requests", Count));
            }
        }
        let mut seconds = self.inputs.total("compute", Time)?;
        for (calls, duration) in [("requests", "duration"), ("od_requests", "od_duration")] {
            if let (Some(calls), Some(duration)) =
                (self.inputs.count(calls)?, self.inputs.each(duration, Time))
            {
                *seconds.get_or_insert(0.0) += calls * duration;
            }
        }
        if let Some(init) = self.inputs.each("init", Time) {
            let share = self.inputs.each("cold_start", Count).ok_or("no share of starts is given")?;
            *seconds.get_or_insert(0.0) += self.some_requests()? * share * init;
        }
        let Some(seconds) = seconds else { return Ok(()) };
        let memory = self.memory()?;
        match (self.subject.is_about("edge"), self.subject.says("arm64")) {
            (true, _) => self.quantities.add(Meter::EdgeDuration, seconds * memory.0 / 128.0),
            (false, false) => self.quantities.add(Meter::LambdaDuration, seconds * memory.gibibytes()),
            (false, true) => self.quantities.add(Meter::LambdaDurationArm, seconds * memory.gibibytes()),
        }
        Ok(())
    }

    /// Copies kept warm, and what ran in them.
    fn provisioned(&mut self) -> Result<(), String> {
        let (held, ran) = if self.subject.says("arm64") {
            (Meter::LambdaHeldArm, Meter::LambdaProvisionedArm)
        } else {
            (Meter::LambdaHeld, Meter::LambdaProvisioned)
        };
        if let (Some(copies), Some(span)) = (self.inputs.count("pc_units")?, self.inputs.total("pc", Time)?) {
            let gb_s = copies * metering(held).charged_s(span) * self.memory()?.gibibytes();
            self.quantities.add(held, gb_s);
        }
        if let (Some(calls), Some(duration)) =
            (self.inputs.count("pc_requests")?, self.inputs.each("pc_duration", Time))
        {
            let gb_s = calls * duration * self.memory()?.gibibytes();
            self.quantities.add(ran, gb_s);
        }
        Ok(())
    }

    /// Disk beside a function, beyond what is included.
    fn disk(&mut self) -> Result<(), String> {
        if !self.subject.is_about("lambda") {
            return Ok(());
        }
        let Some(room) = self.inputs.each("ephemeral", Size) else { return Ok(()) };
        let duration = self.inputs.each("duration", Time).ok_or("no duration is given")?;
        let beyond = self.beyond_included(Meter::LambdaEphemeral, room);
        let seconds = self.some_requests()? * duration;
        self.quantities.add(Meter::LambdaEphemeral, seconds * beyond.gibibytes());
        Ok(())
    }

    /// What is more than the case, or else the catalog, says is included.
    fn beyond_included(&self, meter: Meter, room_kb: f64) -> Mebibytes {
        match self.inputs.each("free_ephemeral", Size) {
            Some(free_kb) => Mebibytes((room_kb - free_kb).max(0.0) / 1_024.0),
            None => metering(meter).beyond_included(Mebibytes(room_kb / 1_024.0)),
        }
    }

    /// Snapshots kept, and starts from them.
    fn snapshots(&mut self) -> Result<(), String> {
        if let Some(active) = self.inputs.total("active", Time)? {
            let versions = self.inputs.count("versions")?.unwrap_or(1.0);
            let seconds = versions * metering(Meter::SnapshotsKept).charged_s(active);
            let gb_s = seconds * self.memory()?.gibibytes();
            self.quantities.add(Meter::SnapshotsKept, gb_s);
        }
        let restores = match self.inputs.each("restore", Count) {
            Some(share) => Some(share * self.some_requests()?),
            None => self.inputs.count("restores")?,
        };
        if let Some(restores) = restores {
            let gb = restores * self.memory()?.gibibytes();
            self.quantities.add(Meter::SnapshotsRestored, gb);
        }
        Ok(())
    }

    /// Streamed answers beyond what each request includes: of several sizes, or of one.
    fn streams(&mut self) -> Result<(), String> {
        let mut classes = self.inputs.classes("stream_requests");
        if let Some(kb) = self.inputs.each("stream", Size) {
            classes.push((kb, self.some_requests()?));
        }
        if classes.is_empty() {
            return Ok(());
        }
        let included = self.inputs.each_per("free_stream", Size, "request");
        let beyond = |kb: f64| match included {
            Some(free_kb) => (kb - free_kb).max(0.0),
            None => metering(Meter::LambdaStreamed).beyond_included(Mebibytes(kb / 1_024.0)).0 * 1_024.0,
        };
        let kb: f64 = classes.iter().map(|&(kb, requests)| requests * beyond(kb)).sum();
        self.quantities.add(Meter::LambdaStreamed, kb / KB_PER_GB);
        Ok(())
    }

    /// Events sent to a function without waiting: the large ones count as several requests.
    fn large_events(&mut self) -> Result<(), String> {
        if self.subject.is_about("lambda")
            && let Some(kb) = self.inputs.each("event", Size)
        {
            let extra = metering(Meter::LambdaAsyncExtra).pieces(kb) - 1.0;
            self.quantities.add(Meter::LambdaAsyncExtra, self.some_requests()? * extra);
        }
        Ok(())
    }

    /// The fee on managed instances, for the time they were held.
    fn management(&mut self) -> Result<(), String> {
        if self.subject.says("managed")
            && let Some(seconds) = self.inputs.total("instance", Time)?
        {
            self.quantities.add(Meter::ManagedFee, self.how_many()? * seconds / 3_600.0);
        }
        Ok(())
    }

    /// What durable functions write, kept while they wait and as long after as set.
    fn durable_state(&mut self) -> Result<(), String> {
        let written = self.inputs.total("written", Size)?.filter(|_| self.subject.says("durable"));
        let Some(gb) = written.map(|kb| kb / 1e6) else { return Ok(()) };
        let waited = self.inputs.each("wait", Time).unwrap_or_default();
        let kept = waited + self.inputs.each("retention", Time).unwrap_or(14.0 * 86_400.0);
        self.quantities.add(Meter::DurableStored, gb * kept / 86_400.0 / self.inputs.days());
        Ok(())
    }

    /// Users who hold connections and send and receive messages over them. What is per day is of each user.
    fn connections(&mut self) -> Result<(), String> {
        if !self.subject.means(Meter::WebSocketMessages) {
            return Ok(());
        }
        let people = self.inputs.count("users")?.or(self.inputs.count("connections")?).unwrap_or(1.0);
        if let Some(seconds) = self.inputs.running_s()? {
            self.quantities.add(Meter::WebSocketMinutes, people * seconds / 60.0);
        }
        let pieces = self.pieces(Meter::WebSocketMessages);
        for noun in ["sent", "received", "messages_sent", "messages_received"] {
            let Some(messages) = self.inputs.count(noun)? else { continue };
            let people = if self.inputs.is_per(noun, "user") { 1.0 } else { people };
            self.quantities.add(Meter::WebSocketMessages, people * messages * pieces);
        }
        Ok(())
    }

    /// Messages through a queue: sent and received in batches, deleted in batches, and receives of nothing.
    fn messages(&mut self) -> Result<(), String> {
        if !self.subject.is_about("sqs") {
            return Ok(());
        }
        let fifo = self.subject.means(Meter::FifoQueueRequests);
        let meter = if fifo { Meter::FifoQueueRequests } else { Meter::QueueRequests };
        if let Some(messages) = self.inputs.count("messages")? {
            let batch =
                self.inputs.each("batch", Count).or(self.inputs.each("batch_size", Count)).unwrap_or(1.0);
            let kb = self.inputs.each("message", Size).unwrap_or_default();
            let with_payload = metering(meter).batched(messages, batch, kb);
            let without = metering(meter).batched(messages, batch, 0.0);
            self.quantities.add(meter, 2.0 * with_payload + without);
        }
        if let Some(empty) = self.inputs.count("empty_receives")? {
            let others = if self.is_about_functions() { None } else { self.inputs.count("requests")? };
            self.claimed.push(("requests", Count));
            self.quantities.add(meter, empty + others.unwrap_or_default() * self.pieces(meter));
        }
        Ok(())
    }

    /// What requests carry: through a private endpoint, or out to the internet where the case prices that.
    fn payloads(&mut self) -> Result<(), String> {
        let (sent, answered) = (self.inputs.each("request", Size), self.inputs.each("response", Size));
        if sent.or(answered).is_none() {
            return Ok(());
        }
        let requests = self.some_requests()?;
        let (sent, answered) = (sent.unwrap_or_default(), answered.unwrap_or_default());
        if self.subject.is_about("vpc") {
            self.quantities.add(Meter::EndpointData, requests * (sent + answered) / KB_PER_GB);
        } else if self.prices.name_any(&["dto", "transfer", "egress", "data_out"]) {
            self.quantities.add(Meter::InternetTransfer, requests * answered / KB_PER_GB);
        } else {
            self.inputs.note("transfer out has no price in the case and is not charged".to_owned());
        }
        Ok(())
    }

    /// Containers of so many processors, so much memory and disk, for the time they ran.
    fn containers(&mut self) -> Result<(), String> {
        if !self.subject.is_about("fargate") {
            return Ok(());
        }
        let running_s = self.inputs.running_s()?.ok_or("no time is given for which containers ran")?;
        let hours =
            self.inputs.count("tasks")?.or(self.inputs.count("pods")?).unwrap_or(1.0) * running_s / 3_600.0;
        let (vcpu, memory) = if self.subject.says("arm64") {
            (Meter::FargateProcessorsArm, Meter::FargateMemoryArm)
        } else {
            (Meter::FargateProcessors, Meter::FargateMemory)
        };
        if let Some(count) = self.inputs.each("vcpu", Count) {
            self.claimed.push(("vcpu", Count));
            self.quantities.add(vcpu, count * hours);
        }
        if let Some(kb) = self.inputs.each("", Size).or(self.inputs.each("memory", Size)) {
            self.quantities.add(memory, kb / KB_PER_GB * hours);
        }
        if let Some(kb) = self.inputs.each("ephemeral", Size) {
            let beyond = self.beyond_included(Meter::FargateDisk, kb);
            self.quantities.add(Meter::FargateDisk, beyond.gibibytes() * hours);
        }
        Ok(())
    }

    /// Amounts that stand for themselves: so many requests, GB, hours. Each goes to the first meter that it names.
    fn amounts(&mut self) -> Result<(), String> {
        let ruled = self.quantities.clone();
        for name in self.subject.names().filter(|name| ruled.get(name.meter).is_none()) {
            for noun in name.nouns() {
                if let Some((quantity, dimension)) = self.amount(name, noun)? {
                    self.claimed.push((noun, dimension));
                    self.quantities.add(name.meter, quantity);
                    break;
                }
            }
        }
        Ok(())
    }

    /// The quantity that inputs of a noun come to, and the dimension that it was found in.
    fn amount(&self, name: &Name, noun: &'static str) -> Result<Option<(f64, Dimension)>, String> {
        let given = |dimension| {
            if self.claimed.contains(&(noun, dimension)) {
                Ok(None)
            } else {
                self.inputs.total(noun, dimension)
            }
        };
        let scaled = |dimension, scale: f64| Ok(given(dimension)?.map(|amount| (amount * scale, dimension)));
        match name.meter.measure() {
            Measure::Each => Ok(self.things(name.meter, noun, given(Count)?)?.map(|things| (things, Count))),
            Measure::Hours => match given(Time)? {
                Some(seconds) => Ok(Some((self.how_many()? * seconds / 3_600.0, Time))),
                None if noun.is_empty() => Ok(None),
                None => self.held(noun, given(Count)?),
            },
            Measure::Months => scaled(Count, 1.0),
            Measure::Gigabytes | Measure::Memory | Measure::GigabyteMonths => scaled(Size, 1.0 / KB_PER_GB),
            Measure::DecimalGigabytes | Measure::DecimalGigabyteMonths => scaled(Size, 1e-6),
            Measure::Function(_) | Measure::GigabyteSeconds => scaled(SizeTime, 1.0),
            Measure::GigabyteHours | Measure::RoomHours => scaled(SizeTime, 1.0 / 3_600.0),
            Measure::EdgeFunction => scaled(SizeTime, 8.0),
        }
    }

    /// A number of things, large ones counted as several; or what is already counted so.
    fn things(&self, meter: Meter, noun: &str, given: Option<f64>) -> Result<Option<f64>, String> {
        if noun != "requests" {
            return Ok(given.map(|things| things * self.pieces(meter)));
        }
        let counted = given.map(|requests| requests * self.pieces(meter));
        let stated = match (given, self.inputs.count("metered_requests")?) {
            // A request counts as one at least: a lower number is that of a single request.
            (Some(requests), Some(metered)) if metered < requests => Some(requests * metered),
            (_, metered) => metered,
        };
        if let (Some(counted), Some(stated)) = (counted, stated)
            && (counted - stated).abs() > 1e-3 * stated
        {
            self.inputs.note(format!("{stated} metered requests are stated, the payload comes to {counted}"));
        }
        Ok(stated.or(counted))
    }

    /// The units that one payload of the case counts as.
    fn pieces(&self, meter: Meter) -> f64 {
        let size = |noun| self.inputs.each(noun, Size);
        let Some(steps) =
            Tariff::home().rate(meter).metering.as_ref().filter(|steps| steps.next_kb.is_some())
        else {
            return 1.0;
        };
        let both = [size("request"), size("response")].into_iter().flatten().reduce(|sent, got| sent + got);
        let payload = ["payload", "message", "event", "item"].into_iter().find_map(size).or(both);
        let mut steps = steps.clone();
        if let Some(step) = size("metering") {
            (steps.first_kb, steps.next_kb) = (Some(step), Some(step));
        }
        match (payload, size("metered")) {
            // Nothing is metered at less than its size: a smaller number is the step. MB may be of 1,000 KB.
            (Some(payload), Some(metered)) if metered < payload / 1.024 => {
                (steps.first_kb, steps.next_kb) = (Some(metered), Some(metered));
                steps.pieces(payload)
            }
            (_, Some(metered)) => steps.pieces(metered),
            (payload, None) => steps.pieces(payload.unwrap_or_default()),
        }
    }

    /// So many units held as long as things ran.
    fn held(&self, noun: &str, units: Option<f64>) -> Result<Option<(f64, Dimension)>, String> {
        let Some(units) = units else { return Ok(None) };
        let seconds = self.inputs.running_s()?.ok_or_else(|| format!("no time is given for {noun}"))?;
        Ok(Some((units * self.how_many()? * seconds / 3_600.0, Count)))
    }

    /// How many of a thing were held at once.
    fn how_many(&self) -> Result<f64, String> {
        let mut product = 1.0;
        for noun in ["azs", "zones", "instances", "nodes", "replicas", "gateways", "balancers"] {
            product *= self.inputs.count(noun)?.unwrap_or(1.0);
        }
        Ok(product)
    }
}

fn metering(meter: Meter) -> &'static Metering {
    Tariff::home().rate(meter).metering.as_ref().expect("a meter that counts in steps")
}
