// Serves dist/ by workerd, as it is served in production. Arguments: the folder of what is kept, the address and the port to
// listen on, and the origin by which clients name the relay, where a proxy stands before it. With --administered it has an
// administrator, whose key is in the folder, and who makes the first invite; without, it is for development on one machine.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions as configured } from "wrangler";
import { Administrator } from "./administrator.mjs";
import { secret } from "./secret.mjs";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { administered: { type: "boolean" } } });
const [data, host, port, origin] = positionals;
if (existsSync(join(data, "objects")) && !existsSync(join(data, "secret"))) {
  console.error(`${data} has a relay's databases, and not the secret that its sign-ins are by: with another one nobody could sign in.
Put your copy of it back as ${join(data, "secret")}. If it is lost for good, make another: head -c 32 /dev/urandom | base64 > ${join(data, "secret")}
Each account is then erased and connected again, as docs/self-host.md says.`);
  process.exit(1);
}
const { RELAY_ORIGINS } = process.env;
const at = `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${port}`;
const administrator = values.administered ? new Administrator(secret(data, "admin").text, at, origin) : undefined;
const FILES = "files";
const { workerOptions, main } = configured(fileURLToPath(new URL("wrangler.jsonc", import.meta.url)));
const { assets } = workerOptions;

const relay = {
  ...workerOptions,
  name: "tacit",
  assets: undefined,
  serviceBindings: { [assets.binding]: FILES },
  bindings: {
    RELAY_SECRET: secret(data, "secret").text,
    // A proxy says whose the address is.
    ...(origin ? { ORIGIN: origin, ADDRESS_HEADER: "X-Forwarded-For" } : {}),
    ...(RELAY_ORIGINS ? { RELAY_ORIGINS } : {}),
    ...(administrator ? { ADMIN_KEY: administrator.publicKey } : {}),
  },
  modules: true,
  modulesRoot: dirname(main),
  modulesRules: [{ type: "ESModule", include: ["**/*.js"] }, ...workerOptions.modulesRules],
  scriptPath: main,
};
// A worker of their own: two more stand before one with assets, and would cost each request about a log as much as all else.
const files = {
  name: FILES,
  compatibilityDate: workerOptions.compatibilityDate,
  assets,
  modules: true,
  script: `export default { fetch: (request, { ${assets.binding} }) => ${assets.binding}.fetch(request) };`,
};
const server = new Miniflare({
  workers: [relay, files],
  durableObjectsPersist: join(data, "objects"),
  host,
  port: Number(port),
  // The worker has a line for each.
  logRequests: false,
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => server.dispose());
await server.ready;
const invite = await administrator?.firstInvite();
if (invite) console.log(`the first invite, for one account within 7 days: ${invite}`);
