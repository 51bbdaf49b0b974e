// What ends by itself, on a driven clock: an open vault, and a value on screen.
import type { Page } from "@playwright/test";
import { PASSPHRASE, expect, grid, make, open, panel, sample, test, unlock } from "./tacit";

const isOpen = (page: Page) => expect(page.getByRole("button", { name: "Lock the vault" })).toBeVisible();
const isLocked = (page: Page) => expect(page.getByRole("heading", { name: "Unlock" })).toBeVisible();

test("a vault left alone locks itself when its time has passed, and not before", async ({ page }) => {
  await page.clock.install();
  await make(page, /Make a vault/);
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("combobox", { name: "Lock without a touch" }).selectOption("after 1 minute");
  await page.clock.fastForward("00:50");
  await isOpen(page);
  // A touch, and the time starts anew.
  await page.getByRole("heading", { name: "Settings", level: 1 }).click();
  await page.clock.fastForward("00:50");
  await isOpen(page);
  await page.clock.fastForward("00:15");
  await isLocked(page);
});

test("a tab that slept past its time opens nothing, whatever is pressed first", async ({ page }) => {
  await page.clock.install();
  await sample(page);
  const before = page.url();
  // Timers stand still and time passes, as in a tab that sleeps: what is pressed comes before any of them.
  await page.clock.pauseAt(Date.now() + 1_000);
  await page.clock.setSystemTime(Date.now() + 3_600_000);
  await page.getByRole("row", { name: /^STRIPE_SECRET_KEY/ }).getByRole("gridcell").last().click();
  await isLocked(page);
  expect(await page.content()).not.toContain("STRIPE_SECRET_KEY");
  await page.clock.resume();
  await unlock(page, PASSPHRASE);
  await expect(grid(page)).toBeVisible();
  expect(page.url()).toContain(new URL(before).hash);
});

test("a tab in use keeps another open, and both lock when neither is used", async ({ page, context }) => {
  // One clock for both, as two tabs of a browser have.
  await context.clock.install();
  await make(page, /Make a vault/);
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("combobox", { name: "Lock without a touch" }).selectOption("after 1 minute");
  const other = await context.newPage();
  await open(other);
  await unlock(other, PASSPHRASE);
  await isOpen(other);
  for (let minutes = 0; minutes < 3; minutes += 1) {
    await other.getByRole("heading", { level: 1 }).click();
    await context.clock.fastForward("00:50");
    await isOpen(other);
  }
  await isOpen(page);
  await context.clock.fastForward("01:10");
  await isLocked(other);
  await isLocked(page);
});

test("a value on screen hides after a while, in the panel and in the history", async ({ page }) => {
  await page.clock.install();
  await sample(page);
  await page.getByRole("row", { name: /^LOG_LEVEL/ }).getByRole("gridcell").last().click();
  const hidden = panel(page).getByRole("img", { name: "Hidden value" });
  await panel(page).getByRole("button", { name: "Show the value" }).click();
  await expect(hidden).toHaveCount(0);
  await page.clock.fastForward("00:14");
  await expect(hidden).toHaveCount(0);
  await page.clock.fastForward("00:02");
  await expect(hidden).toBeVisible();

  await panel(page).getByRole("tab", { name: "History" }).click();
  const version = panel(page).getByRole("listitem").first().getByRole("code");
  const masked = await version.innerText();
  await panel(page).getByRole("button", { name: "Show version 1" }).click();
  await expect(version).not.toHaveText(masked);
  await page.clock.fastForward("00:16");
  await expect(version).toHaveText(masked);
});

test("a value held in the grid hides when the window is left with the key down", async ({ page }) => {
  await sample(page);
  const cell = grid(page).getByRole("row", { name: /^LOG_LEVEL/ }).getByRole("gridcell").last();
  const before = (await cell.textContent())!;
  await cell.focus();
  await page.keyboard.down("Space");
  await expect(cell).not.toHaveText(before);
  await page.evaluate(() => dispatchEvent(new Event("blur")));
  await expect(cell).toHaveText(before);
});

test("the vault locks with the screen once the person lets it, and again after a reload", async ({ page, context, baseURL }) => {
  const debug = await context.newCDPSession(page);
  await make(page, /Make a vault/);
  await page.getByRole("link", { name: "Settings" }).click();
  const ask = page.getByRole("button", { name: "Lock with the screen too" });
  await expect(ask).toBeVisible();
  const { targetInfo } = await debug.send("Target.getTargetInfo");
  await debug.send("Browser.grantPermissions", { permissions: ["idleDetection"], origin: baseURL!, browserContextId: targetInfo.browserContextId });
  await debug.send("Emulation.setIdleOverride", { isUserActive: true, isScreenUnlocked: true });
  await ask.click();
  await expect(page.getByText("The vault locks with the screen too.")).toBeVisible();
  // The control: another change of state locks nothing.
  await debug.send("Emulation.setIdleOverride", { isUserActive: false, isScreenUnlocked: true });
  await isOpen(page);
  const lockScreen = () => debug.send("Emulation.setIdleOverride", { isUserActive: false, isScreenUnlocked: false });
  await lockScreen();
  await isLocked(page);
  await debug.send("Emulation.setIdleOverride", { isUserActive: true, isScreenUnlocked: true });
  await page.reload();
  await unlock(page, PASSPHRASE);
  await expect(page.getByText("The vault locks with the screen too.")).toBeVisible();
  await lockScreen();
  await isLocked(page);
});
