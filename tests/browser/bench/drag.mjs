// What one move of the finger costs the main thread, and how long it takes to be seen.
//
// Tasks come from Chromium's own trace: the work of a move is all that the main thread did until the next one, as the time
// that it ran, so that what else the machine does hardly counts. Event Timing leaves out moves of a pointer, so that it is
// read from as many presses of a key on the same handle.
import { handle, spot } from "../lib/curve.mjs";
import { digits, quantile, table } from "./report.mjs";

const moves = 200;
const situations = ["notifications", "steady-1000", "documents", "streams"];
const throttled = "notifications";
const slower = 4;
const categories = ["toplevel", "devtools.timeline"];

export async function drag(browser, site) {
  const rows = [];
  for (const situation of situations) rows.push(await row(browser, site, situation, 1));
  rows.push(await row(browser, site, throttled, slower));
  const columns = [
    "pulling a point of",
    "work of a move, p50, ms",
    "p95",
    "most",
    "Event Timing p95, ms",
    "long tasks",
    "moves with both numbers changed",
    "last move to settled, ms",
  ];
  return `## Dragging: ${moves} moves, main thread\n\n${table(columns, rows)}\n`;
}

async function row(browser, site, situation, slowdown) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(new URL(`#situation=${situation}`, site).href);
  await settled(page);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  await page.evaluate(listen);
  const presses = await keys(page);
  const [x, y] = await spot(handle(page, 1));
  await page.mouse.move(x, y);
  await page.mouse.down();
  // The first moves compile what the others run.
  await pull(page, x, y, 20);
  await page.evaluate(() => globalThis.answered.splice(0));
  await browser.startTracing(page, { categories });
  await pull(page, x, y, moves);
  const trace = JSON.parse((await browser.stopTracing()).toString());
  const answered = await page.evaluate(() => globalThis.answered.filter(Boolean).length);
  const wait = await lastMove(page, x, y + 3);
  await page.mouse.up();
  await page.close();
  const tasks = mainThreadTasks(trace);
  const work = workOfMoves(trace, tasks);
  const name = slowdown > 1 ? `${situation}, ${slowdown} × slower` : situation;
  const spread = [0.5, 0.95, 1].map((share) => digits(quantile(work, share)));
  const long = tasks.filter(({ ms }) => ms > 50).length;
  return [name, ...spread, digits(quantile(presses, 0.95)), long, `${answered} of ${moves}`, digits(wait)];
}

/** Up and down, a few pixels at a time; each move waits for its frame, as a hand's do. */
async function pull(page, x, y, count) {
  for (let step = 1; step <= count; step += 1) {
    const phase = step % 40;
    await page.mouse.move(x + (step % 3), y - 2 * (phase < 20 ? phase : 40 - phase));
  }
}

/** How long presses of a key took to be seen, in ms as Event Timing tells them; those below 16 as 16. */
async function keys(page) {
  await handle(page, 1).focus();
  for (let step = 0; step < moves; step += 1) await page.keyboard.press(step % 40 < 20 ? "ArrowUp" : "ArrowDown");
  await page.waitForTimeout(200);
  const slow = await page.evaluate(() => globalThis.heard);
  return [...slow, ...Array(Math.max(0, moves - slow.length)).fill(16)];
}

/** One more move and then stillness; how long until the answer is settled, in ms. */
async function lastMove(page, x, y) {
  const wait = page.evaluate(() => new Promise((resolve) => {
    addEventListener("pointermove", () => {
      const begun = performance.now();
      let left = false;
      const look = () => {
        const state = document.documentElement.dataset.state;
        left ||= state !== "settled";
        if (left && state === "settled") resolve(performance.now() - begun);
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    }, { once: true });
  }));
  await page.mouse.move(x, y);
  return wait;
}

/** Runs in the page: notes slow presses, and of each move whether both numbers changed in its frame. */
function listen() {
  globalThis.heard = [];
  globalThis.answered = [];
  const note = (list) => globalThis.heard.push(...list.getEntries().filter(({ name }) => name === "keydown").map(({ duration }) => duration));
  new PerformanceObserver(note).observe({ type: "event", durationThreshold: 16 });
  const numbers = () => ["price", "wait"].map((name) => document.querySelector(`[data-testid=${name}]`).dataset.value);
  addEventListener("pointermove", () => {
    const before = numbers();
    // After the frame's own callbacks, before it is painted: a frame asked for here comes behind those of the page.
    requestAnimationFrame(() => queueMicrotask(() => {
      const after = numbers();
      globalThis.answered.push(after[0] !== before[0] && after[1] !== before[1]);
    }));
  });
}

/** The tasks of the thread that handled the pointer, in order, each with when it began, ended and how long it ran. */
function mainThreadTasks({ traceEvents }) {
  const handled = traceEvents.find((event) => event.name === "EventDispatch" && event.args.data?.type === "pointermove");
  if (!handled) throw new Error("the trace has no pointermove");
  return traceEvents
    .filter((event) => event.ph === "X" && event.pid === handled.pid && event.tid === handled.tid && /RunTask$/.test(event.name))
    .map(({ ts, dur, tdur = dur }) => ({ from: ts, to: ts + dur, ms: tdur / 1_000 }))
    .sort((a, b) => a.from - b.from);
}

/** The main thread's work from each move to the next, in ms; the task that a move is handled in is the move's. */
function workOfMoves({ traceEvents }, tasks) {
  const at = traceEvents
    .filter((event) => event.name === "EventDispatch" && event.args.data?.type === "pointermove")
    .map(({ ts }) => ts)
    .sort((a, b) => a - b);
  const until = (instant) => tasks.filter(({ to }) => to <= instant).reduce((sum, { ms }) => sum + ms, 0);
  return at.slice(0, -1).map((begun, index) => until(at[index + 1]) - until(begun));
}

async function settled(page) {
  await page.waitForFunction(() => document.documentElement.dataset.state === "settled", undefined, { polling: "raf", timeout: 120_000 });
}
