// Someone who opens the page with empty pockets, and what must not happen to them: an error in the console, a breach of
// the policy, a request to another host, a cookie, anything stored.
import assert from "node:assert/strict";

const desktop = { width: 1280, height: 800 };

export class Visitor {
  /** A fresh browser profile; the page is not opened yet. Options are Playwright's: viewport, forcedColors, … */
  static async enter(browser, site, options = {}) {
    // What a service worker answers cannot be held back or replaced, which many tests do.
    const usual = { colorScheme: "light", viewport: desktop, serviceWorkers: "block" };
    const context = await browser.newContext({ ...usual, ...options });
    await context.addInitScript(reportBreaches);
    return new Visitor(context, await context.newPage(), site);
  }

  constructor(context, page, site) {
    Object.assign(this, { context, page, site, faults: [], allowed: [] });
    page.setDefaultTimeout(15_000);
    page.on("console", (message) => {
      if (message.type() === "error") this.note(`console error: ${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => this.note(`uncaught error: ${error.message}`));
    page.on("crash", () => this.note("the page crashed"));
    // A script for pages does not reach into workers.
    page.on("worker", (worker) => worker.evaluate(reportBreaches).catch(() => {}));
    context.on("request", (request) => this.judge(request.url()));
    page.on("websocket", (socket) => this.note(`web socket to ${socket.url()}`));
  }

  /** For a test that breaks something itself: what must be heard, and is no fault. */
  expect(pattern) {
    this.allowed.push({ pattern, heard: false });
  }

  note(fault) {
    const expected = this.allowed.find(({ pattern }) => pattern.test(fault));
    if (expected) expected.heard = true;
    else this.faults.push(fault);
  }

  judge(address) {
    const url = new URL(address);
    const local = ["data:", "blob:", "about:", "file:"].includes(url.protocol);
    if (!local && url.host !== new URL(this.site).host) this.note(`request to another host: ${address}`);
  }

  /** Opens the page, with a share link's fragment if there is one. */
  async open(fragment = "", waitUntil = "load") {
    // A new fragment alone would not load the page again.
    await this.page.goto("about:blank");
    await this.page.goto(new URL(fragment, this.site).href, { waitUntil });
  }

  async expectNoFaults() {
    // A driver without events has to be asked.
    await this.page.hear?.();
    const cookies = await this.context.cookies();
    assert.deepEqual(cookies.map((cookie) => cookie.name), [], "no cookie is ever set");
    const stored = await this.page.evaluate(() => localStorage.length + sessionStorage.length);
    assert.equal(stored, 0, "nothing is stored unasked");
    assert.deepEqual(this.faults, [], "no console error, no breach of the policy and no request to another host");
    const unheard = this.allowed.filter(({ heard }) => !heard).map(({ pattern }) => String(pattern));
    assert.deepEqual(unheard, [], "what the test broke was noticed");
  }

  async leave() {
    await this.context.close();
  }
}

/** Runs in the page, and in its workers. */
function reportBreaches() {
  addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) => {
    const where = typeof document === "object" ? "the page" : "a worker";
    console.error(`the policy's ${effectiveDirective} blocked ${blockedURI} in ${where}`);
  });
}
