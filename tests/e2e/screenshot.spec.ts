// The main screens as pictures, from the sample vault at a fixed time: for whoever changes how something looks, and for the
// README and the stores, whose three are taken over with TACIT_SCREENSHOTS=1 (`cargo xtask pictures`).
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { install, panelOf, press } from "./extension";
import { folder } from "./profile";
import { hosts } from "./providers/hosts";
import { PASSPHRASE, drop, expect, lock, make, messages, open, test } from "./tacit";

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

/** A provider's page for variables, in the words of its profile and in nobody's colours. */
const PROVIDER = `<!doctype html><title>Environment variables</title><style>
  :root { color-scheme: light dark; } body { font: 15px/1.5 "Inter", system-ui, sans-serif; margin: 0; background: light-dark(#fafafa, #111); color: light-dark(#222, #ddd); }
  header { padding: 14px 32px; border-bottom: 1px solid light-dark(#ddd, #333); } main { padding: 24px 32px; max-width: 760px; }
  section { border: 1px solid light-dark(#ddd, #333); border-radius: 8px; padding: 20px; background: light-dark(#fff, #1a1a1a); }
  .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; margin-bottom: 12px; } label { display: grid; gap: 4px; font-size: 13px; }
  input, textarea { font: 14px ui-monospace, monospace; padding: 8px; height: 38px; box-sizing: border-box; border: 1px solid light-dark(#ccc, #444); border-radius: 6px; background: transparent; color: inherit; resize: none; }
  button { font: inherit; padding: 7px 14px; border: 0; border-radius: 6px; background: light-dark(#222, #ddd); color: light-dark(#fff, #111); } ul { padding-left: 20px; color: light-dark(#666, #999); }
  </style><header>acme / shop</header><main><h1>Environment variables</h1><section>${"<div class=pair><label>Key <input name=key placeholder=CLIENT_KEY></label><label>Value <textarea name=value></textarea></label></div>".repeat(4)}
  <button>Save</button></section><h2>Set already</h2><ul><li>PORT</li><li>LOG_LEVEL</li></ul></main>`;

test("pictures of the extension's panel with its plan, and beside a provider's page", async ({ watched, browser }) => {
  test.setTimeout(120_000);
  await mkdir(FOLDER, { recursive: true });
  const address = "https://vercel.com/acme/shop/settings/environment-variables";
  const web = await hosts();
  web.answers.set(address, { body: PROVIDER });
  const installed = await install(await folder(), { reports: watched.reports, foreign: [] }, web.args);
  const { context, origin } = installed;
  const first = `${origin}/index.html`;
  await expect.poll(() => context.pages().map((page) => page.url())).toContain(first);
  await context.pages().find((page) => page.url() === first)!.close();
  const page = await context.newPage();
  await page.goto(address);
  const panel = await panelOf(installed);
  await make(panel, /sample/, `${origin}/panel.html`);
  await expect(messages(panel).getByRole("listitem")).toHaveCount(0);
  await press(installed, page);
  await panel.getByRole("link", { name: "This page" }).click();
  const plan = panel.getByRole("region", { name: "Plan" });
  await plan.getByRole("combobox", { name: "Project" }).selectOption({ label: "shop-api" });
  await expect(plan.getByRole("listitem").first()).toBeVisible();
  const names = await plan.getByRole("listitem").count();
  expect(names).toBeGreaterThan(3);
  const shoot = async (of: Page, name: string, [width, height]: readonly [number, number], colorScheme: "dark" | "light") => {
    await of.setViewportSize({ width, height });
    await of.emulateMedia({ colorScheme });
    await of.evaluate(() => document.fonts.ready.then(() => undefined));
    const picture = await of.screenshot({ path: join(FOLDER, `${name}-${width}-${colorScheme}.png`), animations: "disabled" });
    expect(picture.byteLength, name).toBeGreaterThan(5_000);
    return picture;
  };
  for (const colorScheme of ["light", "dark"] as const) {
    await shoot(panel, "plan", [320, 800], colorScheme);
    // As the browser shows both, in the size that the stores take.
    const parts = [await shoot(page, "provider", [879, 800], colorScheme), await shoot(panel, "plan", [400, 800], colorScheme)];
    const whole = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const [left, right] = parts.map((part) => `<img src="data:image/png;base64,${part.toString("base64")}">`);
    await whole.setContent(`<body style="margin:0;display:flex;gap:1px;background:#888">${left}${right}`);
    const picture = await shoot(whole, "beside", [1280, 800], colorScheme);
    if (process.env.TACIT_SCREENSHOTS && colorScheme === "dark") await writeFile(join(README, "beside.png"), picture);
    await whole.close();
  }
  await context.close();
  await web.end();
});

async function secret(page: Page): Promise<void> {
  await page.goto("/#/registry");
  await page.getByText("STRIPE_SECRET_KEY", { exact: true }).first().click();
  await expect(page.getByRole("complementary", { name: "Secret" })).toBeVisible();
}
