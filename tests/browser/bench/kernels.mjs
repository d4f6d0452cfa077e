// The engine's own timings in the browser's wasm, asked of the site's worker.
import { digits, table } from "./report.mjs";

const limitMs = 10 * 60_000;
const head = [
  "fleet",
  "floor, ns/request",
  "fast, ns/request",
  "exact, ns/request",
  "fast ÷ floor",
  "exact ÷ floor",
  "model ÷ exact",
  "model with all ÷ exact",
];

export async function kernels(browser, site) {
  const page = await browser.newPage();
  page.setDefaultTimeout(limitMs);
  await page.goto(site);
  const said = await page.evaluate(askWorker, limitMs);
  await page.close();
  return `## Kernels, in Chromium's wasm\n\n${timings(said)}\n`;
}

/** What a bench said, as a table; one that prints a table of its own keeps it. */
export function timings(text) {
  if (!text.trim().startsWith("{")) return text.trim();
  const { bench } = JSON.parse(text);
  const of = (kernel, fleet) => bench.find((row) => row.kernel === kernel && row.fleet === fleet)?.ns_per_request;
  const fleets = [...new Set(bench.map(({ fleet }) => fleet))].sort((a, b) => a - b);
  const rows = fleets.map((fleet) => {
    const [floor, fast, exact, model, all] = ["floor", "fast", "exact", "model", "model with all"].map((kernel) => of(kernel, fleet));
    return [fleet, ...[floor, fast, exact, fast / floor, exact / floor, model / exact, all / exact].map(digits)];
  });
  return table(head, rows);
}

/** Runs in the page: starts the worker from a Blob, as the page does, and asks until it answers. */
async function askWorker(limit) {
  const script = await (await fetch("./worker.js")).text();
  const module = await WebAssembly.compileStreaming(fetch("./worker_bg.wasm"));
  const start = `;addEventListener("message", function start({ data }) {
    if (!(data instanceof WebAssembly.Module)) return;
    removeEventListener("message", start);
    wasm_bindgen({ module_or_path: data });
  });`;
  const worker = new Worker(URL.createObjectURL(new Blob([script, start], { type: "text/javascript" })));
  worker.postMessage(module);
  return new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(`the worker failed: ${event.message}`));
    worker.onmessage = ({ data }) => typeof data === "string" && data.includes('"bench"') && resolve(data);
    // What is posted before the worker listens is lost, so it is asked again.
    setInterval(() => worker.postMessage("bench"), 500);
    setTimeout(() => reject(new Error(`the worker did not answer "bench" within ${limit / 1000} s`)), limit - 1000);
  });
}
