// What a person does day by day, by keyboard where a keyboard is promised; and every act that takes something away, undone.
import type { Page } from "@playwright/test";
import { PASSPHRASE, choose, drop, expect, grid, lock, make, messages, open, panel, sample, test, undo, unlock } from "./tacit";

/** Saves what is staged and waits until the grid has it and the focus again. */
async function save(page: Page): Promise<void> {
  await page.keyboard.press("Control+s");
  await expect(messages(page).getByRole("button", { name: "Undo" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Staged changes" })).toHaveCount(0);
  await expect(grid(page).locator("[data-row]:focus")).toHaveCount(1);
}

/** Opens the palette as a person does, who sees it before typing on. */
async function palette(page: Page): Promise<void> {
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: /^Search for a secret/ })).toBeFocused();
}

test("a value is found, changed, saved and taken back by the keyboard alone", async ({ page }) => {
  await sample(page);
  const before = await grid(page).ariaSnapshot();
  await page.keyboard.press("/");
  // One input, one answer: the grid is drawn once.
  await page.keyboard.insertText("LOG_LEVEL");
  await expect(grid(page).getByRole("rowheader")).toHaveCount(1);
  await page.keyboard.press("Tab");
  while (!(await page.evaluate(() => document.activeElement?.closest("[role=grid]")))) await page.keyboard.press("Tab");
  await page.keyboard.press("End");
  await expect(grid(page).getByRole("gridcell").last()).toBeFocused();
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "New value" }).waitFor();
  await page.keyboard.type("by-keyboard");
  await page.keyboard.press("Enter");
  const staged = page.getByRole("region", { name: "Staged changes" });
  await expect(staged).toContainText("1 staged change");
  await save(page);

  await page.keyboard.down("Space");
  await expect(grid(page)).toContainText("by-keyboard");
  await page.keyboard.up("Space");
  await expect(grid(page)).not.toContainText("by-keyboard");

  await page.keyboard.press("Control+z");
  await expect(messages(page)).toContainText("Undone.");
  await page.getByRole("searchbox", { name: /^Filter/ }).fill("");
  await expect.poll(() => grid(page).ariaSnapshot()).toBe(before);
});

test("staged edits are discarded together", async ({ page }) => {
  await sample(page);
  const before = await grid(page).ariaSnapshot();
  await grid(page).getByRole("row", { name: /^LOG_LEVEL/ }).getByRole("rowheader").focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Delete");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Delete");
  const staged = page.getByRole("region", { name: "Staged changes" });
  await expect(staged).toContainText("2 staged changes");
  await staged.getByRole("button", { name: "Discard" }).click();
  await expect(staged).toHaveCount(0);
  await expect.poll(() => grid(page).ariaSnapshot()).toBe(before);
  await page.keyboard.press("Control+z");
  await expect(staged).toContainText("2 staged changes");
  await expect(grid(page).getByRole("row", { name: /^LOG_LEVEL/ })).toContainText("staged");
});

test("the palette finds secrets, projects and actions, and goes there", async ({ page }) => {
  await sample(page);
  await palette(page);
  await page.keyboard.type("stripe sec");
  const results = page.getByRole("listbox", { name: "Results" });
  await expect(results.getByRole("option").first()).toContainText("STRIPE_SECRET_KEY");
  await page.keyboard.press("Enter");
  await expect(panel(page).getByRole("heading", { name: "STRIPE_SECRET_KEY" })).toBeVisible();
  await palette(page);
  await page.keyboard.type("settings");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  await palette(page);
  await page.keyboard.type("no such thing anywhere");
  await expect(results).toContainText("Nothing fits.");
});

test("the palette opens what only one page has: its dialogs, its export, the backup", async ({ page }) => {
  await sample(page);
  const run = async (typed: string) => {
    await palette(page);
    await page.keyboard.type(typed);
    await expect(page.getByRole("listbox", { name: "Results" }).getByRole("option").first()).toContainText(typed);
    await page.keyboard.press("Enter");
  };
  await run("Environments of this project");
  await page.getByRole("dialog", { name: "Environments" }).getByRole("button", { name: "Done" }).click();
  await run("New secret");
  await expect(page.getByRole("dialog", { name: "New secret" })).toBeVisible();
  await page.keyboard.press("Escape");
  await run("Export this project");
  await expect(page.getByRole("heading", { name: "Export shop-api" })).toBeVisible();
  await run("New project");
  await expect(page.getByRole("dialog", { name: "New project" })).toBeVisible();
  await page.keyboard.press("Escape");
  const download = page.waitForEvent("download");
  await run("Download a backup");
  expect((await download).suggestedFilename()).toMatch(/\.tacit$/);
});

test("a secret is deleted from its panel, shows in the trash, and comes back everywhere it was", async ({ page }) => {
  await sample(page);
  const before = await grid(page).ariaSnapshot();
  await page.getByRole("row", { name: /^STRIPE_SECRET_KEY/ }).getByRole("gridcell").last().click();
  await choose(page.getByRole("button", { name: "Actions for this secret" }), "Delete");
  await expect(panel(page)).toHaveCount(0);
  await expect.poll(() => grid(page).ariaSnapshot()).not.toBe(before);
  await page.getByRole("link", { name: "Registry" }).click();
  await page.getByRole("button", { name: "Trash" }).click();
  await choose(page.getByRole("button", { name: "Actions for STRIPE_SECRET_KEY" }), "Bring back");
  await expect(page.getByText("No secret here")).toBeVisible();
  await page.getByRole("link", { name: "shop-api" }).first().click();
  await expect.poll(() => grid(page).ariaSnapshot()).toBe(before);
});

test("an earlier version is restored from the history, and the restoring taken back", async ({ page }) => {
  await sample(page);
  await page.getByRole("row", { name: /^LOG_LEVEL/ }).getByRole("gridcell").last().click();
  const value = panel(page).getByRole("code").first();
  await panel(page).getByRole("button", { name: "Show the value" }).click();
  const first = await value.innerText();
  await panel(page).getByRole("button", { name: "Close the panel" }).click();
  await page.getByRole("row", { name: /^LOG_LEVEL/ }).getByRole("gridcell").last().focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type("second");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: "Staged changes" })).toContainText("1 staged change");
  await save(page);
  await page.keyboard.press("o");
  await panel(page).getByRole("tab", { name: "History" }).click();
  await panel(page).getByRole("button", { name: "Restore" }).first().click();
  await panel(page).getByRole("button", { name: "Show the value" }).click();
  await expect(value).toHaveText(first);
  await undo(page);
  await expect(panel(page).getByRole("img", { name: "Hidden value" })).toBeVisible();
  await panel(page).getByRole("button", { name: "Show the value" }).click();
  await expect(value).toHaveText("second");
});

test("the passphrase is changed: the new one opens, the old one does not", async ({ page }) => {
  await make(page, /Make a vault/);
  await page.getByRole("link", { name: "Settings" }).click();
  const changed = "entirely other fake words";
  const change = async (old: string) => {
    await page.getByRole("textbox", { name: "Passphrase of today" }).fill(old);
    await page.getByRole("textbox", { name: "Passphrase", exact: true }).fill(changed);
    await page.keyboard.press("Enter");
  };
  await page.getByRole("button", { name: "Change the passphrase" }).click();
  await change("not the passphrase at all");
  await expect(page.getByRole("dialog")).toContainText("This passphrase does not open the vault.");
  await change(PASSPHRASE);
  await expect(messages(page)).toContainText("The passphrase was changed.");
  await lock(page);
  await unlock(page, PASSPHRASE);
  await expect(page.getByText("This passphrase does not open the vault.")).toBeVisible();
  await unlock(page, changed);
  await expect(page.getByRole("button", { name: "Lock the vault" })).toBeVisible();
});

test("a passkey opens the vault, and no longer once it was removed", async ({ page, context }) => {
  const debug = await context.newCDPSession(page);
  await debug.send("WebAuthn.enable");
  await debug.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await make(page, /Make a vault/);
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(messages(page)).toContainText("The passkey was added.");
  await lock(page);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.getByRole("link", { name: "Settings" }).click();
  const remove = page.getByRole("button", { name: /^Remove the passkey/ });
  await remove.click();
  const asked = page.getByRole("dialog", { name: "Remove this passkey?" });
  await asked.getByRole("button", { name: "Keep it" }).click();
  await remove.click();
  await asked.getByRole("button", { name: "Remove the passkey" }).click();
  await expect(messages(page)).toContainText("The passkey was removed.");
  await lock(page);
  await expect(page.getByRole("button", { name: "Use a passkey" })).toHaveCount(0);
});

test("the vault is deleted only when asked twice, and the first doors are back", async ({ page }) => {
  await make(page, /Make a vault/);
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Delete this vault" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Keep it" }).click();
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "Delete this vault" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete the vault" }).click();
  await expect(page.getByRole("button", { name: /Make a vault/ })).toBeVisible();
  await open(page);
  await expect(page.getByRole("button", { name: /Make a vault/ })).toBeVisible();
});

test("a secret of the registry is bound to an environment by the keyboard, and deleted with undo", async ({ page }) => {
  await sample(page);
  await page.getByRole("link", { name: "Registry" }).click();
  const secrets = page.getByRole("table", { name: "Secrets" });
  await expect(secrets.getByRole("link", { name: "STRIPE_SECRET_KEY" }).first()).toBeVisible();
  const before = await secrets.ariaSnapshot();
  const menu = page.getByRole("button", { name: "Actions for STRIPE_SECRET_KEY" }).first();
  await menu.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Bind to an environment…" })).toBeFocused();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Bind to an environment" });
  await dialog.getByRole("textbox", { name: "Variable name there" }).fill("BOUND_BY_KEYBOARD");
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect.poll(() => secrets.ariaSnapshot()).not.toBe(before);
  await undo(page);
  await expect.poll(() => secrets.ariaSnapshot()).toBe(before);

  await menu.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect.poll(() => secrets.ariaSnapshot()).not.toBe(before);
  await undo(page);
  await expect.poll(() => secrets.ariaSnapshot()).toBe(before);
});

test("an export is written into a folder, and says when nothing there ignores it", async ({ page }) => {
  await page.addInitScript(() => {
    // The folder picker needs a person; the origin's own file system is a folder of the same kind.
    Object.assign(globalThis, { showDirectoryPicker: () => navigator.storage.getDirectory() });
  });
  await sample(page);
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("button", { name: "Save into a folder" }).click();
  await expect(messages(page)).toContainText("No .gitignore there names it");
  const written = await page.evaluate(async () => {
    const folder = await navigator.storage.getDirectory();
    return (await (await folder.getFileHandle(".env")).getFile()).text();
  });
  expect(written).toContain("STRIPE_SECRET_KEY=");

  await page.evaluate(async () => {
    const folder = await navigator.storage.getDirectory();
    const ignore = await (await folder.getFileHandle(".gitignore", { create: true })).createWritable();
    await ignore.write(".env\n");
    await ignore.close();
  });
  await page.reload();
  await unlock(page, PASSPHRASE);
  await page.getByRole("button", { name: "Save into a folder" }).click();
  await expect(messages(page)).toContainText(".env was written.");
  await expect(messages(page)).not.toContainText("No .gitignore");
});

test("a preview that is scrolled stays there while a box in it has the focus", async ({ page }) => {
  await make(page, /Make a vault/);
  await drop(page, [{ name: ".env", text: Array.from({ length: 200 }, (_, key) => `KEY_${key}=${key}\n`).join("") }]);
  const keys = page.getByRole("table", { name: "Keys to import" });
  await page.getByRole("checkbox", { name: "KEY_1", exact: true }).click();
  await keys.evaluate((view) => view.scrollTo(0, view.scrollHeight));
  await expect(page.getByRole("checkbox", { name: "KEY_199" })).toBeVisible();
  // Every frame in which it was drawn again is over when as many more have passed.
  const place = await keys.evaluate(async (view) => {
    const before = view.scrollTop;
    for (let frame = 0; frame < 20; frame += 1) await new Promise(requestAnimationFrame);
    return [before, view.scrollTop];
  });
  expect(place[1]).toBe(place[0]);
});
