// The main screens as pictures, from the sample vault at a fixed time: for whoever changes how something looks, and for the
// README and the stores, whose three are taken over with TACIT_SCREENSHOTS=1 (`cargo xtask pictures`).
import { mkdir, readFile, writeFile } from "node:fs/promises";
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

/** The icons that are made of the drawing, each with its size. */
const ICONS: [string, number][] = [
  ...[16, 32, 48, 128].map((size): [string, number] => [`extension/icons/icon-${size}.png`, size]),
  ...[192, 512].map((size): [string, number] => [`static/icons/icon-${size}.png`, size]),
];

test("every icon is the drawing in its size, and the stores have a tile", async ({ browser }) => {
  await mkdir(FOLDER, { recursive: true });
  const root = join(__dirname, "../..");
  const drawing = `data:image/svg+xml;base64,${(await readFile(join(root, "static/icons/icon.svg"))).toString("base64")}`;
  const page = await browser.newPage();
  for (const [name, size] of ICONS) {
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(`<body style="margin:0"><img src="${drawing}" width="${size}" height="${size}" style="display:block">`);
    await page.evaluate(() => document.querySelector("img")!.decode());
    const made = await page.screenshot({ omitBackground: true });
    if (process.env.TACIT_SCREENSHOTS) await writeFile(join(root, name), made);
    const kept = await readFile(join(root, name));
    const sources = [made, kept].map((picture) => `data:image/png;base64,${picture.toString("base64")}`);
    expect(await page.evaluate(apart, [sources, size] as const), name).toBeLessThan(0.02);
    if (size === 16) {
      const [blank] = [`data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"/>')}`];
      expect(await page.evaluate(apart, [[sources[0]!, blank], size] as const), "the control").toBeGreaterThan(0.1);
    }
  }
  await page.setViewportSize({ width: 440, height: 280 });
  await page.setContent(`<body style="margin:0;height:280px;display:grid;place-content:center;justify-items:center;gap:14px;background:#14181b;color:#e8eaea;font:600 40px system-ui">
    <img src="${drawing}" width="96" height="96">Tacit<span style="font:400 17px system-ui;color:#a5adb0">Keys and .env files, sealed on this device</span>`);
  await page.evaluate(() => document.querySelector("img")!.decode());
  const tile = await page.screenshot({ path: join(FOLDER, "tile.png") });
  if (process.env.TACIT_SCREENSHOTS) await writeFile(join(README, "tile.png"), tile);
  expect(tile.byteLength).toBeGreaterThan(5_000);
  await page.close();
});

/** How far apart two pictures are, from 0 to 1. */
async function apart([sources, size]: readonly [string[], number]): Promise<number> {
  const drawn = async (source: string) => {
    const picture = Object.assign(new Image(), { src: source });
    await picture.decode();
    const context = new OffscreenCanvas(size, size).getContext("2d")!;
    context.drawImage(picture, 0, 0, size, size);
    return context.getImageData(0, 0, size, size).data;
  };
  const [one, other] = [await drawn(sources[0]!), await drawn(sources[1]!)];
  return one.reduce((sum, value, at) => sum + Math.abs(value - other[at]!), 0) / (one.length * 255);
}

async function secret(page: Page): Promise<void> {
  await page.goto("/#/registry");
  await page.getByText("STRIPE_SECRET_KEY", { exact: true }).first().click();
  await expect(page.getByRole("complementary", { name: "Secret" })).toBeVisible();
}
