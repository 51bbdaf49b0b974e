// A profile of a person's own, made of the fields that they pointed at (docs/profiles.md): what a look says of a field is what it
// is known by later. Nothing runs in the page for it but the look.

globalThis.tacitTeach = (() => {
  /** Texts that are longer are no names of fields. */
  const LONGEST = 256;
  const text = (words) => (words.trim() && words.length <= LONGEST ? [words.trim()] : undefined);

  /** How a field is known again: by its label, and by what else it has. */
  function wanted(field) {
    const label = text(field.label);
    if (!label) throw "no-label";
    const [name, placeholder] = [text(field.name.replace(/\d+/g, "#")), text(field.placeholder)];
    const others = (name ? 3 : 0) + (placeholder ? 2 : 0);
    // Without its label no field is known; of two with the label, the one that also has the rest is.
    return { kinds: [field.kind], role: field.role || undefined, label, name, placeholder, least: Math.max(4, others + 1), margin: 2 };
  }

  const same = (one, other) => String(one.path) === String(other.path);

  /** The form that the fields of these parts make, found in the page as it is; throws a code where it is not found for certain. */
  function formOf({ text, name, value, grow }, fields, dialect) {
    const found = (form) => tacitForm.shape({ forms: [form] }, form.kind, fields);
    const sure = (form) => {
      const { refused } = found(form);
      if (refused) throw refused;
      return form;
    };
    if (text) return sure({ kind: "bulk", text: wanted(text), dialect });
    if (!name || !value) throw "incomplete";
    if (same(name, value)) throw "same";
    const parts = { name: wanted(name), value: wanted(value) };
    const rows = { kind: "rows", ...parts, grow: grow && [grow.label] };
    return grow || found(rows).rows?.length > 1 ? sure(rows) : sure({ kind: "single", ...parts });
  }

  /** Throws a code where a field, or a button, cannot be what a person says that it is. */
  function check(part, focused, fields) {
    if (!focused) throw "no-field";
    if (part === "grow") {
      if (focused.kind !== "button") throw "no-button";
      if (focused.sends) throw "sends";
      if (!text(focused.label)) throw "no-label";
      if (!tacitForm.add({ forms: [{ kind: "rows", grow: [focused.label] }] }, "rows", fields)) throw "ambiguous";
      return;
    }
    if (focused.refused) throw focused.refused;
    wanted(focused);
  }

  const codeOf = (act) => {
    try {
      act();
      return null;
    } catch (code) {
      if (typeof code !== "string") throw code;
      return code;
    }
  };

  return {
    check: (part, focused, fields) => codeOf(() => check(part, focused, fields)),

    /** What the parts come to: `{ kind }`, or `{ refused }`. */
    made(parts, fields) {
      let kind;
      const refused = codeOf(() => ({ kind } = formOf(parts, fields)));
      return refused ? { refused } : { kind };
    },

    /** The profile as it is kept, for pages of this origin and this pattern of paths: `{ text }`, or `{ refused }`. */
    profile(parts, fields, { origin, url }, path, dialect) {
      let form;
      const refused = codeOf(() => (form = formOf(parts, fields, dialect)));
      if (refused) return { refused };
      const text = JSON.stringify({ schema: 1, origins: [origin], paths: [path], forms: [form], rules: {} });
      // It is taken as it will be, by the same check; and the page that it was made on is its first.
      const [profile] = tacitProfiles.own([{ id: "new", name: "New", text }]);
      return profile && tacitProfiles.matches([profile], url).length ? { text } : { refused: "path" };
    },
  };
})();
