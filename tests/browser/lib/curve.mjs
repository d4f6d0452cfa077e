// The curve in the words of its contract: its points and spikes, where they are, and where a rate is.

export const handle = (page, index) => page.locator(`[data-handle="${index}"]`);
export const spike = (page, index) => page.locator(`[data-spike="${index}"]`);
export const whole = (page) => page.locator("[data-whole]");
export const tool = (page, name) => page.getByTestId(name);

/** The curve's points in time order, each with its time and rate. */
export const points = (page) => sliders(page, "[data-handle]");

/** The spikes in time order; their rate is their number of requests. */
export const spikes = (page) => sliders(page, "[data-spike]");

function sliders(page, selector) {
  return page.locator(selector).evaluateAll((all) =>
    all.map((one) => ({
      time: one.getAttribute("aria-label").match(/\d\d:\d\d/)[0],
      rate: Number(one.getAttribute("aria-valuenow")),
    })),
  );
}

/** Where a handle can be taken hold of. */
export async function spot(locator) {
  await locator.scrollIntoViewIfNeeded();
  const box = await locator.locator(".dot, .pill").boundingBox();
  return [box.x + box.width / 2, box.y + box.height / 2];
}

/** The plot's room between its axes, as its own marks tell it. */
export function plot(page) {
  return page.locator("svg.plot").evaluate((svg) => {
    const corner = svg.getBoundingClientRect();
    const lines = [...svg.querySelectorAll(".axes line")];
    const labels = [...svg.querySelectorAll(".axes .rate")].map((label) => Number(label.textContent.replaceAll(",", "")));
    const [left, right] = ["x1", "x2"].map((side) => corner.x + Number(lines[0].getAttribute(side)));
    const [foot, top] = [lines[0], lines.at(-1)].map((line) => corner.y + Number(line.getAttribute("y1")));
    return { left, width: right - left, foot, perRate: (foot - top) / labels.at(-1) };
  });
}

/** Where an hour and a rate are on the screen. */
export async function put(page, hour, rate) {
  const { left, width, foot, perRate } = await plot(page);
  return [Math.round(left + (hour / 24) * width), Math.round(foot - rate * perRate)];
}

/** The line's places on the screen. */
export function line(page) {
  return page.locator("svg.plot .line").evaluate((path) => {
    const corner = path.ownerSVGElement.getBoundingClientRect();
    const places = path.getAttribute("d").match(/[\d.-]+ [\d.-]+/g);
    return places.map((place) => place.split(" ").map(Number)).map(([x, y]) => [x + corner.x, y + corner.y]);
  });
}

/** How far the farthest place of a stroke is from a line, in pixels. */
export function farthestOff(stroke, line) {
  const toSegment = ([x, y], [ax, ay], [bx, by]) => {
    const [dx, dy] = [bx - ax, by - ay];
    const share = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
    return Math.hypot(ax + share * dx - x, ay + share * dy - y);
  };
  const nearest = (place) => Math.min(...line.slice(1).map((end, index) => toSegment(place, line[index], end)));
  return Math.max(...stroke.map(nearest));
}
