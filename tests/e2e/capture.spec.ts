// Keys that pages show once, on their way into the vault. One browser and one vault serve all of it, in order.
import type { Page } from "@playwright/test";
import { hosts, type Hosts } from "./providers/hosts";
import { blind, narrow, openView, seeing, stand, type Stand } from "./stand";
import { PASSPHRASE, drop, expect, lock, messages, press, tabTo, test, undo, unlock, type Watch } from "./tacit";

declare const chrome: any, tacitCapture: any;

const STRIPE = "https://dashboard.stripe.com/test/apikeys";
const GITHUB = "https://github.com/settings/tokens";
const OPENAI = "https://platform.openai.com/api-keys";
const SUPABASE = "https://supabase.com/dashboard/project/fake/settings/api-keys";
const CLOUDFLARE = "https://dash.cloudflare.com/profile/api-tokens";
const AWS = "https://eu-central-1.console.aws.amazon.com/iam/home";
const SHOP = "https://shop.example/keys";
const PLAIN = "http://notes.example/wiki";

// No scanner takes them for real ones: they are put together here, and say what they are.
const fake = (...parts: string[]) => parts.join("");
const TEST = fake("sk_", "test_", "FakeFake0123456789abcdef");
const NEXT = fake("sk_", "test_", "FakeNext9876543210fedcba");
const LIVE = fake("sk_", "live_", "FakeLive0123456789abcdef");
const TOKEN = fake("gh", "p_", "FakeFakeFake0123456789abcdefghijABCD");
const PROJECT = fake("sk-", "proj-", "Fake0fake1FAKE2".repeat(5).slice(0, 74), "T3Blbk", "FJ", "fake5FAKE6fake7".repeat(5).slice(0, 74));
const SERVICE = fake("sb_", "secret_", "FakeFake0123456789abcdef");
const FLARE = fake("cf", "ut_", "FakeFake0123456789".repeat(3).slice(0, 40), "0a1b2c3d");
const SECRET = "Fake0fake1FAKE2fake3FAKE4fake5fake6FAKE7";
const ARMOUR = `-----BEGIN PRIVATE KEY-----\n${"RmFrZQ0aRmFrZQ0a".repeat(4)}\n-----END PRIVATE KEY-----`;

/** What a provider's page is full of and what is no secret: ids, hashes, public keys, pictures of keys, and what is not shown. */
const DECOYS = `<p>Account acct_1FakeFake0123456789 · 0123e456-89ab-4def-8123-456789abcdef</p>
  <p>Publishable key <code>${fake("pk_", "test_", "FakeFake0123456789abcdef")}</code>, secret key <code>${fake("sk_", "live_", "••••••••cdef")}</code></p>
  <p>Last used by 4f6b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b, <input readonly value="sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="></p>
  <input type="hidden" value="${fake("sk_", "live_", "HiddenFake0123456789abcd")}"><p hidden>${fake("sk_", "live_", "UnseenFake0123456789abcd")}</p>
  <iframe srcdoc="<p>${fake("sk_", "live_", "FramedFake0123456789abcd")}</p>"></iframe>`;

const html = (body: string) => `<!doctype html><title>Keys</title><body>${body}`;
const stripe = (key: string) =>
  html(`${DECOYS}<p>Another key <code>${LIVE}</code></p>
  <div role="dialog" aria-label="Your new key"><p>You will not see it again.</p><code>${key}</code><button>Done</button></div>`);
const closed = (inner: string) => `<div id="host"></div><script>document.getElementById("host").attachShadow({ mode: "closed" }).innerHTML = ${JSON.stringify(inner)}</script>`;

const watched: Watch = { reports: [], foreign: [] };
let web: Hosts;
let at: Stand;
test.describe.configure({ mode: "serial" });
test.beforeAll(async () => {
  web = await hosts();
  const pages = [
    [STRIPE, stripe(TEST)],
    [GITHUB, html(`${DECOYS}<label>Token <input readonly value="${TOKEN}"></label>`)],
    [OPENAI, html(`${DECOYS}<dialog id="new"><label>Key <input readonly value="${PROJECT}"></label></dialog><script>document.getElementById("new").showModal()</script>`)],
    [SUPABASE, html(DECOYS + closed(`<pre>${SERVICE}</pre>`))],
    [CLOUDFLARE, html(`${DECOYS}<p>curl -H "Authorization: Bearer <b>${FLARE.slice(0, 9)}</b>${FLARE.slice(9)}"</p>`)],
    [AWS, html(`${DECOYS}<p>AKIAFAKEFAKEFAKEFAKE</p><input readonly aria-label="Secret access key" value="${SECRET}">`)],
    [SHOP, html(`${DECOYS}<pre>STRIPE=${LIVE}\nGITHUB="${TOKEN}"</pre><pre id="armour">${ARMOUR}</pre>`)],
    [PLAIN, html(`<pre id="note">first line of a fake note\n  second line</pre><label>Field <textarea id="field">before FAKE_NAME=fake-value after</textarea></label>`)],
  ] as const;
  for (const [address, body] of pages) web.answers.set(address, { body });
  at = await stand(watched, web, STRIPE);
  await drop(at.panel, [
    { name: ".env.development", text: "PORT=8080\n" },
    { name: ".env.production", text: "PORT=80\n" },
  ]);
  await at.panel.getByRole("button", { name: "Import 2 keys" }).click();
  // The panel in the window is the one that is asked; the browser's own would take what is asked of both.
  await at.background.evaluate(() => chrome.sidePanel.setOptions({ enabled: false }));
});
test.afterAll(async () => {
  await at.context.close();
  await web.end();
  expect(watched.reports).toEqual([]);
});

const card = (panel: Page) => panel.getByRole("region", { name: "Capture key" });
const selected = (panel: Page) => panel.getByRole("region", { name: "Save selection as secret" });
const capture = (panel: Page) => panel.getByRole("button", { name: "Capture key" });
const save = (panel: Page) => panel.getByRole("button", { name: /^Save(d| the key| as)/ });

/** Goes to a page and presses the button there. */
async function goTo(address: string): Promise<void> {
  await at.page.goto(address);
  await at.press();
  await expect(at.panel.getByText(new URL(address).origin, { exact: true })).toBeVisible();
}

/** What a choice in the page's menu, or the key, comes to. */
async function ask(event: "contextMenus.onClicked" | "commands.onCommand", info: unknown): Promise<void> {
  const [background] = at.context.serviceWorkers();
  await background!.evaluate(
    async ([event, info, url]) => {
      const [of, on] = event.split(".");
      const tab = (await chrome.tabs.query({})).find((tab: any) => tab.url === url || (tab.active && !tab.url?.startsWith("chrome-extension:")));
      chrome[of!][on!].dispatch(info, tab);
    },
    [event, info, at.page.url()] as const,
  );
}

/** Selects in the page, and chooses the menu's line. */
async function saveSelection(select: () => string): Promise<void> {
  const selectionText = await at.page.evaluate(select);
  await ask("contextMenus.onClicked", { menuItemId: "selection", selectionText: selectionText.replace(/\s+/g, " "), frameId: 0, pageUrl: at.page.url() });
}

test("the one new key of a dialog is shown without its value, saved where it belongs, and known to come from there", async () => {
  const { page, panel } = at;
  await at.press();
  await openView(panel);
  await page.evaluate(() => {
    const seen: string[] = ((globalThis as any).seen = []);
    const names = () => Object.getOwnPropertyNames(globalThis).sort().join();
    (globalThis as any).same = () => names() === before;
    const before = names();
    new MutationObserver((records) => records.forEach(({ type }) => seen.push(type))).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    for (const type of ["focusin", "focusout", "input", "change", "copy", "select"]) addEventListener(type, () => seen.push(type), true);
  });
  await press(panel, capture(panel));
  const found = card(panel);
  await expect(found.getByRole("heading")).toBeFocused();
  await expect(found.getByRole("radio")).toBeChecked();
  await expect(found.getByRole("radio")).toHaveAccessibleName(/sk_t•+ef.*Stripe test.*32 characters/);
  await expect(found).toContainText("From https://dashboard.stripe.com. Looked for keys of Stripe.");
  await expect(found.getByRole("textbox", { name: "Name" })).toHaveValue("STRIPE_SECRET_KEY");
  await expect(found.getByRole("combobox", { name: "Environment" }).locator("option:checked")).not.toContainText("(prod)");
  await expect(found).toContainText("A new secret.");
  // Only the mask of it is anywhere in the panel, and nothing of Tacit in the page.
  expect(await panel.content()).not.toContain(TEST);
  expect(await page.evaluate(() => [(globalThis as any).seen, (globalThis as any).same()])).toEqual([[], true]);
  await narrow(panel);

  // By the keyboard alone. A week off is near enough to be reminded of.
  await tabTo(panel, found.getByLabel("Expires"));
  await found.getByLabel("Expires").fill(new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10));
  await press(panel, save(panel));
  await expect(messages(panel)).toContainText("Saved STRIPE_SECRET_KEY from dashboard.stripe.com.");
  await expect(found).toHaveCount(0);
  await panel.getByRole("link", { name: "Activity" }).click();
  await expect(panel.getByRole("main")).toContainText("Captured STRIPE_SECRET_KEY from https://dashboard.stripe.com.");
  await panel.getByRole("link", { name: "Registry" }).click();
  await expect(panel.getByRole("row", { name: /STRIPE_SECRET_KEY/ })).toContainText("expires soon");
  await panel.getByRole("link", { name: "STRIPE_SECRET_KEY" }).click();
  const pages = panel.getByRole("list", { name: "Pages that it was captured from" });
  await expect(pages).toContainText("dashboard.stripe.com");
  await expect(pages).toContainText("version 1");
  await panel.getByRole("button", { name: "Close the panel" }).click();
});

test("a name that is there gets a new version that can be taken back, and a value that is there is said", async () => {
  const { panel } = at;
  await openView(panel);
  await capture(panel).click();
  const found = card(panel);
  await expect(found).toContainText(/In the vault already: .+ as STRIPE_SECRET_KEY\./);
  await expect(save(panel)).toHaveText("Saved already");
  await expect(save(panel)).toBeDisabled();
  await found.getByRole("button", { name: "Discard" }).click();

  web.answers.set(STRIPE, { body: stripe(NEXT) });
  await goTo(STRIPE);
  await capture(panel).click();
  await expect(found).toContainText("STRIPE_SECRET_KEY is there already: this becomes its new version");
  await expect(save(panel)).toHaveText("Save as a new version");
  // Another name is another secret; a name that can be none gets the nearest that can.
  await found.getByRole("textbox", { name: "Name" }).fill("stripe key!");
  await expect(found).toContainText("It gets the name stripe_key_. A new secret.");
  await found.getByRole("textbox", { name: "Name" }).fill("STRIPE_SECRET_KEY");
  await save(panel).click();
  // The message of the first save may still be there, with an undo of its own.
  await expect(found).toHaveCount(0);
  await expect(messages(panel)).toContainText("Saved STRIPE_SECRET_KEY");
  await undo(panel);
});

test("each provider's key is found where its page shows it, and nothing else is offered", async () => {
  const { panel } = at;
  const keys = [
    [GITHUB, /^ghp_•+CD GitHub/, "GITHUB_TOKEN"],
    [OPENAI, /^sk-p•+ke OpenAI/, "OPENAI_API_KEY"],
    [SUPABASE, /^sb_s•+ef Supabase/, "SUPABASE_SECRET_KEY"],
    [CLOUDFLARE, /^cfut•+3d Cloudflare/, "CLOUDFLARE_API_TOKEN"],
    [AWS, /^Fake•+E7 AWS 40 characters.*Only its place speaks for it/, "AWS_SECRET_ACCESS_KEY"],
  ] as const;
  for (const [address, named, name] of keys) {
    await goTo(address);
    await capture(panel).click();
    await expect(card(panel).getByRole("radio"), address).toHaveCount(1);
    await expect(card(panel).getByRole("radio")).toHaveAccessibleName(named);
    await expect(card(panel).getByRole("textbox", { name: "Name" })).toHaveValue(name);
    await card(panel).getByRole("button", { name: "Discard" }).click();
  }
  expect((await panel.evaluate(() => tacitCapture.sent())).length).toBeLessThanOrEqual(4096);
});

test("on a page of nobody that is known all keys are looked for, none is chosen, and a page without one is told so", async () => {
  const { panel } = at;
  await goTo(SHOP);
  await capture(panel).click();
  await expect(card(panel)).toContainText("it looked for keys of every provider");
  const radios = card(panel).getByRole("radio");
  await expect(radios).toHaveCount(3);
  await expect(card(panel).getByRole("radio", { checked: true })).toHaveCount(0);
  await expect(save(panel)).toHaveCount(0);
  await card(panel).getByRole("radio", { name: /Stripe live/ }).check();
  await expect(card(panel).getByRole("combobox", { name: "Environment" }).locator("option:checked")).toContainText("(prod)");
  await card(panel).getByRole("radio", { name: /^----/ }).check();
  await expect(card(panel).getByRole("textbox", { name: "Name" })).toHaveValue("PRIVATE_KEY");
  await card(panel).getByRole("combobox", { name: "Project" }).selectOption({ label: "None (registry)" });
  await save(panel).click();
  await expect(messages(panel)).toContainText("Saved PRIVATE_KEY from shop.example.");
  // The others wait on.
  await expect(radios).toHaveCount(2);
  await card(panel).getByRole("button", { name: "Discard" }).click();

  await goTo("https://shop.example/empty");
  await capture(panel).click();
  await expect(card(panel)).toContainText("No key was found on this page.");
  await expect(card(panel)).toContainText("Save selection as secret");
  await card(panel).getByRole("button", { name: "Close" }).click();
});

test("a page that changed since it was shown gives nothing, and a key that was found outlives its page", async () => {
  const { page, panel } = at;
  await goTo(GITHUB);
  await blind(panel);
  await page.reload();
  await capture(panel).click();
  await expect(panel.getByText("Another page is there now.")).toBeVisible();
  await expect(card(panel)).toHaveCount(0);
  // The control: looked at anew, it is found.
  await seeing(panel);
  await panel.getByRole("button", { name: "Look again" }).click();
  await capture(panel).click();
  await expect(card(panel).getByRole("radio")).toBeChecked();
  // The page shows it once, and is gone: the key is not, and it is still from there.
  await page.goto(SHOP);
  await expect(panel.getByRole("heading", { name: "Tacit does not see this page." })).toBeVisible();
  await panel.getByRole("link", { name: "Activity" }).click();
  await openView(panel);
  await expect(card(panel)).toContainText("From https://github.com.");
  await save(panel).click();
  await expect(messages(panel)).toContainText("Saved GITHUB_TOKEN from github.com.");
});

test("the key and the menu's line capture at once, and what is asked of a locked vault waits until it is open", async () => {
  const { page, panel } = at;
  web.answers.set(STRIPE, { body: stripe(NEXT) });
  await goTo(STRIPE);
  await ask("commands.onCommand", "capture");
  await expect(card(panel).getByRole("radio")).toHaveAccessibleName(/Stripe test/);
  await lock(panel);
  await unlock(panel, PASSPHRASE);
  // A lock forgets what was found.
  await expect(capture(panel)).toBeVisible();
  await expect(card(panel)).toHaveCount(0);
  await ask("contextMenus.onClicked", { menuItemId: "capture", pageUrl: page.url() });
  await expect(card(panel).getByRole("radio")).toHaveAccessibleName(/Stripe test/);
  await card(panel).getByRole("button", { name: "Discard" }).click();

  await page.goto(PLAIN);
  await at.press();
  await lock(panel);
  await saveSelection(() => (getSelection()!.selectAllChildren(document.getElementById("note")!), String(getSelection())));
  await expect(panel.getByRole("heading", { name: "Unlock" })).toBeVisible();
  expect(await panel.content()).not.toContain("fake note");
  // What waits goes with its time and with its tab, whether anybody comes for it or not.
  const waits = () => at.background.evaluate(async () => "asked" in (await chrome.storage.session.get()));
  const time = await at.background.evaluate(async () => (await chrome.alarms.get("asked")).scheduledTime - Date.now());
  expect(time).toBeLessThanOrEqual(5 * 60 * 1000);
  const ends = [
    () => at.background.evaluate(() => chrome.alarms.onAlarm.dispatch({ name: "asked", scheduledTime: 0 })),
    () => at.background.evaluate(async () => chrome.tabs.onRemoved.dispatch((await chrome.storage.session.get("asked")).asked.tab, {})),
  ];
  for (const end of ends) {
    await expect.poll(waits).toBe(true);
    await end();
    await expect.poll(waits).toBe(false);
    await saveSelection(() => String(getSelection()));
  }
  await unlock(panel, PASSPHRASE);
  await expect(selected(panel)).toContainText("From http://notes.example.");
  await expect(selected(panel)).toContainText("not protected on its way");
  // What the menu tells has 37 characters: a line's end and the spaces behind it are one space there.
  await expect(selected(panel).getByRole("radio")).toHaveAccessibleName(/^firs•+ne 39 characters$/);
  await expect(save(panel)).toBeDisabled();
  await selected(panel).getByRole("textbox", { name: "Name" }).fill("FAKE_NOTE");
  await narrow(panel);
  await save(panel).click();
  await expect(messages(panel)).toContainText("Saved FAKE_NOTE from notes.example.");
  const kept = () => at.background.evaluate(async () => [await chrome.storage.session.get("asked"), await chrome.storage.local.get()]);
  expect(await kept()).toEqual([{}, {}]);
});

test("a selection in a field is what is selected there, and a page that changed it meanwhile changes nothing", async () => {
  const { page, panel } = at;
  const select = () => {
    const field = document.getElementById("field") as HTMLTextAreaElement;
    field.focus();
    field.setSelectionRange(7, 27);
    return field.value.slice(7, 27);
  };
  await saveSelection(select);
  await expect(selected(panel).getByRole("textbox", { name: "Name" })).toHaveValue("FAKE_NAME");
  await expect(selected(panel).getByRole("radio")).toHaveAccessibleName(/10 characters/);
  await selected(panel).getByRole("button", { name: "Discard" }).click();
  const chosen = await page.evaluate(select);
  await page.evaluate(() => (document.getElementById("field") as HTMLTextAreaElement).setSelectionRange(0, 5));
  await ask("contextMenus.onClicked", { menuItemId: "selection", selectionText: chosen, frameId: 0, pageUrl: page.url() });
  await expect(selected(panel).getByRole("textbox", { name: "Name" })).toHaveValue("FAKE_NAME");
});
