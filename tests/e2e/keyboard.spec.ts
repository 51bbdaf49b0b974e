// What is done with a mouse elsewhere, done by the keyboard alone.
import type { Locator, Page } from "@playwright/test";
import { PASSPHRASE, backup, clipboard, expect, messages, open, panel, press, sample, tabTo, test } from "./tacit";

/** Chooses the next or an earlier option until the one of that text is chosen. */
async function pick(page: Page, select: Locator, option: string, key = "ArrowDown"): Promise<void> {
  await tabTo(page, select);
  const chosen = () => select.evaluate((select) => (select as HTMLSelectElement).selectedOptions[0]!.text);
  for (let steps = 0; steps < 20 && (await chosen()) !== option; steps += 1) await page.keyboard.press(key);
  expect(await chosen()).toBe(option);
}

/** Opens a menu that the keyboard reaches and takes its item of that place. */
async function choose(page: Page, menu: string, item: string): Promise<void> {
  await press(page, page.getByRole("button", { name: menu }));
  const wanted = page.getByRole("menuitem", { name: item });
  await expect(page.getByRole("menuitem").first()).toBeFocused();
  for (let steps = 0; steps < 5 && !(await wanted.evaluate((element) => element === document.activeElement)); steps += 1) await page.keyboard.press("ArrowDown");
  await expect(wanted).toBeFocused();
  await page.keyboard.press("Enter");
}

test("a secret is shown, copied, changed, made up and set back in its panel by the keyboard alone", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-write"]);
  await sample(page);
  await tabTo(page, page.getByRole("grid").locator('[tabindex="0"]'));
  await page.keyboard.press("o");
  const name = await panel(page).getByRole("heading", { level: 2 }).innerText();
  const show = panel(page).getByRole("button", { name: "Show the value" });
  const value = panel(page).locator("code").first();
  await press(page, show);
  await expect(panel(page).getByRole("img", { name: "Hidden value" })).toHaveCount(0);
  const first = await value.innerText();
  await press(page, show);
  await expect(panel(page).getByRole("img", { name: "Hidden value" })).toBeVisible();
  await press(page, panel(page).getByRole("button", { name: "Copy the value" }));
  await expect(messages(page)).toContainText(`${name} was copied.`);
  expect(await clipboard(page)).toBe(first);

  const change = panel(page).getByRole("button", { name: "Change the value" });
  const field = panel(page).getByRole("textbox", { name: "New value" });
  await press(page, change);
  await expect(field).toBeFocused();
  await page.keyboard.type("typed by hand");
  await page.keyboard.press("Enter");
  await expect(panel(page)).toContainText("version 2");
  await press(page, change);
  await expect(field).toBeFocused();
  await pick(page, panel(page).getByRole("combobox", { name: "Kind of value to make up" }), "UUID");
  await press(page, panel(page).getByRole("button", { name: "Generate" }));
  await expect(field).toHaveValue(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  const made = await field.inputValue();
  await press(page, panel(page).getByRole("button", { name: "Save" }));
  await expect(panel(page)).toContainText("version 3");
  await press(page, show);
  await expect(value).toHaveText(made);

  await tabTo(page, panel(page).getByRole("tab", { name: "Used in" }));
  await page.keyboard.press("ArrowRight");
  await expect(panel(page).getByRole("tab", { name: "History" })).toBeFocused();
  const oldest = panel(page).getByRole("listitem").filter({ hasText: "version 1" });
  await press(page, oldest.getByRole("button", { name: "Restore" }));
  await expect(messages(page)).toContainText(`Restored version 1 of ${name}.`);
  await expect(panel(page).getByRole("img", { name: "Hidden value" })).toBeVisible();
  await press(page, show);
  await expect(value).toHaveText(first);
  await page.keyboard.press("Escape");
  await expect(panel(page)).toHaveCount(0);
});

test("a backup is opened by the keyboard alone: door, file, key, passphrase", async ({ page, browser }) => {
  const { recovery } = await sample(page);
  const buffer = await backup(page);
  const elsewhere = await (await browser.newContext()).newPage();
  await open(elsewhere);
  await press(elsewhere, elsewhere.getByRole("button", { name: /^Open a backup/ }));
  const chooser = elsewhere.waitForEvent("filechooser");
  await press(elsewhere, elsewhere.getByRole("button", { name: "Choose the file" }));
  await (await chooser).setFiles({ name: "vault.tacit", mimeType: "application/octet-stream", buffer });
  await expect(elsewhere.getByRole("status").filter({ hasText: "vault.tacit" })).toBeVisible();
  await tabTo(elsewhere, elsewhere.getByRole("textbox", { name: "From the kit" }));
  await elsewhere.keyboard.type(recovery.toLowerCase());
  await tabTo(elsewhere, elsewhere.getByRole("textbox", { name: "Passphrase" }));
  await elsewhere.keyboard.type(PASSPHRASE);
  await elsewhere.keyboard.press("Enter");
  await expect(elsewhere.getByRole("main").getByRole("link", { name: "shop-api" })).toBeVisible();
});

test("a project is renamed, archived and deleted by the keyboard alone, and each is taken back", async ({ page }) => {
  await sample(page);
  await press(page, page.getByRole("navigation").getByRole("link", { name: "Projects", exact: true }));
  const list = page.getByRole("main").getByRole("list").first();
  await expect(list.getByRole("link", { name: "shop-api" })).toBeVisible();
  const before = await list.ariaSnapshot();
  const takeBack = async () => {
    await page.keyboard.press("Control+z");
    await expect.poll(() => list.ariaSnapshot()).toBe(before);
  };
  await choose(page, "Actions for shop-api", "Rename");
  await expect(page.getByRole("textbox", { name: "Name" })).toBeFocused();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("renamed");
  await page.keyboard.press("Enter");
  await expect(list.getByRole("link", { name: "renamed" })).toBeVisible();
  await takeBack();
  for (const action of ["Archive", "Delete"]) {
    await choose(page, "Actions for shop-api", action);
    await expect(list.getByRole("link", { name: "shop-api" })).toHaveCount(0);
    await takeBack();
  }
});

test("selects are set by the keyboard alone: environment and consumer of an export, times of the settings", async ({ page }) => {
  await sample(page);
  await press(page, page.getByRole("button", { name: "Export" }));
  const written = page.getByRole("region", { name: "What will be written" });
  await pick(page, page.getByRole("combobox", { name: "Environment" }), "prod (prod)");
  await expect(written).toContainText("These are production values.");
  await pick(page, page.getByRole("combobox", { name: "Written for" }), "JSON");
  await expect(written).toContainText("secrets.json");

  await press(page, page.getByRole("navigation").getByRole("link", { name: "Settings" }));
  const lock = page.getByRole("combobox", { name: "Lock without a touch" });
  const clear = page.getByRole("combobox", { name: "Take a copied value off the clipboard" });
  await pick(page, lock, "after an hour");
  await pick(page, clear, "after 15 seconds", "ArrowUp");
  // What was set before is kept before the next page is read.
  await press(page, page.getByRole("navigation").getByRole("link", { name: "Activity" }));
  await expect(page.getByRole("table", { name: "Activity" }).getByRole("cell").first()).toBeVisible();
  await page.reload();
  await page.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await page.keyboard.press("Enter");
  await press(page, page.getByRole("navigation").getByRole("link", { name: "Settings" }));
  await expect(lock).toHaveValue("60");
  await expect(clear).toHaveValue("15");
});
