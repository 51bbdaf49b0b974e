// Runs the benchmarks in Chromium, prints a table, writes it to target/bench.md, and fails where a figure is worse than it
// must be. Argument: `push`, `relay`, `load` or `extension` for that part alone. TACIT_ORIGIN: where the app is served; TACIT_RELAY: the process that
// serves it; TACIT_MODULE: the folder of what is measured in a page; TACIT_BARE: that of what is measured beside the relay.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { extension } from "./extension.mjs";
import { pushes } from "./push.mjs";
import { relay } from "./relay.mjs";
import { screens } from "./screen.mjs";

const origin = process.env.TACIT_ORIGIN;
const here = dirname(fileURLToPath(import.meta.url));
const folders = { module: process.env.TACIT_MODULE, npm: join(here, "../../node_modules") };
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".wasm": "application/wasm" };

/** Serves what is measured from the app's own origin, without its policy: peers need not keep it. */
async function serve(route) {
  const [, first, ...rest] = new URL(route.request().url()).pathname.slice(1).split("/");
  const path = first in folders ? join(folders[first], ...rest) : join(here, first, ...rest);
  await route.fulfill({ body: await readFile(path), contentType: TYPES[extname(path)] });
}

export async function launch({ args = [], serviceWorkers = "block" } = {}) {
  const profile = await mkdtemp(join(tmpdir(), "tacit-bench-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync", ...args],
    viewport: { width: 1280, height: 800 },
    serviceWorkers,
  });
  context.setDefaultTimeout(300_000);
  await context.route(`${origin}/bench/**`, serve);
  const close = () => context.close().then(() => rm(profile, { recursive: true, force: true }));
  return { context, close };
}

/** A page with the bench module in it; `call` runs one of its measurements. */
export async function benchPage(context) {
  const page = await context.newPage();
  page.on("pageerror", (error) => console.error(error.message));
  await page.goto(`${origin}/bench/page.html`);
  await page.waitForFunction(() => "bench" in globalThis);
  return (name, argument) => page.evaluate(([name, argument]) => globalThis.bench[name](argument), [name, argument]);
}

const rows = [];
const ms = (time) => `${time < 10 ? time.toFixed(2) : time.toFixed(0)} ms`;

/** Adds a figure. `within`: at most `must`; else at least. */
function figure(what, value, must, { aim, within = true, seen = "" } = {}) {
  const good = within ? value <= must : value >= must;
  rows.push({ what, value: Number(value.toFixed(3)), must: `${within ? "≤" : "≥"} ${must}`, aim: aim ?? "", good, seen });
  console.log(`${good ? "  " : "✘ "}${what}: ${value.toFixed(3)} (${within ? "at most" : "at least"} ${must}) ${seen}`);
}

async function cores() {
  const { context, close } = await launch();
  const call = await benchPage(context);
  const kdf = await call("kdf");
  const seen = `${ms(kdf.ours)}, hash-wasm ${ms(kdf.hashWasm)}, libsodium ${ms(kdf.sodium)}`;
  figure("Argon2id 64 MiB, time against hash-wasm", kdf.ours / kdf.hashWasm, 0.85, { aim: 0.65, seen });
  figure("Argon2id 64 MiB, time against libsodium-wrappers-sumo", kdf.ours / kdf.sodium, 1.25, { aim: 1.0 });

  const cipher = await call("cipher");
  const ciphers = `${ms(cipher.ours)}, libsodium ${ms(cipher.sodium)}, noble ${ms(cipher.noble)}`;
  figure("XChaCha20-Poly1305, 10,000 x 1 KiB, speed against libsodium", cipher.sodium / cipher.ours, 2, { aim: 3, within: false, seen: ciphers });
  figure("XChaCha20-Poly1305, 10,000 x 1 KiB, speed against @noble/ciphers", cipher.noble / cipher.ours, 6, { aim: 10, within: false });

  const folded = await call("folding");
  const logs = `${ms(folded.fold)}, signatures ${ms(folded.verify)}`;
  figure("Verifying and folding 10,000 commits, time against 10,000 bare signatures", folded.fold / folded.verify, 1.5, { seen: logs });

  await captures(call);

  const { times, names } = await call("opening");
  const opened = `${ms(times[1000])}, ${ms(times[10000])}, ${ms(times[100000])}; derivation ${ms(times.kdf)}`;
  figure("Opening 10,000 secrets, time against the derivation", times[10000] / times.kdf, 0.5, { aim: 0.25, seen: opened });
  figure("Opening 100,000 secrets, time against the derivation", times[100000] / times.kdf, 4, { aim: 2 });
  figure("Growth of opening from 1,000 to 100,000, exponent", Math.log10(times[100000] / times[1000]) / 2, 1.1);

  const found = await call("searching", names);
  const queries = `8 queries: ${ms(found[1000])}, ${ms(found[10000])}, ${ms(found[100000])}; includes() ${ms(found.includes)}`;
  figure("Query to result ids in 10,000, time against includes() over objects", found[10000] / found.includes, 0.35, { aim: 0.15, seen: queries });
  figure("Growth of search from 1,000 to 100,000, exponent", Math.log10(found[100000] / found[1000]) / 2, 1.1);

  const saved = await call("saving", names);
  const each = Object.entries(saved).map(([count, writes]) => `${count}: ${writes}`).join(", ");
  figure("Readwrite transactions for one save, at most, at any size", Math.max(...Object.values(saved)), 1, { seen: each });

  await close();
}

/** What a person waits for who captures a key. */
async function captures(call) {
  const { times, slice } = await call("capturing");
  const seen = Object.entries(times).map(([size, time]) => `${size} KiB: ${ms(time)}`).join(", ");
  const exponent = Math.log(times[4096] / times[64]) / Math.log(4096 / 64);
  figure("Keys found in a page's text, growth from 64 KiB to 4 MiB, exponent", exponent, 1.1, { seen });
  figure("KiB of a page's text looked through in one task", slice / 1024, 256);
}

/** In a profile of its own: what is stored first finds nothing there. */
async function firstStore() {
  const { context, close } = await launch();
  const stored = await (await benchPage(context))("storing");
  const puts = `${ms(stored.ours)}, puts ${ms(stored.puts)}; sealing, signing and storing ${ms(stored.whole)}`;
  figure("First store of 10,000 secrets, time against 10,000 puts", stored.ours / stored.puts, 0.25, { aim: 0.12, seen: puts });
  await close();
}

function table() {
  const lines = rows.map(({ what, value, must, aim, good, seen }) => `| ${what} | ${value} | ${must}${good ? "" : " ✘"} | ${aim} | ${seen} |`);
  return ["| what | figure | must | aim | seen |", "|---|---|---|---|---|", ...lines, ""].join("\n");
}

const part = process.argv[2];
if (!part) {
  await cores();
  await firstStore();
  await screens({ launch, benchPage, figure, ms, origin });
}
if (!part || part === "extension") await extension({ launch, figure, ms, origin });
if (!part || part === "push") await pushes({ launch, figure, ms, origin });
if (part === "load") await relay({ figure, origin, what: "load" });
else if (!part || part === "relay") await relay({ figure, origin, module: process.env.TACIT_BARE });
await writeFile(join(here, `../../target/bench${part ? `-${part}` : ""}.md`), table());
console.log(`\n${table()}`);
const missed = rows.filter(({ good }) => !good).length;
console.log(missed ? `${missed} figures are worse than they must be` : "every figure is as good as it must be");
process.exit(missed ? 1 : 0);
