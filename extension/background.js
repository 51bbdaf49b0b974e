// What happens while none of the extension's pages is open. It opens no vault and reads no page.
// Listeners are there from the first moment: the browser stops this script whenever it is idle, and starts it for them.

import "./unlock.js";

chrome.runtime.onInstalled.addListener(async ({ reason }) => {
  if (reason === "install") chrome.tabs.create({ url: "index.html" });
  await chrome.contextMenus.removeAll();
  chrome.contextMenus.create({ id: "fill", title: "Fill this field from Tacit", contexts: ["editable"] });
});

/** Opens the panel beside the tab, which the click gave us until it goes elsewhere. A panel that is open stays: the click may be
 * for a tab that it has not seen yet. */
function stand(tab) {
  // Both browsers open it in the click's own turn alone.
  if (chrome.sidePanel) chrome.sidePanel.open({ windowId: tab.windowId });
  else browser.sidebarAction.open();
  chrome.storage.session.set({ beside: { tab: tab.id, time: Date.now() } });
}

chrome.action.onClicked.addListener(stand);
chrome.contextMenus.onClicked.addListener((_, tab) => stand(tab));

// The unlock ends with its time, and with the screen's.
const ALARM = "lock";

chrome.storage.session.onChanged.addListener(({ until }) => {
  if (!until) return;
  chrome.alarms.clear(ALARM);
  if (until.newValue) chrome.alarms.create(ALARM, { when: until.newValue });
});

chrome.alarms.onAlarm.addListener(async () => {
  const { until } = await chrome.storage.session.get("until");
  if (until <= Date.now()) await tacitUnlock.forgetAll();
});

chrome.idle.onStateChanged.addListener(async (state) => {
  if (state === "locked") await tacitUnlock.forgetAll();
});
