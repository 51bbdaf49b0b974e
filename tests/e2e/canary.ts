// Long random words that must turn up nowhere, and the search for them in every common encoding.
import { randomBytes } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";

/** Something to search: where it lies and what is there. */
export type Place = [name: string, bytes: Buffer];

const PIECE = 16;
const PIECES = 3;

/** A random word of letters and digits that begins with a letter. */
export function canary(): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const word = [...randomBytes(PIECE * PIECES - 1)].map((byte) => letters[byte % letters.length]).join("");
  return `Q${word}`;
}

const each = (bytes: Buffer, write: (byte: string) => string) => [...bytes].map((byte) => write(byte.toString(16).padStart(2, "0"))).join("");

/** What base64 makes of `bytes` wherever they begin in a longer text: only what no neighbour changes. */
function base64(bytes: Buffer, before: number, encoding: "base64" | "base64url"): Buffer {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString(encoding).replace(/=+$/, "");
  const whole = Math.floor(((before + bytes.length) * 8) / 6);
  return Buffer.from(text.slice(Math.ceil((before * 8) / 6), whole));
}

export const ENCODINGS: Record<string, (bytes: Buffer) => Buffer> = {
  "UTF-8": (bytes) => bytes,
  "UTF-16": (bytes) => Buffer.from(bytes.toString("latin1"), "utf16le"),
  "UTF-16, big end first": (bytes) => Buffer.from(bytes.toString("latin1"), "utf16le").swap16(),
  reversed: (bytes) => Buffer.from(bytes).reverse(),
  hex: (bytes) => Buffer.from(bytes.toString("hex")),
  "percent-encoding": (bytes) => Buffer.from(each(bytes, (byte) => `%${byte}`)),
  "JSON escapes": (bytes) => Buffer.from(each(bytes, (byte) => `\\u00${byte}`)),
  "base64, first place": (bytes) => base64(bytes, 0, "base64"),
  "base64, second place": (bytes) => base64(bytes, 1, "base64"),
  "base64, third place": (bytes) => base64(bytes, 2, "base64"),
  "base64url, first place": (bytes) => base64(bytes, 0, "base64url"),
  "base64url, second place": (bytes) => base64(bytes, 1, "base64url"),
  "base64url, third place": (bytes) => base64(bytes, 2, "base64url"),
};

/** The bytes of a code on paper (`FORMAT.md` §13): five characters of each group say them, the sixth checks those. */
export function typed(code: string): Buffer {
  const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const bits = code
    .split("-")
    .flatMap((group) => [...group.slice(0, 5)].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")))
    .join("");
  return Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)));
}

interface Needle {
  bytes: Buffer;
  says: string;
}

/** Finds `words`, each called by its name, whole or a piece of them, in upper or lower case. */
export class Search {
  /** Which three bytes a needle begins with: nearly every place of a file is passed by on one look. */
  private readonly begins = new Uint8Array(1 << 24);
  private readonly needles = new Map<number, Needle[]>();

  constructor(words: Record<string, string | Buffer>) {
    for (const [name, word] of Object.entries(words)) {
      const bytes = Buffer.from(word);
      // A store that compresses may break a word somewhere, but not in every piece.
      for (let from = 0; from < bytes.length; from += PIECE) {
        const piece = bytes.subarray(from, from + PIECE);
        if (piece.length < PIECE) continue;
        for (const [encoding, encode] of Object.entries(ENCODINGS)) this.add(lower(encode(piece)), `${name} in ${encoding}`);
      }
    }
  }

  private add(bytes: Buffer, says: string): void {
    const key = bytes.readUIntBE(0, 3);
    this.begins[key] = 1;
    this.needles.set(key, [...(this.needles.get(key) ?? []), { bytes, says }]);
  }

  /** What is found, and where, each once. */
  find(places: Iterable<Place>): string[] {
    const found = new Set<string>();
    for (const [name, raw] of places) {
      const bytes = lower(raw);
      let key = 0;
      for (let end = 0; end < bytes.length; end += 1) {
        key = ((key << 8) | bytes[end]!) & 0xffffff;
        if (!this.begins[key] || end < 2) continue;
        for (const needle of this.needles.get(key)!) {
          if (bytes.subarray(end - 2, end - 2 + needle.bytes.length).equals(needle.bytes)) found.add(`${needle.says}: ${name}`);
        }
      }
    }
    return [...found].sort();
  }
}

/** With small letters for capitals. */
function lower(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte)));
}

/** Every file below a folder. One that the browser takes away meanwhile is not there any more. */
export async function files(folder: string): Promise<Place[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const read = entries
    .filter((entry) => entry.isFile())
    .map(async (entry): Promise<Place> => {
      const path = join(entry.parentPath, entry.name);
      const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return Buffer.alloc(0);
        throw error;
      });
      return [path.slice(folder.length + 1), bytes];
    });
  return Promise.all(read);
}

/** The storage areas of the page's origin and the page itself. */
export async function areas(page: Page): Promise<Place[]> {
  const found = await page.evaluate(async () => {
    const places: [string, string][] = [];
    const add = (name: string, text: string) => void places.push([name, text]);
    /** Texts as they are, bytes as one character each, whatever holds them. */
    const spell = (value: unknown): string => {
      if (value instanceof ArrayBuffer) return spell(new Uint8Array(value));
      if (ArrayBuffer.isView(value)) return Array.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), (byte) => String.fromCharCode(byte)).join("");
      if (value && typeof value === "object") return Object.entries(value).flat().map(spell).join("\n");
      return String(value);
    };
    const asked = <T>(request: IDBRequest<T>) =>
      new Promise<T>((done, fail) => {
        request.onsuccess = () => done(request.result);
        request.onerror = () => fail(request.error);
      });

    add("localStorage", spell({ ...localStorage }));
    add("sessionStorage", spell({ ...sessionStorage }));
    add("cookie", document.cookie);
    for (const { name } of await indexedDB.databases()) {
      const database = await asked(indexedDB.open(name!));
      for (const store of database.objectStoreNames) {
        const records = database.transaction(store).objectStore(store);
        add(`IndexedDB ${name} ${store}`, spell([await asked(records.getAllKeys()), await asked(records.getAll())]));
      }
      database.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        add(`cache ${request.url}`, request.url + spell(await (await cache.match(request))!.arrayBuffer()));
      }
    }
    const walk = async (folder: FileSystemDirectoryHandle, path: string): Promise<void> => {
      for await (const [name, entry] of folder as unknown as AsyncIterable<[string, FileSystemHandle]>) {
        add(`file system ${path}`, name);
        if (entry instanceof FileSystemFileHandle) add(`file system ${path}/${name}`, spell(await (await entry.getFile()).arrayBuffer()));
        else await walk(entry as FileSystemDirectoryHandle, `${path}/${name}`);
      }
    };
    await walk(await navigator.storage.getDirectory(), "");
    const fields = [...document.querySelectorAll<HTMLInputElement>("input, textarea, select")];
    add("page", [document.documentElement.outerHTML, document.title, location.href, spell(history.state), name, ...fields.map((field) => field.value)].join("\n"));
    return places;
  });
  return found.map(([name, text]): Place => [name, Buffer.from(text, [...text].every((letter) => letter < "\u0100") ? "latin1" : "utf8")]);
}
