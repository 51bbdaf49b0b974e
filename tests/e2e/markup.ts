// Texts that would become markup wherever a page took them for it: ways in, times elements, times spellings.

/** A text, and a place in which a page that escapes nothing would come to life with it. */
export interface Payload {
  text: string;
  /** What stands before and after it there. */
  place: [before: string, after: string];
  /** How such a page would read it before it writes it there. */
  spelling: "plain" | "entities" | "percent" | "escapes";
}

const TEXT: Payload["place"] = ["<p>", "</p>"];
const DOUBLE: Payload["place"] = ['<input value="', '">'];
const SINGLE: Payload["place"] = ["<input value='", "'>"];
const BARE: Payload["place"] = ["<input value=", ">"];
const ADDRESS: Payload["place"] = ['<a href="', '">a</a>'];

/** Ends of places in which markup is text until the place is left. */
const LEAVE: [string, Payload["place"]][] = [
  ["</textarea>", ["<textarea>", "</textarea>"]],
  ["</title>", ["<title>", "</title>"]],
  ["</style>", ["<style>", "</style>"]],
  ["</script>", ["<script>", "</script>"]],
  ["</noscript>", ["<noscript>", "</noscript>"]],
  ["</xmp>", ["<xmp>", "</xmp>"]],
  ["</iframe>", ["<iframe>", "</iframe>"]],
  ["</select>", ["<select><option>", "</select>"]],
  ["</template>", ["<template>", "</template>"]],
  ["</svg>", ["<svg><desc>", "</svg>"]],
  ["-->", ["<!--", "-->"]],
  ["--!>", ["<!--", "-->"]],
  ["]]>", ["<svg><![CDATA[", "]]></svg>"]],
];

/** Elements that act by themselves or at a touch. */
const ACTIVE = [
  "img src=x onerror=CALL", "svg onload=CALL", "body onpageshow=CALL", "input autofocus onfocus=CALL", "details open ontoggle=CALL",
  "video src=x onerror=CALL", "audio src=x onerror=CALL", "object data=x onerror=CALL", "iframe srcdoc=CALL", "embed src=x onload=CALL",
  "marquee onstart=CALL", "select autofocus onfocus=CALL", "textarea autofocus onfocus=CALL", "button popovertarget=x onclick=CALL",
  "a href=javascript:CALL", "form action=javascript:CALL", "button formaction=javascript:CALL", "script src=//x/CALL", "base href=//x/CALL",
  "meta http-equiv=refresh content=CALL", "link rel=stylesheet href=//x/CALL", "style onload=CALL", "dialog open onclose=CALL",
  "template shadowrootmode=open id=CALL", "div style=animation-name:x onanimationstart=CALL", "p onpointerover=CALL", "slot name=CALL",
  "math href=javascript:CALL", "track onerror=CALL", "x tabindex=1 onfocusin=CALL", "img srcset=x sizes=CALL", "b id=CALL",
];

/** Calls of something that a person would see. */
const CALLS = ["alert(N)", "confirm`N`", "prompt(N)", "top['alert'](N)", "print(N)"];

/** Attributes that a text could add to the element it stands in. */
const ATTRIBUTES = ["onfocus=CALL autofocus", "onmouseover=CALL", "onpointerenter=CALL", "style=color:red onclick=CALL", "popover oncommand=CALL", "accesskey=x onkeydown=CALL"];

/** Addresses that run or open something. */
const ADDRESSES = [
  "javascript:CALL", "JaVaScRiPt:CALL", "javascript://x/%0ACALL", "java\tscript:CALL", "data:text/html,CALL", "data:text/html;base64,CALL",
  "vbscript:CALL", "blob:null/CALL", "file:///CALL", "javascript:void CALL", "jav&#x61;script:CALL", "javascript&colon;CALL",
];

/** Ways of writing a tag that a filter of texts might not know. */
const SHAPES: ((tag: string) => string)[] = [
  (tag) => `<${tag}>`,
  (tag) => `<${tag.toUpperCase()}>`,
  (tag) => `<${tag.replaceAll(" ", "/")}/>`,
  (tag) => `<${tag.replaceAll(" ", "\t")}\t>`,
  (tag) => `<<${tag}>>`,
  (tag) => `<${tag} x`,
  (tag) => `<x><!-- --><${tag}>`,
  (tag) => `<math><mtext><table><mglyph><style><!--</style><${tag}>`,
];

const SPELLINGS: [Payload["spelling"], (text: string) => string][] = [
  ["entities", (text) => text.replaceAll("<", "&lt;").replaceAll(">", "&gt;")],
  ["entities", (text) => text.replaceAll("<", "&#60;").replaceAll(">", "&#62;")],
  ["entities", (text) => text.replaceAll("<", "&#x3C;").replaceAll(">", "&#x3E;")],
  ["percent", (text) => text.replaceAll("<", "%3C").replaceAll(">", "%3E")],
  ["escapes", (text) => text.replaceAll("<", "\\u003c").replaceAll(">", "\\u003e")],
  ["escapes", (text) => text.replaceAll("<", "\\x3c").replaceAll(">", "\\x3e")],
];

/** Every payload, each with a number of its own in it. */
export const PAYLOADS: Payload[] = corpus();

function corpus(): Payload[] {
  const found: Payload[] = [];
  const add = (form: string, place: Payload["place"], spelling: Payload["spelling"] = "plain") => {
    const number = String(found.length + 1);
    const call = CALLS[found.length % CALLS.length]!.replace("N", number);
    found.push({ text: form.replace(/CALL/i, call), place, spelling });
  };
  const tag = (turn: number) => ACTIVE[turn % ACTIVE.length]!;
  ACTIVE.forEach((tag) => add(`<${tag}>`, TEXT));
  SHAPES.slice(1).forEach((shape, turn) => [0, 5, 10, 15].forEach((step) => add(shape(tag(turn + step)), TEXT)));
  LEAVE.forEach(([end, place], turn) => [0, 7, 14].forEach((step) => add(`${end}<${tag(turn + step)}>`, place)));
  ATTRIBUTES.forEach((attribute, turn) => {
    add(`" ${attribute} x="`, DOUBLE);
    add(`' ${attribute} x='`, SINGLE);
    add(`x ${attribute} y`, BARE);
    add(`"><${tag(turn)}>`, DOUBLE);
    add(`'><${tag(turn + 9)}>`, SINGLE);
    add(`x><${tag(turn + 18)}>`, BARE);
  });
  ADDRESSES.forEach((address) => add(address, ADDRESS));
  ADDRESSES.forEach((address) => add(`<a href="${address}">`, TEXT));
  SPELLINGS.forEach(([spelling, spell], turn) => [0, 4, 8, 12, 16, 20, 24].forEach((step) => add(spell(`<${tag(turn + step)}>`), TEXT, spelling)));
  return found;
}

/** A text of the same length and sort that is no markup. */
export function harmless(text: string): string {
  return text
    .replaceAll(/&(?=[a-z#])/gi, "+")
    .replaceAll(/%3([CE])/g, "_3$1")
    .replaceAll(/\\u(?=00)/g, "\\v")
    .replaceAll(/\\x(?=3)/g, "\\z")
    .replaceAll("<", "[")
    .replaceAll(">", "]")
    .replaceAll(/["']/g, "*")
    .replaceAll(/\b(o)(n)(?=[a-z])/gi, "$2$1")
    .replaceAll(/=/g, "~")
    .replaceAll(":", ";");
}

/** What a page that decodes the payload's spelling would write. */
export function decoded(text: string, spelling: Payload["spelling"]): string {
  const letter = (_: string, hex: string) => String.fromCharCode(parseInt(hex, 16));
  switch (spelling) {
    case "plain":
      return text;
    case "percent":
      return text.replaceAll(/%([0-9A-F]{2})/g, letter);
    case "escapes":
      return text.replaceAll(/\\u00([0-9a-f]{2})|\\x([0-9a-f]{2})/g, (all, u: string, x: string) => letter(all, u ?? x));
    case "entities":
      return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll(/&#x([0-9A-F]+);/g, letter).replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  }
}

/** Texts joined to pieces of at most `most` bytes. */
export function bundles(texts: string[], most: number): string[] {
  const made: string[] = [];
  for (const text of texts) {
    const last = made.at(-1);
    if (last !== undefined && Buffer.byteLength(last) + 1 + Buffer.byteLength(text) <= most) made[made.length - 1] = `${last} ${text}`;
    else made.push(text);
  }
  return made;
}

/** The elements and attributes of the page, or of a document made of `html`: a line each, and the schemes of addresses. Runs in the page. */
export function outline(html: string | null): string[] {
  const root = html === null ? document.documentElement : new DOMParser().parseFromString(html, "text/html").documentElement;
  const scheme = (text: string) => /^[\s\u0000-\u001f]*([a-z\s]+):/i.exec(text)?.[1]?.replaceAll(/\s/g, "").toLowerCase() ?? "";
  const attribute = ({ name, value }: Attr) => (/^(href|src|action|formaction|data|xlink:href|srcdoc|style|on.*)$/.test(name) ? `${name}(${scheme(value)})` : name);
  const lines: string[] = [];
  const walk = (element: Element, depth: number) => {
    const attributes = [...element.attributes].map(attribute).sort();
    lines.push(`${" ".repeat(depth)}${element.localName} ${attributes.join(" ")}`);
    const inside = element instanceof HTMLTemplateElement ? element.content : element;
    for (const child of inside.children) walk(child, depth + 1);
    if (element.shadowRoot) for (const child of element.shadowRoot.children) walk(child, depth + 1);
  };
  walk(root, 0);
  return lines;
}
