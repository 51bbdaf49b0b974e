import type { Page } from "@playwright/test";
import { install, panelOf, press, stopBackground, type Installed } from "./extension";
import { folder } from "./profile";
import { hosts, type Hosts } from "./providers/hosts";
import { accessible, choose, drop, expect, lock, make, test, PASSPHRASE, unlock, type Watch } from "./tacit";

declare const chrome: any, tacitTab: any;

const SHOP = "https://shop.example/settings";
const GITHUB = "https://github.com/acme/shop/settings/secrets/actions/new";
const VERCEL = "https://vercel.com/acme/shop/settings/environment-variables";

const FORM = `<!doctype html><title>Shop</title><form onsubmit="document.title='sent'; return false">
  <label>API key <input id="key"></label><label>Other <input id="other"></label><button>Save</button></form>`;

const SINGLE = `<!doctype html><title>New secret</title><form onsubmit="document.title='sent'; return false">
  <label>Name <input name="secret_name" id="secret_name" placeholder="YOUR_SECRET_NAME"></label>
  <label>Secret <textarea name="secret_value" id="secret_value"></textarea></label><button>Add secret</button></form>`;

const row = (at: number) => `<div><label>Key <input name="key" placeholder="CLIENT_KEY" id="k${at}"></label>
  <label>Value <textarea name="value" id="v${at}"></textarea></label></div>`;
const ROWS = `<!doctype html><title>Environment Variables</title>
  <ul><li>PORT</li></ul><form onsubmit="document.title='sent'; return false"><div id="rows">${row(0)}${row(1)}${row(2)}</div><button>Save</button></form>`;

let web: Hosts;
test.beforeAll(async () => {
  web = await hosts();
  for (const [at, body] of [[SHOP, FORM], [GITHUB, SINGLE], [VERCEL, ROWS]] as const) web.answers.set(at, { body });
});
test.afterAll(() => web.end());

/** A browser with the extension, a page of the web, and the panel beside it in a window of its own. */
interface Stand extends Installed {
  page: Page;
  panel: Page;
  /** Presses the extension's button while the page is in front. */
  press(): Promise<void>;
}

async function stand(watched: Watch, address: string): Promise<Stand> {
  // Pages of the web are foreign here, and are to be there.
  const installed = await install(await folder(), { reports: watched.reports, foreign: [] }, web.args);
  const { context, origin } = installed;
  // The page by which it opens for the first time comes in front whenever it comes.
  const first = `${origin}/index.html`;
  await expect.poll(() => context.pages().map((page) => page.url())).toContain(first);
  await context.pages().find((page) => page.url() === first)!.close();
  const page = await context.newPage();
  await page.goto(address);
  const panel = await panelOf(installed);
  await make(panel, /^Make a vault/, `${origin}/panel.html`);
  return { ...installed, page, panel, press: () => press(installed, page) };
}

/** Brings keys into a project of the vault: the importer's own, with its environments. */
async function bring(panel: Page, text: string): Promise<void> {
  await drop(panel, [{ name: ".env", text }]);
  await panel.getByRole("button", { name: /^Import \d+ keys?$/ }).click();
  await expect(panel.getByRole("button", { name: "Import", exact: true }).first()).toBeVisible();
}

/** The moment before the panel has looked again, for as long as the test needs. */
const blind = (panel: Page) =>
  panel.evaluate(() => {
    tacitTab.again = tacitTab.look;
    tacitTab.look = () => new Promise(() => {});
  });
const seeing = (panel: Page) => panel.evaluate(() => void (tacitTab.look = tacitTab.again));

const focusedField = (panel: Page) => panel.getByRole("button", { name: "Fill the focused field" });
const openView = (panel: Page) => panel.getByRole("link", { name: "This page" }).click();

test("a secret goes into the field that has the cursor, on the page that the panel names, and is not sent", async ({ watched }) => {
  const { context, page, panel, press } = await stand(watched, SHOP);
  await bring(panel, "STRIPE_KEY=fake-value-of-a-key\nPORT=8080\n");
  await openView(panel);
  // Nothing is seen before the button is pressed on the page.
  await expect(panel.getByRole("heading", { name: "Tacit does not see this page." })).toBeVisible();
  await page.getByLabel("API key").focus();
  await press();
  await expect(panel.getByText("https://shop.example", { exact: true })).toBeVisible();
  await expect(panel.getByText("The cursor is in “API key”.")).toBeVisible();
  await accessible(panel);

  await panel.getByRole("searchbox", { name: "Search for a secret to fill" }).fill("stripe");
  await expect(panel.getByRole("radio", { name: /STRIPE_KEY/ })).toBeChecked();
  await focusedField(panel).click();
  await expect(panel.getByText("Filled STRIPE_KEY into shop.example.")).toBeVisible();
  await expect(page.getByLabel("API key")).toHaveValue("fake-value-of-a-key");
  await expect(page.getByLabel("Other")).toHaveValue("");
  await expect(page).toHaveTitle("Shop");

  // The vault knows where it went, and so does the activity.
  await panel.getByRole("link", { name: "Registry" }).click();
  await panel.getByRole("link", { name: "STRIPE_KEY" }).click();
  const places = panel.getByRole("list", { name: "Pages that it was filled into" });
  await expect(places).toContainText("shop.example");
  await expect(places).toContainText("version 1");
  await panel.getByRole("button", { name: "Close the panel" }).click();
  await panel.getByRole("link", { name: "Activity" }).click();
  await expect(panel.getByRole("main")).toContainText("Filled STRIPE_KEY into https://shop.example.");
  await context.close();
});

test("what is there is not replaced without a word, and another document, another tab, or a locked vault gets nothing", async ({ watched }) => {
  const { context, page, panel, press } = await stand(watched, SHOP);
  await bring(panel, "STRIPE_KEY=fake-value-of-a-key\n");
  const key = page.getByLabel("API key");
  await key.fill("old");
  await key.focus();
  await press();
  await openView(panel);
  await panel.getByRole("searchbox").fill("stripe");
  await expect(panel.getByRole("radio")).toBeChecked();
  await focusedField(panel).click();
  await expect(panel.getByText("There is text in the field already.")).toBeVisible();
  await expect(key).toHaveValue("old");
  await panel.getByRole("checkbox", { name: "Replace the text in the field" }).check();
  await focusedField(panel).click();
  await expect(panel.getByText("Filled STRIPE_KEY into shop.example.")).toBeVisible();
  await expect(key).toHaveValue("fake-value-of-a-key");

  // Another document: what the panel looked at is gone, though the address is the same.
  await blind(panel);
  await page.reload();
  await key.focus();
  await focusedField(panel).click();
  await expect(panel.getByText("The page changed before it was filled.")).toBeVisible();
  await expect(key).toHaveValue("");

  // Another field than the one that was shown.
  await seeing(panel);
  await panel.getByRole("button", { name: "Look again" }).click();
  await expect(panel.getByText("The cursor is in “API key”.")).toBeVisible();
  await blind(panel);
  await page.getByLabel("Other").focus();
  await focusedField(panel).click();
  await expect(panel.getByText("The field is not where it was a moment ago.")).toBeVisible();
  await expect(page.getByLabel("Other")).toHaveValue("");
  await seeing(panel);

  // Another tab in front: the one that was looked at is not filled behind a person's back.
  const opened = context.waitForEvent("page");
  await page.evaluate(() => void window.open("/elsewhere"));
  await opened;
  await expect(panel.getByRole("heading", { name: "Tacit does not see this page." })).toBeVisible();
  await expect(focusedField(panel)).toHaveCount(0);
  await page.bringToFront();
  await expect(focusedField(panel)).toBeVisible();

  await lock(panel);
  await expect(focusedField(panel)).toHaveCount(0);
  await unlock(panel, PASSPHRASE);
  await expect(panel.getByText("https://shop.example", { exact: true })).toBeVisible();
  await context.close();
});

test("a provider's page gets its rows by a plan, and the next plan knows what it was given", async ({ watched }) => {
  const { context, page, panel, press } = await stand(watched, VERCEL);
  await bring(panel, "STRIPE_KEY=fake-value-of-a-key\nPORT=8080\n");
  await press();
  await openView(panel);
  await expect(panel.getByText("Vercel · shop", { exact: true })).toBeVisible();
  const plan = panel.getByRole("region", { name: "Plan" });
  const line = (name: string) => plan.getByRole("listitem").filter({ hasText: name });
  await expect(line("STRIPE_KEY")).toContainText("add");
  await expect(line("PORT")).toContainText("change");
  await accessible(panel);
  await panel.setViewportSize({ width: 320, height: 800 });
  expect(await panel.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);

  await plan.getByRole("button", { name: "Fill 2 into the page" }).click();
  await expect(plan.getByText("Filled 2 of 2 into vercel.com.")).toBeVisible();
  await expect(page.locator("#k0")).toHaveValue("STRIPE_KEY");
  await expect(page.locator("#v0")).toHaveValue("fake-value-of-a-key");
  await expect(page.locator("#k1")).toHaveValue("PORT");
  await expect(page.locator("#v1")).toHaveValue("8080");
  await expect(page.locator("#k2")).toHaveValue("");
  await expect(page).toHaveTitle("Environment Variables");
  // PORT is shown by the page and was given; STRIPE_KEY is not shown before the person saves it there.
  await expect(line("PORT")).toContainText("there");
  await expect(line("STRIPE_KEY")).toContainText("add");
  await context.close();
});

test("a form of one at a time is filled one after the other, through page loads and a stopped background", async ({ watched }) => {
  const { context, page, panel, press } = await stand(watched, GITHUB);
  await bring(panel, "A_KEY=fake-a\nB_KEY=fake-b\nC_KEY=fake-c\nGITHUB_X=fake-x\n");
  await press();
  await openView(panel);
  const plan = panel.getByRole("region", { name: "Plan" });
  await expect(plan.getByText("Names may not start with GITHUB_.")).toBeVisible();
  for (const [at, name] of ["A_KEY", "B_KEY", "C_KEY"].entries()) {
    await expect(plan.getByText(at === 2 ? /^One is left/ : new RegExp(`^${3 - at} are left`))).toBeVisible();
    await plan.getByRole("button", { name: `Fill ${name}` }).click();
    await expect(page.locator("#secret_name")).toHaveValue(name);
    await expect(page.locator("#secret_value")).toHaveValue(`fake-${name[0]!.toLowerCase()}`);
    await expect(plan.getByText(`Filled ${name} into github.com.`)).toBeVisible();
    await stopBackground(panel);
    await page.reload();
    // What became of a fill goes with the document that was filled.
    await expect(plan.getByText(`Filled ${name} into github.com.`)).toHaveCount(0);
  }
  await expect(plan.getByRole("button", { name: "Nothing to fill" })).toBeDisabled();
  await context.close();
});

test("values of prod go out after a word alone", async ({ watched }) => {
  const { context, page, panel, press } = await stand(watched, GITHUB);
  await drop(panel, [{ name: ".env.production", text: "LIVE_KEY=fake-live\n" }]);
  await panel.getByRole("button", { name: "Import 1 key" }).click();
  await press();
  await openView(panel);
  const plan = panel.getByRole("region", { name: "Plan" });
  await plan.getByRole("combobox", { name: "Environment" }).selectOption({ label: "prod (prod)" });
  await plan.getByRole("button", { name: "Fill LIVE_KEY" }).click();
  const asked = panel.getByRole("dialog", { name: "Fill production values?" });
  await expect(asked).toContainText("github.com");
  await asked.getByRole("button", { name: "Keep them" }).click();
  await expect(page.locator("#secret_value")).toHaveValue("");
  await plan.getByRole("button", { name: "Fill LIVE_KEY" }).click();
  await asked.getByRole("button", { name: "Fill them" }).click();
  await expect(page.locator("#secret_value")).toHaveValue("fake-live");
  await context.close();
});

test("the panel opens by the button, beside the page", async ({ watched }) => {
  const { context, origin, page } = await stand(watched, SHOP);
  await page.bringToFront();
  await press({ context, origin }, page);
  const session = await context.browser()!.newBrowserCDPSession();
  const panels = async () => {
    const { targetInfos } = await session.send("Target.getTargets");
    return targetInfos.filter(({ url }) => url.startsWith(`${origin}/panel.html`)).length;
  };
  await expect.poll(panels, "the one in a window, and the browser's own").toBe(2);
  await context.close();
});
