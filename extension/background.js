// What happens while none of the extension's pages is open. It opens no vault and reads no page.
// Listeners are there from the first moment: the browser stops this script whenever it is idle, and starts it for them.

import "./unlock.js";

chrome.runtime.onInstalled.addListener(async ({ reason }) => {
  if (reason === "install") chrome.tabs.create({ url: "index.html" });
  await chrome.contextMenus.removeAll();
  for (const [id, title, contexts] of LINES) chrome.contextMenus.create({ id, title, contexts });
  const checked = await opensPopup();
  if (PANEL) chrome.contextMenus.create({ id: POPUP, title: "Open as a popup", type: "checkbox", contexts: ["action"], checked });
});
chrome.runtime.onStartup.addListener(opensPopup);

/** Whether this browser has a panel beside its pages. */
const PANEL = !!(chrome.sidePanel ?? chrome.sidebarAction);
const POPUP = "popup";

/** Has the button open the panel as a popup where a person chose that in its menu, and where there is no other panel; says which. */
async function opensPopup() {
  const popup = !PANEL || !!(await chrome.storage.local.get(POPUP))[POPUP];
  await chrome.action.setPopup({ popup: popup ? "popup.html" : "" });
  return popup;
}

/** What the menu of a page has: its id, which says what is asked for, its words, and on what. */
const LINES = [
  ["fill", "Fill this field from Tacit", ["editable"]],
  ["capture", "Capture a key from this page", ["page", "editable"]],
  ["selection", "Save selection as secret", ["selection"]],
];

/** Opens the panel beside the tab, which the click gave us until it goes elsewhere. A panel that is open stays: the click may be
 * for a tab that it has not seen yet. What is `asked` for there waits in memory that ends with the browser, until the panel takes it
 * as soon as the vault is open. Its time, the end of the tab and a lock (unlock.js) forget it. */
function stand(tab, asked) {
  // The menu of our own panel is of no tab.
  if (!(tab?.id >= 0)) return;
  // Both browsers open it in the click's own turn alone.
  if (!PANEL) chrome.action.openPopup();
  else if (chrome.sidePanel) chrome.sidePanel.open({ windowId: tab.windowId });
  else browser.sidebarAction.open();
  const time = Date.now();
  const until = time + WAITS;
  chrome.storage.session.set({ beside: { tab: tab.id, time }, ...(asked && { asked: { ...asked, tab: tab.id, until } }) });
  if (asked) chrome.alarms.create(ASKED, { when: until });
}

/** For so long, in milliseconds, the panel may be opened and the vault unlocked for what a person asked for; then this alarm rings. */
const WAITS = 5 * 60 * 1000;
const ASKED = "asked";

chrome.tabs.onRemoved.addListener(async (id) => {
  const { asked } = await chrome.storage.session.get("asked");
  if (asked?.tab === id) await chrome.storage.session.remove("asked");
});

chrome.action.onClicked.addListener((tab) => stand(tab));
chrome.commands.onCommand.addListener((what, tab) => stand(tab, { what }));
chrome.contextMenus.onClicked.addListener(({ menuItemId: what, checked, selectionText: text, frameId: frame, frameUrl, pageUrl }, tab) => {
  if (what === POPUP) chrome.storage.local.set({ [POPUP]: checked }).then(opensPopup);
  else if (what === "selection") stand(tab, { what, text, frame, address: frameUrl ?? pageUrl });
  else stand(tab, what === "capture" ? { what } : undefined);
});

// The unlock ends with its time, and with the screen's lock where the browser tells of it.
const ALARM = "lock";

chrome.storage.session.onChanged.addListener(({ until }) => {
  if (!until) return;
  chrome.alarms.clear(ALARM);
  if (until.newValue) chrome.alarms.create(ALARM, { when: until.newValue });
});

chrome.alarms.onAlarm.addListener(async ({ name }) => {
  if (name === ASKED) return chrome.storage.session.remove("asked");
  const { until } = await chrome.storage.session.get("until");
  if (until <= Date.now()) await tacitUnlock.forgetAll();
});

chrome.idle?.onStateChanged.addListener(async (state) => {
  if (state === "locked") await tacitUnlock.forgetAll();
});
