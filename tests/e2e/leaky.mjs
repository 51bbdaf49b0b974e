// A relay that is not blind: what is posted to it, it keeps, or keeps and erases, answers and logs. The control of what looks
// for words in a relay. Arguments as those of relay-worker/serve.mjs.
import { join } from "node:path";
import { Miniflare } from "miniflare";

const [data, host, port] = process.argv.slice(2);
const script = `
import { DurableObject } from "cloudflare:workers";

export class Leak extends DurableObject {
  async fetch(request) {
    const bytes = await request.arrayBuffer();
    const text = new TextDecoder("latin1").decode(bytes);
    const sql = this.ctx.storage.sql;
    sql.exec("CREATE TABLE IF NOT EXISTS kept (bytes BLOB)");
    sql.exec("INSERT INTO kept VALUES (?)", bytes);
    if (request.url.endsWith("/erased")) sql.exec("DELETE FROM kept");
    console.log(text);
    console.error(text);
    return new Response(bytes, { headers: { "X-Heard": encodeURIComponent(text) } });
  }
}

export default {
  fetch: (request, env) => request.method === "POST" ? env.LEAK.get(env.LEAK.idFromName(request.url)).fetch(request) : new Response("ok"),
};
`;
const server = new Miniflare({
  modules: [{ type: "ESModule", path: "leaky.js", contents: script }],
  compatibilityDate: "2026-04-01",
  durableObjects: { LEAK: { className: "Leak", useSQLite: true } },
  durableObjectsPersist: join(data, "objects"),
  host,
  port: Number(port),
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => server.dispose());
await server.ready;
