// Machine-checkable accessibility: WCAG 2.0 to 2.2, A and AA, in light, dark and on a phone.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { settled } from "./lib/lab.mjs";
import { test } from "./lib/suite.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];
const phone = { width: 360, height: 740 };

for (const [name, options] of [
  ["in light", { colorScheme: "light" }],
  ["in dark", { colorScheme: "dark" }],
  ["on a phone in light", { colorScheme: "light", viewport: phone }],
  ["on a phone in dark", { colorScheme: "dark", viewport: phone }],
]) {
  test(`axe finds nothing ${name}`, options, async (visitor) => {
    await visitor.open();
    await settled(visitor.page);
    await visitor.page.evaluate(axe);
    const violations = await visitor.page.evaluate(
      async (values) => (await globalThis.axe.run(document, { runOnly: { type: "tag", values } })).violations,
      tags,
    );
    assert.deepEqual(violations.flatMap(inWords), []);
  });
}

test("a phone's page does not scroll sideways", { viewport: phone }, async (visitor) => {
  await visitor.open();
  await settled(visitor.page);
  const overflow = await visitor.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${overflow} px too wide`);
});

function inWords({ id, help, nodes }) {
  return nodes.map((node) => `${id}: ${help}: ${node.target.join(" ")}`);
}
