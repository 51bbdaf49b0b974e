// The QR code of a setup code: shown on one device, and read on another from a picture or by the camera.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContext, type Page } from "@playwright/test";
import config from "./playwright.config";
import { connect } from "./pair";
import { PASSPHRASE, accessible, expect, lock, make, open, press, sample, test, watch, type Watch } from "./tacit";

const picture = (page: Page) => page.getByRole("img", { name: "The setup code as a QR code" });

/** Shows the setup code: the dialog that it is in. */
async function show(page: Page) {
  await page.getByRole("button", { name: "Add a device…" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a device" });
  await dialog.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await dialog.getByRole("textbox", { name: "Passphrase" }).press("Enter");
  await expect(picture(page)).toBeVisible();
  return dialog;
}

/** What a camera would see of it. */
async function shot(page: Page): Promise<Buffer> {
  const dialog = await show(page);
  const buffer = await picture(page).screenshot();
  await dialog.getByRole("button", { name: "Done" }).click();
  return buffer;
}

/** Opens the dialog that scans, where there is no vault. */
async function toScan(page: Page) {
  await open(page);
  await page.getByRole("button", { name: /Use a setup code/ }).click();
  await page.getByRole("button", { name: "Scan the QR code…" }).click();
  return page.getByRole("dialog", { name: "Scan the QR code" });
}

/** Chooses a picture. */
const choose = (page: Page, buffer: Buffer, name = "code.png", mimeType = "image/png") =>
  page.getByRole("dialog").locator("input[type=file]").setInputFiles({ name, mimeType, buffer });

/** A picture of the page's `svg`, or of whatever markup, from a page of its own that no policy binds. */
async function drawn(context: BrowserContext, markup: string): Promise<Buffer> {
  const page = await context.newPage();
  await page.setContent(`<body style="margin:0;background:#ddd">${markup}`);
  const buffer = await page.screenshot();
  await page.close();
  return buffer;
}

const read = (page: Page) => expect(page.getByRole("main")).toContainText("Read from the picture");

async function settle(page: Page): Promise<void> {
  await page.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await page.getByRole("textbox", { name: "Passphrase" }).press("Enter");
  // Two keys are derived first.
  await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible({ timeout: 20_000 });
}

test("a device comes in by a picture of the code that another one shows", async ({ page, browser }) => {
  await sample(page);
  await connect(page);
  const dialog = await show(page);
  await accessible(page);
  // What is typed stands beside what is scanned.
  await expect(dialog.getByRole("code")).toBeVisible();
  const code = await picture(page).screenshot();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(picture(page)).toHaveCount(0);

  const other = await (await browser.newContext()).newPage();
  const scan = await toScan(other);
  await accessible(other);
  // What is no picture, shows no code, or the code of something else, is said.
  await choose(other, Buffer.from("not a picture"), "notes.png");
  await expect(scan).toContainText("“notes.png” is no picture that this browser reads.");
  await choose(other, await drawn(other.context(), "<p>A holiday</p>"));
  await expect(scan).toContainText("There is no QR code to be read in this picture.");
  await choose(other, readFileSync(join(__dirname, "qr-of-an-address.png")));
  await expect(scan).toContainText("This QR code is none of Tacit.");
  await choose(other, code);
  await expect(scan).toHaveCount(0);
  await read(other);
  await accessible(other);
  expect(other.url()).not.toContain("TACIT");
  await settle(other);
  await expect(other.getByRole("main").getByRole("link", { name: "shop-api" })).toBeVisible();
  // The new device goes on from there: it shows a code that brings in the next.
  await other.goto("/#/settings");
  await expect(other.getByRole("main")).toContainText("Everything is synced.");
  const third = await (await browser.newContext()).newPage();
  await toScan(third);
  await choose(third, await shot(other));
  await read(third);
  await settle(third);
});

test("a photo of the code is read, small and turned", async ({ page, browser }) => {
  await make(page, /Make a vault/);
  await connect(page);
  const code = (await shot(page)).toString("base64");
  const other = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await toScan(other);
  const style = "position:absolute;left:400px;top:200px;width:380px;transform:rotate(17deg) perspective(900px) rotateY(12deg)";
  await choose(other, await drawn(other.context(), `<img style="${style}" src="data:image/png;base64,${code}">`));
  await read(other);
});

test("a kit has the code too, and it is printed with it", async ({ page, browser }) => {
  await make(page, /Make a vault/);
  await connect(page);
  await page.getByRole("button", { name: "Recovery kit" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await dialog.getByRole("textbox", { name: "Passphrase" }).press("Enter");
  await expect(picture(page)).toBeVisible();
  await page.emulateMedia({ media: "print" });
  const printed = await picture(page).screenshot();
  await page.emulateMedia({ media: null });
  const other = await (await browser.newContext()).newPage();
  await toScan(other);
  await choose(other, printed);
  await read(other);
  await settle(other);
});

test("a code of another relay is refused before anything is asked, with the address to open", async ({ page, browser }) => {
  await make(page, /Make a vault/);
  await connect(page);
  const code = await shot(page);
  // The same server by another name is another origin.
  const elsewhere = new URL(config.use!.baseURL!);
  elsewhere.hostname = "127.0.0.1";
  const other = await (await browser.newContext({ baseURL: elsewhere.origin })).newPage();
  const scan = await toScan(other);
  const asked: string[] = [];
  other.on("request", (request) => asked.push(request.url()));
  await choose(other, code);
  await expect(scan).toContainText(`This code is of a vault at ${config.use!.baseURL}`);
  expect(asked.filter((url) => url.includes("/v1/"))).toEqual([]);
});

test("the way by the keyboard: open, choose, close, and the focus is where it was", async ({ page }) => {
  await open(page);
  await press(page, page.getByRole("button", { name: /Use a setup code/ }));
  const button = page.getByRole("button", { name: "Scan the QR code…" });
  await press(page, button);
  const scan = page.getByRole("dialog", { name: "Scan the QR code" });
  await expect(scan).toBeVisible();
  const chooser = page.waitForEvent("filechooser");
  await press(page, scan.getByRole("button", { name: "Choose a picture" }));
  await chooser;
  await page.keyboard.press("Escape");
  await expect(scan).toHaveCount(0);
  await expect(button).toBeFocused();
});

/** A browser whose camera sees that picture. */
async function withCamera(png: Buffer, watched: Watch): Promise<{ browser: Browser; page: Page }> {
  const { launchOptions, baseURL } = config.use!;
  const file = join(mkdtempSync(join(tmpdir(), "tacit-camera-")), "seen.mjpeg");
  writeFileSync(file, png);
  const args = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", `--use-file-for-fake-video-capture=${file}`];
  const browser = await chromium.launch({ ...launchOptions, args: [...launchOptions!.args!, ...args] });
  const context = await browser.newContext({ baseURL, permissions: ["camera"] });
  await watch(context, new URL(baseURL!).origin, watched);
  return { browser, page: await context.newPage() };
}

test("a device comes in by the camera, which is off afterwards", async ({ page, browser, watched }) => {
  await make(page, /Make a vault/);
  await connect(page);
  const code = (await shot(page)).toString("base64");
  const canvas = await (await browser.newContext({ viewport: { width: 640, height: 480 } })).newPage();
  await canvas.setContent(`<body style="margin:0;background:#888;display:grid;place-items:center;height:100vh"><img width="420" src="data:image/png;base64,${code}">`);
  const seen = await canvas.screenshot({ type: "jpeg", quality: 90 });
  const camera = await withCamera(seen, watched);
  const scan = await toScan(camera.page);
  await scan.getByRole("button", { name: "Use the camera" }).click();
  await read(camera.page);
  await expect(scan).toHaveCount(0);
  await settle(camera.page);
  await camera.browser.close();
});

test("without a camera, or where it is not allowed, that is said and a picture remains", async ({ page }) => {
  const scan = await toScan(page);
  await scan.getByRole("button", { name: "Use the camera" }).click();
  await expect(scan).toContainText("The camera cannot be used");
  await expect(scan.getByRole("button", { name: "Choose a picture" })).toBeVisible();
});

test("a lock takes the code off the screen", async ({ page }) => {
  await make(page, /Make a vault/);
  await connect(page);
  await show(page);
  await page.keyboard.press("Escape");
  await lock(page);
  await expect(page.locator("svg.qr")).toHaveCount(0);
});
