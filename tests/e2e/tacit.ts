// The app as its tests open it: every page is watched for policy reports and for requests that leave its origin.
import { readFile } from "node:fs/promises";
import { test as base, expect, type BrowserContext, type ConsoleMessage, type Locator, type Page, type Request, type Worker } from "@playwright/test";
import axe from "axe-core";

export { expect };

export const PASSPHRASE = "correct horse fake staple";

export interface Watch {
  /** Violations of the content security policy and of Trusted Types, and errors nobody caught. */
  reports: string[];
  /** Requests to anything but the app's own origin. */
  foreign: string[];
}

/** The origin of an address, also of an extension's, which Node calls opaque. */
export const originOf = ({ protocol, host }: URL) => `${protocol}//${host}`;

/** Watches every page and worker of `context` from its first byte on. */
export async function watch(context: BrowserContext, origin: string, watch: Watch = { reports: [], foreign: [] }): Promise<Watch> {
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) =>
      console.error(`Content Security Policy in the page: ${event.effectiveDirective}: ${event.blockedURI}`),
    );
  });
  context.on("weberror", (error) => watch.reports.push(`uncaught: ${error.error().message}`));
  const hear = (message: ConsoleMessage) => {
    if (/Content Security Policy|TrustedHTML|TrustedScript/.test(message.text())) watch.reports.push(message.text());
  };
  context.on("console", hear);
  // A worker's violations reach no console of themselves, so they are put on its own.
  const listen = (worker: Worker) => {
    worker.on("console", hear);
    const tell = () =>
      addEventListener("securitypolicyviolation", (event) =>
        console.error(`Content Security Policy in the worker: ${event.effectiveDirective}: ${event.blockedURI}`),
      );
    // A worker that ended meanwhile has nothing to report.
    worker.evaluate(tell).catch(() => {});
  };
  context.on("serviceworker", listen);
  for (const page of context.pages()) page.on("worker", listen);
  context.on("page", (page) => page.on("worker", listen));
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (originOf(url) !== origin && !["data:", "blob:"].includes(url.protocol)) watch.foreign.push(request.url());
  });
  return watch;
}

/** A test that must end without a report and without a foreign request, in whatever page of whatever context it makes. */
export const test = base.extend<{ watched: Watch }>({
  watched: [
    async ({ browser, baseURL }, use) => {
      const watched: Watch = { reports: [], foreign: [] };
      const make = browser.newContext.bind(browser);
      browser.newContext = async (options) => {
        const context = await make(options);
        await watch(context, new URL(options?.baseURL ?? baseURL!).origin, watched);
        return context;
      };
      await use(watched);
      browser.newContext = make;
      expect(watched.reports).toEqual([]);
      expect(watched.foreign).toEqual([]);
    },
    { auto: true },
  ],
});

/** Opens the app and waits until it shows something of its own. */
export async function open(page: Page, route = "/"): Promise<void> {
  // Now and then the local runtime leaves a request unanswered, the first or one for a file of the app, which then never
  // starts; a person reloads. An app that does not start though all was answered is a fault.
  const unanswered = new Set<Request>();
  const ask = (request: Request) => unanswered.add(request);
  const answer = (request: Request) => unanswered.delete(request);
  page.on("request", ask).on("requestfinished", answer).on("requestfailed", answer);
  const started = async () => {
    await expect(page.getByRole("main")).toBeVisible();
    await expect(page.locator("#boot")).toHaveCount(0, { timeout: 10_000 });
    // The core answers next; where all that it needs is there, whatever else it waits for is the test's matter.
    const core = expect(page.getByText("Opening Tacit…")).toHaveCount(0, { timeout: 10_000 });
    await core.catch((error) => {
      if (unanswered.size > 0) throw error;
    });
  };
  await page.goto(route, { waitUntil: "commit", timeout: 15_000 }).catch(() => page.goto(route));
  await started().catch(async (error) => {
    if (unanswered.size === 0) throw error;
    await page.reload();
    await started();
  });
  page.off("request", ask).off("requestfinished", answer).off("requestfailed", answer);
}

/** Where the app says what it did. */
export const messages = (page: Page) => page.getByRole("region", { name: "Messages" });

/** Takes the last act back. */
export async function undo(page: Page): Promise<void> {
  await messages(page).getByRole("button", { name: "Undo" }).last().click();
  await expect(messages(page)).toContainText("Undone.");
}

/** An open project's keys. */
export const grid = (page: Page) => page.getByRole("grid", { name: "Keys by environment" });

/** What is open of a secret beside the page. */
export const panel = (page: Page) => page.getByRole("complementary", { name: "Secret" });

/** Opens the menu of a card, a row or a panel, and takes an action of it. */
export async function choose(menu: Locator, action: string): Promise<void> {
  await menu.click();
  await menu.page().getByRole("menuitem", { name: action }).click();
}

/** Drops a file on the page, as a person drags it in from a folder. */
export async function drop(page: Page, files: { name: string; text: string }[]): Promise<void> {
  const transfer = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const { name, text } of files) transfer.items.add(new File([text], name));
    return transfer;
  }, files);
  for (const type of ["dragenter", "dragover", "drop"]) {
    await page.dispatchEvent("body", type, { dataTransfer: transfer });
  }
}

/** What a person writes down of a new vault. */
export interface Kit {
  setup: string;
  recovery: string;
}

/** Takes down the kit that is shown, and goes on. */
export async function keep(page: Page): Promise<Kit> {
  const codes = page.getByRole("region", { name: "Recovery kit" }).getByRole("code");
  await expect(codes).toHaveCount(2);
  const [setup, recovery] = await codes.allInnerTexts();
  await page.getByRole("checkbox", { name: "I keep it in a safe place" }).check();
  await page.getByRole("button", { name: "Continue" }).click();
  return { setup: setup!, recovery: recovery! };
}

/** Goes through one of the first doors to an open vault. */
export async function make(page: Page, door: RegExp, address = "/"): Promise<Kit> {
  await open(page, address);
  await page.getByRole("button", { name: door }).click();
  await page.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await page.getByRole("button", { name: "Make the vault" }).click();
  const kit = await keep(page);
  await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  return kit;
}

/** Makes the sample vault and opens its project. */
export async function sample(page: Page): Promise<Kit> {
  const kit = await make(page, /sample/);
  await page.getByRole("main").getByRole("link", { name: "shop-api" }).click();
  await expect(page.getByRole("grid", { name: "Keys by environment" })).toBeVisible();
  return kit;
}

/** The backup that the settings give. */
export async function backup(page: Page): Promise<Buffer> {
  await page.getByRole("navigation").getByRole("link", { name: "Settings" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download a backup" }).click();
  return readFile(await (await download).path());
}

/** Goes through the door for backups up to the answer: with a new vault's page, a file, and the recovery key. */
export async function restore(page: Page, buffer: Buffer, recovery: string, address = "/"): Promise<void> {
  await open(page, address);
  await page.getByRole("button", { name: "Open a backup" }).click();
  await page.locator("input[type=file]").setInputFiles({ name: "vault.tacit", mimeType: "application/octet-stream", buffer });
  await page.getByRole("textbox", { name: "From the kit" }).fill(recovery);
  await page.getByRole("textbox", { name: "Passphrase" }).fill("other fake words here");
  await page.getByRole("button", { name: "Open the backup" }).click();
}

/** Keeps what the page says to its vault until the test lets it go on. */
export const hold = (page: Page) =>
  page.evaluate(() => {
    const post = Worker.prototype.postMessage;
    const held: (() => void)[] = [];
    Worker.prototype.postMessage = function (...message: unknown[]) {
      held.push(() => (post as (...message: unknown[]) => void).apply(this, message));
    };
    (globalThis as any).goOn = () => {
      Worker.prototype.postMessage = post;
      held.forEach((send) => send());
    };
  });
/** Lets it go on. */
export const goOn = (page: Page) => page.evaluate(() => (globalThis as any).goOn());

/** Goes to a control by the keyboard, as a person does who sees where the focus is. */
export async function tabTo(page: Page, control: Locator): Promise<void> {
  const isThere = () => control.evaluate((element) => element === document.activeElement);
  for (let steps = 0; steps < 80 && !(await isThere()); steps += 1) await page.keyboard.press("Tab");
  await expect(control).toBeFocused();
}

/** Presses a button, link or box by the keyboard. */
export async function press(page: Page, control: Locator, key = "Enter"): Promise<void> {
  await tabTo(page, control);
  await page.keyboard.press(key);
}

/** Everything outside the trash that the vault says in the clear: the projects, each environment in its place with its variables
 * and their values, and the registry. */
export async function contents(page: Page, home = "/"): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  await page.goto(`${home}#/projects`);
  await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  const list = page.getByRole("main").getByRole("list").getByRole("link");
  await expect(list.first()).toBeVisible();
  found.projects = await page.getByRole("main").getByRole("list").first().ariaSnapshot();
  const links = await list.all();
  const projects = await Promise.all(links.map(async (link) => [await link.innerText(), await link.getAttribute("href")] as const));
  let last = "";
  for (const [project, address] of projects) {
    await page.goto(`${home}#/projects`);
    await page.getByRole("main").getByRole("link", { name: project, exact: true }).click();
    await page.getByRole("button", { name: "Export" }).click();
    await expect(page.getByRole("heading", { name: `Export ${project}`, level: 1, exact: true })).toBeVisible();
    const environment = page.getByRole("combobox", { name: "Environment" });
    await expect(environment.getByRole("option").first()).toBeAttached();
    await page.getByRole("combobox", { name: "Written for" }).selectOption({ label: "Kubernetes Secret" });
    await page.getByRole("checkbox", { name: "Show values" }).check();
    const text = page.getByRole("region", { name: "What will be written" }).getByText(/^apiVersion:/);
    for (const [place, name] of (await environment.getByRole("option").allTextContents()).entries()) {
      await environment.selectOption({ label: name });
      // A manifest has a name of its own, so that no environment's text is taken for another's.
      if (last) await expect(text).not.toContainText(last);
      const written = (await text.textContent())!;
      last = /^ {2}name: .*$/m.exec(written)![0];
      found[`${address} ${place} ${name}`] = written;
    }
  }
  await page.goto(`${home}#/registry`);
  await expect(page.getByRole("table", { name: "Secrets" }).getByRole("link").first()).toBeVisible();
  found.registry = await page.getByRole("main").ariaSnapshot();
  return found;
}

/** What is on the clipboard, by pasting it somewhere else: the app's own policy lets no script read it. */
export async function clipboard(page: Page): Promise<string> {
  const scratch = await page.context().newPage();
  await scratch.setContent("<textarea></textarea>");
  const field = scratch.getByRole("textbox");
  await field.press("[");
  await field.press("Control+v");
  await field.press("]");
  await expect(field).toHaveValue(/\]$/);
  const text = (await field.inputValue()).slice(1, -1);
  await scratch.close();
  return text;
}

export async function lock(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Lock the vault" }).click();
  await expect(page.getByRole("heading", { name: "Unlock" })).toBeVisible();
}

export async function unlock(page: Page, passphrase: string): Promise<void> {
  await page.getByRole("textbox", { name: "Passphrase" }).fill(passphrase);
  await page.keyboard.press("Enter");
}

/** Violations of WCAG 2.2 AA in what the page shows, as axe sees them. */
export async function violations(page: Page): Promise<string[]> {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  // Evaluated by the debugger, which no policy of the page stops.
  await page.evaluate(axe.source);
  return page.evaluate(async (tags) => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run({ runOnly: tags });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
  }, tags);
}

export async function accessible(page: Page): Promise<void> {
  expect(await violations(page)).toEqual([]);
}
