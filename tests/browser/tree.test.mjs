// What a screen reader finds, region by region, as files in snapshots/. Whoever changes the page on purpose writes them
// anew and reviews the difference like code: BURSTLAB_UPDATE_SNAPSHOTS=1 node tests/browser/run.mjs ADDRESS snapshot
import assert from "node:assert/strict";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { states } from "./lib/states.mjs";
import { test } from "./lib/suite.mjs";

const folder = new URL("snapshots/", import.meta.url);
const isUpdate = Boolean(process.env.BURSTLAB_UPDATE_SNAPSHOTS);

/** The state, and the regions that are read in it. */
const trees = [
  [
    "settled",
    {
      masthead: "header.masthead",
      situation: "section.opening",
      traffic: "section.curve",
      answer: "section.answer",
      controls: "section.controls",
      charts: "section.charts",
      more: "section.more",
      gallery: "section.gallery",
      footer: "footer",
    },
  ],
  ["folds open", { bill: "[data-chart=bill]", "expert-controls": "details.expert" }],
  ["comparison open", { comparison: "section.compare" }],
  ["broken link", { "broken-link": "[data-testid=error]" }],
  ["worker dead", { "worker-dead": "[data-testid=notice]" }],
  ["wasm missing", { "wasm-missing": "[data-testid=broken]" }],
];

for (const [name, regions] of trees) {
  test(`in the state "${name}" every region reads as its snapshot says`, async (visitor) => {
    await states.find((state) => state.name === name).enter(visitor);
    for (const [region, selector] of Object.entries(regions)) {
      await compare(region, `${await visitor.page.locator(selector).ariaSnapshot()}\n`);
    }
  });
}

test("every snapshot is of a region that there is", async (visitor) => {
  await visitor.open();
  const known = trees.flatMap(([, regions]) => Object.keys(regions)).map((region) => `${region}.yml`);
  assert.deepEqual((await readdir(folder)).sort(), known.sort());
});

async function compare(region, actual) {
  const file = new URL(`${region}.yml`, folder);
  if (isUpdate) {
    await mkdir(folder, { recursive: true });
    await writeFile(file, actual);
    return;
  }
  // Without a message of ours, the error shows the lines that differ.
  assert.equal(`${region}\n${actual}`, `${region}\n${await readFile(file, "utf8").catch(() => "has no snapshot yet\n")}`);
}
