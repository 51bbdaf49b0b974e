//! Where the app runs: served by a web host, or as a page of the browser extension.

use leptos::prelude::window;

/// Where the app runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// A page of a web host, which is a relay too.
    Web,
    /// A page of the extension, in a tab.
    Tab,
    /// A page of the extension, in the panel beside a tab or in the popup over it.
    Panel,
}

impl Home {
    /// Where this page is.
    pub fn here() -> Self {
        let location = window().location();
        let is_packed = location.protocol().is_ok_and(|protocol| protocol.ends_with("-extension:"));
        match (is_packed, location.pathname().as_deref()) {
            (false, _) => Self::Web,
            (true, Ok("/panel.html" | "/popup.html")) => Self::Panel,
            (true, _) => Self::Tab,
        }
    }

    /// The relay that served this page; a page of the extension came from none, and a person names one.
    pub fn relay() -> Option<String> {
        (Self::here() == Self::Web).then(|| window().location().origin().ok()).flatten()
    }
}
