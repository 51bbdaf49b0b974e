// A field of whatever kind that has the focus is filled, and what the page did with the value is said.
import { join } from "node:path";
import { build } from "esbuild";
import { probe, type Fill, type Probe } from "./providers/probe";
import { expect, test } from "./tacit";

const ORIGIN = "https://dash.example";
const LINE = `fake "value" 'of' a $KEY \\n <b>ü👋`;
const LINES = `-----BEGIN FAKE-----\nabc\n\n  def\n-----END FAKE-----`;
let probed: Probe;
test.beforeAll(async () => {
  probed = await probe();
  const contents = `import { EditorView, minimalSetup } from "codemirror"; import { placeholder } from "@codemirror/view";
    const view = new EditorView({ doc: document.body.dataset.doc ?? "", extensions: [minimalSetup, placeholder("KEY=value")], parent: document.body });
    view.dom.style.height = "120px"; view.contentDOM.id = "target"; view.focus();
    globalThis.text = () => view.state.doc.toString();`;
  const { outputFiles } = await build({ stdin: { contents, resolveDir: __dirname }, bundle: true, write: false });
  probed.web.answers.set(`${ORIGIN}/editor.js`, { body: outputFiles[0]!.contents, headers: { "content-type": "text/javascript" } });
});
test.afterAll(() => probed.end());

async function open(html: string): Promise<void> {
  probed.web.answers.set(`${ORIGIN}/`, { body: `<!doctype html><title>Page</title>${html}`, headers: { "content-type": "text/html; charset=utf-8" } });
  await probed.page.goto(`${ORIGIN}/`);
}

async function fill(value: string, replace = false): Promise<Fill> {
  const target = await probed.target();
  const { focused, url } = await probed.look(target);
  return probed.fill(target, { origin: ORIGIN, url, focused, how: "focused", entries: [{ name: "KEY", value }], replace });
}
const outcome = ({ refused, entries }: Fill) => refused ?? entries[0]!.code ?? entries[0]!.outcome;
const run = (script: string): Promise<string> => probed.page.evaluate(`(() => { ${script} })()`);

/** What is in the page, how the field gets the focus, and how its text is read. */
const FIELDS: [string, string, string, string, string][] = [
  ...["text", "password", "search", "url", "email", "tel", "unknown"].map((type): [string, string, string, string, string] => [`an input of type ${type}`, `<input id="target" type="${type}">`, "target.focus()", "return target.value", LINE]),
  ["a text area", `<textarea id="target"></textarea>`, "target.focus()", "return target.value", LINES],
  ["editable content", `<div id="target" contenteditable style="min-height:40px"></div>`, "target.focus()", "return target.textContent", LINE],
  ["editable content of plain text, with lines", `<div id="target" contenteditable="plaintext-only" style="min-height:40px;white-space:pre-wrap"></div>`, "target.focus()", "getSelection().selectAllChildren(target); return getSelection().toString()", LINES],
  ["a field in a shadow root", `<div id="host"></div>`, "host.attachShadow({ mode: 'open' }).innerHTML = '<input>'; host.shadowRoot.firstChild.focus()", "return host.shadowRoot.firstChild.value", LINE],
  ["a field in a closed shadow root", `<div id="host"></div>`, "globalThis.root = host.attachShadow({ mode: 'closed' }); root.innerHTML = '<input>'; root.firstChild.focus()", "return root.firstChild.value", LINE],
  ["a field in shadow roots in each other", `<div id="host"></div>`, "const first = host.attachShadow({ mode: 'closed' }); first.innerHTML = '<p><b></b></p>'; globalThis.root = first.querySelector('p').attachShadow({ mode: 'open' }); root.innerHTML = '<textarea></textarea>'; root.firstChild.focus()", "return root.firstChild.value", LINES],
  ["a field far below", `<div style="height:5000px"></div><input id="target">`, "target.focus({ preventScroll: true })", "return target.value", LINE],
  ["a field in a box that scrolls", `<div style="height:100px;overflow:auto"><div style="height:900px"></div><input id="target"></div>`, "target.focus({ preventScroll: true })", "return target.value", LINE],
  ["a field in a dialog", `<dialog id="box"><input id="target"></dialog>`, "box.showModal(); target.focus()", "return target.value", LINE],
  ["a field with a mark over it that lets clicks through", `<div style="position:relative"><input id="target" style="width:200px"><span style="position:absolute;left:4px;top:4px;pointer-events:none;background:white">Key</span></div>`, "target.focus()", "return target.value", LINE],
  ["a field before a picture that lets clicks through", `<div style="position:fixed;inset:0;z-index:-1;pointer-events:none;background:linear-gradient(red, blue)"></div><input id="target">`, "target.focus()", "return target.value", LINE],
  ["an editor of code", `<script type="module" src="/editor.js"></script>`, "target.focus()", "return text()", LINES],
  ["a long text in an editor of code", `<script type="module" src="/editor.js"></script>`, "target.focus()", "return text()", Array.from({ length: 500 }, (_, line) => `NAME_${line}="fake value ${line}"`).join("\n")],
];

for (const [what, html, focus, read, value] of FIELDS) {
  test(`${what} is filled when it has the focus`, async () => {
    await open(html);
    await run(focus);
    expect(outcome(await fill(value))).toBe("filled");
    expect(await run(read)).toBe(value);
  });
}

test("text that is there is replaced where that is asked for, and else stays", async () => {
  for (const [html, read] of [[`<input id="target" value="before">`, "return target.value"], [`<textarea id="target">before</textarea>`, "return target.value"], [`<body data-doc="before"><script type="module" src="/editor.js"></script>`, "return text()"]] as const) {
    await open(html);
    await run("target.focus()");
    expect(outcome(await fill(LINE))).toBe("not-empty");
    expect(await run(read)).toBe("before");
    expect(outcome(await fill(LINE, true))).toBe("filled");
    expect(await run(read)).toBe(LINE);
  }
});

test("what a page makes of a value is said", async () => {
  for (const change of ["target.value = target.value.toUpperCase()", "target.value = ''", "setTimeout(() => (target.value = 'other'))", "target.replaceWith(target.cloneNode())"]) {
    await open(`<input id="target">`);
    await run(`target.focus(); target.addEventListener("input", () => { ${change} })`);
    expect(outcome(await fill(LINE)), change).toBe("changed");
  }
});

test("a look says what is there and no value", async () => {
  await open(`<label>Secret: <input id="target" type="password" value="${LINE.replaceAll('"', "&quot;")}"></label><table><tr><td>STRIPE_KEY</td><td>fake value</td></tr></table><p>NOT_LISTED</p>`);
  await run("target.focus()");
  const look = await probed.look(await probed.target());
  expect(look.focused).toMatchObject({ kind: "line", label: "Secret:", filled: true, refused: null });
  expect(look.names).toEqual(["STRIPE_KEY"]);
  expect(JSON.stringify(look)).not.toContain("fake");
});

test("a text area that drops the last line's end changed the value, and an editor that adds one did not", async () => {
  const key = `${LINES}\n`;
  await open(`<textarea id="target"></textarea>`);
  await run("target.focus()");
  expect(outcome(await fill(key))).toBe("filled");
  await open(`<textarea id="target"></textarea>`);
  await run("target.focus(); target.addEventListener('input', () => (target.value = target.value.trimEnd()))");
  expect(outcome(await fill(key))).toBe("changed");
  await open(`<script type="module" src="/editor.js"></script>`);
  await run("target.focus()");
  expect(outcome(await fill(key))).toBe("filled");
});
