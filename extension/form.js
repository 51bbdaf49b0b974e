// Which of a page's fields a profile means (docs/profiles.md): from what `inPage` described, and of no other page than that.

globalThis.tacitForm = (() => {
  /** Words as they are compared: without the marks that pages put to labels. */
  const plain = (words) => words.replace(/\s+/g, " ").replace(/[\s*:]+$/, "").trim().toLowerCase();
  const is = (list, given) => (list?.some((one) => plain(one) === plain(given)) ? 1 : 0);

  /** How well a field fits what a profile says of it. */
  function score(field, wanted) {
    if (!wanted.kinds.includes(field.kind) || (field.role || "textbox") !== (wanted.role ?? "textbox")) return 0;
    const name = field.name.replace(/\d+/g, "#");
    return 4 * is(wanted.label, field.label) + 3 * is(wanted.name, name) + 2 * is(wanted.placeholder, field.placeholder);
  }

  /** The fields that fit best, all alike; throws a code where none fits, or another comes near. */
  function best(fields, wanted) {
    const scored = fields.map((field) => ({ field, points: score(field, wanted) }));
    const most = Math.max(0, ...scored.map(({ points }) => points));
    if (most < wanted.least) throw "not-found";
    const near = scored.filter(({ points }) => points > most - wanted.margin);
    if (near.some(({ points }) => points < most)) throw "ambiguous";
    return near.map(({ field }) => field);
  }

  function only(fields, wanted) {
    const [field, other] = best(fields, wanted);
    if (other) throw "ambiguous";
    return field;
  }

  /** How many of the fields lie in each element, by its path. */
  function within(fields) {
    const counts = new Map();
    for (const { path } of fields) {
      for (let length = 1; length <= path.length; length += 1) {
        const place = String(path.slice(0, length));
        counts.set(place, (counts.get(place) ?? 0) + 1);
      }
    }
    return counts;
  }

  /** Names and values in pairs: a row is the nearest element that holds both, and all rows stand side by side. */
  function rows(fields, form) {
    const [names, values] = [best(fields, form.name), best(fields, form.value)];
    const [named, valued] = [within(names), within(values)];
    /** The nearest element that holds a field and one of the others. */
    const rowOf = ({ path }, others) => {
      let length = path.length;
      while (length > 0 && !others.has(String(path.slice(0, length)))) length -= 1;
      return path.slice(0, length);
    };
    const valueIn = new Map(values.map((value) => [String(rowOf(value, named)), value]));
    const pairs = names.map((name) => {
      const row = rowOf(name, valued);
      const place = String(row);
      if (valued.get(place) !== 1 || named.get(place) !== 1) throw "ambiguous";
      return { row, name, value: valueIn.get(place) };
    });
    const parent = ({ row }) => String(row.slice(0, -1));
    if (pairs.length !== values.length || !pairs.every((pair) => parent(pair) === parent(pairs[0]))) throw "ambiguous";
    return pairs;
  }

  function shaped(fields, form) {
    if (form.kind === "bulk") return { text: only(fields, form.text) };
    if (form.kind === "rows") return { rows: rows(fields, form) };
    return { name: only(fields, form.name), value: only(fields, form.value) };
  }

  /** What a shape is, or the code that says why it is none. */
  function tried(act) {
    try {
      return act();
    } catch (code) {
      if (typeof code !== "string") throw code;
      return { refused: code };
    }
  }

  const free = ({ name, value }) => !name.filled && !value.filled;
  const formOf = (profile, how) => profile?.forms.find(({ kind }) => kind === how);
  /** Fields by their place in the page, which is how a step names them. */
  const placed = (fields) => fields.map((field, at) => ({ ...field, at }));
  const step = ({ at, filled, refused, ...is }, value) => (value === undefined ? { at, is } : { at, is, value });

  return {
    step,

    /** The fields of a profile's form: `{ text }`, `{ rows }` or `{ name, value }`, or `{ refused }`. */
    shape(profile, how, fields) {
      const form = formOf(profile, how);
      return form ? tried(() => shaped(placed(fields), form)) : { refused: "not-found" };
    },

    /** The first of a profile's forms that is there: what a person is told of it. */
    summary(profile, fields) {
      let told = null;
      for (const form of profile.forms) {
        const { rows, text, refused } = tried(() => shaped(placed(fields), form));
        const here = { kind: form.kind, count: refused ? 0 : rows ? rows.filter(free).length : 1, grows: !!form.grow, filled: !!text?.filled, refused: refused ?? null };
        if (!refused) return here;
        if (!told || told.refused === "not-found") told = here;
      }
      return told;
    },

    /** The row for a name: the one that has it, or the first that is empty. */
    row: (rows, texts, name) => rows.find((_, index) => texts[index] === name) ?? rows.find(free),

    /** The button that makes another row, where the profile says that one does, and it sends nothing. */
    add(profile, how, fields) {
      const { grow } = formOf(profile, how);
      const [button, other] = placed(fields).filter(({ kind, label }) => kind === "button" && is(grow, label));
      return button && !other && !button.sends ? step(button) : null;
    },

    /** What is written for an entry. */
    steps: ({ text, name, value }, entry) => (text ? [step(text, entry.value)] : [step(name, entry.name), step(value, entry.value)]),

    /** The same for the field that has the focus, if it is the one that was `shown`. */
    focused(focused, shown, entry) {
      if (!focused) return { refused: "no-field" };
      const same = (key) => String(shown[key]) === String(focused[key]);
      if (shown && !["kind", "label", "name", "path"].every(same)) return { refused: "moved" };
      return { steps: [step({ ...focused, at: -1 }, entry.value)] };
    },
  };
})();
