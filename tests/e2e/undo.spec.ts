// Whatever an act takes away is there again when it is taken back: every environment, every value and every secret.
import type { Locator, Page } from "@playwright/test";
import { choose, contents, drop, expect, grid, messages, sample, test, undo } from "./tacit";

/** Takes the last act back, and every message away, so that the next one is not taken for it. */
async function takeBack(page: Page): Promise<void> {
  await undo(page);
  const dismiss = messages(page).getByRole("button", { name: "Dismiss" });
  while ((await dismiss.count()) > 0) await dismiss.first().click();
}

async function project(page: Page): Promise<void> {
  await page.goto("/#/projects");
  await page.getByRole("main").getByRole("link", { name: "shop-api" }).click();
  await expect(grid(page)).toBeVisible();
}

/** Goes to a cell of the project's grid. */
async function cell(page: Page, name: string, column: number): Promise<void> {
  await project(page);
  const place = grid(page).getByRole("row", { name: new RegExp(`^${name}\\b`) }).locator(`[data-column="${column}"]`);
  await place.focus();
  await expect(place).toBeFocused();
}

type Act = (page: Page) => Promise<void>;

/** Something done in the dialog of a project's environments. */
const environments = (act: (dialog: Locator) => Promise<unknown>): Act => async (page) => {
  await project(page);
  await page.getByRole("button", { name: "Environments" }).click();
  const dialog = page.getByRole("dialog", { name: "Environments" });
  await act(dialog);
  await expect(messages(page).getByRole("button", { name: "Undo" })).toHaveCount(1);
  await dialog.getByRole("button", { name: "Done" }).click();
};

/** An action chosen from a menu, and what its dialog asks for: the name of a field and what is typed into it. */
function chosen(screen: string, menu: string, action: string, typed?: [field: string, text: string]): Act {
  return async (page) => {
    await page.goto(`/#/${screen}`);
    await choose(page.getByRole("button", { name: menu }).first(), action);
    if (!typed) return;
    await page.getByRole("textbox", { name: typed[0] }).fill(typed[1]);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  };
}

const OF_ENVIRONMENTS: Record<string, Act> = {
  "an environment is renamed": environments(async (dialog) => {
    await dialog.getByRole("textbox", { name: "Name of staging" }).fill("preview");
    await dialog.press("Enter");
  }),
  "an environment inherits nothing any more": environments((dialog) =>
    dialog.getByRole("combobox", { name: "Parent of staging" }).selectOption({ label: "inherits nothing" }),
  ),
  "an environment becomes one of production": environments((dialog) =>
    dialog.getByRole("combobox", { name: "Kind of staging" }).selectOption({ label: "production" }),
  ),
  "an environment moves before another": environments((dialog) =>
    dialog.getByRole("button", { name: "Move prod before the one above" }).click(),
  ),
  "an environment is deleted": environments((dialog) => dialog.getByRole("button", { name: "Delete prod" }).click()),
};

const OF_VARIABLES: Record<string, Act> = {
  "an inherited value is hidden": async (page) => {
    await cell(page, "SENTRY_DSN", 3);
    await page.keyboard.press("Delete");
    await expect(page.getByRole("region", { name: "Staged changes" })).toContainText("1 staged change");
    await page.keyboard.press("Control+s");
  },
  "several keys are taken away at once": async (page) => {
    await cell(page, "LOG_LEVEL", 0);
    await page.keyboard.press("x");
    await grid(page).getByRole("row", { name: /^STRIPE_SECRET_KEY/ }).getByRole("rowheader").click({ modifiers: ["Control"] });
    const selected = page.getByRole("region", { name: "Selected keys" });
    await expect(selected).toContainText("2 selected");
    await selected.getByRole("button", { name: "Take away" }).click();
  },
  "a secret is taken out of an environment": async (page) => {
    await project(page);
    await grid(page).getByRole("row", { name: /^STRIPE_SECRET_KEY/ }).getByRole("gridcell").last().click();
    await page.getByRole("complementary", { name: "Secret" }).getByRole("button", { name: "Take STRIPE_SECRET_KEY out of prod" }).click();
  },
  "a secret is bound to an environment": chosen("registry", "Actions for STRIPE_SECRET_KEY", "Bind to an environment…", ["Variable name there", "BOUND"]),
  "a secret is deleted": chosen("registry", "Actions for STRIPE_SECRET_KEY", "Delete"),
  "an import writes over what is there": async (page) => {
    await project(page);
    await drop(page, [{ name: ".env.production", text: "LOG_LEVEL=other\nNEW_ONE=1\n" }]);
    await page.getByRole("button", { name: "Import 2 keys" }).click();
  },
};

const OF_PROJECTS: Record<string, Act> = {
  "a project is renamed": chosen("projects", "Actions for shop-api", "Rename", ["Name", "renamed"]),
  "a project is archived": chosen("projects", "Actions for shop-api", "Archive"),
  "a project is deleted": chosen("projects", "Actions for shop-api", "Delete"),
};

for (const [of, acts] of Object.entries({ environments: OF_ENVIRONMENTS, variables: OF_VARIABLES, projects: OF_PROJECTS })) {
  test(`each act on ${of}, taken back, leaves the vault as it was`, async ({ page }) => {
    test.setTimeout(180_000);
    await sample(page);
    const before = await contents(page);
    expect(Object.keys(before).length).toBeGreaterThan(5);
    for (const [what, act] of Object.entries(acts)) {
      await test.step(what, async () => {
        await act(page);
        await expect(messages(page).getByRole("button", { name: "Undo" })).toHaveCount(1);
        expect(await contents(page), `${what} shows`).not.toEqual(before);
        await takeBack(page);
        expect(await contents(page), what).toEqual(before);
      });
    }
  });
}
