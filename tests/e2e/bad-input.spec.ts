// What is wrong is said, with what to do about it, and the vault is as it was.
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PASSPHRASE, backup, drop, expect, grid, make, open, restore, sample, test } from "./tacit";

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

test("a backup that is cut short, changed or of something else is refused, whole as its kit is", async ({ page, browser }) => {
  const { recovery } = await sample(page);
  const before = await grid(page).ariaSnapshot();
  const project = page.url();
  const whole = await backup(page);
  /** One bit turned, at a part of the file's length. */
  const turned = (part: number) => {
    const bytes = Buffer.from(whole);
    bytes[Math.floor(bytes.length * part)]! ^= 1;
    return bytes;
  };
  const files: Record<string, Buffer> = {
    "the half": whole.subarray(0, whole.length >> 1),
    "all but a byte": whole.subarray(0, -1),
    "one byte more": Buffer.concat([whole, Buffer.of(0)]),
    "a bit in the mark": turned(0),
    "a bit in the middle": turned(0.5),
    "a bit near the end": turned(0.99),
    "another text": Buffer.from("this is a shopping list"),
    "another program's": Buffer.from("PK\u0003\u0004".padEnd(4_000, "\0")),
  };
  const elsewhere = await (await browser.newContext()).newPage();
  for (const [what, bytes] of Object.entries(files)) {
    await restore(elsewhere, bytes, recovery);
    await expect(elsewhere.getByText(/not a whole Tacit backup\..*Choose the file that ends in \.tacit/), what).toBeVisible();
  }
  // Where a group of the code is mistyped it is named, and the file is not blamed.
  const groups = recovery.split("-");
  for (const group of [1, 8, groups.length]) {
    const mistyped = groups.map((text, place) => (place + 1 === group ? swapped(text) : text)).join("-");
    await restore(elsewhere, whole, mistyped);
    await expect(elsewhere.getByText(`Group ${group} of the code has a typing error.`)).toBeVisible();
  }
  await open(elsewhere);
  await expect(elsewhere.getByRole("button", { name: /Make a vault/ })).toBeVisible();
  // The control: the same page takes the whole file with the same key.
  await restore(elsewhere, whole, recovery);
  await expect(elsewhere.getByRole("main").getByRole("link", { name: "shop-api" })).toBeVisible();

  await page.goto(project);
  await expect.poll(() => grid(page).ariaSnapshot()).toBe(before);
});

/** A group with one character typed for another. */
function swapped(group: string): string {
  return (group.startsWith("7") ? "8" : "7") + group.slice(1);
}

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

test("a NUL is refused in a name and kept in a value, typed or pasted, and no consumer is given one unsaid", async ({ page }) => {
  const messages = page.getByRole("region", { name: "Messages" });
  await make(page, /Make a vault/);
  await page.getByRole("button", { name: "New project" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("a\0b");
  await page.keyboard.press("Enter");
  await expect(messages).toContainText("This cannot be a name.");
  await page.getByRole("textbox", { name: "Name" }).fill("nul");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Secret", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "New secret" });
  await dialog.getByRole("textbox", { name: "Variable name" }).fill("TYPED\0NAME");
  await dialog.getByRole("textbox", { name: "Value" }).fill("typed\0value");
  await dialog.getByRole("button", { name: "Add" }).click();
  await expect(messages).toContainText("This cannot be a variable name.");
  await dialog.getByRole("textbox", { name: "Variable name" }).fill("TYPED");
  await dialog.getByRole("button", { name: "Add" }).click();
  await expect(grid(page).getByRole("rowheader")).toHaveText(["TYPED"]);

  await page.getByRole("button", { name: "Import" }).click();
  await page.getByRole("textbox", { name: "Or paste lines" }).fill('PASTED\0NAME=1\nPASTED="pasted\0value"\n');
  await page.getByRole("button", { name: "Preview pasted text" }).click();
  await expect(page.getByText("Line 1: This line assigns nothing and is skipped.")).toBeVisible();
  await page.getByRole("button", { name: "Import 1 key" }).click();
  await expect(grid(page).getByRole("rowheader")).toHaveText(["PASTED", "TYPED"]);

  await page.getByRole("button", { name: "Export" }).click();
  for (const name of ["PASTED", "TYPED"]) await expect(page.getByRole("button", { name: `Leave ${name} out` })).toBeVisible();
  await expect(page.getByText("the value holds a NUL character, which no environment can hold").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Download" })).toBeDisabled();
  await page.getByRole("combobox", { name: "Written for" }).selectOption({ label: "JSON" });
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  expect(JSON.parse(await readFile(await (await download).path(), "utf8"))).toEqual({ PASTED: "pasted\0value", TYPED: "typed\0value" });
});

/** The characters of the kit's codes, by their values. */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A code with a bit of its checksum turned, and the group's own check set right: only the checksum of the whole can tell. */
function wrongSum(code: string): string {
  const times2 = (value: number) => ((value << 1) & 31) ^ (value & 16 ? 5 : 0);
  const groups = code.split("-");
  // The last group begins within the checksum and ends with the filling.
  const place = groups.length - 1;
  const values = [...groups[place]!].map((letter) => LETTERS.indexOf(letter));
  values[0]! ^= 16;
  let [check, power] = [0, 1];
  const product = (one: number, other: number) => {
    let [sum, shifted] = [0, one];
    for (let bits = other; bits > 0; bits >>= 1, shifted = times2(shifted)) if (bits & 1) sum ^= shifted;
    return sum;
  };
  for (const value of values.slice(0, 5)) {
    power = times2(power);
    check ^= product(power, value);
  }
  values[5] = check ^ place;
  groups[place] = values.map((value) => LETTERS[value]).join("");
  return groups.join("-");
}

test("a code of the kit that is mistyped is said to be, and what was chosen and typed stays", async ({ page, browser }) => {
  const { setup, recovery } = await sample(page);
  const buffer = await backup(page);
  const elsewhere = await (await browser.newContext()).newPage();
  await open(elsewhere);
  await elsewhere.getByRole("button", { name: "Open a backup" }).click();
  await elsewhere.locator("input[type=file]").setInputFiles({ name: "kept.tacit", mimeType: "application/octet-stream", buffer });
  const code = elsewhere.getByRole("textbox", { name: "From the kit" });
  const old = elsewhere.getByRole("textbox", { name: "Passphrase of that time" });
  const fresh = elsewhere.getByRole("textbox", { name: "Passphrase", exact: true });
  const form = elsewhere.getByRole("main");
  const incomplete = "The code is not complete or has a typing error. Compare it with the kit and type it again.";
  const mistyped = (text: string) => text.split("-").map((group, place) => (place === 2 ? swapped(group) : group)).join("-");
  const named = "Group 3 of the code has a typing error. Compare it with the kit and type it again.";
  const ways = [
    { way: "the setup code and the passphrase", code: setup },
    { way: "the recovery key", code: recovery },
  ];
  for (const { way, code: right } of ways) {
    await elsewhere.getByRole("radio", { name: way }).check();
    const bySetup = right === setup;
    if (bySetup) await old.fill(PASSPHRASE);
    await fresh.fill("other fake words here");
    for (const [typed, says] of [[mistyped(right), named], [wrongSum(right), incomplete], [right.slice(0, -7), incomplete]] as const) {
      await code.fill(typed);
      // By the keyboard: the message of the try before may lie over the button.
      await code.press("Enter");
      await expect(form.getByText(says, { exact: true })).toHaveCount(1);
      await expect(code).toHaveValue(typed);
      await expect(fresh).toHaveValue("other fake words here");
      if (bySetup) await expect(old).toHaveValue(PASSPHRASE);
      await expect(form.getByRole("status").filter({ hasText: "kept.tacit" })).toBeVisible();
    }
  }
  // No vault was made, and the control: the right code opens the file that is still chosen.
  const second = await elsewhere.context().newPage();
  await open(second);
  await expect(second.getByRole("button", { name: /Make a vault/ })).toBeVisible();
  await second.close();
  await elsewhere.getByRole("radio", { name: "the setup code and the passphrase" }).check();
  await code.fill(setup);
  await code.press("Enter");
  await expect(elsewhere.getByRole("main").getByRole("link", { name: "shop-api" })).toBeVisible();
});

test("another vault's backup does not open with this vault's kit, by either code", async ({ page, browser }) => {
  await sample(page);
  const buffer = await backup(page);
  const other = await (await browser.newContext()).newPage();
  const { setup, recovery } = await make(other, /Make a vault/);
  const elsewhere = await (await browser.newContext()).newPage();
  const refused = "The backup does not open with this. Check that the kit belongs to this backup, and that the passphrase is the one of its time.";
  await restore(elsewhere, buffer, recovery);
  await expect(elsewhere.getByRole("main").getByText(refused, { exact: true })).toHaveCount(1);
  // The form anew, so that the first refusal is not taken for the second.
  await open(elsewhere);
  await elsewhere.getByRole("button", { name: "Open a backup" }).click();
  await elsewhere.locator("input[type=file]").setInputFiles({ name: "vault.tacit", mimeType: "application/octet-stream", buffer });
  await elsewhere.getByRole("radio", { name: "the setup code and the passphrase" }).check();
  await elsewhere.getByRole("textbox", { name: "From the kit" }).fill(setup);
  await elsewhere.getByRole("textbox", { name: "Passphrase of that time" }).fill(PASSPHRASE);
  await elsewhere.getByRole("textbox", { name: "Passphrase", exact: true }).fill("other fake words here");
  await elsewhere.getByRole("button", { name: "Open the backup" }).click();
  await expect(elsewhere.getByRole("main").getByText(refused, { exact: true })).toHaveCount(1);
  await open(elsewhere);
  await expect(elsewhere.getByRole("button", { name: /Make a vault/ })).toBeVisible();
});
