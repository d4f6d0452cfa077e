// The curve without a pointer: whatever can be pulled can be done by keys.
import assert from "node:assert/strict";
import { handle, points, spike, spikes, tool, whole } from "./lib/curve.mjs";
import { frames, rate, read, settled } from "./lib/lab.mjs";
import { test } from "./lib/suite.mjs";

test("grabbed by Enter, a point moves in time, and Escape puts back what was before", async (visitor) => {
  const { page } = await opened(visitor);
  const before = await points(page);
  await handle(page, 6).focus();
  await press(page, "Enter");
  assert.ok((await handle(page, 6).getAttribute("class")).includes("grabbed"));
  assert.equal(await handle(page, 6).getAttribute("aria-roledescription"), "grabbed slider");
  assert.match(await said(page), /^Held: 18:00, 4\.17 a second\..*Escape/);
  await press(page, "ArrowRight", "ArrowRight", "Shift+ArrowLeft", "ArrowUp");
  assert.deepEqual([(await points(page))[6].time, (await points(page))[6].rate > 4.17], ["18:25", true]);
  await press(page, "Escape");
  assert.deepEqual(await points(page), before, "exactly what was");
  assert.equal(await handle(page, 6).getAttribute("aria-roledescription"), null);
  await press(page, "Space", "ArrowLeft", "Space");
  assert.equal((await points(page))[6].time, "17:45");
  assert.match(await said(page), /^Let go at 17:45/);
  await press(page, "ArrowRight");
  assert.equal(await focused(page), "handle 7", "let go, the arrows walk again");
});

test("a grabbed point stays between its neighbours", async (visitor) => {
  const { page } = await opened(visitor);
  await handle(page, 6).focus();
  await press(page, "Enter", ...Array(12).fill("ArrowRight"));
  assert.equal((await points(page))[6].time, "19:45");
  assert.equal(await focused(page), "handle 6");
});

test("Delete removes and the neighbour gets the focus, Insert and plus add", async (visitor) => {
  const { page } = await opened(visitor);
  const before = await points(page);
  await handle(page, 8).focus();
  await press(page, "Delete");
  assert.deepEqual(await points(page), before.slice(0, 8));
  assert.equal(await focused(page), "handle 7");
  await press(page, "Backspace");
  assert.equal((await points(page)).length, 7);
  assert.equal(await focused(page), "handle 6");
  await press(page, "Home", "Insert");
  assert.equal((await points(page)).at(-1).time, "22:15", "halfway to the first of the next day");
  assert.equal(await focused(page), "handle 7");
  assert.equal((await points(page)).length, 8);
  await spike(page, 3).focus();
  await press(page, "+");
  assert.deepEqual((await spikes(page))[4], { time: "03:30", rate: 50 });
  assert.equal(await focused(page), "spike 4");
  await press(page, "Delete");
  assert.equal((await spikes(page)).length, 24);
});

test("the last point cannot be removed, and it is said why", async (visitor) => {
  const { page } = await opened(visitor);
  await handle(page, 0).focus();
  await press(page, ...Array(12).fill("Delete"));
  assert.equal((await points(page)).length, 1);
  assert.match(await said(page), /last point stays/);
  assert.equal(await focused(page), "handle 0");
});

test("the whole day goes up and down by one factor, and in time when it is grabbed", async (visitor) => {
  const { page } = await opened(visitor);
  const before = await points(page);
  const start = await rate(whole(page));
  await whole(page).focus();
  await press(page, "PageUp");
  const more = await points(page);
  assert.ok(more.every(({ rate }, index) => Math.abs(rate / before[index].rate - 1.25) < 0.001));
  assert.ok((await rate(whole(page))) > 1.2 * start);
  await press(page, "PageDown");
  assert.deepEqual(await points(page), before, "the opposite key leads back");
  await press(page, "Enter", "ArrowRight", "Shift+ArrowRight", "Enter");
  assert.ok((await points(page)).some(({ time, rate }) => time === "18:20" && rate === 4.17));
  assert.ok((await spikes(page)).some(({ time }) => time === "00:20"));
});

test("keys alone do all that a pointer can", async (visitor) => {
  const { page } = await opened(visitor);
  const before = { ...(await read(page)), points: await points(page) };
  await tool(page, "brush").focus();
  for (const expected of ["handle 0", "spike 0", "whole"]) {
    await press(page, "Tab");
    assert.equal(await focused(page), expected, "one stop for the points, one for the spikes, one for the day");
  }
  await press(page, "PageUp", "Shift+Tab", "ArrowRight", "PageUp", "Enter", "ArrowRight", "Enter", "+", "Delete");
  assert.ok((await spikes(page)).some(({ time, rate }) => time === "01:15" && rate > 50), "a spike is higher and later");
  await press(page, "Shift+Tab", "ArrowRight", "+", "PageUp", "Shift+ArrowRight", "Delete", "ArrowLeft", "Delete");
  const after = await points(page);
  assert.equal(after.length, before.points.length - 1);
  assert.ok((await settled(page)).price > before.price);
  await tool(page, "brush").focus();
  await press(page, "Enter", "Escape");
  assert.equal(await tool(page, "brush").getAttribute("aria-pressed"), "false");
});

test("the keys are named once, until the first change, and again on a question mark", async (visitor) => {
  const { page } = await opened(visitor);
  const isShown = () => page.getByTestId("cue").evaluate((cue) => cue.classList.contains("shown"));
  const place = () => page.locator("svg.plot").evaluate((svg) => svg.getBoundingClientRect().top + scrollY);
  const top = await place();
  assert.equal(await isShown(), false);
  await tool(page, "brush").focus();
  await press(page, "Tab");
  assert.equal(await isShown(), true);
  assert.match(await page.getByTestId("cue").innerText(), /Enter take hold/);
  assert.equal(await place(), top, "nothing has moved");
  await press(page, "ArrowRight");
  assert.equal(await isShown(), true, "still there at the next one");
  await press(page, "Enter");
  assert.match(await page.getByTestId("cue").innerText(), /Esc put back/);
  await press(page, "ArrowUp");
  assert.equal(await isShown(), false);
  await press(page, "Enter", "Tab");
  assert.equal(await isShown(), false, "not a second time");
  await press(page, "?");
  assert.equal(await isShown(), true);
  await tool(page, "brush").focus();
  await frames(page, 1);
  assert.equal(await isShown(), false, "gone with the focus");
});

async function opened(visitor) {
  await visitor.open();
  await settled(visitor.page);
  return visitor;
}

async function press(page, ...keys) {
  for (const key of keys) {
    await page.keyboard.press(key);
    await frames(page, 2);
  }
}

const said = (page) => page.getByTestId("curve-said").innerText();

/** Which handle has the focus: "handle 3", "spike 0" or "whole". */
function focused(page) {
  return page.evaluate(() => {
    const [[kind, index]] = Object.entries({ ...document.activeElement.dataset });
    return `${kind} ${index}`.trim();
  });
}
