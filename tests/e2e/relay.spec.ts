// The relay's logs on the real runtime, asked by a client that was written from the documents.
import { expect, test } from "./tacit";
import { STRANGER, ask, frozen, label, list, sha256, sized, uint } from "./relay";

test("a log that is founded and appended to is served as it was signed, to its devices alone", async ({ request, baseURL }) => {
  const at = new URL(baseURL!).origin;
  const commits = await frozen();
  const log = commits[0]!.commit.subarray(12, 28).toString("hex");
  const [append, all] = [`/v1/logs/${log}/commits`, `/v1/logs/${log}/chain?from=0`];
  for (const { body } of commits) {
    const answer = await ask(request, { at, target: append, body });
    expect([answer.status, answer.number]).toEqual([200, 0]);
  }
  const head = Buffer.concat([uint(commits.length - 1), sha256(label("commit"), commits.at(-1)!.commit.subarray(0, 172))]);
  // Sent again it is answered as before; nothing is there twice.
  const again = await ask(request, { at, target: append, body: commits[0]!.body });
  expect([again.status, again.fields.toString("hex")]).toEqual([200, head.toString("hex")]);
  const chain = await ask(request, { at, target: all });
  const served = Buffer.concat([head, list(commits.map(({ commit }) => sized(commit)))]);
  expect([chain.status, chain.number, chain.fields.toString("hex")]).toEqual([200, 2, served.toString("hex")]);
  const nothing = await ask(request, { at, target: `/v1/logs/${log}/commits?from=${commits.length}` });
  expect(nothing.fields.toString("hex")).toBe(Buffer.concat([head, list([])]).toString("hex"));

  const stranger = await ask(request, { at, target: all, sender: STRANGER });
  const nowhere = await ask(request, { at, target: `/v1/logs/${"0".repeat(32)}/chain?from=0` });
  expect([stranger.status, stranger.number, stranger.fields.length]).toEqual([404, 18, 0]);
  expect(nowhere).toEqual(stranger);
  const late = await ask(request, { at, target: all, time: Date.now() - 3_600_000 });
  expect([late.status, late.number]).toEqual([401, 17]);
  const elsewhere = await ask(request, { at, target: all, origin: "https://relay.example" });
  expect(elsewhere.status).toBe(404);
});

test("what is no request of the protocol is answered as one, and says how pages of other origins may ask", async ({ request, baseURL }) => {
  const at = new URL(baseURL!).origin;
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
  const large = await ask(request, { at, target: `${log}/commits`, body });
  expect([large.status, large.number]).toEqual([413, 21]);
  const preflight = await request.fetch(`${log}/commits`, { method: "OPTIONS" });
  expect([preflight.status(), preflight.headers()["access-control-allow-headers"]]).toEqual([204, "Authorization, Content-Type"]);
});
