// What the page's process keeps, workers included, after more and more moves.
import { readFile } from "node:fs/promises";
import { handle, spot } from "../lib/curve.mjs";
import { digits, table } from "./report.mjs";

const stops = [50, 500];
const situation = "notifications";

export async function memory(browser, site) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(new URL(`#situation=${situation}`, site).href);
  await settled(page);
  const [x, y] = await spot(handle(page, 1));
  await page.mouse.move(x, y);
  await page.mouse.down();
  const rows = [];
  for (let step = 1; step <= Math.max(...stops); step += 1) {
    await page.mouse.move(x, y - 2 * Math.abs(20 - (step % 40)));
    if (stops.includes(step)) rows.push([`${step} moves`, ...(await kept(browser, page)).map(digits)]);
  }
  await page.mouse.up();
  await page.close();
  return `## Memory after a drag of ${situation}\n\n${table(["after", "process, MB", "JavaScript heap, MB"], rows)}\n`;
}

/** Megabytes of the page's process that are its own, and of its heap, after a collection. */
async function kept(browser, page) {
  await settled(page);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  await devtools.detach();
  return [await processMegabytes(browser, page), usedSize / 2 ** 20];
}

/** Of the renderer that has the most; where processes cannot be read, not a number. */
async function processMegabytes(browser) {
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send("SystemInfo.getProcessInfo");
  await devtools.detach();
  const renderers = processInfo.filter(({ type }) => type === "renderer");
  const kilobytes = await Promise.all(renderers.map(({ id }) => ownKilobytes(id)));
  return Math.max(...kilobytes) / 1_024;
}

async function ownKilobytes(id) {
  const status = await readFile(`/proc/${id}/status`, "utf8").catch(() => "");
  return Number(status.match(/RssAnon:\s+(\d+)/)?.[1] ?? NaN);
}

async function settled(page) {
  await page.waitForFunction(() => document.documentElement.dataset.state === "settled", undefined, { polling: "raf", timeout: 120_000 });
}
