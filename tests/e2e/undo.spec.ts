// Whatever an act takes away is there again when it is taken back: every value and every secret.
import type { Page } from "@playwright/test";
import { contents, drop, expect, sample, test } from "./tacit";

async function undo(page: Page): Promise<void> {
  await page.getByRole("region", { name: "Messages" }).getByRole("button", { name: "Undo" }).last().click();
  await expect(page.getByRole("region", { name: "Messages" })).toContainText("Undone.");
}

async function choose(page: Page, menu: string, action: string): Promise<void> {
  await page.getByRole("button", { name: menu }).first().click();
  await page.getByRole("menuitem", { name: action }).click();
}

const ACTS: Record<string, (page: Page) => Promise<void>> = {
  "a project is deleted": async (page) => {
    await page.goto("/#/projects");
    await choose(page, "Actions for shop-api", "Delete");
  },
  "a secret is deleted": async (page) => {
    await page.goto("/#/registry");
    await choose(page, "Actions for STRIPE_SECRET_KEY", "Delete");
  },
  "an import writes over what is there": async (page) => {
    await page.goto("/#/projects");
    await page.getByRole("main").getByRole("link", { name: "shop-api" }).click();
    await expect(page.getByRole("grid", { name: "Keys by environment" })).toBeVisible();
    await drop(page, [{ name: ".env.production", text: "LOG_LEVEL=other\nNEW_ONE=1\n" }]);
    await page.getByRole("button", { name: "Import 2 keys" }).click();
  },
};

for (const [what, act] of Object.entries(ACTS)) {
  test(`${what}, and taken back the vault is as it was`, async ({ page }) => {
    await sample(page);
    const before = await contents(page);
    expect(Object.keys(before).length).toBeGreaterThan(5);
    await act(page);
    await expect(page.getByRole("region", { name: "Messages" }).getByRole("button", { name: "Undo" })).toBeVisible();
    expect(await contents(page), "the act shows").not.toEqual(before);
    await undo(page);
    expect(await contents(page)).toEqual(before);
  });
}
