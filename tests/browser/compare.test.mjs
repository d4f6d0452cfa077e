// The comparison with what else could answer: fetched only when it is opened, by formulas first, then settled one by one,
// and never in the way of the page.
import assert from "node:assert/strict";
import { frames, read, settled, turn } from "./lib/lab.mjs";
import { notLoaded } from "./lib/states.mjs";
import { test } from "./lib/suite.mjs";

const busy = "#v=1&situation=steady-1000";
const small = "#v=1&situation=notifications";
const phone = { width: 360, height: 740 };

test("at 1,000 requests a second every option answers by formula, then they settle one by one", { limitMs: 180_000 }, async (visitor) => {
  const { page } = visitor;
  await opened(visitor, busy);
  await until(page, "estimate");
  const rows = await options(page);
  assert.ok(rows.length >= 24, `${rows.length} options`);
  for (const { name, price, wait } of rows) assert.match(`${price} ${wait}`, /^\$[\d,.]+.* \d/, name);
  assert.match(await words(page, "compare-verdict"), /99 in 100 within 100 ms/);
  const claim = await words(page, "compare-claim");
  for (const part of ["$1,500", "3.3 times as much", "$526", "it takes 7"]) assert.ok(claim.includes(part), claim);
  await page.waitForFunction(() => document.querySelector("[data-testid=compare-crossover]").textContent.includes("cheapest"));
  for (const least of [1, 2, 3]) {
    await page.waitForFunction((least) => document.querySelectorAll("[data-settled=true]").length >= least, least, { timeout: 60_000 });
  }
  const before = await read(page);
  await turn(page, "memory_mb", 2048);
  await frames(page, 3);
  assert.notEqual((await read(page)).price, before.price, "the numbers follow in the midst of it");
  await until(page, "estimate");
});

test("nothing of the comparison is fetched before it is opened", async (visitor) => {
  const { page } = visitor;
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await visitor.open(small);
  await settled(page);
  const fetched = () => asked.filter((path) => path.includes("comparer"));
  assert.deepEqual(fetched(), []);
  await page.locator("[data-testid=open-compare]").click();
  await until(page, "settled");
  assert.equal(fetched().length, 2, "its script and its module");
});

test("a change of the scenario or the target is answered by the newest question alone", async (visitor) => {
  const { page } = visitor;
  await opened(visitor, small);
  await until(page, "settled");
  for (const target of ["300", "900", "2000"]) await wish(page, "target", target);
  await until(page, "settled");
  assert.match(await words(page, "compare-verdict"), /within 2\.00 s/);
  const before = await options(page);
  await turn(page, "memory_mb", 3008);
  await until(page, "waiting");
  await until(page, "settled");
  const price = (rows) => rows.find(({ key }) => key === "function").price;
  assert.notEqual(price(await options(page)), price(before));
});

test("target, budget and what answers cost are in the link and can be undone", async (visitor) => {
  const { page } = visitor;
  await opened(visitor, small);
  await until(page, "settled");
  await wish(page, "target", "250");
  await wish(page, "budget_usd", "20");
  await wish(page, "slow_usd", "0.01");
  await wish(page, "lost_usd", "1");
  await until(page, "settled");
  const dear = (await options(page)).find(({ key }) => key === "ec2_t3_medium.on_demand");
  assert.match(dear.price, /spent on day \d+/);
  assert.match(dear.damage, /^\$/, "slow and lost answers stand beside the bill");
  await page.waitForFunction(() => ["slow_after_s=0.25", "budget_usd=20", "lost_usd=1"].every((part) => location.hash.includes(part)));
  const link = await page.evaluate(() => location.hash);
  await page.locator("[data-testid=undo]").click();
  assert.equal(await page.locator("#compare-lost_usd").inputValue(), "", "a step back");
  await opened(visitor, link);
  await until(page, "settled");
  assert.equal(await page.locator("#compare-target").inputValue(), "250");
  assert.equal(await page.locator("#compare-budget_usd").inputValue(), "20");
});

test("the comparison is reached and worked by keys alone", async (visitor) => {
  const { page } = visitor;
  await visitor.open(small);
  await settled(page);
  await page.locator("[data-testid=open-compare]").focus();
  await page.keyboard.press("Enter");
  await until(page, "settled");
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.tagName.toLowerCase());
  assert.equal(await focused(), "summary", "the focus goes along");
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "compare-target");
  const pick = page.locator("[data-option=function] button");
  await pick.focus();
  await page.keyboard.press("Space");
  assert.equal(await pick.getAttribute("aria-pressed"), "true");
  assert.match(await words(page, "compare-details"), /^The function/);
  await page.keyboard.press("Space");
  assert.equal(await pick.getAttribute("aria-pressed"), "false");
});

test("machines are chosen by hand, and as few as hold the target again", async (visitor) => {
  const { page } = visitor;
  await opened(visitor, small);
  await until(page, "settled");
  await page.locator("[data-option='ec2_c5_large.on_demand'] button").click();
  const size = () => page.locator("[data-option='ec2_c5_large.on_demand'] .size").innerText();
  const own = await size();
  await page.locator("#compare-machines").fill("7");
  await page.locator("#compare-machines").press("Enter");
  await page.waitForFunction(() => document.querySelector("[data-option='ec2_c5_large.on_demand'] .size").textContent === "7");
  await page.getByRole("button", { name: "As few as hold the target" }).click();
  await page.waitForFunction((own) => document.querySelector("[data-option='ec2_c5_large.on_demand'] .size").textContent === own, own);
});

test("a price in doubt is marked, and a person's own takes its place", async (visitor) => {
  const { page } = visitor;
  await opened(visitor, small);
  await until(page, "settled");
  const row = page.locator("[data-option='ec2_c5_large.spot']");
  assert.match(await row.locator("abbr").getAttribute("title"), /Unverified/);
  const before = await row.locator(".money").innerText();
  await row.locator("button").click();
  await page.getByText("Unverified prices").click();
  const price = page.locator(".doubts input").first();
  await price.fill("1.5");
  await price.press("Enter");
  await page.waitForFunction(
    (before) => document.querySelector("[data-option='ec2_c5_large.spot'] .money").textContent.trim() !== before.trim(),
    before,
  );
  await page.waitForFunction(() => location.hash.includes("rates="));
});

test("a module that does not come is told in the panel, and may come later", async (visitor) => {
  const { page } = visitor;
  visitor.expect(notLoaded);
  await page.route("**/comparer_bg.wasm", (route) => route.abort());
  await opened(visitor, small);
  const trouble = page.locator("[data-testid=compare-trouble]");
  await trouble.getByText("did not let the comparison start").waitFor();
  const before = await read(page);
  await turn(page, "memory_mb", 2048);
  assert.notEqual((await settled(page)).price, before.price, "everything else goes on");
  await page.unroute("**/comparer_bg.wasm");
  await trouble.getByRole("button").click();
  await until(page, "settled");
  assert.equal((await trouble.innerText()).trim(), "");
});

test("on a phone the comparison is stacked and does not scroll sideways", { viewport: phone }, async (visitor) => {
  const { page } = visitor;
  await opened(visitor, small);
  await until(page, "settled");
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= phone.width, `${wide} px`);
  const tops = await page.evaluate(() =>
    [".verdict", ".pictures", ".options"].map((part) => document.querySelector(`.weighing ${part}`).getBoundingClientRect().top));
  assert.deepEqual(tops, tops.toSorted((a, b) => a - b), "words, pictures, list");
});

test("on a desk all that decides is in one screen", async (visitor) => {
  const { page } = visitor;
  await opened(visitor, busy);
  await until(page, "estimate");
  const below = await page.evaluate(() => {
    const parts = [".verdict", "[data-picture=traffic]", "[data-picture=tradeoff]", ".weighed"];
    const bottom = (part) => document.querySelector(`.weighing ${part}`).getBoundingClientRect().bottom;
    return parts.filter((part) => bottom(part) > innerHeight).map((part) => `${part} ends at ${bottom(part)}`);
  });
  assert.deepEqual(below, []);
});

async function opened(visitor, link) {
  await visitor.open(link);
  await settled(visitor.page);
  await visitor.page.locator("[data-testid=open-compare]").click();
}

/** Waits for the comparison to be so far, or further. */
async function until(page, stage) {
  const isThere = (stage) => {
    const now = document.querySelector("[data-testid=compare]")?.dataset.compared;
    return now === stage || (now === "settled" && stage === "estimate");
  };
  await page.waitForFunction(isThere, stage, { timeout: 60_000, polling: "raf" });
}

function options(page) {
  return page.locator("[data-option]").evaluateAll((rows) => rows.map((row) => ({
    key: row.dataset.option,
    name: row.querySelector("th").textContent,
    price: row.querySelector(".money").textContent,
    wait: row.querySelector(".wait").textContent,
    damage: row.querySelector(".damage").textContent,
  })));
}

async function wish(page, name, value) {
  await page.locator(`#compare-${name}`).fill(value);
  await page.locator(`#compare-${name}`).press("Enter");
}

const words = async (page, name) => (await page.locator(`[data-testid=${name}]`).innerText()).trim();
