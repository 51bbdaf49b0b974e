// The extension beside a page of the web, as a person has it: a page in front, and the panel with an open vault in a window beside it.
import type { BrowserContext, CDPSession, Page } from "@playwright/test";
import { grantedOnce, install, type Installed } from "./extension";
import { folder } from "./profile";
import type { Hosts } from "./providers/hosts";
import { drop, expect, make, type Watch } from "./tacit";

declare const chrome: any, tacitTab: any;

/** A browser with the extension, a page of the web, and the panel beside it in a window of its own. */
export interface Stand extends Installed {
  page: Page;
  panel: Page;
  /** Presses the extension's button while the page is in front. */
  press(): Promise<void>;
}

/** With an `origin` that the person granted for good before. */
export async function stand(watched: Watch, web: Hosts, address: string, origin?: string): Promise<Stand> {
  const profile = await folder();
  if (origin) await grantedOnce(profile, origin);
  // Pages of the web are foreign here, and are to be there.
  const installed = await install(profile, { reports: watched.reports, foreign: [] }, web.args);
  const { context } = installed;
  if (!origin) await closeFirst(installed);
  const page = await context.newPage();
  await page.goto(address);
  const panel = await opened(context, installed.origin);
  await make(panel, /^Make a vault/, `${installed.origin}/panel.html`);
  const press = () => trigger(context, installed.origin, page);
  return { ...installed, page, panel, press };
}

/** The page by which it opens for the first time comes in front whenever it comes. */
async function closeFirst({ context, origin }: Installed): Promise<void> {
  const first = `${origin}/index.html`;
  await expect.poll(() => context.pages().map((page) => page.url())).toContain(first);
  await context.pages().find((page) => page.url() === first)!.close();
}

/** Opens a window with the panel in it, so that the page stays in front of its own. */
async function opened(context: BrowserContext, origin: string): Promise<Page> {
  const [background] = context.serviceWorkers();
  const came = context.waitForEvent("page");
  await background!.evaluate(() => void chrome.windows.create({ url: "panel.html", width: 420, height: 900 }));
  const panel = await came;
  await panel.setViewportSize({ width: 400, height: 900 });
  expect(panel.url()).toContain(origin);
  return panel;
}

/** What a press of the extension's button comes to: the page is open to it from then on. */
export async function trigger(context: BrowserContext, origin: string, page: Page): Promise<void> {
  const session: CDPSession = await context.browser()!.newBrowserCDPSession();
  const { targetInfos } = await session.send("Target.getTargets", { filter: [{ type: "tab" }] } as any);
  const target = (targetInfos as any[]).find(({ url }) => url === page.url());
  await session.send("Extensions.triggerAction" as any, { id: new URL(origin).host, targetId: target.targetId } as any);
  await session.detach();
}

/** Brings keys into a project of the vault: the importer's own, with its environments. */
export async function bring(panel: Page, text: string): Promise<void> {
  await drop(panel, [{ name: ".env", text }]);
  await panel.getByRole("button", { name: /^Import \d+ keys?$/ }).click();
  await expect(panel.getByRole("button", { name: "Import", exact: true }).first()).toBeVisible();
}

/** The moment before the panel has looked again, for as long as the test needs. */
export const blind = (panel: Page) =>
  panel.evaluate(() => {
    tacitTab.again = tacitTab.look;
    tacitTab.look = () => new Promise(() => {});
  });
export const seeing = (panel: Page) => panel.evaluate(() => void (tacitTab.look = tacitTab.again));

export const openView = (panel: Page) => panel.getByRole("link", { name: "This page" }).click();
