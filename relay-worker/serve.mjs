// Serves dist/ by workerd, as it is served in production. Arguments: the folder of what is kept, the address and the port to
// listen on, and the origin by which clients name the relay, where a proxy stands before it.
import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions as configured } from "wrangler";

const [data, host, port, origin] = process.argv.slice(2);
const { workerOptions, main } = configured(fileURLToPath(new URL("wrangler.jsonc", import.meta.url)));

/** The secret that sign-ins are by, made once; whole or not at all, and never written over. */
function secret() {
  const [file, draft] = [join(data, "secret"), join(data, `secret.${process.pid}`)];
  mkdirSync(data, { recursive: true });
  writeFileSync(draft, `${randomBytes(32).toString("base64")}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(file, "utf8").trim();
}

const server = new Miniflare({
  ...workerOptions,
  name: "tacit",
  bindings: { RELAY_SECRET: secret(), ...(origin ? { ORIGIN: origin } : {}) },
  modules: true,
  modulesRoot: dirname(main),
  modulesRules: [{ type: "ESModule", include: ["**/*.js"] }, ...workerOptions.modulesRules],
  scriptPath: main,
  durableObjectsPersist: join(data, "objects"),
  host,
  port: Number(port),
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => server.dispose());
await server.ready;
