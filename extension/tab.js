// The page that the panel stands beside: which it is, what is in it, and the one way by which values go into it. The panel has
// this script, with form.js, profiles.js, page.js and capture.js before it; `app/src/beside.rs` calls it.

globalThis.tacitTab = (() => {
  /** The tab in front of the panel's window. A panel that is a tab itself stands beside the one on which the button was pressed
   * last, as long as that is in front of its own window. */
  async function front() {
    if (!(await chrome.tabs.getCurrent())) return (await chrome.tabs.query({ active: true, currentWindow: true }))[0];
    const { beside } = await chrome.storage.session.get("beside");
    const tab = beside && (await chrome.tabs.get(beside.tab).catch(() => undefined));
    return tab?.active ? tab : undefined;
  }

  /** The id of the tab's top document. Another document has another one, also at the same address. The browser tells the page's own
   * process of our leave a moment after it told us, and until then lets us not in. */
  async function documentOf(tabId, tries = 20) {
    try {
      const [{ documentId }] = await chrome.scripting.executeScript({ target: { tabId }, func: () => {} });
      return documentId;
    } catch (error) {
      if (tries === 0) throw error;
      await new Promise((then) => setTimeout(then, 50));
      return documentOf(tabId, tries - 1);
    }
  }

  /** What was looked at last: what is shown is what is filled, or nothing is. */
  let page;
  let looks = 0;

  /** What of a page's words may be variables. */
  const variables = (names) => names.filter((name) => /^[A-Z][A-Z0-9_]*$/.test(name));

  return {
    /** Looks at the page: `{ closed: code }` where there is none that Tacit may see, else what is in it. */
    async look() {
      const look = ++looks;
      const tab = await front();
      // The browser says an address to those alone who may see the page.
      if (!tab?.url) return { closed: "not-pressed" };
      try {
        const target = { tabId: tab.id, documentIds: [await documentOf(tab.id)] };
        const known = tacitProfiles.match(await tacitProfiles.all(), tab.url);
        const seen = await tacitPage.look(target, known?.profile ?? null);
        if (seen.refused) return { closed: seen.refused };
        const [document] = target.documentIds;
        // Of two looks at once the one that began later counts.
        if (look === looks) page = { document, target, known, seen };
        const { id, name, rules } = known?.profile ?? {};
        const { project, environment } = known ?? {};
        return { ...seen, document, names: variables(seen.names), provider: id, providerName: name, rules, project, environment };
      } catch {
        return { closed: "denied" };
      }
    },

    /** Fills what was looked at: `{ refused: code }`, or what became of each entry. */
    async fill(document, how, entries, replace) {
      if (page?.document !== document) return { refused: "gone" };
      const { target, known, seen } = page;
      if ((await front())?.id !== target.tabId) return { refused: "gone" };
      const profile = how === "focused" ? null : known?.profile;
      return tacitPage.fill(target, { origin: seen.origin, url: seen.url, how, profile, focused: seen.focused, entries, replace });
    },

    /** The text of what was looked at, to look for keys in: `{ refused: code }`, or what `textInPage` of capture.js says. */
    async text(document) {
      if (page?.document !== document) return { refused: "gone" };
      const { target, seen } = page;
      if ((await front())?.id !== target.tabId) return { refused: "gone" };
      return tacitCapture.text(target, seen);
    },

    /** What the person asked for in the menu of the tab in front, or by the key, once. */
    asked: async () => tacitCapture.asked((await front())?.id),

    /** Runs `then` when another page may be beside the panel, or something else in it; with true where the button was pressed. */
    whenOther(then) {
      chrome.tabs.onActivated.addListener(() => then(false));
      chrome.tabs.onUpdated.addListener((_, { status, url }) => {
        if (url || status === "complete") then(false);
      });
      chrome.storage.session.onChanged.addListener(({ beside }) => {
        if (beside?.newValue) then(true);
      });
      addEventListener("focus", () => then(false));
      document.documentElement.addEventListener("pointerenter", () => then(false));
    },

    /** Whether the button was pressed for the panel that opens now. */
    async isPressed() {
      return !(await chrome.tabs.getCurrent()) && !!(await front())?.url;
    },
  };
})();
