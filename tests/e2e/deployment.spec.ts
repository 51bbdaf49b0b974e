// What a deployment does around its objects: how often one address may ask, a line for each request, the policy of the app,
// and how it is put together to be sent.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, request as ask } from "node:http";
import type { AddressInfo } from "node:net";
import { serve, type Relay } from "./host";
import { expect, test } from "./tacit";

const ORIGIN = "https://relay.example";

test("an address that begins too many sign-ins waits, whichever accounts it asks about and though the relay starts again", async ({ request }) => {
  test.setTimeout(120_000);
  const data = await mkdtemp(join(tmpdir(), "tacit-relay-"));
  let relay: Relay = await serve(data, request, [ORIGIN]);
  const signIn = async (address: string) => {
    const target = `/v1/accounts/${randomBytes(16).toString("hex")}/login`;
    const headers = { "X-Forwarded-For": address, "Content-Type": "application/octet-stream" };
    return request.post(relay.at + target, { headers, data: Buffer.alloc(96, 0xff) });
  };
  // What they say is no sign-in, which is found out later than that it is one too many. They fit one window of a quarter of
  // an hour, unless one ends meanwhile: then there is as much room again.
  let statuses: number[] = [];
  for (let sent = 0; sent < 61 && !statuses.includes(429); sent += 1) statuses.push((await signIn("198.51.100.1, 203.0.113.7")).status());
  expect(statuses.filter((status) => status === 400).length).toBeGreaterThanOrEqual(30);
  const limited = await signIn("203.0.113.7");
  expect([limited.status(), (await limited.body())[0]]).toEqual([429, 26]);
  expect((await signIn("203.0.113.8")).status()).toBe(400);
  await relay.stop();
  relay = await serve(data, request, [ORIGIN]);
  expect((await signIn("203.0.113.7")).status()).toBe(429);
  await relay.stop();
  await rm(data, { recursive: true, force: true });
});

test("an address whose sockets prove nothing too often gets none, and nothing else is answered it", async ({ request }) => {
  test.setTimeout(120_000);
  const data = await mkdtemp(join(tmpdir(), "tacit-relay-"));
  const relay = await serve(data, request, [ORIGIN]);
  const target = `/v1/logs/${"0".repeat(32)}/socket`;
  /** The status of the answer; of a socket that was opened once it was closed again. */
  const proveNothing = (address: string) =>
    new Promise<number>((resolve, reject) => {
      const headers = {
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
        "Sec-WebSocket-Protocol": "tacit.v1",
        "X-Forwarded-For": address,
      };
      const asked = ask(relay.at + target, { headers, agent: false });
      asked.on("response", (answer) => (answer.resume(), resolve(answer.statusCode!)));
      asked.on("upgrade", (answer, socket) => {
        socket.on("close", () => resolve(answer.statusCode!));
        socket.on("error", reject);
        socket.resume();
        // A frame of one byte that is none of the protocol's, and the end of this side.
        socket.end(Buffer.from([0x82, 0x81, 0, 0, 0, 0, 9]));
      });
      asked.on("error", reject);
      asked.end();
    });
  const opened: number[] = [];
  for (let sent = 0; sent < 602 && !opened.includes(429); sent += 1) opened.push(await proveNothing("203.0.113.7"));
  expect(opened.filter((status) => status === 101).length).toBeGreaterThanOrEqual(300);
  expect(opened.at(-1)).toBe(429);
  expect(await proveNothing("203.0.113.8")).toBe(101);
  const chain = (address: string) => request.get(`${relay.at}/v1/logs/${"0".repeat(32)}/chain?from=0`, { headers: { "X-Forwarded-For": address } });
  expect((await chain("203.0.113.8")).status()).toBe(400);
  expect((await chain("203.0.113.7")).status()).toBe(429);
  await relay.stop();
  await rm(data, { recursive: true, force: true });
});

/** A point of the group: what begins a sign-in has one to be multiplied and one for a key. */
const POINT = Buffer.from("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76", "hex");

test("what counts for a day is forgotten when the alarm of the account's object, or of the address's, goes off", async ({ request }) => {
  test.setTimeout(120_000);
  const data = await mkdtemp(join(tmpdir(), "tacit-relay-"));
  const login = (relay: Relay, account: Buffer, address = "127.0.0.1") =>
    request.post(`${relay.at}/v1/accounts/${account.toString("hex")}/login`, {
      headers: { "X-Forwarded-For": address, "Content-Type": "application/octet-stream" },
      data: Buffer.concat([POINT, randomBytes(32), POINT]),
    });
  const statuses = async (relay: Relay, account: Buffer) => {
    const all: number[] = [];
    for (let sent = 0; sent < 6; sent += 1) all.push((await login(relay, account)).status());
    return all;
  };
  // The control: with the alarm a day away the sixth sign-in in a row has to wait, and still after the relay starts again.
  const account = randomBytes(16);
  let relay = await serve(data, request, [ORIGIN]);
  expect(await statuses(relay, account)).toEqual([200, 200, 200, 200, 200, 429]);
  await relay.stop();
  relay = await serve(data, request, [ORIGIN], { script: join(__dirname, "hasty.mjs") });
  expect((await login(relay, account)).status()).toBe(429);
  const other = randomBytes(16);
  const alarms = (kind: string) => String(relay.log().map(([, bytes]) => bytes)).split(`alarm of ${kind}`).length - 1;
  for (let sent = 0; sent < 12; sent += 1) {
    const before = ["LogObject", "BucketObject"].map((kind) => [kind, alarms(kind)] as const);
    expect((await login(relay, other, "203.0.113.9")).status()).toBe(200);
    for (const [kind, count] of before) await expect.poll(() => alarms(kind)).toBeGreaterThan(count);
  }
  await relay.stop();
  await rm(data, { recursive: true, force: true });
});

test("every answer carries the id under which the relay's log has its one line, which holds nothing of what was sent", async ({ request }) => {
  const data = await mkdtemp(join(tmpdir(), "tacit-relay-"));
  const relay = await serve(data, request);
  const log = "00112233445566778899aabbccddeeff";
  const answer = await request.get(`${relay.at}/v1/logs/${log}/chain?from=0`, { headers: { Authorization: "Tacit canary" } });
  const id = answer.headers()["tacit-request"]!;
  expect(id).toMatch(/^[0-9a-f]{16}$/);
  const lines = () => String(relay.log().map(([, bytes]) => bytes)).split("\n").filter((line) => line.includes(id));
  await expect.poll(lines).toHaveLength(1);
  const line = JSON.parse(lines()[0]!.slice(lines()[0]!.indexOf("{")));
  expect(line).toMatchObject({ request: id, method: "GET", route: "chain", about: "00112233", status: 400 });
  expect(String(relay.log().map(([, bytes]) => bytes))).not.toMatch(/canary|445566/);
  const health = await request.get(`${relay.at}/v1/health`);
  expect(await health.json()).toMatchObject({ status: "ok", protocol: 1 });
  await relay.stop();
  await rm(data, { recursive: true, force: true });
});

test("the policy of the app names its own origin, and the relays that the deployment names", async ({ request }) => {
  const policy = async (origins?: string) => {
    const data = await mkdtemp(join(tmpdir(), "tacit-relay-"));
    if (origins) process.env.RELAY_ORIGINS = origins;
    const relay = await serve(data, request);
    delete process.env.RELAY_ORIGINS;
    const sources = (await request.get(relay.at)).headers()["content-security-policy"]!.match(/connect-src [^;]*/)![0];
    await relay.stop();
    await rm(data, { recursive: true, force: true });
    return sources;
  };
  expect(await policy()).toBe("connect-src 'self'");
  expect(await policy("https://relay.example")).toBe("connect-src 'self' https://relay.example wss://relay.example");
  expect(await policy("https://relay.example *")).toBe("connect-src 'self'");
});

test("a dry run of deploying puts the worker together, under secrets that are made once and that their owner alone reads", async () => {
  test.setTimeout(120_000);
  const data = await mkdtemp(join(tmpdir(), "tacit-secrets-"));
  const script = join(__dirname, "../../relay-worker/deploy.mjs");
  const deploy = () => promisify(execFile)("node", [script, "--dry-run", "--data", data, "--origin", "https://relay.example"]);
  const kept = () => Promise.all(["secret", "admin"].map((name) => readFile(join(data, name), "utf8")));
  const first = await deploy();
  const secrets = await kept();
  expect(first.stdout).toContain("Keep a copy of both away from this machine");
  for (const binding of ["LOGS", "DEPLOYMENT", "ADDRESSES", "ASSETS", "RELAY_SECRET", "ADMIN_KEY", "ORIGIN"]) expect(first.stdout).toContain(`env.${binding}`);
  for (const secret of secrets) expect(first.stdout + first.stderr).not.toContain(secret.trim());
  for (const name of ["secret", "admin", "worker.json"]) expect((await stat(join(data, name))).mode & 0o777).toBe(0o600);
  await deploy();
  expect(await kept()).toEqual(secrets);
  await rm(data, { recursive: true, force: true });
});

test("a deployed worker that has a secret is not sent another one", async () => {
  const data = await mkdtemp(join(tmpdir(), "tacit-deploy-"));
  let isThere = true;
  const asked: string[] = [];
  const cloudflare = createServer((from, to) => {
    asked.push(`${from.method} ${from.url}`);
    from.resume();
    to.setHeader("Content-Type", "application/json");
    if (isThere && from.url!.endsWith("/secrets")) return to.end(JSON.stringify({ success: true, errors: [], messages: [], result: [{ name: "RELAY_SECRET", type: "secret_text" }] }));
    to.writeHead(404).end(JSON.stringify({ success: false, errors: [{ code: 10007, message: "This Worker does not exist on your account." }], messages: [], result: null }));
  }).listen(0, "127.0.0.1");
  await once(cloudflare, "listening");
  const env = {
    ...process.env,
    CLOUDFLARE_API_TOKEN: "fake",
    CLOUDFLARE_ACCOUNT_ID: "0".repeat(32),
    CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${(cloudflare.address() as AddressInfo).port}`,
  };
  const deploy = () =>
    promisify(execFile)("node", [join(__dirname, "../../relay-worker/deploy.mjs"), "--data", data, "--origin", "https://relay.example"], { env }).catch((error) => error);
  const sent = () => asked.filter((line) => !/\/secrets$/.test(line));
  expect((await deploy()).stderr).toContain(`Put your copy back as ${join(data, "secret")}`);
  expect([sent(), await stat(join(data, "secret")).catch(() => undefined)]).toEqual([[], undefined]);
  // The control: where there is no worker yet, it begins to send one.
  isThere = false;
  expect((await deploy()).stdout).toContain("made the relay's secrets");
  expect(sent()).not.toEqual([]);
  cloudflare.close();
  await rm(data, { recursive: true, force: true });
});
