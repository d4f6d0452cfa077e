//! What stands beside a function: connections, queues, what is sent, containers.

use burstlab_engine::pricing::Meter;

use super::{KB_PER_GB, Month, metering};
use crate::key::Dimension::{Count, Size};

impl Month<'_> {
    /// Users who hold connections and send and receive messages over them. What is per day is of each user.
    pub(super) fn connections(&mut self) -> Result<(), String> {
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
    pub(super) fn messages(&mut self) -> Result<(), String> {
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
    pub(super) fn payloads(&mut self) -> Result<(), String> {
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
    pub(super) fn containers(&mut self) -> Result<(), String> {
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
}
