// What happens while none of the extension's pages is open. It opens no vault and reads no page.
// Listeners are there from the first moment: the browser stops this script whenever it is idle, and starts it for them.

import "./unlock.js";

chrome.runtime.onInstalled.addListener(({ reason }) => {
  if (reason === "install") chrome.tabs.create({ url: "index.html" });
});

if (chrome.sidePanel) {
  chrome.sidePanel.setPanelBehavior({ openPanelOnActionClick: true });
} else {
  // Firefox opens its sidebar from the click alone.
  chrome.action.onClicked.addListener(() => browser.sidebarAction.toggle());
}

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
