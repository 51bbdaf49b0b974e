// The extension as a device: at the relay that a person names, with the vault of a web page, and locked together with it.
import type { Page } from "@playwright/test";
import { install } from "./extension";
import { connect, elsewhere, row } from "./pair";
import { folder } from "./profile";
import { PASSPHRASE, accessible, drop, expect, grid, lock, make, open, sample, test, unlock, type Watch } from "./tacit";

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
