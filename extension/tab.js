// The page that the panel stands beside: which it is, what is in it, and the one way by which values go into it. The panel has
// this script, with form.js, profiles.js, teach.js, page.js and capture.js before it; `app/src/beside.rs` calls it.

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
  async function documentOf(tabId, tries = 60) {
    try {
      const [{ documentId }] = await chrome.scripting.executeScript({ target: { tabId }, func: () => {} });
      return documentId;
    } catch (error) {
      if (tries === 0) throw error;
      await new Promise((then) => setTimeout(then, 50));
      return documentOf(tabId, tries - 1);
    }
  }

  /** What was looked at, by the number of the look: what is shown is what is filled, or nothing is. */
  const looked = new Map();
  let looks = 0;
  /** So many looks are known: one may be on its way, or done, while a person acts upon the one before. */
  const MOST = 8;

  /** The page as that look showed it, while its tab is in front. Whether it still is so, page.js finds out. */
  async function shown(look) {
    const page = looked.get(look);
    return (await front())?.id === page?.target.tabId ? page : undefined;
  }

  /** The fields that a person pointed at in a document, by what they are. */
  let taught = { parts: {} };

  const partsOf = (document) => (taught.document === document ? taught.parts : {});

  /** What is now in the document that was shown, or `{ refused: code }`. */
  async function again(page, buttons) {
    if (!page) return { refused: "gone" };
    return buttons ? tacitPage.buttons(page.target, page.seen) : tacitPage.look(page.target);
  }

  /** The pattern of a site's pages. Firefox knows none with a port, and lets a host's pages be there on any. */
  function pattern(origin) {
    const { protocol, hostname } = new URL(origin);
    return chrome.sidebarAction ? `${protocol}//${hostname}/*` : `${origin}/*`;
  }

  /** Whether a site's pages stay open to us from one to the next: where a person granted it, or the browser itself lets us. */
  async function stays(origin) {
    // Chromium takes its leave back with another site, Firefox with another page.
    return !chrome.sidebarAction || chrome.permissions.contains({ origins: [pattern(origin)] });
  }

  /** Whether the button was pressed for this panel: one beside the tabs of its window, or one that is a tab itself. */
  async function isOurs({ tab }) {
    if (await chrome.tabs.getCurrent()) return true;
    const { windowId } = await chrome.tabs.get(tab).catch(() => ({}));
    return windowId === (await chrome.windows.getCurrent()).id;
  }

  return {
    /** Looks at the page: `{ closed: code }` where there is none that Tacit may see, else what is in it. `taughtOnes` are
     * the person's own profiles, which come after those of the package. */
    async look(taughtOnes) {
      const look = ++looks;
      const tab = await front();
      // The browser says an address to those alone who may see the page.
      if (!tab?.url) {
        const last = [...looked.values()].at(-1);
        return { closed: "not-pressed", origin: last?.known && tab?.id === last.target.tabId ? last.seen.origin : null };
      }
      try {
        const target = { tabId: tab.id, documentIds: [await documentOf(tab.id)] };
        const profiles = [...(await tacitProfiles.all()), ...tacitProfiles.own(taughtOnes)];
        // The tab may have gone on meanwhile: what counts is where the page was when it answered.
        const { fields, known, ...seen } = await tacitPage.look(target, (url) => tacitProfiles.matches(profiles, url));
        if (seen.refused) return { closed: seen.refused };
        const [document] = target.documentIds;
        looked.set(look, { document, target, known, seen });
        for (const old of looked.keys()) if (old <= looks - MOST) looked.delete(old);
        const { id, name, rules, forms } = known?.profile ?? {};
        const own = !!known && tacitProfiles.isOwn(known.profile);
        const path = new URL(seen.url).pathname.replace(/(.)\/$/, "$1");
        const { project, environment, place } = known ?? {};
        const dialect = forms?.find(({ kind }) => kind === seen.form?.kind)?.dialect;
        const about = { provider: id, providerName: name, own, rules, project, environment, place, dialect, path };
        return { ...seen, look, document, ...about, stays: await stays(seen.origin) };
      } catch {
        return { closed: "denied" };
      }
    },

    /** Fills what that look showed: `{ refused: code }`, or what became of each entry. */
    async fill(look, how, entries, replace) {
      const page = await shown(look);
      if (!page) return { refused: "gone" };
      const { target, known, seen } = page;
      const profile = how === "focused" ? null : known?.profile;
      return tacitPage.fill(target, { origin: seen.origin, url: seen.url, how, profile, focused: seen.focused, entries, replace });
    },

    /** The text of what that look showed, to look for keys in: `{ refused: code }`, or what `textInPage` of capture.js says. */
    async text(look) {
      const page = await shown(look);
      return page ? tacitCapture.text(page.target, page.seen) : { refused: "gone" };
    },

    /** What the person asked for in the menu of the tab in front, or by the key, once. */
    asked: async () => tacitCapture.asked((await front())?.id),

    /** Takes the field, or the button, that has the cursor now for this part of a form: `{ label }`, or `{ refused: code }`. */
    async point(look, part) {
      const page = await shown(look);
      const seen = await again(page, part === "grow");
      if (seen.refused) return seen;
      const refused = tacitTeach.check(part, seen.focused, seen.fields);
      if (refused) return { refused };
      if (taught.document !== page.document) taught = { document: page.document, parts: {} };
      // A box that takes all of it is a form by itself.
      if (part === "text") taught.parts = {};
      else delete taught.parts.text;
      taught.parts[part] = seen.focused;
      return { label: seen.focused.label };
    },

    /** What was pointed at comes to: `{ kind }`, or `{ refused: code }`; tried at once in the page. */
    async made(look) {
      const page = await shown(look);
      const seen = await again(page);
      return seen.refused ? seen : tacitTeach.made(partsOf(page.document), seen.fields);
    },

    /** The profile of what was pointed at, as it is kept: `{ text }`, or `{ refused: code }`. */
    async profile(look, path, dialect) {
      const page = await shown(look);
      const seen = await again(page);
      return seen.refused ? seen : tacitTeach.profile(partsOf(page.document), seen.fields, page.seen, path, dialect || undefined);
    },

    /** Forgets what was pointed at. */
    async forget() {
      taught = { parts: {} };
    },

    /** Asks for one site's pages, for good: true where the person said so. The browser asks in the click's own turn alone. */
    stay: (origin) => chrome.permissions.request({ origins: [pattern(origin)] }),

    /** Runs `then` when another page may be beside the panel, or something else in it; with true where the button was pressed. */
    whenOther(then) {
      chrome.tabs.onActivated.addListener(() => then(false));
      chrome.tabs.onUpdated.addListener((_, { status, url }) => {
        if (url || status === "complete") then(false);
      });
      chrome.storage.session.onChanged.addListener(({ beside }) => {
        if (beside?.newValue) isOurs(beside.newValue).then((is) => is && then(true));
      });
      for (const event of [chrome.permissions.onAdded, chrome.permissions.onRemoved]) event.addListener(() => then(false));
      addEventListener("focus", () => then(false));
      document.documentElement.addEventListener("pointerenter", () => then(false));
    },

    /** Whether the button was pressed for the panel that opens now. */
    async isPressed() {
      return !(await chrome.tabs.getCurrent()) && !!(await front())?.url;
    },
  };
})();
