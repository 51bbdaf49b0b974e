//! A window on a long list: at most [`MOST`] rows are in the page, whatever the list's length.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use web_sys::Element;

/// How many rows are asked for at a time. With a header it stays under sixty.
pub const MOST: u32 = 56;

/// How far the first row in view may move before other rows are asked for.
const SLACK: u32 = 6;

/// A scrolling list with rows of one height.
#[component]
pub fn Rows(
    /// What it lists.
    #[prop(into)]
    label: Signal<String>,
    /// `grid` or `table`.
    role: &'static str,
    /// How many rows there are.
    #[prop(into)]
    total: Signal<u32>,
    /// The number of the first row that `children` shows.
    #[prop(into)]
    start: Signal<u32>,
    /// How many columns there are.
    #[prop(into)]
    columns: Signal<usize>,
    /// Runs with the first row to show when the view moved.
    #[prop(into)]
    on_window: Callback<u32>,
    /// The scrolling element.
    #[prop(optional)]
    node: NodeRef<html::Div>,
    /// The header row.
    head: ViewFn,
    /// The rows, each of class `row`.
    children: Children,
) -> impl IntoView {
    let asked = StoredValue::new(0_u32);
    let look = move || {
        // The browser scrolls in its next frame, and the screen may be another by then.
        let (Some(view), Some(before)) = (node.try_get_untracked().flatten(), asked.try_get_value()) else {
            return;
        };
        let wanted = wanted_start(&view);
        if wanted.abs_diff(before) >= SLACK || (wanted == 0 && before != 0) {
            asked.set_value(wanted);
            on_window.run(wanted);
        }
    };
    let resize = window_event_listener(ev::resize, move |_| look());
    on_cleanup(move || resize.remove());
    view! {
        <div
            class="rows"
            node_ref=node
            role=role
            aria-label=label
            aria-rowcount=move || total.get().saturating_add(1).to_string()
            aria-colcount=move || columns.get().to_string()
            style=("--columns", move || columns.get().saturating_sub(1).max(1).to_string())
            on:scroll=move |_| look()
        >
            <div role="rowgroup">{head.run()}</div>
            <div class="rows-canvas" role="presentation" style=("--total", move || total.get().to_string())>
                <div class="rows-slice" role="rowgroup" style=("--start", move || start.get().to_string())>{children()}</div>
            </div>
        </div>
    }
    .into_any()
}

/// Brings row `row` into view.
pub fn scroll_to(node: NodeRef<html::Div>, row: u32) {
    if let Some(view) = node.get_untracked() {
        let middle = f64::from(row) * row_height(&view) - f64::from(view.client_height()) / 2.0;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a list is at most some millions of pixels high"
        )]
        view.set_scroll_top(middle.max(0.0) as i32);
    }
}

/// How many whole rows fit into the view.
pub fn page_of(node: NodeRef<html::Div>) -> u32 {
    node.get_untracked()
        .map_or(10, |view| whole(f64::from(view.client_height()) / row_height(&view)).saturating_sub(2))
}

fn wanted_start(view: &Element) -> u32 {
    let row = row_height(view);
    let first = whole(f64::from(view.scroll_top()) / row);
    let visible = whole(f64::from(view.client_height()) / row).saturating_add(1);
    first.saturating_sub(MOST.saturating_sub(visible) / 2)
}

fn whole(number: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates, and rows are counted in u32"
    )]
    let whole = number.max(0.0) as u32;
    whole
}

/// What `--row` is here, in pixels: fingers need more than a pointer, chips more than a line.
fn row_height(view: &Element) -> f64 {
    let style = window().get_computed_style(view).ok().flatten();
    let text = style.and_then(|style| style.get_property_value("--row").ok()).unwrap_or_default();
    text.trim().trim_end_matches("px").parse().unwrap_or(32.0)
}
