// What stands in the way of a sync or of a new device: it is said with what to do, and nothing is lost by it.
import { rm } from "node:fs/promises";
import { add, connect, elsewhere, project, row, sync, useSetupCode } from "./pair";
import { folder, start } from "./profile";
import { PASSPHRASE, drop, expect, make, messages, open, sample, test, unlock } from "./tacit";

test("a device whose clock is an hour off gives and gets like any other", async ({ page, browser }) => {
  await page.clock.install({ time: Date.now() + 3_600_000 });
  const kit = await sample(page);
  await connect(page);
  const other = await elsewhere(browser, kit);
  await sync(other);
  await add(page, "OF_THE_FUTURE", "fake-value-one");
  await sync(page);
  await sync(other);
  await add(other, "OF_NOW", "fake-value-two");
  await sync(other);
  await sync(page);
  for (const one of [page, other]) {
    await project(one);
    for (const name of ["OF_THE_FUTURE", "OF_NOW"]) await expect(row(one, name)).toBeVisible();
  }
});

test("a browser that has no room for what comes says so, keeps what it has, and takes it once there is", async ({ page, baseURL, watched }) => {
  const kit = await sample(page);
  await connect(page);
  const profile = await folder();
  const first = await start(profile, watched);
  await useSetupCode(first.page, kit.setup, PASSPHRASE);
  await expect(first.page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  await sync(first.page);
  await first.context.setOffline(true);
  await add(first.page, "OF_HERE", "fake-value-one");
  const { usage } = await first.page.evaluate(() => navigator.storage.estimate());
  await first.context.close();
  await project(page);
  const text = Array.from({ length: 100 }, (_, key) => `BIG_${key}=${"x".repeat(20_000)}\n`).join("");
  await drop(page, [{ name: ".env.production", text }]);
  await page.getByRole("button", { name: "Import 100 keys" }).click();
  await expect(messages(page)).toContainText("Imported 100 variables.");
  await sync(page);

  const { context, page: full } = await start(profile, watched);
  // Before the database is opened: from then on Chromium believes for a while what it knew.
  const debug = await context.newCDPSession(full);
  await debug.send("Storage.overrideQuotaForOrigin", { origin: new URL(baseURL!).origin, quotaSize: usage! + 1_000_000 });
  await open(full);
  await unlock(full, PASSPHRASE);
  await full.goto("/#/settings");
  await full.getByRole("button", { name: "Sync now" }).click();
  await expect(full.getByRole("main")).toContainText("The browser has no room left for this.");
  await project(full);
  await expect(row(full, "OF_HERE")).toBeVisible();
  await expect(row(full, "BIG_0")).toHaveCount(0);
  await context.close();

  const again = await start(profile, watched);
  await open(again.page);
  await unlock(again.page, PASSPHRASE);
  await sync(again.page);
  await sync(page);
  for (const one of [page, again.page]) {
    await project(one);
    await one.getByRole("searchbox", { name: /^Filter/ }).fill("BIG_99");
    await expect(row(one, "BIG_99")).toBeVisible();
    await one.getByRole("searchbox", { name: /^Filter/ }).fill("OF_HERE");
    await expect(row(one, "OF_HERE")).toBeVisible();
  }
  await again.context.close();
  await rm(profile, { recursive: true, force: true });
});

test("an account that is guessed at says until when it takes no sign-in, and its devices go on", async ({ page, browser }) => {
  const kit = await make(page, /Make a vault/);
  await connect(page);
  const stranger = await (await browser.newContext()).newPage();
  const main = stranger.getByRole("main");
  const before = Date.now();
  for (let guess = 0; guess < 5; guess += 1) {
    await useSetupCode(stranger, kit.setup, `fake guess number ${guess}`);
    await expect(main).toContainText("Setup code and passphrase do not open an account at this relay.");
  }
  await useSetupCode(stranger, kit.setup, PASSPHRASE);
  await expect(main).toContainText("The relay was asked too often from your network, or by sign-ins that did not open the account.");
  // A quarter of an hour after the first guess, by the minute; with the day and its seconds where that is tomorrow.
  const guesses = [before, Date.now()].flatMap((time) => [time, time + 60_000]);
  const said = await stranger.evaluate((times) => times.map((time) => new Date(time).toLocaleTimeString("default", { timeStyle: "short" })), guesses.map((time) => time + 15 * 60_000));
  expect(await main.textContent()).toMatch(new RegExp(`Try again from (.*, )?(${said.map((time) => time.replace(/(\d\d)(?=\D*$)/, "$1(:\\d\\d)?")).join("|")}) on`));

  await page.goto("/#/projects");
  await drop(page, [{ name: ".env", text: "STILL=fake\n" }]);
  await page.getByRole("button", { name: "Import 1 key" }).click();
  await expect(messages(page)).toContainText("Imported one variable.");
  await sync(page);
});
