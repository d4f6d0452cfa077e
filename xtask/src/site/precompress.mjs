// Writes a brotli twin next to every file of a folder that gains by it, so that no request waits for a compressor.
// Node is a given on every machine that builds the site; a brotli program is not.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

const compress = promisify(brotliCompress);
const worthIt = /\.(html|css|js|mjs|wasm|svg|json|txt|xml|webmanifest|ico|map)$/;

async function precompress(path) {
  const raw = await readFile(path);
  const text = !path.endsWith(".wasm");
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_MODE]: text ? constants.BROTLI_MODE_TEXT : constants.BROTLI_MODE_GENERIC,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
  };
  const small = await compress(raw, { params });
  if (small.length < raw.length) await writeFile(`${path}.br`, small);
}

const folder = process.argv.at(-1);
const entries = await readdir(folder, { recursive: true, withFileTypes: true });
const files = entries.filter((entry) => entry.isFile() && worthIt.test(entry.name));
await Promise.all(files.map((entry) => precompress(join(entry.parentPath ?? entry.path, entry.name))));
