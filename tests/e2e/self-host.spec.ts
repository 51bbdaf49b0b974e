// A relay of one's own: one command, one folder, and what it acknowledged outlives whatever kills it.
import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { APIRequestContext } from "@playwright/test";
import { serve, type Relay } from "./host";
import { expect, test } from "./tacit";
import { ask, frozen, list, noted, sized } from "./relay";

const ROUNDS = process.env.TACIT_LONG ? 100 : 8;
const SEED = Number(process.env.TACIT_SEED ?? Date.now() % 1_000_000);

/** The commits that the relay has. */
async function chain(request: APIRequestContext, relay: Relay, log: string): Promise<string> {
  const answer = await ask(request, { at: relay.at, target: `/v1/logs/${log}/chain?from=0` });
  expect([answer.status, answer.number]).toEqual([200, 2]);
  // Behind the head: its place, and its hash.
  const place = [...answer.fields].findIndex((byte) => byte < 0x80) + 1;
  return answer.fields.subarray(place + 32).toString("hex");
}

const wire = (commits: Buffer[]) => list(commits.map(sized)).toString("hex");

test(`what a relay acknowledged outlives ${ROUNDS} kills in the middle of writes, and a copy of its folder is a backup`, async ({ request }) => {
  test.setTimeout(ROUNDS * 60_000);
  console.log(`seed ${SEED}: TACIT_SEED=${SEED} does the same again`);
  let state = SEED;
  const roll = (limit: number) => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) % limit;
  const data = await mkdtemp(join(tmpdir(), "tacit-relay-"));
  let relay = await serve(data, request);
  const first = await frozen();
  const log = first[0]!.commit.subarray(12, 28).toString("hex");
  const append = `/v1/logs/${log}/commits`;
  const acknowledged: Buffer[] = [];
  const send = ({ body }: { body: Buffer }) => ask(request, { at: relay.at, target: append, body });
  for (const each of first) {
    expect((await send(each)).status).toBe(200);
    acknowledged.push(each.commit);
  }
  let landed = 0;
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (let more = roll(4); more > 0; more -= 1) {
      const next = noted(acknowledged.at(-1)!, acknowledged.length);
      expect((await send(next)).status, `seed ${SEED}, round ${round}`).toBe(200);
      acknowledged.push(next.commit);
    }
    // One more is on its way when the kill comes.
    const last = noted(acknowledged.at(-1)!, acknowledged.length);
    const under = send(last).then(({ status }) => status, () => 0);
    for (let turns = roll(4_000); turns > 0; turns -= 1) await new Promise(setImmediate);
    await relay.kill();
    const was = await under;
    relay = await serve(data, request);
    const found = await chain(request, relay, log);
    const whole = wire([...acknowledged, last.commit]);
    // Whether it landed only the relay knows; what it answered to is there.
    if (was === 200) expect(found, `seed ${SEED}, round ${round}`).toBe(whole);
    expect([wire(acknowledged), whole], `seed ${SEED}, round ${round}`).toContain(found);
    // Sent again, as a client does that got no answer, it is there once.
    expect((await send(last)).status).toBe(200);
    acknowledged.push(last.commit);
    landed += Number(found === whole);
    expect(await chain(request, relay, log)).toBe(whole);
  }
  console.log(`of ${ROUNDS} appends under way at a kill, ${landed} were stored and the others not at all`);

  await relay.stop();
  const copy = await mkdtemp(join(tmpdir(), "tacit-relay-"));
  await cp(data, copy, { recursive: true });
  relay = await serve(copy, request);
  expect(await chain(request, relay, log)).toBe(wire(acknowledged));
  await relay.stop();
  // Without its secret nobody could sign in, and a new one would not be noticed before.
  await rm(join(copy, "secret"));
  const refused = await promisify(execFile)("node", [join(__dirname, "../../relay-worker/serve.mjs"), copy, "127.0.0.1", "0"]).catch((error) => error);
  expect(refused.stderr).toContain(`Put your copy of it back as ${join(copy, "secret")}`);
  await expect(stat(join(copy, "secret"))).rejects.toThrow("ENOENT");
  await Promise.all([data, copy].map((folder) => rm(folder, { recursive: true, force: true })));
});

test("behind a proxy a relay goes by the origin it is given, and founds no log for strangers", async ({ request }) => {
  test.setTimeout(180_000);
  const data = await mkdtemp(join(tmpdir(), "tacit-relay-"));
  const [founding] = await frozen();
  const log = founding!.commit.subarray(12, 28).toString("hex");
  const found = async (relay: Relay, origin: string) => {
    const { status } = await ask(request, { at: relay.at, target: `/v1/logs/${log}/commits`, body: founding!.body, origin });
    return status;
  };
  const open = await serve(data, request);
  expect(await found(open, open.at)).toBe(200);
  await open.stop();
  const named = await serve(data, request, ["https://relay.example"]);
  // It is there already: whoever names the relay rightly is told so.
  expect(await found(named, "https://relay.example")).toBe(200);
  expect(await found(named, named.at)).toBe(404);
  await named.stop();
  await rm(data, { recursive: true, force: true });
  const empty = await mkdtemp(join(tmpdir(), "tacit-relay-"));
  const strict = await serve(empty, request, ["https://relay.example"]);
  expect(await found(strict, "https://relay.example")).toBe(404);
  await strict.stop();
  await rm(empty, { recursive: true, force: true });
});
