// Starts the Chromium of this machine: nothing is downloaded, and nothing in it calls home.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const names = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"];
const flags = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function executablePath() {
  const onPath = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const found = [process.env.CHROMIUM, ...onPath].filter(Boolean).find(canRun);
  if (!found) throw new Error("No Chromium was found: install one, or set CHROMIUM to the program.");
  return found;
}

export function launch() {
  return chromium.launch({ executablePath: executablePath(), args: flags });
}

function canRun(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
