// OPAQUE's server half in the relay's runtime, with nothing of the relay around it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Miniflare } from "miniflare";

const WORKER = `
import { SignIns, initSync } from "./tests.js";
import module from "./tests_bg.wasm";
let signIns;
export default {
  async fetch(request) {
    const [, act, count] = new URL(request.url).pathname.split("/");
    if (!signIns) {
      initSync({ module });
      signIns = new SignIns();
    }
    signIns[act](Number(count));
    return new Response("done");
  },
};`;

/** Serves it on a port of its own; the server, to be disposed of. */
export async function serveBare(folder) {
  const file = (name) => readFile(join(folder, name));
  const modules = [
    { type: "ESModule", path: "worker.mjs", contents: WORKER },
    { type: "ESModule", path: "tests.js", contents: (await file("tests.js")).toString() },
    { type: "CompiledWasm", path: "tests_bg.wasm", contents: await file("tests_bg.wasm") },
  ];
  const server = new Miniflare({ modules, compatibilityDate: "2026-01-01" });
  return { server, origin: (await server.ready).origin };
}
