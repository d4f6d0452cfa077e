// How long a person waits for whole days of more and more requests, from the change to the settled answer.
import { digits, table } from "./report.mjs";

const limitMs = 5 * 60_000;
const rates = [1, 50, 1_000, 10_000];
const ways = [
  { name: "callers wait, no limit hit", settings: "&concurrency_limit=20000&scaling_per_10_s=20000" },
  { name: "through a queue", settings: "&queue=on", most: 1_000 },
  // Half of the copies that the traffic asks for.
  { name: "turned away by a limit", settings: "&concurrency_limit=", limit: (rate) => Math.max(1, Math.round(rate / 20)) },
  { name: "copies kept warm", settings: "&concurrency_limit=20000&scaling_per_10_s=20000&provisioned=", limit: (rate) => Math.max(1, Math.round(rate / 20)) },
];
const work = "situation=steady-1000&waiting_ms=50&computing_ms=50&memory_mb=1769";

export async function days(browser, site) {
  const page = await browser.newPage();
  page.setDefaultTimeout(limitMs);
  await page.goto(site);
  await page.waitForFunction(() => document.documentElement.dataset.state === "settled", undefined, { polling: "raf" });
  const rows = [];
  for (const { name, settings, limit, most = Infinity } of ways) {
    for (const rate of rates.filter((rate) => rate <= most)) {
      const link = `${work}&curve=12:${rate}${settings}${limit?.(rate) ?? ""}`;
      const { refined, settled } = await page.evaluate(timeOf, { link, limitMs });
      rows.push([`${rate.toLocaleString("en")} req/s, ${name}`, digits(rate * 0.0864), digits(refined), digits(settled)]);
    }
  }
  await page.close();
  const columns = ["a day at", "million requests", "first refined, ms", "settled, ms"];
  return `## Whole days, from the change to the settled answer\n\n${table(columns, rows)}\n`;
}

/** Runs in the page: opens a scenario, and listens to how good its answer is. */
async function timeOf({ link, limitMs }) {
  const root = document.documentElement;
  const begun = performance.now();
  let refined;
  const settled = new Promise((resolve, reject) => {
    let left = false;
    const look = () => {
      left ||= root.dataset.state !== "settled";
      if (left && root.dataset.answer === "simulated") refined ??= performance.now() - begun;
      if (left && root.dataset.state === "settled") resolve(performance.now() - begun);
    };
    new MutationObserver(look).observe(root, { attributes: true });
    setTimeout(() => reject(new Error(`${link} did not settle`)), limitMs);
  });
  location.hash = link;
  const all = await settled;
  return { refined: refined ?? all, settled: all };
}
