import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { probe, type Entry, type Fill, type Probe, type Profile, type Wanted } from "./providers/probe";
import { PAGES, decoy, moved, renamed, type Form, type Made, type Page } from "./providers/shape";
import { expect, test } from "./tacit";

const FOLDER = join(__dirname, "../../extension");
/** Values as they are lost on the way: with quotes, signs of other syntaxes, lines, and beyond ASCII. */
const ENTRIES: Entry[] = [
  { name: "STRIPE_KEY", value: "fake 'value' of a \"key\" $HOME \\n <b>" },
  { name: "GREETING", value: "grüße 👋" },
  { name: "PRIVATE_KEY", value: "-----BEGIN FAKE-----\nabc\n\ndef\n-----END FAKE-----" },
];

let probed: Probe;
let profiles: Profile[];
test.beforeAll(async () => {
  profiles = await all();
  probed = await probe();
  const { outputFiles } = await build({ entryPoints: [join(__dirname, "providers/app.ts")], bundle: true, minify: true, write: false, define: { "process.env.NODE_ENV": '"production"', __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" } });
  for (const { origin } of PAGES.map(({ url }) => new URL(url))) {
    probed.web.answers.set(`${origin}/app.js`, { body: outputFiles[0]!.contents, headers: { "content-type": "text/javascript" } });
  }
});
test.afterAll(() => probed.end());

async function all(): Promise<Profile[]> {
  const names = (await readdir(join(FOLDER, "profiles"))).sort();
  return Promise.all(names.map(async (name) => JSON.parse((await readFile(join(FOLDER, "profiles", name))).toString())));
}

/** Opens a page with these forms, as it is under its host. */
async function open({ url, policy }: Page, made: Made, forms: Form[]): Promise<void> {
  const shape = JSON.stringify({ made, forms }).replaceAll("<", "\\u003c");
  const body = `<!doctype html><title>Provider</title><body><script type="application/json" id="shape">${shape}</script><script type="module" src="/app.js"></script>`;
  const csp = ["default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; form-action 'self'", policy].filter(Boolean).join("; ");
  probed.web.answers.set(url, { body, headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": csp } });
  await probed.page.goto(url);
  await expect(probed.page.locator("#model")).toBeAttached();
}

/** What the panel does: finds the profile by the address, and fills by it. */
async function fill({ url, how }: Page, entries: Entry[]): Promise<Fill> {
  const match = await probed.own.evaluate(([profiles, url]) => (globalThis as any).tacitProfiles.match(profiles, url), [profiles, url] as const);
  return probed.fill(await probed.target(), { origin: new URL(url).origin, how, profile: match.profile, entries });
}

/** What the page's own program holds, form by form and row by row; and that it was not sent. */
async function model(): Promise<Record<string, string>[][]> {
  expect(await probed.page.locator("#sent").textContent(), "sent").toBe("");
  return JSON.parse((await probed.page.locator("#model").textContent())!);
}

/** Whether something is in a row; pages begin with empty ones. */
const hasText = (row: Record<string, string>) => Object.values(row).some(Boolean);

/** What is filled into a page: a whole text, as many rows as there are entries that fit, or one. */
function entriesFor({ how, form }: Page): Entry[] {
  if (how === "bulk") return [{ name: "", value: ENTRIES.map(({ name, value }) => `${name}=${JSON.stringify(value)}`).join("\n") + "\n" }];
  const fitting = form.fields.at(-1)!.element === "textarea" ? ENTRIES : ENTRIES.slice(0, 2);
  return how === "rows" ? fitting : fitting.slice(-1);
}

const expected = (page: Page) => entriesFor(page).map(({ name, value }) => (page.how === "bulk" ? { text: value } : { name, value }));

test("what runs in a page for a fill is small", async () => {
  const sent: string = await probed.own.evaluate(() => (globalThis as any).tacitPage.sent());
  expect(Buffer.byteLength(sent)).toBeLessThanOrEqual(8192);
});

test("every profile is what docs/profiles.md says, exact, and that of its pages alone", async () => {
  for (const profile of profiles) expect(faults(profile), profile.id).toEqual([]);
  // Each check finds what it is for.
  const [one] = profiles;
  const form = one!.forms[0]!;
  const weak = { ...form.name!, placeholder: ["KEY"], least: 2 };
  for (const broken of [{ schema: 2 }, { origins: ["https://*.github.com"] }, { origins: ["https://github.com/"] }, { origins: ["http://github.com"] }, { paths: ["settings"] }, { forms: [form, form] }, { forms: [{ ...form, name: weak }] }, { forms: [{ ...form, selector: ".key" }] }, { rules: { name: "(" } }, { rules: { size: 1 } }]) {
    expect(faults({ ...one!, ...broken } as Profile), JSON.stringify(broken)).not.toEqual([]);
  }
  const match = (url: string): Promise<string | undefined> =>
    probed.own.evaluate(([profiles, url]) => (globalThis as any).tacitProfiles.match(profiles, url)?.profile.id, [profiles, url] as const);
  for (const { url, provider } of PAGES) {
    const { host, pathname } = new URL(url);
    expect(await match(url), url).toBe(provider);
    expect(await match(`${url}/?tab=1#top`), url).toBe(provider);
    const others = [`http://${host}`, `https://${host}:444`, `https://user@${host}`, `https://${host}.evil.example`, `https://evil-${host}`, `https://sub.${host}`, `https://${host}.`, `https://evil.example/${host}`, `https://evil.example@${host}`];
    for (const other of others) expect(await match(other + pathname), other).toBeUndefined();
    expect(await match(`https://${host}/`), host).toBeUndefined();
  }
  expect(await match("https://xn--gthub-n2a.com/acme/shop/settings/secrets/actions/new")).toBeUndefined();
  expect(await match("https://gіthub.com/acme/shop/settings/secrets/actions/new")).toBeUndefined();
});

/** What is wrong with a profile. */
function faults(profile: Profile): string[] {
  const found: string[] = [];
  const check = (holds: boolean, fault: string) => holds || found.push(fault);
  const keys = (of: object, allowed: string[]) => Object.keys(of).forEach((key) => check(allowed.includes(key), `unknown: ${key}`));
  const texts = (list: unknown) => Array.isArray(list) && list.length > 0 && list.every((text) => typeof text === "string" && text.trim());
  keys(profile, ["schema", "id", "name", "origins", "paths", "forms", "rules"]);
  check(profile.schema === 1, "schema");
  check(/^[a-z0-9-]+$/.test(profile.id), "id");
  check(profile.origins.length > 0 && profile.origins.every((origin) => /^https:\/\/[a-z0-9.-]+(:\d+)?$/.test(origin) && new URL(origin).origin === origin), "origins");
  check(profile.paths.length > 0 && profile.paths.every((path) => /^(\/(\{[a-z]+\}|\*\*?|[A-Za-z0-9_.-]+))+$/.test(path)), "paths");
  const kinds = profile.forms.map(({ kind }) => kind);
  check(kinds.length > 0 && new Set(kinds).size === kinds.length, "forms");
  for (const form of profile.forms) {
    check(["bulk", "rows", "single"].includes(form.kind), "kind");
    keys(form, form.kind === "bulk" ? ["kind", "text"] : form.kind === "rows" ? ["kind", "name", "value", "grow"] : ["kind", "name", "value"]);
    check(!form.grow || Boolean(texts(form.grow)), "grow");
    const parts = form.kind === "bulk" ? [form.text] : [form.name, form.value];
    for (const wanted of parts) check(wanted !== undefined && isSure(wanted), "field");
  }
  keys(profile.rules, ["name", "longest", "reserved", "bytes", "total", "count"]);
  const { name, reserved, ...sizes } = profile.rules as { name?: string; reserved?: string[] };
  check(!name || compiles(name), "name");
  check(!reserved || Boolean(texts(reserved)), "reserved");
  check(Object.values(sizes).every((size) => Number.isInteger(size) && size > 0), "sizes");
  return found;

  function isSure(wanted: Wanted): boolean {
    keys(wanted, ["kinds", "role", "label", "name", "placeholder", "least", "margin"]);
    const others = (wanted.name ? 3 : 0) + (wanted.placeholder ? 2 : 0);
    const lists = [wanted.label, wanted.name ?? ["-"], wanted.placeholder ?? ["-"]].every(texts);
    const known = wanted.kinds.length > 0 && wanted.kinds.every((kind) => ["line", "lines", "editor"].includes(kind));
    return Boolean(lists) && known && wanted.least > others && wanted.least <= 4 + others && wanted.margin >= 1;
  }
}

function compiles(expression: string): boolean {
  try {
    return Boolean(new RegExp(expression));
  } catch {
    return false;
  }
}

for (const made of ["plain", "react", "vue", "codemirror"] as const) {
  test(`the forms of providers made with ${made} are filled, and refused where they are not what they were`, async () => {
    test.setTimeout(120_000);
    for (const page of PAGES.filter((page) => page.made.includes(made))) {
      const entries = entriesFor(page);
      const filled = entries.map(({ name }) => ({ name, outcome: "filled" }));
      const refused = (code: string) => [{ name: entries[0]!.name, outcome: "refused", code }];
      const note = `${page.provider} ${page.how}`;
      const texts = (rows: Record<string, string>[]) => rows.flatMap((row) => Object.values(row)).join("");

      await open(page, made, [page.form]);
      expect((await fill(page, entries)).entries, note).toEqual(filled);
      expect((await model())[0]!.filter(hasText), note).toEqual(expected(page));

      await open(page, made, moved(page.form));
      expect((await fill(page, entries.slice(0, 1))).entries, `${note}, moved`).toEqual(filled.slice(0, 1));
      const [search, form] = await model();
      expect(texts(search!), `${note}, moved`).toBe("");
      expect(form!.filter(hasText), `${note}, moved`).toEqual(expected(page).slice(0, 1));

      await open(page, made, renamed(page.form));
      expect((await fill(page, entries.slice(0, 1))).entries, `${note}, renamed`).toEqual(refused("not-found"));
      expect(texts((await model()).flat()), `${note}, renamed`).toBe("");

      await open(page, made, decoy(page.form));
      expect((await fill(page, entries.slice(0, 1))).entries, `${note}, decoy`).toEqual(refused("ambiguous"));
      expect(texts((await model()).flat()), `${note}, decoy`).toBe("");
    }
  });
}

