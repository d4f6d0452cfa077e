// How long a person waits for the comparison: from the click that opens it, the fetching of its module included.
import { digits, table } from "./report.mjs";

const limitMs = 5 * 60_000;
const situations = ["steady-1000", "right-size", "notifications"];

export async function compare(browser, site) {
  const rows = [];
  for (const situation of situations) {
    const page = await browser.newPage();
    page.setDefaultTimeout(limitMs);
    await page.goto(`${site}#v=1&situation=${situation}`);
    await page.waitForFunction(() => document.documentElement.dataset.state === "settled", undefined, { polling: "raf" });
    const { estimated, crossed, settled } = await page.evaluate(timeOf, limitMs);
    rows.push([situation, digits(estimated), digits(crossed), digits(settled)]);
    await page.close();
  }
  const columns = ["situation", "all options by formula, ms", "all lines, ms", "all settled, ms"];
  return `## The comparison, from the click that opens it\n\n${table(columns, rows)}\n`;
}

/** Runs in the page: opens the comparison, and listens to how far it is. */
async function timeOf(limitMs) {
  const begun = performance.now();
  const times = {};
  const done = new Promise((resolve, reject) => {
    const look = () => {
      const stage = document.querySelector("[data-testid=compare]")?.dataset.compared;
      const words = document.querySelector("[data-testid=compare-crossover]")?.textContent;
      const now = performance.now() - begun;
      if (stage === "estimate" || stage === "settled") times.estimated ??= now;
      if (words) times.crossed ??= now;
      if (stage === "settled") resolve((times.settled = now));
    };
    new MutationObserver(look).observe(document, { attributes: true, childList: true, characterData: true, subtree: true });
    setTimeout(() => reject(new Error("the comparison did not settle")), limitMs);
  });
  document.querySelector("[data-testid=open-compare]").click();
  await done;
  return times;
}
