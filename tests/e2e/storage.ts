// The database as it lies in the browser, read and changed beside the app, byte by byte.
import type { Page } from "@playwright/test";

/** A record's bytes in hexadecimal, or what else it is, by `STORE KEY`. */
export type Records = Record<string, string>;

/** Everything that is stored. */
export function stored(page: Page): Promise<Records> {
  return page.evaluate(async () => {
    const asked = <T>(request: IDBRequest<T>) => new Promise<T>((done, fail) => ((request.onsuccess = () => done(request.result)), (request.onerror = fail)));
    const spell = (record: unknown) =>
      record instanceof Uint8Array ? Array.from(record, (byte) => byte.toString(16).padStart(2, "0")).join("") : String(record);
    const database = await asked(indexedDB.open("tacit"));
    const found: Record<string, string> = {};
    for (const store of database.objectStoreNames) {
      const records = database.transaction(store).objectStore(store);
      const [keys, values] = await Promise.all([asked(records.getAllKeys()), asked(records.getAll())]);
      keys.forEach((key, place) => (found[`${store} ${String(key)}`] = spell(values[place])));
    }
    database.close();
    return found;
  });
}

/** Everything that is stored but the lock deadline, which every unlock moves, and with it the count of commits. */
export async function kept(page: Page): Promise<Records> {
  const { "cells 7": _, "meta generation": __, ...rest } = await stored(page);
  return rest;
}

/** Puts bytes in the place of a record's. */
export async function put(page: Page, record: string, hex: string): Promise<void> {
  await page.evaluate(
    async ([store, key, hex]) => {
      const asked = <T>(request: IDBRequest<T>) => new Promise<T>((done, fail) => ((request.onsuccess = () => done(request.result)), (request.onerror = fail)));
      const database = await asked(indexedDB.open("tacit"));
      const bytes = Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
      await asked(database.transaction(store, "readwrite").objectStore(store).put(bytes, Number(key)));
      database.close();
    },
    [...(record.split(" ") as [string, string]), hex] as const,
  );
}
