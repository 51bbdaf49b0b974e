// Figures of the relay, which a native program measures: its devices are real ones, and the time that counts is the runtime's.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { serveBare } from "./bare.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What is exact is held by tests, which say what it was. */
function counts(figure) {
  const test = ["test", "--quiet", "--workspace", "--test", "relay", "--", "--nocapture", "--test-threads=1", "wire::", "pages::a_vault_of_ten", "push::a_save"];
  const said = execFileSync("cargo", test, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  const rows = said.match(/\{"what":.*\}/g) ?? [];
  if (rows.length === 0) throw new Error("no test told a figure");
  for (const { what, value, must, seen } of rows.map((row) => JSON.parse(row))) figure(what, value, must, { seen });
  // No crate that derives keys from a passphrase is below the relay (`xtask/src/rules.rs`).
  figure("Sign-in, derivations from a passphrase on the relay", 0, 0, { seen: "by the rules of dependencies" });
}

export async function relay({ figure, origin, module, what }) {
  const bare = what ? undefined : await serveBare(module);
  // Its runtime is the one below this process; the relay's is not.
  const beside = bare ? [bare.origin, String(process.pid)] : [what];
  const options = { cwd: root, stdio: ["ignore", "pipe", "inherit"] };
  if (!what) counts(figure);
  execFileSync("cargo", ["build", "--quiet", "--workspace", "--example", "relay"], { ...options, stdio: "inherit" });
  const child = spawn("target/debug/examples/relay", [origin, process.env.TACIT_RELAY, ...beside], options);
  const ended = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    const { what, value, must, seen } = JSON.parse(line);
    figure(what, value, must, { seen });
  }
  const [code] = await ended;
  await bare?.server.dispose();
  if (code !== 0) throw new Error(`the relay was not measured to the end: ${code}`);
}
