// Secrets of a relay: 32 random bytes each, made once, in a file that its owner alone reads.
import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The secret of that name as base64, and whether it was made now; whole or not at all, and never written over. */
export function secret(folder, name) {
  const [file, draft] = [join(folder, name), join(folder, `${name}.${process.pid}`)];
  let isNew = true;
  mkdirSync(folder, { recursive: true });
  writeFileSync(draft, `${randomBytes(32).toString("base64")}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    isNew = false;
  } finally {
    rmSync(draft);
  }
  return { text: readFileSync(file, "utf8").trim(), isNew };
}
