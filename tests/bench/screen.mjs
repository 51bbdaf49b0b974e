// Figures of the app itself: rows in the page, tasks of the main thread, a key until the rows are painted.

const PASSPHRASE = "correct horse fake staple";
const SIZES = [100, 10_000, 100_000];
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** The longest task of the page's main thread while `act` runs, in milliseconds. */
async function longest(page, act) {
  const session = await page.context().newCDPSession(page);
  const tasks = [];
  const mains = new Set();
  session.on("Tracing.dataCollected", ({ value }) => {
    for (const event of value) {
      if (event.name === "thread_name" && event.args.name === "CrRendererMain") mains.add(`${event.pid}/${event.tid}`);
      if (event.name === "RunTask" && event.ph === "X") tasks.push([`${event.pid}/${event.tid}`, event.dur / 1000]);
    }
  });
  const ended = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories: ["disabled-by-default-devtools.timeline", "toplevel", "__metadata"] } });
  await act();
  await session.send("Tracing.end");
  await ended;
  await session.detach();
  return Math.max(...tasks.filter(([thread]) => mains.has(thread)).map(([, time]) => time));
}

async function five(act) {
  const times = [];
  for (let round = 0; round < 5; round += 1) times.push(await act());
  return median(times);
}

async function unlock(page) {
  await page.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Projects", level: 1 }).waitFor();
}

async function lock(page) {
  await page.getByRole("button", { name: "Lock the vault" }).click();
  await page.getByRole("heading", { name: "Unlock" }).waitFor();
}

/** Milliseconds from one typed query to the next frame that shows its rows. */
const typed = (page, field, query) =>
  page.evaluate(([field, query]) => new Promise((resolve) => {
    const input = document.querySelector(field);
    const rows = document.querySelector("main .rows-slice");
    const start = performance.now();
    const seen = new MutationObserver(() => {
      seen.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
    });
    seen.observe(rows, { childList: true, subtree: true });
    input.value = query;
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }), [field, query]);

export async function screens({ launch, benchPage, figure, ms, origin }) {
  const { context, close } = await launch();
  const call = await benchPage(context);
  await call("stock", SIZES);
  const page = await context.newPage();
  await page.goto(origin);
  await unlock(page);

  const drawn = [];
  for (const size of SIZES) {
    await page.getByRole("main").getByRole("link", { name: `with-${size}`, exact: true }).click();
    await page.getByText(`${size} keys`.replace(/(\d)(\d{3}) /, "$1,$2 ")).or(page.getByText(`${size} keys`)).first().waitFor();
    await page.getByRole("grid").getByRole("rowheader").nth(20).waitFor();
    drawn.push(await page.getByRole("grid").getByRole("row").count());
    await page.getByRole("link", { name: "Projects" }).first().click();
  }
  await page.getByRole("link", { name: "Registry" }).click();
  await page.locator("main .rows-slice .row").nth(20).waitFor();
  drawn.push(await page.locator("main .rows .row").count());
  figure("Rows in the page, grid of 100, 10,000, 100,000 and registry of all, at most", Math.max(...drawn), 60, { seen: drawn.join(", ") });
  await close();

  const second = await launch();
  await (await benchPage(second.context))("stock", [10_000]);
  const app = await second.context.newPage();
  await app.goto(origin);
  const unlocking = await five(async () => {
    const time = await longest(app, () => unlock(app));
    await lock(app);
    return time;
  });
  await unlock(app);
  await app.getByRole("main").getByRole("link", { name: "with-10000", exact: true }).click();
  await app.getByRole("grid").getByRole("rowheader").nth(20).waitFor();
  const keys = ["stripe", "git", "mailer", "redis", "open"];
  const searching = median(await each(keys, (query) => longest(app, () => typed(app, "#filter", query))));
  const painted = median(await each(["sto", "sen", "web", "sig", "dat"], (query) => typed(app, "#filter", query)));
  const idle = await five(() => longest(app, () => busy(app)));
  const importing = await five(() => longest(app, () => importMany(app)));
  const beside = `the same page idle while a worker works ${ms(idle)}`;
  figure("Longest main-thread task, unlocking 10,000, ms", unlocking, 50, { aim: 16, seen: beside });
  figure("Longest main-thread task, filtering 10,000, ms", searching, 50, { aim: 16, seen: `a query until its rows are painted ${ms(painted)}` });
  figure("Longest main-thread task, importing 10,000, ms", importing, 50, { aim: 16 });
  await second.close();
}

async function each(items, measure) {
  const times = [];
  for (const item of items) times.push(await measure(item));
  return times;
}

/** Nothing happens in the page, while the core exports. */
const busy = (page) =>
  page.evaluate(() => new Promise((resolve) => {
    const start = performance.now();
    const idle = () => (performance.now() - start > 500 ? resolve() : setTimeout(idle, 100));
    idle();
  }));

let imports = 0;

/** Drops a file of 10,000 variables and imports it. */
async function importMany(page) {
  imports += 1;
  const text = Array.from({ length: 10_000 }, (_, at) => `BULK_${imports}_${at}=value ${at}\n`).join("");
  const transfer = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], ".env"));
    return transfer;
  }, text);
  for (const type of ["dragenter", "dragover", "drop"]) await page.dispatchEvent("body", type, { dataTransfer: transfer });
  await page.getByRole("button", { name: /^Import 10,?000 keys$/ }).click();
  await page.getByRole("region", { name: "Messages" }).getByText(/Imported 10,?000 variables\./).last().waitFor();
  await page.getByRole("link", { name: "Projects" }).first().click();
}
