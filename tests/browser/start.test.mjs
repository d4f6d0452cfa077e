// What stands in the way of starting is said in the page, in words that help.
import assert from "node:assert/strict";
import { app, notLoaded } from "./lib/states.mjs";
import { test } from "./lib/suite.mjs";

const script = /burstlab-app.*\.js$/;

const obstacles = [
  ["the app's wasm is not there", ["did not arrive"], [notLoaded], (page) => page.route(app, (route) => route.fulfill({ status: 404 }))],
  ["the app's wasm is held back", ["did not arrive"], [notLoaded], (page) => page.route(app, (route) => route.abort())],
  ["the app's script is held back", ["did not arrive"], [notLoaded], (page) => page.route(script, (route) => route.abort())],
  ["the app's wasm is garbage", ["damaged"], [], (page) => page.route(app, garbage)],
  ["the app's wasm traps whenever it is started", ["went wrong while it started"], [], (page) => page.route(app, trap)],
  ["the policy forbids wasm", ["does not let", "'wasm-unsafe-eval'"], [/wasm-eval/], (page) => page.route("**/", withoutWasm)],
  ["the browser has no wasm", ["no WebAssembly"], [], (page) => page.addInitScript(() => delete globalThis.WebAssembly)],
];

for (const [obstacle, words, noise, hinder] of obstacles) {
  test(`when ${obstacle}, the page says so and what to do`, async (visitor) => {
    const { page } = visitor;
    [/Burstlab could not start/, ...noise].forEach((pattern) => visitor.expect(pattern));
    await hinder(page);
    await visitor.open();
    const message = page.locator("[data-testid=broken]");
    await message.waitFor();
    const said = await message.innerText();
    for (const word of ["could not start", ...words]) assert.ok(said.includes(word), `${said} should say ${word}`);
    assert.equal(await page.evaluate(() => document.documentElement.dataset.state), "broken");
    assert.ok(await page.getByRole("heading", { name: "Burstlab" }).isVisible(), "the page is still itself");
  });
}

test("loading again after a part went missing starts the app", async (visitor) => {
  const { page } = visitor;
  visitor.expect(/Burstlab could not start/);
  visitor.expect(notLoaded);
  await page.route(app, (route) => route.abort(), { times: 1 });
  await visitor.open();
  await page.getByRole("button", { name: "Load again" }).click();
  await page.locator("html[data-state=settled]").waitFor();
  assert.equal(await page.locator("[data-testid=broken]").isVisible(), false);
});

test("an app that trapped while starting is started once more, and nothing is said of it", async (visitor) => {
  const { page } = visitor;
  await page.route(app, trap, { times: 1 });
  await visitor.open();
  await page.locator("html[data-state=settled]").waitFor();
  assert.equal(await page.evaluate(() => performance.getEntriesByType("navigation")[0].type), "reload");
});

test("an app that traps later says that it had to stop", async (visitor) => {
  const { page } = visitor;
  visitor.expect(/Burstlab had to stop/);
  await visitor.open();
  await page.locator("html[data-state=settled]").waitFor();
  // Of a trap that is not the app's, such as one of the worker's module on the page, others take care.
  for (const place of ["worker.js", "app"]) {
    assert.equal(await page.locator("[data-testid=broken]").count(), 0);
    await page.evaluate(reportTrap, place);
  }
  const said = await page.locator("[data-testid=broken]").innerText();
  for (const word of ["had to stop", "address", "Load again"]) assert.ok(said.includes(word), `${said} should say ${word}`);
});

/** Runs in the page: what a browser reports of a trap within a callback. */
function reportTrap(place) {
  const { app } = document.querySelector("script[data-app]").dataset;
  const address = new URL(place === "app" ? app : place, document.baseURI).href;
  const error = Object.assign(new WebAssembly.RuntimeError("unreachable"), { stack: `at ${address}:1:1` });
  dispatchEvent(new ErrorEvent("error", { error, message: error.message }));
}

/** The smallest module that the app's script starts: all that it does is to trap. */
function trap(route) {
  const header = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const [types, functions, memories] = [[1, 4, 1, 0x60, 0, 0], [3, 2, 1, 0], [5, 3, 1, 0, 1]];
  const named = (name, kind) => [name.length, ...Buffer.from(name), kind, 0];
  const exported = [2, ...named("memory", 2), ...named("__wbindgen_start", 0)];
  const unreachable = [10, 5, 1, 3, 0, 0x00, 0x0b];
  const bytes = [...header, ...types, ...functions, ...memories, 7, exported.length, ...exported, ...unreachable];
  return route.fulfill({ contentType: "application/wasm", body: Buffer.from(bytes) });
}

function garbage(route) {
  return route.fulfill({ contentType: "application/wasm", body: "this is not wasm" });
}

async function withoutWasm(route) {
  const response = await route.fetch();
  const headers = response.headers();
  const policy = headers["content-security-policy"].replace("'wasm-unsafe-eval'", "");
  await route.fulfill({ response, headers: { ...headers, "content-security-policy": policy } });
}
