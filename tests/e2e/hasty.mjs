// The relay, but every alarm of its objects goes off at once, and takes the time for a day later. Arguments as those of
// relay-worker/serve.mjs.
import { readFile, readdir } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions as configured } from "wrangler";

const [data, host, port, origin] = process.argv.slice(2);
const { workerOptions, main } = configured(fileURLToPath(new URL("../../relay-worker/wrangler.jsonc", import.meta.url)));
const { assets: _, durableObjects, compatibilityDate } = workerOptions;
const classes = Object.values(durableObjects).map(({ className }) => className);
const script = `
import * as relay from "./entry.js";

const Today = Date;
class Tomorrow extends Today {
  constructor(...time) {
    super(...(time.length ? time : [Today.now() + 25 * 3_600_000]));
  }
}

const hasty = (Kind) => class extends Kind {
  constructor(state, env) {
    const { storage } = state;
    const set = storage.setAlarm;
    Object.defineProperty(storage, "setAlarm", { value: () => set.call(storage, Date.now()) });
    super(state, env);
  }
  async alarm() {
    globalThis.Date = Tomorrow;
    try {
      return await super.alarm();
    } finally {
      globalThis.Date = Today;
      console.log("alarm of " + Kind.name);
    }
  }
};

${classes.map((name) => `export const ${name} = hasty(relay.${name});`).join("\n")}
export default relay.default;
`;
const root = dirname(main);
const files = (await readdir(root, { recursive: true })).filter((path) => [".js", ".wasm"].includes(extname(path)));
const read = async (path) => {
  const contents = await readFile(join(root, path));
  return extname(path) === ".js" ? { type: "ESModule", path, contents: contents.toString() } : { type: "CompiledWasm", path, contents };
};
const server = new Miniflare({
  name: "tacit",
  modules: [
    { type: "ESModule", path: "hasty.js", contents: script },
    ...(await Promise.all(files.map(read))),
  ],
  compatibilityDate,
  durableObjects,
  durableObjectsPersist: join(data, "objects"),
  bindings: { RELAY_SECRET: Buffer.alloc(32, 7).toString("base64"), ...(origin ? { ORIGIN: origin, ADDRESS_HEADER: "X-Forwarded-For" } : {}) },
  host,
  port: Number(port),
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => server.dispose());
await server.ready;
