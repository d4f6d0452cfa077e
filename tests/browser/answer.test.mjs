// What is seen without a click, and what the knobs do to it.
import assert from "node:assert/strict";
import { choose, read, settled, turn } from "./lib/lab.mjs";
import { test } from "./lib/suite.mjs";

test("the default situation shows a price and a wait without a click", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await page.waitForFunction(() => document.querySelector("[data-testid=price]")?.textContent.includes("$"));
  assert.match(await page.locator("[data-testid=price]").innerText(), /\$\s?\d/);
  assert.match(await page.locator("[data-testid=wait]").innerText(), /\d\s?(s|ms|min)/);
  assert.ok((await page.locator("[data-testid=sentence]").innerText()).length > 20, "a sentence says it in words");
});

test("the default situation settles at a slowest 1 in 100 of 1.66 s", async (visitor) => {
  await visitor.open();
  const { price, wait, unanswered } = await settled(visitor.page);
  assert.ok(price > 0, `a price above nothing: ${price}`);
  assert.ok(Math.abs(wait / 1.66 - 1) <= 0.05, `within 5 % of 1.66 s: ${wait}`);
  assert.ok(unanswered >= 0 && unanswered <= 1, `a share: ${unanswered}`);
});

test("an estimate comes before the settled answer after a change", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  await page.evaluate(() => {
    globalThis.states = [];
    const note = () => globalThis.states.push(document.documentElement.dataset.state);
    new MutationObserver(note).observe(document.documentElement, { attributeFilter: ["data-state"] });
  });
  await turn(page, "memory_mb", 1024);
  await settled(page);
  const states = await page.evaluate(() => globalThis.states);
  assert.ok(["estimate", "refining"].includes(states[0]), `states: ${states}`);
  assert.equal(states.at(-1), "settled");
});

test("sixty copies kept warm cut the wait to less than half and cost more", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  const before = await settled(page);
  await turn(page, "provisioned", 60);
  const after = await settled(page);
  assert.ok(after.wait < before.wait / 2, `wait: ${before.wait} → ${after.wait}`);
  assert.ok(after.price > before.price, `price: ${before.price} → ${after.price}`);
});

test("a batch of 2000 leaves half unanswered, and a queue answers all", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  await choose(page, "batch-2000");
  const without = await settled(page);
  assert.ok(Math.abs(without.unanswered - 0.5) <= 0.06, `about half: ${without.unanswered}`);
  await turn(page, "queue", true);
  assert.equal((await settled(page)).unanswered, 0);
});

test("every situation and runtime on offer settles with a number", { limitMs: 300_000 }, async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  // The runtimes first: one of the situations takes long, and would for each of them.
  for (const [select, apply] of [["#knob-runtime", (_, value) => turn(page, "runtime", value)], ["#situation", choose]]) {
    const values = await page.locator(`${select} option`).evaluateAll((all) => all.map((option) => option.value));
    assert.ok(values.length > 1, `${select} offers a choice`);
    for (const value of values) {
      await apply(page, value);
      const shown = await settled(page);
      assert.ok(shown.price >= 0 && shown.wait >= 0, `${value}: ${JSON.stringify(shown)}`);
    }
  }
  assert.ok((await read(page)).price > 0);
});
