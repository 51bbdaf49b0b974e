// The extension in Firefox: a vault made, exported, locked, and there after a restart of the browser.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "puppeteer-core";
import { by, firefox, show, text, type } from "./firefox";
import { folder } from "./profile";
import { hosts, type Hosts } from "./providers/hosts";
import { PASSPHRASE, expect, test } from "./tacit";

/** The title of the page is that soon. */
const titled = (page: Page, title: string) => expect.poll(() => text(page, "h1"), { timeout: 20_000 }).toBe(title);

async function unlock(page: Page): Promise<void> {
  await titled(page, "Unlock");
  await type(page, "Passphrase", PASSPHRASE);
  await by(page, "button", "Unlock").click();
  await expect.poll(() => text(page, "h1"), { timeout: 20_000 }).not.toBe("Unlock");
}

declare const browser: any;

const rows = Array.from({ length: 40 }, () => `<div><label>Key <input name="key"></label><label>Value <textarea name="value"></textarea></label></div>`).join("");

/** Forms as three kinds of providers have them, each with what is in it when it is filled. */
const FORMS: [string, string][] = [
  ["https://vercel.com/acme/shop/settings/environment-variables", `<form>${rows}<button>Save</button></form>`],
  ["https://github.com/acme/shop/settings/secrets/actions/new", `<form><label>Name <input name="secret_name"></label><label>Secret <textarea name="secret_value"></textarea></label><button>Add secret</button></form>`],
  ["https://app.netlify.com/sites/shop/configuration/env", `<form><label>Contents of .env file <textarea rows="5"></textarea></label></form>`],
];

/** A page that shows a new key once, which no scanner takes for a real one. */
const KEYS = "https://github.com/settings/tokens";
const TOKEN = ["gh", "p_", "FakeFakeFake0123456789abcdefghijABCD"].join("");

/** The panel, with leave for these pages, which a person gives by a click. */
async function beside(firefox: Browser): Promise<Page> {
  const panel = await show(firefox, "panel.html#/page");
  await titled(panel, "This page");
  const origins = [...FORMS.map(([address]) => `${new URL(address).origin}/*`), "http://localhost/*"];
  await panel.evaluate((origins) => addEventListener("click", () => browser.permissions.request({ origins }), { once: true }), origins);
  await by(panel, "heading", "This page").click();
  await expect.poll(() => panel.evaluate((origins) => browser.permissions.contains({ origins }), origins)).toBe(true);
  return panel;
}

/** Puts a page beside the panel. */
async function put(firefox: Browser, panel: Page, address: string): Promise<Page> {
  const page = await firefox.newPage();
  await page.goto(address);
  await page.bringToFront();
  // In front of a window of its own; and what a press of the button says.
  const { origin, hostname, protocol } = new URL(address);
  await panel.evaluate(async (pattern) => {
    const [tab] = await browser.tabs.query({ url: pattern });
    await browser.windows.create({ tabId: tab.id });
    await browser.storage.session.set({ beside: { tab: tab.id, time: Date.now() } });
  }, `${protocol}//${hostname}/*`);
  await expect.poll(() => text(panel, ".beside-origin"), { timeout: 20_000 }).toBe(origin);
  return page;
}

/** Fills a page by its plan; what is in its fields then. */
async function filled(firefox: Browser, panel: Page, [address]: [string, string]): Promise<string[]> {
  const page = await put(firefox, panel, address);
  const { host } = new URL(address);
  const press = "section[aria-label=Plan] .actions button";
  // A window that is behind another draws nothing, and nothing can be pressed there.
  await panel.bringToFront();
  await expect.poll(() => text(panel, press), { timeout: 20_000 }).toMatch(/^Fill /);
  await expect(async () => by(panel, "button", await text(panel, press)).setTimeout(3_000).click()).toPass();
  await expect.poll(() => text(panel, "section[aria-label=Plan] .actions + [role=status]"), { timeout: 20_000 }).toMatch(new RegExp(`^Filled (\\d+) of \\1 into ${host}`));
  return page.evaluate(() => [...document.querySelectorAll("input, textarea")].map((field) => (field as HTMLInputElement).value));
}

/** Takes the key that a page shows into the vault, as the panel offers it. */
async function captured(firefox: Browser, panel: Page): Promise<void> {
  await put(firefox, panel, KEYS);
  await panel.bringToFront();
  await by(panel, "button", "Capture key").click();
  const card = "section[aria-label='Capture key']";
  await expect.poll(() => text(panel, card), { timeout: 20_000 }).toContain("40 characters");
  await panel.locator(`${card} ::-p-text(Save)`).click();
  await expect.poll(() => text(panel, "body"), { timeout: 20_000 }).toContain("Saved GITHUB_TOKEN from github.com.");
}

/** The sample project as the export writes it for Node. */
async function exported(page: Page): Promise<string> {
  await by(page, "link", "Projects").click();
  await titled(page, "Projects");
  await page.locator("main a ::-p-text(shop-api)").click();
  await by(page, "button", "Export").click();
  await titled(page, "Export shop-api");
  await by(page, "checkbox", "Show values").click();
  await expect.poll(() => text(page, "pre.exact"), { timeout: 20_000 }).toContain("DATABASE_URL=");
  return text(page, "pre.exact");
}

let web: Hosts;
test.beforeAll(async () => {
  web = await hosts();
  for (const [address, form] of FORMS) web.answers.set(address, { body: `<!doctype html><title>Provider</title>${form}` });
  web.answers.set(KEYS, { body: `<!doctype html><title>Keys</title><label>Token <input readonly value="${TOKEN}"></label>` });
});
test.afterAll(() => web.end());

test("in Firefox the extension is a whole vault: made, exported, locked, filled into pages, given a key from one, and there after a restart", async () => {
  test.setTimeout(240_000);
  const profile = await folder();
  const first = await firefox(profile, web.port);
  const page = await show(first, "index.html");
  await by(page, "button", "Look around a sample vault Fake keys, real features. Delete it when you like.").click();
  await type(page, "Passphrase", PASSPHRASE);
  await by(page, "button", "Make the vault").click();
  await by(page, "checkbox", "I keep it in a safe place").click();
  await by(page, "button", "Continue").click();
  const before = await exported(page);

  // The sidebar's page opens by the same unlock, and a lock in it is one here.
  const panel = await show(first, "panel.html");
  await titled(panel, "Projects");
  await by(panel, "button", "Lock the vault").click();
  for (const each of [panel, page]) await titled(each, "Unlock");
  await page.bringToFront();
  await unlock(page);
  expect(await exported(page)).toBe(before);

  // Each document is filled with what the export says.
  const side = await beside(first);
  const [inRows, single, box] = [await filled(first, side, FORMS[0]!), await filled(first, side, FORMS[1]!), await filled(first, side, FORMS[2]!)];
  const names = before.split("\n").flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? []);
  expect(inRows.filter((_, at) => at % 2 === 0).filter(Boolean)).toEqual(names);
  expect(single[0]).toBe(names[0]);
  expect(single[1]).toBe(inRows[1]);
  expect(box[0]!.trim()).toBe(before.trim());

  // A key that a page shows is the new version of the secret that the vault has for it.
  await captured(first, side);

  // A page on a port is seen by the leave for its host, which Firefox gives for all of its ports.
  const local = createServer((_, to) => to.setHeader("content-type", "text/html").end("<!doctype html><title>Local</title><label>Key <input></label>")).listen(0, "localhost");
  await once(local, "listening");
  await put(first, side, `http://localhost:${(local.address() as AddressInfo).port}/`);
  await side.bringToFront();
  await expect.poll(() => text(side, "main"), { timeout: 20_000 }).toContain("Fill the focused field");
  local.close();
  await first.close();

  const second = await firefox(profile);
  const again = await show(second, "index.html");
  await unlock(again);
  expect(before).not.toContain(TOKEN);
  expect(await exported(again)).toBe(before.replace(/^(GITHUB_TOKEN=).*/m, `$1${TOKEN}`));
  await second.close();
});
