// Which profiles are those of an address, and what a profile is (docs/profiles.md). This is decided outside of the page, by exact
// origin and by path. What a profile's rules forbid is decided where the plan is made (vault/src/plan.rs).

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

  /** A pattern of paths as an expression: `{project}` is a part with a name, `*` a part without, `{group**}` and `**` one or more. */
  function expression(pattern) {
    const part = (text) => {
      const [, name, more] = /^\{(\w+)(\*\*)?\}$/.exec(text) ?? [];
      if (name) return `(?<${name}>${more ? ".+" : "[^/]+"})`;
      if (text === "**") return ".+";
      if (text === "*") return "[^/]+";
      return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
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

  /** The parts that a text names by a pattern; null where it does not fit. */
  function partsOf(pattern, text) {
    const found = expression(pattern).exec(text);
    return found && { ...found.groups };
  }

  /** The parts that an address names by a pattern of path, query and fragment; null where it does not fit. */
  function named(pattern, { pathname, searchParams, hash }) {
    const [, path, query, fragment] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/.exec(pattern);
    const keys = query ? query.split("&").map((part) => part.split("=")) : [];
    const asked = keys.map(([key, part]) => partsOf(part, encodeURIComponent(searchParams.get(key) ?? "")));
    const parts = [partsOf(path, pathname), ...asked, fragment ? partsOf(fragment, hash.slice(1).split("?")[0]) : {}];
    return parts.every(Boolean) ? Object.assign({}, ...parts) : null;
  }

  /** What an address says by a pattern of a profile; null where it is by none. */
  function said(profile, address) {
    for (const pattern of profile.paths) {
      const parts = named(pattern, address);
      if (!parts) continue;
      const place = Object.values(parts).map(decoded);
      const { project = null, environment = null } = Object.fromEntries(Object.keys(parts).map((name, at) => [name, place[at]]));
      return { profile, project, environment, place };
    }
    return null;
  }

  /** Those of `profiles` for an address, in their order, with what it says: `{ profile, project, environment, place }`, where `place`
   * has all parts with a name. */
  function matches(profiles, address) {
    const url = parsed(address);
    if (url.username || url.password) return [];
    return profiles.filter(({ origins }) => origins.includes(url.origin)).map((profile) => said(profile, url)).filter(Boolean);
  }

  /** What is wrong with a profile, in words for who writes one; nothing where it is what docs/profiles.md says. The one of a
   * person's vault came from some device of theirs, and may be anything. */
  function faults(profile) {
    const found = [];
    const check = (holds, fault) => holds || found.push(fault);
    const keys = (of, allowed) => Object.keys(of).forEach((key) => check(allowed.includes(key), `unknown: ${key}`));
    const isText = (text) => typeof text === "string" && text.trim() !== "" && text.length <= 256;
    const texts = (list) => Array.isArray(list) && list.length > 0 && list.length <= 64 && list.every(isText);
    const optional = (list) => list === undefined || texts(list);
    const parts = "(/(\\{[a-z]+(\\*\\*)?\\}|\\*\\*?|[^\\s/*{}?#\\\\]+))+";
    const key = "[\\w.-]+=\\{[a-z]+\\}";
    const isPath = (path) => new RegExp(`^(/|${parts})(\\?${key}(&${key})*)?(#${parts})?$`).test(path);
    // Two parts that stand for any number could be told apart in many ways, which takes long.
    const isQuick = (path) => path.split("**").length <= 2;
    const isClear = (path) => {
      const names = path.match(/\{[a-z]+/g) ?? [];
      return new Set(names).size === names.length;
    };
    function field(wanted) {
      keys(wanted, ["kinds", "role", "label", "name", "placeholder", "least", "margin"]);
      const { kinds, role, label, name, placeholder, least, margin } = wanted;
      check(texts(kinds) && kinds.every((kind) => ["line", "lines", "editor"].includes(kind)), "kinds");
      check(role === undefined || isText(role), "role");
      check(texts(label) && optional(name) && optional(placeholder), "texts");
      const others = (name ? 3 : 0) + (placeholder ? 2 : 0);
      check([least, margin].every(Number.isInteger) && least > others && least <= 4 + others && margin >= 1, "points");
    }
    try {
      keys(profile, ["schema", "id", "name", "origins", "paths", "forms", "rules"]);
      const { schema, id, name, origins, paths, forms, rules } = profile;
      check(schema === 1, "schema");
      check(/^[a-z0-9-]{1,64}$/.test(id), "id");
      check(isText(name), "name");
      const isOrigin = (origin) => /^(https:\/\/[a-z0-9.-]+|http:\/\/localhost)(:\d+)?$/.test(origin) && parsed(origin).origin === origin;
      check(texts(origins) && origins.every(isOrigin), "origins");
      check(texts(paths) && [isPath, isQuick, isClear].every((holds) => paths.every(holds)), "paths");
      const kinds = forms.map(({ kind }) => kind);
      check(kinds.length > 0 && new Set(kinds).size === kinds.length && kinds.every((kind) => kind in FORM), "forms");
      for (const form of forms) {
        keys(form, ["kind", ...FORM[form.kind]]);
        check(optional(form.grow), "grow");
        check(form.dialect === undefined || DIALECTS.includes(form.dialect), "dialect");
        (form.kind === "bulk" ? [form.text] : [form.name, form.value]).forEach(field);
      }
      keys(rules, ["name", "longest", "reserved", "bytes", "total", "count"]);
      const { name: pattern, reserved, ...sizes } = rules;
      check(pattern === undefined || (isText(pattern) && compiles(() => new RegExp(pattern))), "names");
      check(optional(reserved), "reserved");
      check(Object.values(sizes).every((size) => Number.isInteger(size) && size > 0), "sizes");
    } catch {
      found.push("shape");
    }
    return found;
  }

  /** What each kind of form has. */
  const FORM = { bulk: ["text", "dialect"], rows: ["name", "value", "grow"], single: ["name", "value"] };

  /** How the text of a whole file is read, by the names that an export has for it. */
  const DIALECTS = ["node", "node-expand", "node-native", "python", "docker", "compose", "bash", "systemd", "ruby", "go"];

  const compiles = (act) => {
    try {
      return Boolean(act());
    } catch {
      return false;
    }
  };

  /** The most that a profile of a vault may be, and the most of them that are looked at. */
  const [LONGEST, MOST] = [8192, 64];

  /** The profiles of a vault, given as `{ id, name, text }`: those that are what docs/profiles.md says. */
  const own = (rows) =>
    rows.slice(0, MOST).flatMap(({ id, name, text }) => {
      const read = text.length <= LONGEST && parsedJson(text);
      const profile = read && { ...read, id: `own-${id}`, name };
      return profile && faults(profile).length === 0 ? [profile] : [];
    });

  const parsedJson = (text) => {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  };

  /** Those that were read, or are being read: the package does not change while its pages are open. */
  let read;

  return {
    matches,
    faults,
    own,
    /** Whether it is a person's own. */
    isOwn: ({ id }) => id.startsWith("own-"),
    /** All profiles of the package. */
    all: () => (read ??= Promise.all(NAMES.map((name) => fetch(`/profiles/${name}.json`).then((file) => file.json())))),
  };
})();
