// One unlock for all pages of the extension (crypto/FORMAT.md §8). What opens the vault lies in memory that ends with the
// browser, under a key in IndexedDB that no script can read; both go with a lock. The pages and the background have this script.

globalThis.tacitUnlock = (() => {
  const NAME = "unlock";

  const done = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = request.onblocked = () => reject(request.error);
    });

  /** Runs `act` on the place of the key. */
  async function withKeys(mode, act) {
    const request = indexedDB.open("tacit-unlock");
    request.onupgradeneeded = () => request.result.createObjectStore("keys");
    const database = await done(request);
    try {
      return await done(act(database.transaction("keys", mode).objectStore("keys")));
    } finally {
      database.close();
    }
  }

  const hexadecimal = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const octets = (text) => Uint8Array.from(text.match(/../g) ?? [], (digits) => parseInt(digits, 16));
  const signed = async (key, salt) => hexadecimal(new Uint8Array(await crypto.subtle.sign("HMAC", key, salt)));
  const stored = async () => (await chrome.storage.session.get(NAME))[NAME];

  /** What this page knows to be shared; another page may have shared anew since. */
  let known;

  return {
    /** Makes a new key; what it gives for a new salt. */
    async make() {
      const key = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
      await withKeys("readwrite", (keys) => keys.put(key, NAME));
      const salt = crypto.getRandomValues(new Uint8Array(32));
      return { salt, secret: await signed(key, salt) };
    },

    /** Keeps what opens the vault with what the key gives for the salt. */
    async keep(salt, shared) {
      known = hexadecimal(salt) + hexadecimal(shared);
      await chrome.storage.session.set({ [NAME]: known });
    },

    /** What is kept, and what the key gives for its salt; undefined where nothing is. */
    async kept() {
      known = await stored();
      const key = known && (await withKeys("readonly", (keys) => keys.get(NAME)));
      if (!key) return undefined;
      const [salt, shared] = [known.slice(0, 64), known.slice(64)].map(octets);
      return { shared, secret: await signed(key, salt) };
    },

    /** Forgets what is kept, if it is what this page knows of: then nobody can open the vault with it any more. */
    async forget() {
      if (known && known === (await stored())) await this.forgetAll();
    },

    /** Forgets whatever is kept. */
    async forgetAll() {
      await chrome.storage.session.remove([NAME, "until", "asked"]);
      await withKeys("readwrite", (keys) => keys.clear());
    },

    /** Says until when the vault stays open without a touch, in milliseconds since 1970: the background ends it then. */
    stay: (until) => chrome.storage.session.set({ until }),

    /** Runs `then` when what was kept is forgotten, wherever that was. */
    whenForgotten(then) {
      chrome.storage.session.onChanged.addListener(({ [NAME]: change }) => {
        if (change?.oldValue && !change.newValue) then();
      });
    },
  };
})();
