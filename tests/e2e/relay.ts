// A client of the relay that was written from the documents: requests from PROTOCOL.md, commits from LOG.md.
import { createHash, createPrivateKey, randomBytes, sign } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { APIRequestContext } from "@playwright/test";

const prefixed = (bytes: Buffer) => Buffer.concat([Buffer.of(bytes.length & 255, bytes.length >> 8), bytes]);
export const label = (name: string) => prefixed(Buffer.from(`tacit/v1/${name}`));
export const sha256 = (...parts: Buffer[]) => createHash("sha256").update(Buffer.concat(parts)).digest();

/** The shortest base-128 form of a number. */
export function uint(number: number): Buffer {
  return number < 0x80 ? Buffer.of(number) : Buffer.concat([Buffer.of((number & 0x7f) | 0x80), uint(number >>> 7)]);
}

export const sized = (bytes: Buffer) => Buffer.concat([uint(bytes.length), bytes]);
export const list = (items: Buffer[]) => Buffer.concat([uint(items.length), ...items]);

/** The owner of the frozen vault, as the vectors make it. */
export const OWNER = { account: Buffer.alloc(16, 0x01), device: Buffer.alloc(16, 0x81), seed: Buffer.alloc(32, 0x81) };
export const STRANGER = { account: Buffer.alloc(16, 0x01), device: Buffer.alloc(16, 0x99), seed: Buffer.alloc(32, 0x99) };

function signature(sender: typeof OWNER, bytes: Buffer): Buffer {
  const key = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), sender.seed]);
  return sign(null, bytes, createPrivateKey({ key, format: "der", type: "pkcs8" }));
}

function proof(sender: typeof OWNER, origin: string, method: string, target: string, body: Buffer, time = Date.now()): string {
  const clock = Buffer.alloc(8);
  clock.writeBigUInt64LE(BigInt(time));
  const claims = Buffer.concat([sender.account, sender.device, clock, randomBytes(16)]);
  const request = [origin, method, target].map((text) => prefixed(Buffer.from(text)));
  const signed = Buffer.concat([label("request"), ...request, sha256(label("request-body"), body), claims]);
  return `Tacit ${Buffer.concat([claims, signature(sender, signed)]).toString("hex")}`;
}

/** What is asked of a relay. */
export interface Question {
  /** Where the relay is reached. */
  at: string;
  target: string;
  /** What is posted; without it the question is a `GET`. */
  body?: Buffer;
  sender?: typeof OWNER;
  /** How the relay is named in the signature, if not by where it is reached. */
  origin?: string;
  time?: number;
}

/** The status of the answer, its number, and its fields. */
export async function ask(request: APIRequestContext, { at, target, body, sender = OWNER, origin = at, time }: Question) {
  const method = body ? "POST" : "GET";
  const headers = { Authorization: proof(sender, origin, method, target, body ?? Buffer.alloc(0), time) };
  const response = await request.fetch(at + target, { method, headers, ...(body ? { data: body } : {}) });
  const bytes = await response.body();
  return { status: response.status(), number: bytes[0]!, fields: bytes.subarray(1) };
}

/** The frozen commits of a vault, each with one empty blob for each of its puts: what they sealed was never made. */
export async function frozen(): Promise<{ commit: Buffer; body: Buffer }[]> {
  const text = await readFile(join(__dirname, "../../protocol/tests/vectors/log.txt"), "utf8");
  const commits = [...text.matchAll(/^vault commit \d+ ([0-9a-f]+)$/gm)].map((line) => Buffer.from(line[1]!, "hex"));
  return commits.map((commit) => ({ commit, body: Buffer.concat([sized(commit), list(Array(puts(commit)).fill(Buffer.of(0)))]) }));
}

/** A commit of the owner after `before` with one note in it, and the request's body that appends it. */
export function noted(before: Buffer, seq: number): { commit: Buffer; body: Buffer } {
  const body = Buffer.concat([Buffer.from("018020000000", "hex"), randomBytes(32)]);
  const header = Buffer.from(before.subarray(0, 172));
  header.writeBigUInt64LE(BigInt(seq), 28);
  sha256(label("commit"), before.subarray(0, 172)).copy(header, 36);
  OWNER.account.copy(header, 68);
  OWNER.device.copy(header, 84);
  // Higher than in any commit of the owner's before it.
  header.writeBigUInt64LE(BigInt(seq + 1), 100);
  header.writeUInt32LE(body.length, 136);
  sha256(label("body"), body).copy(header, 140);
  const signed = Buffer.concat([label("commit-signature"), sha256(label("commit"), header)]);
  const commit = Buffer.concat([header, body, signature(OWNER, signed)]);
  return { commit, body: Buffer.concat([sized(commit), list([])]) };
}

/** How many of a commit's entries are of the kind `put`. */
function puts(commit: Buffer): number {
  let count = 0;
  for (let at = 172; at < commit.length - 64; at += 6 + commit.readUInt32LE(at + 2)) {
    if (commit.readUInt16LE(at) === 7) count += 1;
  }
  return count;
}
