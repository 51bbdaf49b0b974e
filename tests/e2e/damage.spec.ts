// Damaged storage is said to be damaged, by what it is; what can be made anew is; and nothing stored is written over.
import { put, stored } from "./storage";
import { PASSPHRASE, expect, grid, lock, sample, test, unlock } from "./tacit";

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
  ["device record", "cells 0", { cut }],
  ["passphrase record", "cells 1", { cut }],
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
      const spoilt = await stored(page);
      await unlock(page, PASSPHRASE);
      await expect.poll(() => grid(page).ariaSnapshot(), `${record} ${harm}`).toBe(before);
      expect(await stored(page), `${record} ${harm}`).toEqual(spoilt);
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
    let spoilt = await stored(page);
    await unlock(page, PASSPHRASE);
    // Names and structure lie elsewhere as well.
    await expect.poll(() => grid(page).ariaSnapshot()).toBe(before);
    await page.getByRole("row", { name: /^STRIPE_SECRET_KEY/ }).getByRole("gridcell").last().click();
    await page.getByRole("button", { name: "Show the value" }).click();
    await expect(page.getByRole("region", { name: "Messages" }), harm).toContainText("Stored data is damaged: a sealed part. Nothing was deleted.");
    expect(await stored(page), harm).toEqual(spoilt);
    await page.goto(`/${project}`);
    await lock(page);

    const manifest = (await stored(page))["cells 4"]!;
    await put(page, "cells 4", cut(manifest));
    spoilt = await stored(page);
    await unlock(page, PASSPHRASE);
    await expect(page.getByText(/Stored data is damaged: (log|packs)\. Nothing was deleted\./), harm).toBeVisible();
    expect(await stored(page), harm).toEqual(spoilt);
    await put(page, "cells 4", manifest);
    await page.reload();
  }
});
