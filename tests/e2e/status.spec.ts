// How the vault and its relay stand, always visible and true: with a network and without, on wide and on narrow screens.
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { add, connect, sync, useSetupCode } from "./pair";
import { serve } from "./host";
import { PASSPHRASE, accessible, expect, make, messages, sample, test, unlock } from "./tacit";

const state = (page: Page) => page.getByRole("navigation").getByRole("link", { name: /^Relay:/ });

/** The relay answers nothing any more, though there is a network. */
const cut = (page: Page) => page.context().route("**/v1/**", (route) => route.abort());

test("without a network one works on: it says since when, how much waits, and that it is gone when it went", async ({ page }) => {
  await sample(page);
  await expect(state(page)).toHaveText(/● on this device only/);
  await connect(page);
  await expect(state(page)).toHaveText(/● synced/);

  await page.context().setOffline(true);
  await expect(state(page)).toHaveText(/○ offline$/);
  await add(page, "OFFLINE_ONE", "fake-value-one");
  await expect(state(page)).toHaveText(/○ offline · 1 waiting/);
  await add(page, "OFFLINE_TWO", "fake-value-two");
  await expect(state(page)).toHaveText(/○ offline · 2 waiting/);
  await messages(page).getByRole("button", { name: "Undo" }).last().click();
  await expect(state(page)).toHaveText(/○ offline · 3 waiting/);
  await state(page).click();
  await expect(page.getByRole("main")).toContainText(/This device has been offline since .+ 3 changes wait to be sent\. Last synced .+ Go on working/);

  await page.context().setOffline(false);
  await expect(state(page)).toHaveText(/● synced/);
  await expect(page.getByRole("main")).toContainText(/Everything is synced\. Last looked /);
});

test("a change of the state is announced once, and neither each look nor each change is", async ({ page }) => {
  await sample(page);
  await connect(page);
  const heard = page.locator("[role=status].visually-hidden");
  await expect(state(page)).toHaveText(/synced/);
  await expect(heard).toHaveText("");
  await page.context().setOffline(true);
  await expect(heard).toHaveText("This device is offline.");
  await heard.evaluate((element) => {
    (window as unknown as { spoken: string[] }).spoken = [];
    new MutationObserver(() => (window as unknown as { spoken: string[] }).spoken.push(element.textContent!)).observe(element, { subtree: true, childList: true, characterData: true });
  });
  await add(page, "OFFLINE_ONE", "fake-value-one");
  await expect(state(page)).toHaveText(/1 waiting/);
  await page.context().setOffline(false);
  await expect(state(page)).toHaveText(/● synced/);
  await expect(heard).toHaveText("Synced again.");
  expect(await page.evaluate(() => (window as unknown as { spoken: string[] }).spoken)).toEqual(["Synced again."]);
});

for (const width of [1280, 390, 320]) {
  test(`at ${width} pixels the state is there in words, after a reload too, and leads to the relay`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await sample(page);
    await connect(page);
    await expect(state(page)).toHaveText(/synced/);
    await expect(state(page)).toBeInViewport({ ratio: 1 });
    await cut(page);
    await add(page, "UNSENT", "fake-value-one");
    await expect(state(page)).toHaveText(/○ relay unreachable · 1 waiting/);
    await page.reload();
    await unlock(page, PASSPHRASE);
    await expect(state(page)).toHaveText(/○ relay unreachable · 1 waiting/);
    await expect(state(page)).toBeInViewport({ ratio: 1 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await state(page).click();
    await expect(page.getByRole("heading", { name: "Relay" })).toBeVisible();
  });
}

test("a page of text in the relay's place is not the relay: it is unreachable, and not newer", async ({ page, context }) => {
  await sample(page);
  await connect(page);
  const says = `<!doctype html><title>Bad gateway</title>`;
  for (const [status, waiting] of [[502, 1], [200, 2]] as const) {
    await context.route("**/v1/**", (route) => route.fulfill({ status, body: says, contentType: "text/html" }));
    await add(page, `UNSENT_${waiting}`, "fake-value-one");
    await expect(state(page)).toHaveText(new RegExp(`○ relay unreachable · ${waiting} waiting`));
    // The way to it is looked at, and not believed.
    await page.goto("/#/settings");
    await page.getByRole("button", { name: "Sync now" }).click();
    await expect(page.getByRole("main")).toContainText("The relay has not answered since");
  }
  await context.unroute("**/v1/**");
  await page.getByRole("button", { name: "Sync now" }).click();
  await expect(state(page)).toHaveText(/● synced/);
});

test("a relay that is restored from an older copy is caught up, and that is said once", async ({ browser, request }) => {
  test.setTimeout(180_000);
  const [data, copy] = await Promise.all([0, 1].map(() => mkdtemp(join(tmpdir(), "tacit-relay-"))));
  let relay = await serve(data!, request);
  const page = await (await browser.newContext({ baseURL: relay.at })).newPage();
  await sample(page);
  await connect(page);
  await relay.stop();
  await cp(data!, copy!, { recursive: true });
  const port = Number(new URL(relay.at).port);
  relay = await serve(data!, request, [], { port });
  await add(page, "AFTER_THE_COPY", "fake-value-one");
  await expect(state(page)).toHaveText(/● synced/);
  await relay.stop();
  relay = await serve(copy!, request, [], { port });
  await page.goto("/#/settings");
  await page.getByRole("button", { name: "Sync now" }).click();
  await expect(messages(page)).toContainText(/The relay was behind: it lacked \d+ commits? that it had before, and has (it|them) again\./);
  await expect(state(page)).toHaveText(/● synced/);
  await messages(page).getByRole("button", { name: "Dismiss" }).last().click();
  await page.getByRole("button", { name: "Sync now" }).click();
  await expect(page.getByRole("main")).toContainText("Everything is synced.");
  await expect(messages(page)).not.toContainText("was behind");
  await relay.stop();
  await Promise.all([data, copy].map((folder) => rm(folder!, { recursive: true, force: true })));
});

test("a relay that lost everything, its secret too, is connected to again where the person was told, and lets new devices in", async ({ browser, request }) => {
  const [data, anew] = await Promise.all([0, 1].map(() => mkdtemp(join(tmpdir(), "tacit-relay-"))));
  let relay = await serve(data!, request);
  const page = await (await browser.newContext({ baseURL: relay.at })).newPage();
  const kit = await make(page, /Make a vault/);
  await connect(page);
  await relay.stop();
  relay = await serve(anew!, request, [], { port: Number(new URL(relay.at).port) });
  await sync(page);
  await expect(messages(page)).toContainText("If it was made anew, connect again in the settings");
  const second = await (await browser.newContext({ baseURL: relay.at })).newPage();
  await useSetupCode(second, kit.setup, PASSPHRASE);
  await expect(second.getByRole("main")).toContainText("do not open an account at this relay");

  await page.getByRole("button", { name: "Connect again…" }).click();
  const dialog = page.getByRole("dialog", { name: "Connect to the relay" });
  await dialog.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  const told = dialog.getByRole("checkbox", { name: "Whoever runs this relay told me that its keys were replaced" });
  await expect(told).toHaveCount(0);
  await dialog.getByRole("button", { name: "Connect" }).click();
  await expect(dialog).toContainText("Another relay answers under this name");
  await accessible(page);
  await told.check();
  await dialog.getByRole("button", { name: "Connect" }).click();
  await expect(dialog).toHaveCount(0);
  await second.getByRole("button", { name: "Open it here" }).click();
  await expect(second.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  await relay.stop();
  await Promise.all([data, anew].map((folder) => rm(folder!, { recursive: true, force: true })));
});
