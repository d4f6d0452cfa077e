// Without a network: after one visit, from a file on a stick, and within a frame whose host sends no headers.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { choose, read, settled } from "./lib/lab.mjs";
import { test } from "./lib/suite.mjs";

const withWorker = { serviceWorkers: "allow" };

test("after one visit everything works without a network", { ...withWorker, limitMs: 180_000 }, async (visitor) => {
  const { page, context } = visitor;
  await visitor.open();
  const online = await settled(page);
  await kept(page);
  await context.setOffline(true);
  await page.reload();
  assert.deepEqual(await settled(page), online, "the same answer after loading again");
  const keys = await page.locator("#situation option").evaluateAll((options) => options.map(({ value }) => value));
  for (const key of keys) {
    await choose(page, key);
    assert.ok((await settled(page)).price >= 0, key);
  }
  await page.goto(new URL("batch-2000.html", visitor.site).href);
  assert.equal(await page.locator("#situation").inputValue(), "batch-2000", "a situation's own page is kept too");
  await settled(page);
});

test("a newer version is offered, and comes only when it is asked for", withWorker, async (visitor) => {
  const { page } = visitor;
  const mirror = await mirrored(visitor.site);
  // What comes from the mirror is of this host as well.
  visitor.site = mirror.address;
  try {
    await visitor.open("#v=1&situation=batch-2000");
    await settled(page);
    await kept(page);
    assert.equal(await page.locator("[data-testid=newer]").count(), 0);
    mirror.isNewer = true;
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await page.locator("[data-testid=newer]").waitFor();
    assert.equal(await page.evaluate(() => performance.getEntriesByType("navigation")[0].type), "navigate");
    const loaded = page.waitForEvent("load");
    await page.getByRole("button", { name: "Load it" }).click();
    await loaded;
    await settled(page);
    assert.equal(await page.locator("#situation").inputValue(), "batch-2000", "what was set stays");
    assert.equal(await page.evaluate(versions), 1, "only one version is kept");
  } finally {
    await mirror.close();
  }
});

test("a quick build at the same address ends what a release kept", withWorker, async (visitor) => {
  const { page } = visitor;
  const mirror = await mirrored(visitor.site);
  visitor.site = mirror.address;
  try {
    await visitor.open();
    await settled(page);
    await kept(page);
    mirror.worker = await readFile(new URL("../../xtask/src/site/service_worker_gone.js", import.meta.url));
    const loaded = page.waitForEvent("load");
    await page.evaluate(async () => void (await navigator.serviceWorker.getRegistration()).update());
    await loaded;
    await settled(page);
    assert.equal(await page.evaluate(versions), 0);
  } finally {
    await mirror.close();
  }
});

test("the single file works from a stick, with the numbers of the site", async (visitor) => {
  const { page, site } = visitor;
  await visitor.open();
  const online = await settled(page);
  const folder = await mkdtemp(join(tmpdir(), "burstlab-"));
  try {
    const file = join(folder, "burstlab.html");
    await writeFile(file, Buffer.from(await (await fetch(new URL("burstlab.html", site))).arrayBuffer()));
    await page.goto(pathToFileURL(file).href);
    assert.deepEqual(await settled(page), online);
    await choose(page, "batch-2000");
    const other = await settled(page);
    await page.waitForFunction(() => location.hash.includes("batch-2000"));
    await page.reload();
    assert.deepEqual(await settled(page), other, "its address keeps what was set");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("the single file works in a sandboxed frame of a host that sends no headers", async (visitor) => {
  const { page, site } = visitor;
  await visitor.open();
  const online = await settled(page);
  const text = await (await fetch(new URL("burstlab.html", site))).text();
  const host = '<!doctype html><iframe sandbox="allow-scripts" src="./frame.html" width="900" height="800"></iframe>';
  await page.route("**/host.html", (route) => route.fulfill({ contentType: "text/html", body: host }));
  await page.route("**/frame.html", (route) => route.fulfill({ contentType: "text/html", body: text }));
  await page.goto(new URL("host.html", site).href);
  const frame = await (await page.locator("iframe").elementHandle()).contentFrame();
  await frame.waitForSelector("html[data-state=settled]", { timeout: 60_000 });
  assert.deepEqual(await read(frame), { ...online, state: "settled" });
});

/** Waits until the service worker has kept every file and answers for this page. */
async function kept(page) {
  await page.evaluate(async () => {
    while (!(await navigator.serviceWorker.getRegistration())) await new Promise((resolve) => setTimeout(resolve, 100));
    await navigator.serviceWorker.ready;
    while (!navigator.serviceWorker.controller) await new Promise((resolve) => setTimeout(resolve, 50));
  });
}

/** Runs in the page. */
async function versions() {
  return (await caches.keys()).length;
}

/** The same site at another port, which can become a newer one. */
async function mirrored(site) {
  const mirror = { isNewer: false };
  const server = createServer(async (request, response) => {
    const answer = await fetch(new URL(request.url, site));
    let body = Buffer.from(await answer.arrayBuffer());
    if (request.url === "/sw.js" && mirror.worker) body = mirror.worker;
    if (request.url === "/sw.js" && mirror.isNewer) body = Buffer.from(String(body).replace('version = "', 'version = "newer'));
    const type = answer.headers.get("content-type");
    response.writeHead(answer.status, { "content-type": type, "cache-control": "no-cache" }).end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  mirror.address = `http://127.0.0.1:${server.address().port}/`;
  mirror.close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return mirror;
}
