// A deployment that names another relay: a vault is connected to either, goes from one to the other, and its devices follow.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { APIRequestContext, Browser, Page } from "@playwright/test";
import { add, connect, elsewhere, project, row, sync, useSetupCode } from "./pair";
import { free, serve, type Relay } from "./host";
import { PASSPHRASE, accessible, expect, messages, sample, test, unlock, type Watch } from "./tacit";

interface Two {
  /** It serves the app, which may reach the other too. */
  here: Relay;
  other: Relay;
  open(): Promise<Page>;
  end(): Promise<void>;
}

async function two(browser: Browser, request: APIRequestContext): Promise<Two> {
  const [first, second] = await Promise.all([0, 1].map(() => mkdtemp(join(tmpdir(), "tacit-relay-"))));
  const other = await serve(second!, request, [], { port: await free() });
  process.env.RELAY_ORIGINS = other.at;
  const here = await serve(first!, request);
  delete process.env.RELAY_ORIGINS;
  const open = async () => (await browser.newContext({ baseURL: here.at })).newPage();
  const end = async () => {
    await Promise.all([here.stop(), other.stop()]);
    await Promise.all([first, second].map((folder) => rm(folder!, { recursive: true, force: true })));
  };
  return { here, other, open, end };
}

/** Ends the pages: what left their origin went to that relay alone, and something did. */
async function onlyTo(watched: Watch, relay: string, pages: Page[]): Promise<void> {
  for (const page of pages) await page.context().close();
  const port = new URL(relay).port;
  expect(watched.foreign.length).toBeGreaterThan(0);
  expect(watched.foreign.filter((url) => new URL(url).port !== port)).toEqual([]);
  watched.foreign.length = 0;
}

const main = (page: Page) => page.getByRole("main");

test("an account goes to another relay, its other device follows, and a new one comes in there", async ({ browser, request, watched }) => {
  test.setTimeout(300_000);
  const { here, other, open, end } = await two(browser, request);
  const page = await open();
  const kit = await sample(page);
  await connect(page);
  await expect(main(page)).toContainText(`Connected to ${here.at}.`);
  const second = await open();
  await useSetupCode(second, kit.setup, PASSPHRASE);
  await expect(second.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  await sync(second);
  await sync(page);
  expect(watched.foreign).toEqual([]);

  await page.getByRole("button", { name: "Move to another relay…" }).click();
  const dialog = page.getByRole("dialog", { name: "Move to another relay" });
  await expect(dialog.getByRole("combobox", { name: "Relay" })).toHaveValue(other.at);
  await accessible(page);
  const move = dialog.getByRole("button", { name: "Move" });
  await dialog.getByRole("textbox", { name: "Passphrase" }).fill("not the passphrase");
  await move.click();
  await expect(dialog).toContainText("This passphrase does not open the vault.");
  await dialog.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await move.click();
  await expect(messages(page)).toContainText("The vault is at the other relay now.");
  await expect(main(page)).toContainText(`Connected to ${other.at}.`);

  await second.goto("/#/settings");
  await expect(main(second)).toContainText(`Connected to ${other.at}.`, { timeout: 30_000 });
  await add(page, "AFTER", "fake-value-one");
  await sync(page);
  await sync(second);
  await project(second);
  await expect(row(second, "AFTER")).toBeVisible();
  // Opened anew it is still there, and what is new comes by a socket.
  await second.reload();
  await unlock(second, PASSPHRASE);
  await project(second);
  await add(page, "LATER", "fake-value-two");
  await expect(row(second, "LATER")).toBeVisible({ timeout: 30_000 });
  await onlyTo(watched, other.at, [page, second]);

  const third = await elsewhere(browser, kit, other.at);
  await project(third);
  for (const name of ["AFTER", "LATER"]) await expect(row(third, name)).toBeVisible();
  await end();
});

test("a vault is connected to a relay of the list, how it comes to another is said, and where that is gone it goes on at one that is there", async ({ browser, request, watched }) => {
  test.setTimeout(300_000);
  const { here, other, open, end } = await two(browser, request);
  const page = await open();
  const kit = await sample(page);
  await page.goto("/#/settings");
  await page.getByRole("button", { name: "Connect to the relay…" }).click();
  const dialog = page.getByRole("dialog", { name: "Connect to the relay" });
  const relay = dialog.getByRole("combobox", { name: "Relay" });
  await relay.selectOption("another…");
  await expect(dialog).toContainText("Open Tacit from that relay");
  await expect(dialog.getByRole("textbox", { name: "Passphrase" })).toHaveCount(0);
  await relay.selectOption(other.at);
  await dialog.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await dialog.getByRole("button", { name: "Connect" }).click();
  await expect(main(page)).toContainText(`Connected to ${other.at}.`);
  await expect(main(page)).toContainText("Everything is synced.");
  const second = await elsewhere(browser, kit, other.at);
  await project(second);
  await onlyTo(watched, other.at, [second]);

  await other.stop();
  await page.getByRole("button", { name: "Sync now" }).click();
  await page.getByRole("button", { name: "The relay is gone for good…" }).click();
  const going = page.getByRole("dialog", { name: "Go on at another relay" });
  await expect(going.getByRole("combobox", { name: "Relay" })).toHaveValue(here.at);
  await expect(going).toContainText("do this only where it is gone for good");
  await accessible(page);
  await going.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await going.getByRole("button", { name: "Go on there" }).click();
  await expect(messages(page)).toContainText("Go on there with your other devices too");
  await expect(main(page)).toContainText(`Connected to ${here.at}.`);
  await expect(main(page)).toContainText("Everything is synced.");
  const third = await elsewhere(browser, kit, here.at);
  await project(third);
  await onlyTo(watched, other.at, [page, third]);
  await end();
});
