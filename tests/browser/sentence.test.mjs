// The sentence: read, pulled, turned by keys, copied, and said aloud once it has settled.
import assert from "node:assert/strict";
import { frames, read, settled } from "./lib/lab.mjs";
import { test } from "./lib/suite.mjs";

const sentence = (page) => page.locator("[data-testid=sentence]");
const plain = async (page) => (await sentence(page).innerText()).replaceAll(/\s+/g, " ");
const knob = (page, name) => page.locator(`#knob-${name}`).inputValue();

test("the memory in the sentence is pulled sideways, and both numbers follow while it is held", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  const before = await settled(page);
  const memory = sentence(page).locator("[data-knob=memory_mb]");
  const box = await memory.boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  const prices = new Set();
  for (let move = 1; move <= 10; move += 1) {
    await page.mouse.move(x + move * 6, y);
    await frames(page, 2);
    prices.add((await read(page)).price);
  }
  assert.ok(prices.size >= 8, `the price moves with the hand: ${[...prices]}`);
  assert.ok(Number(await knob(page, "memory_mb")) >= 512 + 10 * 64, "the slider below goes along");
  assert.match(await plain(page), new RegExp(`With ${await knob(page, "memory_mb")} MB`));
  await page.mouse.move(x, y);
  await frames(page, 2);
  assert.equal(await knob(page, "memory_mb"), "512", "going back leads back");
  await page.mouse.up();
  const after = await settled(page);
  assert.deepEqual([after.price, after.wait], [before.price, before.wait], "the same numbers again");
});

test("a finger pulls a number of the sentence sideways", { hasTouch: true, viewport: { width: 360, height: 740 } }, async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  const copies = sentence(page).locator("[data-knob=provisioned]");
  await copies.scrollIntoViewIfNeeded();
  const box = await copies.boundingBox();
  const touch = await page.context().newCDPSession(page);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x, y }] });
  for (let move = 1; move <= 10; move += 1) {
    await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [{ x: x + move * 6, y }] });
    await frames(page, 1);
  }
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  assert.ok(Number(await knob(page, "provisioned")) >= 9, `copies: ${await knob(page, "provisioned")}`);
});

test("keys change what the sentence says, and the focus stays where it is", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  const before = await settled(page);
  const copies = sentence(page).locator("[data-knob=provisioned] input");
  await copies.focus();
  for (let press = 0; press < 3; press += 1) await page.keyboard.press("ArrowRight");
  await settled(page);
  assert.match(await plain(page), /3 copies kept warm/);
  assert.match(await copies.getAttribute("aria-valuetext"), /^3 copies, \$\d+ a month$/);
  const queue = sentence(page).locator("[data-knob=queue] input");
  await queue.focus();
  await page.keyboard.press("Space");
  const after = await settled(page);
  assert.match(await plain(page), /and a line to wait in,/);
  assert.ok(await queue.evaluate((input) => input === document.activeElement), "the focus stayed");
  assert.notEqual(after.price, before.price);
});

test("the sentence has a band once other days were simulated beside", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  await sentence(page).locator(".band").first().waitFor();
  const [least, most] = (await plain(page)).match(/\$([\d.]+) to \$([\d.]+)/).slice(1).map(Number);
  const { price } = await read(page);
  assert.ok(least <= price + 0.005 && price <= most + 0.005 && most < 1.05 * least, `${least} ${price} ${most}`);
});

test("the sentence is copied as it reads", async (visitor) => {
  await visitor.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  await page.waitForTimeout(500);
  await page.locator("[data-testid=copy-sentence]").click();
  await page.getByText("Copied.").waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, await plain(page));
});

test("an answer is said aloud once it has settled, and not while the hand moves", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  const region = page.locator("[data-testid=announcement]");
  await page.waitForFunction(() => document.querySelector("[data-testid=announcement]").textContent.includes("512 MB"));
  await page.evaluate(() => {
    globalThis.said = [];
    const region = document.querySelector("[data-testid=announcement]");
    new MutationObserver(() => globalThis.said.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
  });
  await page.locator("#knob-memory_mb").focus();
  for (let press = 0; press < 8; press += 1) await page.keyboard.press("ArrowRight");
  await settled(page);
  await page.waitForFunction(() => document.querySelector("[data-testid=announcement]").textContent.includes("1024 MB"));
  const said = await page.evaluate(() => globalThis.said);
  assert.ok(said.length <= 2 && said.every((words) => words.includes("1024 MB")), `said: ${JSON.stringify(said)}`);
  assert.equal(await region.getAttribute("aria-live"), "polite");
});
