// What a relay gets of a vault that is on two devices: none of its words, in its databases, its answers, its log, or on the way.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { ENCODINGS, Search, canary, files, type Place } from "./canary";
import { free, serve, tap } from "./host";
import { connect, sync, useSetupCode } from "./pair";
import { WORDS, begin, fill, kitWords, use } from "./story";
import { drop, expect, messages, test } from "./tacit";

const LATER = { "value of the second device": canary(), "value written at once": canary(), "second passphrase": canary() };

/** Imports one key with that value into the project. */
async function add(page: Page, name: string, value: string): Promise<void> {
  await page.goto("/#/projects");
  await page.getByRole("main").getByRole("link", { name: WORDS.project }).click();
  await drop(page, [{ name: ".env", text: `${name}=${value}\n` }]);
  await page.getByRole("button", { name: "Import 1 key" }).click();
  await expect(messages(page)).toContainText("Imported one variable.");
}

/** Gives the vault another passphrase and another kit, and answers with the words of that. */
async function change(page: Page): Promise<Record<string, string | Buffer>> {
  await page.goto("/#/settings");
  await page.getByRole("button", { name: "Change the passphrase" }).click();
  const dialog = page.getByRole("dialog", { name: "Change the passphrase" });
  await dialog.getByRole("textbox", { name: "Passphrase of today" }).fill(WORDS.passphrase);
  await dialog.getByRole("textbox", { name: "Passphrase", exact: true }).fill(LATER["second passphrase"]);
  await dialog.getByRole("button", { name: "Change" }).click();
  await expect(messages(page)).toContainText("The passphrase was changed.");
  await page.getByRole("button", { name: "Recovery kit" }).click();
  const kit = page.getByRole("dialog", { name: "Recovery kit" });
  await kit.getByRole("textbox", { name: "Passphrase" }).fill(LATER["second passphrase"]);
  await kit.getByRole("button", { name: "Show the kit" }).click();
  const codes = kit.getByRole("code");
  await expect(codes).toHaveCount(2);
  const [setup, recovery] = await codes.allInnerTexts();
  const words = Object.entries(kitWords(setup!, recovery!)).map(([name, word]) => [`second ${name}`, word]);
  return Object.fromEntries(words);
}

test("nothing of a vault on two devices is in the relay's databases, its answers, its log, or what it is asked", async ({ browser, request }) => {
  test.setTimeout(240_000);
  const data = await mkdtemp(join(tmpdir(), "tacit-relay-"));
  const port = await free();
  const relay = await serve(data, request, [`http://localhost:${port}`]);
  const { at: baseURL, passed, stop } = await tap(port, () => relay.at);
  const device = async () => (await browser.newContext({ baseURL, permissions: ["clipboard-write"] })).newPage();

  const page = await device();
  const kit = await begin(page);
  await fill(page);
  await use(page);
  await connect(page, WORDS.passphrase);
  const other = await device();
  await useSetupCode(other, String(kit["setup code"]), WORDS.passphrase);
  await expect(other.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  await add(other, "OF_THE_SECOND", LATER["value of the second device"]);
  await add(page, WORDS["word searched for"], LATER["value written at once"]);
  await sync(other);
  await sync(page);
  await sync(other);
  await other.goto("/#/registry");
  await expect(other.getByRole("table", { name: "Secrets" })).toContainText(WORDS["word searched for"]);
  const second = await change(page);
  const search = new Search({ ...WORDS, ...LATER, ...kit, ...second });

  const kept = async (): Promise<Place[]> => (await files(join(data, "objects"))).filter(([name]) => /sqlite/.test(name));
  const running = await kept();
  await Promise.all([page, other].map((page) => page.context().close()));
  await stop();
  await relay.stop();
  const places = [...running, ...(await kept()), ...passed, ...relay.log()];
  expect(search.find(places)).toEqual([]);
  // What was looked through is what a relay has: the logs, and answers with commits in them.
  for (const place of [/\.sqlite(-wal)?$/, /^request POST .*\/commits$/, /^answer to GET .*\/commits\?from=/]) {
    const there = places.filter(([name, bytes]) => place.test(name) && bytes.includes("TACITLOG"));
    expect(there.map(([name]) => name), `${place}`).not.toEqual([]);
  }
  await rm(data, { recursive: true, force: true });
});

// The positive control: a relay that got one word, whatever its encoding, would be found out.
test("a word that a relay keeps, erases, answers or logs is found there, in each encoding", async ({ request }) => {
  test.setTimeout(120_000);
  const data = await mkdtemp(join(tmpdir(), "tacit-leaky-"));
  const relay = await serve(data, request, [], { script: join(__dirname, "leaky.mjs") });
  const { at, passed, stop } = await tap(await free(), () => relay.at);
  const words = { kept: canary(), erased: canary() };
  const search = new Search(words);
  const written = Object.entries(ENCODINGS).flatMap(([encoding, encode]) => Object.entries(words).map(([name, word]) => [encoding, name, encode(Buffer.from(word))] as const));
  for (const [encoding, name, data] of written) {
    const answer = await request.post(`${at}/${encodeURIComponent(encoding)}/${name}`, { data });
    expect(await answer.body()).toEqual(data);
  }
  const running = await files(join(data, "objects"));
  await stop();
  await relay.stop();
  const found = search.find([...running, ...passed, ...relay.log()]);
  const places = [/sqlite/, /^request POST/, /^answer to POST/, /^stdout/, /^stderr/];
  for (const [encoding, name, bytes] of written) {
    // The runtime ends a line of its log at a zero byte.
    for (const place of bytes.includes(0) ? places.slice(0, 3) : places) {
      const lines = found.map((line) => line.split(": ")).filter(([word, where]) => word === `${name} in ${encoding}` && place.test(where!));
      expect(lines, `${name} in ${encoding} at ${place}`).not.toEqual([]);
    }
  }
  await rm(data, { recursive: true, force: true });
});
