// Serves dist/ by workerd, as it is served in production. Arguments: the folder of what is kept, the address and the port to
// listen on, and the origin by which clients name the relay, where a proxy stands before it.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions as configured } from "wrangler";

const [data, host, port, origin] = process.argv.slice(2);
const { workerOptions, main } = configured(fileURLToPath(new URL("wrangler.jsonc", import.meta.url)));
const server = new Miniflare({
  ...workerOptions,
  name: "tacit",
  bindings: origin ? { ORIGIN: origin } : {},
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
