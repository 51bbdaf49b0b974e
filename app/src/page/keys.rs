//! The list of keys.

use crate::component::Dialog;
use crate::handle::use_handle;
use crate::keyboard::KEYS;
use leptos::prelude::*;

/// Every key and what it does.
#[component]
pub fn KeyList() -> impl IntoView {
    let handle = use_handle();
    let rows = KEYS.map(|(key, text)| view! { <dt><kbd class="key">{key}</kbd></dt><dd>{text}</dd> });
    view! {
        <Dialog title="Keys" on_close=move |()| handle.overlay.set(None)>
            <dl class="keys">{rows.into_iter().collect_view()}</dl>
        </Dialog>
    }
    .into_any()
}
