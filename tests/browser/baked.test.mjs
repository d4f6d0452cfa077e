// What the site says before any of its code has run: to readers, to previews of links, to sites that embed.
import assert from "node:assert/strict";
import { settled } from "./lib/lab.mjs";
import { test } from "./lib/suite.mjs";

const situations = ["notifications", "batch-2000", "steady-1000", "documents"];

for (const key of situations) {
  test(`the page of ${key} says without any script what the app settles at`, async (visitor) => {
    const { page } = visitor;
    await visitor.open(`${key}.html`);
    await settled(page);
    // The band of other days comes last; where another one stays, the comparison below says which.
    const { baked: expected } = await page.evaluate(bakedAndShown, `${key}.html`);
    const isSaid = (sentence) => document.querySelector(".sentence").textContent === sentence;
    await page.waitForFunction(isSaid, expected.sentence).catch(() => {});
    const { baked, shown } = await page.evaluate(bakedAndShown, `${key}.html`);
    assert.deepEqual(shown, baked);
    assert.equal(await page.locator("#situation").inputValue(), key);
  });
}

test("the front page holds the first situation's answer, within its first 30 KB", async (visitor) => {
  await visitor.open();
  const text = await (await fetch(visitor.site)).text();
  const at = text.indexOf("you pay $");
  assert.ok(at > 0 && at < 30_000, `the sentence stands at ${at}`);
});

test("a page whose link leads elsewhere does not claim its own answer to be that", async (visitor) => {
  const { page } = visitor;
  await page.route(/_bg\.wasm$/, (route) => route.abort());
  visitor.expect(/Burstlab could not start/);
  visitor.expect(/Failed to load resource/);
  await visitor.open("#v=1&situation=steady-1000");
  await page.locator("[data-testid=broken]").waitFor();
  assert.deepEqual(await page.locator("strong[data-baked]").allInnerTexts(), ["…", "…", "…"]);
});

test("every situation has a picture of 1200 by 630 and a description for those who embed", async (visitor) => {
  const { page, site } = visitor;
  await visitor.open();
  const keys = await page.locator("#situation option").evaluateAll((options) => options.map(({ value }) => value));
  assert.ok(keys.length > 10);
  for (const key of keys) {
    const picture = Buffer.from(await (await fetch(new URL(`${key}.png`, site))).arrayBuffer());
    assert.deepEqual([picture.readUInt32BE(16), picture.readUInt32BE(20)], [1200, 630], key);
    const described = await (await fetch(new URL(`${key}.oembed.json`, site))).json();
    assert.equal(described.type, "rich");
    assert.ok(described.html.includes(`${key}.html?embed`), described.html);
    const text = await (await fetch(new URL(`${key}.html`, site))).text();
    for (const named of [`${key}.png`, `${key}.oembed.json`]) assert.ok(text.includes(named), `${key} names ${named}`);
  }
});

/** Runs in the page: the words of the page as it came and as it is. */
async function bakedAndShown(address) {
  const came = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
  const words = (root) => ({
    figures: [...root.querySelectorAll(".figure")].map((figure) => figure.textContent.replaceAll(/\s+/g, " ").trim()),
    sentence: root.querySelector(".sentence").textContent,
    story: root.querySelector(".story").textContent,
    hasUnanswered: root.querySelector(".unanswered").classList.contains("some"),
  });
  return { baked: words(came), shown: words(document) };
}
