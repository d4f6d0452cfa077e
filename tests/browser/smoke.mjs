// node tests/browser/smoke.mjs <address of the site> firefox|webkit
//
// The page in another engine: it starts under the strict policy, shows the very numbers that Chromium shows, and follows
// the hand. `cargo xtask test` calls this for every engine that the machine has.
import assert from "node:assert/strict";
import { launch as chromium } from "./lib/chromium.mjs";
import { launch as firefox } from "./lib/firefox.mjs";
import { frames, outcome, read, settled, topOfPeak } from "./lib/lab.mjs";
import { runAll, test } from "./lib/suite.mjs";
import { Visitor } from "./lib/visitor.mjs";
import { launch as webkit } from "./lib/webkit.mjs";

const engines = { firefox: ["Firefox", firefox], webkit: ["WebKitGTK", webkit] };
const links = ["", "#v=1&situation=notifications&provisioned=10&runtime=java21", "#v=1&situation=batch-2000&queue=on"];

const [site, engine] = process.argv.slice(2);
if (!site || !engines[engine]) {
  console.error("Say where and in what: node tests/browser/smoke.mjs http://127.0.0.1:8080/ firefox|webkit");
  process.exit(2);
}
const [name, launch] = engines[engine];
const expected = await inChromium();

for (const link of links) {
  test(`${link || "the first situation"} settles at the numbers of Chromium, byte for byte`, async (visitor) => {
    const { numbers, text } = await answer(visitor, link);
    assert.deepEqual(numbers, expected.get(link).numbers);
    if (text !== expected.get(link).text) assert.fail(firstDifference(text, expected.get(link).text));
  });
}

test("both numbers move while the evening peak is pulled up", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  const before = await settled(page);
  const { x, y } = await topOfPeak(page);
  await page.mouse.move(x, y);
  await page.mouse.down();
  const seen = [];
  for (let move = 1; move <= 8; move += 1) {
    await page.mouse.move(x, y - move * 4);
    await frames(page, 2);
    seen.push(await read(page));
  }
  const prices = new Set(seen.map(({ price }) => price).filter((price) => price > before.price));
  assert.ok(prices.size >= 5, `the price moves with the hand: ${before.price} → ${[...prices]}`);
  assert.ok(seen.some(({ wait }) => wait !== before.wait), "the wait moves before the button is released");
  await page.mouse.up();
  assert.ok((await settled(page)).price > before.price, "more traffic costs more");
});

test("another situation brings other numbers", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  const before = await settled(page);
  await page.evaluate(() => {
    const situation = document.querySelector("#situation");
    situation.value = "batch-2000";
    situation.dispatchEvent(new Event("change", { bubbles: true }));
  });
  const after = await settled(page);
  assert.ok(after.price !== before.price && after.wait !== before.wait, JSON.stringify({ before, after }));
});

test("what breaks the policy is noticed", async (visitor) => {
  visitor.expect(/style-src/);
  await visitor.open();
  await visitor.page.evaluate(() => document.body.setAttribute("style", "color: red"));
  await frames(visitor.page, 2);
});

const browser = await launch();
console.log(`${name} ${browser.version()} at ${site}\n`);
const failed = await runAll({ browser, site, results: new URL("results/", import.meta.url).pathname });
await browser.close();
process.exit(failed === 0 ? 0 : 1);

async function inChromium() {
  const browser = await chromium();
  const visitor = await Visitor.enter(browser, site);
  const answers = new Map();
  for (const link of links) answers.set(link, await answer(visitor, link));
  await browser.close();
  return answers;
}

async function answer(visitor, link) {
  await visitor.open(link);
  const { price, wait, unanswered } = await settled(visitor.page);
  return { numbers: { price, wait, unanswered }, text: await outcome(visitor.page) };
}

/** Both are far too long to print. */
function firstDifference(a, b) {
  const at = [...a].findIndex((letter, index) => letter !== b[index]);
  const around = (text) => JSON.stringify(text.slice(Math.max(0, at - 60), at + 60));
  return `the outcomes differ at ${at}: ${around(a)} here, ${around(b)} in Chromium`;
}
