// Share links, broken ones first of all: they come from old pages, chat programs and typing hands.
import assert from "node:assert/strict";
import { read, settled, turn } from "./lib/lab.mjs";
import { test } from "./lib/suite.mjs";

for (const fragment of ["#v=1&memory_mb=127&nonsense=7", "#v=99", "#%E0%A4%A", "#v=1&memory_mb=lots"]) {
  test(`the broken link ${fragment} is explained, and the page goes on working`, async (visitor) => {
    await visitor.open(fragment);
    const { page } = visitor;
    const message = page.locator("[data-testid=error]");
    await message.waitFor({ state: "visible" });
    assert.ok((await message.innerText()).trim().length > 20, "a message in words");
    const before = await settled(page);
    await turn(page, "memory_mb", 2048);
    const after = await settled(page);
    assert.notEqual(after.price, before.price, "the knobs still turn");
  });
}

test("of a link that was cut off, all that is whole is opened", async (visitor) => {
  const { page } = visitor;
  await visitor.open("#v=1&situation=batch-2000&memory_mb=2048&queue=o");
  await page.locator("[data-testid=error]").waitFor({ state: "visible" });
  const cut = await settled(page);
  await visitor.open("#v=1&situation=batch-2000&memory_mb=2048");
  const { price, wait } = await settled(page);
  assert.deepEqual([cut.price, cut.wait], [price, wait]);
});

test("the link that a pause writes brings back the same answer", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  await turn(page, "memory_mb", 2048);
  const shown = await settled(page);
  await page.waitForFunction(() => location.hash.includes("memory_mb=2048"), undefined, { timeout: 10_000 });
  await visitor.open(await page.evaluate(() => location.hash));
  await settled(page);
  assert.deepEqual(await read(page), shown);
});
