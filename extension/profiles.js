// Which provider's page an address is: by exact origin and by path, decided outside of the page (docs/profiles.md).

globalThis.tacitProfiles = (() => {
  /** The ways of the profiles in the package, by name of the file. */
  const NAMES = [];

  /** What a path says by a pattern: `{project}` is one part of it, `*` one part without a name. Null where it is another path. */
  function parts(pattern, path) {
    const [wanted, given] = [pattern, path].map((text) => text.replace(/\/$/, "").split("/"));
    if (wanted.length !== given.length) return null;
    const named = {};
    for (const [index, part] of wanted.entries()) {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      if (!name && part !== "*" && part !== given[index]) return null;
      if ((name || part === "*") && !given[index]) return null;
      if (name) named[name] = decodeURIComponent(given[index]);
    }
    return named;
  }

  /** The profile in the package for an address, with what the address says: `{ profile, project, environment }`, or null. */
  function match(profiles, address) {
    const url = URL.parse(address);
    if (!url || url.username || url.password) return null;
    for (const profile of profiles) {
      if (!profile.origins.includes(url.origin)) continue;
      for (const pattern of profile.paths) {
        const named = parts(pattern, url.pathname);
        if (named) return { profile, project: named.project ?? null, environment: named.environment ?? null };
      }
    }
    return null;
  }

  return {
    match,
    /** All profiles of the package. */
    all: () => Promise.all(NAMES.map(async (name) => (await fetch(`/profiles/${name}.json`)).json())),
  };
})();
