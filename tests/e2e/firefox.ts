// Firefox with the extension in it, unpacked as the build leaves it, on a profile of its own. It is driven over WebDriver BiDi,
// which Playwright speaks to no Firefox of a distribution's.
import { join } from "node:path";
import type { Browser, Page } from "puppeteer-core";
import { expect } from "./tacit";

const PACKAGE = join(__dirname, "../../dist/extension/firefox");

/** The manifest's id, and where its pages are: Firefox takes a random place for each profile unless it is told one. */
const [ID, PLACE] = ["tacit@tacit.invalid", "5d1b3a52-7a0e-4d57-9d5e-0b6c1a6f4f11"];

/** Starts Firefox with the extension on the profile in `folder`; with the web of the hosts behind `port`, where that is given. */
export async function firefox(folder: string, port?: number): Promise<Browser> {
  const web = { "network.proxy.type": 1, "network.proxy.ssl": "127.0.0.1", "network.proxy.ssl_port": port };
  const { default: puppeteer } = await import("puppeteer-core");
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
    headless: true,
    userDataDir: folder,
    acceptInsecureCerts: port !== undefined,
    args: ["--remote-allow-system-access"],
    extraPrefsFirefox: {
      "extensions.webextensions.uuids": JSON.stringify({ [ID]: PLACE }),
      // What is loaded by hand is taken out when Firefox ends; its storage stays, as an installed one's does.
      "extensions.webextensions.keepStorageOnUninstall": true,
      "extensions.webextensions.keepUuidOnUninstall": true,
      // What the extension asks for a person says yes to.
      "extensions.webextOptionalPermissionPrompts": false,
      ...(port && web),
    },
  });
  await browser.installExtension(PACKAGE);
  return browser;
}

/** What of the extension opens in a tab. */
export async function show(browser: Browser, path: string): Promise<Page> {
  const page = await browser.newPage();
  // It is there, and the browser never says that it loaded.
  page.goto(`moz-extension://${PLACE}/${path}`).catch(() => {});
  await expect.poll(() => text(page, "h1"), { timeout: 20_000 }).toBeTruthy();
  return page;
}

/** What the page says in the first of these; nothing while it is on its way. */
export function text(page: Page, selector: string): Promise<string> {
  const read = (selector: string) => (document.querySelector(selector) as HTMLElement | null)?.innerText ?? "";
  return page.evaluate(read, selector).catch(() => "");
}

/** What a person finds by its role and its name. */
export const by = (page: Page, role: string, name: string) => page.locator(`::-p-aria(${name}[role="${role}"])`).setTimeout(20_000);

/** Types into the field of that label; Firefox gives one for passwords no role. */
export async function type(page: Page, label: string, text: string): Promise<void> {
  const field = await page.waitForSelector(`input::-p-aria(${label})`, { timeout: 20_000 });
  await field!.click();
  await page.keyboard.type(text);
}
