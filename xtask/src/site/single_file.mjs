// Makes one HTML file of a built site: page, workers and wasm within, for file://, a stick, and frames whose host sends
// no headers. Every file travels gzipped in base64; single_file_boot.js unpacks it, and answers what the page fetches.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const [folder, out] = process.argv.slice(-2);
const boot = await readFile(join(folder, "boot.js"), "utf8");
const unpack = process.env.UNPACK;

let page = await readFile(join(folder, "index.html"), "utf8");
const tag = (name, part) => new RegExp(`<${name}\\b[^>]*${part}[^>]*>`, "g");
const attribute = (markup, name) => new RegExp(`\\b${name}=("[^"]*"|[^\\s>]*)`).exec(markup)?.[1].replaceAll('"', "");

for (const link of page.match(tag("link", "stylesheet")) ?? []) {
  page = replaced(page, link, `<style>${await text(attribute(link, "href"))}</style>`);
}
for (const icon of page.match(tag("link", "rel=\"?icon")) ?? []) {
  const picture = Buffer.from(await text(attribute(icon, "href"))).toString("base64");
  page = replaced(page, icon, `<link rel="icon" type="image/svg+xml" href="data:image/svg+xml;base64,${picture}">`);
}
// What is within need not be fetched ahead; what is not within is nowhere.
for (const ahead of page.match(tag("link", "(preload|oembed|manifest)")) ?? []) page = replaced(page, ahead, "");
for (const preview of page.match(tag("meta", "property=\"?og:image")) ?? []) page = replaced(page, preview, "");

const [starter] = page.match(/<script\b[^>]*data-wasm[^>]*><\/script>/);
const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(js|wasm)$/.test(name) && name !== "boot.js");
const files = await Promise.all(names.sort().map(async (name) => {
  const packed = gzipSync(await readFile(join(folder, name)), { level: 9 }).toString("base64");
  return `<script type="text/plain" data-file="${name.replaceAll("\\", "/")}">${packed}</script>`;
}));
const script = `<script type="module" data-app="${attribute(starter, "data-app")}" data-wasm="${attribute(starter, "data-wasm")}">`;
page = replaced(page, starter, "");
page = replaced(page, "</body>", `${files.join("")}${script}${inline(unpack)}\n${inline(boot)}</script></body>`);
await writeFile(out, page);

async function text(name) {
  return readFile(join(folder, name), "utf8");
}

/** A function, so that no $ in the new text means anything. */
function replaced(page, from, to) {
  if (!page.includes(from)) throw new Error(`index.html has no ${from}`);
  return page.replace(from, () => to);
}

function inline(script) {
  return script.replaceAll("</script", "<\\/script");
}
