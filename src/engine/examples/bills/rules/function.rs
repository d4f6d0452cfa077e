//! What a function costs: its calls, its time, and what it may hold besides.

use burstlab_engine::{pricing::Meter, units::Mebibytes};

use super::{KB_PER_GB, Month, metering};
use crate::key::Dimension::{Count, Size, Time};

impl Month<'_> {
    /// Calls, and the time they ran at the function's memory; starts too where they are given.
    pub(super) fn function_time(&mut self) -> Result<(), String> {
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
    pub(super) fn provisioned(&mut self) -> Result<(), String> {
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
    pub(super) fn disk(&mut self) -> Result<(), String> {
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

    /// Snapshots kept, and starts from them.
    pub(super) fn snapshots(&mut self) -> Result<(), String> {
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
    pub(super) fn streams(&mut self) -> Result<(), String> {
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
    pub(super) fn large_events(&mut self) -> Result<(), String> {
        if self.subject.is_about("lambda")
            && let Some(kb) = self.inputs.each("event", Size)
        {
            let extra = metering(Meter::LambdaAsyncExtra).pieces(kb) - 1.0;
            self.quantities.add(Meter::LambdaAsyncExtra, self.some_requests()? * extra);
        }
        Ok(())
    }

    /// The fee on managed instances, for the time they were held.
    pub(super) fn management(&mut self) -> Result<(), String> {
        if self.subject.says("managed")
            && let Some(seconds) = self.inputs.total("instance", Time)?
        {
            self.quantities.add(Meter::ManagedFee, self.how_many()? * seconds / 3_600.0);
        }
        Ok(())
    }

    /// What durable functions write, kept while they wait and as long after as set.
    pub(super) fn durable_state(&mut self) -> Result<(), String> {
        let written = self.inputs.total("written", Size)?.filter(|_| self.subject.says("durable"));
        let Some(gb) = written.map(|kb| kb / 1e6) else { return Ok(()) };
        let waited = self.inputs.each("wait", Time).unwrap_or_default();
        let kept = waited + self.inputs.each("retention", Time).unwrap_or(14.0 * 86_400.0);
        self.quantities.add(Meter::DurableStored, gb * kept / 86_400.0 / self.inputs.days());
        Ok(())
    }
}
