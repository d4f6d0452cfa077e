// Pulling the traffic: by pointer, by key, and what a screen reader would find.
import assert from "node:assert/strict";
import { farthestOff, handle, line, plot, points, put, spikes, spot, tool, whole } from "./lib/curve.mjs";
import { choose, frames, peak, rate, read, settled } from "./lib/lab.mjs";
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

test("the whole day is pulled by the area under the line, higher and later, and back exactly", async (visitor) => {
  const { page } = await opened(visitor);
  const before = { points: await points(page), spikes: await spikes(page) };
  const [x, y] = await put(page, 18, 2.5);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 2, y - 30, { steps: 4 });
  await frames(page, 2);
  const higher = await points(page);
  const factors = higher.map(({ rate }, index) => rate / before.points[index].rate);
  assert.ok(factors[0] > 1.1 && factors.every((factor) => Math.abs(factor / factors[0] - 1) < 0.01), `one factor: ${factors}`);
  assert.deepEqual(higher.map(({ time }) => time), before.points.map(({ time }) => time), "times stay");
  const { width } = await plot(page);
  await page.mouse.move(x + width * (2.5 / 24) + 10, y, { steps: 4 });
  await frames(page, 2);
  const later = { points: await points(page), spikes: await spikes(page) };
  assert.ok(later.points.some(({ time, rate }) => rate === 4.17 && time > "20:10" && time < "20:50"), JSON.stringify(later.points));
  assert.notDeepEqual(later.spikes.map(({ time }) => time), before.spikes.map(({ time }) => time), "spikes move along");
  assert.ok(later.spikes.every(({ rate }) => rate === 50), "and keep their heights");
  await page.mouse.move(x, y);
  await frames(page, 2);
  await page.mouse.up();
  assert.deepEqual({ points: await points(page), spikes: await spikes(page) }, before, "back where it began");
});

test("the handle of the whole day scales and shifts it, and its words say how much it is", async (visitor) => {
  const { page } = await opened(visitor);
  const before = await points(page);
  assert.match(await whole(page).getAttribute("aria-valuetext"), /^82,\d00 requests a day$/);
  const start = await rate(whole(page));
  const [x, y] = await spot(whole(page));
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y - 40, { steps: 5 });
  await frames(page, 2);
  assert.ok((await rate(whole(page))) > 1.1 * start, "more requests a day");
  await page.keyboard.press("Escape");
  await frames(page, 2);
  assert.deepEqual(await points(page), before, "Escape puts back what is held");
  await page.mouse.up();
  assert.deepEqual(await points(page), before);
});

for (const [name, wanted, farthest, direction] of [
  ["a hill", (hour) => 1 + 2.5 * Math.exp(-((hour - 13) ** 2) / 4), 4, 1],
  ["a hill leftwards", (hour) => 1 + 2.5 * Math.exp(-((hour - 13) ** 2) / 4), 4, -1],
  ["a slope", (hour) => 4 - hour / 8, 4, 1],
]) {
  test(`the brush draws ${name} under the pointer, with few points`, async (visitor) => {
    const { page } = await opened(visitor);
    const before = await settled(page);
    await tool(page, "brush").click();
    assert.equal(await tool(page, "brush").getAttribute("aria-pressed"), "true");
    const hours = Array.from({ length: 41 }, (_, step) => 9 + step / 5);
    if (direction < 0) hours.reverse();
    const stroke = await Promise.all(hours.map((hour) => put(page, hour, wanted(hour))));
    await page.mouse.move(...stroke[0]);
    await page.mouse.down();
    for (const [x, y] of stroke) {
      await page.mouse.move(x, y);
      await frames(page, 1);
    }
    await frames(page, 1);
    const off = farthestOff(stroke, await line(page));
    assert.ok(off < farthest, `the line is under the pointer before it is lifted: ${off} px off`);
    await page.mouse.up();
    await frames(page, 2);
    const after = await points(page);
    assert.ok(after.length <= 25, `${after.length} points`);
    for (const time of ["02:30", "05:00", "07:30", "20:00", "23:00"]) {
      assert.ok(after.some((point) => point.time === time), `${time} was not drawn over and stays`);
    }
    assert.notEqual((await settled(page)).price, before.price);
    await page.keyboard.press("Escape");
    assert.equal(await tool(page, "brush").getAttribute("aria-pressed"), "false", "Escape puts the brush away");
  });
}

test("a double click adds a point there, and it can be removed again", async (visitor) => {
  const { page } = await opened(visitor);
  const before = await points(page);
  await page.mouse.dblclick(...(await put(page, 21.5, 3)));
  await frames(page, 3);
  const more = await points(page);
  assert.equal(more.length, before.length + 1);
  const added = more.findIndex(({ time }) => time === "21:30");
  assert.ok(Math.abs(more[added].rate - 3) < 0.1, `at the pointer's rate: ${more[added].rate}`);
  assert.equal(await page.evaluate(() => document.activeElement.dataset.handle), String(added), "the new one has the focus");
  assert.match(await page.getByTestId("chosen").innerText(), /^21:30, (2\.9|3)[\d.]* a second$/);
  await tool(page, "remove-chosen").click();
  await frames(page, 2);
  assert.deepEqual(await points(page), before);
});

test("the tools add points and spikes, and remove all but the last point", async (visitor) => {
  const { page } = await opened(visitor);
  const before = { points: await points(page), spikes: await spikes(page) };
  assert.equal(await tool(page, "remove-chosen").getAttribute("aria-disabled"), "true", "nothing is chosen yet");
  await tool(page, "add-spike").click();
  await tool(page, "add-point").click();
  await frames(page, 2);
  assert.equal((await spikes(page)).length, before.spikes.length + 1);
  assert.equal((await points(page)).length, before.points.length + 1);
  for (let left = before.points.length; left > 0; left -= 1) {
    await tool(page, "remove-chosen").click();
    await frames(page, 1);
  }
  assert.equal((await points(page)).length, 1);
  const remove = tool(page, "remove-chosen");
  assert.equal(await remove.getAttribute("aria-disabled"), "true");
  assert.match(await remove.getAttribute("title"), /last point/);
  await remove.evaluate((button) => button.click());
  await frames(page, 1);
  assert.equal((await points(page)).length, 1, "the last point stays");
});

test("what is read beside a handle stays within the page", { viewport: { width: 360, height: 740 } }, async (visitor) => {
  const { page } = await opened(visitor);
  await choose(page, "ramp-1000").catch(() => {});
  await settled(page);
  for (const one of [handle(page, 0), page.locator("[data-handle]").last()]) {
    const [x, y] = await spot(one);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 400, y - 5);
    await frames(page, 2);
    await page.mouse.move(x + 400, y - 5);
    await frames(page, 2);
    const { left, right } = await page.locator(".readout").evaluate((text) => text.getBoundingClientRect());
    assert.ok(left >= 0 && right <= 360 && right > left, `${left} to ${right}`);
    await page.mouse.up();
  }
});

test("a typed time that collides is moved aside in the table, and it says so", async (visitor) => {
  const { page } = await opened(visitor);
  await page.getByText("The traffic as a table").click();
  const said = page.getByTestId("table-said");
  const time = page.getByLabel("Time of traffic at 05:00");
  await time.fill("02:35");
  await page.keyboard.press("Tab");
  await frames(page, 2);
  assert.match(await said.innerText(), /02:35 became 02:45/);
  assert.ok((await points(page)).some((point) => point.time === "02:45"));
  const value = page.getByLabel("traffic at 02:45", { exact: true });
  await value.fill("99999");
  await value.blur();
  assert.match(await said.innerText(), /most there can be: 20,000/);
  const count = (await points(page)).length;
  await page.locator(".traffic-table").getByRole("button", { name: "Add a point" }).click();
  await frames(page, 2);
  assert.equal((await points(page)).length, count + 1);
});

test("pulling costs the page little of each frame", async (visitor) => {
  const { page } = await opened(visitor);
  const [x, y] = await spot(await peak(page));
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.evaluate(() => {
    globalThis.costs = [];
    addEventListener("pointermove", () => (globalThis.began = performance.now()), true);
    addEventListener("pointermove", () => globalThis.costs.push(performance.now() - globalThis.began));
  });
  for (let move = 1; move <= 40; move += 1) {
    await page.mouse.move(x, y - move);
    await frames(page, 1);
  }
  await page.mouse.up();
  const costs = (await page.evaluate(() => globalThis.costs)).sort((a, b) => a - b);
  const median = costs[Math.floor(costs.length / 2)];
  assert.ok(median < 8, `${median} ms in the median of ${costs.length} moves`);
});

async function opened(visitor) {
  await visitor.open();
  await settled(visitor.page);
  return visitor;
}

test("the keys are not explained to a hand that pulls", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  await drag(page, await peak(page));
  assert.equal(await page.locator("[data-testid=cue].shown").count(), 0);
  await page.mouse.up();
});
