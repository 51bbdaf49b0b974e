// What the extension does in a page: looks at what is there, and fills what a person told it to fill.
//
// `inPage` alone runs there. The browser sends its text into the one document that the panel showed, in a world apart from the
// page's scripts, runs it once, and hands back plain data. It leaves nothing behind: no node, no global, no listener, no channel.
// Everything else here runs in the extension's own pages. A fill gets the values to be filled and no others; what comes back
// has names of fields and what became of them, and no value. docs/profiles.md has the rules by which fields are found.
//
// `tacitPage.look(target, profile)` and `tacitPage.fill(target, order)` are the only ways in. `target` is
// `{ tabId, documentIds: [id] }` with the id of the tab's top document; `profile` comes from `tacitProfiles.match`
// (extension/profiles.js), or is null where none applies.
//
// look → { refused: code } or {
//   origin, url,                             of the document, as the browser writes them
//   focused: null or { kind, label, filled, refused },
//                                            where the cursor is: kind is "line", "lines" or "editor" (or "other"), `filled` says
//                                            whether there is text in it already, `refused` a code where it would not be filled
//   form: null or { kind, count, refused },  the profile's form: kind is "bulk", "rows" or "single"; how many empty rows there
//                                            are; a code where it was not found for certain
//   names: [string],                         of variables that the page shows, where the profile says how it shows them
// }
//
// order = {
//   origin,                                  exactly the one that the panel showed: "https://github.com"
//   how: "focused" | "bulk" | "rows" | "single",
//   profile,                                 as for `look`; null for "focused"
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
// Of the form: `not-found`, `ambiguous` (two fields are equally likely), `no-row`.
// Of a field: `no-field` (none has the focus), `kind` (not a field for text), `editor` (an editor that cannot be written to reliably:
// copy instead), `hidden`, `outside` (not to be brought into view), `covered`, `disabled`, `read-only`, `too-long`, `one-line` (the
// value has several lines), `not-empty`.

globalThis.tacitPage = (() => {
  /** Runs in the page; see above. `act` is "look", with a profile, or "fill", with an order. */
  async function inPage(act, what) {
    const order = act === "fill" ? what : { profile: what };
    if (window !== window.top) return { refused: "frame" };
    if (self.origin === "null") return { refused: "sandboxed" };
    if (order.origin !== undefined && location.origin !== order.origin) return { refused: "origin" };
    return { refused: "no-field" };
  }

  /** Sends it there, and says what the browser has against it. */
  async function run(target, act, what) {
    try {
      const [{ result }] = await chrome.scripting.executeScript({ target, world: "ISOLATED", func: inPage, args: [act, what] });
      return result ?? { refused: "gone" };
    } catch (error) {
      return { refused: /document|frame|tab/i.test(error.message) ? "gone" : "denied" };
    }
  }

  return {
    /** What is in the page. */
    look: (target, profile) => run(target, "look", profile ?? null),

    /** Fills, and says for each entry what the page did with it. */
    fill: (target, order) => run(target, "fill", order),

    /** The text that the browser sends into the page. */
    sent: () => inPage.toString(),
  };
})();
