// Damaged storage is said to be damaged, by what it is; what can be made anew is; and nothing stored is written over.
import { kept, put, stored } from "./storage";
import { PASSPHRASE, expect, grid, lock, messages, panel, sample, test, unlock } from "./tacit";

/** A record in hexadecimal with a bit of its last part turned. */
const turned = (hex: string) => hex.slice(0, -40) + (parseInt(hex.at(-40)!, 16) ^ 1).toString(16) + hex.slice(-39);

/** A record in hexadecimal without its second half. */
const cut = (hex: string) => hex.slice(0, 2 * (hex.length >> 2));

/** A record in hexadecimal with a bit turned in every part that may be read. */
const riddled = (hex: string) => hex.replaceAll(/([0-9a-f]{127})([0-9a-f])/g, (_, before, digit) => before + (parseInt(digit, 16) ^ 1).toString(16));

const HARMS = { turned, cut };

/** The names of what is stored that begin so. */
const named = (records: object, begins: string) => Object.keys(records).filter((name) => name.startsWith(begins));

for (const [what, record, harms] of [
  ["device record", "cells 0", HARMS],
  ["passphrase record", "cells 1", HARMS],
  ["keychain", "cells 2", HARMS],
  ["account", "cells 3", HARMS],
  ["settings", "cells 5", HARMS],
] as const) {
  test(`a damaged record is named, and no byte is written: ${what}`, async ({ page }) => {
    await sample(page);
    const before = await grid(page).ariaSnapshot();
    await lock(page);
    const whole = await stored(page);
    expect(Object.keys(whole)).toContain(record);
    for (const [harm, spoil] of Object.entries(harms)) {
      await put(page, record, spoil(whole[record]!));
      const spoilt = await stored(page);
      await unlock(page, PASSPHRASE);
      await expect(page.getByText(`Stored data is damaged: ${what}. Nothing was deleted.`), harm).toBeVisible();
      expect(await stored(page), harm).toEqual(spoilt);
      // What was said goes, so that the next is not taken for it.
      await page.reload();
    }
    // The control: nothing else kept it shut.
    await put(page, record, whole[record]!);
    await unlock(page, PASSPHRASE);
    await expect.poll(() => grid(page).ariaSnapshot()).toBe(before);
  });
}

test("damaged names and structure are read anew from the packs, and left as they are until the next save", async ({ page }) => {
  test.setTimeout(120_000);
  await sample(page);
  const before = await grid(page).ariaSnapshot();
  await lock(page);
  const first = await stored(page);
  const records = ["cells 4", "segments ", "tail "].flatMap((begins) => named(first, begins));
  expect(records.length).toBeGreaterThanOrEqual(3);
  for (const record of records) {
    for (const [harm, spoil] of Object.entries(HARMS)) {
      const whole = await stored(page);
      await put(page, record, spoil(whole[record]!));
      const spoilt = await kept(page);
      await unlock(page, PASSPHRASE);
      await expect.poll(() => grid(page).ariaSnapshot(), `${record} ${harm}`).toBe(before);
      expect(await kept(page), `${record} ${harm}`).toEqual(spoilt);
      await lock(page);
      await put(page, record, whole[record]!);
    }
  }
});

test("damaged packs are named where a value of them is asked for, and where all of them is, and are not written over", async ({ page }) => {
  await sample(page);
  const project = new URL(page.url()).hash;
  const before = await grid(page).ariaSnapshot();
  await lock(page);
  const whole = await stored(page);
  for (const [harm, spoil] of Object.entries({ riddled, cut })) {
    for (const pack of named(whole, "packs ")) await put(page, pack, spoil(whole[pack]!));
    let spoilt = await kept(page);
    await unlock(page, PASSPHRASE);
    // Names and structure lie elsewhere as well.
    await expect.poll(() => grid(page).ariaSnapshot()).toBe(before);
    await page.getByRole("row", { name: /^STRIPE_SECRET_KEY/ }).getByRole("gridcell").last().click();
    await page.getByRole("button", { name: "Show the value" }).click();
    await expect(page.getByRole("region", { name: "Messages" }), harm).toContainText("Stored data is damaged: a sealed part. Nothing was deleted.");
    expect(await kept(page), harm).toEqual(spoilt);
    await page.goto(`/${project}`);
    await lock(page);

    const manifest = (await stored(page))["cells 4"]!;
    await put(page, "cells 4", cut(manifest));
    spoilt = await kept(page);
    await unlock(page, PASSPHRASE);
    await expect(page.getByText(/Stored data is damaged: (log|packs)\. Nothing was deleted\./), harm).toBeVisible();
    expect(await kept(page), harm).toEqual(spoilt);
    await put(page, "cells 4", manifest);
    await page.reload();
  }
});

test("one damaged value is damage of its secret alone, is marked, and is mended by a new value", async ({ page }) => {
  await sample(page);
  const change = async (value: string) => {
    await panel(page).getByRole("button", { name: "Change the value" }).click();
    await panel(page).getByRole("textbox", { name: "New value" }).fill(value);
    await page.keyboard.press("Enter");
    await expect(messages(page)).toContainText("new version");
  };
  const secret = grid(page).getByRole("row", { name: /^LOG_LEVEL/ }).getByRole("gridcell").last();
  await secret.click();
  await change("second");
  const before = await grid(page).ariaSnapshot();
  await lock(page);
  const whole = await stored(page);
  const last = named(whole, "packs ").sort((one, two) => Number(one.slice(6)) - Number(two.slice(6))).at(-1)!;
  // The last pack ends with the new value; the segments, which know nothing of it, are lost as well.
  await put(page, last, turned(whole[last]!));
  await put(page, "cells 4", cut(whole["cells 4"]!));
  await unlock(page, PASSPHRASE);
  await expect.poll(() => grid(page).ariaSnapshot()).toBe(before);
  await expect(panel(page)).toContainText("damaged");
  await panel(page).getByRole("button", { name: "Show the value" }).click();
  await expect(messages(page)).toContainText("Stored data is damaged: a sealed part. Nothing was deleted.");
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("combobox", { name: "Environment" }).selectOption({ label: "prod (prod)" });
  await expect(messages(page)).toContainText("Stored data is damaged: the value of shop-api.prod.LOG_LEVEL.");

  await page.goto("/#/projects");
  await expect(page.getByText("1 object of this vault is damaged")).toBeVisible();
  await page.goto("/#/registry");
  const table = page.getByRole("table", { name: "Secrets" });
  await expect(table.getByRole("row").filter({ hasText: "damaged" })).toHaveCount(1);
  await table.getByRole("row").filter({ hasText: "damaged" }).getByRole("link").click();
  await panel(page).getByRole("tab", { name: "History" }).click();
  await panel(page).getByRole("button", { name: "Show version 1" }).click();
  await change("third");
  await expect(table.getByRole("row").filter({ hasText: "damaged" })).toHaveCount(0);
  await page.goto("/#/projects");
  await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  await page.reload();
  await unlock(page, PASSPHRASE);
  await expect(page.getByRole("main").getByRole("link", { name: "shop-api" })).toBeVisible();
  await expect(page.getByText("is damaged")).toHaveCount(0);
});
