import type { Worker } from "@playwright/test";
import { install, type Installed } from "./extension";
import { hosts, type Hosts } from "./providers/hosts";
import { bring, stand } from "./stand";
import { expect, test } from "./tacit";

declare const chrome: any;

const SHOP = "https://shop.example/settings";

let web: Hosts;
test.beforeAll(async () => {
  web = await hosts();
  web.answers.set(SHOP, { body: `<!doctype html><title>Shop</title><label>API key <input id="key"></label>` });
});
test.afterAll(() => web.end());

/** The popup that is open. Playwright knows none, so it is spoken to by the browser's own protocol. */
async function popupOf({ context, origin }: Installed) {
  const session = await context.browser()!.newBrowserCDPSession();
  const popups = async () => {
    const { targetInfos } = await session.send("Target.getTargets");
    return targetInfos.filter(({ url }) => url.startsWith(`${origin}/popup.html`));
  };
  await expect.poll(async () => (await popups()).length).toBe(1);
  const { sessionId } = await session.send("Target.attachToTarget", { targetId: (await popups())[0]!.targetId });
  let last = 0;
  async function ask(method: string, params: object): Promise<any> {
    const id = ++last;
    const answer = new Promise<any>((resolve) =>
      session.on("Target.receivedMessageFromTarget", ({ message }) => {
        const told = JSON.parse(message);
        if (told.id === id) resolve(told.result);
      }),
    );
    await session.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method, params }) });
    return answer;
  }
  return {
    /** What a script in it comes to. */
    async tell(expression: string): Promise<any> {
      const { result, exceptionDetails } = await ask("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
      expect(exceptionDetails).toBeUndefined();
      return result.value;
    },
    /** Types into what has the focus. */
    type: (text: string) => ask("Input.insertText", { text }),
  };
}

/** What the line in the button's menu tells. */
const choose = (background: Worker, checked: boolean) =>
  background.evaluate((checked) => chrome.contextMenus.onClicked.dispatch({ menuItemId: "popup", checked }), checked);

/** What the button opens by itself; nothing where the background opens the panel. */
const opens = (background: Worker): Promise<string> => background.evaluate(() => chrome.action.getPopup({}));

test("where a person chose so, the button opens a popup over the page, which fills it", async ({ watched }) => {
  const at = await stand(watched, web, SHOP);
  const { context, background, origin, page, panel } = at;
  await bring(panel, "STRIPE_KEY=fake-value-of-a-key\n");
  await panel.close();
  await choose(background, true);
  await expect.poll(() => opens(background)).toBe(`${origin}/popup.html`);
  await page.getByLabel("API key").focus();
  await at.press();

  const popup = await popupOf(at);
  const shown = () => popup.tell("document.body.innerText");
  await expect.poll(shown).toContain("https://shop.example");
  expect(await shown()).toContain("The cursor is in “API key”.");
  // As large as its page says, and nothing to scroll sideways.
  expect(await popup.tell("innerWidth >= 400 && document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  await popup.tell("document.querySelector('input[type=search]').focus()");
  await popup.type("stripe");
  await expect.poll(() => popup.tell("document.querySelector('[type=radio]:checked')?.closest('label').innerText")).toContain("STRIPE_KEY");
  const fill = "[...document.querySelectorAll('button')].find(({ innerText }) => innerText === 'Fill the focused field')";
  await popup.tell(`${fill}.click()`);
  await expect.poll(shown).toContain("Filled STRIPE_KEY into shop.example.");
  await expect(page.getByLabel("API key")).toHaveValue("fake-value-of-a-key");
  await context.close();

  // It stays chosen in the next start of the browser, until it is chosen no more.
  const next = await install(at.profile, watched);
  await expect.poll(() => opens(next.background)).toBe(`${origin}/popup.html`);
  await choose(next.background, false);
  await expect.poll(() => opens(next.background)).toBe("");
  await next.context.close();
});
