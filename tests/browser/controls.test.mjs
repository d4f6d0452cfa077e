// The controls behind "more": folded in sections, found by a search, and honest about what has no effect.
import assert from "node:assert/strict";
import { choose, frames, settled, turn } from "./lib/lab.mjs";
import { test } from "./lib/suite.mjs";

const section = (page, key) => page.locator(`.section[data-section=${key}]`);
const summary = (page, key) => section(page, key).locator("summary").first();
const field = (page) => page.getByRole("searchbox", { name: "Find a control" });
const found = (page) => page.getByTestId("found").innerText();
const shown = (page) => page.locator(".expert .control:visible").evaluateAll((all) => all.map((one) => one.dataset.knob));

async function opened(visitor, fragment) {
  await visitor.open(fragment);
  const { page } = visitor;
  await settled(page);
  await page.getByText("More controls").click();
  return page;
}

test("sections are folded, open by keys, and say what was changed from the situation", async (visitor) => {
  const page = await opened(visitor);
  assert.deepEqual(await shown(page), [], "all are folded");
  await summary(page, "copies").focus();
  await page.keyboard.press("Enter");
  assert.ok((await shown(page)).includes("keep_alive_s"));
  assert.equal(await summary(page, "copies").textContent(), "the copies", "nothing is changed");
  await turn(page, "keep_alive_s", 300);
  await turn(page, "concurrency_limit", 500);
  assert.match(await summary(page, "copies").textContent(), /^the copies · 2 changed$/);
  await turn(page, "keep_alive_s", 640);
  assert.match(await summary(page, "copies").textContent(), /^the copies · 1 changed$/);
  await choose(page, "statements");
  await settled(page);
  assert.match(await summary(page, "copies").textContent(), /^the copies$/, "another situation is what it is");
  await page.keyboard.press("Escape");
});

test("a search finds controls by label, term and help, says how many, and gives the folds back", async (visitor) => {
  const page = await opened(visitor);
  const all = Number((await found(page)).match(/^(\d+) controls$/)[1]);
  await summary(page, "work").click();
  const before = await shown(page);
  await field(page).fill("VISIBILITY");
  await frames(page, 2);
  assert.deepEqual(await shown(page), ["visibility_s"]);
  assert.equal(await found(page), "1 control found");
  assert.equal(await page.getByTestId("found").getAttribute("role"), "status");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "knob-visibility_s", "Enter leads there");
  await field(page).fill("giraffe");
  await frames(page, 2);
  assert.deepEqual(await shown(page), []);
  assert.equal(await found(page), "No control has these words");
  await field(page).focus();
  await page.keyboard.press("Escape");
  await frames(page, 3);
  assert.equal(await field(page).inputValue(), "");
  assert.equal(await found(page), `${all} controls`);
  assert.deepEqual(await shown(page), before, "the folds are as they were");
});

test("a control that has no effect says why, and one that has one says nothing", async (visitor) => {
  const page = await opened(visitor);
  const help = async (key) => (await page.locator(`#help-${key}`).textContent()).trim();
  await summary(page, "line").click();
  assert.match(await help("batch_size"), / No effect: there is no line to wait in\.$/);
  const described = await page.locator("#knob-batch_size").getAttribute("aria-describedby");
  assert.equal(described, "help-batch_size", "which is heard with the slider");
  assert.ok(await page.locator("#knob-batch_size").isEnabled(), "it can be set all the same");
  await turn(page, "queue", true);
  await frames(page, 2);
  assert.doesNotMatch(await help("batch_size"), /No effect/);
  assert.match(await help("least_pollers"), / No effect: the provider's pollers empty the line\.$/);
  await turn(page, "pollers", "provisioned");
  await frames(page, 2);
  assert.doesNotMatch(await help("least_pollers"), /No effect/);
  assert.match(await help("max_concurrency"), / No effect: /);
});

test("the sentence tells what fails and what nobody waits for", async (visitor) => {
  await visitor.open("#situation=batch-2000&v=1&way_in=event&error_percent=20&event_retries=0");
  const { page } = visitor;
  await settled(page);
  const said = (await page.locator("[data-testid=sentence]").innerText()).replaceAll(/\s+/g, " ");
  assert.match(said, /\d+ of 2,000 requests \(1\d %\) are lost without a word; of those done, 1 in 100 is done only after /);
  assert.match(await page.locator("[data-testid=wait]").innerText(), /1 in 100 is done only after/);
});

/** It waits for a pause, and so does who reads it. */
const answered = (page, words) => page.getByTestId("warmth-answer").filter({ hasText: words }).waitFor();
const keep = (page) => page.getByTestId("warmth").getByRole("button");

test("what a wait asks of the copies kept warm is said, follows the wait, and is set by its button", async (visitor) => {
  await visitor.open("#situation=notifications");
  const { page } = visitor;
  await settled(page);
  await answered(page, /^keep about \d+ copies warm, about \$\d+ a month\.$/);
  const copies = Number((await keep(page).innerText()).match(/^Keep (\d+)$/)[1]);
  await page.getByLabel("To answer 99 in 100 within").fill("3");
  // Three seconds are longer than any start.
  await answered(page, /^no copy has to be kept warm/);
  assert.equal(await keep(page).count(), 0, "and none is kept");
  await page.getByLabel("To answer 99 in 100 within").fill("0.2");
  await answered(page, /because the work itself takes longer\.$/);
  await page.getByLabel("To answer 99 in 100 within").fill("1");
  await answered(page, /^keep about/);
  await keep(page).click();
  await settled(page);
  assert.equal(Number(await page.locator("#knob-provisioned").inputValue()), copies);
});

test("a price that nobody has verified is changed, goes with the link, and comes back", async (visitor) => {
  await visitor.open("#v=1&situation=mvp&traced_percent=100");
  const { page } = visitor;
  await settled(page);
  await page.getByText("Prices that nobody has verified").click();
  const price = page.getByRole("spinbutton", { name: "Traces recorded" });
  assert.equal(await price.inputValue(), "5");
  const bill = () => page.getByRole("img", { name: /^A month of such days costs/ }).getAttribute("aria-label");
  const before = await bill();
  await price.fill("500");
  await price.blur();
  await page.waitForFunction(() => location.hash.includes("rates=xray.recorded:500"));
  await settled(page);
  assert.notEqual(await bill(), before);
  assert.match(await page.locator(".price", { hasText: "Traces recorded" }).innerText(), /your price/);
  await price.fill("-1");
  await price.blur();
  await page.waitForFunction(() => !location.hash.includes("rates"));
  assert.equal(await price.inputValue(), "5", "what is no price takes it back");
});
