// What the extension does in a page: looks at what is there, and fills what a person told it to fill.
//
// `inPage` alone runs there. The browser sends its text into the one document that the panel showed, in a world apart from the
// page's scripts, runs it once, and hands back plain data. It leaves nothing behind: no node, no global, no listener, no channel.
// It decides nothing: which field is meant is decided in the extension's own pages (extension/form.js) from what it describes,
// and it writes into a field that is still as it was described, or not at all. A fill gets the values to be filled and no others;
// what comes back has names of fields and what became of them, and no value. docs/profiles.md has the rules.
//
// A page of the extension loads form.js, profiles.js and this, as scripts or by `import`, in that order.
// `tacitPage.look(target, profile)` and `tacitPage.fill(target, order)` are the only ways in. `target` is
// `{ tabId, documentIds: [id] }` with the id of the tab's top document; `profile` comes from `tacitProfiles.match`
// (extension/profiles.js), or is null where none applies.
//
// look → { refused: code } or {
//   origin, url,                             of the document, as the browser writes them
//   focused: null or { kind, label, path, filled, refused },
//                                            where the cursor is: kind is "line", "lines" or "editor" (or "other"), `filled` says
//                                            whether there is text in it already, `refused` a code where it would not be filled
//   form: null or { kind, count, grows, refused },
//                                            the profile's form: kind is "bulk", "rows" or "single"; how many empty rows there
//                                            are, and whether more are made; a code where it was not found for certain
//   names: [string],                         of variables that the page shows, where the profile says how it shows them
// }
//
// order = {
//   origin,                                  exactly the one that the panel showed: "https://github.com"
//   how: "focused" | "bulk" | "rows" | "single",
//   profile,                                 as for `look`; null for "focused"
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
// Codes, of the page: `denied` (the browser lets us not in), `gone` (another document is there now), `frame` (not the top document),
// `origin`, `scheme` (neither https nor http://localhost), `sandboxed`, `address` (a user name in the address).
// Of the form: `not-found`, `ambiguous` (two fields are equally likely), `no-row`, `moved` (a field is not
// as it was described a moment ago).
// Of a field: `no-field` (none has the focus), `kind` (not a field for text), `editor` (an editor that cannot be written to reliably:
// copy instead), `hidden`, `outside` (not to be brought into view), `covered`, `disabled`, `read-only`, `too-long`, `one-line` (the
// value has several lines), `not-empty`.

/** Runs in the page; see above. Describes its fields, or does `steps` with them: `{ at, is, value }` writes, `{ at, is }` reads or presses. */
async function inPage({ origin, steps, replace }) {
  const later = (time) => new Promise((resolve) => setTimeout(resolve, time));
  // The document.
  if (window !== window.top) return { refused: "frame" };
  if (self.origin === "null") return { refused: "sandboxed" };
  const { protocol, hostname, href } = location;
  if (protocol !== "https:" && (protocol !== "http:" || hostname !== "localhost")) return { refused: "scheme" };
  if (origin && location.origin !== origin) return { refused: "origin" };
  if (new URL(href).username) return { refused: "address" };

  // Its elements, through shadow roots, closed ones too.
  const inner = (el) => el instanceof HTMLElement && (globalThis.chrome?.dom?.openOrClosedShadowRoot(el) ?? el.openOrClosedShadowRoot);
  const all = (root) => [...root.querySelectorAll("*")].flatMap((el) => (inner(el) ? [el, ...all(inner(el))] : [el]));
  const up = (node) => (node.parentNode instanceof ShadowRoot ? node.parentNode.host : node.parentNode);
  const chain = (node) => (node instanceof Element ? [node, ...chain(up(node))] : []);
  const within = (outer, node) => chain(node).includes(outer);
  const rendered = (el) => el.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });
  const said = (el, name) => el.getAttribute(name) ?? "";

  // A field: what it is, what it is called, what is in it.
  const kindOf = (el) => {
    if (el instanceof HTMLTextAreaElement) return "lines";
    if (el instanceof HTMLInputElement) return /^(text|password|search|url|email|tel)$/.test(el.type) ? "line" : "other";
    if (el.isContentEditable && !el.parentElement?.isContentEditable) return "editor";
    return el.matches("button, [role=button]") ? "button" : "other";
  };
  const isText = (el) => /line|editor/.test(kindOf(el));
  const text = (node) => (node.matches?.("input, textarea, select, [contenteditable]") ? "" : node instanceof Text ? node.data : [...node.childNodes].map(text).join(""));
  const plain = (words) => words.replace(/\s+/g, " ").trim();
  const labelOf = (el) => {
    const others = said(el, "aria-labelledby").split(/\s+/).map((id) => id && el.getRootNode().getElementById(id));
    const labels = [...others, said(el, "aria-label"), ...(el.labels ?? []), kindOf(el) === "button" ? el : "", said(el, "title"), said(el, "placeholder")];
    return labels.map((label) => plain(label?.nodeType ? text(label) : label ?? "")).find(Boolean) ?? "";
  };
  const read = (el) => {
    if (kindOf(el) !== "editor") return el.value ?? "";
    // What an editor shows where it is empty is no text of its own.
    const hint = [...el.querySelectorAll("[contenteditable=false]")].map((part) => part.innerText).join("");
    const shown = el.innerText.replace(/\u00a0/g, " ").replace(/\n$/, "");
    return shown.trim() === hint.trim() ? "" : shown;
  };
  const described = (el) => ({
    kind: kindOf(el),
    label: labelOf(el),
    name: said(el, "name") || el.id,
    placeholder: said(el, "placeholder"),
    role: said(el, "role"),
    path: chain(el).map((node) => [...(node.parentNode?.children ?? [])].indexOf(node)).reverse(),
    sends: el.type === "submit" && !!el.form,
  });

  // What speaks against writing into a field. To look, without a value, nothing is moved.
  const uncovered = async (el, points) => {
    if (!points.every(([x, y]) => within(el, el.getRootNode().elementFromPoint(x, y)))) return false;
    // A cover that lets clicks through is seen by the browser's own judgement alone, where it has one.
    const covers = (other) => {
      const { left, right, top, bottom } = other.getBoundingClientRect();
      return points.every(([x, y]) => left <= x && x <= right && top <= y && y <= bottom);
    };
    const through = (other) => getComputedStyle(other).pointerEvents === "none" && !within(el, other) && !within(other, el) && covers(other);
    if (!("isVisible" in IntersectionObserverEntry.prototype) || !all(document).some(through)) return true;
    const seen = new Promise((resolve) => {
      new IntersectionObserver(([entry], watcher) => (watcher.disconnect(), resolve(entry.isVisible)), { trackVisibility: true, delay: 100 }).observe(el);
    });
    return Promise.race([seen, later(1000)]);
  };
  const bar = async (el, value) => {
    const lines = chain(el);
    if (el instanceof HTMLIFrameElement) throw "frame";
    if (el.editContext || said(el, "aria-roledescription") === "editor") throw "editor";
    if (!isText(el)) throw "kind";
    if (el.matches(":disabled") || said(el, "aria-disabled") === "true" || lines.some((outer) => outer.inert)) throw "disabled";
    if (el.readOnly || said(el, "aria-readonly") === "true") throw "read-only";
    const styles = lines.map((outer) => getComputedStyle(outer));
    const faint = styles.reduce((sum, { opacity }) => sum * opacity, 1) < 0.5 || styles.some(({ filter }) => /opacity\(0/.test(filter));
    const box = () => {
      const { left, top, right, bottom, width, height } = el.getBoundingClientRect();
      if (width < 8 || height < 8) throw "hidden";
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
  if (focused === document.body || focused === document.documentElement) focused = null;
  const fields = all(document).filter((el) => kindOf(el) !== "other" && rendered(el));

  if (!steps) {
    const told = (el) => ({ ...described(el), filled: isText(el) && read(el) !== "" });
    const listed = all(document).filter((el) => !el.children.length && el.closest("tr, li, dt, code, [role=row], [role=listitem]"));
    const names = listed.map((el) => el.textContent.trim()).filter((name) => /^[A-Za-z_]\w{1,254}$/.test(name));
    const refused = focused && (await bar(focused).then(() => null, String));
    return { origin: location.origin, url: href, focused: focused && { ...told(focused), refused }, fields: fields.map(told), names: [...new Set(names)].slice(0, 2000) };
  }

  // All is checked before anything is written.
  const as = (el) => JSON.stringify(described(el));
  const wanted = steps.map(({ at, is, value }) => ({ el: at < 0 ? focused : fields[at], is, value }));
  try {
    for (const { el, is, value } of wanted) {
      if (!el || as(el) !== JSON.stringify(is)) throw "moved";
      if (value !== undefined) await bar(el, value);
    }
  } catch (code) {
    return { refused: String(code) };
  }
  for (const { el, value } of wanted) {
    if (value !== undefined) write(el, value);
    else if (kindOf(el) === "button") el.click();
  }
  // The page has its turn before the fields are read back.
  await later(50);
  const holds = (el, value) => el.isConnected && read(el) === value.replace(/\r\n?/g, "\n").replace(kindOf(el) === "editor" ? /\n$/ : "", "");
  return { done: wanted.map(({ el, value }) => (value === undefined ? read(el) : holds(el, value))) };
}

globalThis.tacitPage = (() => {
  /** Sends it into the document, and says what the browser has against it. */
  async function run(target, request) {
    try {
      const [{ result }] = await chrome.scripting.executeScript({ target, world: "ISOLATED", func: inPage, args: [request] });
      return result ?? { refused: "gone" };
    } catch (error) {
      return { refused: /no (document|frame|tab|window)|removed|closed/i.test(error.message) ? "gone" : "denied" };
    }
  }

  /** What is written and where, as steps; null where nothing can be. Presses the button for another row where there is none. */
  async function steps(target, order, entry) {
    const { origin, focused } = order;
    for (let tries = 0; ; tries += 1) {
      const seen = await run(target, { origin });
      if (seen.refused) return seen;
      if (order.how === "focused") return tacitForm.focused(seen.focused, focused, entry);
      const shape = tacitForm.shape(order.profile, order.how, seen.fields);
      if (shape.refused) return shape;
      if (!shape.rows) return { steps: tacitForm.steps(shape, entry) };
      const texts = await run(target, { origin, steps: shape.rows.map(({ name }) => tacitForm.step(name)) });
      if (texts.refused) return texts;
      const row = tacitForm.row(shape.rows, texts.done, entry.name);
      if (row) return { steps: tacitForm.steps(row, entry) };
      const add = tacitForm.add(order.profile, order.how, seen.fields);
      if (!add || tries > 20) return { refused: "no-row" };
      // It is pressed once; then the page has a second to make the row.
      if (tries === 0) await run(target, { origin, steps: [add] });
    }
  }

  /** Fills what belongs to one entry: all of it or nothing. */
  async function one(target, order, entry) {
    const { name } = entry;
    const found = await steps(target, order, entry);
    const { refused, done } = found.refused ? found : await run(target, { origin: order.origin, replace: !!order.replace, steps: found.steps });
    if (refused) return { name, outcome: "refused", code: refused };
    return { name, outcome: done.every((holds) => holds === true) ? "filled" : "changed" };
  }

  return {
    /** What is in the page. */
    async look(target, profile) {
      const seen = await run(target, {});
      if (seen.refused) return seen;
      const { fields, focused, names, ...rest } = seen;
      return { ...rest, focused, form: profile ? tacitForm.summary(profile, fields) : null, names };
    },

    /** Fills, and says for each entry what the page did with it. */
    async fill(target, order) {
      const before = await run(target, { origin: order.origin });
      if (before.refused) return before;
      const entries = [];
      for (const entry of order.entries) entries.push(await one(target, order, entry));
      return { entries };
    },

    /** The text that the browser sends into the page. */
    sent: () => inPage.toString(),
  };
})();
