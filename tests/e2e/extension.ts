// Chromium with the extension in it, unpacked as the build leaves it, on a profile of its own.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium, type BrowserContext, type Page, type Worker } from "@playwright/test";
import config from "./playwright.config";
import { expect, originOf, watch, type Watch } from "./tacit";

export const PACKAGE = join(__dirname, "../../dist/extension/chromium");

/** What the browser gives an extension. */
declare const chrome: any;

export interface Installed {
  context: BrowserContext;
  /** Where its pages are. */
  origin: string;
  /** What runs while none of them is open. */
  background: Worker;
}

/** Starts Chromium with the extension on the profile in `folder`; what is heard of there is put to what the test has `watched`. */
export async function install(folder: string, watched: Watch, args: string[] = []): Promise<Installed> {
  const { context, background } = await launch(PACKAGE, folder, ["--enable-unsafe-extension-debugging", ...args]);
  const origin = originOf(new URL(background.url()));
  expect(origin).toMatch(/^chrome-extension:/);
  await watch(context, origin, watched);
  return { context, origin, background };
}

/** Starts Chromium on the profile in `folder`, with the extension that lies unpacked in another. */
export async function launch(unpacked: string, folder: string, args: string[]): Promise<Omit<Installed, "origin">> {
  const { launchOptions, viewport } = config.use!;
  const own = [`--disable-extensions-except=${unpacked}`, `--load-extension=${unpacked}`, ...args];
  const context = await chromium.launchPersistentContext(folder, {
    ...launchOptions,
    args: [...launchOptions!.args!, ...own],
    viewport,
  });
  context.setDefaultTimeout(20_000);
  const background = context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker"));
  return { context, background };
}

/** Makes the profile in `folder` one in which a person granted the extension an origin once and took that back: where it asks for
 * the origin, the browser does not ask the person again. Without a screen nobody could answer. */
export async function grantedOnce(folder: string, origin: string): Promise<void> {
  const { context, background } = await launch(PACKAGE, folder, []);
  const { host } = new URL(background.url());
  // It is installed when the page is there by which it opens then.
  await expect.poll(() => context.pages().map((page) => page.url())).toContain(`chrome-extension://${host}/index.html`);
  await context.close();
  const file = join(folder, "Default/Preferences");
  const preferences = JSON.parse((await readFile(file)).toString());
  const own = preferences.extensions.settings[host];
  own.runtime_granted_permissions = { ...own.runtime_granted_permissions, explicit_host: [`${origin}/*`] };
  await writeFile(file, JSON.stringify(preferences));
}

/** Opens a window with the panel in it, so that the page stays in front of its own. */
export async function panelOf({ context, origin }: Installed): Promise<Page> {
  const [background] = context.serviceWorkers();
  const came = context.waitForEvent("page");
  await background!.evaluate(() => void chrome.windows.create({ url: "panel.html", width: 420, height: 900 }));
  const panel = await came;
  await panel.setViewportSize({ width: 400, height: 900 });
  expect(panel.url()).toContain(origin);
  return panel;
}

/** Presses the extension's button on the page, which is open to it from then on. */
export async function press({ context, origin }: Pick<Installed, "context" | "origin">, page: Page): Promise<void> {
  const session = await context.browser()!.newBrowserCDPSession();
  const { targetInfos } = await session.send("Target.getTargets", { filter: [{ type: "tab" }] } as any);
  const target = (targetInfos as any[]).find(({ url }) => url === page.url());
  await session.send("Extensions.triggerAction" as any, { id: new URL(origin).host, targetId: target.targetId } as any);
  await session.detach();
}

/** Stops the background as the browser does when nothing happens there. */
export async function stopBackground(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const stopped = new Promise<void>((resolve) =>
    session.on("ServiceWorker.workerVersionUpdated", ({ versions }) => {
      if (versions.some(({ runningStatus }) => runningStatus === "stopped")) resolve();
    }),
  );
  await session.send("ServiceWorker.enable");
  await session.send("ServiceWorker.stopAllWorkers");
  await stopped;
  await session.detach();
}
