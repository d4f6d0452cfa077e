// Pulling the traffic: by pointer, by key, and what a screen reader would find.
import assert from "node:assert/strict";
import { frames, peak, rate, read, settled } from "./lib/lab.mjs";
import { test } from "./lib/suite.mjs";

const moves = 20;
const pixelsPerMove = 2;

test("both numbers move while the evening peak is being dragged up", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  const before = await settled(page);
  const handle = await peak(page);
  const start = await rate(handle);
  const seen = await drag(page, handle);
  const prices = new Set(seen.map(({ price }) => price));
  const waits = new Set(seen.map(({ wait }) => wait));
  prices.delete(before.price);
  waits.delete(before.wait);
  assert.ok(prices.size >= 5, `the price moves with the hand: ${[...prices]}`);
  assert.ok(waits.size >= 1, `the wait moves before the button is released: ${[...waits]}`);
  assert.ok(seen.every(({ price, wait }) => Number.isFinite(price) && Number.isFinite(wait)), "never without a number");
  await page.mouse.up();
  const after = await settled(page);
  assert.ok((await rate(await peak(page))) > start, "the peak is higher");
  assert.ok(after.price > before.price, `more traffic costs more: ${before.price} → ${after.price}`);
});

test("a spike is pulled up by pointer and by key, and both numbers follow", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  const before = await settled(page);
  const spike = page.locator('[data-spike="12"]');
  const height = () => rate(spike);
  const start = await height();
  const seen = await drag(page, spike);
  assert.ok((await height()) > start, "the spike is higher while the button is down");
  assert.ok(seen.at(-1).price > before.price, `the price follows: ${before.price} → ${seen.at(-1).price}`);
  await page.mouse.up();
  const pulled = await height();
  await spike.focus();
  await page.keyboard.press("PageDown");
  await frames(page, 2);
  assert.ok((await height()) < pulled, "PageDown lowers it");
});

/** Presses, pulls up step by step and returns what was shown at each; the button stays down. */
async function drag(page, handle) {
  await handle.scrollIntoViewIfNeeded();
  const box = await handle.boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  const seen = [];
  for (let move = 1; move <= moves; move += 1) {
    await page.mouse.move(x, y - move * pixelsPerMove);
    await frames(page, 2);
    seen.push(await read(page));
  }
  return seen;
}

test("the arrow and page keys change the rate of a point and both numbers", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  const before = await settled(page);
  const handle = await peak(page);
  const start = await rate(handle);
  await handle.focus();
  await page.keyboard.press("ArrowUp");
  await frames(page, 2);
  const fine = (await rate(handle)) - start;
  assert.ok(fine > 0, "ArrowUp raises the rate");
  await page.keyboard.press("PageUp");
  await frames(page, 2);
  assert.ok((await rate(handle)) - start - fine > fine, "PageUp is coarser");
  const raised = await settled(page);
  assert.ok(raised.price > before.price, `price: ${before.price} → ${raised.price}`);
  assert.notEqual(raised.wait, before.wait);
  await page.keyboard.press("PageDown");
  await page.keyboard.press("ArrowDown");
  await frames(page, 2);
  assert.equal(await rate(handle), start, "the opposite keys lead back");
});

test("the left and right arrow keys walk the points in time order", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  const focused = () => page.evaluate(() => document.activeElement?.dataset.handle);
  const names = await page.locator("[role=slider][data-handle]").evaluateAll((all) => all.map((one) => one.dataset.handle));
  await page.locator("[role=slider][data-handle]").first().focus();
  for (const expected of [names[1], names[2]]) {
    await page.keyboard.press("ArrowRight");
    assert.equal(await focused(), expected);
  }
  await page.keyboard.press("ArrowLeft");
  assert.equal(await focused(), names[1]);
});

test("every handle has a name and a value that can be read aloud", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  const handles = await page.locator("[role=slider]").evaluateAll((all) =>
    all.map((one) => ({
      name: one.getAttribute("aria-label") ?? one.getAttribute("aria-labelledby"),
      now: one.getAttribute("aria-valuenow"),
      text: one.getAttribute("aria-valuetext"),
    })),
  );
  assert.ok(handles.length > 2);
  for (const { name, now, text } of handles) assert.ok(name && now && text, JSON.stringify({ name, now, text }));
});
