// node tests/browser/shots.mjs <address of the site> <folder>
//
// Photographs the page on a desk and on a phone, in light and dark.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { launch } from "./lib/chromium.mjs";
import { settled } from "./lib/lab.mjs";
import { Visitor } from "./lib/visitor.mjs";

const sizes = { desk: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } };
const [site, folder] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const browser = await launch();
for (const [size, viewport] of Object.entries(sizes)) {
  for (const colorScheme of ["light", "dark"]) await photograph(`${size}-${colorScheme}`, { viewport, colorScheme });
}
await browser.close();

async function photograph(name, options) {
  const visitor = await Visitor.enter(browser, site, options);
  await visitor.open();
  // A picture of a page that never settles is worth having too.
  await settled(visitor.page).catch((error) => console.log(`   ${name}: ${error.message.split("\n")[0]}`));
  const path = join(folder, `${name}.png`);
  await visitor.page.screenshot({ path });
  await visitor.page.screenshot({ path: join(folder, `${name}-whole.png`), fullPage: true });
  console.log(`   ${path}`);
  await visitor.leave();
}
