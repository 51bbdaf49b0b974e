// Each screen does its main job by the keyboard alone, and says what it has to say when it is empty, waits or cannot.
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { PASSPHRASE, drop, expect, goOn, hold, lock, make, messages, open, press, tabTo, test } from "./tacit";

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });

/** Types into a field that has the focus, as a person does who sees that it has. */
async function type(page: Page, field: string, text: string): Promise<void> {
  await expect(page.getByRole("textbox", { name: field })).toBeFocused();
  await page.keyboard.type(text);
}

/** Goes to one of the places at the side by the keyboard. */
async function visit(page: Page, place: string): Promise<void> {
  await press(page, page.getByRole("navigation").getByRole("link", { name: place, exact: true }));
  await expect(page.getByRole("heading", { name: place, level: 1 })).toBeVisible();
}

test.describe("the first minute", () => {
  test("a vault is made by the keyboard alone: door, passphrase, kit", async ({ page }) => {
    await open(page);
    await press(page, button(page, /^Make a vault/));
    await type(page, "Passphrase", PASSPHRASE);
    await expect(page.getByRole("status").filter({ hasText: /./ })).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: "Keep your recovery kit" })).toBeVisible();
    await expect(button(page, "Continue")).toBeDisabled();
    await press(page, page.getByRole("checkbox", { name: "I keep it in a safe place" }), "Space");
    await press(page, button(page, "Continue"));
    await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
    await expect(page.getByText("No project yet")).toBeVisible();
  });

  test("a passphrase that is too short is refused, and the form stays", async ({ page }) => {
    await open(page);
    await button(page, /^Make a vault/).click();
    await type(page, "Passphrase", "short");
    await page.keyboard.press("Enter");
    await expect(page.getByText("This passphrase is too easy to guess.")).toBeVisible();
    await expect(page.getByRole("textbox", { name: "Passphrase" })).toHaveValue("short");
    await press(page, page.getByRole("button", { name: "Back", exact: true }));
    await expect(button(page, /^Open a backup/)).toBeVisible();
  });

  test("a file is looked at before there is a vault, and waits for one", async ({ page }) => {
    await open(page);
    await expect(button(page, /^Make a vault/)).toBeVisible();
    await drop(page, [{ name: ".env.staging", text: "A=1\n" }]);
    await expect(page.getByText("This is only a preview: nothing is stored yet.")).toBeVisible();
    await press(page, button(page, "Make a vault to keep these"));
    await press(page, button(page, /^Make a vault/));
    await type(page, "Passphrase", PASSPHRASE);
    await page.keyboard.press("Enter");
    await press(page, page.getByRole("checkbox", { name: "I keep it in a safe place" }), "Space");
    await press(page, button(page, "Continue"));
    await press(page, button(page, "Import 1 key"));
    await expect(page.getByRole("grid", { name: "Keys by environment" })).toContainText("A");
  });
});

test("the recovery kit is downloaded and printed, and paper shows it alone", async ({ page }) => {
  await page.addInitScript(() => {
    globalThis.print = () => document.documentElement.setAttribute("data-printed", "");
  });
  await open(page);
  await button(page, /^Make a vault/).click();
  await type(page, "Passphrase", PASSPHRASE);
  await page.keyboard.press("Enter");
  const kit = page.getByRole("region", { name: "Recovery kit" });
  await expect(kit).toBeVisible();
  const codes = await kit.locator("code").allTextContents();
  expect(codes).toHaveLength(2);
  const download = page.waitForEvent("download");
  await press(page, button(page, "Download"));
  const text = await readFile(await (await download).path(), "utf8");
  for (const code of codes) expect(text).toContain(code);
  await press(page, button(page, "Print"));
  await expect(page.locator("html")).toHaveAttribute("data-printed", "");
  await page.emulateMedia({ media: "print" });
  for (const code of codes) await expect(page.getByText(code)).toBeVisible();
  for (const name of ["Print", "Download", "Continue"]) await expect(button(page, name)).toBeHidden();
  await expect(page.getByRole("checkbox", { name: "I keep it in a safe place" })).toBeHidden();
});

test("a wrong passphrase is said to be one, and the next one opens", async ({ page }) => {
  await make(page, /^Make a vault/);
  await lock(page);
  const field = page.getByRole("textbox", { name: "Passphrase" });
  await type(page, "Passphrase", "not the passphrase");
  await page.keyboard.press("Enter");
  await expect(page.getByText("This passphrase does not open the vault.")).toBeVisible();
  await tabTo(page, field);
  await page.keyboard.press("Control+a");
  await type(page, "Passphrase", PASSPHRASE);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
});

test("a vault with nothing in it says on each screen what will be there", async ({ page }) => {
  await make(page, /^Make a vault/);
  await expect(page.getByText("No project yet")).toBeVisible();
  await visit(page, "Registry");
  await expect(page.getByText("No secret here")).toBeVisible();
  await visit(page, "Activity");
  await expect(page.getByText("Nothing happened yet")).toBeVisible();
  await visit(page, "Settings");
  await expect(page.getByText("There is no backup yet.", { exact: false })).toBeVisible();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: /^Search for a secret/ }).fill("nothing of this name");
  await expect(page.getByRole("dialog")).toContainText(/Nothing|No /);
  await page.keyboard.press("Escape");
  await visit(page, "Projects");
  await press(page, button(page, "New project"));
  await type(page, "Name", "empty-one");
  await page.keyboard.press("Enter");
  await expect(page.getByText("No key yet")).toBeVisible();
});

test("settings are set by the keyboard and are there after a reload", async ({ page }) => {
  await make(page, /^Make a vault/);
  await visit(page, "Settings");
  const lockAfter = page.getByRole("combobox", { name: "Lock without a touch" });
  await tabTo(page, lockAfter);
  await lockAfter.selectOption({ label: "after 5 minutes" });
  await tabTo(page, page.getByRole("radio", { name: "as the system says" }));
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("radio", { name: "light" })).toBeChecked();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  const download = page.waitForEvent("download");
  await press(page, button(page, "Download a backup"));
  expect((await download).suggestedFilename()).toMatch(/^tacit-.*\.tacit$/);
  await expect(page.getByText(/The last backup was made .* and has everything\./)).toBeVisible();
  await press(page, button(page, "Recovery kit"));
  await type(page, "Passphrase", "not the passphrase");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toContainText("This passphrase does not open the vault.");
  await page.keyboard.press("Escape");
  await expect(button(page, "Recovery kit")).toBeFocused();
  await page.reload();
  await page.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  await expect(lockAfter).toHaveValue("5");
  await expect(page.getByRole("radio", { name: "light" })).toBeChecked();
});

test("activity names what was done, and takes an act back by the keyboard", async ({ page }) => {
  await make(page, /^Make a vault/);
  await press(page, button(page, "New project"));
  await type(page, "Name", "short-lived");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "short-lived", level: 1 })).toBeVisible();
  await visit(page, "Activity");
  const row = page.getByRole("row").filter({ hasText: "short-lived" });
  await expect(row).toHaveCount(1);
  await press(page, row.getByRole("button", { name: "Undo" }));
  await expect(messages(page)).toContainText("Undone.");
  await visit(page, "Projects");
  await expect(page.getByText("No project yet")).toBeVisible();
});

test("several files are previewed, chosen from and imported by the keyboard alone", async ({ page }) => {
  await make(page, /^Make a vault/);
  await press(page, button(page, "Import").first());
  await drop(page, [
    { name: ".env.production", text: "A=prod\nB=changeme\n" },
    { name: ".env.local", text: "A=local\n" },
  ]);
  await expect(page.getByText("2 to create", { exact: false }).or(page.getByText("3 to create", { exact: false }))).toBeVisible();
  await press(page, page.getByRole("checkbox", { name: /^B/ }), "Space");
  await press(page, button(page, "Import 2 keys"));
  const grid = page.getByRole("grid", { name: "Keys by environment" });
  await expect(grid.getByRole("rowheader")).toHaveText([/^A/]);
  await expect(grid.getByRole("columnheader", { name: /prod/ })).toBeVisible();
});

test("pasted lines are previewed, and what is none of a key is said", async ({ page }) => {
  await make(page, /^Make a vault/);
  await press(page, button(page, "Import").first());
  await tabTo(page, page.getByRole("textbox", { name: "Or paste lines" }));
  await page.keyboard.insertText("just words\n");
  await press(page, button(page, "Preview pasted text"));
  await expect(page.getByText("There is nothing to import here.")).toBeVisible();
});

test("an export is written for another consumer by the keyboard, and says what it cannot write", async ({ page }) => {
  await make(page, /^Make a vault/);
  await drop(page, [{ name: ".env.production", text: 'GOOD=1\nLINES="one\ntwo"\n' }]);
  await press(page, button(page, "Import 2 keys"));
  await press(page, button(page, "Export"));
  const consumer = page.getByRole("combobox", { name: "Written for" });
  await tabTo(page, consumer);
  await consumer.selectOption({ label: "Docker (--env-file)" });
  const written = page.getByRole("region", { name: "What will be written" });
  await expect(written).toContainText("LINES");
  await expect(button(page, "Download")).toBeDisabled();
  await press(page, button(page, "Leave LINES out"));
  await expect(button(page, "Download")).toBeEnabled();
  await press(page, written.getByRole("button", { name: /GOOD=/ }));
  await expect(page.getByRole("region", { name: "How a line is read" })).toContainText("as meant");
  const download = page.waitForEvent("download");
  await press(page, button(page, "Download"));
  expect(await readFile(await (await download).path(), "utf8")).toBe("GOOD=1\n");
});

test("the core that stops is said to have stopped, and the vault opens again", async ({ page }) => {
  await make(page, /^Make a vault/);
  const [worker] = page.workers();
  await press(page, button(page, "New project"));
  await type(page, "Name", "after");
  // What the worker's script says when a request ends in a trap: here, the person's.
  await hold(page);
  await page.keyboard.press("Enter");
  await worker!.evaluate(() => postMessage({ failed: true }));
  await expect(messages(page)).toContainText("Something went wrong inside Tacit.");
  await goOn(page);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Unlock" })).toBeVisible();
  await page.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
});

test("a vault is not made where the acts cannot be loaded, and is once they can", async ({ page, context }) => {
  await context.route(/acts-.*\.wasm/, (route) => route.abort());
  await open(page);
  await press(page, button(page, /^Make a vault/));
  await type(page, "Passphrase", PASSPHRASE);
  await page.keyboard.press("Enter");
  await expect(page.getByText("The part of Tacit that does this could not be loaded.")).toBeVisible();
  await context.unroute(/acts-.*\.wasm/);
  await press(page, button(page, "Make the vault"));
  await expect(page.getByRole("heading", { name: "Keep your recovery kit" })).toBeVisible();
});

test("long work shows how far it is and can be called off, and then nothing was changed", async ({ page }) => {
  await make(page, /^Make a vault/);
  const lines = Array.from({ length: 30_000 }, (_, line) => `NAME_${line}=value ${line}\n`);
  await drop(page, [{ name: ".env", text: lines.join("") }]);
  await press(page, button(page, "Import 30000 keys"));
  await expect(page.getByRole("progressbar", { name: "Working…" })).toBeVisible();
  await button(page, "Stop").click();
  await expect(messages(page)).toContainText("Stopped. Nothing was changed.");
  await expect(page.getByRole("progressbar")).toBeHidden();
  await expect(button(page, "Import 30000 keys")).toBeVisible();
  await page.goto("/#/");
  await expect(page.getByText("No project yet")).toBeVisible();
});

test("a file is not read where its engine cannot be loaded, and is once it can", async ({ page, context }) => {
  await make(page, /^Make a vault/);
  await context.route(/files-.*\.wasm/, (route) => route.abort());
  await uncache(page);
  await drop(page, [{ name: ".env", text: "A=1\n" }]);
  await expect(messages(page)).toContainText("The part of Tacit that does this could not be loaded.");
  await context.unroute(/files-.*\.wasm/);
  await drop(page, [{ name: ".env", text: "A=1\n" }]);
  await press(page, button(page, "Import 1 key"));
  await expect(page.getByRole("grid", { name: "Keys by environment" })).toContainText("A");
});

test("the settings are not shown where their part cannot be loaded, and are once it can", async ({ page, context }) => {
  await make(page, /^Make a vault/);
  await context.route(/rare-.*\.wasm/, (route) => route.abort());
  await uncache(page);
  await page.goto("/#/settings");
  await expect(page.getByRole("alert")).toContainText("The part of Tacit that does this could not be loaded.");
  await context.unroute(/rare-.*\.wasm/);
  await press(page, button(page, "Try again"));
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
});

/** Takes the app's files away from what the browser keeps for when there is no network. */
async function uncache(page: Page) {
  await page.evaluate(() => navigator.serviceWorker.getRegistrations().then((all) => Promise.all(all.map((one) => one.unregister()))));
  await page.evaluate(() => caches.keys().then((names) => Promise.all(names.map((name) => caches.delete(name)))));
}
