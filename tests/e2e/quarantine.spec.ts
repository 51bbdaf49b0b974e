// A relay that went back on what it acknowledged and has something else in its place: the screen says so and what can be done,
// nothing is sent, and nothing is lost.
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { add, connect, project, row, sync, useSetupCode } from "./pair";
import { serve } from "./host";
import { PASSPHRASE, expect, messages, sample, test, unlock } from "./tacit";

const state = (page: Page) => page.getByRole("navigation").getByRole("link", { name: /^Relay:/ });

test("a fork is quarantine: it is said, edits go on, the evidence is a file, and the right relay ends it", async ({ browser, request }) => {
  test.setTimeout(240_000);
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

  await swap(right!);
  await page.getByRole("button", { name: "Look again" }).click();
  await expect(state(page)).toHaveText(/● synced/);
  await project(page);
  for (const name of ["ACKNOWLEDGED", "LOCAL"]) await expect(row(page, name)).toBeVisible();
  await relay.stop();
  await Promise.all([right, wrong].map((folder) => rm(folder!, { recursive: true, force: true })));
});
