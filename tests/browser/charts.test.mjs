// The charts: one time of day is read in all of them, by mouse, key and touch; sharp on every screen; drawn when seen.
import assert from "node:assert/strict";
import { choose, frames, settled, turn } from "./lib/lab.mjs";
import { test } from "./lib/suite.mjs";

const whole = { width: 1280, height: 2400 };
const ratios = [1, 1.5, 2, 3];
const ofTheDay = ["traffic", "latency", "delays", "copies"];

const chart = (page, key) => page.locator(`[data-chart=${key}]`);
const words = (page, key) => chart(page, key).locator(".chart-words").innerText();
const lines = (page) => page.locator(".chart-line:visible").count();

/** Waits until the charts of the day are drawn. */
async function drawn(page) {
  await settled(page);
  await page.waitForFunction((count) => document.querySelectorAll(".chart-time").length >= count, ofTheDay.length);
}

/** Where a time of day stands in the picture, in pixels of the window. */
async function placeOf(page, key, hour) {
  await chart(page, key).scrollIntoViewIfNeeded();
  const box = await chart(page, key).locator(".chart-time").boundingBox();
  return [box.x + (box.width * hour) / 24, box.y + box.height / 2];
}

test("a mouse over one chart reads the same time in all, and nothing moves", { viewport: whole }, async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await drawn(page);
  const tops = () => page.locator(".chart-canvas").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
  const [before, still] = [await words(page, "traffic"), await tops()];
  await page.mouse.move(...(await placeOf(page, "latency", 18)));
  await frames(page, 2);
  for (const key of ofTheDay) assert.match(await words(page, key), /^18:00 · \S/, key);
  assert.equal(await lines(page), ofTheDay.length);
  const [x] = await placeOf(page, "traffic", 18);
  const line = await chart(page, "traffic").locator(".chart-line").boundingBox();
  assert.ok(Math.abs(line.x + line.width / 2 - x) <= 1, `the line stands at 18:00: ${line.x} and ${x}`);
  assert.deepEqual(await tops(), still, "no picture moves");
  await page.mouse.move(5, 5);
  await frames(page, 2);
  assert.equal(await lines(page), 0, "it leaves with the mouse");
  assert.equal(await words(page, "traffic"), before);
});

test("the picture is not drawn again while it is read", { viewport: whole }, async (visitor) => {
  await visitor.page.addInitScript(countPictures);
  await visitor.open();
  const { page } = visitor;
  await drawn(page);
  const before = await pictures(page);
  for (const hour of [3, 9, 15, 21]) {
    await page.mouse.move(...(await placeOf(page, "traffic", hour)));
    await frames(page, 2);
  }
  assert.deepEqual(await pictures(page), before);
});

test("keys move the reading: arrows by five minutes, page keys by an hour, Escape ends it", { viewport: whole }, async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await drawn(page);
  const slider = page.getByRole("slider", { name: "Time of day in 'Requests over the day'" });
  await slider.focus();
  const seen = [];
  for (const key of ["ArrowRight", "PageUp", "ArrowLeft", "PageDown", "End", "PageUp", "Home", "PageDown"]) {
    await page.keyboard.press(key);
    seen.push((await slider.getAttribute("aria-valuetext")).slice(0, 5));
    assert.equal(await words(page, "traffic"), await slider.getAttribute("aria-valuetext"));
  }
  assert.deepEqual(seen, ["12:05", "13:05", "13:00", "12:00", "23:55", "23:55", "00:00", "00:00"]);
  assert.equal(await lines(page), ofTheDay.length);
  const ring = await slider.evaluate((one) => getComputedStyle(one).outlineStyle);
  assert.notEqual(ring, "none", "the focus is seen");
  await page.keyboard.press("Escape");
  await frames(page, 2);
  assert.equal(await lines(page), 0);
});

test("a finger reads by tapping and by going along, and still scrolls up and down", { viewport: { width: 360, height: 740 }, hasTouch: true }, async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  await chart(page, "traffic").scrollIntoViewIfNeeded();
  await chart(page, "traffic").locator(".chart-time").waitFor({ state: "attached" });
  const finger = await page.context().newCDPSession(page);
  const touch = (type, points) => finger.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
  const [x, y] = await placeOf(page, "traffic", 6);
  const [far] = await placeOf(page, "traffic", 18);
  await touch("touchStart", [[x, y]]);
  for (let step = 1; step <= 10; step += 1) await touch("touchMove", [[x + ((far - x) * step) / 10, y]]);
  await touch("touchEnd", []);
  await frames(page, 2);
  assert.match(await words(page, "traffic"), /^1[78]:\d\d · /, "it stays to be read");
  const top = () => page.evaluate(() => scrollY);
  const before = await top();
  await touch("touchStart", [[x, y]]);
  for (let step = 1; step <= 10; step += 1) await touch("touchMove", [[x, y - 15 * step]]);
  await touch("touchEnd", []);
  await page.waitForFunction((from) => scrollY > from + 40, before);
  assert.equal(await lines(page), 0, "a page that scrolls is not read");
});

test("the line and the bars of the queue are there only where requests can wait in one", { viewport: whole }, async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await drawn(page);
  assert.equal(await chart(page, "queue").count(), 0);
  await choose(page, "batch-2000");
  await turn(page, "queue", true);
  await settled(page);
  await chart(page, "queue").locator(".chart-time").waitFor({ state: "attached" });
  await page.mouse.move(...(await placeOf(page, "queue", 6)));
  await frames(page, 2);
  assert.match(await words(page, "queue"), /^06:00 · (nobody in line|\S+ in line, the first for )/);
});

test("what the marks mean is told in words, and each leads the charts to its time", { viewport: whole }, async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  await choose(page, "batch-2000");
  await drawn(page);
  await page.getByText("3 moments of the day stand out").click();
  const moments = page.locator(".moments button");
  const told = await moments.allInnerTexts();
  assert.equal(told.length, 3);
  assert.match(told[1], /^02:00 · 2,000 are sent at once, and 1,000 are turned away, because all 1,000 places are taken\.$/);
  await moments.nth(1).focus();
  await page.keyboard.press("Enter");
  await frames(page, 2);
  for (const key of ofTheDay) assert.match(await words(page, key), /^02:00 · .*; (copies start|turned away)/, key);
  assert.equal(await lines(page), ofTheDay.length);
  const slider = page.getByRole("slider", { name: "Time of day in 'Requests over the day'" });
  assert.match(await slider.getAttribute("aria-valuetext"), /turned away/, "a screen reader hears it where it is");
});

test("the bill says how each line is reckoned, and from which source", { viewport: whole }, async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await drawn(page);
  await page.getByText("What a month costs in numbers").click();
  await chart(page, "bill").locator("tfoot").waitFor();
  const rows = await chart(page, "bill").locator("tbody tr").allInnerTexts();
  assert.ok(rows.length >= 2);
  for (const row of rows) assert.match(row, /[\d.]+.* × \$?[\d.]+[\s\S]*\$\d[\s\S]*seen \d{4}/);
  assert.match(await chart(page, "bill").locator("tfoot").innerText(), /Together\s+\$\d/);
});

test("every picture has two sentences", { viewport: whole }, async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await drawn(page);
  const labels = await page.locator(".chart-canvas").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
  assert.equal(labels.length, 6);
  for (const label of labels) assert.match(label, /^\S.*\.\s\S.*\.$/);
});

for (const deviceScaleFactor of ratios) {
  test(`pictures have a pixel for each of a screen of ratio ${deviceScaleFactor}`, { viewport: whole, deviceScaleFactor }, async (visitor) => {
    await visitor.open();
    const { page } = visitor;
    await drawn(page);
    const sizes = await page.locator(".chart-canvas").evaluateAll((all) =>
      all.map((one) => [one.width, Math.round(one.clientWidth * devicePixelRatio), one.height, Math.round(one.clientHeight * devicePixelRatio)]),
    );
    assert.equal(sizes.length, 6);
    for (const [width, wide, height, high] of sizes) assert.deepEqual([width, height], [wide, high]);
    const edges = await page.locator(".chart-time").evaluateAll((all) => all.map((one) => one.getBoundingClientRect()).map(({ left, right }) => [left, right]));
    // The same in every ratio, to a pixel of the layout: what the first saw is what all must see.
    firstEdges ??= edges;
    for (const [index, [left, right]] of edges.entries()) {
      const [first, last] = firstEdges[index];
      assert.ok(Math.abs(left - first) <= 1 && Math.abs(right - last) <= 1, `${[left, right]} and ${[first, last]}`);
    }
  });
}
let firstEdges;

test("what is off the screen is not drawn while a hand moves, but once it rests, and for print", { viewport: { width: 360, height: 500 } }, async (visitor) => {
  await visitor.page.addInitScript(countPictures);
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  const seen = async (key) => (await pictures(page))[key] ?? 0;
  await page.waitForFunction(() => globalThis.pictures.causes > 0);
  const drawn = await page.evaluate(async () => {
    const before = globalThis.pictures.causes;
    const memory = document.querySelector("#knob-memory_mb");
    for (let step = 1; step <= 10; step += 1) {
      memory.value = 512 + 64 * step;
      memory.dispatchEvent(new Event("input", { bubbles: true }));
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return globalThis.pictures.causes - before;
  });
  assert.equal(drawn, 0, "nobody sees it");
  const moved = await seen("causes");
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.ok((await seen("causes")) > moved, "it is there on paper at once");
  await turn(page, "memory_mb", 2048);
  await page.waitForFunction((count) => globalThis.pictures.causes > count, moved + 1);
});

test("pictures follow a theme that is set on the page", { viewport: whole }, async (visitor) => {
  await visitor.page.addInitScript(countPictures);
  await visitor.open();
  const { page } = visitor;
  await drawn(page);
  const before = (await pictures(page)).traffic;
  await page.evaluate(() => (document.documentElement.dataset.theme = "dark"));
  await page.waitForFunction((count) => globalThis.pictures.traffic > count, before);
});

test("pictures are in the person's colours where these are forced", { viewport: whole, forcedColors: "active" }, async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await drawn(page);
  const [paper, canvas, inks] = await page.evaluate(() => {
    const probe = document.body.appendChild(document.createElement("div"));
    probe.style.cssText = "background-color: Canvas";
    const canvas = getComputedStyle(probe).backgroundColor.match(/\d+/g).slice(0, 3).map(Number);
    probe.remove();
    const picture = document.querySelector("[data-chart=traffic] canvas");
    const { data } = picture.getContext("2d").getImageData(0, 0, picture.width, picture.height);
    const counts = new Map();
    for (let at = 0; at < data.length; at += 4) {
      const colour = data.slice(at, at + 3).join();
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    const most = [...counts].sort((a, b) => b[1] - a[1]);
    return [most[0][0], canvas.join(), most.filter(([, count]) => count > 200).length];
  });
  assert.equal(paper, canvas, "the paper is the person's");
  assert.ok(inks >= 3, `and something is drawn on it: ${inks} colours`);
});

/** Counts how often each chart's picture is begun: every one begins by filling its paper. */
function countPictures() {
  globalThis.pictures = {};
  const fill = CanvasRenderingContext2D.prototype.fillRect;
  CanvasRenderingContext2D.prototype.fillRect = function (...box) {
    const key = this.canvas.closest?.("[data-chart]")?.dataset.chart;
    if (key && box[2] >= this.canvas.width - 1 && box[3] >= this.canvas.height - 1) {
      globalThis.pictures[key] = (globalThis.pictures[key] ?? 0) + 1;
    }
    return fill.apply(this, box);
  };
}

const pictures = (page) => page.evaluate(() => ({ ...globalThis.pictures }));
