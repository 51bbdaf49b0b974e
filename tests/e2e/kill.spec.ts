// Chromium is killed in the middle of its work: what was acknowledged is there, and nothing is half there.
import { readFile, rm } from "node:fs/promises";
import { parseEnv } from "node:util";
import type { Page } from "@playwright/test";
import { folder, start } from "./profile";
import { PASSPHRASE, drop, expect, make, open, test, unlock } from "./tacit";

const ROUNDS = process.env.TACIT_LONG ? 500 : 20;
const SEED = Number(process.env.TACIT_SEED ?? Date.now() % 1_000_000);

/** Keys that every save writes anew, beside two of its own. */
const SHARED = ["SHARED_A", "SHARED_B"];

/** Numbers below `limit`, the same ones for the same seed. */
function dice(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** What the save of that number writes. Long enough that saves reach the folding of the tail. */
function pairs(save: number): [string, string][] {
  return [...SHARED, `OWN_${save}_A`, `OWN_${save}_B`].map((name) => [name, `${name.toLowerCase()}-${save}-`.padEnd(600, "x")]);
}

/** Drops a save's file and waits for its preview. */
async function prepare(page: Page, save: number): Promise<void> {
  const text = pairs(save).map(([name, value]) => `${name}=${value}\n`).join("");
  await drop(page, [{ name: "crash.env.production", text }]);
  await expect(page.getByText(`OWN_${save}_A`, { exact: true })).toBeVisible();
}

const press = (page: Page) => page.getByRole("button", { name: "Import 4 keys" }).click();

/** Waits until the save is acknowledged: the preview gives way to the project, with a message. */
async function acknowledged(page: Page): Promise<void> {
  await page.waitForURL(/#\/project\//);
  await expect(page.getByRole("region", { name: "Messages" })).toContainText("Imported 4 variables.");
}

/** Everything that the vault holds, as its export writes it. */
async function stored(page: Page): Promise<Record<string, string>> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  return parseEnv(await readFile(await (await download).path(), "utf8")) as Record<string, string>;
}

test(`what was acknowledged outlives ${ROUNDS} kills, and nothing is half there`, async ({ watched }) => {
  test.setTimeout(ROUNDS * 15_000);
  console.log(`seed ${SEED}: TACIT_SEED=${SEED} does the same again`);
  const roll = dice(SEED);
  const profile = await folder();
  let { page, kill } = await start(profile, watched);
  await make(page, /Make a vault/);
  await prepare(page, 0);
  await press(page);
  await acknowledged(page);
  const project = new URL(page.url()).hash;
  /** Saves that must be there, in order. */
  const saves = [0];
  let next = 1;
  let [begun, landed] = [0, 0];

  for (let round = 1; round <= ROUNDS; round += 1) {
    const acknowledgements = 1 + roll(3);
    for (let save = 0; save < acknowledgements; save += 1) {
      await prepare(page, next);
      await press(page);
      await acknowledged(page);
      saves.push(next);
      next += 1;
    }
    // One more save is on its way when the kill comes, by chance a little further or not at all.
    const under = roll(4) > 0 ? next : undefined;
    if (under !== undefined) {
      await prepare(page, under);
      await press(page);
      for (let beats = roll(8); beats > 0; beats -= 1) await page.evaluate(() => 0);
      next += 1;
    }
    await kill();

    ({ page, kill } = await start(profile, watched));
    await open(page, project.replace("#/project/", "/#/export/"));
    await unlock(page, PASSPHRASE);
    const found = await stored(page);
    if (under !== undefined) {
      begun += 1;
      if (found[`OWN_${under}_A`] !== undefined) {
        saves.push(under);
        landed += 1;
      }
    }
    const wanted = Object.fromEntries(saves.flatMap((save) => pairs(save)));
    expect(found, `seed ${SEED}, round ${round}: killed after ${acknowledgements} acknowledgements`).toEqual(wanted);
    await page.getByRole("button", { name: "Back to the project" }).click();
  }
  console.log(`of ${begun} saves under way at a kill, ${landed} were written whole and the others not at all`);
  await kill();
  await rm(profile, { recursive: true, force: true });
});
