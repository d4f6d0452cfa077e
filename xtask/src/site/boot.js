// Starts the app, or says in the page why it could not, or why it can no longer go on.
//
// Trunk's own starter is an inline script, which a strict content security policy refuses, so Trunk.toml puts the two
// addresses that only Trunk knows on this file's script element instead. (A module has no document.currentScript,
// hence the search.) The message's markup waits in index.html: this file has only the words.
const { app, wasm } = document.querySelector("script[data-wasm]").dataset;
const again = "Load the page again.";
const obstacles = {
  unsupported: [
    "this browser has no WebAssembly, or it is switched off.",
    "Open the page in a current Chrome, Edge, Firefox or Safari. Lockdown and other strict modes switch WebAssembly off; most let you make an exception for one page.",
  ],
  forbidden: [
    "the site that it is on does not let WebAssembly run.",
    "Whoever runs the site can allow it in the content security policy: script-src 'self' 'wasm-unsafe-eval'.",
  ],
  missing: [
    "a part of it did not arrive.",
    `${again} If that does not help, something between you and the site, such as a blocker or a proxy, holds it back.`,
  ],
  damaged: [
    "a part of it arrived damaged, or this browser is too old for it.",
    `${again} If that does not help, empty the browser's cache, or open the page in a current browser.`,
  ],
  failed: ["something went wrong while it started.", `${again} What went wrong stands in the browser's console.`],
  stopped: [
    "something went wrong inside it.",
    `${again} What you had set stands in the page's address and comes back. What went wrong stands in the browser's console.`,
  ],
};
const verbs = { stopped: "had to stop" };

const root = document.documentElement;
const asked = new URLSearchParams(location.search);

if (location.hash.length > 1) forgetBaked();
dress();
ready().then(boot).then(watch).then(keepForLater, startAnew);

/** What whoever holds the page asks of its looks; lists may be written with commas or blanks. */
function dress() {
  const words = (name) => asked.get(name)?.split(/[\s,]+/).filter(Boolean).join(" ");
  if (asked.has("embed")) {
    root.dataset.embed = "";
    root.dataset.ui = words("ui") || "story curve numbers sentence controls";
  }
  if (words("lock")) root.dataset.lock = words("lock");
  if (["light", "dark"].includes(asked.get("theme"))) root.dataset.theme = asked.get("theme");
  const accent = asked.get("accent");
  if (accent && CSS.supports("color", accent)) root.style.setProperty("--colour-traffic", accent);
}

/** In a frame nothing is started before it is seen: there may be five of them on a page. */
async function ready() {
  if (!asked.has("embed")) return;
  imported(here("./embedded.js")).catch(() => {});
  await new Promise((seen) => {
    new IntersectionObserver((entries, observer) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      seen();
    }).observe(document.body);
  });
}

/** What was baked into the page is the answer to its situation, not to the link that is being opened. */
function forgetBaked() {
  for (const element of document.querySelectorAll("[data-baked]")) element.textContent = element.closest("svg") ? "" : "…";
}

async function boot() {
  demandWebAssembly();
  const parts = [imported(here(app)), fetched(here(wasm))];
  const [{ default: start }, response] = await Promise.all(parts).catch(because("missing"));
  await start({ module_or_path: response }).catch((error) => because(isOfTheFile(error) ? "damaged" : "failed")(error));
}

/**
 * A trap while starting need not be the app's own: WebKit on Linux now and then reports a memory access out of bounds in
 * large modules where there is none (https://github.com/oven-sh/bun/issues/17146). A second start of the whole page is
 * free of what the first one left behind; there is no third.
 */
function startAnew(error) {
  const [visit] = performance.getEntriesByType("navigation");
  if (isTrap(error.cause) && visit && visit.type !== "reload") location.reload();
  else tell(error);
}

/** Only where a person has come to the site itself, by a way that browsers trust; and without hurry. */
function keepForLater() {
  const isAtHome = window.parent === window && isSecureContext && location.protocol.startsWith("http");
  if (!isAtHome || !navigator.serviceWorker) return;
  // It may be refused, as in private windows: then the site is there as long as the network is.
  setTimeout(() => import(here("./offline.js")).catch(() => {}), 3000);
}

/** After a trap nothing of the app answers any more, so that someone else has to say it. */
function watch() {
  const hear = (error) => {
    if (isTrap(error) && error.stack?.includes(here(app).href)) tell(Object.assign(error, { obstacle: "stopped" }));
  };
  addEventListener("error", ({ error }) => hear(error));
  addEventListener("unhandledrejection", ({ reason }) => hear(reason));
}

/** The smallest module there is tells a policy that forbids all modules from a file that is broken. */
function demandWebAssembly() {
  if (typeof WebAssembly !== "object") because("unsupported")(new Error("there is no WebAssembly"));
  try {
    new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  } catch (error) {
    because("forbidden")(error);
  }
}

/** In a file that holds all others, scripts have addresses that it makes. */
async function imported(address) {
  return import((await globalThis.burstlabAddress?.(address)) ?? address);
}

async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: status ${response.status}`);
  return response;
}

function isOfTheFile(error) {
  return error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError;
}

function isTrap(error) {
  return typeof WebAssembly === "object" && error instanceof WebAssembly.RuntimeError;
}

function because(obstacle) {
  return (cause) => {
    throw Object.assign(new Error(obstacle, { cause }), { obstacle });
  };
}

function tell(error) {
  if (root.dataset.state === "broken") return;
  const verb = verbs[error.obstacle] ?? "could not start";
  console.error(`Burstlab ${verb}:`, error.cause ?? error);
  const [why, help] = obstacles[error.obstacle] ?? obstacles.failed;
  const message = document.querySelector("#broken").content.firstElementChild;
  message.querySelector("[data-verb]").textContent = `${verb} here:`;
  message.querySelector("[data-why]").textContent = why;
  message.querySelector("[data-help]").textContent = help;
  message.querySelector("button").addEventListener("click", () => location.reload());
  // An app that failed half-way may have taken its place apart.
  (document.querySelector("main") ?? document.body).prepend(message);
  root.dataset.state = "broken";
}

function here(address) {
  return new URL(address, document.baseURI);
}
