// Scenarios as text: what people paste is often broken, and sometimes enormous.
import assert from "node:assert/strict";
import { settled, turn } from "./lib/lab.mjs";
import { test } from "./lib/suite.mjs";

const millionPoints = `{"curve": [${Array(1_000_000).fill("[1,1]").join(",")}]}`;
const broken = [
  ["two bad numbers", '{"memory_mb": 127, "curve": [[9, -1]]}', ["memory_mb", "128 to 10240", "curve[0]", "-1"]],
  ["a curve of words", '{"curve": [["nine", "many"]], "memory_mb": 10241}', ["curve[0]", "two numbers", "memory_mb"]],
  ["a million points", millionPoints, ["1000000 entries", "200 at most"]],
  ["half a document", '{"memory_mb": 512', ["not JSON"]],
];

for (const [name, text, words] of broken) {
  test(`${name}: all that is wrong is told, and the page goes on working`, async (visitor) => {
    await visitor.open();
    const { page } = visitor;
    const before = await settled(page);
    await paste(page, text);
    const message = page.locator("[data-testid=error]");
    await message.waitFor({ state: "visible" });
    const said = await message.innerText();
    for (const word of words) assert.ok(said.includes(word), `${said} should say ${word}`);
    assert.equal((await settled(page)).price, before.price, "what was there is still there");
    await turn(page, "memory_mb", 2048);
    assert.notEqual((await settled(page)).price, before.price, "the knobs still turn");
  });
}

test("a good document is opened in place of what was there", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  const before = await settled(page);
  await paste(page, '{"situation": "notifications", "provisioned": 60}');
  const after = await settled(page);
  assert.ok(after.price > before.price + 300 && after.wait < before.wait / 2, JSON.stringify({ before, after }));
});

async function paste(page, text) {
  await page.getByText("Open or copy a scenario").click();
  await page.locator("#scenario-json").evaluate((field, value) => (field.value = value), text);
  await page.locator("[data-testid=open]").click();
}
