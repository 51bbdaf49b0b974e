import { test as plain } from "@playwright/test";
import { expect, open, test, watch } from "./tacit";

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

// The positive control of every other test: what is forbidden is stopped, and it is heard of.
plain("the watch hears what the policy stops", async ({ page, baseURL }) => {
  const watched = await watch(page, new URL(baseURL!).origin);
  await open(page);
  await page.evaluate(() => {
    const script = document.createElement("style");
    script.textContent = "body { color: red }";
    document.body.append(script);
  });
  await expect.poll(() => watched.reports.join()).toContain("style-src");
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

plain("the watch hears what the policy stops in the worker", async ({ page, baseURL }) => {
  const watched = await watch(page, new URL(baseURL!).origin);
  await open(page);
  await expect.poll(() => page.workers().length).toBe(1);
  const stopped = await page.workers()[0]!.evaluate(() => fetch("https://elsewhere.invalid/").then(() => "sent", () => "stopped"));
  expect(stopped).toBe("stopped");
  await expect.poll(() => watched.reports.join()).toContain("connect-src");
});
