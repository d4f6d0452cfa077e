// The situations: as cards at the page's foot, in the menu at its head, and by their links.
import assert from "node:assert/strict";
import { choose, frames, read, settled } from "./lib/lab.mjs";
import { test } from "./lib/suite.mjs";

const phone = { width: 360, height: 740 };

const card = (page, key) => page.locator(`.card[data-situation="${key}"]`);
const keysOf = (page) => page.locator(".card").evaluateAll((cards) => cards.map((one) => one.dataset.situation));

/** What is told of the situation that is open. */
async function told(page) {
  const text = (name) => page.locator(`[data-testid=${name}]`).innerText();
  const current = await page.locator(".card[aria-current]").evaluateAll((all) => all.map((one) => one.dataset.situation));
  return {
    current,
    chosen: await page.locator("#situation").inputValue(),
    story: await text("story"),
    sentence: await text("sentence"),
    amount: await text("price"),
    ...(await read(page)),
  };
}

test("each situation opens by a click on its card, with its sentence and numbers in the frame", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  const keys = await keysOf(page);
  assert.ok(keys.length >= 12, `situations: ${keys}`);
  const prices = new Set();
  const stories = new Set();
  for (const key of [...keys.slice(1), keys[0]]) {
    await card(page, key).click();
    await frames(page, 2);
    const { current, chosen, story, sentence, amount, wait } = await told(page);
    assert.deepEqual([current, chosen], [[key], key], "the card and the menu say which one it is");
    assert.ok(story.length > 40 && sentence.includes("$"), `${key}: ${story} ${sentence}`);
    assert.match(amount, /\$\s?\d/);
    assert.ok(wait > 0, `${key} has a wait: ${wait}`);
    prices.add(amount);
    stories.add(story);
  }
  assert.equal(stories.size, keys.length, "each has a story of its own");
  assert.ok(prices.size > keys.length / 2, `prices differ: ${[...prices]}`);
});

test("a card leads to the top of the page and hands the focus to the situation's name", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  const focused = () => page.evaluate(() => document.activeElement?.id ?? "");
  assert.equal(await focused(), "", "nothing takes the focus unasked");
  await card(page, "webhook").focus();
  await page.keyboard.press("Enter");
  await frames(page, 2);
  assert.equal(await focused(), "situation");
  assert.equal(await page.evaluate(() => scrollY), 0);
});

test("each situation opens from the menu, in groups, and is marked among the cards", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  const groups = await page.locator("#situation optgroup").evaluateAll((all) =>
    all.map((group) => [group.label, [...group.querySelectorAll("option")].map((option) => option.value)]),
  );
  const headings = await page.locator(".gallery h3").allInnerTexts();
  assert.deepEqual(groups.map(([name]) => name), headings, "the same groups above and below");
  assert.deepEqual(groups.flatMap(([, keys]) => keys), await keysOf(page), "in the same order");
  for (const key of groups.flatMap(([, keys]) => keys).reverse()) {
    await choose(page, key);
    await frames(page, 2);
    assert.deepEqual((await told(page)).current, [key]);
  }
});

test("a link to each situation opens it", async (visitor) => {
  await visitor.open();
  const { page } = visitor;
  await settled(page);
  for (const key of await keysOf(page)) {
    await visitor.open(`#v=1&situation=${key}`);
    await page.locator(".card[aria-current]").waitFor();
    const { current, story, amount } = await told(page);
    assert.deepEqual(current, [key]);
    assert.ok(story.length > 40 && /\$\s?\d/.test(amount), `${key}: ${story} ${amount}`);
  }
});

test("the address of a changed situation says seed, model and prices in at most 400 characters", async (visitor) => {
  await visitor.open("#v=1&situation=notifications&provisioned=5");
  const { page } = visitor;
  await settled(page);
  await card(page, "documents").click();
  await page.waitForFunction(() => location.hash.includes("situation=documents"));
  const hash = await page.evaluate(() => location.hash);
  for (const part of [/seed=\d+/, /model=\d+\.\d+\.\d+/, /prices=\d{4}/]) assert.match(hash, part);
  assert.ok(hash.length <= 400, `${hash.length} characters: ${hash}`);
});

for (const [name, options, columns] of [
  ["on a desk", {}, [3, 4]],
  ["on a phone", { viewport: phone }, [1, 2]],
]) {
  test(`the cards stand in an even grid ${name}`, options, async (visitor) => {
    await visitor.open();
    const { page } = visitor;
    await settled(page);
    const boxes = await page.locator(".card").evaluateAll((cards) =>
      cards.map((one) => {
        const { left, width, height } = one.getBoundingClientRect();
        return { left: Math.round(left), width: Math.round(width), height };
      }),
    );
    const lefts = new Set(boxes.map(({ left }) => left));
    assert.ok(columns.includes(lefts.size), `${lefts.size} columns`);
    assert.equal(new Set(boxes.map(({ width }) => width)).size, 1, "all equally wide");
    assert.ok(boxes.every(({ height }) => height >= 24), "large enough for a finger");
  });
}
