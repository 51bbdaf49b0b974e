//! The list of keys.

use crate::component::{Dialog, each};
use crate::handle::use_handle;
use crate::keyboard::KEYS;
use leptos::prelude::*;

/// Every key and what it does.
#[component]
pub fn KeyList() -> impl IntoView {
    let handle = use_handle();
    let rows =
        each(KEYS, |(key, text)| view! { <dt><kbd class="key">{key}</kbd></dt><dd>{text}</dd> }.into_any());
    view! {
        <Dialog title="Keys" on_close=move |()| handle.overlay.set(None)>
            <dl class="keys">{rows}</dl>
        </Dialog>
    }
    .into_any()
}
