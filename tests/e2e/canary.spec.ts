// While the vault is locked, and after a kill, nothing of what it holds is to be found in this browser.
import { rm } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { ENCODINGS, Search, areas, canary, files, typed } from "./canary";
import { folder, start } from "./profile";
import { drop, expect, lock, messages, open, test, unlock } from "./tacit";

const WORDS = {
  passphrase: canary(),
  project: canary(),
  environment: canary(),
  "file name": canary(),
  name: canary(),
  value: canary(),
  "pasted name": canary(),
  "pasted value": canary(),
  "typed value": canary(),
  notes: canary(),
  tag: canary(),
  owner: canary(),
  "word searched for": canary(),
};

/** Makes a vault with its passphrase and answers with the codes of its kit and the keys they spell. */
async function begin(page: Page): Promise<Record<string, string | Buffer>> {
  await open(page);
  await page.getByRole("button", { name: "Make a vault" }).click();
  await page.getByRole("textbox", { name: "Passphrase" }).pressSequentially(WORDS.passphrase);
  await page.getByRole("button", { name: "Make the vault" }).click();
  const codes = page.getByRole("region", { name: "Recovery kit" }).getByRole("code");
  await expect(codes).toHaveCount(2);
  const [setup, recovery] = await codes.allInnerTexts();
  await page.getByRole("checkbox", { name: "I keep it in a safe place" }).check();
  await page.getByRole("button", { name: "Continue" }).click();
  const bare = (code: string) => code.replaceAll(/[^0-9A-Za-z]/g, "");
  const keys = { "Secret Key": typed(setup!).subarray(18, 34), "key for recovery": typed(recovery!).subarray(17, 49) };
  // Two kinds of code, and what is taken out of them is where the format has it.
  expect([typed(setup!)[0], typed(recovery!)[0]]).toEqual([0x11, 0x21]);
  return { "setup code": setup!, "recovery key": recovery!, "bare setup code": bare(setup!), "bare recovery key": bare(recovery!), ...keys };
}

/** Brings every word into the vault the way a person does, by typing where a person types. */
async function fill(page: Page): Promise<void> {
  await page.getByRole("button", { name: "New project" }).click();
  await page.getByRole("textbox", { name: "Name" }).pressSequentially(WORDS.project);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: WORDS.project })).toBeVisible();
  await page.getByRole("button", { name: "Environments" }).click();
  await page.getByRole("textbox", { name: "New environment" }).pressSequentially(WORDS.environment);
  await page.keyboard.press("Enter");
  await expect(messages(page)).toContainText("Created the environment");
  await page.getByRole("button", { name: "Done" }).click();

  await drop(page, [{ name: `${WORDS["file name"]}.env.production`, text: `${WORDS.name}=${WORDS.value}\n` }]);
  await page.getByRole("button", { name: "Import 1 key" }).click();
  await expect(messages(page)).toContainText("Imported one variable.");

  await page.getByRole("button", { name: "Import" }).click();
  await page.getByRole("textbox", { name: "Or paste lines" }).pressSequentially(`${WORDS["pasted name"]}=${WORDS["pasted value"]}`);
  // What was typed stands in the form while the page is left and come back to.
  await page.getByRole("link", { name: "Settings" }).click();
  await page.goBack();
  await page.getByRole("textbox", { name: "Or paste lines" }).fill(`${WORDS["pasted name"]}=${WORDS["pasted value"]}`);
  await page.getByRole("button", { name: "Preview pasted text" }).click();
  await page.getByRole("button", { name: "Import 1 key" }).click();
  await expect(page.getByRole("row", { name: new RegExp(`^${WORDS["pasted name"]}`) })).toBeVisible();
}

/** Shows, searches, describes, changes, exports and copies what is there. */
async function use(page: Page): Promise<void> {
  await page.getByRole("searchbox", { name: /^Filter/ }).pressSequentially(WORDS["word searched for"]);
  await expect(page.getByText("No key fits")).toBeVisible();
  await page.getByRole("searchbox", { name: /^Filter/ }).fill("");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: /^Search for a secret/ }).pressSequentially(WORDS.name);
  await page.getByRole("listbox", { name: "Results" }).getByRole("option", { name: WORDS.name }).first().waitFor();
  await page.keyboard.press("Enter");

  const panel = page.getByRole("complementary", { name: "Secret" });
  await panel.getByRole("button", { name: "Show the value" }).click();
  await expect(panel).toContainText(WORDS.value);
  await panel.getByRole("button", { name: "Copy the value" }).click();
  await expect(messages(page)).toContainText("was copied");
  await panel.getByRole("tab", { name: "Description" }).click();
  await panel.getByRole("textbox", { name: "Tags" }).pressSequentially(WORDS.tag);
  await panel.getByRole("textbox", { name: "Notes" }).pressSequentially(WORDS.notes);
  await panel.getByRole("textbox", { name: "Owner" }).pressSequentially(WORDS.owner);
  await panel.getByRole("button", { name: "Save" }).click();
  await expect(messages(page)).toContainText("Changed the details of");
  await panel.getByRole("button", { name: "Change the value" }).click();
  await panel.getByRole("textbox", { name: "New value" }).pressSequentially(WORDS["typed value"]);
  await panel.getByRole("button", { name: "Save" }).first().click();
  await expect(messages(page)).toContainText("Saved a new version");
}

/** Exports what is there, and leaves it on the screen. */
async function exported(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Projects" }).click();
  await page.getByRole("main").getByRole("link", { name: WORDS.project }).click();
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("combobox", { name: "Environment" }).selectOption({ label: "prod (prod)" });
  await page.getByRole("checkbox", { name: "Show values" }).check();
  await expect(page.getByText(WORDS["typed value"])).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  await (await download).delete();
}

test("while locked, and after a kill, nothing of the vault is in the profile, the storage areas or the page", async ({ watched }) => {
  test.setTimeout(120_000);
  const profile = await folder();
  let { context, page, kill } = await start(profile, watched);
  await context.grantPermissions(["clipboard-write"]);
  const search = new Search({ ...WORDS, ...(await begin(page)) });
  await fill(page);
  await use(page);
  await exported(page);
  // The search is no blind one: before the lock it sees what the page shows.
  expect(search.find(await areas(page)).join()).toContain("typed value in UTF-8: page");

  await lock(page);
  expect(search.find(await areas(page))).toEqual([]);
  expect(search.find(await files(profile))).toEqual([]);
  // A browser that is closed writes what it held back.
  await context.close();
  expect(search.find(await files(profile))).toEqual([]);

  ({ context, page, kill } = await start(profile, watched));
  await open(page);
  await unlock(page, WORDS.passphrase);
  await exported(page);
  await kill();
  expect(search.find(await files(profile))).toEqual([]);

  ({ context, page, kill } = await start(profile, watched));
  await open(page);
  expect(search.find(await areas(page))).toEqual([]);
  await context.close();
  const last = await files(profile);
  expect(search.find(last)).toEqual([]);
  expect(last.some(([name, bytes]) => /IndexedDB.*leveldb/.test(name) && bytes.length > 0)).toBe(true);
  await rm(profile, { recursive: true, force: true });
});

// The positive control: a build that wrote one word in the clear, whatever its encoding, would be found out.
test("a word written in the clear is found in each area and in the profile, in each encoding", async ({ watched }) => {
  const profile = await folder();
  const { context, page } = await start(profile, watched);
  await open(page);
  const word = canary();
  const search = new Search({ word });
  expect(search.find(await areas(page))).toEqual([]);
  const written = Object.entries(ENCODINGS).map(([encoding, encode]) => [encoding, encode(Buffer.from(word)).toString("latin1")] as const);
  await page.evaluate(async (written) => {
    const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const request = indexedDB.open("control", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("words");
    await new Promise((done) => (request.onsuccess = done));
    const transaction = request.result.transaction("words", "readwrite", { durability: "strict" });
    for (const [encoding, text] of written) transaction.objectStore("words").put(bytes(text), encoding);
    await new Promise((done) => (transaction.oncomplete = done));
    request.result.close();
    for (const [encoding, text] of written) {
      localStorage.setItem(encoding, text);
      sessionStorage.setItem(encoding, text);
      document.body.setAttribute(`data-${encoding.replaceAll(/\W/g, "")}`, text);
      await (await caches.open("control")).put(`/${encodeURIComponent(encoding)}`, new Response(bytes(text)));
      const file = await (await navigator.storage.getDirectory()).getFileHandle(encodeURIComponent(encoding), { create: true });
      const stream = await file.createWritable();
      await stream.write(bytes(text));
      await stream.close();
    }
  }, written);
  const seen = search.find(await areas(page));
  for (const [encoding] of written) {
    for (const area of ["localStorage", "sessionStorage", "IndexedDB control words", "page", "cache ", "file system "]) {
      expect(seen.filter((line) => line.startsWith(`word in ${encoding}: ${area}`)), `${encoding} in ${area}`).not.toEqual([]);
    }
  }
  await context.close();
  const raw = search.find(await files(profile));
  for (const [encoding] of written) {
    for (const place of [/IndexedDB/, /Local Storage/]) {
      expect(raw.filter((line) => line.startsWith(`word in ${encoding}: `) && place.test(line)), `${encoding} in ${place}`).not.toEqual([]);
    }
  }
  await rm(profile, { recursive: true, force: true });
});
