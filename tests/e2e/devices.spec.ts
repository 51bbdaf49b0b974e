// The devices of an account: each is told of a new one, a person calls them something, and one that is lost is taken out.
import type { Page } from "@playwright/test";
import { connect, elsewhere, sync, useSetupCode } from "./pair";
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
  await done.getByRole("button", { name: "Done" }).click();
  await expect(list(page).getByRole("listitem").filter({ hasText: "Lost laptop" })).toContainText("revoked");
  await expect(page.getByRole("main")).toContainText("Everything is synced.");

  await other.goto("/#/settings");
  await other.getByRole("button", { name: "Sync now" }).click();
  await expect(other.getByRole("main")).toContainText("The relay does not know this device any more.");
  const stranger = await (await browser.newContext()).newPage();
  await useSetupCode(stranger, kit.setup, PASSPHRASE);
  await expect(stranger.getByRole("main")).toContainText("do not open an account");
  await useSetupCode(stranger, setup, PASSPHRASE);
  await expect(stranger.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
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
