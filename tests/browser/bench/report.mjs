// What a section of BENCHMARKS.md is made of.
import { cpus, platform, release, totalmem } from "node:os";

/** When, on what, and in which browser. */
export function machine(version) {
  const [{ model }] = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(1);
  const date = new Date().toISOString().slice(0, 10);
  return `${date}; ${cpus().length} × ${model.trim()}, ${memory} GiB, ${platform()} ${release()}; Chromium ${version}.\n`;
}

/** A table in Markdown: the first column names, the others count. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, index) => (index === 0 ? "---" : "---:"));
  return [head, rule, ...rows].map(line).join("\n");
}

/** A number with three digits that tell. */
export function digits(number) {
  if (!Number.isFinite(number)) return "–";
  return number.toFixed(number < 10 ? 2 : number < 1_000 ? 1 : 0);
}

/** The value that a share of them does not exceed. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}
