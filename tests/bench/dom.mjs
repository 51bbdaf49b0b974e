// What a page does that keeps a browser busy: builds and moves many nodes, changes classes and styles, hears events, and asks for
// the layout in between. It is the same each time, and awaits nothing.
const ROWS = 1500;
const place = document.querySelector("#place");
let heard = 0;

const made = (tag, name, text) => Object.assign(document.createElement(tag), { className: name, textContent: text });

function row(at) {
  const row = made("div", "row", "");
  row.dataset.at = at;
  const field = Object.assign(document.createElement("input"), { name: `field-${at}`, placeholder: "VALUE" });
  const button = made("button", "act", "Save");
  button.addEventListener("click", () => (heard += 1));
  field.addEventListener("input", () => (heard += 1));
  row.append(made("span", "at", at), made("span", "name", `VARIABLE_${at}`), field, button);
  return row;
}

/** Has the browser find out where everything is. */
const settle = () => place.getBoundingClientRect().height + getComputedStyle(place.lastElementChild).height.length;

const STEPS = {
  build: () => place.replaceChildren(...Array.from({ length: ROWS }, (_, at) => row(at))),
  parse: () => place.insertAdjacentHTML("beforeend", `<div class="row"><span>0</span><span class="name">MORE</span><input><button>Save</button></div>`.repeat(ROWS / 3)),
  write: () => place.querySelectorAll(".name").forEach((name, at) => (name.textContent = `OTHER_${at}`)),
  choose: () => [...place.children].forEach((row, at) => row.classList.toggle("chosen", at % 3 === 0)),
  style: () => [...place.children].forEach((row, at) => (row.style.paddingLeft = `${at % 16}px`)),
  widen: () => place.classList.toggle("wide"),
  type: () => place.querySelectorAll("input").forEach((field, at) => {
    field.value = `value ${at}`;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }),
  press: () => place.querySelectorAll("button.act").forEach((button) => button.click()),
  turn: () => place.append(...[...place.children].reverse()),
  thin: () => [...place.children].forEach((row, at) => at % 2 && row.remove()),
};

/** Milliseconds that all of it takes, from nothing to nothing. */
globalThis.work = () => {
  const start = performance.now();
  for (const step of Object.values(STEPS)) {
    step();
    settle();
  }
  place.replaceChildren();
  return performance.now() - start;
};
