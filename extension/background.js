// What happens while none of the extension's pages is open. It holds no key and reads no page.
// Listeners are there from the first moment: the browser stops this script whenever it is idle, and starts it for them.

chrome.runtime.onInstalled.addListener(({ reason }) => {
  if (reason === "install") chrome.tabs.create({ url: "index.html" });
});

if (chrome.sidePanel) {
  chrome.sidePanel.setPanelBehavior({ openPanelOnActionClick: true });
} else {
  // Firefox opens its sidebar from the click alone.
  chrome.action.onClicked.addListener(() => browser.sidebarAction.toggle());
}
