// What a person is told of the relay wherever they are: that a copy of their device is in use, and that no kit is in force.
import { cp } from "node:fs/promises";
import { add, connect, project, row, sync } from "./pair";
import { folder, start } from "./profile";
import { PASSPHRASE, accessible, expect, open, sample, test, unlock } from "./tacit";

test("a profile that was copied is told of it, and nothing is lost", async ({ watched }) => {
  test.setTimeout(120_000);
  const [home, other] = await Promise.all([folder(), folder()]);
  const before = await start(home, watched);
  await sample(before.page);
  await connect(before.page);
  await before.context.close();
  await cp(home, other, { recursive: true, filter: (path) => !/Singleton/.test(path) });

  const first = await start(home, watched);
  await open(first.page, "/#/projects");
  await unlock(first.page, PASSPHRASE);
  await add(first.page, "OF_THE_FIRST", "fake-value-of-the-first");
  await sync(first.page);
  const notice = (page: typeof first.page) => page.getByRole("status").filter({ hasText: "A copy of this browser's profile is in use" });
  await expect(notice(first.page)).toHaveCount(0);

  const second = await start(other, watched);
  await open(second.page, "/#/projects");
  await unlock(second.page, PASSPHRASE);
  await expect(notice(second.page)).toBeVisible();
  await accessible(second.page);
  await project(second.page);
  await expect(row(second.page, "OF_THE_FIRST")).toBeVisible();
  await notice(second.page).getByRole("button", { name: "I know" }).click();
  await expect(notice(second.page)).toHaveCount(0);
  await second.page.reload();
  await unlock(second.page, PASSPHRASE);
  await expect(second.page.getByRole("navigation")).toContainText("synced");
  await expect(notice(second.page)).toHaveCount(0);
  await Promise.all([first.context.close(), second.context.close()]);
});

test("where the answer that brings a new kit is lost, the person is asked at once to make another", async ({ page }) => {
  await sample(page);
  await connect(page);
  let lost = 0;
  await page.context().route("**/credential", async (route) => {
    if (route.request().method() !== "POST" || lost > 0) return route.continue();
    lost += 1;
    await route.fetch();
    await route.abort();
  });
  const ask = async () => {
    const dialog = page.getByRole("dialog", { name: "Recovery kit" });
    await dialog.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
    await dialog.getByRole("textbox", { name: "Passphrase" }).press("Enter");
    return dialog;
  };
  await page.getByRole("button", { name: "Recovery kit" }).click();
  await expect(await ask()).toContainText("The relay did not answer, so it is not known yet whether this came about.");
  expect(lost).toBe(1);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Sync now" }).click();
  const notice = page.getByRole("status").filter({ hasText: "No recovery kit that you have is valid any more" });
  await expect(notice).toBeVisible();
  await page.goto("/#/projects");
  await expect(notice).toBeVisible();
  await accessible(page);
  await notice.getByRole("button", { name: "Make a new kit…" }).click();
  const dialog = await ask();
  await expect(dialog.getByRole("code")).toHaveCount(2);
  await accessible(page);
  // One that was shown and that nobody said they have is none either.
  await page.reload();
  await unlock(page, PASSPHRASE);
  await expect(notice).toBeVisible();
  await notice.getByRole("button", { name: "Make a new kit…" }).click();
  await ask();
  await dialog.getByRole("checkbox", { name: "I keep it in a safe place" }).check();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(notice).toHaveCount(0);
  await page.reload();
  await unlock(page, PASSPHRASE);
  await expect(page.getByRole("navigation")).toContainText("synced");
  await expect(notice).toHaveCount(0);
});
