// A relay that went back on what it acknowledged and has something else in its place: the screen says so and what can be done,
// nothing is sent, and nothing is lost.
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { APIRequestContext, Browser, Page } from "@playwright/test";
import { add, connect, elsewhere, project, row, sync, useSetupCode } from "./pair";
import { serve } from "./host";
import { PASSPHRASE, expect, keep, messages, sample, test, unlock, type Kit } from "./tacit";

const state = (page: Page) => page.getByRole("navigation").getByRole("link", { name: /^Relay:/ });

interface Fork {
  /** In quarantine. */
  page: Page;
  /** The device whose change the relay took instead. */
  other: Page;
  kit: Kit;
  /** Puts one of the folders in the place of what the relay has. */
  swap(folder: string): Promise<void>;
  right: string;
  open(): Promise<Page>;
  end(): Promise<void>;
}

/** A relay that acknowledged a change of one device, and has another device's in its place. */
async function forked(browser: Browser, request: APIRequestContext): Promise<Fork> {
  const [right, wrong] = await Promise.all([0, 1].map(() => mkdtemp(join(tmpdir(), "tacit-relay-"))));
  let relay = await serve(right!, request);
  const port = Number(new URL(relay.at).port);
  const swap = async (folder: string) => {
    await relay.stop();
    relay = await serve(folder, request, [], { port });
  };
  const open = async () => (await browser.newContext({ baseURL: relay.at })).newPage();
  const page = await open();
  const kit = await sample(page);
  await connect(page);
  const other = await open();
  await useSetupCode(other, kit.setup, PASSPHRASE);
  await expect(other.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  await sync(other);
  await sync(page);
  await other.context().setOffline(true);
  await relay.stop();
  await cp(right!, wrong!, { recursive: true });
  relay = await serve(right!, request, [], { port });
  await add(page, "ACKNOWLEDGED", "fake-value-one");
  await sync(page);

  // The copy has neither, and takes another device's change in its place.
  await page.context().setOffline(true);
  await swap(wrong!);
  await other.context().setOffline(false);
  await add(other, "INSTEAD", "fake-value-two");
  await sync(other);
  await page.context().setOffline(false);
  await page.goto("/#/settings");
  await expect(state(page)).toHaveText(/■ in quarantine/);
  const end = async () => {
    await relay.stop();
    await Promise.all([right, wrong].map((folder) => rm(folder!, { recursive: true, force: true })));
  };
  return { page, other, kit, swap, right: right!, open, end };
}

test("a fork is quarantine: it is said, edits go on, the evidence is a file, and the right relay ends it", async ({ browser, request }) => {
  test.setTimeout(240_000);
  const { page, swap, right, end } = await forked(browser, request);
  const main = page.getByRole("main");
  await expect(main).toContainText("it has other changes in place of some that it had acknowledged");
  await expect(page.getByRole("button", { name: "Sync now" })).toBeDisabled();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download the evidence" }).click();
  const evidence = await readFile(await (await download).path());
  expect(evidence.subarray(0, 8).toString()).toBe("TACITEVI");
  for (const canary of ["ACKNOWLEDGED", "INSTEAD", "fake-value"]) expect(evidence.includes(canary)).toBe(false);

  await add(page, "LOCAL", "fake-value-three");
  await page.reload();
  await unlock(page, PASSPHRASE);
  await expect(state(page)).toHaveText(/■ in quarantine · 1 waiting/);
  await page.goto("/#/settings");
  await page.getByRole("button", { name: "Look again" }).click();
  await expect(messages(page)).toContainText("The relay's log is not the one it was");
  await expect(state(page)).toHaveText(/■ in quarantine · 1 waiting/);

  await swap(right);
  await page.getByRole("button", { name: "Look again" }).click();
  await expect(state(page)).toHaveText(/● synced/);
  await project(page);
  for (const name of ["ACKNOWLEDGED", "LOCAL"]) await expect(row(page, name)).toBeVisible();
  await end();
});

test("rejoining takes what the relay has and adds what was only here, on every device", async ({ browser, request }) => {
  test.setTimeout(240_000);
  const { page, other, kit, open, end } = await forked(browser, request);
  await add(page, "LOCAL", "fake-value-three");
  await page.goto("/#/settings");
  await page.getByRole("button", { name: "Rejoin…" }).click();
  const dialog = page.getByRole("dialog", { name: "Rejoin the relay?" });
  const download = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Download a backup" }).click();
  expect((await readFile(await (await download).path())).subarray(0, 8).toString()).toBe("TACITBAK");
  await dialog.getByRole("button", { name: "Rejoin" }).click();
  await expect(messages(page)).toContainText("This device rejoined the relay.");
  await expect(state(page)).toHaveText(/● synced/);
  await sync(other);
  const third = await open();
  await useSetupCode(third, kit.setup, PASSPHRASE);
  await expect(third.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  for (const device of [page, other, third]) {
    await project(device);
    for (const name of ["ACKNOWLEDGED", "INSTEAD", "LOCAL"]) await expect(row(device, name)).toBeVisible();
  }
  await end();
});

test("a vault founded anew has everything, opens by the same passphrase, and comes elsewhere by its new kit alone", async ({ browser, request }) => {
  test.setTimeout(300_000);
  const { page, kit, end } = await forked(browser, request);
  await add(page, "LOCAL", "fake-value-three");
  await page.goto("/#/settings");
  await page.getByRole("button", { name: "Found anew…" }).click();
  const dialog = page.getByRole("dialog", { name: "Found the vault anew?" });
  const found = dialog.getByRole("button", { name: "Found anew" });
  await dialog.getByRole("textbox", { name: "Passphrase" }).fill("not the passphrase");
  await found.click();
  await expect(dialog).toContainText("This passphrase does not open the vault.");
  await dialog.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await found.click();
  const anew = await keep(page);
  expect(anew.setup).not.toBe(kit.setup);
  await project(page);
  for (const name of ["ACKNOWLEDGED", "LOCAL"]) await expect(row(page, name)).toBeVisible();
  await expect(row(page, "INSTEAD")).toHaveCount(0);
  await page.reload();
  await unlock(page, PASSPHRASE);
  await page.goto("/#/settings");
  await expect(page.getByRole("main")).toContainText("This vault is in this browser only.");

  // Another relay, which knew nothing of it before.
  const [data, port] = [await mkdtemp(join(tmpdir(), "tacit-relay-")), Number(new URL(page.url()).port)];
  await end();
  const relay = await serve(data, request, [], { port });
  await page.reload();
  await unlock(page, PASSPHRASE);
  await connect(page);
  const second = await elsewhere(browser, anew, relay.at);
  await project(second);
  for (const name of ["ACKNOWLEDGED", "LOCAL"]) await expect(row(second, name)).toBeVisible();
  await relay.stop();
  await rm(data, { recursive: true, force: true });
});
