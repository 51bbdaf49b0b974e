// What a relay tells without being asked: two browsers with one vault, and sockets that are there, are cut, or are refused.
import type { Page } from "@playwright/test";
import { between } from "./between";
import { add, connect, elsewhere, project, row, sync } from "./pair";
import { PASSPHRASE, expect, open, sample, test, unlock } from "./tacit";

/** Waits until the relay tells this browser of everything by itself. */
async function attended(page: Page, timeout = 20_000): Promise<void> {
  await page.goto("/#/settings");
  await expect(page.getByRole("main")).toContainText("What changes on another device shows here at once.", { timeout });
}

test("what is added on one device shows on another that asks for nothing", async ({ page, browser }) => {
  const kit = await sample(page);
  await connect(page);
  const other = await elsewhere(browser, kit);
  for (const each of [page, other]) await attended(each);
  await project(other);
  const asked: string[] = [];
  other.on("request", (request) => asked.push(request.url()));
  await add(page, "FROM_THE_FIRST", "fake-value-one");
  await expect(row(other, "FROM_THE_FIRST")).toBeVisible();
  await add(page, "AND_ANOTHER", "fake-value-two");
  await expect(row(other, "AND_ANOTHER")).toBeVisible();
  expect(asked).toEqual([]);
  // The control: what it does ask for is seen.
  await sync(other);
  expect(asked.length).toBeGreaterThan(0);
});

test("a vault that is locked by hand is locked on the other devices, and opens there again", async ({ page, browser }) => {
  const kit = await sample(page);
  await connect(page);
  const other = await elsewhere(browser, kit);
  for (const each of [page, other]) await attended(each);
  await page.getByRole("button", { name: "Lock the vault" }).click();
  for (const each of [page, other]) await expect(each.getByRole("button", { name: "Unlock" })).toBeVisible();
  await unlock(other, PASSPHRASE);
  await attended(other);
});

test("a socket that was cut comes back, and where there are none what is new comes by asking", async ({ browser, baseURL }) => {
  test.setTimeout(300_000);
  const proxy = await between(baseURL!);
  const page = await (await browser.newContext({ baseURL: proxy.at })).newPage();
  const kit = await sample(page);
  await connect(page);
  const other = await elsewhere(browser, kit, proxy.at);
  for (const each of [page, other]) await attended(each);

  proxy.letsThrough = false;
  proxy.cut();
  for (const each of [page, other]) await expect(each.getByRole("main")).not.toContainText("shows here at once");
  await project(other);
  await add(page, "WITHOUT_SOCKETS", "fake-value-one");
  await expect(row(other, "WITHOUT_SOCKETS")).toBeVisible({ timeout: 60_000 });

  // A socket that was refused a few times is tried again after a minute at most.
  proxy.letsThrough = true;
  for (const each of [page, other]) await attended(each, 90_000);
  await project(other);
  await add(page, "WITH_SOCKETS", "fake-value-two");
  await expect(row(other, "WITH_SOCKETS")).toBeVisible();
  for (const each of [page, other]) await each.context().close();
  await proxy.end();
});

/** What a socket of a log that is not there says until it is closed, and the code it is closed with, where `frame` is said on it. */
function heard(page: Page, frame: string | number[]): Promise<(string | number)[]> {
  return page.evaluate(
    (frame) =>
      new Promise<(string | number)[]>((resolve) => {
        const target = `/v1/logs/${"0".repeat(32)}/socket`;
        const socket = new WebSocket(location.origin.replace("http", "ws") + target, "tacit.v1");
        const heard: (string | number)[] = [];
        socket.binaryType = "arraybuffer";
        socket.onmessage = ({ data }) => {
          heard.push(typeof data === "string" ? data : data.byteLength);
          if (heard.length === 1) socket.send("ping");
          else socket.send(typeof frame === "string" ? frame : new Uint8Array(frame));
        };
        socket.onclose = ({ code }) => resolve([...heard, code]);
      }),
    frame,
  );
}

test("a socket brings a challenge, answers pings, and is closed with the code that says why", async ({ page }) => {
  await open(page);
  expect(await heard(page, "text")).toEqual([33, "pong", 4400]);
  expect(await heard(page, [9])).toEqual([33, "pong", 4400]);
  // A proof that proves nothing.
  expect(await heard(page, Array<number>(97).fill(0))).toEqual([33, "pong", 4404]);
});
