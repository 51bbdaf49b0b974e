//! A QR code.

use leptos::prelude::*;

/// Draws a QR code: black on white whatever the theme, since that is what cameras look for.
#[component]
pub fn Qr(
    /// What it is.
    label: &'static str,
    /// How many units it is wide and high, its white edge included.
    size: u32,
    /// What is black of it.
    path: String,
) -> impl IntoView {
    let size = size.to_string();
    let field = ["0 0 ", &size, " ", &size].concat();
    view! {
        <svg class="qr" role="img" aria-label=label viewBox=field>
            <rect width=size.clone() height=size></rect>
            <path d=path></path>
        </svg>
    }
    .into_any()
}
