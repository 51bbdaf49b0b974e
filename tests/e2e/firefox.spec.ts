// The extension in Firefox: a vault made, exported, locked, and there after a restart of the browser.
import type { Page } from "puppeteer-core";
import { by, firefox, show, text, type } from "./firefox";
import { folder } from "./profile";
import { PASSPHRASE, expect, test } from "./tacit";

/** The title of the page is that soon. */
const titled = (page: Page, title: string) => expect.poll(() => text(page, "h1"), { timeout: 20_000 }).toBe(title);

async function unlock(page: Page): Promise<void> {
  await titled(page, "Unlock");
  await type(page, "Passphrase", PASSPHRASE);
  await by(page, "button", "Unlock").click();
  await expect.poll(() => text(page, "h1"), { timeout: 20_000 }).not.toBe("Unlock");
}

/** The sample project as the export writes it for Node. */
async function exported(page: Page): Promise<string> {
  await by(page, "link", "Projects").click();
  await titled(page, "Projects");
  await page.locator("main a ::-p-text(shop-api)").click();
  await by(page, "button", "Export").click();
  await titled(page, "Export shop-api");
  await by(page, "checkbox", "Show values").click();
  await expect.poll(() => text(page, "pre.exact"), { timeout: 20_000 }).toContain("DATABASE_URL=");
  return text(page, "pre.exact");
}

test("in Firefox the extension is a whole vault: made, exported, locked, and there after a restart", async () => {
  test.setTimeout(180_000);
  const profile = await folder();
  const first = await firefox(profile);
  const page = await show(first, "index.html");
  await by(page, "button", "Look around a sample vault Fake keys, real features. Delete it when you like.").click();
  await type(page, "Passphrase", PASSPHRASE);
  await by(page, "button", "Make the vault").click();
  await by(page, "checkbox", "I keep it in a safe place").click();
  await by(page, "button", "Continue").click();
  const before = await exported(page);

  // The sidebar's page opens by the same unlock, and a lock in it is one here.
  const panel = await show(first, "panel.html");
  await titled(panel, "Projects");
  await by(panel, "button", "Lock the vault").click();
  for (const each of [panel, page]) await titled(each, "Unlock");
  await page.bringToFront();
  await unlock(page);
  expect(await exported(page)).toBe(before);
  await first.close();

  const second = await firefox(profile);
  const again = await show(second, "index.html");
  await unlock(again);
  expect(await exported(again)).toBe(before);
  await second.close();
});
