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

function garbage(route) {
  return route.fulfill({ contentType: "application/wasm", body: "this is not wasm" });
}

async function withoutWasm(route) {
  const response = await route.fetch();
  const headers = response.headers();
  const policy = headers["content-security-policy"].replace("'wasm-unsafe-eval'", "");
  await route.fulfill({ response, headers: { ...headers, "content-security-policy": policy } });
}
