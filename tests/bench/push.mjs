// One save until another device has it, in two browsers by the relay: what is asked for, and how long it takes.

const PASSPHRASE = "correct horse fake staple";
const ROUNDS = 15;
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** In a page: keeps when its core told that something came from the relay, which it does once that is stored. */
const hear = () => {
  const Plain = globalThis.Worker;
  globalThis.arrived = [];
  globalThis.Worker = class extends Plain {
    constructor(...how) {
      super(...how);
      this.addEventListener("message", ({ data: { event } }) => {
        if (event?.[0] === 1) globalThis.arrived.push(performance.timeOrigin + performance.now());
      });
    }
  };
};

const fill = (page, name, text) => page.getByRole("textbox", { name }).fill(text);
const press = (page, name) => page.getByRole("button", { name }).first().click();
const says = (page, text) => page.getByRole("main").getByText(text).waitFor();

/** A vault at the relay; its setup code. */
async function connected(page) {
  await press(page, /Make a vault/);
  await fill(page, "Passphrase", PASSPHRASE);
  await press(page, "Make the vault");
  const setup = await page.getByRole("region", { name: "Recovery kit" }).getByRole("code").first().innerText();
  await page.getByRole("checkbox", { name: "I keep it in a safe place" }).check();
  await press(page, "Continue");
  await page.getByRole("link", { name: "Settings" }).first().click();
  await press(page, "Connect to the relay…");
  await fill(page.getByRole("dialog"), "Passphrase", PASSPHRASE);
  await press(page.getByRole("dialog"), "Connect");
  await says(page, "What changes on another device shows here at once.");
  return setup;
}

/** The same vault on another device. */
async function enrolled(page, setup) {
  await press(page, /Use a setup code/);
  await fill(page, "Setup code", setup);
  await fill(page, "Passphrase", PASSPHRASE);
  await press(page, "Open it here");
  await page.getByRole("link", { name: "Settings" }).first().click();
  await says(page, "What changes on another device shows here at once.");
}

/** Makes a project: the request that brings it to the relay, and when it is sent. */
async function save({ context }, page, name) {
  const sent = new Promise((then) =>
    context.route("**/v1/**/commits", (route) => (then({ url: route.request().url(), time: Date.now() }), route.continue()), { times: 1 }),
  );
  await page.getByRole("link", { name: "Projects" }).first().click();
  await press(page, "New project");
  await fill(page, "Name", name);
  await page.keyboard.press("Enter");
  return sent;
}

/** Milliseconds of a request through the object of that target, and of two commits to IndexedDB. */
const echo = (page, target) =>
  page.evaluate(async (target) => {
    const opening = indexedDB.open("bench-echo");
    opening.onupgradeneeded = () => opening.result.createObjectStore("rows");
    await new Promise((resolve) => (opening.onsuccess = resolve));
    const put = () =>
      new Promise((resolve, reject) => {
        const transaction = opening.result.transaction("rows", "readwrite", { durability: "strict" });
        transaction.objectStore("rows").put(new Uint8Array(1_000), 0);
        [transaction.oncomplete, transaction.onabort] = [resolve, reject];
      });
    const start = performance.now();
    await (await fetch(target)).arrayBuffer();
    await put();
    await put();
    const time = performance.now() - start;
    opening.result.close();
    return time;
  }, target);

export async function pushes({ launch, figure, ms, origin }) {
  const [one, two] = [await launch(), await launch()];
  const [page, other] = await Promise.all([one, two].map(({ context }) => context.newPage()));
  await other.addInitScript(hear);
  for (const each of [page, other]) await each.goto(origin);
  await enrolled(other, await connected(page));
  let asked = 0;
  const count = (request) => (asked += Number(request.url().includes("/v1/")));
  const [times, echoes] = [[], []];
  // The first round is dropped: not everything is compiled yet.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const before = await other.evaluate(() => globalThis.arrived.length);
    two.context.on("request", count);
    const sent = await save(one, page, `push-${round}`);
    await other.waitForFunction((before) => globalThis.arrived.length > before, before);
    two.context.off("request", count);
    const time = (await other.evaluate(() => globalThis.arrived.at(-1))) - sent.time;
    const echoed = await echo(other, sent.url.replace("/commits", "/chain?from=0"));
    if (round > 0) [times, echoes].forEach((all, at) => all.push([time, echoed][at]));
  }
  const seen = `${ms(median(times))}, echo ${ms(median(echoes))}`;
  figure("One save, from its being sent until the other core has it, against an echo through the same object with two commits", median(times) / median(echoes), 3, { seen });
  figure(`Requests of the other core in ${ROUNDS} such saves`, asked, 0);
  await Promise.all([one, two].map(({ close }) => close()));
}
