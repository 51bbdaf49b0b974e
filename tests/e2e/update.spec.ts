// A new release is offered when it is here, and taken over only when the person says so.
import { createServer } from "node:http";
import { expect, open, test } from "./tacit";

test("a new version is offered, and a reload takes it over", async ({ browser, baseURL }) => {
  // The same app on an origin of its own, whose next release differs by its name alone.
  let release = "first";
  const server = createServer(async (request, response) => {
    const answer = await fetch(new URL(request.url!, baseURL!));
    const headers = Object.fromEntries([...answer.headers].filter(([name]) => !/^(content-(encoding|length)|transfer-encoding|connection)$/.test(name)));
    let body = Buffer.from(await answer.arrayBuffer());
    if (request.url === "/sw.js") body = Buffer.from(body.toString().replace(/"tacit-[^"]*"/, `"tacit-${release}"`));
    response.writeHead(answer.status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const context = await browser.newContext({ baseURL: `http://localhost:${typeof address === "object" && address!.port}` });
  try {
    const page = await context.newPage();
    // None while the page is on its way to the other release.
    const taken = () => page.evaluate(() => caches.keys()).catch(() => []);
    await open(page);
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    await page.reload();
    await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
    expect(await taken()).toEqual(["tacit-first"]);

    release = "second";
    await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
    const messages = page.getByRole("region", { name: "Messages" });
    await expect(messages).toContainText("A new version is ready.");
    expect(await taken()).toContain("tacit-first");
    await messages.getByRole("button", { name: "Reload" }).click();
    await expect.poll(taken).toEqual(["tacit-second"]);
    await expect(page.getByRole("main")).toBeVisible();
  } finally {
    await context.close();
    server.close();
  }
});
