import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { PACKAGE, install } from "./extension";
import { folder } from "./profile";
import { PASSPHRASE, accessible, contents, drop, expect, grid, lock, make, test, unlock } from "./tacit";

/** What the extension may do, as it was reviewed: whoever adds to it explains it here and to the people who install it. */
const REVIEWED = {
  // The panel beside a page.
  permissions: ["sidePanel"],
};

test("the extension asks for what was reviewed and for nothing else", async () => {
  const manifest = JSON.parse((await readFile(join(PACKAGE, "manifest.json"))).toString());
  const asked = Object.keys(manifest).filter((key) => /permission|content_scripts|web_accessible|externally_connectable/.test(key));
  expect(Object.fromEntries(asked.map((key) => [key, manifest[key]]))).toEqual(REVIEWED);
});

test("the extension alone is a whole vault: made, filled, locked, and there after a restart of the browser", async ({ watched }) => {
  const profile = await folder();
  const first = await install(profile, watched);
  // Its first page opens by itself.
  await expect.poll(() => first.context.pages().map((page) => page.url())).toContain(`${first.origin}/index.html`);
  const page = first.context.pages().find((page) => page.url().startsWith(first.origin))!;
  await make(page, /^Make a vault/, `${first.origin}/index.html`);
  await drop(page, [{ name: ".env", text: "STRIPE_KEY=fake-value-of-a-key\nPORT=8080\n" }]);
  await page.getByRole("button", { name: "Import 2 keys" }).click();
  await expect(grid(page)).toContainText("STRIPE_KEY");
  await lock(page);
  await unlock(page, PASSPHRASE);
  await expect(grid(page)).toContainText("STRIPE_KEY");
  const before = await values(page, first.origin);
  expect(before).toContain("fake-value-of-a-key");
  await first.context.close();

  const second = await install(profile, watched);
  const again = await second.context.newPage();
  await again.goto(`${second.origin}/index.html`);
  await expect(again.getByRole("heading", { name: "Unlock" })).toBeVisible();
  await unlock(again, PASSPHRASE);
  await expect(again.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  expect(await values(again, second.origin)).toEqual(before);
  await second.context.close();
});

test("the panel shows the vault at its width, and opens what it shows in a tab", async ({ watched }) => {
  const { context, origin } = await install(await folder(), watched);
  const page = await context.newPage();
  await page.setViewportSize({ width: 320, height: 720 });
  await make(page, /sample/, `${origin}/panel.html`);
  await page.getByRole("main").getByRole("link", { name: "shop-api" }).click();
  await expect(grid(page)).toBeVisible();
  await accessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  const opened = context.waitForEvent("page");
  await page.getByRole("button", { name: "Open in a tab" }).click();
  const tab = await opened;
  await expect(tab).toHaveURL(page.url().replace("panel", "index"));
  // A tab of its own has a core of its own, and asks for the passphrase as another tab of the web app does.
  await unlock(tab, PASSPHRASE);
  await expect(grid(tab)).toBeVisible();
  await expect(tab.getByRole("button", { name: "Open in a tab" })).toHaveCount(0);
  await lock(tab);
  await expect(page.getByRole("heading", { name: "Unlock" })).toBeVisible();
  await context.close();
});

test("a page of the extension runs no script but its own, and reaches nobody", async ({ request, baseURL }) => {
  expect((await request.get(`${baseURL}/v1/health`)).ok(), "who could be reached answers").toBe(true);
  const watched = { reports: [] as string[], foreign: [] };
  const { context, origin } = await install(await folder(), watched);
  const page = await context.newPage();
  await page.goto(`${origin}/index.html`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const reached = await page.evaluate((address) => fetch(address).then(() => true, () => false), `${baseURL}/v1/health`);
  expect(reached).toBe(false);
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    try {
      script.text = "globalThis.ran = true";
      document.head.append(script);
    } catch {
      // Trusted Types stop it before the policy does.
    }
    return "ran" in globalThis;
  });
  expect(ran).toBe(false);
  await expect.poll(() => watched.reports.join()).toContain("connect-src");
  await context.close();
});

/** The values of every environment, as the app writes them; the registry says how long ago each was written, too. */
async function values(page: Page, origin: string): Promise<string> {
  const { registry, ...values } = await contents(page, `${origin}/index.html`);
  expect(registry).toContain("STRIPE_KEY");
  return JSON.stringify(values);
}
