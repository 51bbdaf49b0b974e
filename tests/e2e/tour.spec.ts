// Every screen, step and dialog: accessible in both schemes, and whole on the narrowest screen.
import type { Page } from "@playwright/test";
import { connect, elsewhere, sync } from "./pair";
import { PASSPHRASE, choose, drop, expect, keep, lock, open, panel, test, unlock, violations, type Kit } from "./tacit";

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });

/** What is looked at where, and what is found there. */
type Look = (page: Page) => Promise<string[]>;

/** Opens a dialog by `press`, looks, and closes it. */
async function dialog(page: Page, name: string | RegExp, press: () => Promise<unknown>, look: () => Promise<void>): Promise<void> {
  await press();
  await expect(page.getByRole("dialog", { name })).toBeVisible();
  await look();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

/** Goes through all there is and answers with what was found, by place. */
async function tour(page: Page, look: Look): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  const at = async (place: string) => {
    const here = await look(page);
    if (here.length > 0) found[place] = here;
  };
  const kit = await beforeTheVault(page, at);
  await inAProject(page, at);
  await inTheRegistry(page, at);
  await inTheSettings(page, at);
  await atTheRelay(page, at, kit);
  await lock(page);
  await at("unlock");
  await unlock(page, "not the passphrase");
  await expect(page.getByText("This passphrase does not open the vault.")).toBeVisible();
  await at("a wrong passphrase");
  return found;
}

type At = (place: string) => Promise<void>;

async function beforeTheVault(page: Page, at: At): Promise<Kit> {
  await open(page);
  await expect(button(page, /^Open a backup/)).toBeVisible();
  await at("doors");
  await button(page, /^Open a backup/).click();
  await at("a backup to choose");
  await page.locator("input[type=file]").setInputFiles({ name: "a-backup-with-a-rather-long-name-of-its-own.tacit", mimeType: "text/plain", buffer: Buffer.from("none") });
  await page.getByRole("radio", { name: "the setup code and the passphrase" }).check();
  await expect(page.getByRole("textbox", { name: "Passphrase of that time" })).toBeVisible();
  await at("a backup's code and passphrases");
  await page.getByRole("button", { name: "Back", exact: true }).click();
  await button(page, /Use a setup code/).click();
  await expect(page.getByRole("textbox", { name: "Setup code" })).toBeVisible();
  await at("a setup code to type");
  await dialog(page, "Scan the QR code", () => button(page, "Scan the QR code…").click(), () => at("Scan"));
  await button(page, "The passphrase is lost…").click();
  await expect(page.getByRole("textbox", { name: "Recovery key" })).toBeVisible();
  await at("a recovery key to type");
  await open(page);
  await button(page, /sample/).click();
  await page.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await at("a passphrase to choose");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Keep your recovery kit" })).toBeVisible();
  await at("kit");
  const kit = await keep(page);
  await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  return kit;
}

async function inAProject(page: Page, at: At): Promise<void> {
  await at("projects");
  await dialog(page, "New project", () => button(page, "New project").click(), () => at("New project"));
  await dialog(page, "Rename project", () => choose(button(page, "Actions for shop-api").first(), "Rename"), () => at("Rename project"));
  await page.getByRole("main").getByRole("link", { name: "shop-api" }).click();
  await expect(page.getByRole("grid", { name: "Keys by environment" })).toBeVisible();
  await at("a project");
  await dialog(page, "Environments", () => button(page, "Environments").click(), () => at("Environments"));
  await dialog(page, "New secret", () => page.getByRole("button", { name: "Secret", exact: true }).click(), () => at("New secret"));
  await dialog(page, "Keys", () => page.keyboard.press("?"), () => at("Keys"));
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: /^Search for a secret/ }).fill("stripe");
  await expect(page.getByRole("listbox", { name: "Results" }).getByRole("option").first()).toBeVisible();
  await at("palette");
  await page.keyboard.press("Escape");

  await page.getByRole("row", { name: /^STRIPE_SECRET_KEY/ }).getByRole("gridcell").last().click();
  await expect(panel(page).getByRole("heading", { name: "STRIPE_SECRET_KEY" })).toBeVisible();
  await panel(page).getByRole("button", { name: "Show the value" }).click();
  await expect(panel(page).getByRole("img", { name: "Hidden value" })).toHaveCount(0);
  await at("a secret's uses");
  await panel(page).getByRole("button", { name: "Change the value" }).click();
  await expect(panel(page).getByRole("textbox", { name: "New value" })).toBeFocused();
  await panel(page).getByRole("tab", { name: "History" }).click();
  await panel(page).getByRole("button", { name: /^Show version/ }).first().click();
  await at("a secret's history, and a new value");
  await panel(page).getByRole("tab", { name: "Description" }).click();
  await expect(panel(page).getByRole("textbox", { name: "Notes" })).toBeVisible();
  await at("a secret's description");
  await panel(page).getByRole("button", { name: "Close the panel" }).click();

  await button(page, "Export").click();
  await expect(page.getByRole("region", { name: "How a line is read" })).toContainText("as meant");
  await at("export");
  await drop(page, [{ name: ".env.production", text: "A=1\nSTRIPE_SECRET_KEY=sk_test_EXAMPLEexampleEXAMPLE0001\nB='x y'\n" }]);
  await expect(button(page, "Import 3 keys").or(button(page, "Import 2 keys"))).toBeVisible();
  await at("import preview");
  await button(page, "Cancel").click();
  await expect(page.getByRole("heading", { name: "Import", level: 1 })).toBeVisible();
  await at("import");
}

async function inTheRegistry(page: Page, at: At): Promise<void> {
  await page.goto("/#/registry");
  await expect(page.getByRole("table", { name: "Secrets" }).getByRole("link").first()).toBeVisible();
  await at("registry");
  await dialog(page, "Bind to an environment", () => choose(button(page, "Actions for STRIPE_SECRET_KEY").first(), "Bind to an environment…"), () => at("Bind"));
  await choose(button(page, "Actions for STRIPE_SECRET_KEY").first(), "Delete");
  await expect(page.getByRole("region", { name: "Messages" }).getByRole("button", { name: "Undo" })).toBeVisible();
  await page.goto("/#/trash");
  await expect(button(page, "Actions for STRIPE_SECRET_KEY")).toBeVisible();
  await at("trash");
  await page.goto("/#/activity");
  await expect(page.getByRole("row").filter({ hasText: "STRIPE_SECRET_KEY" }).first()).toBeVisible();
  await at("activity");
}

async function inTheSettings(page: Page, at: At): Promise<void> {
  await page.goto("/#/settings");
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  await at("settings");
  await dialog(page, "Change the passphrase", () => button(page, "Change the passphrase").click(), () => at("Passphrase"));
  await dialog(page, "Recovery kit", () => button(page, "Recovery kit").click(), async () => {
    await at("a passphrase for the kit");
    await page.getByRole("dialog").getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog").getByRole("code")).toHaveCount(2);
    await at("Kit");
  });
  await dialog(page, "Delete this vault?", () => button(page, "Delete this vault").click(), () => at("Erase"));
}

async function atTheRelay(page: Page, at: At, kit: Kit): Promise<void> {
  await dialog(page, "Connect to the relay", () => button(page, "Connect to the relay…").click(), () => at("Connect"));
  await connect(page);
  await page.goto("/#/projects");
  const other = await elsewhere(page.context().browser()!, kit);
  await expect(button(page, "It was me")).toBeVisible();
  await at("a device that came");
  await button(page, "Look at the devices").click();
  await expect(page.getByRole("list", { name: "Devices" }).getByRole("listitem")).toHaveCount(2);
  await at("settings at a relay");
  await dialog(page, "Add a device", () => button(page, "Add a device…").click(), async () => {
    await at("a passphrase for the setup code");
    await page.getByRole("dialog").getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog").getByRole("code")).toHaveText(kit.setup);
    await at("Add a device");
  });
  await dialog(page, "Rename this device", () => button(page, /^Rename Chrome on/).first().click(), () => at("Rename this device"));
  await dialog(page, "Move to another relay", () => button(page, "Move to another relay…").click(), () => at("Move"));
  await button(page, /^Revoke Chrome on/).first().click();
  await at("Revoke");
  await page.getByRole("dialog").getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await page.keyboard.press("Enter");
  const revoked = page.getByRole("dialog", { name: "The device was revoked" });
  await expect(revoked).toBeVisible();
  await at("The device was revoked");
  await revoked.getByRole("checkbox", { name: "I keep it in a safe place" }).check();
  await revoked.getByRole("button", { name: "Done" }).click();
  await dialog(page, /could read$/, () => button(page, /could read$/).click(), () => at("What it could read"));
  await sync(page);
  await other.context().close();

  // Where there is a network and no relay.
  await page.context().route("**/v1/**", (route) => route.abort());
  await button(page, "Sync now").click();
  await expect(button(page, "The relay is gone for good…")).toBeVisible();
  await at("a relay that does not answer");
  await dialog(page, /at another relay/, () => button(page, "The relay is gone for good…").click(), () => at("Go on at another relay"));
  await page.context().unrouteAll();
  await sync(page);
}

for (const colorScheme of ["dark", "light"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test(`every screen, step and dialog is accessible, ${colorScheme}`, async ({ page }) => {
      test.setTimeout(180_000);
      // Colours are looked at when they have arrived.
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      expect(await tour(page, violations)).toEqual({});
    });
  });
}

/** What scrolls sideways, or reaches out of the window, of the page and of what lies over it. */
function overflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const call = (element: Element) => `${element.tagName.toLowerCase()}.${element.className} ${element.getAttribute("aria-label") ?? ""}`;
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) found.push(`page: ${root.scrollWidth} pixels`);
    for (const over of document.querySelectorAll("dialog[open], aside, aside .panel-body, dialog[open] .body")) {
      if (over.scrollWidth > over.clientWidth + 1) found.push(`${call(over)}: ${over.scrollWidth} of ${over.clientWidth} pixels`);
      for (const control of over.querySelectorAll("button, input, select, textarea, a, code, h2")) {
        const { left, right, width } = control.getBoundingClientRect();
        if (width > 0 && (left < -1 || right > innerWidth + 1)) found.push(`${call(control)}: from ${left} to ${right}`);
      }
    }
    return found;
  });
}

test.describe("narrow", () => {
  test.use({ viewport: { width: 320, height: 640 } });

  test("no screen, step or dialog scrolls sideways at 320 pixels", async ({ page }) => {
    test.setTimeout(180_000);
    expect(await tour(page, overflow)).toEqual({});
  });
});
