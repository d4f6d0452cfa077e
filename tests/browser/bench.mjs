// node tests/browser/bench.mjs <address of the site> [what the native bench said]
//
// Asks the site's own worker for its timings and prints them, with date, machine and the native ones, as sections of
// BENCHMARKS.md.
import { cpus, platform, release, totalmem } from "node:os";
import { launch } from "./lib/chromium.mjs";

const limitMs = 10 * 60_000;
const [site, native] = process.argv.slice(2);
const browser = await launch();
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(limitMs);
  await page.goto(site);
  const inChromium = await page.evaluate(askWorker, limitMs);
  console.log(machine(browser.version()));
  if (native) console.log(`## Native\n\n${table(native)}\n`);
  console.log(`## In Chromium's wasm\n\n${table(inChromium)}`);
} finally {
  await browser.close();
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

function machine(version) {
  const [{ model }] = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(1);
  const date = new Date().toISOString().slice(0, 10);
  return `${date}; ${cpus().length} × ${model.trim()}, ${memory} GiB, ${platform()} ${release()}; Chromium ${version}.\n`;
}

/** Timings as a table; a bench that prints a table of its own keeps it. */
function table(text) {
  if (!text.trim().startsWith("{")) return text.trim();
  const { bench } = JSON.parse(text);
  const of = (kernel, fleet) => bench.find((row) => row.kernel === kernel && row.fleet === fleet)?.ns_per_request;
  const fleets = [...new Set(bench.map(({ fleet }) => fleet))].sort((a, b) => a - b);
  const rows = fleets.map((fleet) => {
    const [floor, fast, exact, model, all] = ["floor", "fast", "exact", "model", "model with all"].map((kernel) => of(kernel, fleet));
    const ratios = [fast / floor, exact / floor, model / exact, all / exact].map(digits);
    return `| ${[fleet, digits(floor), digits(fast), digits(exact), ...ratios].join(" | ")} |`;
  });
  const head = [
    "| fleet | floor, ns/request | fast, ns/request | exact, ns/request | fast ÷ floor | exact ÷ floor | model ÷ exact | model with all ÷ exact |",
    "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
  ];
  return [...head, ...rows].join("\n");
}

function digits(number) {
  return Number.isFinite(number) ? number.toFixed(number < 10 ? 2 : 1) : "–";
}
