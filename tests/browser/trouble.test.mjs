// Without the simulation the page goes on with estimates, says so, and tries again when asked.
import assert from "node:assert/strict";
import { frames, read, settled, turn } from "./lib/lab.mjs";
import { notLoaded } from "./lib/states.mjs";
import { test } from "./lib/suite.mjs";

test("where the worker cannot be had the estimates go on, and trying again settles them", async (visitor) => {
  const { page } = visitor;
  visitor.expect(notLoaded);
  await page.route("**/worker_bg.wasm", (route) => route.fulfill({ status: 503, body: "" }));
  await visitor.open();
  const notice = page.locator("[data-testid=notice]");
  await notice.getByText("What you see are estimates").waitFor();
  const before = await read(page);
  await turn(page, "memory_mb", 2048);
  await frames(page, 3);
  const estimated = await read(page);
  assert.notEqual(estimated.price, before.price, "the numbers follow");
  assert.equal(estimated.state, "estimate");
  await page.unroute("**/worker_bg.wasm");
  await notice.getByRole("button", { name: "Try again" }).click();
  const after = await settled(page);
  assert.ok(Math.abs(after.price / estimated.price - 1) < 0.03, `${estimated.price} → ${after.price}`);
  assert.equal((await notice.innerText()).trim(), "", "the notice is gone");
});
