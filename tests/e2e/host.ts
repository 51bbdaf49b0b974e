// A relay of one's own as a process, and what passes between it and those who reach it.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer as createHttp, request as ask, type IncomingMessage } from "node:http";
import { connect, createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, type APIRequestContext } from "@playwright/test";
import type { Place } from "./canary";

/** A port that nobody listens on. */
export async function free(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

export interface Relay {
  /** Where it is reached. */
  at: string;
  /** Everything that it wrote to its log so far. */
  log(): Place[];
  /** Ends every process of it at once. */
  kill(): Promise<void>;
  /** Asks it to end. */
  stop(): Promise<void>;
}

/** What `cargo xtask serve` starts. */
const SERVE = join(__dirname, "../../relay-worker/serve.mjs");

/** Starts `script` on a folder, and waits until it answers. */
export async function serve(data: string, request: APIRequestContext, origin: string[] = [], { script = SERVE, port = 0 } = {}): Promise<Relay> {
  port ||= await free();
  const child: ChildProcess = spawn("node", [script, data, "127.0.0.1", String(port), ...origin], { detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "close");
  const written = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  for (const stream of ["stdout", "stderr"] as const) child[stream]!.on("data", (bytes: Buffer) => written[stream].push(bytes));
  const at = `http://localhost:${port}`;
  const health = () => request.get(`${at}/v1/health`).then((answer) => answer.status(), () => 0);
  await expect.poll(health, { timeout: 60_000 }).toBe(200);
  return {
    at,
    log: () => Object.entries(written).map(([stream, bytes]): Place => [stream, Buffer.concat(bytes)]),
    kill: () => (process.kill(-child.pid!, "SIGKILL"), ended.then(() => undefined)),
    stop: () => (child.kill("SIGTERM"), ended.then(() => undefined)),
  };
}

export interface Tap {
  /** Where it is reached in the relay's stead. */
  at: string;
  /** Every request that passed, with its answer. */
  passed: Place[];
  stop(): Promise<void>;
}

const heard = async (message: IncomingMessage) => Buffer.concat([Buffer.from(`${message.rawHeaders.join("\n")}\n`), Buffer.concat(await message.toArray())]);

/** Stands on `port` before the relay that `relay()` says, and keeps what passes, uncompressed. */
export async function tap(port: number, relay: () => string): Promise<Tap> {
  const passed: Place[] = [];
  const server = createHttp(async (from, to) => {
    const name = `${from.method} ${from.url}`;
    const body = Buffer.concat(await from.toArray());
    passed.push([`request ${name}`, Buffer.concat([Buffer.from(`${name}\n${from.rawHeaders.join("\n")}\n`), body])]);
    const { "accept-encoding": _, ...headers } = from.headers;
    const onward = ask(relay() + from.url, { method: from.method, headers }, async (answer) => {
      const bytes = Buffer.concat(await answer.toArray());
      passed.push([`answer to ${name}`, Buffer.concat([Buffer.from(`${answer.rawHeaders.join("\n")}\n`), bytes])]);
      to.writeHead(answer.statusCode!, answer.headers).end(bytes);
    });
    onward.on("error", () => to.destroy());
    onward.end(body);
  });
  // A socket's frames are kept as they come; those of a browser are masked, and what they say is in what the relay keeps.
  server.on("upgrade", (from, socket, first) => {
    const { "sec-websocket-extensions": _, ...headers } = from.headers;
    const onward = connect(Number(new URL(relay()).port), "127.0.0.1");
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    onward.write(`${from.method} ${from.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
    onward.write(first);
    onward.on("data", (bytes) => passed.push([`frames of ${from.url}`, bytes]));
    for (const [one, other] of [[socket, onward], [onward, socket]] as const) one.pipe(other).on("error", () => one.destroy());
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    server.close();
    server.closeAllConnections();
  };
  return { at: `http://localhost:${port}`, passed, stop };
}
