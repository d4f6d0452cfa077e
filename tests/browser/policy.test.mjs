// The strict content security policy: nothing that a person does breaks it, and a breach would be noticed. Every visitor
// listens for breaches in page and workers (lib/visitor.mjs); here is a visit that touches everything.
import assert from "node:assert/strict";
import { choose, frames, settled, still, topOfPeak, turn, unfold } from "./lib/lab.mjs";
import { test } from "./lib/suite.mjs";

test("a visit with every fold open, a drag and two situations breaks the policy nowhere", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  await unfold(page);
  await drag(page);
  for (const situation of ["batch-2000", "notifications"]) {
    await choose(page, situation);
    await turn(page, "queue", true);
    await settled(page);
  }
  await still(page);
  for (const canvas of await page.locator("figure canvas").all()) {
    await canvas.scrollIntoViewIfNeeded();
    await still(page);
    assert.ok(await canvas.evaluate(isPainted), await canvas.getAttribute("aria-label"));
  }
});

test("a breach of the policy is noticed, in the page and in its worker", async (visitor) => {
  visitor.expect(/style-src-attr blocked inline in the page/);
  visitor.expect(/connect-src blocked https:\/\/example\.org\/ in a worker/);
  visitor.expect(/Content Security Policy/);
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  await page.evaluate(() => document.body.setAttribute("style", "color: red"));
  await page.workers()[0].evaluate(() => fetch("https://example.org/").catch(() => {}));
  await frames(page, 5);
});

async function drag(page) {
  await page.evaluate(() => scrollTo(0, 0));
  const { x, y } = await topOfPeak(page);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y - 40, { steps: 10 });
  await page.mouse.up();
  await settled(page);
}

/** Runs in the page. */
function isPainted(canvas) {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value) => value > 0);
}
