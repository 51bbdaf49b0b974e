// Chromium with the extension in it, unpacked as the build leaves it, on a profile of its own.
import { join } from "node:path";
import { chromium, type BrowserContext, type Worker } from "@playwright/test";
import config from "./playwright.config";
import { expect, originOf, watch, type Watch } from "./tacit";

export const PACKAGE = join(__dirname, "../../dist/extension/chromium");

export interface Installed {
  context: BrowserContext;
  /** Where its pages are. */
  origin: string;
  /** What runs while none of them is open. */
  background: Worker;
}

/** Starts Chromium with the extension on the profile in `folder`; what is heard of there is put to what the test has `watched`. */
export async function install(folder: string, watched: Watch, args: string[] = []): Promise<Installed> {
  const { launchOptions, viewport } = config.use!;
  const own = [`--disable-extensions-except=${PACKAGE}`, `--load-extension=${PACKAGE}`, "--enable-unsafe-extension-debugging", ...args];
  const context = await chromium.launchPersistentContext(folder, {
    ...launchOptions,
    args: [...launchOptions!.args!, ...own],
    viewport,
  });
  const background = context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker"));
  const origin = originOf(new URL(background.url()));
  expect(origin).toMatch(/^chrome-extension:/);
  await watch(context, origin, watched);
  context.setDefaultTimeout(20_000);
  return { context, origin, background };
}
