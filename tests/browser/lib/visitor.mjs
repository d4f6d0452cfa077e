// Someone who opens the page with empty pockets, and what must not happen to them: an error in the console, a request
// to another host, a cookie, anything stored.
import assert from "node:assert/strict";

const desktop = { width: 1280, height: 800 };

export class Visitor {
  /** A fresh browser profile; the page is not opened yet. */
  static async enter(browser, site, { colorScheme = "light", viewport = desktop, reducedMotion, hasTouch, isMobile } = {}) {
    const context = await browser.newContext({ colorScheme, viewport, reducedMotion, hasTouch, isMobile });
    return new Visitor(context, await context.newPage(), site);
  }

  constructor(context, page, site) {
    Object.assign(this, { context, page, site, faults: [] });
    page.setDefaultTimeout(15_000);
    page.on("console", (message) => {
      if (message.type() === "error") this.faults.push(`console error: ${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => this.faults.push(`uncaught error: ${error.message}`));
    page.on("crash", () => this.faults.push("the page crashed"));
    // What the policy blocks in a worker is not reported to the page by itself.
    page.on("worker", (worker) => worker.evaluate(reportViolations).catch(() => {}));
    context.on("request", (request) => this.judge(request.url()));
    page.on("websocket", (socket) => this.faults.push(`web socket to ${socket.url()}`));
  }

  judge(address) {
    const url = new URL(address);
    const local = ["data:", "blob:", "about:"].includes(url.protocol);
    if (!local && url.host !== new URL(this.site).host) this.faults.push(`request to another host: ${address}`);
  }

  /** Opens the page, with a share link's fragment if there is one. */
  async open(fragment = "") {
    // A new fragment alone would not load the page again.
    await this.page.goto("about:blank");
    await this.page.goto(new URL(fragment, this.site).href, { waitUntil: "load" });
  }

  async expectNoFaults() {
    const cookies = await this.context.cookies();
    assert.deepEqual(cookies.map((cookie) => cookie.name), [], "no cookie is ever set");
    const stored = await this.page.evaluate(() => localStorage.length + sessionStorage.length);
    assert.equal(stored, 0, "nothing is stored unasked");
    assert.deepEqual(this.faults, [], "no console error and no request to another host");
  }

  async leave() {
    await this.context.close();
  }
}

function reportViolations() {
  addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) => {
    console.error(`the policy's ${effectiveDirective} blocked ${blockedURI} in a worker`);
  });
}
