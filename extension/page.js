// What the extension does in a page: looks at what is there, and fills what a person told it to fill.
//
// `inPage` alone runs there. The browser sends its text into the one document that the panel showed, in a world apart from the
// page's scripts, runs it once, and hands back plain data. It leaves nothing behind: no node, no global, no listener, no channel.
// It decides nothing: which field is meant is decided in the extension's own pages (extension/form.js) from what it describes,
// and it writes into a field that is still as it was described, or not at all. A fill gets the values to be filled and no others;
// what comes back has names of fields and what became of them, and no value. A look reads the names in a form's own fields; of a
// box that holds a whole file it takes the names, and forgets the rest. docs/profiles.md has the rules.
//
// A page of the extension loads form.js, profiles.js and this, as scripts or by `import`, in that order.
// `tacitPage.look(target, matches)` and `tacitPage.fill(target, order)` are the only ways in. `target` is
// `{ tabId, documentIds: [id] }` with the id of the tab's top document; `matches` says of an address what
// `tacitProfiles.matches` (extension/profiles.js) says of it.
//
// look → { refused: code } or {
//   origin, url,                             of the document, as the browser writes them
//   focused: null or { kind, label, path, filled, refused },
//                                            where the cursor is: kind is "line", "lines" or "editor" (or "other"), `filled` says
//                                            whether there is text in it already, `refused` a code where it would not be filled
//   form: null or { kind, count, grows, filled, refused },
//                                            a profile's form: kind is "bulk", "rows" or "single"; how many empty rows there
//                                            are, and whether more are made; whether the box has text in it; a code where it was not found for certain
//   known,                                   of what `matches` said, that of the form: the first that was found, else the first
//   fields,                                  all that could be filled, as extension/form.js knows them
//   names: [string],                         words in its lists that may be variables, and the names in the form's fields
//   held: null or [string],                  the names in a box that has text already
// }
//
// order = {
//   origin, url,                             exactly those that `look` said and the panel showed: a page may put another in its
//                                            place without another document
//   how: "focused" | "bulk" | "rows" | "single",
//   profile,                                 the one that `look` took; null for "focused"
//   focused,                                 for "focused": what `look` said and the panel showed; another field is not filled
//   entries: [{ name, value }],              "rows": any number. "single": one. "bulk" and "focused": one; only its value is
//                                            written, for "bulk" it is the whole text
//   replace: boolean,                        whether text that is in a field already may be replaced; else `not-empty`
// }
//
// fill → { refused: code } (then nothing was written) or { entries: [{ name, outcome, code? }] }, in the order's order:
//   "filled"                                 the field was read back and holds exactly the value
//   "changed"                                the page made something else of it
//   "refused", with a code                   nothing was written for this entry
//
// Codes, of the page: `denied` (the browser lets us not in), `gone` (another document or address is there now), `frame` (not the top document),
// `origin`, `address` (there is a user name in it), `scheme` (neither https nor http://localhost), `sandboxed`.
// Of the form: `not-found`, `ambiguous` (two fields are equally likely), `no-row`, `moved` (a field is not
// as it was described a moment ago).
// Of a field: `no-field` (none has the focus), `kind` (not a field for text), `editor` (an editor that cannot be written to reliably:
// copy instead), `hidden`, `outside` (not to be brought into
// view, or too small to be seen), `covered`, `disabled`, `read-only`, `too-long`, `one-line` (the
// value has several lines), `not-empty`.

/** Runs in the page; see above. Describes its fields, or does `steps` with them: `{ at, is, value }` writes, `{ at, is }` reads or presses. */
async function inPage({ origin, url, buttons, steps, replace }) {
  const later = (time) => new Promise((then) => setTimeout(then, time));
  if (window !== window.top) return { refused: "frame" };
  if (self.origin === "null") return { refused: "sandboxed" };
  const { href } = location;
  if (!/^(https:|http:\/\/localhost[:/])/.test(href)) return { refused: "scheme" };
  if (origin && location.origin !== origin) return { refused: "origin" };
  if (url && href !== url) return { refused: "gone" };

  const inner = (el) => el instanceof HTMLElement && (chrome.dom?.openOrClosedShadowRoot(el) ?? el.openOrClosedShadowRoot);
  const all = (root) => [...root.querySelectorAll("*")].flatMap((el) => (inner(el) ? [el, ...all(inner(el))] : [el]));
  const every = all(document);
  const [places, labels] = [new Map(), new Map()];
  for (const el of every) {
    places.set(el, (places.get(el.previousElementSibling) ?? -1) + 1);
    if (el.control) labels.set(el.control, [...(labels.get(el.control) ?? []), el]);
  }
  const up = (node) => (node.parentNode instanceof ShadowRoot ? node.parentNode.host : node.parentNode);
  const chain = (node) => (node instanceof Element ? [node, ...chain(up(node))] : []);
  const within = (outer, node) => chain(node).includes(outer);
  const rendered = (el) => el.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });
  const said = (el, name) => el.getAttribute(name) ?? "";

  // What a field is, is called, has in it.
  const kindOf = (el) => {
    if (el instanceof HTMLTextAreaElement) return "lines";
    if (el instanceof HTMLInputElement) return /^(text|password|search|url|email|tel)$/.test(el.type) ? "line" : "other";
    if (el.isContentEditable && !el.parentElement?.isContentEditable) return "editor";
    return el.matches("button, [role=button]") ? "button" : "other";
  };
  const isText = (el) => /line|editor/.test(kindOf(el));
  const text = (node) => (node.matches?.("input, textarea, select, [contenteditable]") ? "" : node instanceof Text ? node.data : [...node.childNodes].map(text).join(""));
  const labelOf = (el) => {
    const others = said(el, "aria-labelledby").split(/\s+/).map((id) => id && el.getRootNode().getElementById(id));
    const words = [...others, said(el, "aria-label"), ...(labels.get(el) ?? []), kindOf(el) === "button" ? el : "", said(el, "title"), said(el, "placeholder")];
    return words.map((label) => (label?.nodeType ? text(label) : (label ?? "")).trim()).find(Boolean) ?? "";
  };
  const read = (el) => {
    if (kindOf(el) !== "editor") return el.value;
    // Its nodes are lines; a hint is none.
    const shown = [...el.childNodes].filter((line) => line.nodeName !== "BR").map((line) => line.textContent).join("\n").replace(/\u00a0/g, " ");
    const hint = [...el.querySelectorAll("[contenteditable=false]")].map((part) => part.textContent).join("");
    return shown.trim() === hint.trim() ? "" : shown;
  };
  const described = (el) => ({
    kind: kindOf(el),
    label: labelOf(el),
    name: said(el, "name") || el.id,
    placeholder: said(el, "placeholder"),
    role: said(el, "role"),
    path: chain(el).map((node) => places.get(node)).reverse(),
    sends: el.type === "submit" && !!el.form,
  });

  // What speaks against a field; without a value nothing is moved.
  const uncovered = async (el, points) => {
    if (!points.every(([x, y]) => within(el, el.getRootNode().elementFromPoint(x, y)))) return false;
    // One that lets clicks through the browser knows.
    const veils = (other) => {
      const { left, right, top, bottom } = other.getBoundingClientRect();
      const over = points.every(([x, y]) => left <= x && x <= right && top <= y && y <= bottom);
      return over && getComputedStyle(other).pointerEvents === "none" && !within(el, other) && !within(other, el);
    };
    if (!("isVisible" in IntersectionObserverEntry.prototype) || !every.some(veils)) return true;
    const seen = (then) => new IntersectionObserver(([{ isVisible }], it) => (it.disconnect(), then(isVisible)), { trackVisibility: true, delay: 100 }).observe(el);
    return Promise.race([new Promise(seen), later(1000)]);
  };
  const bar = async (el, value) => {
    if (el instanceof HTMLIFrameElement) throw "frame";
    if (el.editContext || said(el, "aria-roledescription") === "editor") throw "editor";
    if (!isText(el)) throw "kind";
    if (el.matches(":disabled") || said(el, "aria-disabled") === "true" || chain(el).some((outer) => outer.inert)) throw "disabled";
    if (el.readOnly || said(el, "aria-readonly") === "true") throw "read-only";
    const styles = chain(el).map((outer) => getComputedStyle(outer));
    const faint = styles.reduce((sum, { opacity }) => sum * opacity, 1) < 0.5 || styles.some(({ filter }) => /opacity\(0/.test(filter));
    const box = () => {
      const { left, top, right, bottom } = el.getBoundingClientRect();
      return [Math.max(left, 0), Math.max(top, 0), Math.min(right, innerWidth), Math.min(bottom, innerHeight)];
    };
    const away = ([left, top, right, bottom]) => right - left < 8 || bottom - top < 8;
    if (!rendered(el) || faint) throw "hidden";
    if (value !== undefined) {
      if (kindOf(el) === "line" && /[\r\n]/.test(value)) throw "one-line";
      if (el.maxLength >= 0 && value.length > el.maxLength) throw "too-long";
      if (read(el) && read(el) !== value && !replace) throw "not-empty";
    }
    if (away(box())) {
      if (value === undefined) return;
      el.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
      if (away(box())) throw "outside";
    }
    const [left, top, right, bottom] = box();
    const points = [[1, 1], [3, 1], [2, 2], [1, 3], [3, 3]].map(([x, y]) => [left + ((right - left) * x) / 4, top + ((bottom - top) * y) / 4]);
    if (!(await uncovered(el, points))) throw "covered";
  };
  const write = (el, value) => {
    if (kindOf(el) === "editor") {
      el.focus();
      getSelection().selectAllChildren(el);
      document.execCommand("insertText", false, value);
    } else {
      el.value = value;
      for (const name of ["input", "change"]) el.dispatchEvent(new Event(name, { bubbles: true, composed: true }));
    }
  };

  let focused = document.activeElement;
  while (inner(focused)?.activeElement) focused = inner(focused).activeElement;
  if (focused?.matches("html, body")) focused = null;
  const fields = every.filter((el) => (buttons ? kindOf(el) === "button" : isText(el)) && rendered(el));

  if (!steps) {
    const told = (el) => ({ ...described(el), filled: isText(el) && read(el) !== "" });
    const refused = focused && (await bar(focused).then(() => null, String));
    return { origin: location.origin, url: href, focused: focused && { ...told(focused), refused }, fields: fields.map(told) };
  }

  // All is checked before any is written.
  const wanted = steps.map((step) => ({ el: step.at < 0 ? focused : fields[step.at], ...step }));
  try {
    for (const { el, is, value } of wanted) {
      if (!el || Object.entries(described(el)).some(([key, now]) => `${now}` !== `${is[key]}`)) throw "moved";
      if (value !== undefined) await bar(el, value);
    }
  } catch (code) {
    return { refused: String(code) };
  }
  for (const { el, value } of wanted) {
    if (value !== undefined) write(el, value);
    else if (kindOf(el) === "button") el.click();
  }
  // The page has its turn.
  await later(50);
  const back = async (el) => {
    if (kindOf(el) !== "editor") return read(el);
    // It may show a part, but gives all.
    getSelection().selectAllChildren(el);
    await later(50);
    const clipboardData = new DataTransfer();
    el.dispatchEvent(new ClipboardEvent("copy", { clipboardData, bubbles: true, cancelable: true }));
    getSelection().collapseToEnd();
    return clipboardData.getData("text/plain") || read(el);
  };
  // Editors add line ends.
  const ended = (el, words) => words.replace(/\r\n?/g, "\n").replace(kindOf(el) === "editor" ? /\n+$/ : "", "");
  const done = [];
  for (const { el, value } of wanted) done.push(value === undefined ? read(el) : el.isConnected && ended(el, await back(el)) === ended(el, value));
  return { done };
}

/** Runs in a page that is looked at: the words in lists and tables that could be names of variables. */
function namesInPage() {
  const words = [...document.querySelectorAll("tr *, li, li *, dt, dt *, code, [role=row] *, [role=listitem] *")];
  const names = words.filter((el) => !el.children.length).map((el) => el.textContent.trim());
  return [...new Set(names.filter((name) => /^[A-Za-z_]\w{1,254}$/.test(name)))].slice(0, 2000);
}

globalThis.tacitPage = (() => {
  /** Sends it into the document, and says what the browser has against it. */
  async function run(target, request, func = inPage) {
    try {
      const [{ result }] = await chrome.scripting.executeScript({ target, world: "ISOLATED", func, args: [request] });
      return result ?? { refused: "gone" };
    } catch (error) {
      return { refused: /no (document|frame|tab|window)|removed|closed/i.test(error.message) ? "gone" : "denied" };
    }
  }

  /** A user name in an address makes a site look like another, and its page does not know of it. */
  async function named({ tabId }) {
    const { url } = await chrome.tabs.get(tabId).catch(() => ({}));
    const { username, password } = URL.canParse(url) ? new URL(url) : {};
    return username || password ? { refused: "address" } : undefined;
  }

  /** Presses the button that makes another row, and says whether there is one. */
  async function grow(target, { origin, url, profile, how }) {
    const seen = await run(target, { origin, url, buttons: true });
    const add = !seen.refused && tacitForm.add(profile, how, seen.fields);
    return add && !(await run(target, { origin, url, buttons: true, steps: [add] })).refused;
  }

  /** The names that a form's fields have in them already. */
  async function namesIn(target, { origin, url, fields }, profile, kind) {
    const { rows = [], text } = tacitForm.shape(profile, kind, fields);
    const filled = [...rows.map(({ name }) => name), text].filter((field) => field?.filled);
    if (!filled.length) return [];
    const { done = [] } = await run(target, { origin, url, steps: filled.map((field) => tacitForm.step(field)) });
    return text ? [...done.join().matchAll(/^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/gm)].map(([, name]) => name) : done;
  }

  /** What is written and where, as `{ steps }`, or `{ refused }`. Makes another row where there is none. */
  async function steps(target, order, entry) {
    const { origin, url, focused } = order;
    for (let tries = 0; ; tries += 1) {
      const seen = await run(target, { origin, url });
      if (seen.refused) return seen;
      if (order.how === "focused") return tacitForm.focused(seen.focused, focused, entry);
      const shape = tacitForm.shape(order.profile, order.how, seen.fields);
      if (shape.refused) return shape;
      if (!shape.rows) return { steps: tacitForm.steps(shape, entry) };
      const texts = await run(target, { origin, url, steps: shape.rows.map(({ name }) => tacitForm.step(name)) });
      if (texts.refused) return texts;
      const row = tacitForm.row(shape.rows, texts.done, entry.name);
      if (row) return { steps: tacitForm.steps(row, entry) };
      // The button is pressed once; then the page has a second to make the row.
      if (tries > 20 || (tries === 0 && !(await grow(target, order)))) return { refused: "no-row" };
    }
  }

  /** Fills what belongs to one entry: all of it or nothing. */
  async function one(target, order, entry) {
    const { name } = entry;
    const { origin, url } = order;
    const found = await steps(target, order, entry);
    const { refused, done } = found.refused ? found : await run(target, { origin, url, replace: !!order.replace, steps: found.steps });
    if (refused) return { name, outcome: "refused", code: refused };
    return { name, outcome: done.every((holds) => holds === true) ? "filled" : "changed" };
  }

  return {
    run,

    /** What is in the page. `matches` says of the address that the page itself has which profiles are for it. */
    async look(target, matches = () => []) {
      const seen = (await named(target)) ?? (await run(target, {}));
      if (seen.refused) return seen;
      const all = matches(seen.url);
      const forms = all.map(({ profile }) => tacitForm.summary(profile, seen.fields));
      const taken = Math.max(0, forms.findIndex(({ refused }) => !refused));
      const [known, form] = [all[taken], forms[taken] ?? null];
      const words = await run(target, null, namesInPage);
      const held = form && !form.refused ? await namesIn(target, seen, known.profile, form.kind) : [];
      const names = [...new Set([...(words.refused ? [] : words), ...held])];
      return { ...seen, known, form, names, held: form?.kind === "bulk" && form.filled ? held : null };
    },

    /** What of the page's buttons and of the cursor, as `look` says it of the fields. */
    buttons: (target, { origin, url }) => run(target, { origin, url, buttons: true }),

    /** Fills, and says for each entry what the page did with it. */
    async fill(target, order) {
      if (!order.origin) return { refused: "origin" };
      const before = (await named(target)) ?? (await run(target, { origin: order.origin, url: order.url }));
      if (before.refused) return before;
      const entries = [];
      for (const entry of order.entries) entries.push(await one(target, order, entry));
      return { entries };
    },

    /** The text that the browser sends into the page. */
    sent: () => inPage.toString(),
  };
})();
