// A test is a sentence and a function of a visitor. This file collects them, runs them one after the other with a
// time limit each, and closes with one line that people and pipelines can read.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Visitor } from "./visitor.mjs";

const defaultLimitMs = 90_000;
const tests = [];

/** Registers a test. Options: limitMs, and those of a `Visitor` (colorScheme, viewport, …). */
export function test(sentence, options, body) {
  tests.push(typeof options === "function" ? { sentence, options: {}, body: options } : { sentence, options, body });
}

/** Runs every test whose sentence contains `wanted`, and returns how many failed. */
export async function runAll({ browser, site, results, wanted = "" }) {
  const chosen = tests.filter(({ sentence }) => sentence.includes(wanted));
  let failed = 0;
  for (const one of chosen) {
    const good = await run(one, { browser, site, results });
    if (!good) failed += 1;
  }
  console.log(`\n${chosen.length - failed} passed, ${failed} failed`);
  return failed;
}

async function run({ sentence, options, body }, { browser, site, results }) {
  const start = performance.now();
  const { limitMs = defaultLimitMs, ...wishes } = options;
  const visitor = await Visitor.enter(browser, site, wishes);
  try {
    await within(limitMs, body(visitor));
    await visitor.expectNoFaults();
    report("ok  ", sentence, start);
    return true;
  } catch (error) {
    report("FAIL", sentence, start);
    console.log(indented(String(error.message ?? error)), await picture(visitor, sentence, results));
    return false;
  } finally {
    await visitor.leave();
  }
}

function within(milliseconds, promise) {
  const { promise: late, reject } = withResolvers();
  const timer = setTimeout(() => reject(new Error(`not done within ${milliseconds / 1000} s`)), milliseconds);
  // The body may fail on its own after the limit: that is no news.
  promise.catch(() => {});
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// Promise.withResolvers comes with Node 22.
function withResolvers() {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
}

function report(verdict, sentence, start) {
  console.log(`${verdict} ${sentence} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
}

async function picture(visitor, sentence, results) {
  const name = `${sentence.replaceAll(/[^a-z0-9]+/gi, "-").slice(0, 80)}.png`;
  try {
    await mkdir(results, { recursive: true });
    await visitor.page.screenshot({ path: join(results, name), timeout: 10_000 });
    return `\n       picture: tests/browser/results/${name}`;
  } catch (error) {
    return `\n       no picture: ${String(error.message).split("\n")[0]}`;
  }
}

const indented = (text) => text.split("\n").map((line) => `       ${line}`).join("\n");
