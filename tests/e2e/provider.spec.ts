import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { probe, type Entry, type Fill, type Probe, type Profile } from "./providers/probe";
import { PAGES, decoy, moved, renamed, type Form, type Made, type Page } from "./providers/shape";
import { bring, openView, stand } from "./stand";
import { expect, test } from "./tacit";

declare const tacitProfiles: any;

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

/** Puts a page with these forms under its host. */
function put({ url, policy }: Page, made: Made, forms: Form[]): void {
  const shape = JSON.stringify({ made, forms }).replaceAll("<", "\\u003c");
  const body = `<!doctype html><title>Provider</title><body><script type="application/json" id="shape">${shape}</script><script type="module" src="/app.js"></script>`;
  const csp = ["default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; form-action 'self'", policy].filter(Boolean).join("; ");
  probed.web.answers.set(url.split("#")[0]!, { body, headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": csp } });
}

/** Opens it. */
async function open(page: Page, made: Made, forms: Form[]): Promise<void> {
  put(page, made, forms);
  // Where only the fragment is another, nothing is loaded.
  await probed.page.goto("about:blank");
  await probed.page.goto(page.url);
  await expect(probed.page.locator("#model")).toBeAttached();
}

/** What the panel does: finds the profile by the address, and fills by it. */
async function fill({ url, how }: Page, entries: Entry[]): Promise<Fill> {
  const [match] = await probed.own.evaluate(([profiles, url]) => tacitProfiles.matches(profiles, url), [profiles, url] as const);
  return probed.fill(await probed.target(), { origin: new URL(url).origin, how, profile: match.profile, entries });
}

/** What the page's own program holds, form by form and row by row; and that it was not sent. */
async function model(page = probed.page): Promise<Record<string, string>[][]> {
  expect(await page.locator("#sent").textContent(), "sent").toBe("");
  return JSON.parse((await page.locator("#model").textContent())!);
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
  const faults = (profile: object): Promise<string[]> => probed.own.evaluate((profile) => tacitProfiles.faults(profile), profile);
  for (const profile of profiles) expect(await faults(profile), profile.id).toEqual([]);
  // Each check finds what it is for.
  const [one] = profiles;
  const form = one!.forms[0]!;
  const weak = { ...form.name!, placeholder: ["KEY"], least: 2 };
  for (const broken of [{ schema: 2 }, { origins: ["https://*.github.com"] }, { origins: ["https://github.com/"] }, { origins: ["http://github.com"] }, { paths: ["settings"] }, { forms: [form, form] }, { forms: [{ ...form, name: weak }] }, { forms: [{ ...form, selector: ".key" }] }, { rules: { name: "(" } }, { rules: { size: 1 } }]) {
    expect(await faults({ ...one!, ...broken }), JSON.stringify(broken)).not.toEqual([]);
  }
  const match = (url: string): Promise<string | undefined> =>
    probed.own.evaluate(([profiles, url]) => tacitProfiles.matches(profiles, url)[0]?.profile.id, [profiles, url] as const);
  for (const { url, provider } of PAGES) {
    const { host, pathname, search, hash } = new URL(url);
    expect(await match(url), url).toBe(provider);
    expect(await match(`https://${host}${pathname}/?tab=1${search.replace("?", "&")}${hash || "#top"}`), url).toBe(provider);
    const others = [`http://${host}`, `https://${host}:444`, `https://user@${host}`, `https://${host}.evil.example`, `https://evil-${host}`, `https://sub.${host}`, `https://${host}.`, `https://evil.example/${host}`, `https://evil.example@${host}`];
    for (const other of others) expect(await match(other + pathname + search + hash), other).toBeUndefined();
    expect(await match(`https://${host}/`), host).toBeUndefined();
  }
  // Without what says which function and which project it is, it is no page of theirs.
  for (const place of ["https://eu-central-1.console.aws.amazon.com/lambda/home#/functions", "https://console.cloud.google.com/security/secret-manager/create?project="]) expect(await match(place), place).toBeUndefined();
  expect(await match("https://xn--gthub-n2a.com/acme/shop/settings/secrets/actions/new")).toBeUndefined();
  expect(await match("https://gіthub.com/acme/shop/settings/secrets/actions/new")).toBeUndefined();
});

test("pages that are for different things are different places", async () => {
  const places: Record<string, string> = {
    "https://github.com/acme/shop/settings/secrets/actions/new": "acme / shop / actions",
    "https://github.com/me/shop/settings/secrets/actions/new": "me / shop / actions",
    "https://github.com/acme/shop/settings/secrets/codespaces/new": "acme / shop / codespaces",
    "https://github.com/acme/shop/settings/secrets/dependabot/new": "acme / shop / dependabot",
    "https://github.com/organizations/acme/settings/secrets/actions/new": "acme / actions",
    "https://gitlab.com/acme/web/shop/-/settings/ci_cd": "acme/web / shop",
    "https://gitlab.com/me/shop/-/settings/ci_cd": "me / shop",
    "https://vercel.com/acme/shop/settings/environment-variables": "acme / shop",
    "https://vercel.com/me/shop/settings/environment-variables": "me / shop",
    "https://vercel.com/me/shop/settings/environments/production": "me / shop / production",
    "https://eu-central-1.console.aws.amazon.com/lambda/home?region=eu-central-1#/functions/shop?tab=configure": "shop",
    "https://eu-central-1.console.aws.amazon.com/lambda/home?region=eu-central-1#/functions/blog/edit/environment-variables?tab=configure": "blog",
    "https://console.cloud.google.com/security/secret-manager/create?hl=en&project=shop%2Fone": "shop/one",
    "https://console.cloud.google.com/security/secret-manager/create?project=blog": "blog",
    "https://railway.com/project/0a/service/1b/variables": "0a / 1b",
    "https://railway.com/project/0a/service/1b/variables?environmentId=2c": "0a / 1b / 2c",
  };
  const place = (url: string): Promise<string> =>
    probed.own.evaluate(([profiles, url]) => tacitProfiles.matches(profiles, url)[0]?.place.join(" / "), [profiles, url] as const);
  for (const [url, expected] of Object.entries(places)) expect(await place(url), url).toBe(expected);
});

test("a profile that a vault has is taken where it is what docs/profiles.md says, and else as if it were not there", async () => {
  const form = profiles.find(({ id }) => id === "github")!.forms[0]!;
  const good = { schema: 1, origins: ["https://dash.example"], paths: ["/{project}/env"], forms: [form], rules: {} };
  const taken = (text: string, name = "Ours") =>
    probed.own.evaluate((row) => tacitProfiles.own([row]).map((profile: any) => profile.id), { id: "0a", name, text });
  expect(await taken(JSON.stringify(good))).toEqual(["own-0a"]);
  expect(await taken(JSON.stringify({ ...good, origins: ["http://localhost:3000"] }))).toEqual(["own-0a"]);
  // What another client of the account may have written.
  const broken = [
    { schema: 2 }, { id: "x", schema: "1" }, { origins: ["http://dash.example"] }, { origins: ["https://dash.example/"] }, { origins: ["https://user@dash.example"] }, { origins: [] }, { origins: ["javascript:x"] },
    { paths: ["/**/a/**"] }, { paths: ["/{b**}/a/**"] }, { paths: ["/{a}/{a}"] }, { paths: ["/{a}?b={a}"] }, { paths: ["/a?b"] }, { paths: ["/a?b=c"] }, { paths: ["/a#b"] }, { paths: ["/a#/b#/c"] }, { paths: ["/a\\b"] }, { paths: ["a"] }, { forms: [] }, { forms: [{ kind: "script" }] }, { forms: [{ kind: "toString" }] }, { forms: null },
    { forms: [{ ...form, value: { ...form.value, selector: ".x" } }] }, { forms: [{ ...form, value: { ...form.value, least: 1 } }] }, { forms: [{ ...form, value: { ...form.value, kinds: ["button"] } }] },
    { rules: { name: "(" } }, { rules: { total: "1" } }, { more: 1 },
  ];
  for (const part of broken) expect(await taken(JSON.stringify({ ...good, ...part })), JSON.stringify(part)).toEqual([]);
  for (const text of ["", "null", "[]", "1", "{", `{"__proto__":{"schema":1}}`, `${JSON.stringify(good)}${" ".repeat(8192)}`]) expect(await taken(text), text.slice(0, 40)).toEqual([]);
  expect(await taken(JSON.stringify(good), " ")).toEqual([]);
  // Its id is the vault's, whatever it says of itself; and one that is long to match is none.
  expect(await taken(JSON.stringify({ ...good, id: "github" }))).toEqual(["own-0a"]);
  const many = await probed.own.evaluate((text) => tacitProfiles.own(Array.from({ length: 99 }, (_, at) => ({ id: `${at}`, name: "n", text }))).length, JSON.stringify(good));
  expect(many).toBe(64);
});

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


test("the panel knows each provider's page, plans an environment for it, and fills it", async ({ watched }) => {
  test.setTimeout(180_000);
  for (const page of PAGES) put(page, "plain", [page.form]);
  const { context, page, panel, press } = await stand(watched, probed.web, PAGES[0]!.url);
  await bring(panel, "STRIPE_KEY=fake-value-of-a-key\nGREETING=fake-greeting\n");
  await openView(panel);
  const entries = [{ name: "STRIPE_KEY", value: "fake-value-of-a-key" }, { name: "GREETING", value: "fake-greeting" }];
  const plan = panel.getByRole("region", { name: "Plan" });
  for (const { provider, url, how } of PAGES) {
    await page.goto("about:blank");
    await page.goto(url);
    await press();
    await expect(panel.getByText(new URL(url).origin, { exact: true }), url).toBeVisible();
    const { name } = profiles.find(({ id }) => id === provider)!;
    await expect(panel.getByText(name, { exact: false }).first(), url).toBeVisible();
    await plan.getByRole("button", { name: how === "single" ? "Fill STRIPE_KEY" : "Fill 2 into the page" }).click();
    const expected = how === "single" ? entries.slice(0, 1) : entries;
    await expect(plan.getByText(`Filled ${expected.length} of ${expected.length} into`, { exact: false }).or(plan.getByText("Filled STRIPE_KEY into", { exact: false })).first(), url).toBeVisible();
    const filled = (await model(page))[0]!.filter(hasText);
    if (how === "bulk") for (const { name, value } of entries) expect(filled[0]!.text, url).toContain(`${name}=${value}`);
    else expect(filled, url).toEqual(expected);
  }
  await context.close();
});
