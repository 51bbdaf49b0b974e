// The relay's logs on the real runtime, by a client that was written from the documents: LOG.md's frozen commits, PROTOCOL.md's requests.
import { createHash, createPrivateKey, randomBytes, sign } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { APIRequestContext } from "@playwright/test";
import { expect, test } from "./tacit";

const prefixed = (bytes: Buffer) => Buffer.concat([Buffer.of(bytes.length & 255, bytes.length >> 8), bytes]);
const label = (name: string) => prefixed(Buffer.from(`tacit/v1/${name}`));
const sha256 = (...parts: Buffer[]) => createHash("sha256").update(Buffer.concat(parts)).digest();

/** The shortest base-128 form of a number. */
function uint(number: number): Buffer {
  return number < 0x80 ? Buffer.of(number) : Buffer.concat([Buffer.of((number & 0x7f) | 0x80), uint(number >>> 7)]);
}

const sized = (bytes: Buffer) => Buffer.concat([uint(bytes.length), bytes]);
const list = (items: Buffer[]) => Buffer.concat([uint(items.length), ...items]);

/** The owner of the frozen vault, as the vectors make it. */
const OWNER = { account: Buffer.alloc(16, 0x01), device: Buffer.alloc(16, 0x81), seed: Buffer.alloc(32, 0x81) };
const STRANGER = { account: Buffer.alloc(16, 0x01), device: Buffer.alloc(16, 0x99), seed: Buffer.alloc(32, 0x99) };

function proof(sender: typeof OWNER, origin: string, method: string, target: string, body: Buffer, time = Date.now()): string {
  const key = createPrivateKey({
    key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), sender.seed]),
    format: "der",
    type: "pkcs8",
  });
  const clock = Buffer.alloc(8);
  clock.writeBigUInt64LE(BigInt(time));
  const claims = Buffer.concat([sender.account, sender.device, clock, randomBytes(16)]);
  const request = [origin, method, target].map((text) => prefixed(Buffer.from(text)));
  const signed = Buffer.concat([label("request"), ...request, sha256(label("request-body"), body), claims]);
  return `Tacit ${Buffer.concat([claims, sign(null, signed, key)]).toString("hex")}`;
}

/** Asks as `sender`; the status, and the body without the number of the answer. */
async function ask(request: APIRequestContext, origin: string, sender: typeof OWNER, method: "GET" | "POST", target: string, body = Buffer.alloc(0), time?: number) {
  const headers = { Authorization: proof(sender, origin, method, target, body, time) };
  const response = await request.fetch(target, { method, headers, ...(method === "POST" ? { data: body } : {}) });
  const bytes = await response.body();
  return { status: response.status(), number: bytes[0]!, fields: bytes.subarray(1) };
}

/** The frozen commits of a vault, each with one empty blob for each of its puts: what they sealed was never made. */
async function frozen(): Promise<{ commit: Buffer; body: Buffer }[]> {
  const text = await readFile(join(__dirname, "../../protocol/tests/vectors/log.txt"), "utf8");
  const commits = [...text.matchAll(/^vault commit \d+ ([0-9a-f]+)$/gm)].map((line) => Buffer.from(line[1]!, "hex"));
  return commits.map((commit) => ({ commit, body: Buffer.concat([sized(commit), list(Array(puts(commit)).fill(Buffer.of(0)))]) }));
}

/** How many of a commit's entries are of the kind `put`. */
function puts(commit: Buffer): number {
  let count = 0;
  for (let at = 172; at < commit.length - 64; at += 6 + commit.readUInt32LE(at + 2)) {
    if (commit.readUInt16LE(at) === 7) count += 1;
  }
  return count;
}

test("a log that is founded and appended to is served as it was signed, to its devices alone", async ({ request, baseURL }) => {
  const origin = new URL(baseURL!).origin;
  const commits = await frozen();
  const log = commits[0]!.commit.subarray(12, 28).toString("hex");
  const [append, all] = [`/v1/logs/${log}/commits`, `/v1/logs/${log}/chain?from=0`];
  for (const { body } of commits) {
    const answer = await ask(request, origin, OWNER, "POST", append, body);
    expect([answer.status, answer.number]).toEqual([200, 0]);
  }
  const head = Buffer.concat([uint(commits.length - 1), sha256(label("commit"), commits.at(-1)!.commit.subarray(0, 172))]);
  // Sent again it is answered as before; nothing is there twice.
  const again = await ask(request, origin, OWNER, "POST", append, commits[0]!.body);
  expect([again.status, again.fields.toString("hex")]).toEqual([200, head.toString("hex")]);
  const chain = await ask(request, origin, OWNER, "GET", all);
  const served = Buffer.concat([head, list(commits.map(({ commit }) => sized(commit)))]);
  expect([chain.status, chain.number, chain.fields.toString("hex")]).toEqual([200, 2, served.toString("hex")]);
  const nothing = await ask(request, origin, OWNER, "GET", `/v1/logs/${log}/commits?from=${commits.length}`);
  expect(nothing.fields.toString("hex")).toBe(Buffer.concat([head, list([])]).toString("hex"));

  const stranger = await ask(request, origin, STRANGER, "GET", all);
  const nowhere = await ask(request, origin, OWNER, "GET", `/v1/logs/${"0".repeat(32)}/chain?from=0`);
  expect([stranger.status, stranger.number, stranger.fields.length]).toEqual([404, 18, 0]);
  expect(nowhere).toEqual(stranger);
  const late = await ask(request, origin, OWNER, "GET", all, undefined, Date.now() - 3_600_000);
  expect([late.status, late.number]).toEqual([401, 17]);
  const elsewhere = await ask(request, "https://relay.example", OWNER, "GET", all);
  expect(elsewhere.status).toBe(404);
});

test("what is no request of the protocol is answered as one, and says how pages of other origins may ask", async ({ request, baseURL }) => {
  const origin = new URL(baseURL!).origin;
  const log = `/v1/logs/${"ab".repeat(16)}`;
  const cases: [string, string, number, number][] = [
    ["GET", "/v1/logs", 404, 18],
    ["GET", `${log}/rows`, 404, 18],
    ["PUT", `${log}/commits`, 405, 19],
    ["GET", `${log}/commits`, 400, 20],
    ["GET", `${log}/commits?from=01`, 400, 20],
    ["GET", `${log}/commits?from=1`, 400, 20],
    ["POST", `${log}/commits`, 400, 20],
  ];
  for (const [method, target, status, number] of cases) {
    const response = await request.fetch(target, { method });
    expect([response.status(), [...(await response.body())]], `${method} ${target}`).toEqual([status, [number]]);
    expect(response.headers()).toMatchObject({ "cache-control": "no-store", "access-control-allow-origin": "*" });
  }
  const body = Buffer.alloc(4 * 1024 * 1024 + 1);
  const large = await ask(request, origin, OWNER, "POST", `${log}/commits`, body);
  expect([large.status, large.number]).toEqual([413, 21]);
  const preflight = await request.fetch(`${log}/commits`, { method: "OPTIONS" });
  expect([preflight.status(), preflight.headers()["access-control-allow-headers"]]).toEqual([204, "Authorization, Content-Type"]);
});
