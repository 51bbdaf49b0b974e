import { rm } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { folder, start } from "./profile";
import { expect, open, test, type Watch } from "./tacit";

test("the first page offers three doors", async ({ page }) => {
  await open(page);
  for (const door of ["Make a vault", "Open a backup", "Look around a sample vault"]) {
    await expect(page.getByRole("link", { name: door }).or(page.getByRole("button", { name: door }))).toBeVisible();
  }
});

test("the page is served under the whole policy", async ({ request }) => {
  const headers = (await request.get("/")).headers();
  const policy = headers["content-security-policy"];
  for (const part of [
    "default-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types default",
    "frame-ancestors 'none'",
    "connect-src 'self'",
  ]) {
    expect(policy).toContain(part);
  }
  expect(policy).not.toMatch(/'unsafe-inline'|'unsafe-eval'/);
  expect(headers["integrity-policy"]).toBe("blocked-destinations=(script)");
  expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
  expect(headers["cross-origin-embedder-policy"]).toBe("require-corp");
  expect(headers["referrer-policy"]).toBe("no-referrer");
});

test("the worker answers the health route and no other under /v1", async ({ request }) => {
  const health = await request.get("/v1/health");
  expect(health.status()).toBe(200);
  expect(await health.json()).toMatchObject({ status: "ok" });
  expect((await request.get("/v1/nothing")).status()).toBe(404);
  expect((await request.post("/v1/health")).status()).toBe(405);
});

/** Does something forbidden in `page` and its core worker, asks for what is elsewhere, and waits until all of it was heard of. */
async function forbidden(page: Page, elsewhere: string, watched: Watch): Promise<void> {
  await open(page);
  await page.evaluate(() => {
    const style = document.createElement("style");
    style.textContent = "body { color: red }";
    document.body.append(style);
  });
  await expect.poll(() => page.workers().length).toBe(1);
  const stopped = await page.workers()[0]!.evaluate(() => fetch("https://elsewhere.invalid/").then(() => "sent", () => "stopped"));
  expect(stopped).toBe("stopped");
  await expect.poll(() => watched.reports.join()).toMatch(/style-src/);
  // What a worker has to say goes with it when its page is left.
  await expect.poll(() => watched.reports.join()).toMatch(/in the worker: connect-src/);
  // The same server by another name is another origin.
  await page.goto(elsewhere);
  await expect.poll(() => watched.foreign.join()).toContain(elsewhere);
  watched.reports.length = watched.foreign.length = 0;
}

// The positive controls of every other test: what is forbidden is stopped, and it is heard of wherever it happens.
test("the watch hears of the first page, a second one, another context and another browser", async ({ page, context, browser, baseURL, watched }) => {
  const elsewhere = new URL("/v1/health", baseURL!.replace("localhost", "127.0.0.1")).href;
  const profile = await folder();
  const other = await start(profile, watched);
  for (const place of [page, await context.newPage(), await (await browser.newContext()).newPage(), other.page, await other.context.newPage()]) {
    await forbidden(place, elsewhere, watched);
  }
  await other.context.close();
  await rm(profile, { recursive: true, force: true });
});

test("the watch hears of the service worker, and of errors that nobody catches", async ({ page, context, watched }) => {
  await open(page);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  const [worker] = context.serviceWorkers();
  const stopped = await worker!.evaluate(() => fetch("https://elsewhere.invalid/").then(() => "sent", () => "stopped"));
  expect(stopped).toBe("stopped");
  await expect.poll(() => watched.reports.join()).toContain("in the worker: connect-src");
  await page.evaluate(() => void setTimeout(() => { throw new Error("nobody's") }));
  await expect.poll(() => watched.reports.join()).toContain("uncaught: nobody's");
  watched.reports.length = 0;
});

test("markup is refused", async ({ page }) => {
  await open(page);
  const refused = await page.evaluate(() => {
    try {
      document.createElement("div").innerHTML = "<script>1</script>";
      return "accepted";
    } catch (error) {
      return (error as Error).message;
    }
  });
  expect(refused).toBe("markup refused");
});
