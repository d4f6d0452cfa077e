// The same scenario is the same bits natively and in the browser's wasm.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { settled } from "./lib/lab.mjs";
import { test } from "./lib/suite.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

// Large enough for the quick kernel.
const quick = "situation=steady-1000&curve=12:150";
const scenarios = [
  "situation=notifications",
  "situation=notifications&provisioned=10&runtime=java21&way_in=http_api&just_deployed=on",
  "situation=notifications&keep_alive=aws_2020&seed=7",
  "situation=batch-2000&queue=on&batch_size=3&visibility_s=5",
  quick,
  "situation=notifications&dependency_ms=80&dependency_slow_percent=2&dependency_error_percent=5&remembered_s=30" +
    "&timeout_s=2&error_percent=1&handshake_ms=50&caller_retries=2&patience_s=1&retry_on=anything&way_in_ms=10",
  "situation=batch-2000&way_in=event&error_percent=10&dead_letters=on&reserved_concurrency=50",
  "situation=notifications&queue=on&error_percent=5&failing=partial&max_receives=3&duplicate_percent=1&batch_size=5",
  "situation=notifications&dispersion=8&growth=2&weekend_share=0.4&job_every_min=30&job_requests=40&provisioned=2" +
    "&provisioned_by=target_tracking&provisioned_most=20",
];

for (const link of scenarios) {
  // The time limit leaves room for compiling the example.
  test(`the outcome of ${link} is byte for byte what the native engine says`, { limitMs: 600_000 }, async (visitor) => {
    const native = await evaluate(link);
    await visitor.open(`#v=1&${link}`);
    await settled(visitor.page);
    const shown = await visitor.page.locator("#outcome-json").textContent();
    assert.ok(native.trim().startsWith("{"), "the example prints JSON");
    assert.equal(shown.trim(), native.trim());
    assert.equal(JSON.parse(native).fidelity, link === quick ? "fast" : "exact");
  });
}

async function evaluate(link) {
  const words = ["run", "--quiet", "--release", "-p", "burstlab-engine", "--example", "evaluate"];
  const run = promisify(execFile);
  const { stdout } = await run(process.env.CARGO ?? "cargo", [...words, "--", "--link", link], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}
