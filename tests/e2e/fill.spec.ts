import type { Page } from "@playwright/test";
import { panelOf, stopBackground } from "./extension";
import { hosts, type Hosts } from "./providers/hosts";
import { blind, bring, isLate, late, narrow, openView, seeing, stand } from "./stand";
import { drop, expect, goOn, hold, lock, press as type, tabTo, test, PASSPHRASE, unlock } from "./tacit";

const SHOP = "https://shop.example/settings";
const GITHUB = "https://github.com/acme/shop/settings/secrets/actions/new";
/** Pages of the same kind for other things. */
const OTHERS = ["https://github.com/me/shop/settings/secrets/actions/new", "https://github.com/acme/shop/settings/secrets/codespaces/new"];
const BLOG = "https://github.com/acme/blog/settings/secrets/actions/new";
const VERCEL = "https://vercel.com/acme/shop/settings/environment-variables";

const FORM = `<!doctype html><title>Shop</title><form onsubmit="document.title='sent'; return false">
  <label>API key <input id="key"></label><label>Other <input id="other"></label><button>Save</button></form>
  <label>Code <textarea aria-roledescription="editor"></textarea></label><iframe title="Inside" srcdoc="<input>"></iframe>`;

/** A word that stands in a list and is no variable. */
const SINGLE = `<!doctype html><title>New secret</title><ul><li>API</li></ul><form onsubmit="document.title='sent'; return false">
  <label>Name <input name="secret_name" id="secret_name" placeholder="YOUR_SECRET_NAME"></label>
  <label>Secret <textarea name="secret_value" id="secret_value"></textarea></label><button>Add secret</button></form>`;

const row = (at: number) => `<div><label>Key <input name="key" placeholder="CLIENT_KEY" id="k${at}"></label>
  <label>Value <textarea name="value" id="v${at}"></textarea></label></div>`;
const ROWS = `<!doctype html><title>Environment Variables</title>
  <ul><li>PORT</li></ul><form onsubmit="document.title='sent'; return false"><div id="rows">${row(0)}${row(1)}${row(2)}</div><button>Save</button></form>`;

/** Forms of nobody that Tacit knows: one of rows, and one of a box. */
const OWN = "https://dash.example/apps/shop/env";
const ownRow = (at: number) => `<div><label>Setting <input name="set[${at}].name" id="n${at}"></label><label>Content <textarea name="set[${at}].content" id="c${at}"></textarea></label></div>`;
const ownRows = (label = "Content") => `<!doctype html><title>Own</title><label>Search <input id="search"></label><input id="nameless">
  <form onsubmit="document.title='sent'; return false"><div id="rows">${ownRow(0).replace("Content", label)}</div><button type="button" id="more">Another setting</button><button id="save">Save</button></form><script src="/own.js"></script>`;
const BOX = "https://dash.example/apps/shop/box";

let web: Hosts;
test.beforeAll(async () => {
  web = await hosts();
  for (const [at, body] of [[SHOP, FORM], [GITHUB, SINGLE], [VERCEL, ROWS], [OWN, ownRows()]] as const) web.answers.set(at, { body });
  for (const at of [...OTHERS, BLOG]) web.answers.set(at, { body: SINGLE });
  web.answers.set(BOX, { body: `<!doctype html><title>Box</title><label>All of it <textarea id="box" style="height:90px"></textarea></label>` });
  const more = `let at = 0; more.onclick = () => rows.insertAdjacentHTML("beforeend", ${JSON.stringify(ownRow(7))}.replaceAll("7", ++at));`;
  web.answers.set("https://dash.example/own.js", { body: more, headers: { "content-type": "text/javascript" } });
});
test.afterAll(() => web.end());

const focusedField = (panel: Page) => panel.getByRole("button", { name: "Fill the focused field" });

test("a secret goes into the field that has the cursor, on the page that the panel names, and is not sent", async ({ watched }) => {
  const { context, page, panel, press } = await stand(watched, web, SHOP);
  await bring(panel, "STRIPE_KEY=fake-value-of-a-key\nPORT=8080\n");
  await openView(panel);
  // Nothing is seen before the button is pressed on the page.
  await expect(panel.getByRole("heading", { name: "Tacit does not see this page." })).toBeVisible();
  await page.getByLabel("API key").focus();
  await press();
  await expect(panel.getByText("https://shop.example", { exact: true })).toBeVisible();
  await expect(panel.getByText("The cursor is in “API key”.")).toBeVisible();
  await narrow(panel);

  await panel.getByRole("searchbox", { name: "Search for a secret to fill" }).fill("stripe");
  await expect(panel.getByRole("radio", { name: /STRIPE_KEY/ })).toBeChecked();
  await focusedField(panel).click();
  await expect(panel.getByText("Filled STRIPE_KEY into shop.example.")).toBeVisible();
  await expect(page.getByLabel("API key")).toHaveValue("fake-value-of-a-key");
  await expect(page.getByLabel("Other")).toHaveValue("");
  await expect(page).toHaveTitle("Shop");

  // What takes no value is said, with the way that is left, right there.
  for (const [field, said] of [[page.getByLabel("Code"), "Tacit cannot write to this editor reliably."], [page.frameLocator("iframe").locator("input"), "The cursor is in another page inside this one."]] as const) {
    await field.focus();
    await panel.getByRole("button", { name: "Look again" }).click();
    await expect(panel.getByText(said)).toBeVisible();
    await expect(focusedField(panel)).toHaveCount(0);
  }
  await panel.getByRole("button", { name: "Copy the value" }).click();
  await expect(panel.getByText("STRIPE_KEY was copied.")).toBeVisible();

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
  const { context, page, panel, press } = await stand(watched, web, SHOP);
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
  const { context, page, panel, press } = await stand(watched, web, VERCEL);
  await bring(panel, "STRIPE_KEY=fake-value-of-a-key\nPORT=8080\n");
  await press();
  await openView(panel);
  await expect(panel.getByText("Vercel · acme / shop", { exact: true })).toBeVisible();
  const plan = panel.getByRole("region", { name: "Plan" });
  const line = (name: string) => plan.getByRole("listitem").filter({ hasText: name });
  await expect(line("STRIPE_KEY")).toContainText("add");
  await expect(line("PORT")).toContainText("change");
  await narrow(panel);

  // By the keyboard alone: what is not wanted is left out, and taken again.
  await panel.bringToFront();
  const port = plan.getByRole("checkbox", { name: "PORT" });
  await type(panel, port, "Space");
  await expect(plan.getByRole("button", { name: "Fill 1 into the page" })).toBeVisible();
  await tabTo(panel, port);
  await panel.keyboard.press("Space");
  await type(panel, plan.getByRole("button", { name: "Fill 2 into the page" }));
  await expect(plan.getByText("Filled 2 of 2 into vercel.com.")).toBeVisible();
  await expect(page.locator("#k0")).toHaveValue("STRIPE_KEY");
  await expect(page.locator("#v0")).toHaveValue("fake-value-of-a-key");
  await expect(page.locator("#k1")).toHaveValue("PORT");
  await expect(page.locator("#v1")).toHaveValue("8080");
  await expect(page.locator("#k2")).toHaveValue("");
  await expect(page).toHaveTitle("Environment Variables");
  // Both are in rows of the page now; STRIPE_KEY is not shown after a reload unless the person saved it there.
  for (const name of ["PORT", "STRIPE_KEY"]) await expect(line(name)).toContainText("given");
  await page.reload();
  await expect(line("STRIPE_KEY")).toContainText("add");
  await expect(line("PORT")).toContainText("given");
  await context.close();
});

test("a form of one at a time is filled one after the other, through page loads and a stopped background", async ({ watched }) => {
  test.setTimeout(120_000);
  const installed = await stand(watched, web, GITHUB);
  const { context, page, press } = installed;
  let { panel } = installed;
  await bring(panel, `A_KEY=fake-a\nB_KEY=fake-b\nC_KEY=fake-c\nGITHUB_X=fake-x\nLONG=${"x".repeat(50_000)}\n`);
  await press();
  await openView(panel);
  let plan = panel.getByRole("region", { name: "Plan" });
  await expect(plan.getByText("Names may not start with GITHUB_.")).toBeVisible();
  await expect(plan.getByText("Its value has 50000 bytes, and the provider takes 49152.")).toBeVisible();
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
    if (at > 0) continue;
    // Nor does it end with the panel.
    await panel.close();
    panel = await panelOf(installed);
    await openView(panel);
    plan = panel.getByRole("region", { name: "Plan" });
  }
  await expect(plan.getByRole("button", { name: "Nothing to fill" })).toBeDisabled();
  await expect(plan.getByText("3 given", { exact: false })).toBeVisible();

  // The same name of another owner, and another store of the same repository, were given nothing.
  for (const address of OTHERS) {
    await page.goto(address);
    await expect(plan.getByText(/^3 are left/), address).toBeVisible();
  }
  // A repository that is called as a project of the vault is filled from there.
  await panel.getByRole("link", { name: "Projects" }).click();
  await panel.getByRole("button", { name: "New project" }).click();
  await panel.getByRole("textbox", { name: "Name" }).fill("Blog");
  await panel.keyboard.press("Enter");
  await expect(panel.getByRole("heading", { name: "Blog" })).toBeVisible();
  const chosen = plan.getByRole("combobox", { name: "From project" }).locator("option:checked");
  await page.goto(BLOG);
  await openView(panel);
  await expect(chosen).toHaveText("Blog");
  await page.goto(GITHUB);
  await expect(plan.getByRole("button", { name: "Nothing to fill" })).toBeDisabled();
  await expect(chosen).not.toHaveText("Blog");
  await context.close();
});

test("what is filled is what was chosen of what was shown", async ({ watched }) => {
  const { context, page, panel, press } = await stand(watched, web, SHOP);
  await bring(panel, "STAGING_DB=fake-staging\nSTRIPE_KEY=fake-stripe\nPORT=8080\n");
  await press();
  await openView(panel);
  const search = panel.getByRole("searchbox", { name: "Search for a secret to fill" });
  await page.getByLabel("API key").focus();
  await panel.getByRole("button", { name: "Look again" }).click();
  await expect(panel.getByText("The cursor is in “API key”.")).toBeVisible();
  await search.fill("staging");
  await expect(panel.getByRole("radio", { name: /STAGING_DB/ })).toBeChecked();
  // While the vault has not said what is found by the new words, what was found by the old ones is not filled.
  await hold(panel);
  await search.fill("stripe");
  await search.press("Enter");
  await goOn(panel);
  await expect(panel.getByRole("radio", { name: /STRIPE_KEY/ })).toBeChecked();
  await search.press("Enter");
  await expect(panel.getByText("Filled STRIPE_KEY into shop.example.")).toBeVisible();
  await expect(page.getByLabel("API key")).toHaveValue("fake-stripe");

  // The page goes to another project in the same document, and is looked at again before the click is heard.
  await page.goto(VERCEL);
  await press();
  const plan = panel.getByRole("region", { name: "Plan" });
  await expect(plan.getByRole("button", { name: "Fill 3 into the page" })).toBeVisible();
  await late(panel);
  await page.evaluate(() => history.pushState(null, "", "/acme/blog/settings/environment-variables"));
  await expect.poll(() => isLate(panel)).toBe(true);
  await plan.getByRole("button", { name: "Fill 3 into the page" }).click();
  await expect(plan.getByText("The page changed before it was filled.")).toBeVisible();
  for (const at of [0, 1, 2]) await expect(page.locator(`#k${at}`)).toHaveValue("");
  await seeing(panel);
  await panel.getByRole("button", { name: "Look again" }).click();
  await expect(panel.getByText("Vercel · acme / blog", { exact: true })).toBeVisible();
  // Nothing was written down of it, and what is shown now is filled.
  await expect(plan.getByText("given", { exact: false })).toHaveCount(0);
  await plan.getByRole("button", { name: "Fill 3 into the page" }).click();
  await expect(plan.getByText("Filled 3 of 3 into vercel.com.")).toBeVisible();
  await context.close();
});

test("where the browser's leave ends on the way, the queue asks for that one site, goes on by itself, and stops when it is given back", async ({ watched }) => {
  const { context, page, panel, press } = await stand(watched, web, GITHUB, "https://github.com");
  await bring(panel, "A_KEY=fake-a\nB_KEY=fake-b\nC_KEY=fake-c\n");
  await press();
  await openView(panel);
  const plan = panel.getByRole("region", { name: "Plan" });
  const blinded = panel.getByRole("heading", { name: "Tacit does not see this page." });
  const fill = async (name: string) => {
    await plan.getByRole("button", { name: `Fill ${name}` }).click();
    await expect(page.locator("#secret_name")).toHaveValue(name);
    await expect(plan.getByText(`Filled ${name} into github.com.`)).toBeVisible();
  };
  /** The way to the next one is by another site, as where a sign-in comes between. */
  const elsewhere = async () => {
    await stopBackground(panel);
    await page.goto(SHOP);
    await expect(blinded).toBeVisible();
    await page.goto(GITHUB);
  };
  await fill("A_KEY");
  await elsewhere();
  await expect(panel.getByText("press its button", { exact: false })).toBeVisible();
  await narrow(panel);
  await panel.getByRole("button", { name: "Let Tacit stay on github.com" }).click();
  await fill("B_KEY");
  await elsewhere();
  await fill("C_KEY");
  await expect(plan.getByRole("button", { name: "Nothing to fill" })).toBeDisabled();
  // Of no other site is anything seen.
  await page.goto(VERCEL);
  await expect(blinded).toBeVisible();
  await page.goto(GITHUB);
  await expect(plan).toBeVisible();
  await panel.getByRole("link", { name: "Settings" }).click();
  await panel.getByRole("button", { name: "Give back https://github.com/*" }).click();
  await expect(panel.getByText("Tacit may work on no site by itself")).toBeVisible();
  await openView(panel);
  await expect(blinded).toBeVisible();
  await context.close();
});

test("values of prod go out after a word alone, and what the page made something else of was not given", async ({ watched }) => {
  const { context, page, panel, press } = await stand(watched, web, GITHUB);
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
  const places = panel.getByRole("list", { name: "Pages that it was filled into" });
  const fill = async () => {
    await plan.getByRole("button", { name: "Fill LIVE_KEY" }).click();
    await asked.getByRole("button", { name: "Fill them" }).click();
  };
  await page.locator("#secret_value").evaluate((field: HTMLTextAreaElement) => field.addEventListener("input", () => (field.value = field.value.slice(0, 4))));
  await fill();
  await expect(plan.getByText("The page made something else of LIVE_KEY.")).toBeVisible();
  await expect(page.locator("#secret_value")).toHaveValue("fake");
  await panel.getByRole("link", { name: "Registry" }).click();
  await panel.getByRole("link", { name: "LIVE_KEY" }).click();
  await expect(places).toContainText("the page made something else of it");
  await expect(places).toContainText("not current");
  await panel.getByRole("button", { name: "Close the panel" }).click();
  await page.reload();
  await openView(panel);
  await fill();
  await expect(page.locator("#secret_value")).toHaveValue("fake-live");
  await expect(plan.getByRole("button", { name: "Nothing to fill" })).toBeDisabled();
  await panel.getByRole("link", { name: "Registry" }).click();
  await panel.getByRole("link", { name: "LIVE_KEY" }).click();
  await expect(places.getByRole("listitem")).toHaveCount(1);
  for (const said of ["GitHub · acme / shop / actions · LIVE_KEY", "version 1", "current"]) await expect(places).toContainText(said);
  await context.close();
});

test("a form that Tacit does not know is taught by pointing, filled like any other, and forgotten again", async ({ watched }) => {
  const { context, page, panel, press } = await stand(watched, web, OWN);
  await bring(panel, `A_KEY=fake-a\nB_KEY="fake # b"\n`);
  await press();
  await openView(panel);
  const before = await page.content();
  const lesson = panel.getByRole("region", { name: "Teach Tacit this form" });
  const say = async (id: string, label: string, what: string) => {
    await page.locator(id).focus();
    await panel.getByRole("button", { name: "Look again" }).click();
    if (label) await expect(lesson.getByText(`The cursor is in “${label}”.`)).toBeVisible();
    await lesson.getByRole("button", { name: what }).click();
  };
  await panel.getByRole("button", { name: "Teach Tacit this form" }).click();
  await narrow(panel);
  // What has no label to know it by, and what sends the form, is not taken.
  await say("#nameless", "", "It is the name");
  await expect(lesson.getByText("The field has no label to know it by again.")).toBeVisible();
  await say("#save", "Save", "It adds a row");
  await expect(lesson.getByText("This button sends the form.")).toBeVisible();
  await say("#n0", "Setting", "It is the name");
  await expect(lesson.getByText("Point at the other field too.")).toBeVisible();
  await say("#n0", "Setting", "It is the value");
  await expect(lesson.getByText("Name and value are the same field.")).toBeVisible();
  await say("#c0", "Content", "It is the value");
  await expect(lesson.getByText("Tacit finds it: one name and one value at a time.")).toBeVisible();
  await say("#more", "Another setting", "It adds a row");
  await expect(lesson.getByText("Tacit finds it: rows of a name and a value.")).toBeVisible();
  expect(await page.content(), "nothing of it is in the page").toBe(before);

  await lesson.getByRole("textbox", { name: "Call it" }).fill("Dash");
  await lesson.getByRole("textbox", { name: "Pages" }).fill("/elsewhere");
  await lesson.getByRole("button", { name: "Keep this form" }).click();
  await expect(lesson.getByText("The pattern does not fit this page.")).toBeVisible();
  await lesson.getByRole("textbox", { name: "Pages" }).fill("/apps/{project}/env");
  await narrow(panel);
  await lesson.getByRole("button", { name: "Keep this form" }).click();

  await expect(panel.getByText("Dash · shop", { exact: true })).toBeVisible();
  await expect(panel.getByText("yours", { exact: true })).toBeVisible();
  const plan = panel.getByRole("region", { name: "Plan" });
  await plan.getByRole("button", { name: "Fill 2 into the page" }).click();
  await expect(plan.getByText("Filled 2 of 2 into dash.example.")).toBeVisible();
  await expect(page.locator("#n0")).toHaveValue("A_KEY");
  await expect(page.locator("#c0")).toHaveValue("fake-a");
  await expect(page.locator("#n1")).toHaveValue("B_KEY");
  await expect(page.locator("#c1")).toHaveValue("fake # b");
  await expect(page.locator("#search")).toHaveValue("");
  await expect(page).toHaveTitle("Own");

  // A page that changed is refused, and can be taught again.
  web.answers.set(OWN, { body: ownRows("Contents") });
  await page.reload();
  await expect(panel.getByText("The page does not look as Tacit knows it.")).toBeVisible();
  await expect(panel.getByRole("button", { name: "Teach Tacit this form" })).toBeVisible();
  web.answers.set(OWN, { body: ownRows() });

  // A box that takes all of it gets exactly the text that its reader reads.
  await page.goto(BOX);
  await panel.getByRole("button", { name: "Teach Tacit this form" }).click();
  await say("#box", "All of it", "It takes a whole .env");
  await lesson.getByRole("combobox", { name: "Who reads the box" }).selectOption({ label: "Docker (--env-file)" });
  await lesson.getByRole("textbox", { name: "Call it" }).fill("Dash box");
  await lesson.getByRole("button", { name: "Keep this form" }).click();
  await plan.getByRole("button", { name: "Fill 2 into the page" }).click();
  await expect(plan.getByText("Filled 2 of 2 into dash.example.")).toBeVisible();
  await expect(page.locator("#box")).toHaveValue("A_KEY=fake-a\nB_KEY=fake # b\n");

  // The settings list them, rename them, and forget them.
  await panel.getByRole("link", { name: "Settings" }).click();
  const forms = panel.getByRole("list", { name: "Forms that you taught" });
  await expect(forms.getByRole("listitem").filter({ hasText: "https://dash.example/apps/{project}/env" })).toContainText("Dash");
  await forms.getByRole("button", { name: "Rename Dash box" }).click();
  await panel.getByRole("dialog").getByRole("textbox", { name: "New name" }).fill("Our box");
  await panel.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
  await openView(panel);
  await expect(panel.getByText("Our box", { exact: true })).toBeVisible();
  // What it was given it has, whatever it is called.
  await expect(plan.getByText("2 given", { exact: false })).toBeVisible();
  await panel.getByRole("link", { name: "Settings" }).click();
  await forms.getByRole("button", { name: "Delete Our box" }).click();
  await expect(forms.getByRole("listitem")).toHaveCount(1);
  await openView(panel);
  await expect(panel.getByRole("button", { name: "Teach Tacit this form" })).toBeVisible();
  await expect(plan).toHaveCount(0);
  await context.close();
});

test("the panel opens by the button, beside the page", async ({ watched }) => {
  const { context, origin, page, press } = await stand(watched, web, SHOP);
  await page.bringToFront();
  await press();
  const session = await context.browser()!.newBrowserCDPSession();
  const panels = async () => {
    const { targetInfos } = await session.send("Target.getTargets");
    return targetInfos.filter(({ url }) => url.startsWith(`${origin}/panel.html`)).length;
  };
  await expect.poll(panels, "the one in a window, and the browser's own").toBe(2);
  await context.close();
});
