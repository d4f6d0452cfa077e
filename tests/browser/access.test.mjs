// Machine-checkable accessibility: WCAG 2.0 to 2.2, A and AA, and what axe holds for good practice, in every state of the
// page, in light and dark, on a desk and on a phone; in the ones that people look at longest also as seen by eyes that
// need more.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { enlarge, still } from "./lib/lab.mjs";
import { states } from "./lib/states.mjs";
import { test } from "./lib/suite.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

const desk = { width: 1280, height: 800 };
const phone = { width: 360, height: 740 };
const looks = {
  "in light": (page) => look(page, desk, { colorScheme: "light" }),
  "in dark": (page) => look(page, desk, { colorScheme: "dark" }),
  "on a phone in dark": (page) => look(page, phone, { colorScheme: "dark" }),
  "on a phone in light": (page) => look(page, phone, { colorScheme: "light" }),
};
const needs = {
  "at 400 %": (page) => look(page, { width: 320, height: 256 }, {}),
  "in forced colours": (page) => look(page, desk, { forcedColors: "active" }),
  "with less motion": (page) => look(page, desk, { reducedMotion: "reduce", forcedColors: "none" }),
  "with large text": (page) => enlarge(page),
  "with large text on a phone": (page) => look(page, phone, {}),
};
const looked = ["settled", "folds open", "broken link"];

for (const { name, enter } of states) {
  test(`axe finds nothing in the state "${name}"`, { limitMs: 180_000 }, async (visitor) => {
    if ((await enter(visitor)) === false) return;
    const { page } = visitor;
    await page.evaluate(axe);
    for (const [words, put] of Object.entries(looked.includes(name) ? { ...looks, ...needs } : looks)) {
      await put(page);
      await still(page);
      assert.deepEqual(await violations(page), [], words);
    }
  });
}

for (const [words, viewport, percent] of [
  ["on a phone", phone, 100],
  ["at 400 %", { width: 320, height: 256 }, 100],
  ["at 200 %", { width: 640, height: 400 }, 100],
  ["with text of twice the size", desk, 200],
  ["with text of twice the size on a phone", phone, 200],
]) {
  test(`the page does not scroll sideways ${words}`, { viewport }, async (visitor) => {
    const folds = states.find(({ name }) => name === "folds open");
    await folds.enter(visitor);
    const { page } = visitor;
    await enlarge(page, percent);
    await still(page);
    assert.deepEqual(await page.evaluate(tooWide), []);
  });
}

async function look(page, viewport, media) {
  await page.setViewportSize(viewport);
  await page.emulateMedia(media);
}

async function violations(page) {
  const { violations, passes } = await page.evaluate(async (values) => {
    const { violations, passes } = await globalThis.axe.run(document, { runOnly: { type: "tag", values } });
    return { violations, passes: passes.length };
  }, tags);
  assert.ok(passes > 10, `axe found something to look at: ${passes} rules hold`);
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help}: ${target.join(" ")}`));
}

/** Runs in the page: what sticks out to the right, if anything makes the page scroll. */
function tooWide() {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  const wide = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5);
  const inWords = (one) => `${one.tagName.toLowerCase()}.${one.getAttribute("class")}: ${one.getBoundingClientRect().right}`;
  return [`${document.documentElement.scrollWidth} px in ${innerWidth}`, ...wide.slice(0, 5).map(inWords)];
}
