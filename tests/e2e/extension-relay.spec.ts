// The extension as a device: at the relay that a person names, with the vault of a web page, and locked together with it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { install } from "./extension";
import { serve } from "./host";
import { connect, elsewhere, row } from "./pair";
import { folder } from "./profile";
import { PASSPHRASE, accessible, drop, expect, grid, keep, lock, make, messages, open, sample, test, unlock, type Watch } from "./tacit";

/** A page of the extension, or of the web app, by the address of its first screen. */
interface Client {
  page: Page;
  home: string;
}

const main = ({ page }: Client) => page.getByRole("main");

/** Waits until the relay tells this client of everything by itself. */
async function attended(client: Client): Promise<void> {
  await client.page.goto(`${client.home}#/settings`);
  await expect(main(client)).toContainText("What changes on another device shows here at once.", { timeout: 20_000 });
}

async function project(client: Client): Promise<void> {
  await client.page.goto(`${client.home}#/projects`);
  await main(client).getByRole("link", { name: "shop-api" }).click();
  await expect(grid(client.page)).toBeVisible();
}

/** Adds a key on one and sees it on the other, which asks for nothing. */
async function passes(from: Client, to: Client, name: string): Promise<void> {
  for (const client of [from, to]) await project(client);
  await drop(from.page, [{ name: ".env", text: `${name}=fake-value-${name}\n` }]);
  await from.page.getByRole("button", { name: /^Import/ }).last().click();
  for (const client of [from, to]) await expect(row(client.page, name)).toBeVisible({ timeout: 30_000 });
}

/** Locks one by hand, and sees the other lock. */
async function locks(from: Client, to: Client): Promise<void> {
  for (const client of [from, to]) await attended(client);
  await lock(from.page);
  await expect(to.page.getByRole("heading", { name: "Unlock" })).toBeVisible();
  for (const client of [from, to]) await unlock(client.page, PASSPHRASE);
  for (const client of [from, to]) await attended(client);
}

/** Every request went to the relay, and some did. */
function onlyTo(watched: Watch, relay: string): void {
  expect(watched.foreign.length).toBeGreaterThan(0);
  expect(watched.foreign.filter((address) => !address.startsWith(`${relay}/v1/`))).toEqual([]);
  expect(watched.reports).toEqual([]);
}

test("a vault comes to the extension from its relay; what either changes is on both, and a lock in one locks the other", async ({ page, baseURL }) => {
  test.setTimeout(180_000);
  const kit = await sample(page);
  await connect(page);
  const web = { page, home: "/" };

  const heard: Watch = { reports: [], foreign: [] };
  const { context, origin } = await install(await folder(), heard);
  const device = { page: await context.newPage(), home: `${origin}/index.html` };
  await open(device.page, device.home);
  await device.page.getByRole("button", { name: /Use a setup code/ }).click();
  await device.page.getByRole("textbox", { name: "Setup code" }).fill(kit.setup);
  await device.page.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  const relay = device.page.getByRole("textbox", { name: "Relay" });
  const enter = device.page.getByRole("button", { name: "Open it here" });
  for (const other of ["", "http://relay.example", "https://somebody@relay.example", `${baseURL}/v1`]) {
    await relay.fill(other);
    await enter.click();
    await expect(main(device)).toContainText("This is no address of a relay.");
  }
  expect(heard.foreign, "nothing is asked before a relay is named").toEqual([]);
  await accessible(device.page);
  await relay.fill(`${baseURL!.toUpperCase()}/`);
  await enter.click();
  await expect(device.page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible({ timeout: 20_000 });
  await attended(device);
  await expect(main(device)).toContainText(`Connected to ${baseURL}.`);
  await attended(web);
  await expect(main(web)).toContainText("Chrome extension on Linux");

  await passes(web, device, "FROM_THE_PAGE");
  await passes(device, web, "FROM_THE_EXTENSION");
  await locks(web, device);
  await locks(device, web);

  // What was locked from elsewhere is locked for every page of the extension.
  await lock(page);
  await expect(device.page.getByRole("heading", { name: "Unlock" })).toBeVisible();
  const panel = await context.newPage();
  await panel.goto(`${origin}/panel.html`);
  await expect(panel.getByRole("heading", { name: "Unlock" })).toBeVisible();
  onlyTo(heard, baseURL!);
  await context.close();
});

test("a vault made in the extension is connected to a relay that a person names and confirms, and is on another device", async ({ browser, baseURL }) => {
  test.setTimeout(120_000);
  const heard: Watch = { reports: [], foreign: [] };
  const { context, origin } = await install(await folder(), heard);
  const device = { page: await context.newPage(), home: `${origin}/panel.html` };
  await device.page.setViewportSize({ width: 320, height: 720 });
  const kit = await make(device.page, /sample/, device.home);
  await device.page.goto(`${device.home}#/settings`);
  await device.page.getByRole("button", { name: "Connect to the relay…" }).click();
  const dialog = device.page.getByRole("dialog", { name: "Connect to the relay" });
  const relay = dialog.getByRole("textbox", { name: "Relay" });
  const go = dialog.getByRole("button", { name: "Continue" });
  await relay.fill("http://127.0.0.1:8787");
  await go.click();
  await expect(dialog).toContainText("This is no address of a relay.");
  await relay.fill("relay.example/");
  await go.click();
  await expect(dialog).toContainText("The relay at https://relay.example will keep this vault, sealed.");
  await dialog.getByRole("button", { name: "Another relay" }).click();
  await relay.fill(baseURL!);
  await relay.press("Enter");
  await expect(dialog).toContainText(`The relay at ${baseURL} will keep this vault, sealed.`);
  await accessible(device.page);
  expect(await device.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  expect(heard.foreign, "nothing is asked before the passphrase confirms it").toEqual([]);
  await dialog.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await dialog.getByRole("button", { name: "Connect" }).click();
  await expect(dialog).toHaveCount(0);
  await attended(device);

  const web = { page: await elsewhere(browser, kit), home: "/" };
  await attended(web);
  await passes(device, web, "FROM_THE_EXTENSION");
  await device.page.goto(`${device.home}#/settings`);
  await device.page.getByRole("button", { name: "Move to another relay…" }).click();
  const moves = device.page.getByRole("dialog", { name: "Move to another relay" });
  await moves.getByRole("textbox", { name: "Relay" }).fill(baseURL!);
  await moves.getByRole("button", { name: "Continue" }).click();
  await expect(moves).toContainText("The vault is at this relay already.");
  onlyTo(heard, baseURL!);
  await context.close();
});

test("the extension's other ways: in by a picture of the code, to another relay and followed there, and back by the recovery key", async ({ request, baseURL }) => {
  test.setTimeout(300_000);
  const data = await mkdtemp(join(tmpdir(), "tacit-relay-"));
  const other = await serve(data, request);
  const heard: Record<"first" | "second" | "third", Watch> = { first: { reports: [], foreign: [] }, second: { reports: [], foreign: [] }, third: { reports: [], foreign: [] } };
  const device = async (name: keyof typeof heard) => {
    const { context, origin } = await install(await folder(), heard[name]);
    return { context, page: await context.newPage(), home: `${origin}/index.html` };
  };
  const first = await device("first");
  const kit = await make(first.page, /sample/, first.home);
  await first.page.goto(`${first.home}#/settings`);
  await first.page.getByRole("button", { name: "Connect to the relay…" }).click();
  const connects = first.page.getByRole("dialog", { name: "Connect to the relay" });
  await connects.getByRole("textbox", { name: "Relay" }).fill(baseURL!);
  await connects.getByRole("textbox", { name: "Relay" }).press("Enter");
  await connects.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await connects.getByRole("button", { name: "Connect" }).click();
  await expect(connects).toHaveCount(0, { timeout: 20_000 });

  // The picture says the relay too: none is typed.
  await first.page.getByRole("button", { name: "Add a device…" }).click();
  const adds = first.page.getByRole("dialog", { name: "Add a device" });
  await adds.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await adds.getByRole("textbox", { name: "Passphrase" }).press("Enter");
  const buffer = await adds.getByRole("img", { name: "The setup code as a QR code" }).screenshot();
  await adds.getByRole("button", { name: "Done" }).click();
  const second = await device("second");
  await open(second.page, second.home);
  await second.page.getByRole("button", { name: /Use a setup code/ }).click();
  await second.page.getByRole("button", { name: "Scan the QR code…" }).click();
  await second.page.getByRole("dialog").locator("input[type=file]").setInputFiles({ name: "code.png", mimeType: "image/png", buffer });
  await expect(main(second)).toContainText("Read from the picture");
  expect(heard.second.foreign, "nothing is asked before the passphrase").toEqual([]);
  await accessible(second.page);
  await second.page.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await second.page.getByRole("button", { name: "Open it here" }).click();
  await expect(second.page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible({ timeout: 30_000 });
  await attended(second);
  await expect(main(second)).toContainText(`Connected to ${baseURL}.`);
  for (const name of ["first", "second"] as const) onlyTo(heard[name], baseURL!);

  await first.page.getByRole("button", { name: "Move to another relay…" }).click();
  const moves = first.page.getByRole("dialog", { name: "Move to another relay" });
  await moves.getByRole("textbox", { name: "Relay" }).fill(other.at);
  await moves.getByRole("button", { name: "Continue" }).click();
  await moves.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await moves.getByRole("button", { name: "Move" }).click();
  await expect(messages(first.page)).toContainText("The vault is at the other relay now.", { timeout: 30_000 });
  for (const client of [first, second]) await expect(main(client)).toContainText(`Connected to ${other.at}.`, { timeout: 40_000 });
  await passes(first, second, "AT_THE_OTHER");
  for (const { context } of [first, second]) await context.close();

  // The passphrase is lost: the recovery key brings the vault back from where it is now.
  const third = await device("third");
  await open(third.page, third.home);
  await third.page.getByRole("button", { name: /Use a setup code/ }).click();
  await third.page.getByRole("button", { name: "The passphrase is lost…" }).click();
  await third.page.getByRole("textbox", { name: "Recovery key" }).fill(kit.recovery);
  await third.page.getByRole("textbox", { name: "Passphrase" }).fill("new fake passphrase words");
  await third.page.getByRole("textbox", { name: "Relay" }).fill(other.at);
  await accessible(third.page);
  await third.page.getByRole("button", { name: "Recover the vault" }).click();
  await expect(third.page.getByRole("heading", { name: "Keep your recovery kit" })).toBeVisible({ timeout: 30_000 });
  expect((await keep(third.page)).recovery).not.toBe(kit.recovery);
  await project(third);
  await expect(row(third.page, "AT_THE_OTHER")).toBeVisible();
  await lock(third.page);
  await unlock(third.page, "new fake passphrase words");
  await project(third);
  onlyTo(heard.third, other.at);
  await third.context.close();
  await other.stop();
  await rm(data, { recursive: true, force: true });
});
