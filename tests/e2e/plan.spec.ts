// The plan of a provider's page holds what it shows: the environment that was chosen, what the page has already, and what the provider takes.
import type { Page } from "@playwright/test";
import { panelOf, press as pressOn } from "./extension";
import { hosts, type Hosts } from "./providers/hosts";
import { bring, narrow, openView, stand } from "./stand";
import { clipboard, drop, expect, goOn, hold, messages, test } from "./tacit";

declare const chrome: any, tacitTab: any, tacitProfiles: any;

const GITHUB = "https://github.com/acme/shop/settings/secrets/actions/new";
const VERCEL = "https://vercel.com/acme/shop/settings/environment-variables";
const LAMBDA = "https://eu-central-1.console.aws.amazon.com/lambda/home#/functions/shop";
const OCEAN = "https://cloud.digitalocean.com/apps/shop/settings";
const SHOP = "https://shop.example/settings";

const SINGLE = `<!doctype html><title>New secret</title><label>Name <input name="secret_name" id="secret_name" placeholder="YOUR_SECRET_NAME"></label>
  <label>Secret <textarea name="secret_value" id="secret_value"></textarea></label>`;
const row = (at: number, name = "", value = "") => `<div><label>Key <input name="key" placeholder="CLIENT_KEY" id="k${at}" value="${name}"></label>
  <label>Value <textarea name="value" id="v${at}">${value}</textarea></label></div>`;
const rows = (all: string) => `<!doctype html><title>Variables</title><div id="rows">${all}</div>`;
const FORM = `<!doctype html><title>Shop</title><label>A key <input id="a"></label><label>Other <input id="other"></label>
  <label>Code <textarea aria-roledescription="editor"></textarea></label>`;

let web: Hosts;
test.beforeAll(async () => {
  web = await hosts();
  // A hundred words that may be variables, and may be none.
  const words = Array.from({ length: 100 }, (_, at) => `<li>WORD_${at}</li>`).join("");
  web.answers.set(GITHUB, { body: `${SINGLE}<ul>${words}</ul>` });
  web.answers.set(VERCEL, { body: `${rows(row(0, "PORT", "1") + row(1))}<ul><li>aws_region</li></ul>` });
  web.answers.set(LAMBDA.split("#")[0]!, { body: rows(row(0, "PORT", "1") + row(1) + row(2)) });
  web.answers.set(OCEAN, { body: `<!doctype html><title>App</title><label>Bulk Editor <textarea id="box" style="height:90px">PORT=1\nOLD_KEY=fake-old\n</textarea></label>` });
  web.answers.set(SHOP, { body: FORM });
});
test.afterAll(() => web.end());

const planOf = (panel: Page) => panel.getByRole("region", { name: "Plan" });
const environmentOf = (panel: Page) => planOf(panel).getByRole("combobox", { name: "Environment" });
const lineOf = (panel: Page, name: string) => planOf(panel).getByRole("listitem").filter({ hasText: name });

test("a plan fills what it shows: from the environment that was chosen, over what is there, and no more than is taken", async ({ watched }) => {
  test.setTimeout(180_000);
  const installed = await stand(watched, web, GITHUB);
  const { context, page } = installed;
  let { panel } = installed;
  const press = () => pressOn(installed, page);
  await bring(panel, `A_KEY=fake-a\nB_KEY=fake-b\nPORT=8080\nLONG=${"x".repeat(4080)}\n`);
  // Another environment has the same secrets: it inherits them.
  await panel.getByRole("button", { name: "Environments" }).click();
  const dialog = panel.getByRole("dialog", { name: "Environments" });
  await dialog.getByRole("textbox", { name: "New environment" }).fill("staging");
  await dialog.getByRole("button", { name: "Add" }).click();
  await dialog.getByRole("combobox", { name: "Parent of staging" }).selectOption({ label: "inherits dev" });
  await dialog.getByRole("button", { name: "Done" }).click();
  await press();
  await openView(panel);
  let plan = planOf(panel);

  // Between a choice and its plan nothing of the one before is filled.
  await expect(plan.getByRole("button", { name: "Fill A_KEY" })).toBeEnabled();
  await hold(panel);
  await environmentOf(panel).selectOption({ label: "staging" });
  await expect(plan.getByRole("button", { name: "Nothing to fill" })).toBeDisabled();
  await expect(environmentOf(panel).locator("option:checked")).toHaveText("staging");
  await goOn(panel);
  // Whether there are too many only the page knows: that is said, and left to the person.
  await expect(plan.getByText("The provider takes 100 variables at most.")).toBeVisible();
  await plan.getByRole("button", { name: "Fill A_KEY" }).click();
  await expect(page.locator("#secret_value")).toHaveValue("fake-a");
  await expect(plan.getByText("Filled A_KEY into github.com.")).toBeVisible();

  // The queue goes on from there after the panel was closed.
  await page.reload();
  await panel.close();
  panel = await panelOf(installed);
  await openView(panel);
  plan = planOf(panel);
  await expect(plan.getByRole("button", { name: "Fill B_KEY" })).toBeVisible();
  await expect(environmentOf(panel).locator("option:checked")).toHaveText("staging");
  // What is chosen here can go out as a file too.
  await expect(plan.getByRole("link", { name: "Export it as .env" })).toHaveAttribute("href", /^#\/export\/\w{32}\/\w{32}$/);

  // What is in a row already is changed; what has no row is said once.
  await page.goto(VERCEL);
  await press();
  await expect(lineOf(panel, "PORT")).toContainText("change");
  await expect(lineOf(panel, "A_KEY")).toContainText("add");
  await plan.getByRole("button", { name: "Fill 4 into the page" }).click();
  await expect(page.locator("#v0")).toHaveValue("8080");
  await expect(page.locator("#k1")).toHaveValue("A_KEY");
  await expect(plan.getByText("B_KEY, LONG: There is no empty row left.")).toHaveCount(1);
  await expect(plan.getByText("There is no empty row left.")).toHaveCount(1);
  await expect(plan.getByText("Filled 2 of 4 into vercel.com.")).toBeVisible();

  // What is too much together is said before the click, and goes where it is left out.
  await page.goto(LAMBDA);
  await press();
  const over = plan.getByText("All together have 4114 bytes, and the provider takes 4096. Leave some out.");
  await expect(over).toBeVisible();
  await expect(plan.getByRole("button", { name: "Fill 4 into the page" })).toBeDisabled();
  for (const name of ["A_KEY", "B_KEY"]) await plan.getByRole("checkbox", { name }).uncheck();
  await expect(over).toHaveCount(0);
  await plan.getByRole("button", { name: "Fill 2 into the page" }).click();
  await expect(plan.getByText("Filled 2 of 2 into eu-central-1.console.aws.amazon.com.")).toBeVisible();

  // A box that takes all of it is replaced after a word alone, and what is in it and would be gone is named.
  await page.goto(OCEAN);
  await press();
  await expect(lineOf(panel, "PORT")).toContainText("change");
  await plan.getByRole("button", { name: "Fill 4 into the page" }).click();
  await expect(plan.getByText("A_KEY, B_KEY, PORT, LONG: There is text in the field already.")).toBeVisible();
  await plan.getByRole("checkbox", { name: "PORT" }).uncheck();
  await plan.getByRole("checkbox", { name: "Replace text that is there" }).check();
  await expect(plan.getByText("This replaces everything in the box.")).toBeVisible();
  await expect(plan.getByText("In it, and gone then: PORT, OLD_KEY.")).toBeVisible();
  await narrow(panel);
  await plan.getByRole("checkbox", { name: "PORT" }).check();
  await expect(plan.getByText("In it, and gone then: OLD_KEY.")).toBeVisible();
  await plan.getByRole("button", { name: "Fill 4 into the page" }).click();
  await expect(page.locator("#box")).toHaveValue(/^A_KEY=fake-a\nB_KEY=fake-b\nPORT=8080\nLONG=x+\n$/);
  await expect(plan.getByRole("button", { name: "Nothing to fill" })).toBeDisabled();
  // What goes over it again takes with it what was given.
  await plan.getByRole("checkbox", { name: "Replace text that is there" }).check();
  await expect(plan.getByText("All names in it are filled again.")).toBeVisible();
  await context.close();
});

test("the panel beside a page goes by what the page is when it answers, and by nothing after its view was left", async ({ watched }) => {
  test.setTimeout(120_000);
  const installed = await stand(watched, web, SHOP);
  const { context, page, panel, press } = installed;
  await drop(panel, [{ name: ".env", text: "A_KEY=fake-a\nURL='db://${A_KEY}@host'\naws_region=fake-r\n" }]);
  await panel.getByRole("checkbox", { name: "URL as reference" }).check();
  await panel.getByRole("button", { name: "Import 3 keys" }).click();
  await expect(panel.getByRole("button", { name: "Environments" })).toBeVisible();
  await page.locator("#a").focus();
  await press();
  const view = panel.getByRole("link", { name: "This page" });
  const search = panel.getByRole("searchbox", { name: "Search for a secret to fill" });
  const look = (label: string) => panel.getByRole("button", { name: "Look again" }).click().then(() => expect(panel.getByText(`The cursor is in “${label}”.`).last()).toBeVisible());
  await view.click();

  // A field that is called as a secret is begun with it, and another one is not.
  await expect(search).toHaveValue("A_KEY");
  await expect(panel.getByRole("radio", { name: /A_KEY/ })).toBeChecked();
  await page.locator("#other").focus();
  await look("Other");
  await expect(search).toHaveValue("");
  await search.fill("url");
  await page.locator("#a").focus();
  await look("A key");
  await expect(search, "what was typed stays").toHaveValue("url");

  // What an editor takes from the clipboard is what a program would get.
  await page.getByLabel("Code").focus();
  await panel.getByRole("button", { name: "Look again" }).click();
  await panel.getByRole("button", { name: "Copy the value" }).click();
  await expect(messages(panel)).toContainText("URL was copied.");
  expect(await clipboard(panel)).toBe("db://fake-a@host");

  // The view is left while the page is asked: what comes then finds nothing to go wrong with.
  const leave = async () => {
    await panel.getByRole("link", { name: "Registry" }).click();
    await panel.evaluate(() => (globalThis as any).answer());
    await expect(panel.getByRole("link", { name: "A_KEY" })).toBeVisible();
    await panel.getByRole("link", { name: "Projects" }).click();
    await expect(panel.getByRole("button", { name: "New project" })).toBeVisible();
  };
  await panel.getByRole("button", { name: "Teach Tacit this form" }).click();
  for (const [field, label, what] of [["#a", "A key", "It is the name"], ["#other", "Other", "It is the value"]] as const) {
    await page.locator(field).focus();
    await look(label);
    await panel.getByRole("button", { name: what }).click();
  }
  const holdAnswer = (name: string, answer: unknown) =>
    panel.evaluate(
      ([name, answer]) => {
        const own = tacitTab[name as string];
        tacitTab[name as string] = () => new Promise((then) => ((globalThis as any).answer = () => { tacitTab[name as string] = own; then(answer); }));
      },
      [name, answer] as const,
    );
  await holdAnswer("profile", { text: "{}" });
  await panel.getByRole("button", { name: "Keep this form" }).click();
  await leave();
  await holdAnswer("asked", { what: "capture" });
  await view.click();
  await expect.poll(() => panel.evaluate(() => String((globalThis as any).answer).includes("then"))).toBe(true);
  await leave();

  // A press in another window leaves alone what is done in this one; one that is the panel's moves it.
  const pressed = async () => {
    const heard = panel.evaluate(() => new Promise<void>((then) => chrome.storage.session.onChanged.addListener(function once({ beside }: any) {
      if (!beside) return;
      chrome.storage.session.onChanged.removeListener(once);
      then();
    })));
    await press();
    await heard;
    // Asked after the panel asked the same.
    await panel.evaluate(async () => {
      await chrome.tabs.get((await chrome.storage.session.get("beside")).beside.tab);
      await chrome.windows.getCurrent();
    });
  };
  await panel.evaluate(() => {
    (globalThis as any).current = chrome.tabs.getCurrent;
    chrome.tabs.getCurrent = async () => undefined;
  });
  await pressed();
  expect(new URL(panel.url()).hash).toBe("#/projects");
  await panel.evaluate(() => (chrome.tabs.getCurrent = (globalThis as any).current));
  await press();
  await expect(view).toHaveAttribute("aria-current", "page");

  // The page goes on between the look at the tab and the look into it: what is shown is of one address.
  await page.goto(VERCEL);
  await press();
  await expect(panel.getByText("Vercel · acme / shop", { exact: true })).toBeVisible();
  // Names are as their page has them, small letters too.
  await expect(lineOf(panel, "aws_region")).toContainText("change");
  await panel.evaluate(() => {
    const all = tacitProfiles.all;
    const goes = new Promise((then) => ((globalThis as any).goOn = then));
    tacitProfiles.all = async () => {
      (globalThis as any).isHeld = true;
      await goes;
      return all();
    };
    (globalThis as any).seen = tacitTab.look([]);
  });
  await expect.poll(() => panel.evaluate(() => (globalThis as any).isHeld)).toBe(true);
  await page.evaluate(() => history.pushState(null, "", "/acme/blog/settings/environment-variables"));
  const { url, place } = await panel.evaluate(() => ((globalThis as any).goOn(), (globalThis as any).seen));
  expect([url, place]).toEqual(["https://vercel.com/acme/blog/settings/environment-variables", ["acme", "blog"]]);
  await context.close();
});
