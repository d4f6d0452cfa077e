// Writes sw.js, the service worker of a built site: what it keeps is listed by the final bytes of every file, so that a
// site that differs in anything has another worker, and browsers notice.
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const folder = process.argv.at(-1);
// Previews, the file for downloading and twins in brotli are for others than the page.
const kept = /\.(html|js|wasm|css|svg|webmanifest)$|^icon-\d+\.png$/;
const names = (await readdir(folder, { recursive: true }))
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => kept.test(name) && !["sw.js", "burstlab.html"].includes(name))
  .sort();
const hash = createHash("sha256");
for (const name of names) hash.update(name).update(await readFile(join(folder, name)));
const head = `const version = ${JSON.stringify(hash.digest("hex").slice(0, 16))};\nconst files = ${JSON.stringify(names)};\n`;
await writeFile(join(folder, "sw.js"), head + process.env.WORKER);
