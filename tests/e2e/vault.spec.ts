// The vault's life as a person lives it: made, filled, taken back, exported, locked, unlocked.
import { readFile } from "node:fs/promises";
import { PASSPHRASE, accessible, backup, drop, expect, lock, make, open, restore, sample, test, unlock } from "./tacit";

const CANARY = "sk_test_EXAMPLEexampleEXAMPLE0099";
const FILE = { name: ".env.production", text: `PORT=8080\nSTRIPE_SECRET_KEY=${CANARY}\nGREETING='one two'\n` };

test("a file goes into a new vault, is there after a reload, and comes out as it went in", async ({ page }) => {
  await make(page, /Make a vault/);
  await drop(page, [FILE]);
  await expect(page.getByRole("table", { name: "Keys to import" })).toContainText("sk_t••••••••99");
  await expect(page.getByRole("main")).not.toContainText(CANARY);
  await page.getByRole("button", { name: "Import 3 keys" }).click();
  await expect(page.getByRole("region", { name: "Messages" })).toContainText("Imported 3 variables.");

  await page.reload();
  await unlock(page, PASSPHRASE);
  await page.getByRole("link", { name: "Projects" }).click();
  await page.getByRole("main").getByRole("link", { name: /project/i }).first().click();
  await expect(page.getByRole("row", { name: /^STRIPE_SECRET_KEY/ })).toBeVisible();

  await page.getByRole("button", { name: "Export" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  const chunks: Buffer[] = [];
  for await (const chunk of await (await download).createReadStream()) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  expect(text.split("\n").sort()).toEqual(["", "GREETING='one two'", "PORT=8080", `STRIPE_SECRET_KEY=${CANARY}`]);
});

test("an import is taken back as one act", async ({ page }) => {
  await sample(page);
  const grid = page.getByRole("grid", { name: "Keys by environment" });
  const before = await grid.ariaSnapshot();
  await drop(page, [FILE]);
  await page.getByRole("button", { name: "Import 3 keys" }).click();
  await expect(page.getByRole("row", { name: /^GREETING/ })).toBeVisible();
  await page.getByRole("region", { name: "Messages" }).getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("row", { name: /^GREETING/ })).toHaveCount(0);
  expect(await grid.ariaSnapshot()).toBe(before);
});

test("a value shows only when asked for, and a lock takes it away", async ({ page }) => {
  await sample(page);
  const value = "sk_live_EXAMPLEexampleEXAMPLE0003";
  await page.getByRole("row", { name: /^STRIPE_SECRET_KEY/ }).getByRole("gridcell").last().click();
  const panel = page.getByRole("complementary", { name: "Secret" });
  await expect(panel.getByRole("heading", { name: "STRIPE_SECRET_KEY" })).toBeVisible();
  expect(await page.content()).not.toContain(value);
  await panel.getByRole("button", { name: "Show the value" }).click();
  await expect(panel).toContainText(value);
  await lock(page);
  expect(await page.content()).not.toContain(value);
  await unlock(page, "another passphrase");
  await expect(page.getByText("This passphrase does not open the vault.")).toBeVisible();
  await unlock(page, PASSPHRASE);
  await expect(page.getByRole("button", { name: "Lock the vault" })).toBeVisible();
});

test("a lock in one tab locks the other", async ({ page, context }) => {
  await sample(page);
  const other = await context.newPage();
  await open(other);
  await unlock(other, PASSPHRASE);
  await expect(other.getByRole("button", { name: "Lock the vault" })).toBeVisible();
  await lock(page);
  await expect(other.getByRole("heading", { name: "Unlock" })).toBeVisible();
});

test.describe("without word from tab to tab", () => {
  // The tab's core worker is to come over the network, where its script can be changed.
  test.use({ serviceWorkers: "block" });

  test("a tab that did not hear of a lock is locked by its next act", async ({ page, context }) => {
    await sample(page);
    const other = await context.newPage();
    await other.route("**/assets/core-*.js", async (route) => {
      const response = await route.fetch();
      const deaf = "self.BroadcastChannel = class { postMessage() {} addEventListener() {} };";
      await route.fulfill({ response, body: `${deaf}\n${await response.text()}` });
    });
    await open(other);
    await unlock(other, PASSPHRASE);
    await expect(other.getByRole("button", { name: "Lock the vault" })).toBeVisible();
    await lock(page);
    await expect(other.getByRole("button", { name: "Lock the vault" })).toBeVisible();
    await other.getByRole("main").getByRole("link", { name: "shop-api" }).first().click();
    await expect(other.getByRole("heading", { name: "Unlock" })).toBeVisible();
  });
});

test("what looks like a reference comes out as it went in, unless it is taken for one", async ({ page }) => {
  await make(page, /Make a vault/);
  const files = [{ name: ".env", text: "A=x\nB='p${A}q'\nC='$${A} ${NOPE}'\nD='p${A}q'\n" }];
  await drop(page, files);
  await expect(page.getByRole("checkbox", { name: "C as reference" })).toHaveCount(0);
  await page.getByRole("checkbox", { name: "D as reference" }).check();
  await page.getByRole("button", { name: "Import 4 keys" }).click();
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("combobox", { name: "Written for" }).selectOption({ label: "JSON" });
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  const written = JSON.parse(await readFile(await (await download).path(), "utf8"));
  expect(written).toEqual({ A: "x", B: "p${A}q", C: "$${A} ${NOPE}", D: "pxq" });
});

test("what one tab saves shows in the other", async ({ page, context }) => {
  await sample(page);
  const other = await context.newPage();
  await open(other);
  await unlock(other, PASSPHRASE);
  await other.getByRole("main").getByRole("link", { name: "shop-api" }).first().click();
  await drop(page, [FILE]);
  await page.getByRole("button", { name: "Import 3 keys" }).click();
  await expect(other.getByRole("row", { name: /^GREETING/ })).toBeVisible();
});

test("what is being typed in one tab outlives what another tab saves", async ({ page, context }) => {
  await sample(page);
  const other = await context.newPage();
  await open(other);
  await unlock(other, PASSPHRASE);
  const cell = page.getByRole("row", { name: /^LOG_LEVEL/ }).getByRole("gridcell").last();
  await cell.focus();
  await page.keyboard.press("Enter");
  const field = page.getByRole("textbox", { name: "New value" });
  await expect(field).toBeFocused();
  await page.keyboard.type("half of it");

  await other.getByRole("button", { name: "Actions for shop-api" }).click();
  await other.getByRole("menuitem", { name: "Rename" }).click();
  await other.getByRole("textbox", { name: "Name" }).fill("shop-anew");
  await other.keyboard.press("Enter");
  // The side of the page says that the save has arrived here.
  await expect(page.getByRole("navigation").getByRole("link", { name: "shop-anew" })).toBeVisible();

  await expect(field).toBeFocused();
  await expect(field).toHaveValue("half of it");
  await page.keyboard.type(", and the rest");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: "Staged changes" })).toContainText("1 staged change");
  await expect(page.getByRole("heading", { name: "shop-anew", level: 1 })).toBeVisible();
  await page.keyboard.press("Control+s");
  await expect(page.getByRole("region", { name: "Staged changes" })).toHaveCount(0);
  await cell.focus();
  await page.keyboard.down("Space");
  await expect(cell).toContainText("half of it, and the rest");
  await page.keyboard.up("Space");
});

for (const colorScheme of ["dark", "light"] as const) {
  test(`every screen is accessible, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await sample(page);
    await accessible(page);
    await page.screenshot({ path: `../../target/screenshot/project-${colorScheme}.png` });
    await page.getByRole("button", { name: "Export" }).click();
    await expect(page.getByRole("button", { name: "Download" })).toBeEnabled();
    await accessible(page);
    for (const place of ["Registry", "Activity", "Settings", "Projects"]) {
      await page.getByRole("link", { name: place }).click();
      await expect(page.getByRole("heading", { name: place, level: 1 })).toBeVisible();
      await accessible(page);
    }
    await drop(page, [FILE]);
    await expect(page.getByRole("table", { name: "Keys to import" })).toBeVisible();
    await accessible(page);
    await page.screenshot({ path: `../../target/screenshot/import-${colorScheme}.png` });
    await lock(page);
    await accessible(page);
  });
}

test("a backup and the recovery key bring the vault back in another browser", async ({ page, browser }) => {
  const { recovery } = await sample(page);
  const file = await backup(page);
  const elsewhere = await (await browser.newContext()).newPage();
  await restore(elsewhere, file, recovery);
  await expect(elsewhere.getByRole("main").getByRole("link", { name: "shop-api" })).toBeVisible();
});

test("the app opens without a network once it was loaded", async ({ page, context }) => {
  await sample(page);
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await page.reload();
  await context.setOffline(true);
  await page.reload();
  await unlock(page, PASSPHRASE);
  await expect(page.getByRole("main").getByRole("link", { name: "shop-api" }).or(page.getByRole("grid"))).toBeVisible();
  await context.setOffline(false);
});
