// Two browsers with one vault, by the relay that serves the app.
import type { Browser, Page } from "@playwright/test";
import { PASSPHRASE, drop, expect, grid, open, type Kit } from "./tacit";

/** Connects the open vault to the relay. */
export async function connect(page: Page, passphrase = PASSPHRASE): Promise<void> {
  await page.goto("/#/settings");
  await page.getByRole("button", { name: "Connect to the relay…" }).click();
  const dialog = page.getByRole("dialog", { name: "Connect to the relay" });
  await dialog.getByRole("textbox", { name: "Passphrase" }).fill(passphrase);
  await dialog.getByRole("button", { name: "Connect" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("main")).toContainText("Everything is synced.");
}

/** Asks for what is new, and waits until it is there. */
export async function sync(page: Page): Promise<void> {
  await page.goto("/#/settings");
  await page.getByRole("button", { name: "Sync now" }).click();
  await expect(page.getByRole("main")).toContainText("Everything is synced.");
}

/** Types a setup code and a passphrase where there is no vault. */
export async function useSetupCode(page: Page, code: string, passphrase: string): Promise<void> {
  await open(page);
  await page.getByRole("button", { name: /Use a setup code/ }).click();
  await page.getByRole("textbox", { name: "Setup code" }).fill(code);
  await page.getByRole("textbox", { name: "Passphrase" }).fill(passphrase);
  await page.getByRole("button", { name: "Open it here" }).click();
}

/** The vault of a kit, in a browser of its own, which opens the app `at` another address where that is said. */
export async function elsewhere(browser: Browser, kit: Kit, at?: string): Promise<Page> {
  const page = await (await browser.newContext(at ? { baseURL: at } : {})).newPage();
  await useSetupCode(page, kit.setup, PASSPHRASE);
  await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  return page;
}

export async function project(page: Page): Promise<void> {
  await page.goto("/#/projects");
  await page.getByRole("main").getByRole("link", { name: "shop-api" }).click();
  await expect(grid(page)).toBeVisible();
}

/** Imports one key into the project. */
export async function add(page: Page, name: string, value: string): Promise<void> {
  await project(page);
  await drop(page, [{ name: ".env", text: `${name}=${value}\n` }]);
  await page.getByRole("button", { name: /^Import/ }).last().click();
  await expect(row(page, name)).toBeVisible();
}

export const row = (page: Page, name: string) => grid(page).getByRole("row", { name: new RegExp(`^${name}\\b`) });
