// Where a value must not go. Each case is a trick on a page that was filled a moment before without it, which is its control.
import { probe, type Fill, type Look, type Probe, type Target } from "./providers/probe";
import { expect, test } from "./tacit";

declare const chrome: any;

const ORIGIN = "https://dash.example";
const SECRET = "fake-value-of-a-key";
let probed: Probe;
test.beforeAll(async () => {
  probed = await probe();
});
test.afterAll(() => probed.end());

/** A field as a page has it, with room around it. */
const PAGE = `<!doctype html><title>Page</title><style>body { margin: 40px; background: white } #target { width: 240px; height: 32px; font: 16px monospace }</style>
<div id="outer"><form id="form"><fieldset id="set"><label id="label">Key <input id="target" autocomplete="off"></label> <label>Other <input id="other"></label></fieldset></form></div>`;

interface Case {
  what: string;
  /** The codes that may be said. */
  code: string;
  /** Done to the page after it was looked at. `target`, `outer` and whatever has an id are there by their ids. */
  trick: string;
  /** Where the page is another one. Its field is `target`. */
  page?: string;
  value?: string;
}

const cover = (style: string, more = "") => `const over = document.createElement("div"); over.style.cssText = "position:fixed;inset:0;${style}"; document.body.append(over); ${more}`;
const type = (type: string): string => PAGE.replace('id="target"', `id="target" type="${type}"`);
const element = (html: string): string => PAGE.replace(/<label id="label">.*?<\/label>/, html);

/** The browser takes the focus from such a field, sooner or later. */
const LOST = (code: string): string => `${code}|no-field|moved`;

const FIELDS: Case[] = [
  { what: "a transparent field", code: "hidden", trick: "target.style.opacity = 0" },
  { what: "a field in what is transparent", code: "hidden", trick: "outer.style.opacity = 0" },
  { what: "a field in a transparent page", code: "hidden", trick: "document.documentElement.style.opacity = 0" },
  { what: "an almost transparent field", code: "hidden", trick: "target.style.opacity = 0.01" },
  { what: "a field that is faint by several layers", code: "hidden", trick: "target.style.opacity = outer.style.opacity = 0.6" },
  { what: "a field made transparent by a filter", code: "hidden", trick: "target.style.filter = 'opacity(0)'" },
  { what: "a field in what a filter makes transparent", code: "hidden", trick: "outer.style.filter = 'opacity(0%)'" },
  { what: "an invisible field", code: LOST("hidden"), trick: "target.style.visibility = 'hidden'" },
  { what: "a field in what is invisible", code: LOST("hidden"), trick: "outer.style.visibility = 'hidden'" },
  { what: "a collapsed field", code: LOST("hidden"), trick: "target.style.visibility = 'collapse'" },
  { what: "a field that is not displayed", code: LOST("hidden"), trick: "target.style.display = 'none'" },
  { what: "a field in what is not displayed", code: LOST("hidden"), trick: "outer.style.display = 'none'" },
  { what: "a field in content that is skipped", code: LOST("hidden"), trick: "outer.style.contentVisibility = 'hidden'" },
  { what: "a field without width", code: "outside", trick: "target.style.cssText = 'width:0;padding:0;border:0'" },
  { what: "a field without height", code: "outside", trick: "target.style.cssText = 'height:0;padding:0;border:0'" },
  { what: "a field of one pixel", code: "outside", trick: "target.style.cssText = 'width:1px;height:1px;padding:0;border:0'" },
  { what: "a field scaled to nothing", code: "outside", trick: "target.style.transform = 'scale(0)'" },
  { what: "a field turned on its edge", code: "outside", trick: "target.style.transform = 'rotateX(90deg)'" },
  { what: "a field far to the left", code: "outside", trick: "target.style.cssText = 'position:fixed;left:-9999px'" },
  { what: "a field far below, where nothing scrolls", code: "outside", trick: "target.style.cssText = 'position:fixed;top:9999px'" },
  { what: "a field moved out of the window", code: "outside", trick: "outer.style.cssText = 'position:fixed;transform:translateX(-9999px)'" },
  { what: "a field in a box without height", code: "covered", trick: "outer.style.cssText = 'overflow:hidden;height:0'" },
  { what: "a clipped field", code: "covered", trick: "target.style.clipPath = 'inset(50%)'" },
  { what: "a field in what is clipped", code: "covered", trick: "outer.style.clipPath = 'circle(0)'" },
  { what: "a field behind the page", code: "covered", trick: "outer.style.cssText = 'position:relative;z-index:-1'; document.documentElement.style.background = 'none'; const back = document.createElement('div'); back.style.cssText = 'position:absolute;inset:0;background:white'; document.body.append(back)" },
  { what: "a covered field", code: "covered", trick: cover("background:white") },
  { what: "a field under glass", code: "covered", trick: cover("background:transparent") },
  { what: "a field under what is almost transparent", code: "covered", trick: cover("background:red;opacity:0.01") },
  { what: "a field that is covered by half", code: "covered", trick: cover("background:white;right:auto;width:200px") },
  { what: "a field of which only the middle shows", code: "covered", trick: cover("border:solid white;border-width:50px 1200px 700px 100px") },
  { what: "a field under a picture that lets clicks through", code: "covered", trick: cover("background:white;pointer-events:none") },
  { what: "a field under a popover", code: "covered", trick: cover("width:100%;height:100%", "over.popover = 'manual'; over.showPopover()") },
  { what: "a field under a popover that lets clicks through", code: "covered", trick: cover("width:100%;height:100%;background:white;pointer-events:none", "over.popover = 'manual'; over.showPopover()") },
  { what: "a field under a dialog", code: LOST("covered"), trick: "const over = document.createElement('dialog'); document.body.append(over); over.showModal()" },
  { what: "a field under a frame", code: "covered", trick: "const over = document.createElement('iframe'); over.style.cssText = 'position:fixed;inset:0;width:100%;height:100%'; document.body.append(over)" },
  { what: "a field that lets clicks through", code: "covered", trick: "target.style.pointerEvents = 'none'" },
  { what: "a field under what lies in a closed shadow root", code: "covered", trick: "const host = document.createElement('div'); document.body.append(host); host.attachShadow({ mode: 'closed' }).innerHTML = '<div style=\"position:fixed;inset:0\"></div>'" },
  { what: "a disabled field", code: LOST("disabled"), trick: "target.disabled = true" },
  { what: "a field in a disabled set", code: LOST("disabled"), trick: "set.disabled = true" },
  { what: "a field that says it is disabled", code: "disabled", trick: "target.setAttribute('aria-disabled', 'true')" },
  { what: "an inert field", code: LOST("disabled"), trick: "target.inert = true" },
  { what: "a field in what is inert", code: LOST("disabled"), trick: "outer.inert = true" },
  { what: "a field that is only read", code: "read-only", trick: "target.readOnly = true" },
  { what: "a field that says it is only read", code: "read-only", trick: "target.setAttribute('aria-readonly', 'true')" },
  { what: "a field that takes less", code: "too-long", trick: "target.maxLength = 10" },
  { what: "a field with something in it", code: "not-empty", trick: "target.value = 'before'" },
  { what: "a field with another label", code: "moved", trick: "label.firstChild.data = 'Comment '" },
  { what: "a field elsewhere", code: "moved", trick: "document.body.append(target); target.focus()" },
  { what: "a field with another name", code: "moved", trick: "target.name = 'comment'" },
  { what: "a field that became another kind", code: "moved", trick: "target.type = 'checkbox'" },
  { what: "another field in its place", code: "moved", trick: "const copy = target.cloneNode(); copy.id = 'copy'; target.replaceWith(copy); copy.focus()" },
  { what: "the focus in another field", code: "moved", trick: "other.focus()" },
  { what: "the focus nowhere", code: "no-field", trick: "target.blur()" },
  { what: "a field that is gone", code: "no-field", trick: "target.remove()" },
];

/** What is no field for text, or none that can be written to: the same page with a field that is one is the control. */
const KINDS: Case[] = [
  ...["checkbox", "radio", "number", "date", "datetime-local", "time", "month", "week", "color", "range", "file", "submit", "button", "reset", "image"].map((name) => ({ what: `an input of type ${name}`, code: "kind", trick: "", page: type(name) })),
  { what: "a list to choose from", code: "kind", trick: "", page: element(`<select id="target"><option>a</select>`) },
  { what: "a button", code: "kind", trick: "", page: element(`<button id="target">Save</button>`) },
  { what: "a link", code: "kind", trick: "", page: element(`<a id="target" href="/">Key</a>`) },
  { what: "what only says that it is a field", code: "kind", trick: "", page: element(`<div id="target" role="textbox" tabindex="0">Key</div>`) },
  { what: "a summary", code: "kind", trick: "", page: element(`<details><summary id="target">Key</summary></details>`) },
  { what: "an editor that keeps its text elsewhere", code: "editor", trick: "", page: element(`<textarea id="target" aria-roledescription="editor" aria-label="Editor content" role="textbox"></textarea>`) },
  { what: "an editor that takes keys alone", code: "editor", trick: "", page: element(`<div id="target" tabindex="0" style="width:200px;height:60px"></div><script>document.getElementById("target").editContext = new EditContext()</script>`) },
  { what: "a frame", code: "frame", trick: "", page: element(`<iframe id="target" srcdoc="<input autofocus>"></iframe>`) },
  { what: "a frame of another origin", code: "frame", trick: "", page: element(`<iframe id="target" src="https://other.example/"></iframe>`) },
  { what: "a sandboxed frame", code: "frame", trick: "", page: element(`<iframe id="target" sandbox src="/"></iframe>`) },
  { what: "lines for a field of one line", code: "one-line", trick: "", value: "a\nb" },
  { what: "a carriage return for a field of one line", code: "one-line", trick: "", value: "a\rb" },
];

/** Opens the page with the focus in its field. */
async function open(html = PAGE, at = `${ORIGIN}/`, headers?: Record<string, string>): Promise<Target> {
  probed.web.answers.set(at, { body: html, headers });
  await probed.page.goto(at);
  await probed.page.evaluate(() => document.getElementById("target")?.focus());
  return probed.target();
}

const fill = (target: Target, { focused, url }: Partial<Look>, { origin = ORIGIN, value = SECRET } = {}): Promise<Fill> =>
  probed.fill(target, { origin, url, focused, how: "focused", entries: [{ name: "KEY", value }] });
const code = ({ refused, entries }: Fill) => refused ?? entries[0]!.code ?? entries[0]!.outcome;
/** Does a trick in the page. */
const play = (trick: string) =>
  probed.page.evaluate(new Function(`with (Object.fromEntries([...document.querySelectorAll("[id]")].map((el) => [el.id, el]))) { ${trick} }`) as () => void);
/** Whether the value is anywhere in the page. */
const holds = () => probed.page.evaluate((secret) => [...document.querySelectorAll("input, textarea")].some((el) => (el as HTMLInputElement).value.includes(secret)) || document.documentElement.outerHTML.includes(secret), SECRET);

for (const { what, code: expected, trick, page, value } of [...FIELDS, ...KINDS]) {
  test(`${what} is not filled`, async () => {
    const target = await open(page);
    const look = await probed.look(target);
    await play(trick);
    expect(code(await fill(target, look, { value }))).toMatch(new RegExp(`^(${expected})$`));
    expect(await holds()).toBe(false);

    const again = await open();
    expect(code(await fill(again, await probed.look(again)))).toBe("filled");
    expect(await holds()).toBe(true);
  });
}

test("what a profile finds is not filled either where it cannot be used or seen", async () => {
  const wanted = (label: string) => ({ kinds: ["line"], label: [label], least: 4, margin: 2 });
  const profile = { schema: 1, id: "dash", name: "Dash", origins: [ORIGIN], paths: ["/"], forms: [{ kind: "single", name: wanted("Other"), value: wanted("Key") }], rules: {} };
  const order = { origin: ORIGIN, how: "single", profile, entries: [{ name: "KEY", value: SECRET }] };
  const tricks = FIELDS.filter(({ code }) => /hidden|disabled|covered|outside|read-only|too-long|not-empty/.test(code));
  for (const { what, code: expected, trick } of tricks) {
    const target = await open();
    await probed.page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await play(trick);
    const said = code(await probed.fill(target, order));
    expect(said, what).toMatch(new RegExp(`^(${expected}|not-found|disabled)$`));
    expect(await holds(), what).toBe(false);
    expect(await probed.page.evaluate(() => (document.getElementById("other") as HTMLInputElement).value), `${what}: nor is the name`).toBe("");
  }
  const target = await open();
  expect(code(await probed.fill(target, order))).toBe("filled");
});

test("a field is written to only while it is as it was described a moment ago", async () => {
  const target = await open();
  const send = (request: object): Promise<any> =>
    probed.own.evaluate(async ([target, request]) => (await chrome.scripting.executeScript({ target, func: (globalThis as any).inPage, args: [request] }))[0].result, [target, request] as const);
  const { filled, ...is } = (await send({})).fields[0];
  expect(filled).toBe(false);
  const others = { kind: "lines", label: "Other", name: "other", placeholder: "key", role: "searchbox", path: [...is.path, 0], sends: true };
  expect(Object.keys(others).sort()).toEqual(Object.keys(is).sort());
  for (const [key, other] of Object.entries(others)) {
    expect(await send({ steps: [{ at: 0, is: { ...is, [key]: other }, value: SECRET }] }), key).toEqual({ refused: "moved" });
  }
  expect(await send({ steps: [{ at: 1, is, value: SECRET }] })).toEqual({ refused: "moved" });
  // Of two fields neither is written to where one is not the one that was meant.
  expect(await send({ steps: [{ at: 0, is, value: SECRET }, { at: 1, is, value: SECRET }] })).toEqual({ refused: "moved" });
  expect(await holds()).toBe(false);
  expect(await send({ steps: [{ at: 0, is, value: SECRET }] })).toEqual({ done: [true] });
});

/** Origins that look like it, or are it by another reading. */
const LIKE = [
  "http://dash.example", "https://dash.example:444", "https://dash.example:8443", "https://dash.example.evil.example", "https://evil-dash.example", "https://dash.example.com",
  "https://sub.dash.example", "https://example", "https://www.dash.example", "https://dash.examp1e", "https://dashexample", "https://dash-example.evil.example",
  "https://xn--dsh-5cd.example", "https://dash.xn--exmple-cua", "https://xn--dash-5ea.example", "https://dash.example.",
];

for (const origin of LIKE) {
  test(`${origin} is filled with nothing that is meant for ${ORIGIN}`, async () => {
    const target = await open(PAGE, `${origin}/`);
    const look = await probed.look(target);
    expect(code(await fill(target, { ...look, url: undefined }))).toMatch(/^(origin|scheme)$/);
    expect(await holds()).toBe(false);
    // What is meant for it is; but nothing is without TLS.
    const outcome = code(await fill(target, look, { origin }));
    expect(outcome).toBe(origin.startsWith("http:") ? "scheme" : "filled");
  });
}

test("an order for an origin that is not written as the browser writes it fills nothing", async () => {
  const target = await open();
  const look = await probed.look(target);
  for (const origin of ["", "null", "*", "https://*.example", "https://dash.example/", "https://DASH.example", "https://user@dash.example", "https://dash.example:443", "dash.example", "https://dash.example#"]) {
    expect(code(await fill(target, look, { origin })), origin).toBe("origin");
  }
  expect(await holds()).toBe(false);
  expect(code(await fill(target, look))).toBe("filled");
});

test("a page with a user name in its address is neither shown nor filled", async () => {
  probed.web.answers.set(`${ORIGIN}/`, { body: PAGE });
  for (const user of ["github.com", "user:word", ":word"]) {
    await probed.page.goto(`https://${user}@dash.example/`);
    await probed.page.evaluate(() => document.getElementById("target")!.focus());
    const [target] = await probed.own.evaluate(async () => {
      const tabs = await chrome.tabs.query({ active: true });
      const tab = tabs.find(({ url }: { url: string }) => url.endsWith("dash.example/"));
      const [{ documentId }] = await chrome.scripting.executeScript({ target: { tabId: tab.id }, func: () => undefined });
      return [{ tabId: tab.id, documentIds: [documentId] }];
    });
    expect((await probed.look(target)).refused, user).toBe("address");
    expect(code(await fill(target, {})), user).toBe("address");
    expect(await holds(), user).toBe(false);
  }
  const target = await open();
  expect(code(await fill(target, await probed.look(target)))).toBe("filled");
});

test("http is filled on localhost alone", async () => {
  const target = await open(PAGE, "http://localhost:8080/");
  expect(code(await fill(target, await probed.look(target), { origin: "http://localhost:8080" }))).toBe("filled");
  for (const origin of ["http://127.0.0.1:8080", "http://localhost.evil.example", "http://evil.example"]) {
    const other = await open(PAGE, `${origin}/`);
    expect(code(await fill(other, await probed.look(other), { origin })), origin).toBe("scheme");
    expect(await holds(), origin).toBe(false);
  }
});

test("a page in a sandbox of its own is not filled", async () => {
  const target = await open(PAGE, `${ORIGIN}/`, { "content-security-policy": "sandbox allow-scripts" });
  expect(code(await fill(target, {}))).toBe("sandboxed");
  expect(await holds()).toBe(false);
  const again = await open(PAGE, `${ORIGIN}/`, { "content-security-policy": "sandbox allow-scripts allow-same-origin" });
  expect(code(await fill(again, {}))).toBe("filled");
});

test("no document in a frame is filled, whosever it is", async () => {
  probed.web.answers.set("https://other.example/", { body: PAGE });
  probed.web.answers.set(`${ORIGIN}/frame`, { body: PAGE });
  const frames = `<iframe src="/frame"></iframe><iframe src="https://other.example/"></iframe><iframe sandbox="allow-scripts" src="/frame"></iframe><iframe srcdoc="<input>"></iframe>`;
  const target = await open(PAGE + frames);
  const ids: string[] = await probed.own.evaluate(async (tabId) => {
    const all = await chrome.scripting.executeScript({ target: { tabId, allFrames: true }, func: () => undefined });
    return all.filter(({ frameId }: { frameId: number }) => frameId !== 0).map(({ documentId }: { documentId: string }) => documentId);
  }, target.tabId);
  expect(ids.length).toBeGreaterThanOrEqual(3);
  for (const id of ids) {
    for (const origin of [ORIGIN, "https://other.example", "null"]) expect(code(await fill({ ...target, documentIds: [id] }, {}, { origin }))).toBe("frame");
  }
  expect(code(await fill(target, await probed.look(target)))).toBe("filled");
});

const LEFT: [string, () => Promise<unknown>][] = [
  ["a reload", () => probed.page.reload()],
  ["another page of the site", () => probed.page.goto(`${ORIGIN}/next`)],
  ["another site", () => probed.page.goto("https://other.example/")],
  ["an empty page", () => probed.page.goto("about:blank")],
  ["a document of data", () => probed.page.goto("data:text/html,<input autofocus>")],
  ["another address in the same document", () => probed.page.evaluate(() => history.pushState(null, "", "/project/other"))],
  ["another fragment", () => probed.page.evaluate(() => void (location.hash = "#/functions/other"))],
];

for (const [what, leave] of LEFT) {
  test(`${what} between the look and the fill leaves everything unfilled`, async () => {
    for (const path of ["/next", "/"]) probed.web.answers.set(`${ORIGIN}${path}`, { body: PAGE });
    const target = await open();
    const look = await probed.look(target);
    await leave();
    await probed.page.evaluate(() => document.querySelector("input")?.focus());
    expect(code(await fill(target, look))).toBe("gone");
    expect(await holds()).toBe(false);
    const again = await open();
    expect(code(await fill(again, await probed.look(again)))).toBe("filled");
  });
}

test("pages that no extension enters are told of, and a closed tab", async () => {
  const blob = await open();
  await probed.page.evaluate((html) => void (location.href = URL.createObjectURL(new Blob([html], { type: "text/html" }))), PAGE);
  await probed.page.waitForURL(/^blob:/).catch(() => {});
  expect(code(await fill(blob, {}))).toBe("gone");
  const tab = await probed.context.newPage();
  await tab.goto(`${ORIGIN}/`);
  const tabId: number = await probed.own.evaluate(async (not) => (await chrome.tabs.query({ url: "https://dash.example/*" })).find(({ id }: { id: number }) => id !== not).id, blob.tabId);
  await tab.close();
  expect(code(await fill({ ...blob, tabId }, {}))).toBe("gone");
});

test("a page sees nothing before, during and after, but the value in its field", async () => {
  probed.web.answers.set(`${ORIGIN}/`, { body: PAGE });
  await probed.page.goto(`${ORIGIN}/`);
  await probed.page.evaluate(() => document.getElementById("target")!.focus());
  // The browser tells a page when it is drawn first, which may be after it was loaded.
  await probed.page.evaluate(() => new Promise((then) => requestAnimationFrame(then)));
  await probed.page.evaluate(() => {
    const seen: string[] = ((globalThis as any).seen = []);
    const names = () => Object.getOwnPropertyNames(globalThis).sort().join();
    (globalThis as any).same = () => names() === before;
    const before = names();
    new MutationObserver((records) => records.forEach(({ type, target }) => seen.push(`${type} ${target.nodeName}`))).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    const hear = (event: Event) => seen.push(`${event.type} ${(event.target as Element).id ?? "window"} ${event.isTrusted}`);
    const types = new Set<string>();
    for (const of of [window, document, HTMLElement.prototype]) for (const name in of) if (name.startsWith("on")) types.add(name.slice(2));
    // What comes of the pointer, the device, time passing, and where the cursor is in a text, is the browser's.
    for (const type of [...types, "focusin", "focusout", "DOMActivate"]) if (!/^(pointer|mouse|scroll|transition|animation|selection|device)/.test(type)) window.addEventListener(type, hear, true);
    // Whatever is called in the page's world tells by its stack who called.
    for (const [of, name] of [[document, "querySelectorAll"], [Document.prototype, "elementFromPoint"], [Element.prototype, "getBoundingClientRect"], [EventTarget.prototype, "dispatchEvent"]] as [any, string][]) {
      const real = of[name];
      of[name] = function (...given: unknown[]) {
        seen.push(`${name} ${new Error().stack}`);
        return real.apply(this, given);
      };
    }
    const { set, get } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")!;
    Object.defineProperty(HTMLInputElement.prototype, "value", { set(value) { seen.push("set value"); set!.call(this, value); }, get });
    document.getElementById("target")!.addEventListener("input", () => seen.push(`stack ${/extension/.test(new Error().stack ?? "")}`));
  });
  const seen = (): Promise<string[]> => probed.page.evaluate(() => (globalThis as any).seen);
  const target = await probed.target();
  const look = await probed.look(target);
  expect(await seen()).toEqual([]);
  expect(code(await fill(target, look))).toBe("filled");
  expect(await seen()).toEqual(["input target false", "stack false", "change target false"]);
  expect(await probed.page.evaluate(() => (globalThis as any).same())).toBe(true);
  // The watch hears what it is for.
  await probed.page.evaluate(() => (document.body.append(document.createElement("i")), document.getElementById("other")!.focus(), ((globalThis as any).more = 1)));
  await expect.poll(seen).toEqual(expect.arrayContaining(["childList BODY", "focus other true"]));
  expect(await probed.page.evaluate(() => (globalThis as any).same())).toBe(false);

  // Nothing of the extension can be had by a page, and it has no way to speak to it.
  const resources = ["page.js", "form.js", "index.html", "panel.html", "manifest.json", "icons/icon-16.png", "profiles/github.json"];
  const origin = new URL(probed.own.url()).href.replace("/probe.html", "");
  expect(await probed.own.evaluate((urls) => Promise.all(urls.map((url) => fetch(url).then(({ ok }) => ok))), resources.map((name) => `/${name}`))).toEqual(resources.map(() => true));
  const reached = await probed.page.evaluate(
    (urls) => Promise.all(urls.map((url) => fetch(url).then(() => true, () => false))),
    resources.map((name) => `${origin}/${name}`),
  );
  expect(reached).toEqual(resources.map(() => false));
  expect(await probed.page.evaluate(() => typeof (globalThis as any).chrome?.runtime?.sendMessage)).toBe("undefined");
});
