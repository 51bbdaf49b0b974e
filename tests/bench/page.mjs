// What is compared, in the page: ours from the bench module, the others as their packages ship them.
import init, { Log, Records, Shown, Vault, committing, derive } from "/bench/module/tests.js";
import sodium from "/bench/npm/libsodium-wrappers-sumo/dist/modules-sumo-esm/libsodium-wrappers.mjs";
import { argon2id } from "/bench/npm/hash-wasm/dist/index.esm.min.js";
import { xchacha20poly1305 } from "/bench/npm/@noble/ciphers/chacha.js";

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** Milliseconds of each of `ways`: medians of alternating rounds, of which the first is dropped. */
async function race(rounds, ways) {
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, way] of Object.entries(ways)) {
      const start = performance.now();
      // A way that measures a part of itself answers with that part.
      const part = await way();
      const time = typeof part === "number" ? part : performance.now() - start;
      if (round > 0) times[name].push(time);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
}

const bytes = (length, seed) => Uint8Array.from({ length }, (_, at) => (at * 31 + seed) & 255);

export async function kdf() {
  const [text, salt] = ["correct horse fake staple", bytes(16, 3)];
  const costs = { password: text, salt, parallelism: 1, iterations: 3, memorySize: 65536, hashLength: 32, outputType: "binary" };
  const theirs = () => sodium.crypto_pwhash(32, text, salt, 3, 65536 * 1024, sodium.crypto_pwhash_ALG_ARGON2ID13);
  const [a, b] = [await argon2id(costs), theirs()];
  if (a.join() !== b.join()) throw new Error("the peers do not derive the same key");
  return race(9, { ours: () => derive(text), hashWasm: () => argon2id(costs), sodium: theirs });
}

export async function cipher() {
  const [count, length, key] = [10_000, 1024, bytes(32, 1)];
  const records = new Records(count, length);
  const plain = Array.from({ length: count }, () => new Uint8Array(length).fill(7));
  const nonces = plain.map((_, number) => {
    const nonce = new Uint8Array(24);
    new DataView(nonce.buffer).setUint32(0, number, true);
    return nonce;
  });
  const bySodium = (at) => sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plain[at], null, null, nonces[at], key);
  const byNoble = (at) => xchacha20poly1305(key, nonces[at]).encrypt(plain[at]);
  records.seal(key);
  for (const at of [0, 1, 9_999]) {
    const same = [records.sealed(at), bySodium(at), byNoble(at)].map((sealed) => sealed.join());
    if (new Set(same).size !== 1) throw new Error("not the same ciphertext");
  }
  const all = (seal) => () => {
    const kept = [];
    for (let at = 0; at < count; at += 1) kept.push(seal(at));
  };
  return race(21, { ours: () => records.seal(key), sodium: all(bySodium), noble: all(byNoble) });
}

/** Verifying and folding a log, beside verifying as many signatures. */
export async function folding() {
  const [count, ways] = [10_000, {}];
  const log = new Log(count);
  if (log.fold() !== count - 1 || log.verify() !== count) throw new Error("not the log that was made");
  ways.fold = () => void log.fold();
  ways.verify = () => void log.verify();
  const times = await race(7, ways);
  log.free();
  return times;
}

/** Keys found in pages of these sizes in KiB: each way looks through 4 MiB, and answers with the time of one page. */
export async function capturing() {
  const pages = [64, 256, 1024, 4096].map((size) => [size, new Shown(size * 1024)]);
  if (!pages.every(([, page]) => page.find() === 1)) throw new Error("not the one key that is there");
  const way = (size, page) => () => {
    const [start, rounds] = [performance.now(), 4096 / size];
    for (let round = 0; round < rounds; round += 1) page.find();
    return (performance.now() - start) / rounds;
  };
  const times = await race(9, Object.fromEntries(pages.map(([size, page]) => [size, way(size, page)])));
  const slice = Math.max(...pages.map(([, page]) => page.slice()));
  pages.forEach(([, page]) => page.free());
  return { times, slice };
}

const PASSPHRASE = "correct horse fake staple";
let vaults = 0;

/** A vault with `count` secrets in projects of 1,000, in a database of its own. */
async function filled(count) {
  const name = `bench-${count}-${(vaults += 1)}`;
  const vault = await Vault.make(name, PASSPHRASE);
  for (let from = 0; from < count; from += 1000) await vault.import(`p${from}`, Math.min(1000, count - from));
  if (vault.count() !== count) throw new Error(`${vault.count()} secrets instead of ${count}`);
  vault.free();
  return name;
}

/** How long opening takes at each size, beside the derivation that comes before it. */
export async function opening() {
  const names = { 1000: await filled(1000), 10000: await filled(10_000), 100000: await filled(100_000) };
  const opens = Object.entries(names).map(([count, name]) => [count, async () => {
    const start = performance.now();
    const vault = await Vault.open(name);
    const time = performance.now() - start;
    if (vault.count() !== Number(count)) throw new Error("not the whole vault");
    vault.free();
    return time;
  }]);
  const times = await race(5, { kdf: () => derive(PASSPHRASE), ...Object.fromEntries(opens) });
  return { times, names };
}

const QUERIES = ["stripe", "signing_key", "git", "e", "mailer_9", "no such thing", "redis session", "_77"];

/** How long a query takes at each size; at 10,000 beside `includes()` over objects. */
export async function searching(names) {
  const ways = {};
  for (const [count, name] of Object.entries(names)) {
    const vault = await Vault.open(name);
    vault.arrange();
    ways[count] = () => QUERIES.map((query) => vault.search(query));
    if (count === "10000") {
      const rows = vault.texts().split("\n").map((line, id) => {
        const [name, provider, notes, places] = line.toLowerCase().split("\t");
        return { id, name, provider, notes, places };
      });
      const has = (row, word) =>
        row.name.includes(word) || row.provider.includes(word) || row.notes.includes(word) || row.places.includes(word);
      const find = (query) => {
        const words = query.toLowerCase().split(" ");
        return rows.filter((row) => words.every((word) => has(row, word))).map((row) => row.id);
      };
      ways.includes = () => QUERIES.map(find);
      for (const query of QUERIES) {
        if (vault.search(query).length / 16 !== find(query).length) throw new Error(`“${query}” does not find the same`);
      }
    }
  }
  return race(30, ways);
}

/** What one save writes at each size: readwrite transactions. */
export async function saving(names) {
  const open = IDBDatabase.prototype.transaction;
  const counts = {};
  for (const [count, name] of Object.entries(names)) {
    const vault = await Vault.open(name);
    counts[count] = 0;
    IDBDatabase.prototype.transaction = function (stores, mode, options) {
      counts[count] += mode === "readwrite";
      return open.call(this, stores, mode, options);
    };
    await vault.save(5);
    IDBDatabase.prototype.transaction = open;
    vault.free();
  }
  return counts;
}

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.oncomplete = () => resolve();
  request.onerror = request.onabort = () => reject(request.error);
});

/** The first store of 10,000 imported secrets, beside a put for each of them. */
export async function storing() {
  const count = 10_000;
  const request = indexedDB.open("bench-puts");
  request.onupgradeneeded = () => request.result.createObjectStore("rows");
  const database = await done(request);
  const row = bytes(300, 9);
  let whole = [];
  const ours = async () => {
    const name = `bench-store-${(vaults += 1)}`;
    const vault = await Vault.make(name, PASSPHRASE);
    const start = performance.now();
    await vault.import("first", count);
    whole.push(performance.now() - start);
    vault.free();
    // Both ways leave nothing behind: a profile that grows makes the next round slower.
    await done(indexedDB.deleteDatabase(name));
    return committing();
  };
  const puts = async () => {
    const start = performance.now();
    const transaction = database.transaction("rows", "readwrite", { durability: "strict" });
    const rows = transaction.objectStore("rows");
    for (let at = 0; at < count; at += 1) rows.put(row, at);
    await done(transaction);
    const time = performance.now() - start;
    const emptied = database.transaction("rows", "readwrite");
    emptied.objectStore("rows").clear();
    await done(emptied);
    return time;
  };
  const times = await race(5, { ours, puts });
  return { ...times, whole: median(whole.slice(1)) };
}

/** A vault for the app itself: `sizes` secrets, one project for each size. */
export async function stock(sizes) {
  const vault = await Vault.make("tacit", PASSPHRASE);
  for (const size of sizes) await vault.import(`with-${size}`, size);
  vault.free();
}

await Promise.all([init({ module_or_path: "/bench/module/tests_bg.wasm" }), sodium.ready]);
Object.assign(globalThis, { bench: { kdf, cipher, folding, capturing, opening, searching, saving, storing, stock } });
