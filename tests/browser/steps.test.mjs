// Nothing is lost: steps back and forth, the beginning, and the browser's own back button.
import assert from "node:assert/strict";
import { choose, frames, peak, rate, read, settled, turn } from "./lib/lab.mjs";
import { test } from "./lib/suite.mjs";

const button = (page, name) => page.locator(`[data-testid=${name}]`);
const isOff = async (page, name) => (await button(page, name).getAttribute("aria-disabled")) === "true";
const numbers = ({ price, wait }) => [price, wait];
/** Long enough for a change to become a step. */
const rest = (page) => page.waitForTimeout(700);

test("a whole drag is one step, undone and done again by buttons", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  const before = await settled(page);
  assert.ok((await isOff(page, "undo")) && (await isOff(page, "redo")), "at first there is nothing to undo");
  const box = await (await peak(page)).boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let move = 1; move <= 6; move += 1) {
    await page.mouse.move(x, y - move * 5);
    await page.waitForTimeout(move === 3 ? 700 : 20);
  }
  await page.mouse.up();
  const pulled = await settled(page);
  await button(page, "undo").click();
  assert.deepEqual(numbers(await settled(page)), numbers(before), "one step leads all the way back");
  assert.ok(await isOff(page, "undo"));
  await button(page, "redo").click();
  assert.deepEqual(numbers(await settled(page)), numbers(pulled));
});

test("keys undo and do again, but not inside a field that is typed in", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  for (const memory of [1024, 2048]) {
    await turn(page, "memory_mb", memory);
    await rest(page);
  }
  const memory = () => page.locator("#knob-memory_mb").inputValue();
  const seen = [];
  for (const keys of ["Control+z", "Control+z", "Control+z", "Control+Shift+z", "Control+y", "Control+y"]) {
    await page.keyboard.press(keys);
    await frames(page, 2);
    seen.push(await memory());
  }
  assert.deepEqual(seen, ["1024", "512", "512", "1024", "2048", "2048"]);
  await page.locator("summary", { hasText: "Set memory exactly" }).click();
  await page.locator("#exact-memory_mb").focus();
  await page.keyboard.press("Control+z");
  await frames(page, 2);
  assert.equal(await memory(), "2048", "the field's own undo is left alone");
});

test("a step that is taken back at once, before it has come to rest, is taken back whole", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  await turn(page, "provisioned", 20);
  await page.keyboard.press("Control+z");
  await frames(page, 2);
  assert.equal(await page.locator("#knob-provisioned").inputValue(), "0");
});

test("starting again leads to the situation as it was, and can be undone", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  const before = await settled(page);
  await turn(page, "memory_mb", 3008);
  const changed = await settled(page);
  await button(page, "again").click();
  assert.deepEqual(numbers(await settled(page)), numbers(before));
  await button(page, "undo").click();
  assert.deepEqual(numbers(await settled(page)), numbers(changed));
});

test("the browser's back button leads to the situation before, with what was changed there", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  await turn(page, "memory_mb", 1024);
  const first = await settled(page);
  await choose(page, "batch-2000");
  const second = await settled(page);
  await page.waitForFunction(() => location.hash.includes("batch-2000"));
  await page.goBack();
  assert.deepEqual(numbers(await settled(page)), numbers(first));
  assert.equal(await page.locator("#situation").inputValue(), "notifications");
  await page.goForward();
  assert.deepEqual(numbers(await settled(page)), numbers(second));
});

test("reloading brings back what was there", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  const handle = await peak(page);
  await handle.focus();
  await page.keyboard.press("PageUp");
  const before = await settled(page);
  const height = await rate(handle);
  await rest(page);
  await page.reload();
  assert.deepEqual(numbers(await settled(page)), numbers(before));
  assert.equal(await rate(await peak(page)), height);
});

test("a copied link opens the same numbers elsewhere", async (visitor) => {
  await visitor.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  await turn(page, "provisioned", 30);
  const shown = await settled(page);
  await button(page, "copy-link").click();
  await page.getByText("Copied.").waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(link.startsWith(visitor.site) && link.length <= 400, link);
  await visitor.open(new URL(link).hash);
  await settled(page);
  assert.deepEqual(numbers(await read(page)), numbers(shown));
});
