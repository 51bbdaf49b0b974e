// One vault in two browsers, by the relay that serves the app: connected from the settings, opened elsewhere with the setup
// code and the passphrase, changed on both sides with and without a network.
import { add, connect, elsewhere, project, row, sync, useSetupCode } from "./pair";
import { PASSPHRASE, drop, expect, make, messages, panel, sample, test, unlock } from "./tacit";

test("a vault is on a second device with its setup code, and what is changed on either is on both", async ({ page, browser }) => {
  const kit = await sample(page);
  await expect(page.getByRole("navigation")).toContainText("on this device only");
  await connect(page);
  await expect(page.getByRole("navigation")).toContainText("● synced");

  const other = await elsewhere(browser, kit);
  await expect(other.getByRole("navigation")).toContainText("● synced");
  await project(other);
  await expect(row(other, "DATABASE_URL")).toBeVisible();

  await add(other, "FROM_THE_OTHER", "fake-value-two");
  await sync(other);
  await sync(page);
  await project(page);
  await expect(row(page, "FROM_THE_OTHER")).toBeVisible();

  await add(page, "FROM_THE_FIRST", "fake-value-one");
  await sync(page);
  await sync(other);
  await project(other);
  await expect(row(other, "FROM_THE_FIRST")).toBeVisible();
});

test("what both devices wrote without a network is on both when it is back", async ({ page, browser }) => {
  const kit = await sample(page);
  await connect(page);
  const other = await elsewhere(browser, kit);
  await sync(other);
  await sync(page);

  await page.context().setOffline(true);
  await add(page, "WRITTEN_OFFLINE", "fake-value-one");
  await expect(page.getByRole("navigation")).toContainText("offline · 1 waiting");
  await add(other, "WRITTEN_MEANWHILE", "fake-value-two");
  await sync(other);

  // It survives the end of the page, and goes when the relay answers again.
  await page.context().setOffline(false);
  await page.reload();
  await unlock(page, PASSPHRASE);
  await expect(page.getByRole("navigation")).toContainText("● synced");
  await project(page);
  await expect(row(page, "WRITTEN_OFFLINE")).toBeVisible();
  await expect(row(page, "WRITTEN_MEANWHILE")).toBeVisible();
  await sync(other);
  await project(other);
  await expect(row(other, "WRITTEN_OFFLINE")).toBeVisible();
});

test("older versions follow to a second device after what is current", async ({ page, browser }) => {
  const kit = await make(page, /Make a vault/);
  await drop(page, [{ name: ".env", text: "TOKEN=fake-value-one\n" }]);
  await page.getByRole("button", { name: "Import 1 key" }).click();
  await row(page, "TOKEN").getByRole("gridcell").first().click();
  await panel(page).getByRole("button", { name: "Change the value" }).click();
  await panel(page).getByRole("textbox", { name: "New value" }).fill("fake-value-three");
  await page.keyboard.press("Enter");
  await expect(panel(page).getByRole("textbox", { name: "New value" })).toHaveCount(0);
  await connect(page);

  const other = await elsewhere(browser, kit);
  await sync(other);
  await other.reload();
  await unlock(other, PASSPHRASE);
  await other.goto("/#/projects");
  await other.getByRole("main").getByRole("link").first().click();
  await row(other, "TOKEN").getByRole("gridcell").first().click();
  await panel(other).getByRole("tab", { name: "History" }).click();
  await panel(other).getByRole("button", { name: "Compare" }).click();
  await expect(panel(other)).toContainText("14 characters here, 16 in the current version; the first 11 and the last 1 are the same.");
});

test("a wrong code and a wrong passphrase are told alike, and a mistyped code by its group", async ({ page, browser }) => {
  const kit = await make(page, /Make a vault/);
  await connect(page);
  const stranger = await (await browser.newContext()).newPage();
  const sentence = "Setup code and passphrase do not open an account at this relay.";
  await useSetupCode(stranger, kit.setup, "another fake passphrase");
  await expect(stranger.getByRole("main")).toContainText(sentence);
  const unconnected = await make(await (await browser.newContext()).newPage(), /Make a vault/);
  await useSetupCode(stranger, unconnected.setup, PASSPHRASE);
  await expect(stranger.getByRole("main")).toContainText(sentence);
  const groups = kit.setup.split("-");
  groups[1] = groups[1]!.replace(/./, (first) => (first === "0" ? "1" : "0"));
  await useSetupCode(stranger, groups.join("-"), PASSPHRASE);
  await expect(stranger.getByRole("main")).toContainText("has a typing error");
});

test("another passphrase and another kit of a connected vault are in force on new devices", async ({ page, browser }) => {
  const kit = await make(page, /Make a vault/);
  await connect(page);
  await page.getByRole("button", { name: "Change the passphrase" }).click();
  const dialog = page.getByRole("dialog", { name: "Change the passphrase" });
  await dialog.getByRole("textbox", { name: "Passphrase of today" }).fill(PASSPHRASE);
  await dialog.getByRole("textbox", { name: "Passphrase", exact: true }).fill("new fake passphrase words");
  await dialog.getByRole("button", { name: "Change" }).click();
  await expect(messages(page)).toContainText("The passphrase was changed.");
  await page.getByRole("button", { name: "Recovery kit" }).click();
  const again = page.getByRole("dialog", { name: "Recovery kit" });
  await again.getByRole("textbox", { name: "Passphrase" }).fill("new fake passphrase words");
  await again.getByRole("button", { name: "Show the kit" }).click();
  await expect(again.getByRole("code").first()).toHaveText(kit.setup);

  const other = await (await browser.newContext()).newPage();
  await useSetupCode(other, kit.setup, PASSPHRASE);
  await expect(other.getByRole("main")).toContainText("do not open an account");
  await useSetupCode(other, kit.setup, "new fake passphrase words");
  await expect(other.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
});
