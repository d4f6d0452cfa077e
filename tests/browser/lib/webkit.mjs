// Starts the WebKitGTK of this machine by its own driver, and speaks to it in the few words of Playwright that the
// smoke test uses. A context is a session of its own, with an empty profile and one page.
//
// This driver reports no events. What a page says in its console is kept inside it from the moment it has loaded, and
// read at the end (`hear`).
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { Builder, Origin } from "selenium-webdriver";
import { program } from "./program.mjs";

const startMs = 15_000;
const pollMs = 50;

export async function launch() {
  const port = await freePort();
  const driver = spawn(program("WEBKIT_DRIVER", ["WebKitWebDriver"]), [`--port=${port}`], { stdio: "ignore" });
  process.once("exit", () => driver.kill());
  const browser = new WebKit(`http://127.0.0.1:${port}`, driver);
  await browser.begin();
  return browser;
}

class WebKit {
  constructor(address, driver) {
    Object.assign(this, { address, driver, versionFound: "" });
  }

  /** Waits for the driver, and tries whether it can open a window at all. */
  async begin() {
    const deadline = Date.now() + startMs;
    while (!(await answers(this.address))) {
      if (Date.now() > deadline) throw new Error(`WebKitWebDriver did not answer within ${startMs / 1000} s.`);
      await pause(pollMs);
    }
    const session = await this.session();
    this.versionFound = (await session.getCapabilities()).getBrowserVersion();
    await session.quit();
  }

  session() {
    return new Builder().usingServer(this.address).withCapabilities({ browserName: "MiniBrowser" }).build();
  }

  version() {
    return this.versionFound;
  }

  async newContext({ viewport }) {
    const session = await this.session();
    await fit(session, viewport);
    return new Context(session);
  }

  async close() {
    const ended = once(this.driver, "exit");
    this.driver.kill();
    await ended;
  }
}

class Context {
  constructor(session) {
    this.page = new Page(session);
  }

  async newPage() {
    return this.page;
  }

  async addInitScript(script) {
    this.page.scripts.push(script);
  }

  async cookies() {
    return (await this.page.session.manage().getCookies()) ?? [];
  }

  async close() {
    await this.page.session.quit();
  }

  on() {}
}

class Page {
  constructor(session) {
    Object.assign(this, { session, scripts: [keepFaults], listeners: [], mouse: new Mouse(session) });
  }

  on(event, listener) {
    if (event === "pageerror") this.listeners.push(listener);
  }

  setDefaultTimeout() {}

  async goto(address) {
    await this.session.get(address);
    for (const script of this.scripts) await this.evaluate(script);
  }

  evaluate(script, argument) {
    return this.session.executeScript(script, argument);
  }

  async waitForFunction(condition, argument, { timeout }) {
    const deadline = Date.now() + timeout;
    while (!(await this.evaluate(condition, argument))) {
      if (Date.now() > deadline) throw new Error(`not true within ${timeout / 1000} s: ${condition}`);
      await pause(pollMs);
    }
  }

  async screenshot({ path }) {
    await writeFile(path, Buffer.from(await this.session.takeScreenshot(), "base64"));
  }

  /** Tells the listeners what went wrong in this document. */
  async hear() {
    const faults = await this.evaluate(() => globalThis.faults ?? []);
    for (const message of faults) for (const listener of this.listeners) listener(new Error(message));
  }
}

/** Each word is sent at once; the driver keeps the button as it is. */
class Mouse {
  constructor(session) {
    this.session = session;
  }

  move(x, y) {
    return this.act((actions) => actions.move({ x: Math.round(x), y: Math.round(y), origin: Origin.VIEWPORT, duration: 0 }));
  }

  down() {
    return this.act((actions) => actions.press());
  }

  up() {
    return this.act((actions) => actions.release());
  }

  act(words) {
    return words(this.session.actions({ async: true })).perform();
  }
}

/** The window has a frame and a bar of its own, so what is left for the page is measured first. */
async function fit(session, { width, height }) {
  const window = session.manage().window();
  await window.setRect({ x: 0, y: 0, width, height });
  const inner = await session.executeScript(() => ({ width: innerWidth, height: innerHeight }));
  await window.setRect({ x: 0, y: 0, width: 2 * width - inner.width, height: 2 * height - inner.height });
}

/** Runs in the page. */
function keepFaults() {
  const faults = (globalThis.faults = []);
  addEventListener("error", ({ message }) => faults.push(`uncaught error: ${message}`));
  addEventListener("unhandledrejection", ({ reason }) => faults.push(`unhandled rejection: ${reason}`));
  const { error } = console;
  console.error = (...words) => {
    faults.push(`console error: ${words.join(" ")}`);
    error.apply(console, words);
  };
}

async function answers(address) {
  return fetch(`${address}/status`).then((response) => response.ok, () => false);
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
