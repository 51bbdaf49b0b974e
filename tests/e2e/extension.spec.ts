import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { PACKAGE, install, stopBackground } from "./extension";
import { folder } from "./profile";
import { PASSPHRASE, accessible, backup, contents, drop, expect, grid, lock, make, restore, test, unlock } from "./tacit";

/** What the extension may do, as it was reviewed: whoever adds to it explains it here and to the people who install it. */
const REVIEWED = {
  // What the pages share of an unlock (`storage`), its end by time (`alarms`) and by the screen's lock (`idle`); the panel; the
  // tab where a person pressed the button, the key or the menu's line (`activeTab`, `contextMenus`), and what runs there for one
  // fill (`scripting`).
  permissions: ["activeTab", "alarms", "contextMenus", "scripting", "storage", "idle", "sidePanel"],
  // None of these is had until a person grants one origin of them.
  optional_host_permissions: ["https://*/*", "http://localhost/*"],
};

/** What the browser gives an extension, and `extension/unlock.js` its pages; the tests know no more of it. */
declare const chrome: any, tacitUnlock: any;

test("the extension asks for what was reviewed and for nothing else, in both browsers", async () => {
  const permissions = REVIEWED.permissions.filter((name) => !["idle", "sidePanel"].includes(name));
  for (const [browser, reviewed] of [["chromium", REVIEWED], ["firefox", { ...REVIEWED, permissions }]] as const) {
    const manifest = JSON.parse((await readFile(join(PACKAGE, "..", browser, "manifest.json"))).toString());
    const asked = Object.keys(manifest).filter((key) => /permission|content_scripts|web_accessible|externally_connectable/.test(key));
    expect(Object.fromEntries(asked.map((key) => [key, manifest[key]])), browser).toEqual(reviewed);
  }
});

test("the settings say of each permission what it is for, and that no site was granted", async ({ watched }) => {
  const { context, origin } = await install(await folder(), watched);
  const page = await context.newPage();
  await make(page, /sample/, `${origin}/index.html`);
  await page.getByRole("navigation").getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { name: "What the extension may do" })).toBeVisible();
  await expect(page.getByRole("term")).toHaveText(REVIEWED.permissions);
  const purposes = await page.getByRole("definition").allInnerTexts();
  expect(purposes.filter((purpose) => purpose.length > 20 && !purpose.includes("report"))).toHaveLength(REVIEWED.permissions.length);
  await expect(page.getByText("Tacit may work on no site by itself")).toBeVisible();
  await accessible(page);
  await context.close();
});

test("the extension alone is a whole vault: made, filled, locked, and there after a restart of the browser", async ({ watched }) => {
  const profile = await folder();
  const first = await install(profile, watched);
  // Its first page opens by itself.
  await expect.poll(() => first.context.pages().map((page) => page.url())).toContain(`${first.origin}/index.html`);
  const page = first.context.pages().find((page) => page.url().startsWith(first.origin))!;
  const { recovery } = await make(page, /^Make a vault/, `${first.origin}/index.html`);
  await drop(page, [{ name: ".env", text: "STRIPE_KEY=fake-value-of-a-key\nPORT=8080\n" }]);
  await page.getByRole("button", { name: "Import 2 keys" }).click();
  await expect(grid(page)).toContainText("STRIPE_KEY");
  await lock(page);
  await unlock(page, PASSPHRASE);
  await expect(grid(page)).toContainText("STRIPE_KEY");
  const before = await values(page, first.origin);
  expect(before).toContain("fake-value-of-a-key");
  const file = await backup(page);
  await first.context.close();

  const second = await install(profile, watched);
  const again = await second.context.newPage();
  await again.goto(`${second.origin}/index.html`);
  await expect(again.getByRole("heading", { name: "Unlock" })).toBeVisible();
  await unlock(again, PASSPHRASE);
  await expect(again.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  expect(await values(again, second.origin)).toEqual(before);
  await second.context.close();

  // And from its backup in another browser.
  const other = await install(await folder(), watched);
  const restored = await other.context.newPage();
  await restore(restored, file, recovery, `${other.origin}/index.html`);
  await expect(restored.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  expect(await values(restored, other.origin)).toEqual(before);
  await other.context.close();
});

test("the panel shows the vault at its width, and opens what it shows in a tab", async ({ watched }) => {
  const { context, origin } = await install(await folder(), watched);
  const page = await context.newPage();
  await page.setViewportSize({ width: 320, height: 720 });
  await make(page, /sample/, `${origin}/panel.html`);
  await page.getByRole("main").getByRole("link", { name: "shop-api" }).click();
  await expect(grid(page)).toBeVisible();
  await accessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  const opened = context.waitForEvent("page");
  await page.getByRole("button", { name: "Open in a tab" }).click();
  const tab = await opened;
  await expect(tab).toHaveURL(page.url().replace("panel", "index"));
  await expect(grid(tab)).toBeVisible();
  await expect(tab.getByRole("button", { name: "Open in a tab" })).toHaveCount(0);
  await context.close();
});

test("one unlock is for all pages, outlives the background, and ends in all by a lock in one", async ({ watched }) => {
  const profile = await folder();
  const { context, origin } = await install(profile, watched);
  const page = await context.newPage();
  await make(page, /sample/, `${origin}/panel.html`);
  await expect.poll(() => shared(page)).toEqual({ kept: true, key: true });
  await stopBackground(page);
  const tab = await context.newPage();
  await tab.goto(`${origin}/index.html`);
  await expect(tab.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  const key = await page.evaluate(() => tacitUnlock.kept().then((kept) => kept && Object.keys(kept)));
  expect(key, "what is kept opens it").toEqual(["shared", "secret"]);

  await lock(tab);
  await expect(page.getByRole("heading", { name: "Unlock" })).toBeVisible();
  await expect.poll(() => shared(page)).toEqual({ kept: false, key: false });
  const third = await context.newPage();
  await third.goto(`${origin}/index.html`);
  await expect(third.getByRole("heading", { name: "Unlock" })).toBeVisible();

  // Opened again in one, it is open in the next; the browser's end is the end of it.
  await unlock(third, PASSPHRASE);
  await expect(third.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  await expect.poll(() => shared(page)).toEqual({ kept: true, key: true });
  await context.close();
  const again = await install(profile, watched);
  const next = await again.context.newPage();
  await next.goto(`${again.origin}/index.html`);
  await expect(next.getByRole("heading", { name: "Unlock" })).toBeVisible();
  expect(await shared(next)).toEqual({ kept: false, key: true });
  await again.context.close();
});

test("the background ends the unlock when its time has come, and with the screen", async ({ watched }) => {
  const { context, origin, background } = await install(await folder(), watched);
  const page = await context.newPage();
  await make(page, /sample/, `${origin}/panel.html`);
  const until = () => background.evaluate(() => chrome.storage.session.get("until").then(({ until }) => until));
  const alarm = () => background.evaluate(() => chrome.alarms.get("lock").then((alarm) => alarm?.scheduledTime));
  await expect.poll(until).toBeGreaterThan(0);
  await expect.poll(alarm).toBe(await until());
  // An alarm before the time, as after a touch, ends nothing; one after it does.
  const ring = () => background.evaluate(() => chrome.alarms.onAlarm.dispatch({ name: "lock", scheduledTime: 0 }));
  await ring();
  expect(await shared(page)).toEqual({ kept: true, key: true });
  // Also when the browser has stopped it meanwhile, as it does whenever it likes.
  await stopBackground(page);
  await page.evaluate(() => chrome.storage.session.set({ until: 1 }));
  await expect(page.getByRole("heading", { name: "Unlock" })).toBeVisible();
  expect(await shared(page)).toEqual({ kept: false, key: false });

  await unlock(page, PASSPHRASE);
  await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  await expect.poll(() => shared(page)).toEqual({ kept: true, key: true });
  const woken = context.serviceWorkers().find((worker) => worker.url().startsWith(origin))!;
  await woken.evaluate(() => chrome.idle.onStateChanged.dispatch("locked"));
  await expect(page.getByRole("heading", { name: "Unlock" })).toBeVisible();
  expect(await shared(page)).toEqual({ kept: false, key: false });
  await context.close();
});

/** Whether what opens the vault is kept, and whether there is a key for it, which no script can read. */
function shared(page: Page): Promise<{ kept: boolean; key: boolean }> {
  return page.evaluate(async () => {
    const { unlock } = await chrome.storage.session.get("unlock");
    const keys = await new Promise<CryptoKey[]>((resolve, reject) => {
      const request = indexedDB.open("tacit-unlock");
      request.onupgradeneeded = () => request.result.createObjectStore("keys");
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const all = request.result.transaction("keys").objectStore("keys").getAll();
        all.onsuccess = () => (request.result.close(), resolve(all.result));
        all.onerror = () => reject(all.error);
      };
    });
    if (keys.some((key) => key.extractable)) throw new Error("the key can be read");
    return { kept: unlock !== undefined, key: keys.length > 0 };
  });
}

test("a page of the extension runs no script but its own, and reaches nothing in the clear but this machine", async ({ request, baseURL }) => {
  const address = `${baseURL}/v1/health`;
  // The same by a name that promises nothing of where it is.
  const inTheClear = address.replace("localhost", "127.0.0.1");
  expect((await request.get(inTheClear)).ok(), "who could be reached answers").toBe(true);
  const watched = { reports: [] as string[], foreign: [] };
  const { context, origin } = await install(await folder(), watched);
  const page = await context.newPage();
  await page.goto(`${origin}/index.html`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const reaches = (address: string) => page.evaluate((address) => fetch(address).then(() => true, () => false), address);
  expect(await reaches(address)).toBe(true);
  expect(await reaches(inTheClear)).toBe(false);
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    try {
      script.text = "globalThis.ran = true";
      document.head.append(script);
    } catch {
      // Trusted Types stop it before the policy does.
    }
    return "ran" in globalThis;
  });
  expect(ran).toBe(false);
  await expect.poll(() => watched.reports.join()).toContain("connect-src");
  await context.close();
});

/** The values of every environment, as the app writes them; the registry says how long ago each was written, too. */
async function values(page: Page, origin: string): Promise<string> {
  const { registry, ...values } = await contents(page, `${origin}/index.html`);
  expect(registry).toContain("STRIPE_KEY");
  return JSON.stringify(values);
}
