// What is wrong is said, with what to do about it, and the vault is as it was.
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { PASSPHRASE, drop, expect, lock, make, open, sample, test, unlock } from "./tacit";

const grid = (page: Page) => page.getByRole("grid", { name: "Keys by environment" });

const FILES: { what: string; name: string; bytes: () => Buffer; says: RegExp }[] = [
  { what: "of 50 MB", name: "huge.env", bytes: () => Buffer.alloc(50 << 20, "A=1\n"), says: /“huge.env” has 50 MiB; the limit is 5 MiB\..*Choose the .env file itself/ },
  { what: "that is not text", name: "image.env", bytes: () => Buffer.from([0x41, 0x3d, 0xff, 0xfe, 0x00]), says: /“image.env” is not UTF-8 text: byte 2.*Save it as UTF-8/ },
  { what: "of 100,001 lines", name: "long.env", bytes: () => Buffer.from("#\n".repeat(100_001)), says: /“long.env” has 100001 lines; the limit is 100,000\..*Split it/ },
  { what: "that is empty", name: "empty.env", bytes: () => Buffer.alloc(0), says: /nothing to import here/i },
];

/** A file of that name on the disk, as a person picks one. */
async function file(name: string, bytes: Buffer): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), "tacit-")), name);
  await writeFile(path, bytes);
  return path;
}

for (const { what, name, bytes, says } of FILES) {
  test(`a file ${what} is refused, and nothing is changed`, async ({ page }) => {
    await sample(page);
    const before = await grid(page).ariaSnapshot();
    const project = page.url();
    await page.getByRole("button", { name: "Import" }).click();
    await page.locator("input[type=file]").first().setInputFiles(await file(name, bytes()));
    await expect(page.getByText(says).first()).toBeVisible();
    await page.goto(project);
    await expect.poll(() => grid(page).ariaSnapshot()).toBe(before);
  });
}

test("a file of 100,000 lines is previewed and imported", async ({ page }) => {
  test.setTimeout(180_000);
  await make(page, /Make a vault/);
  const text = Array.from({ length: 100_000 }, (_, line) => (line % 50 ? `# line ${line}\n` : `KEY_${line}=value ${line}\n`)).join("");
  await drop(page, [{ name: ".env", text }]);
  await page.getByRole("button", { name: "Import 2,000 keys" }).or(page.getByRole("button", { name: "Import 2000 keys" })).click({ timeout: 60_000 });
  await expect(page.getByRole("region", { name: "Messages" })).toContainText(/Imported 2,?000 variables\./, { timeout: 60_000 });
});

test("a backup that is cut short, changed or of something else is refused", async ({ page, browser }) => {
  await make(page, /Make a vault/);
  await page.getByRole("link", { name: "Settings" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download a backup" }).click();
  const whole = await readFile(await (await download).path());
  const changed = Buffer.from(whole);
  changed[changed.length - 40]! ^= 1;

  const elsewhere = await (await browser.newContext()).newPage();
  for (const [buffer, says] of [
    [whole.subarray(0, whole.length >> 1), /not a whole Tacit backup/],
    [Buffer.from("this is a shopping list"), /not a whole Tacit backup/],
    [changed, /not a whole Tacit backup|does not open with this|damaged/],
  ] as const) {
    await open(elsewhere);
    await elsewhere.getByRole("button", { name: "Open a backup" }).click();
    await elsewhere.locator("input[type=file]").setInputFiles({ name: "vault.tacit", mimeType: "application/octet-stream", buffer });
    await elsewhere.getByRole("textbox", { name: "From the kit" }).fill("AAAA");
    await elsewhere.getByRole("textbox", { name: /passphrase/i }).fill("other fake words here");
    await elsewhere.getByRole("button", { name: "Open the backup" }).click();
    await expect(elsewhere.getByText(says).or(elsewhere.getByText(/typing error/)).first()).toBeVisible();
  }
  await open(elsewhere);
  await expect(elsewhere.getByRole("button", { name: /Make a vault/ })).toBeVisible();
});

test("a vault deleted from the browser while it is open is said to be gone", async ({ page }) => {
  await sample(page);
  await page.evaluate(async () => {
    for (const { name } of await indexedDB.databases()) {
      await new Promise((done) => {
        const request = indexedDB.deleteDatabase(name!);
        request.onsuccess = request.onblocked = request.onerror = done;
      });
    }
  });
  await drop(page, [{ name: ".env", text: "LATE=1\n" }]);
  await expect(page.getByText("The vault was deleted from this browser while it was open.")).toBeVisible();
});

test("damaged storage is said to be damaged, and is not written over", async ({ page }) => {
  await sample(page);
  await lock(page);
  const spoilt = await page.evaluate(async () => {
    let count = 0;
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((done, fail) => {
        const request = indexedDB.open(name!);
        request.onsuccess = () => done(request.result);
        request.onerror = fail;
      });
      for (const store of database.objectStoreNames) {
        const transaction = database.transaction(store, "readwrite");
        await new Promise<void>((done, fail) => {
          const walk = transaction.objectStore(store).openCursor();
          walk.onerror = fail;
          walk.onsuccess = () => {
            const cursor = walk.result;
            if (!cursor) return done();
            const value = cursor.value as unknown;
            if (value instanceof Uint8Array && value.length > 60) {
              value[value.length - 20]! ^= 1;
              cursor.update(value);
              count += 1;
            }
            cursor.continue();
          };
        });
      }
      database.close();
    }
    return count;
  });
  expect(spoilt).toBeGreaterThan(0);
  await unlock(page, PASSPHRASE);
  await expect(page.getByText(/Stored data is damaged|This passphrase does not open the vault/).first()).toBeVisible();
});

test("names and values with every trick of Unicode are shown as text and come out as they went in", async ({ page }) => {
  await make(page, /Make a vault/);
  const values = {
    BIDI: "\u202Eabc\u2066def\u2069",
    ZERO: "a\u200Bb\u200Dc\uFEFFd",
    COMBINING: "e\u0301\u0301\u0301Z\u0351",
    ASTRAL: "\u{1F600}\u{10FFFF}",
    MARKUP: "<img src=x onerror=alert(1)>\"'`",
  };
  const text = Object.entries(values).map(([name, value]) => `${name}='${value.replaceAll("'", "")}'\n`).join("");
  await drop(page, [{ name: ".env.production", text }]);
  await page.getByRole("button", { name: "Import 5 keys" }).click();
  await expect(page.getByRole("region", { name: "Messages" })).toContainText("Imported 5 variables.");
  await page.getByRole("button", { name: "Export" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  const { parse } = createRequire(join(__dirname, "../../.tools/consumers/"))("dotenv") as { parse(text: Buffer): Record<string, string> };
  const wanted = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.replaceAll("'", "")]));
  expect(parse(await readFile(await (await download).path()))).toEqual(wanted);
});
