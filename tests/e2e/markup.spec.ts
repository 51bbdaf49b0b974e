// Markup in every text is text: the screens are built as they are with harmless texts, nothing runs, nothing is reported.
import { test as plain, type Browser, type Locator, type Page } from "@playwright/test";
import { PAYLOADS, bundles, decoded, harmless, outline } from "./markup";
import { backup, expect, make, messages, open, panel, restore, unlock, watch, type Watch } from "./tacit";

/** One of two browsers in which the same is done: with the payloads in the one, with their twins in the other. */
interface Side {
  page: Page;
  texts: string[];
  watched: Watch;
  dialogs: string[];
}

async function side(browser: Browser, origin: string, texts: string[]): Promise<Side> {
  const context = await browser.newContext();
  const watched = await watch(context, origin);
  // The test has a long time; no act in it has.
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const dialogs: string[] = [];
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  return { page, texts, watched, dialogs };
}

/** Each text with its number before it, so that both sides sort alike. */
const numbered = (texts: string[]) => texts.map((text, number) => `P${String(number).padStart(3, "0")} ${text}`);

/** Drops files of which the names matter as well. */
async function drop(page: Page, files: { name: string; text: string }[]): Promise<void> {
  await page.evaluate((files) => {
    const dataTransfer = new DataTransfer();
    for (const { name, text } of files) dataTransfer.items.add(new File([text], name));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, files);
}

const same = (one: string[], other: string[]) => one.join("\n") === other.join("\n");

// The positive control: in a page that escapes nothing each payload is seen, and what it calls is heard.
plain("each payload gives a page that takes it for markup another structure than its harmless twin", async ({ page }) => {
  expect(PAYLOADS.length).toBeGreaterThanOrEqual(200);
  expect(new Set(PAYLOADS.map(({ text }) => text)).size).toBe(PAYLOADS.length);
  const dull: string[] = [];
  for (const { text, place: [before, after], spelling } of PAYLOADS) {
    const twin = harmless(text);
    expect(twin).toHaveLength(text.length);
    const written = (text: string) => page.evaluate(outline, before + decoded(text, spelling) + after);
    if (same(await written(text), await written(twin))) dull.push(text);
  }
  expect(dull).toEqual([]);
  const dialog = page.waitForEvent("dialog");
  await page.setContent("<img src=x onerror=alert(1)>", { waitUntil: "commit" });
  await (await dialog).dismiss();
});

plain("an element that a text made of itself in the app would be seen and reported", async ({ page, baseURL }) => {
  const watched = await watch(page.context(), new URL(baseURL!).origin);
  await open(page);
  await expect(page.getByRole("button", { name: "Choose files" })).toBeVisible();
  const before = await page.evaluate(outline, null);
  const refused = await page.evaluate(() => {
    const image = document.createElement("img");
    image.src = "https://nowhere.invalid/x.png";
    document.querySelector("main")!.append(image);
    try {
      image.setAttribute("onerror", "alert(1)");
    } catch (error) {
      return (error as Error).message;
    }
  });
  expect(refused).toBe("script text refused");
  expect(same(await page.evaluate(outline, null), before)).toBe(false);
  await expect.poll(() => watched.reports.join()).toContain("img-src");
});

plain("markup in every text field, file name, key, value and backup is text on every screen", async ({ browser, baseURL }) => {
  plain.setTimeout(240_000);
  const origin = new URL(baseURL!).origin;
  const payloads = PAYLOADS.map(({ text }) => text);
  const sides = await Promise.all([payloads, payloads.map(harmless)].map((texts) => side(browser, origin, texts)));
  const both = (act: (page: Page, texts: string[]) => Promise<unknown>) => Promise.all(sides.map(({ page, texts }) => act(page, texts)));
  /** Both sides come to show the same elements with the same attributes. */
  const alike = async (where: string) => {
    const difference = async () => {
      const [one, other] = await both((page) => page.evaluate(outline, null)) as [string[], string[]];
      const place = one.findIndex((line, place) => line !== other[place]);
      return place < 0 && one.length === other.length ? [] : [one.slice(place - 2, place + 3), other.slice(place - 2, place + 3)];
    };
    await expect.poll(difference, { message: where, intervals: [50, 100, 250] }).toEqual([]);
  };
  const step = async (where: string, act: (page: Page, texts: string[]) => Promise<unknown>) => {
    await both(act);
    await alike(where);
  };
  /** Every text in fields, as many as they hold at a time. */
  const each = async (where: string, most: number, fields: (page: Page) => Locator[], then: (page: Page, text: string) => Promise<unknown>) => {
    // A name has no tab.
    const parts = sides.map(({ texts }) => bundles(numbered(texts).map((text) => text.replaceAll("\t", " ")), most));
    for (const number of parts[0]!.keys()) {
      await Promise.all(sides.map(async ({ page }, side) => {
        const text = parts[side]![number]!;
        for (const field of fields(page)) await field.fill(text);
        await then(page, text);
      }));
      await alike(`${where}, ${number}`);
    }
  };

  // Before there is a vault.
  await both(async (page) => {
    await open(page);
    await expect(page.getByRole("button", { name: "Choose files" })).toBeVisible();
  });
  await step("file names in a preview without a vault", async (page, texts) => {
    await drop(page, texts.map((text) => ({ name: `.env.${text}`, text: "A=1\n" })));
    await expect(page.getByRole("list", { name: "Files and their environments" }).getByRole("listitem")).toHaveCount(texts.length, { timeout: 15_000 });
  });
  await step("a name that is no backup's", async (page, texts) => {
    await open(page);
    await page.getByRole("button", { name: "Open a backup" }).click();
    await page.locator("input[type=file]").setInputFiles({ name: texts.join(""), mimeType: "text/html", buffer: Buffer.from(texts.join("\n")) });
    await page.getByRole("textbox", { name: "From the kit" }).fill(texts.join(" "));
    await page.getByRole("textbox", { name: /passphrase/i }).fill(texts.join(" "));
    await page.getByRole("button", { name: "Open the backup" }).click();
    await expect(page.getByText(/The code is not complete|of the code has a typing error/)).toBeVisible();
  });

  await step("the passphrase of a backup's time", async (page, texts) => {
    await page.getByRole("radio", { name: "the setup code and the passphrase" }).check();
    await page.getByRole("textbox", { name: "Passphrase of that time" }).fill(texts.join(" "));
    for (const show of await page.getByRole("button", { name: "Show what is typed" }).all()) await show.click();
  });
  await step("what that opens", async (page) => {
    await page.getByRole("button", { name: "Open the backup" }).click();
    await expect(page.getByRole("button", { name: "Open the backup" })).toBeEnabled();
    await expect(page.getByText(/The code is not complete|of the code has a typing error/)).toBeVisible();
  });
  await step("a new vault's passphrase", async (page, texts) => {
    await open(page);
    await page.getByRole("button", { name: /Make a vault/ }).click();
    await page.getByRole("textbox", { name: "Passphrase" }).fill(texts.join(" "));
    await page.getByRole("button", { name: "Show what is typed" }).click();
    await expect(page.getByRole("status").filter({ hasText: /./ })).toBeVisible();
  });
  const kits = await Promise.all(sides.map(({ page }) => make(page, /Make a vault/)));
  await step("keys and values of a JSON file in the preview", async (page, texts) => {
    const pairs = numbered(texts).map((text) => [text, text]);
    await drop(page, [{ name: "shop.production.json", text: JSON.stringify(Object.fromEntries(pairs)) }]);
    await expect(page.getByRole("button", { name: `Import ${texts.length} keys` })).toBeVisible();
  });
  await step("the notices of a row", async (page) => {
    await page.getByRole("checkbox", { name: /^P002/ }).focus();
    await expect(page.getByText(/^P002.*, line /)).toBeVisible();
  });
  for (const row of [60, 110, 160, 200]) {
    await step(`the preview down to row ${row}`, async (page) => {
      await page.getByRole("table", { name: "Keys to import" }).evaluate((view, part) => view.scrollTo(0, view.scrollHeight * part), row / 201);
      await expect(page.getByRole("checkbox", { name: new RegExp(`^P${String(row).padStart(3, "0")}`) })).toBeVisible();
    });
  }
  await step("the project they make", async (page, texts) => {
    await page.getByRole("button", { name: `Import ${texts.length} keys` }).click();
    await expect(messages(page)).toContainText(`Imported ${texts.length} variables.`);
    await expect(page.getByRole("grid")).toBeVisible();
  });
  await step("lines of a .env file in the preview", async (page, texts) => {
    const quoted = (text: string) => `QUOTED_${text.length}="${text.replaceAll('"', "'")}"`;
    const text = texts.flatMap((text) => [text, `${text}=${text}`, quoted(text)]).join("\n");
    await drop(page, [{ name: `.env.${texts[0]}`, text }]);
    await expect(page.getByRole("table", { name: "Keys to import" })).toBeVisible();
  });
  await both((page) => page.getByRole("button", { name: "Cancel" }).click());

  await step("pasted lines", async (page, texts) => {
    await page.getByRole("textbox", { name: "Or paste lines" }).fill(texts.join("\n"));
  });
  await step("pasted lines in the preview", async (page) => {
    await page.getByRole("button", { name: "Preview pasted text" }).click();
    await expect(page.getByRole("heading", { name: "Import preview" })).toBeVisible();
    await expect(page.getByText(/^Line 1:/)).toBeVisible();
  });
  await both((page) => page.getByRole("button", { name: "Cancel" }).click());

  // A project full of them.
  const project = async (page: Page) => {
    await page.getByRole("link", { name: "Projects" }).click();
    await page.getByRole("main").getByRole("list").first().getByRole("link").first().click();
    await expect(page.getByRole("grid", { name: "Keys by environment" })).toBeVisible();
  };
  await both(project);
  await step("the text that will be written, with values", async (page) => {
    await page.getByRole("button", { name: "Export" }).click();
    await page.getByRole("combobox", { name: "Environment" }).selectOption({ label: "prod (prod)" });
    // Another consumer cannot be given some of the texts, and their twins it can.
    await page.getByRole("combobox", { name: "Written for" }).selectOption({ label: "JSON" });
    await page.getByRole("checkbox", { name: "Show values" }).check();
    await expect(page.getByText('"P200 ')).toBeVisible();
  });
  await step("how a line is read", async (page) => {
    await page.getByRole("checkbox", { name: "Show values" }).uncheck();
    await page.getByRole("button", { name: /P003/ }).click();
    await expect(page.getByText("is read as")).toBeVisible();
  });
  await both(project);
  await step("a filter that nothing fits", async (page, texts) => {
    await page.getByRole("searchbox", { name: /^Filter/ }).fill(texts.join(" "));
    await expect(page.getByText("No key fits")).toBeVisible();
    await page.getByRole("searchbox", { name: /^Filter/ }).fill("");
  });
  await step("a new secret of that name and value", async (page, texts) => {
    await page.getByRole("button", { name: "Secret", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "New secret" });
    await dialog.getByRole("textbox", { name: "Variable name" }).fill(texts.join(" "));
    await dialog.getByRole("textbox", { name: "Value" }).fill(texts.join(" "));
    await dialog.getByRole("button", { name: "Show what is typed" }).click();
    await dialog.getByRole("checkbox", { name: "prod" }).check();
    await dialog.getByRole("button", { name: "Add" }).click();
    await expect(messages(page)).toContainText("variable name");
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
  });
  const last = (page: Page) => page.getByRole("grid").getByRole("row").nth(3).getByRole("gridcell").last();
  await step("a cell while it is changed", async (page, texts) => {
    await last(page).dblclick();
    await page.getByRole("textbox", { name: "New value" }).fill(texts.join(" "));
  });
  await step("a cell that was changed", async (page) => {
    await page.keyboard.press("Enter");
    await expect(page.getByRole("region", { name: "Staged changes" })).toContainText("1 staged change");
  });
  // By the keyboard: a message may lie over it.
  await both((page) => page.getByRole("button", { name: "Discard" }).press("Enter"));
  await step("a cell whose value shows", async (page) => {
    await last(page).focus();
    await page.keyboard.down("Space");
    await expect(last(page)).toContainText(/P\d{3} /);
  });
  await both((page) => page.keyboard.up("Space"));
  for (const row of [0, 3, 7]) {
    await step(`the value of row ${row}`, async (page) => {
      await page.getByRole("grid").getByRole("row").nth(row + 1).getByRole("gridcell").last().click();
      const panel = page.getByRole("complementary", { name: "Secret" });
      await panel.getByRole("button", { name: "Show the value" }).click();
      await expect(panel.getByRole("code").first()).toContainText(/^P/);
    });
  }

  await step("a secret's new value", async (page, texts) => {
    const panel = page.getByRole("complementary", { name: "Secret" });
    await panel.getByRole("button", { name: "Change the value" }).click();
    await panel.getByRole("textbox", { name: "New value" }).fill(texts.join(" "));
    await panel.getByRole("button", { name: "Show what is typed" }).click();
  });
  await both((page) => page.getByRole("complementary", { name: "Secret" }).getByRole("button", { name: "Cancel" }).press("Enter"));

  // Descriptions: each field holds each text once.
  await both((page) => panel(page).getByRole("tab", { name: "Description" }).click());
  const described = async (page: Page) => {
    await panel(page).getByRole("button", { name: "Save" }).click();
    await expect(messages(page)).toContainText("Changed the details of");
  };
  const field = (page: Page, name: string) => panel(page).getByRole("textbox", { name, exact: true });
  await each("a description's lines", 256, (page) => ["Name", "Provider", "Kind", "Owner"].map((name) => field(page, name)), described);
  await each("a description's notes", 4096, (page) => [field(page, "Notes")], described);
  await step("its tags and its page", async (page, texts) => {
    await panel(page).getByRole("textbox", { name: "Tags" }).fill(texts.map((text) => text.replaceAll(",", ";")).slice(0, 60).join(", "));
    await panel(page).getByRole("textbox", { name: "Documentation" }).fill(`https://x.example/?${encodeURIComponent(texts.join(" ")).slice(0, 1_900)}`);
    await described(page);
  });
  await step("its history", async (page) => {
    await panel(page).getByRole("tab", { name: "History" }).click();
    await panel(page).getByRole("button", { name: /^Show version/ }).first().click();
    await expect(panel(page).getByText(/^P\d{3} /).last()).toBeVisible();
  });
  await both((page) => panel(page).getByRole("button", { name: "Close the panel" }).click());

  // Names of projects and environments.
  const naming = (page: Page) => page.getByRole("dialog", { name: "New project" });
  await both(async (page) => {
    await page.getByRole("link", { name: "Projects", exact: true }).click();
    await page.getByRole("button", { name: "New project" }).click();
  });
  await each("a project's name", 250, (page) => [naming(page).getByRole("textbox", { name: "Name" })], async (page) => {
    await page.keyboard.press("Enter");
    await expect(page.getByText("No key yet")).toBeVisible();
    await page.getByRole("link", { name: "Projects", exact: true }).click();
    await page.getByRole("button", { name: "New project" }).click();
  });
  await step("all projects", async (page) => {
    await page.keyboard.press("Escape");
    await expect(naming(page)).toHaveCount(0);
  });
  await step("a project to be renamed, and its name", async (page, texts) => {
    // By the keyboard: a message may lie over it.
    await page.getByRole("button", { name: /^Actions for P000/ }).press("Enter");
    await page.getByRole("menuitem", { name: "Rename" }).press("Enter");
    await page.getByRole("dialog", { name: "Rename project" }).getByRole("textbox", { name: "Name" }).fill(`P000 again, ${texts.join(" ").replaceAll("\t", " ")}`.slice(0, 250));
  });
  await step("a renamed project", async (page) => {
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(page.getByRole("main").getByRole("link", { name: /^P000 again/ })).toBeVisible();
  });
  const environments = (page: Page) => page.getByRole("dialog", { name: "Environments" });
  await both(async (page) => {
    await page.getByRole("main").getByRole("link", { name: /^P000/ }).click();
    await page.getByRole("button", { name: "Environments" }).click();
  });
  await step("a new environment", async (page, texts) => {
    await environments(page).getByRole("textbox", { name: "New environment" }).fill(texts.join(" ").slice(0, 250).replaceAll("\t", " "));
    await page.keyboard.press("Enter");
    await expect(environments(page).getByRole("listitem")).toHaveCount(4);
  });
  const named = (page: Page) => environments(page).getByRole("textbox", { name: /^Name of/ });
  await each("an environment's name", 250, (page) => [named(page).first()], async (page, text) => {
    await page.keyboard.press("Enter");
    await expect(named(page).first()).toHaveAccessibleName(`Name of ${text}`);
  });
  await step("environments to import into", async (page) => {
    await environments(page).getByRole("button", { name: "Done" }).click();
    await drop(page, [{ name: ".env", text: "ONE=1\n" }]);
    await expect(page.getByRole("button", { name: "Import 1 key" })).toBeVisible();
  });
  await step("a grid of environments", async (page) => {
    await page.getByRole("button", { name: "Import 1 key" }).click();
    await expect(page.getByRole("grid").getByRole("row", { name: /^ONE/ })).toBeVisible();
  });

  await step("a registry's filter that nothing fits", async (page, texts) => {
    await page.getByRole("link", { name: "Registry" }).click();
    await page.getByRole("searchbox", { name: /^Filter/ }).fill(texts.join(" "));
    await expect(page.getByText("No secret here")).toBeVisible();
    await page.getByRole("searchbox", { name: /^Filter/ }).fill("");
    await expect(page.getByRole("table", { name: "Secrets" })).toBeVisible();
  });
  await step("a name that a secret cannot be bound under", async (page, texts) => {
    await page.getByRole("button", { name: /^Actions for P/ }).first().press("Enter");
    await page.getByRole("menuitem", { name: "Bind to an environment…" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Bind to an environment" });
    await dialog.getByRole("textbox", { name: "Variable name there" }).fill(texts.join(" ").slice(0, 250));
    await page.keyboard.press("Enter");
    await expect(messages(page)).toContainText("variable name");
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
  });

  // What is searched for, found, noted and said.
  for (const place of ["Registry", "Activity", "Settings"]) {
    await step(place, async (page) => {
      await page.getByRole("link", { name: place }).click();
      await expect(page.getByRole("heading", { name: place, level: 1 })).toBeVisible();
    });
  }
  await step("a passphrase to be changed", async (page, texts) => {
    await page.getByRole("button", { name: "Change the passphrase" }).click();
    for (const name of ["Passphrase of today", "Passphrase"]) {
      await page.getByRole("textbox", { name, exact: true }).fill(texts.join(" "));
    }
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog")).toContainText("This passphrase does not open the vault.");
    await page.keyboard.press("Escape");
  });
  await step("a passphrase that shows no kit", async (page, texts) => {
    await page.getByRole("button", { name: "Recovery kit" }).click();
    const dialog = page.getByRole("dialog", { name: "Recovery kit" });
    await dialog.getByRole("textbox").fill(texts.join(" "));
    await dialog.getByRole("button", { name: "Show what is typed" }).click();
    await dialog.getByRole("button", { name: "Show the kit" }).click();
    await expect(dialog).toContainText("This passphrase does not open the vault.");
    await page.keyboard.press("Escape");
  });
  await step("a search for them all", async (page, texts) => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: /^Search for a secret/ }).fill(texts.join(" "));
    await expect(page.getByRole("listbox", { name: "Results" })).toContainText("Nothing fits.");
  });
  await step("what a search finds", async (page) => {
    await page.getByRole("combobox", { name: /^Search for a secret/ }).fill("alert");
    await expect(page.getByRole("listbox", { name: "Results" }).getByRole("option").nth(5)).toBeVisible();
    await page.keyboard.press("Escape");
  });

  // A backup of it all, in another browser.
  const restored = await Promise.all(sides.map(async ({ page, texts }, number) => {
    const file = await backup(page);
    const other = await side(browser, origin, texts);
    await restore(other.page, file, kits[number]!.recovery);
    await expect(other.page.getByRole("button", { name: "Lock the vault" })).toBeVisible();
    return other;
  }));
  const first = sides.splice(0, 2, ...restored);
  await alike("a backup's projects");
  await both(project);
  await alike("a backup's project");
  await step("a backup's registry", async (page) => {
    await page.getByRole("link", { name: "Registry" }).click();
    await expect(page.getByRole("heading", { name: "Registry", level: 1 })).toBeVisible();
  });
  await step("an unlock that fails", async (page, texts) => {
    await page.getByRole("button", { name: "Lock the vault" }).click();
    await unlock(page, texts.join(" "));
    await expect(page.getByText("This passphrase does not open the vault.")).toBeVisible();
  });
  for (const { dialogs, watched } of [...first, ...sides]) {
    expect(dialogs).toEqual([]);
    expect(watched).toEqual({ reports: [], foreign: [] });
  }
});
