// What the browser cannot give is said, with what to do about it, and the vault is as it was.
import { rm } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { folder, start } from "./profile";
import { PASSPHRASE, drop, expect, grid, lock, make, messages, open, sample, test, unlock } from "./tacit";

/** Opens the database as another program of this origin would, and keeps the connection if `held`. */
async function connect(page: Page, version: number | undefined, held = false): Promise<void> {
  await page.evaluate(
    ([version, held]) =>
      new Promise<void>((done, fail) => {
        const request = indexedDB.open("tacit", version);
        request.onerror = () => fail(request.error);
        request.onsuccess = () => {
          if (held) Object.assign(globalThis, { held: request.result });
          else request.result.close();
          done();
        };
      }),
    [version, held] as const,
  );
}

test.describe("a browser", () => {
  test("without WebAssembly says what Tacit needs", async ({ page }) => {
    await page.addInitScript(() => {
      delete (globalThis as { WebAssembly?: unknown }).WebAssembly;
    });
    await page.goto("/");
    await expect(page.getByRole("alert")).toHaveText(/does not run WebAssembly, which Tacit needs\. Leave lockdown mode or use another browser\./);
  });

  test("that keeps the vault only for now says so", async ({ page }) => {
    await make(page, /Make a vault/);
    await page.getByRole("link", { name: "Settings" }).click();
    await expect(page.getByText("The browser may evict the vault when the disk is full. Keep a backup.")).toBeVisible();
  });
});

test.describe("a browser without IndexedDB", () => {
  // The tab's core worker is to come over the network, where its script can be changed.
  test.use({ serviceWorkers: "block" });

  for (const [what, script] of [
    ["at all", "Object.defineProperty(self, 'indexedDB', { value: undefined });"],
    ["for this site", "IDBFactory.prototype.open = () => { throw new DOMException('denied', 'SecurityError'); };"],
  ] as const) {
    test(`${what} says that its storage does not answer`, async ({ page }) => {
      await page.route("**/assets/core-*.js", async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `${script}\n${await response.text()}` });
      });
      await page.goto("/");
      await expect(page.getByRole("alert")).toContainText("The browser's storage does not answer.");
      await expect(page.getByRole("alert")).toContainText("leave private browsing");
      await expect(page.getByRole("button", { name: "Reload" })).toBeVisible();
    });
  }
});

test("a database that something else is holding is waited for, and it is said", async ({ page, context }) => {
  await sample(page);
  const holder = await context.newPage();
  await holder.goto("/v1/health");
  await connect(holder, undefined, true);
  await page.clock.install();
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Delete this vault" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete the vault" }).click();
  // What waits for a deletion that waits for the holder.
  const other = await context.newPage();
  await other.clock.install();
  await other.goto("/");
  await expect(other.getByText("Opening Tacit…")).toBeVisible();
  for (const waiting of [page, other]) {
    await waiting.clock.fastForward("00:11");
    await expect(messages(waiting)).toContainText("The browser's storage does not answer. Close other tabs of Tacit");
  }
  await holder.evaluate(() => (globalThis as unknown as { held: IDBDatabase }).held.close());
  for (const waiting of [page, other]) await expect(waiting.getByRole("button", { name: /Make a vault/ })).toBeVisible();
});

test("a database of a newer version is said to be one and left as it is", async ({ page }) => {
  await open(page);
  await page.goto("/v1/health");
  await connect(page, 7);
  await page.goto("/");
  await expect(page.getByRole("alert")).toContainText("This vault was written by a newer version of Tacit.");
  await expect(page.getByRole("alert")).toContainText("Reload the page");
  expect(await page.evaluate(async () => (await indexedDB.databases()).map(({ name, version }) => `${name} ${version}`))).toEqual(["tacit 7"]);
});

test("a database that a newer version takes over meanwhile is given up to it", async ({ page }) => {
  await sample(page);
  await connect(page, 2);
  await drop(page, [{ name: ".env", text: "LATE=1\n" }]);
  await expect(messages(page)).toContainText("This vault was written by a newer version of Tacit. Reload the page");
});

for (const [name, cell, at] of [["device", 0, 0], ["passphrase", 1, 0], ["keychain", 2, 12], ["account", 3, 12], ["manifest", 4, 12]] as const) {
  test(`a record of a newer version is said to be one: ${name}`, async ({ page }) => {
    await make(page, /Make a vault/);
    await lock(page);
    /** The record's byte that says its version or suite, turned to one that nobody knows yet, or back. */
    const turn = () =>
      page.evaluate(async ([cell, at]) => {
        const asked = <T>(request: IDBRequest<T>) => new Promise<T>((done, fail) => ((request.onsuccess = () => done(request.result)), (request.onerror = fail)));
        const database = await asked(indexedDB.open("tacit"));
        const records = database.transaction("cells", "readwrite").objectStore("cells");
        const record = await asked(records.get(cell) as IDBRequest<Uint8Array>);
        record[at]! ^= 0x7e;
        await asked(records.put(record, cell));
        database.close();
      }, [cell, at] as const);
    await turn();
    await unlock(page, PASSPHRASE);
    await expect(page.getByText("This vault was written by a newer version of Tacit.")).toBeVisible();
    await turn();
    await unlock(page, PASSPHRASE);
    await expect(page.getByRole("button", { name: "Lock the vault" })).toBeVisible();
  });
}

test("an import beyond what the browser allows is refused whole, and a smaller one still fits", async ({ baseURL, watched }) => {
  const profile = await folder();
  const first = await start(profile, watched);
  await sample(first.page);
  const before = await grid(first.page).ariaSnapshot();
  const project = new URL(first.page.url()).hash;
  const { usage } = await first.page.evaluate(() => navigator.storage.estimate());
  await first.context.close();

  const { context, page } = await start(profile, watched);
  // Before the database is opened: from then on Chromium believes for a while what it knew.
  const debug = await context.newCDPSession(page);
  await debug.send("Storage.overrideQuotaForOrigin", { origin: new URL(baseURL!).origin, quotaSize: usage! + 1_000_000 });
  await open(page, `/${project}`);
  await unlock(page, PASSPHRASE);
  await expect.poll(() => grid(page).ariaSnapshot()).toBe(before);
  const text = Array.from({ length: 100 }, (_, key) => `BIG_${key}=${"x".repeat(20_000)}\n`).join("");
  await drop(page, [{ name: ".env.production", text }]);
  await page.getByRole("button", { name: "Import 100 keys" }).click();
  await expect(messages(page)).toContainText("The browser has no room left for this. Nothing was saved of it. Free some disk space");
  await open(page, `/${project}`);
  await page.reload();
  await unlock(page, PASSPHRASE);
  await expect.poll(() => grid(page).ariaSnapshot()).toBe(before);
  await drop(page, [{ name: ".env.production", text: "SMALL=1\n" }]);
  await page.getByRole("button", { name: "Import 1 key" }).click();
  await expect(page.getByRole("row", { name: /^SMALL/ })).toBeVisible();
  await context.close();
  await rm(profile, { recursive: true, force: true });
});
