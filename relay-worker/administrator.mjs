// An administrator of a relay: requests of protocol/PROTOCOL.md §12.
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign } from "node:crypto";

const DAY = 24 * 3_600_000;
/** What the relay refuses by, in words for an administrator. */
const REFUSALS = {
  17: "the relay's clock and this machine's differ by more than two minutes",
  18: "the relay does not know it, or not this administrator's key",
  20: "the relay does not understand it",
  24: "the relay could not read or write; nothing was changed",
  25: "this was asked before",
  26: "too many requests; try again later",
};

const prefixed = (bytes) => Buffer.concat([Buffer.of(bytes.length & 255, bytes.length >> 8), bytes]);
const hash = (label, bytes) => createHash("sha256").update(prefixed(Buffer.from(`tacit/v1/${label}`))).update(bytes).digest();

/** The shortest base-128 form of a number. */
export function uint(number) {
  const [low, rest] = [number % 128, Math.floor(number / 128)];
  return rest === 0 ? Buffer.of(low) : Buffer.concat([Buffer.of(low + 128), uint(rest)]);
}

/** Takes fields off the front of an answer. */
class Fields {
  constructor(bytes) {
    this.rest = bytes;
  }
  hex(length) {
    const taken = this.rest.subarray(0, length);
    this.rest = this.rest.subarray(length);
    return taken.toString("hex");
  }
  uint() {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = this.rest[0];
      this.rest = this.rest.subarray(1);
      value += (byte % 128) * scale;
      if (!(byte >= 128)) return value;
      scale *= 128;
    }
  }
  list(item) {
    return Array.from({ length: this.uint() }, () => item(this));
  }
}

const quota = (fields) => ({ bytes: fields.uint(), commits: fields.uint(), vaults: fields.uint() });

export class Administrator {
  #key;

  /** With a secret in base64, of a relay reached at `at` that clients call `origin`. */
  constructor(secret, at, origin = at) {
    const seed = Buffer.from(secret, "base64");
    const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
    this.#key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    [this.at, this.origin] = [at, origin];
  }

  /** What the relay has to be given as `ADMIN_KEY`. */
  get publicKey() {
    return createPublicKey(this.#key).export({ format: "der", type: "spki" }).subarray(-32).toString("hex");
  }

  async accounts() {
    const all = [];
    for (let [after, more] = ["", true]; more; after = `?after=${all.at(-1)?.account}`) {
      const fields = await this.#ask("GET", `/v1/admin/accounts${after}`);
      all.push(...fields.list((it) => ({ account: it.hex(16), since: it.uint() })));
      more = fields.hex(1) === "01";
    }
    return all;
  }

  async account(id) {
    const fields = await this.#ask("GET", `/v1/admin/accounts/${id}`);
    const since = fields.uint();
    return { since, quota: quota(fields), logs: fields.list((it) => ({ log: it.hex(16), bytes: it.uint(), commits: it.uint() })) };
  }

  async setQuota(id, { bytes, commits, vaults }) {
    await this.#ask("POST", `/v1/admin/accounts/${id}/quota`, Buffer.concat([bytes, commits, vaults].map(uint)));
  }

  async erase(id) {
    await this.#ask("POST", `/v1/admin/accounts/${id}/erasure`, Buffer.of());
  }

  async invites() {
    const fields = await this.#ask("GET", "/v1/admin/invites");
    return fields.list((it) => ({ invite: it.hex(32), uses: it.uint(), until: it.uint() }));
  }

  /** A new invite, as the person types it who gets it. It is known here alone: the relay keeps its hash. */
  async invite(uses, days) {
    const code = randomBytes(16);
    const until = Date.now() + days * DAY;
    await this.#ask("POST", "/v1/admin/invites", Buffer.concat([hash("invite", code), uint(uses), uint(until)]));
    return code.toString("hex").match(/.{4}/g).join("-");
  }

  /** An invite for one account, where there is neither an account nor an invite yet. */
  async firstInvite() {
    const there = [...(await this.accounts()), ...(await this.invites())];
    return there.length === 0 ? this.invite(1, 7) : undefined;
  }

  async revoke(invite) {
    await this.#ask("POST", `/v1/admin/invites/${invite}/revocation`, Buffer.of());
  }

  async #ask(method, target, body) {
    const time = Buffer.alloc(8);
    time.writeBigUInt64LE(BigInt(Date.now()));
    const claims = Buffer.concat([time, randomBytes(16)]);
    const fields = [this.origin, method, target].map((text) => prefixed(Buffer.from(text)));
    const signed = [prefixed(Buffer.from("tacit/v1/admin-request")), ...fields, hash("request-body", body ?? Buffer.of()), claims];
    const proof = Buffer.concat([claims, sign(null, Buffer.concat(signed), this.#key)]);
    const headers = { Authorization: `Tacit-Admin ${proof.toString("hex")}`, "Content-Type": "application/octet-stream" };
    const response = await fetch(this.at + target, { method, headers, body, redirect: "error" });
    const answer = Buffer.from(await response.arrayBuffer());
    if (response.status !== 200) throw new Error(REFUSALS[answer[0]] ?? `the relay answers with status ${response.status}`);
    return new Fields(answer.subarray(1));
  }
}
