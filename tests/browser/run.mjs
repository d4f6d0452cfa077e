// node tests/browser/run.mjs <address of the site> [part of a test's sentence]
//
// Runs every *.test.mjs here against the served site in a real Chromium. `cargo xtask test` builds and serves the site
// and calls this; by hand it runs against `cargo xtask serve --csp`.
import { readdir } from "node:fs/promises";
import { launch } from "./lib/chromium.mjs";
import { runAll } from "./lib/suite.mjs";

const [site, wanted] = process.argv.slice(2);
if (!site) {
  console.error("Say where the site is served: node tests/browser/run.mjs http://127.0.0.1:8080/");
  process.exit(2);
}

const here = new URL(".", import.meta.url);
const files = (await readdir(here)).filter((name) => name.endsWith(".test.mjs")).sort();
for (const file of files) await import(new URL(file, here).href);

const browser = await launch();
console.log(`Chromium ${browser.version()} at ${site}\n`);
const failed = await runAll({ browser, site, results: new URL("results/", here).pathname, wanted });
await browser.close();
process.exit(failed === 0 ? 0 : 1);
