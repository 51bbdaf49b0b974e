// What is chosen on a screen is what happens: the reader and the rule of an import, the sort of a made-up value, what is listed.
import type { Locator } from "@playwright/test";
import { choose, drop, expect, grid, make, messages, panel, press, sample, tabTo, test } from "./tacit";

test("another reader of a file gives another preview and other counts", async ({ page }) => {
  await make(page, /Make a vault/);
  await drop(page, [{ name: "shop.env", text: "ONE=a # b\nTWO: 2\nTHREE=3\n" }]);
  const reader = page.getByRole("combobox", { name: "Reader of shop.env" });
  await reader.selectOption({ label: "Node (dotenv)" });
  await expect(page.getByText(/^3 to create/)).toBeVisible();
  await page.getByRole("checkbox", { name: "ONE", exact: true }).focus();
  await expect(page.getByText("ONE, line 1, 1 character")).toBeVisible();
  // systemd knows no colon after a name, and no comment after a value.
  await reader.selectOption({ label: "systemd" });
  await expect(page.getByText(/^2 to create/)).toBeVisible();
  await expect(page.getByRole("checkbox", { name: "TWO", exact: true })).toHaveCount(0);
  await page.getByRole("checkbox", { name: "ONE", exact: true }).focus();
  await expect(page.getByText("ONE, line 1, 5 characters")).toBeVisible();
  // One that cannot read the file says so, and the preview goes on with the one before.
  await reader.selectOption({ label: "JSON" });
  await expect(messages(page)).toContainText("“shop.env” cannot be read.");
  await expect(reader).toHaveValue("systemd");
  await expect(page.getByText(/^2 to create/)).toBeVisible();
});

for (const [rule, version, value] of [["stay as they are", "version 1", "first"], ["get a new version", "version 2", "second"]] as const) {
  test(`keys that exist already ${rule} where that is chosen by the keyboard`, async ({ page }) => {
    await make(page, /Make a vault/);
    await drop(page, [{ name: ".env.production", text: "KEPT=first\n" }]);
    await page.getByRole("button", { name: "Import 1 key" }).click();
    await expect(grid(page).getByRole("rowheader")).toHaveText(["KEPT"]);
    await drop(page, [{ name: ".env.production", text: "KEPT=second\nFRESH=1\n" }]);
    await expect(page.getByText("1 to create · 1 new version")).toBeVisible();
    const chosen = page.getByRole("radio", { name: "get a new version" });
    await tabTo(page, chosen);
    if (rule === "stay as they are") {
      await page.keyboard.press("ArrowDown");
      await expect(page.getByText("1 to create · 1 left out")).toBeVisible();
    }
    await press(page, page.getByRole("button", { name: rule === "stay as they are" ? "Import 1 key" : "Import 2 keys" }));
    await expect(grid(page).getByRole("rowheader")).toHaveText(["FRESH", "KEPT"]);
    await grid(page).getByRole("row", { name: /^KEPT/ }).getByRole("gridcell").last().click();
    await expect(panel(page)).toContainText(version);
    await panel(page).getByRole("button", { name: "Show the value" }).click();
    await expect(panel(page).getByRole("code").first()).toHaveText(value);
  });
}

/** A kind, how long it is to be, what it is made of, and what it looks like then. */
const SORTS: { kind: string; length?: [string, string]; alphabet?: string; shape: RegExp }[] = [
  { kind: "Letters and digits", shape: /^[A-Za-z0-9]{32}$/ },
  { kind: "Letters and digits", length: ["How many characters", "48"], shape: /^[A-Za-z0-9]{48}$/ },
  { kind: "Bytes in hexadecimal", shape: /^[0-9a-f]{64}$/ },
  { kind: "Bytes in base64url", length: ["How many bytes", "16"], shape: /^[A-Za-z0-9_-]{22}$/ },
  { kind: "UUID", shape: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/ },
  { kind: "Words", shape: /^[a-z]+([ -][a-z]+){5}$/ },
  { kind: "Characters of your choice", length: ["How many characters", "20"], alphabet: "xyz", shape: /^[xyz]{20}$/ },
];

/** Makes a value up in a dialog or a panel. */
async function generate(place: Locator, { kind, length, alphabet }: (typeof SORTS)[number]): Promise<void> {
  await place.getByRole("combobox", { name: "Kind of value to make up" }).selectOption({ label: kind });
  if (length) await place.getByRole("spinbutton", { name: length[0] }).fill(length[1]);
  if (alphabet) await place.getByRole("textbox", { name: "Characters to take from" }).fill(alphabet);
  await place.getByRole("button", { name: "Generate" }).press("Enter");
}

test("each sort of made-up value has its shape, is saved and shown, of a new secret and of one that is changed", async ({ page }) => {
  await sample(page);
  const made = new Set<string>();
  for (const [place, sort] of SORTS.entries()) {
    const { shape } = sort;
    const name = `MADE_UP_${place}`;
    await page.getByRole("button", { name: "Secret", exact: true }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "New secret" });
    await dialog.getByRole("textbox", { name: "Variable name" }).fill(name);
    await generate(dialog, sort);
    await expect(dialog.getByRole("textbox", { name: "Value", exact: true })).toHaveValue(shape);
    const first = await dialog.getByRole("textbox", { name: "Value", exact: true }).inputValue();
    await dialog.getByRole("button", { name: "Add" }).press("Enter");
    await expect(dialog).toHaveCount(0);
    await grid(page).getByRole("row", { name: new RegExp(`^${name}`) }).locator('[data-column="1"]').click();
    await expect(panel(page).getByRole("heading", { name })).toBeVisible();
    const show = panel(page).getByRole("button", { name: "Show the value" });
    await show.press("Enter");
    await expect(panel(page).getByRole("code").first()).toHaveText(first);
    await panel(page).getByRole("button", { name: "Change the value" }).press("Enter");
    await generate(panel(page), sort);
    const field = panel(page).getByRole("textbox", { name: "New value" });
    await expect(field).toHaveValue(shape);
    const second = await field.inputValue();
    await panel(page).getByRole("button", { name: "Save" }).press("Enter");
    await expect(panel(page)).toContainText("version 2");
    await show.press("Enter");
    await expect(panel(page).getByRole("code").first()).toHaveText(second);
    await panel(page).getByRole("button", { name: "Close the panel" }).press("Enter");
    made.add(first).add(second);
  }
  expect(made.size).toBe(2 * SORTS.length);
});

test("a length that cannot be is refused in a sentence, and nothing is made", async ({ page }) => {
  await sample(page);
  await page.getByRole("button", { name: "Secret", exact: true }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "New secret" });
  for (const [count, typed] of ["0", "", "70000"].entries()) {
    await generate(dialog, { kind: "Letters and digits", length: ["How many characters", typed], shape: /^$/ });
    await expect(messages(page).getByText(/Give a number from 1 to \d+\./)).toHaveCount(count + 1);
    await expect(dialog.getByRole("textbox", { name: "Value", exact: true })).toHaveValue("");
  }
});

test("the list of keys is opened and closed by the keyboard, and the focus is where it was", async ({ page }) => {
  await sample(page);
  const button = page.getByRole("button", { name: "Export" });
  await tabTo(page, button);
  await page.keyboard.press("?");
  const list = page.getByRole("dialog", { name: "Keys", exact: true });
  await expect(list.getByRole("term").filter({ hasText: "Ctrl K" })).toBeVisible();
  await expect(list).toContainText("Save what is staged");
  await page.keyboard.press("Escape");
  await expect(list).toHaveCount(0);
  await expect(button).toBeFocused();
  // Where keys are text it is a question mark.
  await page.keyboard.press("/");
  await page.keyboard.type("?");
  await expect(page.getByRole("searchbox", { name: /^Filter/ })).toHaveValue("?");
  await expect(list).toHaveCount(0);
});

test("archived projects show where that is ticked by the keyboard, and come back", async ({ page }) => {
  await sample(page);
  await page.getByRole("navigation").getByRole("link", { name: "Projects", exact: true }).click();
  const link = page.getByRole("main").getByRole("link", { name: "shop-api" });
  const box = page.getByRole("checkbox", { name: "Show archived" });
  await expect(link).toBeVisible();
  await expect(box).toHaveCount(0);
  await choose(page.getByRole("button", { name: "Actions for shop-api" }), "Archive");
  await expect(link).toHaveCount(0);
  await press(page, box, "Space");
  await expect(page.getByRole("main").getByRole("listitem").filter({ hasText: "shop-api" })).toContainText("archived");
  await choose(page.getByRole("button", { name: "Actions for shop-api" }), "Bring back");
  await expect(box).toHaveCount(0);
  await expect(link).toBeVisible();
});
