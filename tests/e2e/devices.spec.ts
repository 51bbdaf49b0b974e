// The devices of an account: each is told of a new one, a person calls them something, and one that is lost is taken out.
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { add, connect, elsewhere, sync, useSetupCode } from "./pair";
import { PASSPHRASE, accessible, expect, make, messages, open, sample, test, unlock } from "./tacit";

const list = (page: Page) => page.getByRole("list", { name: "Devices" });

/** Calls the second of two devices `name`, there. */
async function call(other: Page, name: string): Promise<void> {
  await other.goto("/#/settings");
  await list(other).getByRole("button", { name: /^Rename Chrome on/ }).last().click();
  const dialog = other.getByRole("dialog", { name: "Rename this device" });
  await dialog.getByRole("textbox", { name: "Name" }).fill(name);
  await dialog.getByRole("textbox", { name: "Name" }).press("Enter");
  await expect(messages(other)).toContainText("The device was renamed.");
  await sync(other);
}

test("a new device is told of on the others, until a person has seen it, by the name that it has", async ({ page, browser }) => {
  const kit = await make(page, /Make a vault/);
  await connect(page);
  await expect(list(page).getByRole("listitem")).toHaveCount(1);
  await expect(list(page)).toContainText("this device");
  // The setup code is shown to whoever has the passphrase, and the kit stays.
  await page.getByRole("button", { name: "Add a device…" }).click();
  const add = page.getByRole("dialog", { name: "Add a device" });
  await add.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await add.getByRole("textbox", { name: "Passphrase" }).press("Enter");
  await expect(add.getByRole("code")).toHaveText(kit.setup);
  await accessible(page);
  await add.getByRole("button", { name: "Done" }).click();

  // On whatever page, and not twice. Whoever looks at the list has seen it.
  await page.goto("/#/projects");
  await call(await elsewhere(browser, kit), "Desktop");
  await page.reload();
  await unlock(page, PASSPHRASE);
  const notice = page.getByRole("status").filter({ hasText: "Desktop came into your account." });
  await expect(notice).toBeVisible();
  await accessible(page);
  await notice.getByRole("button", { name: "It was me" }).click();
  await expect(notice).toHaveCount(0);
  await page.reload();
  await unlock(page, PASSPHRASE);
  await expect(page.getByRole("navigation")).toContainText("synced");
  await expect(notice).toHaveCount(0);
  await page.goto("/#/settings");
  await expect(list(page).getByRole("listitem").filter({ hasText: "Desktop" })).toContainText("added just now");
  await page.goto("/#/activity");
  await expect(page.getByRole("row", { name: /Brought devices and keys up to date/ }).first()).toContainText("Desktop");
});

test("a lost device is revoked: it syncs no more, its kit is void, and what it could read is listed", async ({ page, browser }) => {
  const kit = await sample(page);
  await connect(page);
  const other = await elsewhere(browser, kit);
  await call(other, "Lost laptop");
  await sync(page);
  await list(page).getByRole("button", { name: "Revoke Lost laptop" }).click();
  const asked = page.getByRole("dialog", { name: "Revoke Lost laptop?" });
  await asked.getByRole("textbox", { name: "Passphrase" }).fill("another fake passphrase");
  await asked.getByRole("button", { name: "Revoke the device" }).click();
  await expect(asked).toContainText("This passphrase does not open the vault.");
  await asked.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await asked.getByRole("textbox", { name: "Passphrase" }).press("Enter");

  const done = page.getByRole("dialog", { name: "The device was revoked" });
  await expect(done).toBeVisible();
  await accessible(page);
  const setup = (await done.getByRole("code").first().textContent())!;
  expect(setup).not.toBe(kit.setup);
  await expect(done.getByRole("listitem").first()).toBeVisible();
  const saved = page.waitForEvent("download");
  await done.getByRole("button", { name: "Download the list" }).click();
  expect((await saved).suggestedFilename()).toBe("to-rotate.txt");
  const first = await readFile(await (await saved).path(), "utf8");
  expect(first.length).toBeGreaterThan(0);
  await done.getByRole("checkbox", { name: "I keep it in a safe place" }).check();
  await done.getByRole("button", { name: "Done" }).click();
  await expect(list(page).getByRole("listitem").filter({ hasText: "Lost laptop" })).toContainText("revoked");
  await expect(page.getByRole("main")).toContainText("Everything is synced.");

  // It is there again, without what was written later.
  await add(page, "WRITTEN_LATER", "fake-value-later");
  await page.goto("/#/settings");
  await list(page).getByRole("button", { name: "What Lost laptop could read" }).click();
  const again = page.getByRole("dialog", { name: "What Lost laptop could read" });
  await expect(again.getByRole("listitem").first()).toBeVisible();
  await accessible(page);
  const listed = page.waitForEvent("download");
  await again.getByRole("button", { name: "Download the list" }).click();
  const names = await readFile(await (await listed).path(), "utf8");
  expect([names, names.includes("WRITTEN_LATER")]).toEqual([first, false]);
  await again.getByRole("button", { name: "Done" }).click();

  await other.goto("/#/settings");
  await other.getByRole("button", { name: "Sync now" }).click();
  await expect(other.getByRole("main")).toContainText("The relay does not know this device any more.");
  const stranger = await (await browser.newContext()).newPage();
  await useSetupCode(stranger, kit.setup, PASSPHRASE);
  await expect(stranger.getByRole("main")).toContainText("do not open an account");
  await useSetupCode(stranger, setup, PASSPHRASE);
  await expect(stranger.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
});

test("where nothing was heard of the other devices for long that is said, until something is", async ({ page, browser }) => {
  const kit = await make(page, /Make a vault/);
  await connect(page);
  const other = await elsewhere(browser, kit);
  await sync(other);
  await sync(page);
  const silence = page.getByText("Nothing has been heard of your other devices since", { exact: false });
  await expect(list(page).getByRole("listitem")).toHaveCount(2);
  await expect(silence).toHaveCount(0);
  for (const one of [page, other]) {
    await one.clock.install({ time: Date.now() + 9 * 24 * 3_600_000 });
    await one.reload();
    await unlock(one, PASSPHRASE);
    if (one === page) {
      await page.goto("/#/settings");
      await expect(silence).toBeVisible();
      await accessible(page);
    }
  }
  // Its sign of life of that day.
  await sync(other);
  await sync(page);
  await expect(silence).toHaveCount(0);
});

test("a device takes the passphrase that another one set, adds devices by it, and takes that one out", async ({ page, browser }) => {
  const kit = await make(page, /Make a vault/);
  await connect(page);
  const other = await elsewhere(browser, kit);
  await call(other, "Desktop");
  const later = "new fake passphrase words";
  await page.getByRole("button", { name: "Change the passphrase" }).click();
  const change = page.getByRole("dialog", { name: "Change the passphrase" });
  await change.getByRole("textbox", { name: "Passphrase of today" }).fill(PASSPHRASE);
  await change.getByRole("textbox", { name: "Passphrase", exact: true }).fill(later);
  await change.getByRole("button", { name: "Change" }).click();
  await expect(messages(page)).toContainText("The passphrase was changed.");

  // The other device opens with its own, and is told that the account has another.
  await sync(other);
  await other.reload();
  await unlock(other, PASSPHRASE);
  await other.getByRole("button", { name: "Add a device…" }).click();
  const add = other.getByRole("dialog", { name: "Add a device" });
  const typed = add.getByRole("textbox", { name: "Passphrase" });
  const show = add.getByRole("button", { name: "Show the setup code" });
  await typed.fill(PASSPHRASE);
  await show.click();
  await expect(add).toContainText("This is the passphrase of this device, and your account at the relay has another by now.");
  await accessible(other);
  await typed.fill(later);
  await show.click();
  await expect(add.getByRole("code")).toHaveText(kit.setup);
  await add.getByRole("button", { name: "Done" }).click();
  await other.reload();
  await unlock(other, later);

  await list(other).getByRole("button", { name: /^Revoke Chrome on/ }).click();
  const asked = other.getByRole("dialog", { name: /^Revoke Chrome on/ });
  await asked.getByRole("textbox", { name: "Passphrase" }).fill(later);
  await asked.getByRole("button", { name: "Revoke the device" }).click();
  await expect(other.getByRole("dialog", { name: "The device was revoked" })).toBeVisible();
  await page.getByRole("button", { name: "Sync now" }).click();
  await expect(page.getByRole("main")).toContainText("The relay does not know this device any more.");
});

/** Has the core tell of each socket that it opens, and wait for nothing before the next. */
function hurry(): void {
  const [later, Own] = [setTimeout, WebSocket];
  const sooner = (work: () => void, wait = 0) => later(work, wait >= 500 && wait <= 4000 ? 0 : wait);
  class Told extends Own {
    constructor(target: string, name: string) {
      super(target, name);
      console.log("a socket");
    }
  }
  Object.assign(globalThis, { setTimeout: sooner, WebSocket: Told });
}

test("a device that was revoked asks seldom, opens no sockets, and so takes nothing from who shares its address", async ({ page, browser }) => {
  const kit = await sample(page);
  await connect(page);
  const other = await (await browser.newContext()).newPage();
  const [sockets, asked]: [string[], string[]] = [[], []];
  other.on("worker", (worker) => {
    worker.on("console", (message) => message.text() === "a socket" && sockets.push(message.text()));
    // One that ended meanwhile opens none.
    worker.evaluate(hurry).catch(() => {});
  });
  await other.clock.install();
  await useSetupCode(other, kit.setup, PASSPHRASE);
  await other.goto("/#/settings");
  await expect(other.getByRole("main")).toContainText("What changes on another device shows here at once.");
  expect(sockets.length).toBe(2);

  await sync(page);
  await list(page).getByRole("button", { name: /^Revoke Chrome on/ }).click();
  const dialog = page.getByRole("dialog", { name: /^Revoke/ });
  await dialog.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await dialog.getByRole("textbox", { name: "Passphrase" }).press("Enter");
  await expect(page.getByRole("dialog", { name: "The device was revoked" })).toBeVisible();
  await expect(other.getByRole("main")).not.toContainText("shows here at once");
  await other.clock.runFor(15_000);
  await expect(other.getByRole("main")).toContainText("The relay does not know this device any more.");

  other.on("request", (request) => request.url().includes("/v1/") && asked.push(request.url()));
  await other.clock.runFor(120_000);
  expect([asked, sockets.length]).toEqual([[], 2]);
  // The control: what it asks is seen.
  await other.clock.runFor(300_000);
  await expect.poll(() => asked.length).toBeGreaterThan(0);
});

test("a vault whose passphrase is lost comes back by the recovery key, with another passphrase and kit", async ({ page, browser }) => {
  const kit = await sample(page);
  await connect(page);
  const other = await (await browser.newContext()).newPage();
  await open(other);
  await other.getByRole("button", { name: /Use a setup code/ }).click();
  await other.getByRole("button", { name: "The passphrase is lost…" }).click();
  await accessible(other);
  const recover = async (key: string) => {
    await other.getByRole("textbox", { name: "Recovery key" }).fill(key);
    await other.getByRole("textbox", { name: "Passphrase" }).fill("new fake passphrase words");
    await other.getByRole("textbox", { name: "Passphrase" }).press("Enter");
  };
  const unconnected = await make(await (await browser.newContext()).newPage(), /Make a vault/);
  await recover(unconnected.recovery);
  await expect(other.getByRole("main")).toContainText("This recovery key recovers no account at this relay.");
  await recover(kit.recovery);
  await expect(other.getByRole("heading", { name: "Keep your recovery kit" })).toBeVisible();
  const [setup, recovery] = await other.getByRole("code").allTextContents();
  expect([setup === kit.setup, recovery === kit.recovery]).toEqual([true, false]);
  await other.getByRole("checkbox", { name: "I keep it in a safe place" }).check();
  await other.getByRole("button", { name: "Continue" }).click();
  await expect(other.getByRole("main").getByRole("link", { name: "shop-api" })).toBeVisible();
  await expect(other.getByRole("navigation")).toContainText("synced");

  // The first device goes on with the passphrase that it has; a new one takes the new one.
  await sync(page);
  const third = await (await browser.newContext()).newPage();
  await useSetupCode(third, kit.setup, "new fake passphrase words");
  await expect(third.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
});

test("where the last answer of a recovery is lost the vault is there, and leads on to another kit", async ({ page, browser }) => {
  const kit = await sample(page);
  await connect(page);
  const other = await (await browser.newContext()).newPage();
  await open(other);
  // What brings the new kit arrives; its answer does not.
  let lost = 0;
  await other.context().route("**/v1/accounts/*/credential", async (route) => {
    if (route.request().method() === "GET") return route.continue();
    await route.fetch();
    lost += 1;
    await route.abort();
  });
  await other.getByRole("button", { name: /Use a setup code/ }).click();
  await other.getByRole("button", { name: "The passphrase is lost…" }).click();
  await other.getByRole("textbox", { name: "Recovery key" }).fill(kit.recovery);
  await other.getByRole("textbox", { name: "Passphrase" }).fill("new fake passphrase words");
  await other.getByRole("textbox", { name: "Passphrase" }).press("Enter");
  const dialog = other.getByRole("dialog", { name: "Recovery kit" });
  await expect(dialog).toBeVisible();
  expect(lost).toBeGreaterThan(0);
  await expect(messages(other)).toContainText("The vault is here and opens with the new passphrase, but there is no new kit yet. The relay did not answer");
  await other.context().unrouteAll({ behavior: "ignoreErrors" });
  await dialog.getByRole("textbox", { name: "Passphrase" }).fill("new fake passphrase words");
  await dialog.getByRole("button", { name: "Show the kit" }).click();
  await expect(dialog.getByRole("code")).toHaveCount(2);
  const [setup, recovery] = await dialog.getByRole("code").allTextContents();
  expect([setup === kit.setup, recovery === kit.recovery]).toEqual([true, false]);
  await dialog.getByRole("checkbox", { name: "I keep it in a safe place" }).check();
  await dialog.getByRole("button", { name: "Done" }).click();
  await other.reload();
  await unlock(other, "new fake passphrase words");
  await expect(other.getByRole("navigation")).toContainText("synced");
  const third = await (await browser.newContext()).newPage();
  await useSetupCode(third, setup!, "new fake passphrase words");
  await expect(third.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
});
