// What goes to the clipboard is what was meant and leaves it again; what comes from it, or from a file, is looked at first.
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clipboard, expect, make, messages, sample, test } from "./tacit";

test.beforeEach(({ context }) => context.grantPermissions(["clipboard-write"]));

test("a copied value is the value, and leaves the clipboard after the set time and not before", async ({ page }) => {
  await page.clock.install();
  await sample(page);
  await page.goto("/#/settings");
  await page.getByRole("combobox", { name: "Take a copied value off the clipboard" }).selectOption("after a minute");
  await page.goto("/#/projects");
  await page.getByRole("main").getByRole("link", { name: "shop-api" }).click();
  const cell = page.getByRole("row", { name: /^STRIPE_SECRET_KEY/ }).getByRole("gridcell").last();
  await cell.click();
  const panel = page.getByRole("complementary", { name: "Secret" });
  await panel.getByRole("button", { name: "Copy the value" }).click();
  await expect(messages(page)).toContainText("STRIPE_SECRET_KEY was copied. After 60 seconds Tacit takes it off the clipboard");
  expect(await clipboard(page)).toBe("sk_live_EXAMPLEexampleEXAMPLE0003");
  await page.clock.fastForward("00:45");
  expect(await clipboard(page)).toBe("sk_live_EXAMPLEexampleEXAMPLE0003");
  await page.clock.fastForward("00:16");
  await expect(messages(page)).toContainText("STRIPE_SECRET_KEY was taken off the clipboard.");
  expect(await clipboard(page)).toBe("");

  // From the grid as well.
  await panel.getByRole("button", { name: "Close the panel" }).click();
  await page.getByRole("row", { name: /^LOG_LEVEL/ }).getByRole("gridcell").last().focus();
  await page.keyboard.press("c");
  await expect(messages(page)).toContainText("LOG_LEVEL was copied.");
  expect(await clipboard(page)).toBe("warn");
});

test("an export is copied as it would be written", async ({ page }) => {
  await sample(page);
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("combobox", { name: "Written for" }).selectOption({ label: "JSON" });
  await page.getByRole("checkbox", { name: "Show values" }).check();
  const text = page.getByRole("region", { name: "What will be written" }).locator("pre");
  await expect(text).toContainText('"STRIPE_SECRET_KEY": "sk_test_EXAMPLEexampleEXAMPLE0001"');
  await page.getByRole("button", { name: "Copy" }).click();
  await expect(messages(page)).toContainText("The text was copied.");
  expect(await clipboard(page)).toBe(await text.textContent());
});

test("lines pasted anywhere are previewed; other texts and what goes into a field are not", async ({ page }) => {
  await sample(page);
  const paste = async (text: string) => {
    await page.evaluate((text) => navigator.clipboard.writeText(text), text);
    await page.keyboard.press("Control+v");
  };
  const filter = page.getByRole("searchbox", { name: /^Filter/ });
  await filter.focus();
  await paste("LOG=");
  await expect(filter).toHaveValue("LOG=");
  await filter.fill("");
  await page.getByRole("row", { name: /^LOG_LEVEL/ }).getByRole("gridcell").last().focus();
  await paste("just words");
  await expect(page.getByRole("grid", { name: "Keys by environment" })).toBeVisible();
  await paste("PASTED_HERE=one\nAND_HERE='two words'\n");
  await expect(page.getByRole("table", { name: "Keys to import" })).toContainText("PASTED_HERE");
  await page.getByRole("button", { name: "Import 2 keys" }).click();
  await expect(page.getByRole("row", { name: /^AND_HERE/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /^PASTED_HERE/ })).toBeVisible();
});

test("files that are picked are previewed and imported", async ({ page }) => {
  await make(page, /Make a vault/);
  const folder = await mkdtemp(join(tmpdir(), "tacit-"));
  const paths = [".env.production", ".env.staging"].map((name) => join(folder, name));
  for (const path of paths) await writeFile(path, "PICKED='a value'\n");
  await page.getByRole("button", { name: "Import", exact: true }).click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose files" }).click();
  expect((await chooser).isMultiple()).toBe(true);
  await (await chooser).setFiles(paths);
  await expect(page.getByRole("list", { name: "Files and their environments" }).getByRole("listitem")).toHaveCount(2);
  await page.getByRole("button", { name: "Import 2 keys" }).click();
  await expect(page.getByRole("grid").getByRole("row", { name: /^PICKED/ })).toBeVisible();
});
