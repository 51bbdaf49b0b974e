// Administers a relay: see the help below.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Administrator } from "./administrator.mjs";

const HELP = `\
  cargo xtask relay [--data DIR] [--at URL] [--origin URL] WHAT

  accounts                      the accounts, and since when
  account ID                    what an account may hold, and what its logs hold
  quota ID [--bytes N] [--commits N] [--vaults N]
                                sets what it may hold: bytes and commits of each log, vaults; at once
  erase ID --yes                erases an account and everything of it
  invites                       the invites, how many accounts each is good for, until when
  invite [--uses N] [--days N]  makes an invite, for one account within 7 days unless it says otherwise
  revoke INVITE                 takes an invite back, named as invites shows it

  --data   the folder with the administrator's key: that of cargo xtask serve, or secrets/, where cargo xtask deploy keeps it
  --at     where the relay is reached; http://localhost:8787 if it is not said
  --origin how clients name it, if not so`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: Object.fromEntries(
    [..."data at origin bytes commits vaults uses days".split(" ").map((name) => [name, { type: "string" }]), ["yes", { type: "boolean" }]],
  ),
});
const [what, id] = positionals;
const day = (time) => new Date(time).toISOString().slice(0, 16).replace("T", " ");
const row = (...cells) => console.log(cells.join("  "));

function number(name, otherwise) {
  const text = values[name];
  if (text === undefined) return otherwise;
  if (!/^[0-9]{1,15}$/.test(text)) throw new Error(`--${name} takes a whole number, not “${text}”`);
  return Number(text);
}

function administrator() {
  const file = join(values.data ?? "secrets", "admin");
  let secret;
  try {
    secret = readFileSync(file, "utf8").trim();
  } catch {
    throw new Error(`there is no administrator's key in ${file}; --data names the folder that it is in`);
  }
  return new Administrator(secret, values.at ?? "http://localhost:8787", values.origin);
}

const TASKS = {
  accounts: async (it) => (await it.accounts()).forEach(({ account, since }) => row(account, day(since))),
  invites: async (it) => (await it.invites()).forEach(({ invite, uses, until }) => row(invite, `${uses} left`, day(until))),
  invite: async (it) => console.log(await it.invite(number("uses", 1), number("days", 7))),
  revoke: (it) => it.revoke(id),
  account: async (it) => {
    const { since, quota, logs } = await it.account(id);
    row("on the list since", day(since));
    row("each log at most", `${quota.bytes} bytes`, `${quota.commits} commits`);
    row("vaults at most", quota.vaults);
    logs.forEach(({ log, bytes, commits }) => row(log === id ? "account" : "vault", log, `${bytes} bytes`, `${commits} commits`));
  },
  quota: async (it) => {
    const { quota } = await it.account(id);
    const set = Object.fromEntries(Object.entries(quota).map(([name, now]) => [name, number(name, now)]));
    await it.setQuota(id, set);
    row(id, `${set.bytes} bytes`, `${set.commits} commits`, `${set.vaults} vaults`);
  },
  erase: async (it) => {
    if (!values.yes) throw new Error("this erases the account, its vaults and its credential here for good; say --yes to do it");
    await it.erase(id);
    row(id, "is erased");
  },
};

try {
  if (!Object.hasOwn(TASKS, what ?? "")) throw new Error(`what is to be done?\n\n${HELP}`);
  const digits = { account: 32, quota: 32, erase: 32, revoke: 64 }[what];
  if (digits && !new RegExp(`^[0-9a-f]{${digits}}$`).test(id ?? "")) throw new Error(`“${what}” needs an id of ${digits} digits`);
  await TASKS[what](administrator());
} catch (error) {
  console.error(error.cause ? `the relay is not reached: ${error.cause.message ?? error.cause}` : error.message);
  process.exitCode = 1;
}
