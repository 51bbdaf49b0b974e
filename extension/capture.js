// Keys that a page shows: what the panel asks a page for when a person captures one, and what they selected there. Both run once in
// the one document, in a world apart from the page's scripts, hand back text, and leave nothing behind. Which of the text is a key is
// decided in the vault's own core; what is none is forgotten there.
//
// The panel loads this after page.js.

/** Runs in the page: what its fields hold and what it shows, of the dialog that is open and of all of it. */
function textInPage({ origin, url, most }) {
  if (window !== window.top) return { refused: "frame" };
  if (self.origin === "null") return { refused: "sandboxed" };
  if (!/^(https:|http:\/\/localhost[:/])/.test(location.href)) return { refused: "scheme" };
  if (location.origin !== origin) return { refused: "origin" };
  if (location.href !== url) return { refused: "gone" };

  const inner = (el) => el instanceof HTMLElement && (chrome.dom?.openOrClosedShadowRoot(el) ?? el.openOrClosedShadowRoot);
  const all = (root) => [...root.querySelectorAll("*")].flatMap((el) => (inner(el) ? [el, ...all(inner(el))] : [el]));
  const rendered = (el) => el.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });
  const up = (node) => (node.parentNode instanceof ShadowRoot ? node.parentNode.host : node.parentNode);
  const within = (outer, node) => !!node && (node === outer || within(outer, up(node)));

  // What is set apart on screen is set apart in the text; what only looks otherwise is not. A button beside a key is no part of it.
  const APART = "a, button, [role=button], label, code, pre, kbd, samp";
  const children = (el) => (inner(el) ?? (el instanceof HTMLSlotElement && el.assignedNodes().length ? { childNodes: el.assignedNodes() } : el)).childNodes;
  const written = (node) => {
    if (node instanceof Text) return node.data;
    if (!(node instanceof Element) || node.matches("textarea, select") || !rendered(node)) return "";
    if (node instanceof HTMLBRElement) return "\n";
    const text = [...children(node)].map(written).join("");
    return getComputedStyle(node).display === "inline" && !node.matches(APART) ? text : `\0${text}\0`;
  };
  const lines = (node) => written(node).replace(/\0+/g, "\n");

  let cut = false;
  const taken = (root) => {
    let room = most;
    const take = (text) => {
      const part = text.slice(0, room);
      room -= part.length;
      cut ||= part.length < text.length;
      return part;
    };
    const texts = (list) => list.filter((text) => text.trim()).map(take).filter(Boolean);
    const every = root ? [root, ...(inner(root) ? all(inner(root)) : []), ...all(root)] : [];
    const fields = every.filter((el) => el.matches("input:not([type=hidden]), textarea, code, pre, kbd, samp") && rendered(el));
    return { fields: texts(fields.map((el) => el.value ?? lines(el))), texts: texts(root ? [lines(root)] : []) };
  };

  let focused = document.activeElement;
  while (inner(focused)?.activeElement) focused = inner(focused).activeElement;
  const dialogs = all(document).filter((el) => el.matches("dialog[open], [role=dialog], [role=alertdialog], [aria-modal=true], :popover-open") && rendered(el));
  const dialog = dialogs.filter((el) => within(el, focused)).pop() ?? dialogs.pop();
  const [open, whole] = [taken(dialog), taken(document.body)];
  return { dialog: open, text: whole, cut };
}

/** Runs in a frame of a page: the text that is selected there. */
function selectedInPage() {
  const inner = (el) => el instanceof HTMLElement && (chrome.dom?.openOrClosedShadowRoot(el) ?? el.openOrClosedShadowRoot);
  let focused = document.activeElement;
  while (inner(focused)?.activeElement) focused = inner(focused).activeElement;
  const { value, selectionStart: start, selectionEnd: end } = focused ?? {};
  return start < end ? value.slice(start, end) : String(getSelection());
}

globalThis.tacitCapture = (() => {
  /** So much of a page is looked through, in UTF-16 units. */
  const MOST = 4 * 1024 * 1024;

  const plain = (text) => text.replace(/\s+/g, " ").trim();

  /** What the person selected, with its line ends, which the menu tells as spaces. A page that has another selection by now, or lets
   * nobody in, leaves what the menu told. */
  async function selection({ tab, frame, text }) {
    try {
      const [{ result }] = await chrome.scripting.executeScript({ target: { tabId: tab, frameIds: [frame] }, func: selectedInPage });
      return plain(result) === plain(text) ? result : text;
    } catch {
      return text;
    }
  }

  const originOf = (address) => {
    const { protocol, host } = URL.canParse(address) ? new URL(address) : {};
    return protocol ? `${protocol}//${host}` : "";
  };

  return {
    /** The text of the document that was looked at; `{ refused: code }` with the codes of page.js. */
    text: (target, { origin, url }) => tacitPage.run(target, { origin, url, most: MOST }, textInPage),

    /** What a person asked for in a menu or by the key, in the tab with this id, once: `{ what: "capture" }`, or
     * `{ what: "selection", text, origin }`; null where nothing is. */
    async asked(tab) {
      const { asked } = await chrome.storage.session.get("asked");
      if (!asked || asked.tab !== tab) return null;
      await chrome.storage.session.remove("asked");
      if (Date.now() > asked.until) return null;
      if (asked.what !== "selection") return { what: asked.what };
      return { what: asked.what, text: await selection(asked), origin: originOf(asked.address) };
    },

    /** The text that the browser sends into the page. */
    sent: () => textInPage.toString(),
  };
})();
