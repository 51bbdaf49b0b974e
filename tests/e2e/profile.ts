// A Chromium of its own on a folder of its own, which can be killed as a crash or a power button kills it.
import { mkdtemp } from "node:fs/promises";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type BrowserContext, type Page } from "@playwright/test";
import config from "./playwright.config";
import { watch, type Watch } from "./tacit";

export interface Running {
  context: BrowserContext;
  page: Page;
  /** Ends every process of it at once. */
  kill(): Promise<void>;
}

/** A folder for a browser's profile. */
export function folder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "tacit-profile-"));
}

/** Starts Chromium on the profile in `folder`; what is heard of there is put to what the test has `watched`. */
export async function start(folder: string, watched: Watch): Promise<Running> {
  const { launchOptions, baseURL, viewport } = config.use!;
  const context = await chromium.launchPersistentContext(folder, { ...launchOptions, baseURL, viewport });
  await watch(context, new URL(baseURL!).origin, watched);
  // A test of many rounds has a long time; no act in it has.
  context.setDefaultTimeout(20_000);
  const session = await context.browser()!.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const { id } = processInfo.find(({ type }) => type === "browser")!;
  const kill = async () => {
    const closed = once(context, "close");
    // It was started as the head of a process group.
    process.kill(-id, "SIGKILL");
    await closed;
  };
  return { context, page: context.pages()[0]!, kill };
}
