// Which provider's page an address is (docs/profiles.md). This is decided outside of the page, by exact origin and by path. What
// a profile's rules forbid is decided where the plan is made (vault/src/plan.rs).

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

  /** Those that were read, or are being read: the package does not change while its pages are open. */
  let read;

  return {
    match,
    /** All profiles of the package. */
    all: () => (read ??= Promise.all(NAMES.map((name) => fetch(`/profiles/${name}.json`).then((file) => file.json())))),
  };
})();
