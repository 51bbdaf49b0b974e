// A vault that is full of long random words, brought in by the ways by which a person brings them.
import type { Page } from "@playwright/test";
import { canary, typed } from "./canary";
import { drop, expect, messages, open } from "./tacit";

export const WORDS = {
  passphrase: canary(),
  project: canary(),
  environment: canary(),
  "file name": canary(),
  name: canary(),
  value: canary(),
  "pasted name": canary(),
  "pasted value": canary(),
  "typed value": canary(),
  notes: canary(),
  tag: canary(),
  owner: canary(),
  "word searched for": canary(),
};

/** Makes a vault with its passphrase and answers with the codes of its kit and the keys they spell. */
export async function begin(page: Page): Promise<Record<string, string | Buffer>> {
  await open(page);
  await page.getByRole("button", { name: "Make a vault" }).click();
  await page.getByRole("textbox", { name: "Passphrase" }).pressSequentially(WORDS.passphrase);
  await page.getByRole("button", { name: "Make the vault" }).click();
  const codes = page.getByRole("region", { name: "Recovery kit" }).getByRole("code");
  await expect(codes).toHaveCount(2);
  const [setup, recovery] = await codes.allInnerTexts();
  await page.getByRole("checkbox", { name: "I keep it in a safe place" }).check();
  await page.getByRole("button", { name: "Continue" }).click();
  return kitWords(setup!, recovery!);
}

/** The codes of a kit, as a person types them and without what divides them, and the keys they spell. */
export function kitWords(setup: string, recovery: string): Record<string, string | Buffer> {
  const bare = (code: string) => code.replaceAll(/[^0-9A-Za-z]/g, "");
  const keys = { "Secret Key": typed(setup).subarray(18, 34), "key for recovery": typed(recovery).subarray(17, 49) };
  // Two kinds of code, and what is taken out of them is where the format has it.
  expect([typed(setup)[0], typed(recovery)[0]]).toEqual([0x11, 0x21]);
  return { "setup code": setup, "recovery key": recovery, "bare setup code": bare(setup), "bare recovery key": bare(recovery), ...keys };
}

/** Brings every word into the vault the way a person does, by typing where a person types. */
export async function fill(page: Page): Promise<void> {
  await page.getByRole("button", { name: "New project" }).click();
  await page.getByRole("textbox", { name: "Name" }).pressSequentially(WORDS.project);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: WORDS.project })).toBeVisible();
  await page.getByRole("button", { name: "Environments" }).click();
  await page.getByRole("textbox", { name: "New environment" }).pressSequentially(WORDS.environment);
  await page.keyboard.press("Enter");
  await expect(messages(page)).toContainText("Created the environment");
  await page.getByRole("button", { name: "Done" }).click();

  await drop(page, [{ name: `${WORDS["file name"]}.env.production`, text: `${WORDS.name}=${WORDS.value}\n` }]);
  await page.getByRole("button", { name: "Import 1 key" }).click();
  await expect(messages(page)).toContainText("Imported one variable.");

  await page.getByRole("button", { name: "Import" }).click();
  await page.getByRole("textbox", { name: "Or paste lines" }).pressSequentially(`${WORDS["pasted name"]}=${WORDS["pasted value"]}`);
  // What was typed stands in the form while the page is left and come back to.
  await page.getByRole("link", { name: "Settings" }).click();
  await page.goBack();
  await page.getByRole("textbox", { name: "Or paste lines" }).fill(`${WORDS["pasted name"]}=${WORDS["pasted value"]}`);
  await page.getByRole("button", { name: "Preview pasted text" }).click();
  await page.getByRole("button", { name: "Import 1 key" }).click();
  await expect(page.getByRole("row", { name: new RegExp(`^${WORDS["pasted name"]}`) })).toBeVisible();
}

/** Shows, searches, describes, changes, exports and copies what is there. */
export async function use(page: Page): Promise<void> {
  await page.getByRole("searchbox", { name: /^Filter/ }).pressSequentially(WORDS["word searched for"]);
  await expect(page.getByText("No key fits")).toBeVisible();
  await page.getByRole("searchbox", { name: /^Filter/ }).fill("");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: /^Search for a secret/ }).pressSequentially(WORDS.name);
  await page.getByRole("listbox", { name: "Results" }).getByRole("option", { name: WORDS.name }).first().waitFor();
  await page.keyboard.press("Enter");

  const panel = page.getByRole("complementary", { name: "Secret" });
  await panel.getByRole("button", { name: "Show the value" }).click();
  await expect(panel).toContainText(WORDS.value);
  await panel.getByRole("button", { name: "Copy the value" }).click();
  await expect(messages(page)).toContainText("was copied");
  await panel.getByRole("tab", { name: "Description" }).click();
  await panel.getByRole("textbox", { name: "Tags" }).pressSequentially(WORDS.tag);
  await panel.getByRole("textbox", { name: "Notes" }).pressSequentially(WORDS.notes);
  await panel.getByRole("textbox", { name: "Owner" }).pressSequentially(WORDS.owner);
  await panel.getByRole("button", { name: "Save" }).click();
  await expect(messages(page)).toContainText("Changed the details of");
  await panel.getByRole("button", { name: "Change the value" }).click();
  await panel.getByRole("textbox", { name: "New value" }).pressSequentially(WORDS["typed value"]);
  await panel.getByRole("button", { name: "Save" }).first().click();
  await expect(messages(page)).toContainText("Saved a new version");
}
