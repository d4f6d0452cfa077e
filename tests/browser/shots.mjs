// node tests/browser/shots.mjs <address of the site> <folder> [part of a look's name]
//
// Photographs the page: every state and panel in every look, into folder/<look>/<scene>.png, with folder/index.html to
// leaf through. What cannot be photographed is told and does not end the rest.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { launch } from "./lib/chromium.mjs";
import { settled, still } from "./lib/lab.mjs";
import { dress, looks, panels } from "./lib/scenes.mjs";
import { sheet } from "./lib/sheet.mjs";
import { rested, states } from "./lib/states.mjs";
import { Visitor } from "./lib/visitor.mjs";

const [site, folder, wanted = ""] = process.argv.slice(2);
const pictures = [];
const missing = [];
const browser = await launch();
for (const look of looks.filter(({ name }) => name.includes(wanted))) {
  const start = performance.now();
  await mkdir(join(folder, look.name), { recursive: true });
  for (const state of states.filter(({ name }) => look.states.includes(name))) {
    await visit(look, state.name, (visitor) => photographState(visitor, look, state));
  }
  if (look.panels) await visit(look, "panels", (visitor) => photographPanels(visitor, look));
  const count = pictures.filter((picture) => picture.look === look.name).length;
  console.log(`   ${look.name}: ${count} pictures, ${((performance.now() - start) / 1000).toFixed(0)} s`);
}
await browser.close();
await writeFile(join(folder, "index.html"), sheet(pictures, missing));
missing.forEach((one) => console.log(`   not there: ${one}`));
console.log(`   ${pictures.length} pictures in ${join(folder, "index.html")}`);

async function visit(look, scene, photograph) {
  const visitor = await Visitor.enter(browser, site, look.options);
  try {
    await photograph(visitor);
  } catch (error) {
    missing.push(`${look.name}, ${scene}: ${error.message.split("\n")[0]}`);
  } finally {
    await visitor.leave();
  }
}

async function photographState(visitor, look, { name, enter }) {
  if ((await enter(visitor)) === false) throw new Error("the page has no such thing");
  const { page } = visitor;
  await dress(page, look);
  await still(page);
  await take(look, name, (options) => page.screenshot(options));
  await lookThrough(page);
  await take(look, `${name}, whole`, (options) => page.screenshot({ ...options, fullPage: true }));
}

/** Charts are drawn once they come into sight. */
async function lookThrough(page) {
  await page.evaluate(async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
      scrollTo(0, y);
      for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    scrollTo(0, 0);
  });
  await still(page);
}

async function photographPanels(visitor, look) {
  await rested(visitor);
  const { page } = visitor;
  await dress(page, look);
  for (const panel of panels) {
    const found = page.locator(panel.selector);
    const count = await found.count();
    if (count === 0) missing.push(`${look.name}: ${panel.name} (${panel.selector})`);
    for (let index = 0; index < count; index += 1) {
      const one = found.nth(index);
      if (panel.fold) await one.evaluate((fold) => (fold.open = true));
      await settled(page);
      await still(page);
      await take(look, count > 1 ? `${panel.name} ${index + 1}` : panel.name, (options) => one.screenshot(options));
      if (panel.fold) await one.evaluate((fold) => (fold.open = false));
    }
  }
}

/** `caret` leaves the page's own styles alone: the policy would refuse Playwright's. */
async function take(look, caption, photograph) {
  const path = `${look.name}/${caption.replaceAll(/[^a-z0-9.]+/gi, "-")}.png`;
  await photograph({ path: join(folder, path), caret: "initial", timeout: 15_000 });
  pictures.push({ look: look.name, path, caption });
}
