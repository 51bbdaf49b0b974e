// The registry, and what a secret's panel and a project's grid do with one: found by kind, made, dragged, renamed, compared.
import type { Page } from "@playwright/test";
import { contents, drop, expect, grid, make, messages, panel, sample, test, undo } from "./tacit";

const table = (page: Page) => page.getByRole("table", { name: "Secrets" });

async function registry(page: Page): Promise<void> {
  await page.getByRole("navigation").getByRole("link", { name: "Registry" }).click();
  await expect(table(page).getByRole("link").first()).toBeVisible();
}

test("the registry shows the secrets of one kind, and all again", async ({ page }) => {
  await sample(page);
  await registry(page);
  const total = (await table(page).getAttribute("aria-rowcount"))!;
  const kinds = page.getByRole("combobox", { name: "Kind", exact: true });
  await expect(kinds.getByRole("option")).toHaveText(["Every kind"]);
  for (const [secret, kind] of [["LOG_LEVEL", "flag"], ["SENTRY_DSN", "address"], ["STRIPE_SECRET_KEY", "flag"]] as const) {
    await table(page).getByRole("link", { name: secret, exact: true }).first().click();
    await panel(page).getByRole("tab", { name: "Description" }).click();
    await panel(page).getByRole("textbox", { name: "Kind" }).fill(kind);
    await page.keyboard.press("Enter");
    await expect(messages(page)).toContainText(`Changed the details of ${secret}.`);
    await panel(page).getByRole("button", { name: "Close the panel" }).click();
  }
  await expect(kinds.getByRole("option")).toHaveText(["Every kind", "address", "flag"]);
  await kinds.selectOption({ label: "flag" });
  await expect(table(page).getByRole("link")).toHaveText(["LOG_LEVEL", "STRIPE_SECRET_KEY"]);
  await kinds.selectOption({ label: "Every kind" });
  await expect(table(page)).toHaveAttribute("aria-rowcount", total);
});

test("a secret that no project uses is made by the keyboard, dragged to an environment, and both are taken back", async ({ page }) => {
  await sample(page);
  const before = await contents(page);
  await registry(page);
  await page.getByRole("main").getByRole("button", { name: "Secret", exact: true }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "New secret" });
  await expect(dialog.getByRole("textbox", { name: "Name" })).toBeFocused();
  await page.keyboard.type("WAITS_HERE");
  await page.keyboard.press("Tab");
  await page.keyboard.type("canary-waiting");
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  const row = table(page).getByRole("row").filter({ hasText: "WAITS_HERE" });
  await expect(row).toContainText("nowhere");

  // As a hand does it: the places appear when the drag has begun.
  await row.hover();
  await page.mouse.down();
  await page.mouse.move(600, 300, { steps: 5 });
  const place = page.getByRole("list", { name: "Environments to bind it to" }).getByRole("listitem").filter({ hasText: "shop-api / staging" });
  await expect(place).toBeVisible();
  await place.hover();
  await place.hover();
  await page.mouse.up();
  await expect(row).toContainText("1 place");
  await expect(page.getByRole("list", { name: "Environments to bind it to" })).toHaveCount(0);
  await undo(page);
  await expect(row).toContainText("nowhere");

  // A drag that ends elsewhere does nothing.
  await row.hover();
  await page.mouse.down();
  await page.mouse.move(600, 300, { steps: 5 });
  await expect(place).toBeVisible();
  await page.getByRole("heading", { name: "Registry", level: 1 }).hover();
  await page.mouse.up();
  await expect(place).toHaveCount(0);
  await expect(row).toContainText("nowhere");

  await row.getByRole("button", { name: "Actions for WAITS_HERE" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await expect(row).toHaveCount(0);
  expect(await contents(page)).toEqual(before);
});

test("a double click changes a cell also where the first click laid the panel over it", async ({ page }) => {
  await sample(page);
  const cell = grid(page).getByRole("row", { name: /^LOG_LEVEL/ }).getByRole("gridcell").last();
  const { x, y, width, height } = (await cell.boundingBox())!;
  const click = async (clickCount: number) => {
    await page.mouse.down({ clickCount });
    await page.mouse.up({ clickCount });
  };
  await page.mouse.move(x + width - 8, y + height / 2);
  await click(1);
  await expect(panel(page).getByRole("button", { name: "Close the panel" })).toBeVisible();
  const below = ([x, y]: number[]) => !!document.elementFromPoint(x!, y!)?.closest("[role=complementary], aside");
  expect(await page.evaluate(below, [x + width - 8, y + height / 2])).toBe(true);
  await click(2);
  const field = cell.getByRole("textbox", { name: "New value" });
  await expect(field).toBeFocused();
  await page.keyboard.insertText("first second");
  // In the field it chooses a word, as anywhere.
  const word = (await field.boundingBox())!;
  await page.mouse.dblclick(word.x + 12, word.y + word.height / 2);
  await page.keyboard.insertText("other");
  await expect(field).toHaveValue(/^other ?second$/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: "Staged changes" })).toContainText("1 staged change");
});

test("a key is renamed in every environment by the keyboard, and has its old name again", async ({ page }) => {
  await sample(page);
  const before = await grid(page).ariaSnapshot();
  await grid(page).getByRole("row", { name: /^LOG_LEVEL/ }).getByRole("rowheader").focus();
  await page.keyboard.press("x");
  await page.getByRole("region", { name: "Selected keys" }).getByRole("button", { name: "Rename" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Rename LOG_LEVEL" });
  const name = dialog.getByRole("textbox", { name: "New name" });
  await expect(name).toBeFocused();
  await name.fill("1 BAD NAME");
  await page.keyboard.press("Enter");
  await expect(messages(page)).toContainText("This cannot be a variable name.");
  await name.fill("VERBOSITY");
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect(grid(page).getByRole("row", { name: /^VERBOSITY/ })).toBeVisible();
  await expect(grid(page).getByRole("row", { name: /^LOG_LEVEL/ })).toHaveCount(0);
  await undo(page);
  await expect.poll(() => grid(page).ariaSnapshot()).toBe(before);
});

test("a history says how an earlier version differs without a character of either", async ({ page }) => {
  await make(page, /Make a vault/);
  await drop(page, [{ name: ".env", text: "TOKEN=fake-canary-one\n" }]);
  await page.getByRole("button", { name: "Import 1 key" }).click();
  await grid(page).getByRole("row", { name: /^TOKEN/ }).getByRole("gridcell").first().click();
  await panel(page).getByRole("button", { name: "Change the value" }).click();
  await panel(page).getByRole("textbox", { name: "New value" }).fill("fake-canary-three");
  await page.keyboard.press("Enter");
  await panel(page).getByRole("tab", { name: "History" }).click();
  await panel(page).getByRole("button", { name: "Compare" }).click();
  await expect(panel(page)).toContainText("15 characters here, 17 in the current version; the first 12 and the last 1 are the same.");
  const text = await page.getByRole("main").innerText();
  expect(text).not.toContain("canary");
  // It counts as a look at the value.
  await page.getByRole("navigation").getByRole("link", { name: "Activity" }).click();
  await expect(page.getByRole("row").nth(1)).toContainText("TOKEN");
});

test("a second import into a new project gets a free name, or the one that is typed", async ({ page }) => {
  await make(page, /Make a vault/);
  const take = async (name?: string) => {
    await page.goto("/#/projects");
    await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
    await drop(page, [{ name: ".env", text: "A=1\n" }]);
    const field = page.getByRole("textbox", { name: "Name of the new project" });
    await expect(field).toBeVisible();
    if (name !== undefined) await field.fill(name);
    await page.getByRole("button", { name: "Import 1 key" }).click();
    await expect(grid(page)).toBeVisible();
    return page.getByRole("heading", { level: 1 }).innerText();
  };
  expect(await take()).toBe("My project");
  expect(await take()).toBe("My project 2");
  expect(await take("billing")).toBe("billing");
});
