// While the vault is locked, and after a kill, nothing of what it holds is to be found in this browser.
import { rm } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { ENCODINGS, Search, areas, canary, files, type Place } from "./canary";
import { folder, start } from "./profile";
import { hosts } from "./providers/hosts";
import { bring, openView, stand } from "./stand";
import { WORDS, begin, fill, use } from "./story";
import { PASSPHRASE, expect, lock, open, test, unlock } from "./tacit";

declare const chrome: any;

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

test("of a locked vault in the extension nothing is in the profile, the storage areas or the session's memory", async ({ watched }) => {
  test.setTimeout(120_000);
  const web = await hosts();
  const shop = "https://shop.example/settings";
  const [name, value, selection] = [`K${canary().toUpperCase()}`, canary(), canary()];
  web.answers.set(shop, { body: "<!doctype html><title>Shop</title><label>API key <input></label>" });
  const { context, profile, page, panel, press, background } = await stand(watched, web, shop);
  await bring(panel, `${name}=${value}\n`);
  await press();
  await openView(panel);
  await page.getByLabel("API key").focus();
  await panel.getByRole("button", { name: "Look again" }).click();
  await panel.getByRole("searchbox").fill(name);
  await panel.getByRole("button", { name: "Fill the focused field" }).click();
  await expect(page.getByLabel("API key")).toHaveValue(value);
  // What is asked for in another tab waits there.
  await background.evaluate((text) => chrome.storage.session.set({ asked: { what: "selection", text, tab: 0, until: Date.now() + 1e6 } }), selection);
  const search = new Search({ name, value, selection, passphrase: PASSPHRASE });
  const memory = async (): Promise<Place[]> => {
    const kept = await panel.evaluate(async () => JSON.stringify([await chrome.storage.session.get(), await chrome.storage.local.get()]));
    return [...(await areas(panel)), ["the session's memory", Buffer.from(kept)]];
  };
  const before = search.find(await memory()).join();
  for (const seen of ["name in UTF-8: page", "selection in UTF-8: the session's memory"]) expect(before).toContain(seen);
  await page.goto("about:blank");
  await lock(panel);
  expect(search.find(await memory())).toEqual([]);
  const own = async () => (await files(profile)).filter(([file]) => /Extension|IndexedDB|Local Storage|Session Storage|File System/.test(file));
  expect(search.find(await own())).toEqual([]);
  await context.close();
  const last = await own();
  expect(search.find(last)).toEqual([]);
  expect(last.some(([file, bytes]) => /chrome-extension.*leveldb/.test(file) && bytes.length > 0)).toBe(true);
  await web.end();
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
