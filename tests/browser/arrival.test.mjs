// The app takes the place of the first paint without anything jumping.
import assert from "node:assert/strict";
import { settled } from "./lib/lab.mjs";
import { test } from "./lib/suite.mjs";

for (const [where, viewport] of [
  ["a desk", { width: 1280, height: 800 }],
  ["a phone", { width: 360, height: 740 }],
]) {
  test(`nothing jumps while the page arrives on ${where}`, { viewport }, async (visitor) => {
    const { page } = visitor;
    await page.addInitScript(() => {
      globalThis.shifts = [];
      const note = (list) => {
        for (const { value, sources } of list.getEntries()) {
          globalThis.shifts.push({ value, of: sources.map(({ node }) => node?.className?.baseVal ?? node?.className) });
        }
      };
      new PerformanceObserver(note).observe({ type: "layout-shift", buffered: true });
    });
    await visitor.open();
    await settled(page);
    await page.waitForTimeout(500);
    const shifts = await page.evaluate(() => globalThis.shifts);
    const sum = shifts.reduce((all, { value }) => all + value, 0);
    assert.ok(sum <= 0.01, `${sum}: ${JSON.stringify(shifts)}`);
  });
}
