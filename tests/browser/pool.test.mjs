// Several workers share a large day, and whatever befalls them the answer is the same, byte for byte.
import assert from "node:assert/strict";
import { frames, longestTask, outcome, read, settled, turn } from "./lib/lab.mjs";
import { test } from "./lib/suite.mjs";

// Eight pieces, and a second or two.
const large = "#v=1&situation=steady-1000&curve=12:150&provisioned=60";
const larger = `${large}&memory_mb=1408`;
const long = "#v=1&situation=steady-1000&error_percent=1";

const watched = new WeakSet();

/** What a day comes to with so many processor cores; the first to ask finds out. */
const known = new Map();
async function answerOf(visitor, link, cores) {
  await watch(visitor.page, cores);
  await visitor.open(link);
  await settled(visitor.page);
  const text = await outcome(visitor.page);
  if (!known.has(link)) known.set(link, text);
  return text;
}

for (const cores of [1, 2, 4, 8]) {
  test(`a large day comes out the same, byte for byte, with ${cores} workers`, async (visitor) => {
    const { page } = visitor;
    const text = await answerOf(visitor, large, cores);
    assert.equal(JSON.parse(text).counts.arrived, JSON.parse(known.get(large)).counts.arrived);
    assert.ok(text === known.get(large), "the same bytes");
    assert.equal(page.workers().length, cores);
    const { tasks } = await seen(page);
    const pieces = tasks.filter(({ task }) => task.piece !== undefined).map(({ task }) => task.piece);
    if (cores === 1) assert.deepEqual(tasks.map(({ task }) => task), ["whole"]);
    else assert.deepEqual(pieces.sort(), [0, 1, 2, 3, 4, 5, 6, 7], "each piece once");
    const busy = new Set(tasks.filter(({ task }) => task.piece !== undefined).map(({ worker }) => worker));
    assert.equal(busy.size, cores === 1 ? 0 : cores, "all of them had a piece");
  });
}

test("a small day takes one worker, and its other days are shared", async (visitor) => {
  const { page } = visitor;
  await watch(page, 4);
  await visitor.open();
  await settled(page);
  await page.waitForFunction(() => globalThis.pool.replies.filter(({ day }) => day).length === 8);
  const { tasks } = await seen(page);
  assert.equal(tasks[0].task, "whole");
  assert.deepEqual(tasks.slice(1).map(({ task }) => task.other_day).sort(), [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.equal(page.workers().length, 4);
});

for (const [how, kill] of [
  ["is ended", (worker) => worker.terminate()],
  // A silent death of another kind, which nobody is told of.
  ["hangs", (worker) => worker.hang()],
  ["traps", (worker) => worker.trap()],
]) {
  test(`a worker that ${how} in the midst of a day is replaced, and the day comes out the same`, async (visitor) => {
    const { page } = visitor;
    const expected = known.get(large) ?? (await answerOf(visitor, large, 2));
    await watch(page, 2);
    await visitor.open(large);
    // Glimpses come first.
    await page.waitForFunction(() => globalThis.pool.workers[1]?.last?.piece !== undefined);
    const lost = await page.evaluate(`(${kill})(globalThis.pool.workers[1]) ?? globalThis.pool.workers[1].last.piece`);
    await settled(page);
    assert.ok((await outcome(page)) === expected, "the same bytes");
    const { tasks } = await seen(page);
    assert.equal(tasks.filter(({ task }) => task.piece === lost).length, 2, "its piece was handed out again");
    await turn(page, "memory_mb", 2048);
    await settled(page);
    assert.equal((await seen(page)).workers, 3, "another came in its place");
    // One in an endless loop goes a moment after it was ended.
    for (let waits = 0; page.workers().length > 2 && waits < 50; waits += 1) await page.waitForTimeout(100);
    assert.equal(page.workers().length, 2, "the lost one is gone");
  });
}

test("a task that kills two workers is told, and the next scenario settles", async (visitor) => {
  const { page } = visitor;
  await watch(page, 2);
  await page.addInitScript(() => (globalThis.pool.doomed = ({ piece }) => piece === 1));
  await visitor.open(large);
  const notice = page.locator("[data-testid=notice]");
  await notice.getByText("The simulation stopped at this scenario").waitFor();
  assert.equal((await read(page)).state === "settled", false);
  await page.evaluate(() => (globalThis.pool.doomed = () => false));
  await turn(page, "memory_mb", 2048);
  await settled(page);
  assert.equal((await notice.innerText()).trim(), "", "the notice is gone");
});

for (const [why, hinder] of [
  ["cannot be constructed", () => (globalThis.Worker = class { constructor() { throw new Error("no workers"); } })],
  ["fail before they say a word", () => {
    globalThis.Worker = class extends EventTarget {
      postMessage() { setTimeout(() => this.onerror?.(new Event("error"))); }
      terminate() {}
    };
  }],
]) {
  test(`where workers ${why}, the page simulates by itself and comes to the same`, async (visitor) => {
    const { page } = visitor;
    const expected = known.get(large) ?? (await answerOf(visitor, large, 2));
    await page.addInitScript(hinder);
    await visitor.open(large);
    await page.waitForFunction(() => document.querySelector("[data-testid=status]")?.textContent.includes("on the page itself"));
    const before = await read(page);
    await turn(page, "memory_mb", 2048);
    await frames(page, 3);
    assert.notEqual((await read(page)).price, before.price, "the numbers follow in the midst of it");
    const longest = await longestTask(page);
    assert.ok(longest < 100, `no task of the page holds it up: ${longest} ms`);
    await turn(page, "memory_mb", 1024);
    await settled(page);
    assert.ok((await outcome(page)) === expected, "the same bytes");
    assert.match(await page.locator("[data-testid=status]").innerText(), /on the page itself/);
  });
}

test("a newer scenario ends the work on the older within 10 ms", async (visitor) => {
  const { page } = visitor;
  await watch(page, 2);
  await visitor.open(long);
  await page.waitForFunction(() => document.documentElement.dataset.state === "refining");
  const delays = [];
  for (const memory of [1536, 2048, 1024, 1536, 2048, 1024, 1536]) {
    await turn(page, "memory_mb", memory);
    await page.waitForTimeout(300);
  }
  delays.push(...(await seen(page)).looks);
  assert.ok(delays.length >= 50, `the worker looks for newer work all the time: ${delays.length} looks`);
  delays.sort((a, b) => a - b);
  // This machine may have other things to do than this worker: a quarter of them show how long a slice is by itself.
  const [quarter, most] = [0.25, 0.9].map((share) => delays[Math.floor(share * delays.length)]);
  assert.ok(quarter <= 10 && most <= 50, `between two looks: ${quarter} ms, ${most} ms`);
  await visitor.open("#v=1&situation=notifications");
  await settled(page);
});

test("the newest of many scenarios is the one that settles", async (visitor) => {
  const { page } = visitor;
  await watch(page, 2);
  await visitor.open(large);
  await page.waitForFunction(() => globalThis.pool.tasks.length >= 2);
  for (const memory of [1088, 1152, 1216, 1280, 1344, 1408]) {
    await turn(page, "memory_mb", memory);
    await frames(page, 2);
  }
  await settled(page);
  const text = await outcome(page);
  assert.ok(text === (await answerOf(visitor, larger, 4)), "as if it had been alone");
});

/** Notes what crosses to and from workers, with a hand on each of them. */
async function watch(page, cores) {
  if (watched.has(page)) return;
  watched.add(page);
  await page.addInitScript((cores) => {
    Object.defineProperty(Navigator.prototype, "hardwareConcurrency", { get: () => cores });
    const pool = (globalThis.pool = { workers: [], tasks: [], replies: [], looks: [], doomed: () => false });
    // Put before the worker's script: it notes how long each slice between two messages takes, and can be made to fail.
    const inside = `
      const channels = MessageChannel;
      globalThis.MessageChannel = class extends channels {
        constructor() {
          super();
          const port = this.port2, post = port.postMessage.bind(port);
          let last = 0;
          port.postMessage = (message) => {
            const now = performance.now();
            if (last && now - last < 1000) looks.push(now - last);
            last = now;
            if (looks.length >= 20) globalThis.postMessage({ looks: looks.splice(0) });
            post(message);
          };
        }
      };
      const looks = [];
      addEventListener("message", ({ data }) => {
        if (data === "hang") for (;;);
        if (data === "trap") throw new Error("trapped on purpose");
      });`;
    const Blobs = Blob;
    globalThis.Blob = class extends Blobs {
      constructor(parts, options) {
        super(options?.type === "text/javascript" ? [inside, ...parts] : parts, options);
      }
    };
    const Workers = Worker;
    globalThis.Worker = class extends Workers {
      constructor(...all) {
        super(...all);
        this.number = pool.workers.push(this) - 1;
        this.addEventListener("message", ({ data }) => {
          if (data.looks) pool.looks.push(...data.looks);
          else pool.replies.push(JSON.parse(typeof data === "string" ? data : data[0]));
        });
      }
      postMessage(message) {
        super.postMessage(message);
        const ask = Array.isArray(message) ? JSON.parse(message[0]) : {};
        if (!ask.simulate) return;
        this.last = ask.simulate.task;
        pool.tasks.push({ worker: this.number, ...ask.simulate });
        if (pool.doomed(ask.simulate.task)) this.trap();
      }
      hang() { super.postMessage("hang"); }
      trap() { super.postMessage("trap"); }
    };
  }, cores);
}

function seen(page) {
  return page.evaluate(() => {
    const { tasks, looks, workers } = globalThis.pool;
    return { tasks, looks, workers: workers.length };
  });
}
