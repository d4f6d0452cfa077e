// node tests/browser/bench.mjs <address of the site> [what the native bench said] [parts]
//
// Measures the served site in a real Chromium and prints sections of BENCHMARKS.md. Parts are names from the table below,
// apart by commas; without them all are measured.
import { compare } from "./bench/compare.mjs";
import { days } from "./bench/days.mjs";
import { drag } from "./bench/drag.mjs";
import { kernels, timings } from "./bench/kernels.mjs";
import { memory } from "./bench/memory.mjs";
import { machine } from "./bench/report.mjs";
import { launch } from "./lib/chromium.mjs";

const parts = { kernels, days, drag, memory, compare };
const [site, native, wanted = Object.keys(parts).join()] = process.argv.slice(2);

for (const [index, name] of wanted.split(",").entries()) {
  // A browser of its own for each: what one has warmed up or filled is nothing to the next.
  const browser = await launch();
  try {
    if (index === 0) console.log(machine(browser.version()));
    if (index === 0 && native) console.log(`## Kernels, natively\n\n${timings(native)}\n`);
    console.log(await parts[name](browser, site));
  } finally {
    await browser.close();
  }
}
