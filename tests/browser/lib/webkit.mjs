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
const endMs = 5_000;
const attempts = 3;
const pollMs = 50;

/** Tries whether a window can be opened at all. */
export async function launch() {
  const { session, end } = await begin();
  const version = (await session.getCapabilities()).getBrowserVersion();
  await end();
  return new WebKit(version);
}

class WebKit {
  constructor(version) {
    this.version = () => version;
  }

  async newContext({ viewport }) {
    const begun = await begin();
    await fit(begun.session, viewport);
    return new Context(begun);
  }

  async close() {}
}

/**
 * A session, and how it ends. Each has a driver of its own, since one that has seen a browser end is now and then deaf
 * to the next: it answers, and the browser never comes. Another driver is tried then.
 */
async function begin() {
  for (let attempt = 1; ; attempt += 1) {
    const driver = await Driver.start();
    try {
      const session = await within(startMs, driver.session(), "WebKitWebDriver opened no browser");
      const end = () => within(endMs, session.quit(), "WebKit did not end").catch(() => {}).then(() => driver.end());
      return { session, end };
    } catch (error) {
      await driver.end();
      if (attempt === attempts) throw error;
    }
  }
}

class Driver {
  constructor(process, address) {
    Object.assign(this, { process, address });
    this.kill = this.kill.bind(this);
  }

  static async start() {
    const port = await freePort();
    // A group of its own, so that a browser that is left over ends with it.
    const options = { stdio: "ignore", detached: true };
    const child = spawn(program("WEBKIT_DRIVER", ["WebKitWebDriver"]), [`--port=${port}`], options);
    const driver = new Driver(child, `http://127.0.0.1:${port}`);
    process.on("exit", driver.kill);
    const deadline = Date.now() + startMs;
    while (!(await answers(driver.address))) {
      if (Date.now() > deadline) throw new Error(`WebKitWebDriver did not answer within ${startMs / 1000} s.`);
      await pause(pollMs);
    }
    return driver;
  }

  session() {
    return new Builder().usingServer(this.address).withCapabilities({ browserName: "MiniBrowser" }).build();
  }

  async end() {
    process.off("exit", this.kill);
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, "exit");
    this.kill();
    await ended;
  }

  kill() {
    try {
      process.kill(-this.process.pid);
    } catch {
      // All of the group have ended.
    }
  }
}

class Context {
  constructor({ session, end }) {
    Object.assign(this, { page: new Page(session), close: end });
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

async function within(milliseconds, promise, otherwise) {
  promise.catch(() => {});
  const late = pause(milliseconds, undefined, { ref: false }).then(() => {
    throw new Error(`${otherwise} within ${milliseconds / 1000} s.`);
  });
  late.catch(() => {});
  return Promise.race([promise, late]);
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
