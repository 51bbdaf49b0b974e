// The main screens as pictures, from the sample vault at a fixed time: for whoever changes how something looks, and for the
// README, whose three are taken over with TACIT_SCREENSHOTS=1.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { install } from "./extension";
import { folder } from "./profile";
import { PASSPHRASE, drop, expect, grid, lock, make, messages, open, test } from "./tacit";

const FOLDER = join(__dirname, "../../target/screenshot");
const README = join(__dirname, "../../docs/screenshot");

const ENV = `# payments
PORT=8080
STRIPE_SECRET_KEY=sk_test_EXAMPLEexampleEXAMPLE0099
GREETING='hello # world'
SENTRY_DSN=https://examplekey@o1.ingest.sentry.io/1
NEXT_PUBLIC_TOKEN=ghp_EXAMPLEexampleEXAMPLEexampleEXAMPLE1
DEBUG=
`;

for (const [width, height] of [[1280, 800], [390, 844]] as const) {
  for (const colorScheme of ["dark", "light"] as const) {
    test.describe(`${width} ${colorScheme}`, () => {
      test.use({ colorScheme, viewport: { width, height } });

      test(`pictures of the main screens, ${width} pixels, ${colorScheme}`, async ({ page }) => {
        await mkdir(FOLDER, { recursive: true });
        const shoot = async (name: string) => {
          await page.evaluate(() => document.fonts.ready.then(() => undefined));
          const picture = await page.screenshot({ path: join(FOLDER, `${name}-${width}-${colorScheme}.png`), animations: "disabled" });
          expect(picture.byteLength, name).toBeGreaterThan(5_000);
          if (process.env.TACIT_SCREENSHOTS && width === 1280 && colorScheme === "dark" && ["project", "import"].includes(name)) {
            await page.screenshot({ path: join(README, `${name}.png`), animations: "disabled" });
          }
        };
        await page.clock.setFixedTime("2027-03-01T10:00:00Z");
        await open(page);
        await expect(page.getByRole("button", { name: /^Make a vault/ })).toBeVisible();
        await shoot("doors");
        await page.getByRole("button", { name: /sample/ }).click();
        await page.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
        await page.keyboard.press("Enter");
        await page.getByRole("checkbox", { name: "I keep it in a safe place" }).check();
        await page.getByRole("button", { name: "Continue" }).click();
        await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
        await expect(page.getByRole("main").getByRole("link", { name: "shop-api" })).toBeVisible();
        await shoot("projects");
        await page.getByRole("main").getByRole("link", { name: "shop-api" }).click();
        await expect(page.getByText("STRIPE_SECRET_KEY").first()).toBeVisible();
        await shoot("project");
        await secret(page);
        await shoot("secret");
        await page.goto("/#/registry");
        await expect(page.getByRole("link", { name: "DATABASE_URL" }).first()).toBeVisible();
        await shoot("registry");
        await page.goto("/#/activity");
        await expect(page.getByRole("row").nth(1)).toBeVisible();
        await shoot("activity");
        await page.goto("/#/settings");
        await expect(page.getByRole("heading", { name: "Storage" })).toBeVisible();
        await shoot("settings");
        await page.goto("/#/projects");
        await page.getByRole("main").getByRole("link", { name: "shop-api" }).click();
        await page.getByRole("button", { name: "Export" }).click();
        await expect(page.getByRole("region", { name: "How a line is read" })).toContainText("as meant");
        await shoot("export");
        await page.getByRole("button", { name: "Back to the project" }).click();
        await drop(page, [{ name: ".env.production", text: ENV }]);
        await expect(page.getByText("GREETING")).toBeVisible();
        await shoot("import");
        await page.getByRole("button", { name: "Cancel" }).click();
        await lock(page);
        await shoot("unlock");
      });
    });
  }
}

test("a picture of the extension's panel", async ({ watched }) => {
  await mkdir(FOLDER, { recursive: true });
  const { context, origin } = await install(await folder(), watched);
  const page = await context.newPage();
  await page.setViewportSize({ width: 400, height: 640 });
  await page.emulateMedia({ colorScheme: "dark" });
  await make(page, /sample/, `${origin}/panel.html`);
  await page.getByRole("main").getByRole("link", { name: "shop-api" }).click();
  await expect(grid(page)).toBeVisible();
  await expect(messages(page).getByRole("listitem")).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  const picture = await page.screenshot({ path: join(FOLDER, "panel-400-dark.png"), animations: "disabled" });
  expect(picture.byteLength).toBeGreaterThan(5_000);
  if (process.env.TACIT_SCREENSHOTS) await page.screenshot({ path: join(README, "panel.png"), animations: "disabled" });
  await context.close();
});

async function secret(page: Page): Promise<void> {
  await page.goto("/#/registry");
  await page.getByText("STRIPE_SECRET_KEY", { exact: true }).first().click();
  await expect(page.getByRole("complementary", { name: "Secret" })).toBeVisible();
}
