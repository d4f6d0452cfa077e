// Within someone else's page: only what was asked for, as high as it is, and nothing left behind.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { read, settled, turn } from "./lib/lab.mjs";
import { test } from "./lib/suite.mjs";

const script = new URL("../../public/embed.js", import.meta.url);
const usual = "allow-scripts allow-popups";

/** A page of someone else's with a body of this markup; its own policy says nothing. */
async function host(visitor, body) {
  const markup = `<!doctype html><html lang="en"><title>A post</title>${body}`;
  await visitor.page.route("**/post.html", (route) => route.fulfill({ contentType: "text/html", body: markup }));
  await visitor.page.goto(new URL("post.html", visitor.site).href);
}

async function framed(page, index = 0) {
  const frame = await (await page.locator("iframe").nth(index).elementHandle()).contentFrame();
  await frame.waitForSelector("html[data-state=settled]", { timeout: 60_000 });
  return frame;
}

test("the host's script is at most 1 KB", async (visitor) => {
  await visitor.open();
  const { length } = await readFile(script);
  assert.ok(length <= 1024, `${length} bytes`);
});

for (const [how, sandbox] of [
  ["in a plain frame", ""],
  ["in a sandbox", `sandbox="${usual}"`],
  ["in a sandbox of the same origin", `sandbox="${usual} allow-same-origin"`],
]) {
  test(`${how} the page settles at its own numbers, and leaves nothing behind`, async (visitor) => {
    const { page, site } = visitor;
    await visitor.open();
    const { price, wait } = await settled(page);
    // Readers of other origins need the header that the site's _headers name.
    await page.route("**/*", async (route) => {
      const response = await route.fetch().catch(() => null);
      if (!response) return route.abort();
      await route.fulfill({ response, headers: { ...response.headers(), "access-control-allow-origin": "*" } });
    });
    await host(visitor, `<iframe ${sandbox} src="${site}notifications.html?embed" width="800" height="700"></iframe>`);
    const frame = await framed(page);
    const shown = await read(frame);
    assert.deepEqual([shown.price, shown.wait], [price, wait]);
    const stored = await frame.evaluate(async () => {
      // An opaque origin has none of them, and says so.
      const count = async (read) => { try { return (await read()).length; } catch { return 0; } };
      const kept = [() => localStorage, () => sessionStorage, () => caches.keys()];
      return (await Promise.all(kept.map(count))).reduce((sum, one) => sum + one);
    });
    assert.equal(stored, 0);
  });
}

test("the element holds the situation, shows what was asked for, and is as high as it asks", async (visitor) => {
  const { page, site } = visitor;
  const element = '<burst-lab situation="batch-2000" ui="numbers,sentence" theme="dark" accent="#ff8800"></burst-lab>';
  await withHeader(page);
  await host(visitor, `<script src="${site}embed.js"></script><div style="width: 600px">${element}</div>`);
  const frame = await framed(page);
  const shown = await frame.evaluate(() => ({
    parts: [".story", ".plot", ".headline", ".saying", ".controls", ".gallery", ".masthead"].filter((part) => document.querySelector(part)?.checkVisibility()),
    paper: getComputedStyle(document.documentElement).backgroundColor,
    accent: getComputedStyle(document.documentElement).getPropertyValue("--colour-traffic"),
    height: document.body.getBoundingClientRect().height,
  }));
  assert.deepEqual(shown.parts, [".headline", ".saying"]);
  assert.deepEqual([shown.paper, shown.accent], ["rgb(20, 24, 29)", "#ff8800"]);
  await page.waitForFunction((height) => Math.abs(document.querySelector("iframe").clientHeight - height) <= 1, Math.ceil(shown.height));
});

test("hosts of other kinds hear the height in their own words, and strangers are not listened to", async (visitor) => {
  const { page, site } = visitor;
  await withHeader(page);
  const listen = '<script>globalThis.heard = []; addEventListener("message", ({ data }) => heard.push(data));</script>';
  await host(visitor, `${listen}<script src="${site}embed.js"></script><iframe src="${site}webhook.html?embed&childId=lab"></iframe>`);
  await framed(page);
  const heard = await page.evaluate(() => heard);
  assert.ok(heard.some((data) => data.sentinel === "amp" && data.type === "embed-size" && data.height > 100), JSON.stringify(heard));
  assert.ok(heard.some((data) => /^pymxPYMxlabxPYMxheightxPYMx\d+$/.test(data)), JSON.stringify(heard));
  await page.evaluate(() => postMessage({ burstlab: 4000 }, "*"));
  await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
  assert.notEqual(await page.locator("iframe").evaluate((frame) => frame.clientHeight), 4000);
});

test("what is locked is seen and cannot be changed, by hand or by link", async (visitor) => {
  const { page } = visitor;
  await visitor.open("notifications.html?embed&ui=situation,curve,numbers,sentence,controls&lock=curve,memory_mb,situation");
  const before = await settled(page);
  assert.equal(await page.locator("#situation").isDisabled(), true);
  assert.equal(await page.locator(".curve").getAttribute("inert"), "");
  assert.equal(await page.locator("[data-knob=memory_mb].control").getAttribute("inert"), "");
  assert.equal(await page.locator("[data-testid=sentence] [data-knob=memory_mb]").count(), 0, "it is words");
  await page.evaluate(() => (location.hash = "#v=1&situation=notifications&memory_mb=4096&curve=0:50"));
  assert.deepEqual(await settled(page), before);
  await turn(page, "provisioned", 10);
  assert.ok((await settled(page)).price > before.price, "the rest still turns");
});

test("where all is locked the numbers still stand out in the sentence, and nothing can be turned", async (visitor) => {
  const { page } = visitor;
  await visitor.open("notifications.html?embed&lock=all");
  const before = await settled(page);
  const sentence = page.locator("[data-testid=sentence]");
  assert.equal(await sentence.locator("input").count(), 0);
  assert.ok((await sentence.locator(".money").innerText()).startsWith("$"), "the price has its colour");
  await page.evaluate(() => (location.hash = "#v=1&situation=webhook"));
  assert.deepEqual(await settled(page), before);
});

test("five frames on one page start when they are seen, and do not disturb each other", { limitMs: 180_000 }, async (visitor) => {
  const { page, site } = visitor;
  await withHeader(page);
  const keys = ["notifications", "batch-2000", "webhook", "mvp", "streams"];
  const frames = keys.map((key) => `<iframe sandbox="${usual}" src="${site}${key}.html?embed" width="700" height="600"></iframe><p style="height: 900px">Words</p>`);
  await host(visitor, frames.join(""));
  const first = await framed(page, 0);
  const last = await (await page.locator("iframe").nth(4).elementHandle()).contentFrame();
  assert.equal(await last.evaluate(() => document.documentElement.dataset.state), "loading", "what is not seen waits");
  const answer = await read(first);
  for (let index = 1; index < keys.length; index += 1) {
    await page.locator("iframe").nth(index).scrollIntoViewIfNeeded();
    assert.ok((await read(await framed(page, index))).price >= 0, keys[index]);
  }
  assert.deepEqual(await read(first), answer);
});

test("the way to the full version takes along what is set", async (visitor) => {
  const { page, context } = visitor;
  await visitor.open("notifications.html?embed");
  await settled(page);
  await turn(page, "memory_mb", 2048);
  const { price } = await settled(page);
  await page.waitForFunction(() => location.hash.includes("memory_mb=2048"));
  const [full] = await Promise.all([context.waitForEvent("page"), page.locator("[data-testid=full]").click()]);
  assert.equal((await settled(full)).price, price);
  assert.equal(await full.evaluate(() => document.documentElement.dataset.embed), undefined);
});

async function withHeader(page) {
  await page.route(/\.(js|wasm)$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "access-control-allow-origin": "*" } });
  });
}
