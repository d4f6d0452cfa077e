// The same scenario is the same bits natively and in the browser's wasm.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { settled } from "./lib/lab.mjs";
import { test } from "./lib/suite.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

// The time limit leaves room for compiling the example.
test("the page's outcome is byte for byte what the native engine says", { limitMs: 600_000 }, async (visitor) => {
  const native = await evaluate("notifications");
  await visitor.open();
  await settled(visitor.page);
  const shown = await visitor.page.locator("#outcome-json").textContent();
  assert.ok(native.trim().startsWith("{"), "the example prints JSON");
  assert.equal(shown.trim(), native.trim());
});

async function evaluate(situation) {
  const words = ["run", "--quiet", "--release", "-p", "burstlab-engine", "--example", "evaluate"];
  const run = promisify(execFile);
  const { stdout } = await run(process.env.CARGO ?? "cargo", [...words, "--", "--situation", situation], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}
