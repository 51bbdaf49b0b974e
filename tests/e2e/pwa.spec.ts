// The app can be installed: what a browser asks for is there, and Chromium itself has nothing to object to.
import { expect, open, test } from "./tacit";

interface Manifest {
  name: string;
  start_url: string;
  display: string;
  icons: { src: string; sizes: string; type: string }[];
}

test("the manifest is linked, names the app, and its icons have the sizes it promises", async ({ page, request, baseURL }) => {
  await open(page);
  const address = await page.locator('link[rel="manifest"]').evaluate((link) => (link as HTMLLinkElement).href);
  const answer = await request.get(address);
  expect(answer.status()).toBe(200);
  expect(answer.headers()["content-type"]).toMatch(/^application\/manifest\+json/);
  const manifest = (await answer.json()) as Manifest;
  expect(manifest).toMatchObject({ name: "Tacit", display: "standalone" });
  const start = new URL(manifest.start_url, address);
  expect(start.origin).toBe(new URL(baseURL!).origin);
  await page.goto(start.href);
  await expect(page.getByRole("button", { name: /Make a vault/ })).toBeVisible();
  const sizes: string[] = [];
  for (const { src, sizes: promised, type } of manifest.icons) {
    const icon = await request.get(new URL(src, address).href);
    expect(icon.headers()["content-type"]).toMatch(new RegExp(`^${type.replace("+", "\\+")}`));
    const real = await page.evaluate(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, new URL(src, address).href);
    if (promised !== "any") expect(real, src).toBe(promised);
    sizes.push(promised);
  }
  expect(sizes).toEqual(expect.arrayContaining(["192x192", "512x512"]));
});

test("Chromium finds nothing that would keep the app from being installed, and would find it", async ({ page, context }) => {
  await open(page);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).active!.state)).toMatch(/^activat/);
  const debug = await context.newCDPSession(page);
  const errors = async () => (await debug.send("Page.getInstallabilityErrors")).installabilityErrors.map(({ errorId }) => errorId);
  // A context of its own is a window in private to the browser, which installs nothing from there.
  await expect.poll(errors).toEqual(["in-incognito"]);
  // The control: without the manifest's link it has another objection.
  await page.locator('link[rel="manifest"]').evaluate((link) => link.remove());
  await expect.poll(errors).toContain("no-manifest");
});
