// Deploys dist/ to Cloudflare, with secrets that are made once, and makes the first invite. See the help of `cargo xtask`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Administrator } from "./administrator.mjs";
import { secret } from "./secret.mjs";

const { values } = parseArgs({
  options: { data: { type: "string", default: "secrets" }, origin: { type: "string" }, "relay-origins": { type: "string" }, "dry-run": { type: "boolean" } },
});
const { data, origin } = values;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const wrangler = (...command) => [here("../node_modules/wrangler/bin/wrangler.js"), ...command, "--config", here("wrangler.jsonc")];
const quietly = { ...process.env, WRANGLER_SEND_METRICS: "false" };

/** Whether the worker is deployed with a secret, which another one would take the place of. */
function hasSecret() {
  const { status, stdout, stderr } = spawnSync(process.execPath, wrangler("secret", "list", "--format", "json"), { encoding: "utf8", env: quietly });
  if (status === 0) return JSON.parse(stdout).some(({ name }) => name === "RELAY_SECRET");
  if (/not found/i.test(stdout + stderr)) return false;
  throw new Error(`wrangler cannot say whether the worker has a secret already; if it is for want of a login: npx wrangler login\n${stderr}`);
}

const [relay, admin] = ["secret", "admin"].map((name) => secret(data, name));
if (relay.isNew && !values["dry-run"]) {
  try {
    if (hasSecret()) throw new Error(`the worker has a secret that is not in ${data}/: with another one nobody could sign in. Put your copy back as ${join(data, "secret")}, or take the worker's away with npx wrangler secret delete RELAY_SECRET if it is lost for good (docs/self-host.md)`);
  } catch (error) {
    rmSync(join(data, "secret"));
    console.error(error.message);
    process.exit(1);
  }
}
console.log(`${relay.isNew ? "made" : "found"} the relay's secrets in ${data}/, which only you can read${data === "secrets" ? " and git ignores" : ""}:
  secret  what sign-ins are by. Without it nobody can sign in on another device, and every account has to be erased and
          connected again from a device that has it. Whoever has it and the relay's database can try passphrases, in vain without a Secret Key.
  admin   the administrator's key. Without it nobody can be invited; deploying with another one takes its place.
Keep a copy of both away from this machine, in a password manager or printed.`);

const temporary = mkdtempSync(join(tmpdir(), "tacit-deploy-"));
let targets = [];
try {
  const [secrets, told] = [join(data, "worker.json"), join(temporary, "told")];
  writeFileSync(secrets, JSON.stringify({ RELAY_SECRET: relay.text }), { mode: 0o600 });
  const variables = { ADMIN_KEY: new Administrator(admin.text).publicKey, ORIGIN: origin, RELAY_ORIGINS: values["relay-origins"] };
  const options = Object.entries(variables).flatMap(([name, value]) => (value ? ["--var", `${name}:${value}`] : []));
  if (values["dry-run"]) options.push("--dry-run", "--outdir", join(temporary, "worker"));
  const env = { ...quietly, WRANGLER_OUTPUT_FILE_PATH: told };
  const { status } = spawnSync(process.execPath, wrangler("deploy", "--secrets-file", secrets, ...options), { stdio: "inherit", env });
  if (status !== 0) throw new Error("wrangler did not deploy; nothing here was changed");
  if (!values["dry-run"]) {
    const lines = readFileSync(told, "utf8").trim().split("\n").map((line) => JSON.parse(line));
    targets = lines.find(({ type }) => type === "deploy")?.targets ?? [];
  }
} finally {
  rmSync(temporary, { recursive: true });
}

if (values["dry-run"]) {
  console.log("this was a dry run: the worker was put together and not sent, so there is no invite");
} else {
  const at = origin ?? targets.find((target) => target.startsWith("https://"));
  try {
    const code = await new Administrator(admin.text, at).firstInvite();
    console.log(`deployed at ${at}`);
    if (code) console.log(`the first invite, for one account within 7 days: ${code}`);
  } catch (error) {
    console.log(`deployed, and not reached yet (${error.cause?.message ?? error.message}); for an invite: cargo xtask relay --at ${at} invite`);
  }
}
