// Starts the Chromium of this machine: nothing in it calls home.
import { chromium } from "playwright-core";
import { program } from "./program.mjs";

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

export function launch() {
  return chromium.launch({ executablePath: program("CHROMIUM", names), args: flags });
}
