// Figures of the extension: how soon its panel is of use, what it does in a page, and what a page has to bear where it is there.
import { fileURLToPath } from "node:url";

const PACKAGE = fileURLToPath(new URL("../../dist/extension/chromium", import.meta.url));
const PASSPHRASE = "correct horse fake staple";
const SECRETS = 10_000;
const PANELS = 9;
const ROUNDS = 20;
/** Student's t for 95 % of the mean of as many rounds. */
const STUDENT = 2.093;

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/** Chromium with the extension and a vault in it that is open, and a page of it that stays. */
async function installed(launch) {
  const args = [`--disable-extensions-except=${PACKAGE}`, `--load-extension=${PACKAGE}`, "--enable-unsafe-extension-debugging"];
  const { context, close } = await launch({ args, serviceWorkers: "allow" });
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker"));
  const { protocol, host } = new URL(worker.url());
  const home = await context.newPage();
  const at = `${protocol}//${host}`;
  await home.goto(`${at}/index.html`);
  await home.getByRole("button", { name: /^Make a vault/ }).click();
  await home.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await home.getByRole("button", { name: "Make the vault" }).click();
  await home.getByRole("checkbox", { name: "I keep it in a safe place" }).check();
  await home.getByRole("button", { name: "Continue" }).click();
  await home.getByRole("heading", { name: "Projects", level: 1 }).waitFor();
  return { context, close, at, host, home, background: await watched(home) };
}

/** What the browser says of the background: `until` waits until it is running, or stopped. */
async function watched(page) {
  const session = await page.context().newCDPSession(page);
  let status = "";
  let told = () => {};
  session.on("ServiceWorker.workerVersionUpdated", ({ versions }) => {
    for (const version of versions) status = version.runningStatus;
    told();
  });
  await session.send("ServiceWorker.enable");
  const until = async (wanted) => {
    while (status !== wanted) await new Promise((then) => (told = then));
  };
  return {
    async alive() {
      // It hears of what is stored, and the browser starts it for that.
      await page.evaluate(() => chrome.storage.session.set({ bench: performance.now() }));
      await until("running");
    },
    async stopped() {
      await session.send("ServiceWorker.stopAllWorkers");
      await until("stopped");
    },
  };
}

/** Brings as many secrets into a project of the vault. */
async function filled({ home }) {
  const text = Array.from({ length: SECRETS }, (_, at) => `BULK_${at}=value ${at}\n`).join("");
  const transfer = await home.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], ".env"));
    return transfer;
  }, text);
  for (const type of ["dragenter", "dragover", "drop"]) await home.dispatchEvent("body", type, { dataTransfer: transfer });
  await home.getByRole("button", { name: /^Import 10,?000 keys$/ }).click();
  await home.getByRole("region", { name: "Messages" }).getByText(/Imported 10,?000 variables\./).waitFor();
  await home.getByRole("link", { name: "Projects" }).first().click();
}

/** Milliseconds from the first moment of a panel until it has painted what the vault holds. */
async function opened({ context, at }) {
  const page = await context.newPage();
  await page.addInitScript(() => {
    globalThis.usable = new Promise((resolve) => {
      const seen = new MutationObserver(() => {
        const main = document.querySelector("main");
        if (main?.querySelector("h1")?.textContent !== "Projects") return;
        if (!main.querySelector("li a") && !main.textContent.includes("No project yet")) return;
        seen.disconnect();
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
      });
      seen.observe(document, { childList: true, subtree: true, characterData: true });
    });
  });
  await page.goto(`${at}/panel.html`);
  const time = await page.evaluate(() => globalThis.usable);
  await page.close();
  return time;
}

/** How soon the panel is of use, at both sizes, with the background as it is and with none. */
async function panels({ figure, ms }, empty, full) {
  const ways = { empty: [empty, "alive"], alive: [full, "alive"], stopped: [full, "stopped"], alone: [empty, "stopped"] };
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = 0; round <= PANELS; round += 1) {
    for (const [name, [browser, state]] of Object.entries(ways)) {
      await browser.background[state]();
      const time = await opened(browser);
      if (round > 0) times[name].push(time);
    }
  }
  const [none, alive, stopped, alone] = Object.values(times).map(median);
  const seen = `${ms(alive)}, of an empty vault ${ms(none)}`;
  figure("Panel of 10,000 until it is of use, time against that of an empty vault, background alive", alive / none, 1.5, { seen });
  const without = `${ms(stopped)}, of an empty vault ${ms(alone)}`;
  figure("The same with the background stopped, against the empty vault's with it alive", stopped / none, 3, { seen: without });
}

/** What a page can see of itself, and what the browser has for it. */
async function state(page, session) {
  await session.send("HeapProfiler.collectGarbage");
  const { nodes, jsEventListeners: listeners, documents } = await session.send("Memory.getDOMCounters");
  const seen = await page.evaluate(() => ({
    html: document.documentElement.outerHTML,
    globals: Reflect.ownKeys(globalThis).map(String).sort(),
    resources: performance.getEntriesByType("resource").map(({ name }) => name),
    sheets: document.styleSheets.length + document.adoptedStyleSheets.length,
  }));
  return { ...seen, nodes, listeners, documents };
}

/** Presses the extension's button while the page is in front. */
async function press({ context, host }, page) {
  const session = await context.browser().newBrowserCDPSession();
  const { targetInfos } = await session.send("Target.getTargets", { filter: [{ type: "tab" }] });
  const { targetId } = targetInfos.find(({ url }) => url === page.url());
  await session.send("Extensions.triggerAction", { id: host, targetId });
  await session.detach();
}

/** What runs in a page for a fill, and what is other there afterwards. */
async function inPage({ figure, origin }, browser) {
  const { context, at } = browser;
  const panel = await context.newPage();
  await panel.goto(`${at}/panel.html`);
  const sent = Buffer.byteLength(await panel.evaluate(() => tacitPage.sent()));
  figure("What runs in a page for a fill, bytes", sent, 8192);

  const page = await context.newPage();
  await page.goto(`${origin}/bench/dom.html`);
  const field = page.getByRole("textbox", { name: "Key" });
  await field.focus();
  const session = await context.newCDPSession(page);
  await press(browser, page);
  await panel.waitForFunction(() => tacitTab.look([]).then(({ focused }) => focused?.label === "Key"));
  const before = await state(page, session);
  const done = await panel.evaluate(async () => {
    const { look } = await tacitTab.look([]);
    return tacitTab.fill(look, "focused", [{ name: "KEY", value: "fake-value-filled" }], true);
  });
  if (done.entries?.[0].outcome !== "filled" || (await field.inputValue()) !== "fake-value-filled") throw new Error(`not filled: ${JSON.stringify(done)}`);
  const after = await state(page, session);
  const other = Object.keys(after).filter((key) => JSON.stringify(after[key]) !== JSON.stringify(before[key]));
  const { nodes, listeners, globals } = after;
  const seen = `${nodes} nodes, ${listeners} listeners, ${globals.length} globals, as before`;
  figure("What stays in the page afterwards, of nodes, listeners, globals, resources, styles and text", other.length, 0, { seen: other.join(", ") || seen });
  await page.close();
  await panel.close();
}

/** A page with much to do, in browsers that take turns. */
async function beside({ figure, ms, origin, launch }, browser) {
  const plain = await launch();
  const panel = await browser.context.newPage();
  await panel.goto(`${browser.at}/panel.html`);
  await panel.getByRole("main").getByRole("listitem").getByRole("link").first().waitFor();
  const pages = {};
  for (const [name, { context }] of Object.entries({ without: plain, with: browser })) {
    pages[name] = await context.newPage();
    await pages[name].goto(`${origin}/bench/dom.html`);
    await pages[name].waitForFunction(() => "work" in globalThis);
  }
  const worked = async (name) => {
    await pages[name].bringToFront();
    const times = [];
    for (let run = 0; run < 5; run += 1) times.push(await pages[name].evaluate(() => globalThis.work()));
    return median(times);
  };
  const times = { without: [], with: [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    // Who comes first takes turns too.
    const names = round % 2 ? ["with", "without"] : ["without", "with"];
    for (const name of names) {
      const time = await worked(name);
      if (round > 0) times[name].push(time);
    }
  }
  const logs = times.with.map((time, at) => Math.log(time / times.without[at]));
  const middle = mean(logs);
  const spread = Math.sqrt(mean(logs.map((log) => (log - middle) ** 2)) / (logs.length - 1));
  const [low, ratio, high] = [-STUDENT, 0, STUDENT].map((times) => Math.exp(middle + times * spread));
  const seen = `ratio ${ratio.toFixed(3)}, 95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}; ${ms(median(times.with))}, without ${ms(median(times.without))}`;
  // The interval has 1.00 in it or lies below it, or else lies below 1.01.
  figure("A page with much to do with the extension against without, interval's end that counts", high < 1.01 ? Math.min(high, 1) : low, 1, { seen });
  await panel.close();
  await plain.close();
}

export async function extension(bench) {
  const [empty, full] = [await installed(bench.launch), await installed(bench.launch)];
  await filled(full);
  await panels(bench, empty, full);
  await inPage(bench, empty);
  await empty.close();
  await beside(bench, full);
  await full.close();
}
