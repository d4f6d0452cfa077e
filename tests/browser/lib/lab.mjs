// The page in the words of its contract: numbers, state, knobs and handles. Tests speak these words only, so that a
// change of markup is a change here.
import assert from "node:assert/strict";

const settleMs = 60_000;

/** What the page shows: USD a month, seconds, share not answered, state. */
export function read(page) {
  return page.evaluate(() => {
    const value = (name) => Number(document.querySelector(`[data-testid=${name}]`)?.dataset.value ?? NaN);
    return {
      price: value("price"),
      wait: value("wait"),
      unanswered: value("unanswered"),
      state: document.documentElement.dataset.state,
    };
  });
}

/** The settled answer as the engine wrote it. */
export function outcome(page) {
  return page.evaluate(() => document.querySelector("#outcome-json").textContent);
}

/** Waits for the final answer. A change needs a frame to be noticed, hence a quarter second of calm. */
export async function settled(page) {
  const calm = () => {
    const now = performance.now();
    if (document.documentElement.dataset.state !== "settled") globalThis.settledSince = undefined;
    else globalThis.settledSince ??= now;
    return globalThis.settledSince !== undefined && now - globalThis.settledSince > 250;
  };
  await frames(page, 2);
  await page.evaluate(() => (globalThis.settledSince = undefined));
  await page.waitForFunction(calm, undefined, { timeout: settleMs, polling: "raf" }).catch(async (error) => {
    throw new Error(`the page did not settle within ${settleMs / 1000} s: ${JSON.stringify(await read(page))}\n${error.message}`);
  });
  return read(page);
}

/** Lets the page paint: what changed before is visible after. */
export function frames(page, count) {
  return page.evaluate(async (left) => {
    for (; left > 0; left -= 1) await new Promise((resolve) => requestAnimationFrame(resolve));
  }, count);
}

/** Waits until nothing on the page has changed for a while: tables fill late, colours fade. */
export function still(page, calmMs = 400) {
  return page.evaluate(async (calmMs) => {
    const isEndless = (animation) => animation.effect?.getComputedTiming().endTime === Infinity;
    let changed = performance.now();
    const observer = new MutationObserver(() => (changed = performance.now()));
    observer.observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
    while (performance.now() - changed < calmMs || !document.getAnimations().every(isEndless)) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    observer.disconnect();
  }, calmMs);
}

/** Text of so many percent, as from a browser's settings. */
export function enlarge(page, percent = 200) {
  return page.evaluate((size) => (document.documentElement.style.fontSize = size), `${percent}%`);
}

export async function choose(page, situation) {
  await reveal(page.locator("#situation"));
  await page.locator("#situation").selectOption(situation);
}

/** Sets a knob as a person would: a range or select by value, a checkbox by true or false. */
export async function turn(page, knob, value) {
  const input = page.locator(`#knob-${knob}`);
  await reveal(input);
  if (typeof value === "boolean") await input.setChecked(value);
  else if ((await input.evaluate((element) => element.tagName)) === "SELECT") await input.selectOption(String(value));
  else await input.fill(String(value));
}

/** The curve's handle with the highest rate: in the default situation the evening peak. */
export async function peak(page) {
  const handles = page.locator("[role=slider][data-handle]");
  await handles.first().waitFor();
  const rates = await handles.evaluateAll((all) => all.map((one) => Number(one.getAttribute("aria-valuenow"))));
  assert.ok(rates.every(Number.isFinite), `every handle has a numeric aria-valuenow: ${rates}`);
  return handles.nth(rates.indexOf(Math.max(...rates)));
}

/** Where on the screen the hand takes hold of the curve's highest point. */
export function topOfPeak(page) {
  return page.evaluate(() => {
    const handles = [...document.querySelectorAll("[role=slider][data-handle]")];
    const rate = (handle) => Number(handle.getAttribute("aria-valuenow"));
    const peak = handles.reduce((high, handle) => (rate(handle) > rate(high) ? handle : high));
    // The handle as a whole may have a stem that reaches far down.
    const { x, y, width, height } = (peak.querySelector("circle") ?? peak).getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  });
}

export const rate = async (handle) => Number(await handle.getAttribute("aria-valuenow"));

/** Opens every fold, and those that are made when theirs is opened. */
export async function unfold(page) {
  const closed = page.locator("details:not([open])");
  while ((await closed.count()) > 0) {
    await closed.evaluateAll((folds) => folds.forEach((fold) => (fold.open = true)));
    await frames(page, 2);
  }
}

/** Knobs may lie in a folded section, and most are made only when their fold is opened. */
async function reveal(locator) {
  if ((await locator.count()) === 0) await locator.page().locator("details.expert").evaluate((fold) => (fold.open = true));
  await locator.waitFor({ state: "attached" });
  await locator.evaluate((element) => {
    for (let fold = element.closest("details:not([open])"); fold; fold = fold.parentElement.closest("details:not([open])")) {
      fold.open = true;
    }
  });
  await locator.scrollIntoViewIfNeeded();
}

/** The longest time within half a second for which the page could do nothing else. */
export function longestTask(page) {
  return page.evaluate(async () => {
    let longest = 0;
    let last = performance.now();
    for (const end = last + 500; last < end; ) {
      await new Promise((resolve) => setTimeout(resolve));
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }
    return longest;
  });
}
