// The extension as it is built, with leave to enter every page, so that what it does in pages can be asked for from a test.
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "@playwright/test";
import { PACKAGE, launch } from "../extension";
import { hosts, type Hosts } from "./hosts";

export interface Field {
  kind: string;
  label: string;
  filled: boolean;
  refused: string | null;
  path: number[];
}

/** What `look` of extension/page.js says. */
export interface Look {
  refused?: string;
  origin: string;
  url: string;
  focused: Field | null;
  form: { kind: string; count: number; grows: boolean; refused: string | null } | null;
  names: string[];
}

export interface Entry {
  name: string;
  value: string;
}

export interface Order {
  origin: string;
  url?: string;
  how: string;
  profile?: Profile | null;
  focused?: Field | null;
  entries: Entry[];
  replace?: boolean;
}

/** What `fill` says. */
export interface Fill {
  refused?: string;
  entries: { name: string; outcome: string; code?: string }[];
}

export interface Wanted {
  kinds: string[];
  role?: string;
  label: string[];
  name?: string[];
  placeholder?: string[];
  least: number;
  margin: number;
}

export interface Profile {
  schema: number;
  id: string;
  name: string;
  origins: string[];
  paths: string[];
  forms: { kind: string; text?: Wanted; name?: Wanted; value?: Wanted; grow?: string[]; dialect?: string }[];
  rules: Record<string, unknown>;
}

export interface Target {
  tabId: number;
  documentIds: string[];
}

export interface Probe {
  context: BrowserContext;
  web: Hosts;
  /** The page under test. */
  page: Page;
  /** A page of the extension. */
  own: Page;
  /** The document that is in the page now. */
  target(): Promise<Target>;
  look(target: Target, profile?: Profile | null): Promise<Look>;
  fill(target: Target, order: Order): Promise<Fill>;
  end(): Promise<void>;
}

declare const chrome: any, tacitPage: any;

/** The scripts of the extension's own pages that know of other pages. */
export const SCRIPTS = ["form.js", "profiles.js", "teach.js", "page.js"];

/** Starts Chromium with it, and with the web of `hosts`. */
export async function probe(): Promise<Probe> {
  const web = await hosts();
  const folder = await mkdtemp(join(tmpdir(), "tacit-probe-"));
  await cp(PACKAGE, folder, { recursive: true });
  const manifest = JSON.parse((await readFile(join(folder, "manifest.json"))).toString());
  manifest.host_permissions = ["<all_urls>"];
  await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));
  const scripts = SCRIPTS.map((name) => `<script src="/${name}"></script>`).join("");
  await writeFile(join(folder, "probe.html"), `<!doctype html><title>Probe</title>${scripts}`);

  const profile = await mkdtemp(join(tmpdir(), "tacit-profile-"));
  const { context, background } = await launch(folder, profile, web.args);
  const panel = await context.newPage();
  await panel.goto(new URL("/probe.html", background.url()).href);
  const page = await context.newPage();
  return {
    context,
    web,
    page,
    own: panel,
    target: () =>
      panel.evaluate(async (url) => {
        const tabs = await chrome.tabs.query({});
        const tabId = tabs.find((tab: { url: string }) => tab.url === url).id;
        const [{ documentId }] = await chrome.scripting.executeScript({ target: { tabId }, func: () => undefined });
        return { tabId, documentIds: [documentId] };
      }, page.url()),
    look: (target, profile = null) => panel.evaluate(([target, profile]) => tacitPage.look(target, () => (profile ? [{ profile }] : [])), [target, profile]),
    fill: (target, order) => panel.evaluate(([target, order]) => tacitPage.fill(target, order), [target, order] as const),
    async end() {
      await context.close();
      await web.end();
      for (const used of [folder, profile]) await rm(used, { recursive: true, force: true });
    },
  };
}
