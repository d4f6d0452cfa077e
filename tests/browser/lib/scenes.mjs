// What is photographed: the page as a whole and panel by panel, in every state and look. A new panel or look is a row.
import { enlarge } from "./lab.mjs";
import { states } from "./states.mjs";

const desk = { width: 1280, height: 800 };
const phone = { width: 360, height: 740 };
const shown = ["settled", "folds open", "queue on", "broken link", "wasm missing"];
const all = states.map(({ name }) => name);

/** Looks: what the browser is told, which states are of interest in them, and whether panels are taken one by one. */
export const looks = [
  { name: "desk-light", options: { viewport: desk }, states: all, panels: true },
  { name: "desk-dark", options: { viewport: desk, colorScheme: "dark" }, states: all, panels: true },
  { name: "phone-light", options: { viewport: phone }, states: all, panels: true },
  { name: "phone-dark", options: { viewport: phone, colorScheme: "dark" }, states: all, panels: true },
  { name: "desk-large-text", options: { viewport: desk }, states: shown, panels: true, text: 200 },
  { name: "phone-large-text", options: { viewport: phone }, states: shown, panels: true, text: 200 },
  { name: "desk-forced-colours", options: { viewport: desk, forcedColors: "active" }, states: shown, panels: true },
  { name: "desk-print", options: { viewport: desk }, states: ["settled", "folds open"], media: "print" },
  { name: "wide-2560", options: { viewport: { width: 2560, height: 1440 } }, states: ["settled"] },
  { name: "narrow-320", options: { viewport: { width: 320, height: 640 } }, states: shown },
  ...[1.5, 2, 3].map((ratio) => ({
    name: `ratio-${ratio}`,
    options: { viewport: desk, deviceScaleFactor: ratio },
    states: [],
    panels: true,
  })),
];

/** Panels: a name, where they are, and whether they have to be unfolded first. Several of a kind are numbered. */
export const panels = [
  { name: "masthead", selector: "header.masthead" },
  { name: "situation", selector: "section.opening" },
  { name: "curve", selector: "section.curve" },
  { name: "tools", selector: ".tools" },
  { name: "headline", selector: ".headline" },
  { name: "sentence", selector: "[data-testid=sentence]" },
  { name: "controls", selector: "section.controls" },
  { name: "chart", selector: "figure.chart" },
  { name: "comparison", selector: "section.compare" },
  { name: "gallery", selector: "section.gallery" },
  { name: "bill", selector: "[data-chart=bill] .chart-table", fold: true },
  { name: "fold", selector: "section.more > details", fold: true },
  { name: "footer", selector: "footer" },
];

/** Puts a page that has been opened into a look which a browser cannot be told beforehand. */
export async function dress(page, { text, media }) {
  if (media) await page.emulateMedia({ media });
  if (text) await enlarge(page, text);
}
