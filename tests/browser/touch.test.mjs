// The curve on a phone, by real touches: everything can be done, and the page still scrolls.
import assert from "node:assert/strict";
import { farthestOff, handle, line, points, put, spike, spikes, spot, tool, whole } from "./lib/curve.mjs";
import { frames, peak, rate, settled } from "./lib/lab.mjs";
import { test } from "./lib/suite.mjs";

const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

test("a finger pulls a point, and the page stays where it is", phone, async (visitor) => {
  const { page, finger } = await opened(visitor);
  const one = await peak(page);
  const [start, [x, y]] = [await rate(one), await spot(one)];
  await finger.down(x, y);
  await finger.move(x, y - 60);
  assert.ok((await rate(one)) > 1.2 * start, "it follows the finger");
  await finger.up();
  assert.equal(await scrolled(page), 0, "a swipe on a handle does not scroll");
  assert.ok((await rate(one)) > 1.2 * start);
});

test("a swipe beside the line scrolls the page and changes nothing", phone, async (visitor) => {
  const { page, finger } = await opened(visitor);
  const before = await points(page);
  const [x, y] = await put(page, 13, 4);
  await finger.down(x, y);
  await finger.move(x, y - 150);
  await finger.up();
  await page.waitForFunction(() => scrollY > 50);
  assert.deepEqual(await points(page), before);
});

test("a finger in the area under the line scrolls the page too", phone, async (visitor) => {
  const { page, finger } = await opened(visitor);
  const before = await points(page);
  const [x, y] = await put(page, 7.5, 0.25);
  await finger.down(x, y);
  await finger.move(x, y - 150);
  await finger.up();
  await page.waitForFunction(() => scrollY > 50);
  assert.deepEqual(await points(page), before);
});

test("a second finger does not disturb the first", phone, async (visitor) => {
  const { page, finger } = await opened(visitor);
  const one = await peak(page);
  const [x, y] = await spot(one);
  const morning = await spot(handle(page, 2));
  const before = await points(page);
  await finger.down(x, y);
  await finger.move(x, y - 20);
  await finger.second(morning[0], morning[1], morning[0], morning[1] - 50);
  await finger.move(x, y - 40);
  await finger.up();
  const after = await points(page);
  assert.ok(after[6].rate > before[6].rate);
  assert.equal(after[2].rate, before[2].rate, "what the second finger touched stays");
});

test("a touch that the browser takes back changes nothing and holds nothing", phone, async (visitor) => {
  const { page, finger } = await opened(visitor);
  const before = await points(page);
  const [x, y] = await spot(await peak(page));
  await finger.down(x, y);
  await finger.move(x, y - 50);
  await finger.cancel();
  await frames(page, 2);
  assert.deepEqual(await points(page), before);
  assert.equal(await page.locator(".plot.held").count(), 0);
});

test("a finger draws with the brush", phone, async (visitor) => {
  const { page, finger } = await opened(visitor);
  await tool(page, "brush").tap();
  const hours = Array.from({ length: 31 }, (_, step) => 8 + step / 3);
  const stroke = await Promise.all(hours.map((hour) => put(page, hour, 2 + Math.sin(hour / 2))));
  await finger.down(...stroke[0]);
  for (const place of stroke) await finger.move(...place, 1);
  const off = farthestOff(stroke, await line(page));
  assert.ok(off < 4, `the line is under the finger: ${off} px off`);
  await finger.up();
  assert.ok((await points(page)).length <= 25);
  assert.equal(await scrolled(page), 0);
  await tool(page, "brush").tap();
  assert.equal(await tool(page, "brush").getAttribute("aria-pressed"), "false");
});

test("a double tap adds a point, and buttons add and remove", phone, async (visitor) => {
  const { page } = await opened(visitor);
  const before = { points: await points(page), spikes: await spikes(page) };
  const [x, y] = await put(page, 13, 3);
  await page.touchscreen.tap(x, y);
  await page.touchscreen.tap(x, y);
  await frames(page, 3);
  const more = await points(page);
  assert.equal(more.length, before.points.length + 1, "after two taps");
  await tool(page, "remove-chosen").tap();
  await frames(page, 2);
  assert.deepEqual(await points(page), before.points);
  await tool(page, "add-point").tap();
  await tool(page, "add-spike").tap();
  await frames(page, 2);
  assert.equal((await points(page)).length, before.points.length + 1);
  assert.equal((await spikes(page)).length, before.spikes.length + 1);
});

test("of spikes that stand close together the nearest is held", phone, async (visitor) => {
  const { page, finger } = await opened(visitor);
  for (const index of [3, 4, 15]) {
    const [x, y] = await spot(spike(page, index));
    const before = await spikes(page);
    await finger.down(x + 3, y - 3);
    await finger.move(x + 3, y - 43);
    await finger.up();
    const changed = (await spikes(page)).map(({ rate }, at) => [rate, at]).filter(([rate, at]) => rate !== before[at].rate);
    assert.deepEqual(changed.map(([, at]) => at), [index], "this one and no other");
  }
});

test("a finger pulls the whole day by its handle", phone, async (visitor) => {
  const { page, finger } = await opened(visitor);
  const before = await points(page);
  const [x, y] = await spot(whole(page));
  await finger.down(x, y);
  await finger.move(x, y - 50);
  await finger.up();
  const after = await points(page);
  const factors = after.map(({ rate }, index) => rate / before[index].rate);
  assert.ok(factors[6] > 1.1 && factors.every((factor) => Math.abs(factor / factors[6] - 1) < 0.01), `${factors}`);
  assert.equal(await scrolled(page), 0);
});

test("what a finger has to hit is at least 24 pixels", phone, async (visitor) => {
  const { page } = await opened(visitor);
  const small = await page.locator(".handle .target, .whole .pill, .tool").evaluateAll((all) =>
    all.map((one) => one.getBoundingClientRect()).filter(({ width, height }) => Math.min(width, height) < 24),
  );
  assert.deepEqual(small, []);
});

async function opened(visitor) {
  await visitor.open();
  await settled(visitor.page);
  await visitor.page.locator("svg.plot").evaluate((svg) => scrollTo(0, 0));
  return { page: visitor.page, finger: new Finger(visitor.page, await visitor.context.newCDPSession(visitor.page)) };
}

const scrolled = (page) => page.evaluate(() => scrollY);

/** A finger on the glass: what it does goes through the browser's own handling of touches. */
class Finger {
  constructor(page, session) {
    Object.assign(this, { page, session });
  }

  async down(x, y) {
    await this.send("touchStart", [{ x, y, id: 1 }]);
  }

  /** Moves there in small steps, as fingers do. */
  async move(x, y, steps = 8) {
    const [fromX, fromY] = this.at;
    for (let step = 1; step <= steps; step += 1) {
      const share = step / steps;
      await this.send("touchMove", [{ x: fromX + (x - fromX) * share, y: fromY + (y - fromY) * share, id: 1 }]);
      await frames(this.page, 1);
    }
    await frames(this.page, 1);
  }

  /** Another finger comes, moves and goes, while this one stays. */
  async second(fromX, fromY, toX, toY) {
    const [x, y] = this.at;
    const first = { x, y, id: 1 };
    await this.session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [first, { x: fromX, y: fromY, id: 2 }] });
    await this.session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [first, { x: toX, y: toY, id: 2 }] });
    await frames(this.page, 2);
    await this.session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [first] });
    await frames(this.page, 2);
  }

  async up() {
    await this.send("touchEnd", []);
    await frames(this.page, 2);
  }

  async cancel() {
    await this.send("touchCancel", []);
  }

  async send(type, touchPoints) {
    if (touchPoints.length > 0) this.at = [touchPoints[0].x, touchPoints[0].y];
    await this.session.send("Input.dispatchTouchEvent", { type, touchPoints });
  }
}
