// Every state in which a person can find the page: tests judge them, and `cargo xtask shots` takes their picture.
// `enter` leads a visitor who has opened nothing yet into the state and leaves the page at rest; it returns false when
// the page has no such thing.
import { choose, peak, settled, still, turn, unfold } from "./lab.mjs";

const worker = "**/worker_bg.wasm";
export const app = /burstlab-app.*\.wasm$/;
/** What the browser itself says of a file that did not come. */
export const notLoaded = /Failed to load resource|net::ERR_/;

export const states = [
  { name: "loading", enter: loading },
  { name: "estimate", enter: estimate },
  { name: "refining", enter: refining },
  { name: "settled", enter: rested },
  { name: "folds open", enter: foldsOpen },
  { name: "queue on", enter: queueOn },
  { name: "things go wrong", enter: thingsGoWrong },
  { name: "comparison open", enter: comparisonOpen },
  { name: "control found", enter: controlFound },
  { name: "handle focused", enter: handleFocused },
  { name: "brush on", enter: brushOn },
  { name: "broken link", enter: brokenLink },
  { name: "worker dead", enter: workerDead },
  { name: "wasm missing", enter: wasmMissing },
  { name: "canvas missing", enter: canvasMissing },
];

/** The first answer, or that of a link, with nothing left to come. */
export async function rested(visitor, fragment) {
  await visitor.open(fragment);
  await settled(visitor.page);
  await still(visitor.page);
}

/** The first paint, with the app's wasm still on its way. */
async function loading(visitor) {
  await visitor.page.route(app, () => {});
  await visitor.open("", "domcontentloaded");
  await visitor.page.locator("h1").waitFor();
}

/** The worker never arrives, so what is shown stays a formula's. */
async function estimate(visitor) {
  await visitor.page.route(worker, () => {});
  await visitor.open();
  await visitor.page.locator("html[data-state=estimate]").waitFor();
  await still(visitor.page);
}

/** The workers tell how far they are, and then go on telling it and do nothing more. */
async function refining(visitor) {
  await rested(visitor);
  const { page } = visitor;
  page.on("worker", (worker) => worker.evaluate(stall).catch(() => {}));
  for (const worker of page.workers()) await worker.evaluate(stall);
  await choose(page, "steady-1000");
  await page.locator("html[data-state=refining]").waitFor();
  await still(page);
}

/** Runs in a worker: no slice follows the first progress. */
function stall() {
  const say = globalThis.postMessage.bind(globalThis);
  globalThis.postMessage = (message) => {
    say(message);
    if (typeof message !== "string" || !message.includes("progress")) return;
    MessagePort.prototype.postMessage = () => {};
    setInterval(() => say(message), 200);
  };
}

async function foldsOpen(visitor) {
  await rested(visitor);
  await unfold(visitor.page);
  await still(visitor.page);
}

async function queueOn(visitor) {
  await rested(visitor);
  await choose(visitor.page, "batch-2000");
  await turn(visitor.page, "queue", true);
  await settled(visitor.page);
  await still(visitor.page);
}

/** Requests are turned away, fail and take long for every reason there is. */
async function thingsGoWrong(visitor) {
  const asked = "dependency_ms=120&dependency_error_percent=10&dependency_retries=1&handshake_ms=60&remembered_s=0";
  const senders = "caller_retries=2&caller_backoff_ms=500&concurrency_limit=40&way_in=http_api";
  await rested(visitor, `#v=1&situation=notifications&error_percent=5&${asked}&${senders}`);
  await visitor.page.locator(".moments summary").click();
  await still(visitor.page);
}

/** Everything has answered and is simulated; a budget and what answers cost are named. */
async function comparisonOpen(visitor) {
  await rested(visitor, "#v=1&situation=notifications&budget_usd=25&slow_after_s=0.8&slow_usd=0.001");
  await visitor.page.locator("[data-testid=open-compare]").click();
  await visitor.page.locator("[data-compared=settled]").waitFor({ timeout: 60_000 });
  await still(visitor.page);
}

async function controlFound(visitor) {
  await rested(visitor);
  const { page } = visitor;
  await page.getByText("More controls").click();
  await page.getByRole("searchbox").fill("start");
  await still(page);
}

async function handleFocused(visitor) {
  await rested(visitor);
  await (await peak(visitor.page)).focus();
  // Only after a key is the focus drawn.
  await visitor.page.keyboard.press("ArrowRight");
  await still(visitor.page);
}

async function brushOn(visitor) {
  await rested(visitor);
  const brush = visitor.page.locator("[data-testid=brush]");
  if ((await brush.count()) === 0) return false;
  await brush.first().click();
  await still(visitor.page);
  return true;
}

async function brokenLink(visitor) {
  await visitor.open("#v=1&memory_mb=127&nonsense=7");
  await visitor.page.locator("[data-testid=error] .message").waitFor();
  await settled(visitor.page);
  await still(visitor.page);
}

async function workerDead(visitor) {
  visitor.expect(notLoaded);
  await visitor.page.route(worker, (route) => route.abort());
  await visitor.open();
  await visitor.page.locator("[data-testid=notice] .message").waitFor();
  await still(visitor.page);
}

async function wasmMissing(visitor) {
  visitor.expect(notLoaded);
  visitor.expect(/Burstlab could not start/);
  await visitor.page.route(app, (route) => route.abort());
  await visitor.open();
  await visitor.page.locator("[data-testid=broken]").waitFor();
}

async function canvasMissing(visitor) {
  await visitor.context.addInitScript(() => (HTMLCanvasElement.prototype.getContext = () => null));
  await rested(visitor);
}
