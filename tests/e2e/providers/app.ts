// The forms of providers as their pages have them, made by what they are made with. Beside each is what the page's own program
// believes to be in it, and how often it was sent.
import { createElement, useState, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { EditorView, minimalSetup } from "codemirror";
import { createApp, h, reactive, vModelText, withDirectives } from "vue";
import type { Field, Form, Made, Shape } from "./shape";

type Row = Record<string, string>;
type Model = Row[][];
const { made, forms }: Shape = JSON.parse(document.getElementById("shape")!.textContent!);
const empty = (form: Form): Row => Object.fromEntries(form.fields.map(({ part }) => [part, ""]));
const start = (): Model => forms.map((form) => Array.from({ length: form.rows ?? 1 }, () => empty(form)));

/** What a field has beside its text. */
function attributes(field: Field, row: number, id: string): Record<string, string> {
  const given: Record<string, string> = { id, autocomplete: "off" };
  if (field.name) given.name = field.name.replace("#", String(row));
  if (field.placeholder) given.placeholder = field.placeholder;
  if (field.by === "aria") given["aria-label"] = field.label;
  if (field.element === "password") given.type = "password";
  return given;
}
const tag = ({ element }: Field) => (element === "textarea" || element === "editor" ? "textarea" : "input");

/** Builds the forms with what makes an element, so that every kind has the same. */
function view<Node>(
  model: Model,
  make: (tag: string, given: Record<string, unknown>, children: (Node | string)[]) => Node,
  field: (field: Field, given: Record<string, string>, text: string, change: (text: string) => void) => Node,
  grow: (form: number) => void,
  send: () => void,
): Node[] {
  return forms.map((form, at) => {
    const rows = model[at]!.map((row, line) => {
      const cells = form.fields.flatMap((it) => {
        const id = `f${at}-${line}-${it.part}`;
        const box = field(it, attributes(it, line, id), row[it.part]!, (text) => (row[it.part] = text));
        const label = it.by === "label" ? [make("label", { for: id, key: `${id}-label` }, [it.label])] : [];
        return [make("div", { key: id }, it.deep ? [make("div", { key: "deep" }, [...label, box])] : [...label, box])];
      });
      return make("div", { key: `row${line}` }, cells);
    });
    const add = form.add ? [make("button", { type: "button", key: "add", press: () => grow(at) }, [form.add])] : [];
    const save = make("button", { type: "submit", key: "save" }, [form.send]);
    const list = make("div", { key: "rows" }, rows);
    return make("form", { key: at, send }, [make("h2", { key: "title" }, [form.title]), list, ...add, save]);
  });
}

const outputs = { model: document.createElement("output"), sent: document.createElement("output") };
const tell = (model: Model) => (outputs.model.textContent = JSON.stringify(model));
const sending = () => (outputs.sent.textContent = String(Number(outputs.sent.textContent) + 1));
const stopped = (act: () => void) => (event: Event) => (event.preventDefault(), act());

function plain(root: Element): void {
  const model = start();
  const make = (name: string, { key, press, send, ...given }: Record<string, unknown>, children: (Element | string)[]): Element => {
    const element = document.createElement(name);
    for (const [name, value] of Object.entries(given)) element.setAttribute(name, value as string);
    if (press) element.addEventListener("click", press as () => void);
    if (send) element.addEventListener("submit", stopped(send as () => void));
    element.append(...children);
    return element;
  };
  const field = (it: Field, given: Record<string, string>, text: string, change: (text: string) => void): Element => {
    if (made === "codemirror" && tag(it) === "textarea") return editor(it, text, (text) => (change(text), tell(model)));
    const box = make(tag(it), given, []) as HTMLInputElement;
    box.value = text;
    box.addEventListener("input", () => (change(box.value), tell(model)));
    return box;
  };
  const grow = (at: number) => (model[at]!.push(empty(forms[at]!)), draw());
  const draw = () => (root.replaceChildren(...view(model, make, field, grow, sending)), tell(model));
  draw();
}

function editor(it: Field, text: string, change: (text: string) => void): Element {
  const attributes = EditorView.contentAttributes.of({ "aria-label": it.label });
  const heard = EditorView.updateListener.of((update) => update.docChanged && change(update.state.doc.toString()));
  const { dom } = new EditorView({ doc: text, extensions: [minimalSetup, attributes, heard] });
  dom.style.height = "120px";
  return dom;
}

function react(root: Element): void {
  const App = (): ReactNode => {
    const [model, set] = useState(start);
    const again = () => set(model.map((rows) => [...rows]));
    tell(model);
    const make = (name: string, { press, send, for: htmlFor, ...given }: Record<string, unknown>, children: ReactNode[]): ReactNode =>
      createElement(name, { ...given, htmlFor, onClick: press, onSubmit: send && stopped(send as () => void) } as object, ...children);
    const field = (it: Field, given: Record<string, string>, value: string, change: (text: string) => void): ReactNode => {
      const onChange = (event: { target: { value: string } }) => (change(event.target.value), again());
      return createElement(tag(it), { ...given, key: given.id, value, onChange } as object);
    };
    const grow = (at: number) => set(model.map((rows, form) => (form === at ? [...rows, empty(forms[at]!)] : rows)));
    return createElement("div", null, ...view<ReactNode>(model, make, field, grow, sending));
  };
  createRoot(root).render(createElement(App));
}

function vue(root: Element): void {
  const model = reactive(start());
  type Node = ReturnType<typeof h>;
  const make = (name: string, { press, send, ...given }: Record<string, unknown>, children: (Node | string)[]): Node =>
    h(name, { ...given, onClick: press, onSubmit: send && stopped(send as () => void) }, children);
  const field = (it: Field, given: Record<string, string>, text: string, change: (text: string) => void): Node => {
    // Half of all fields take what is in them when they are left: both kinds are in use.
    const when = it.part === "value" ? { lazy: true } : {};
    return withDirectives(h(tag(it), { ...given, "onUpdate:modelValue": change }), [[vModelText, text, "", when as never]]);
  };
  const grow = (at: number) => model[at]!.push(empty(forms[at]!));
  createApp(() => (tell(model), view<Node>(model, make, field, grow, sending))).mount(root);
}

const MAKERS: Record<Made, (root: Element) => void> = { plain, react, vue, codemirror: plain };
const root = document.createElement("main");
document.body.append(root);
MAKERS[made](root);
for (const [id, output] of Object.entries(outputs)) document.body.append(Object.assign(output, { id }));
