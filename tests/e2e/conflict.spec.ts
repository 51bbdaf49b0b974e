// Two devices change the same without a network: both values are kept and shown, one is chosen, the other device follows.
import type { Browser, Page } from "@playwright/test";
import { connect, elsewhere, project, row, sync } from "./pair";
import { expect, messages, sample, test } from "./tacit";

const panel = (page: Page) => page.getByRole("complementary", { name: "Secret" });
const open = (page: Page) => panel(page).getByRole("region", { name: "Two values" });

/** Opens a secret's panel from the registry. */
async function secret(page: Page, name: string): Promise<void> {
  await page.goto("/#/registry");
  await page.getByRole("main").getByRole("link", { name, exact: true }).click();
  await expect(panel(page).getByRole("heading", { name })).toBeVisible();
}

async function change(page: Page, name: string, value: string): Promise<void> {
  await secret(page, name);
  await panel(page).getByRole("button", { name: "Change the value" }).click();
  await panel(page).getByRole("textbox", { name: "New value" }).fill(value);
  await panel(page).getByRole("button", { name: "Save" }).click();
  await expect(messages(page)).toContainText(`Saved a new version of ${name}.`);
}

/** A vault on two devices that do not hear of each other any more: what there is beside `page`. */
async function apart(page: Page, browser: Browser): Promise<Page> {
  const kit = await sample(page);
  await connect(page);
  const other = await elsewhere(browser, kit);
  await sync(other);
  await sync(page);
  await Promise.all([page, other].map((it) => it.context().setOffline(true)));
  return other;
}

/** They hear of each other again; what `other` wrote comes to the relay first. */
async function together(page: Page, other: Page): Promise<void> {
  await other.context().setOffline(false);
  await sync(other);
  await page.context().setOffline(false);
  await sync(page);
  await sync(other);
}

test("what two devices wrote at the same time is on both, and what one chooses the other has", async ({ page, browser }) => {
  const name = "SENTRY_DSN";
  const other = await apart(page, browser);
  await change(page, name, "fake-from-the-first");
  await change(other, name, "fake-from-the-other");
  await together(page, other);

  for (const it of [page, other]) {
    await project(it);
    await expect(row(it, name).getByText("≠ two values").first()).toBeVisible();
    await it.goto("/#/registry");
    await it.getByRole("checkbox", { name: "Two values (1)" }).check();
    await expect(it.getByRole("row").filter({ hasText: "≠ two values" })).toHaveCount(1);
    await secret(it, name);
    await expect(open(it)).toContainText("Two devices wrote this at the same time.");
    await expect(open(it)).not.toContainText("fake-from");
    await open(it).getByRole("button", { name: "Show the other value" }).click();
    await expect(open(it)).toContainText("fake-from-the-first");
    await it.goto("/#/activity");
    await expect(it.getByRole("row").filter({ hasText: "Two devices wrote it at the same time" })).toHaveCount(1);
  }

  // By the keyboard alone.
  await secret(page, name);
  await open(page).getByRole("button", { name: "Keep this one" }).focus();
  await page.keyboard.press("Enter");
  await expect(open(page)).toHaveCount(0);
  await messages(page).getByRole("button", { name: "Undo" }).last().click();
  await expect(open(page)).toBeVisible();
  await open(page).getByRole("button", { name: "Keep this one" }).click();
  await expect(open(page)).toHaveCount(0);
  await sync(page);
  await sync(other);
  await secret(other, name);
  await expect(open(other)).toHaveCount(0);
  await panel(other).getByRole("button", { name: "Show the value" }).click();
  await expect(panel(other)).toContainText("fake-from-the-first");
  await other.goto("/#/registry");
  await expect(other.getByRole("checkbox", { name: /^Two values/ })).toHaveCount(0);
});

test("what two devices say of a project and its environments is told there, and either can stay", async ({ page, browser }) => {
  const versions = (it: Page) => it.getByRole("region", { name: "Two versions" });
  const other = await apart(page, browser);
  for (const [it, name, staging] of [[page, "shop-of-one", "stage-of-one"], [other, "shop-of-two", "stage-of-two"]] as const) {
    await project(it);
    await it.getByRole("button", { name: "Environments", exact: true }).click();
    const field = it.getByRole("textbox", { name: "Name of staging" });
    await field.fill(staging);
    await field.blur();
    await expect(it.getByRole("textbox", { name: `Name of ${staging}` })).toBeVisible();
    await it.getByRole("button", { name: "Done" }).click();
    await it.goto("/#/projects");
    await it.getByRole("button", { name: "Actions for shop-api" }).click();
    await it.getByRole("menuitem", { name: "Rename" }).click();
    await it.getByRole("dialog").getByRole("textbox").fill(name);
    await it.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await expect(it.getByRole("main").getByRole("link", { name, exact: true })).toBeVisible();
  }
  await together(page, other);

  for (const it of [page, other]) {
    await it.goto("/#/projects");
    await expect(it.getByRole("main").getByRole("listitem").filter({ hasText: "shop-of-two" })).toContainText("≠ two versions");
    await it.getByRole("main").getByRole("link", { name: "shop-of-two", exact: true }).click();
    await expect(versions(it)).toContainText("Two devices wrote this at the same time.");
    await expect(versions(it).getByRole("group", { name: "Name", exact: true })).toContainText("shop-of-one");
    await expect(versions(it).getByRole("group", { name: "Name of stage-of-two" })).toContainText("stage-of-one");
  }
  const name = versions(page).getByRole("group", { name: "Name", exact: true });
  await name.getByRole("button", { name: "Keep this one" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "shop-of-one", level: 1 })).toBeVisible();
  await expect(name).toHaveCount(0);
  await versions(page).getByRole("group", { name: "Name of stage-of-two" }).getByRole("button", { name: "Keep the current one" }).click();
  await expect(versions(page)).toHaveCount(0);
  await sync(page);
  await sync(other);
  await other.goto("/#/projects");
  await expect(other.getByRole("main")).not.toContainText("≠ two versions");
  await other.getByRole("main").getByRole("link", { name: "shop-of-one", exact: true }).click();
  await expect(other.getByRole("columnheader", { name: "stage-of-two" })).toBeVisible();
  await expect(versions(other)).toHaveCount(0);
});
