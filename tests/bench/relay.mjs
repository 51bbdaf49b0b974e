// Figures of the relay, which a native program measures: its devices are real ones, and the time that counts is the runtime's.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { serveBare } from "./bare.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

export async function relay({ figure, origin, module, what }) {
  const bare = what ? undefined : await serveBare(module);
  // Its runtime is the one below this process; the relay's is not.
  const beside = bare ? [bare.origin, String(process.pid)] : [what];
  const options = { cwd: root, stdio: ["ignore", "pipe", "inherit"] };
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
