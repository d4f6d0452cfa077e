// Starts the Firefox of this machine, as it is: Playwright speaks WebDriver BiDi with it, so no other driver is needed.
//
// Playwright 1.65 sends a command that Firefox 153, the long-term release, does not know yet. Before a newer Playwright
// is pinned, let it drive this one.
import { firefox } from "playwright-core";
import { program } from "./program.mjs";

const startMs = 60_000;

export function launch() {
  return firefox.launch({
    channel: "moz-firefox",
    executablePath: program("FIREFOX", ["firefox-esr", "firefox"]),
    timeout: startMs,
  });
}
