// The extension beside a page of the web, as a person has it: a page in front, and the panel with an open vault in a window beside it.
import type { Page } from "@playwright/test";
import { grantedOnce, install, panelOf, press, type Installed } from "./extension";
import { folder } from "./profile";
import type { Hosts } from "./providers/hosts";
import { accessible, drop, expect, make, type Watch } from "./tacit";

declare const tacitTab: any;

/** A browser with the extension, a page of the web, and the panel beside it in a window of its own. */
export interface Stand extends Installed {
  /** The folder of the browser's profile. */
  profile: string;
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
  await closeFirst(installed);
  const page = await context.newPage();
  await page.goto(address);
  const panel = await panelOf(installed);
  await make(panel, /^Make a vault/, `${installed.origin}/panel.html`);
  return { ...installed, profile, page, panel, press: () => press(installed, page) };
}

/** The page by which it opens for the first time comes in front whenever it comes; and unpacked it is installed anew each time. */
async function closeFirst({ context, origin }: Installed): Promise<void> {
  const first = `${origin}/index.html`;
  await expect.poll(() => context.pages().map((page) => page.url())).toContain(first);
  await context.pages().find((page) => page.url() === first)!.close();
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
/** The moment in which a look is done, and the panel has not heard of it. */
export const late = (panel: Page) =>
  panel.evaluate(() => {
    tacitTab.again = tacitTab.look;
    tacitTab.look = async (...own: unknown[]) => {
      await tacitTab.again(...own);
      tacitTab.late = true;
      return new Promise(() => {});
    };
  });
export const isLate = (panel: Page) => panel.evaluate(() => tacitTab.late === true);
export const seeing = (panel: Page) => panel.evaluate(() => void (tacitTab.look = tacitTab.again));

export const openView = (panel: Page) => panel.getByRole("link", { name: "This page" }).click();

/** That the panel is accessible at its narrowest in both schemes, and scrolls not sideways. */
export async function narrow(panel: Page): Promise<void> {
  const before = panel.viewportSize()!;
  await panel.setViewportSize({ width: 320, height: 800 });
  for (const colorScheme of ["dark", "light"] as const) {
    // A colour on its way to another is neither.
    await panel.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await accessible(panel);
  }
  expect(await panel.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await panel.emulateMedia({ colorScheme: null, reducedMotion: null });
  await panel.setViewportSize(before);
}
