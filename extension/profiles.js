// Which provider's page an address is, and what the provider's rules say of names and values (docs/profiles.md). This is decided
// outside of the page, by exact origin and by path.

globalThis.tacitProfiles = (() => {
  /** The profiles in the package, by the names of their files. */
  const NAMES = [
    "aws-lambda",
    "bitbucket",
    "circleci",
    "cloudflare",
    "convex",
    "deno-deploy",
    "digitalocean",
    "fly",
    "github",
    "gitlab",
    "google-secret-manager",
    "heroku",
    "netlify",
    "railway",
    "render",
    "supabase",
    "terraform",
    "vercel",
  ];

  /** A pattern of paths as an expression: `{project}` is a part with a name, `*` a part without, `**` one part or more. */
  function expression(pattern) {
    const part = (text) => {
      if (text === "**") return ".+";
      if (text === "*") return "[^/]+";
      const name = /^\{(\w+)\}$/.exec(text)?.[1];
      return name ? `(?<${name}>[^/]+)` : text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    };
    return new RegExp(`^${pattern.split("/").map(part).join("/")}/?$`);
  }

  const decoded = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };

  const parsed = (address) => {
    try {
      return new URL(address);
    } catch {
      return {};
    }
  };

  /** The first of `profiles` for an address, with what the address says: `{ profile, project, environment }`; null where none is. */
  function match(profiles, address) {
    const { origin, pathname, username, password } = parsed(address);
    if (username || password) return null;
    for (const profile of profiles.filter(({ origins }) => origins.includes(origin))) {
      for (const pattern of profile.paths) {
        const named = expression(pattern).exec(pathname);
        if (!named) continue;
        const { project, environment } = named.groups ?? {};
        return { profile, project: project ? decoded(project) : null, environment: environment ? decoded(environment) : null };
      }
    }
    return null;
  }

  const bytes = (text) => new TextEncoder().encode(text).length;

  /**
   * Which rules of the provider the entries would break: `[{ name, rule }]`, with rules "name" (its grammar), "long-name",
   * "reserved" (a prefix that is the provider's own) and "size" of one entry, and "total" and "count" (`name` null) of all.
   */
  function broken({ rules }, entries) {
    const found = [];
    for (const { name, value } of entries) {
      const say = (rule, is) => is && found.push({ name, rule });
      say("name", rules.name && !new RegExp(`^(?:${rules.name})$`).test(name));
      say("long-name", name.length > (rules.longest ?? Infinity));
      say("reserved", rules.reserved?.some((prefix) => name.toUpperCase().startsWith(prefix)));
      say("size", bytes(value) > (rules.bytes ?? Infinity));
    }
    const total = entries.reduce((sum, { name, value }) => sum + bytes(name) + bytes(value), 0);
    if (total > (rules.total ?? Infinity)) found.push({ name: null, rule: "total" });
    if (entries.length > (rules.count ?? Infinity)) found.push({ name: null, rule: "count" });
    return found;
  }

  return {
    match,
    broken,
    /** All profiles of the package. */
    all: () => Promise.all(NAMES.map((name) => fetch(`/profiles/${name}.json`).then((file) => file.json()))),
  };
})();
