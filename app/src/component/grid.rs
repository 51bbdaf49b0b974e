//! A grid of cells that is walked by arrow keys: one tab stop, and the keys of a spreadsheet.

use super::live::{each, live};
use super::mark::{Badge, Meaning};
use super::rows::{Rows, page_of, scroll_to};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, MouseEvent};

/// A column beside the names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its title.
    pub title: String,
    /// Marked as production.
    pub prod: bool,
}

/// A row: its name and one cell for each column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// Said quietly beside it.
    pub detail: String,
    /// Its cells.
    pub cells: Vec<CellText>,
}

/// What a cell shows and says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellText {
    /// The state's class.
    pub class: &'static str,
    /// The state's sign.
    pub sign: &'static str,
    /// The state's word.
    pub word: String,
    /// Marks after it.
    pub flags: Vec<(&'static str, Meaning)>,
}

/// The place of a cell: row from 0 in the whole list, column from 0, where 0 is the name.
pub type Place = (u32, usize);

/// What a person wants with the cell at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Look at it.
    Open,
    /// Change it here.
    Edit,
    /// Copy its value.
    Copy,
    /// Show its value as long as the key is held.
    Reveal,
    /// Hide it again.
    Conceal,
    /// Take it away.
    Clear,
    /// Take its row into the selection, or out of it.
    Select,
}

/// What the cells share.
#[derive(Clone, Copy)]
struct Shared {
    editing: RwSignal<Option<Place>>,
    revealed: Signal<Option<(Place, String)>>,
    on_edit: Callback<(Place, String)>,
    selected: Signal<Vec<String>>,
    /// The next cell that becomes the tab stop takes the focus: the keyboard brought us there.
    wants_focus: StoredValue<bool>,
}

/// A grid of names by columns.
#[component]
pub fn DataGrid(
    /// What it shows.
    #[prop(into)]
    label: Signal<String>,
    /// The title of the names.
    names: &'static str,
    /// The columns.
    #[prop(into)]
    columns: Signal<Vec<Column>>,
    /// The rows in the page.
    #[prop(into)]
    lines: Signal<Vec<Line>>,
    /// The number of the first of them.
    #[prop(into)]
    start: Signal<u32>,
    /// How many rows there are.
    #[prop(into)]
    total: Signal<u32>,
    /// Runs with the first row to show when the view moved.
    #[prop(into)]
    on_window: Callback<u32>,
    /// The cell in the middle of things.
    active: RwSignal<Place>,
    /// The cell being changed.
    editing: RwSignal<Option<Place>>,
    /// A value to show in its cell.
    #[prop(into)]
    revealed: Signal<Option<(Place, String)>>,
    /// The names of the rows in the selection.
    #[prop(into)]
    selected: Signal<Vec<String>>,
    /// Runs when a cell is acted on.
    #[prop(into)]
    on_wish: Callback<(Place, Wish)>,
    /// Runs with a new value typed into a cell.
    #[prop(into)]
    on_edit: Callback<(Place, String)>,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let wants_focus = StoredValue::new(false);
    // Whether the focus was in the grid when it was last anywhere.
    let inside = StoredValue::new(false);
    let shared = Shared { editing, revealed, on_edit, selected, wants_focus };
    let width = Signal::derive(move || columns.read().len().saturating_add(1));
    Effect::new(move |_| {
        lines.track();
        let place = active.get();
        if editing.get().is_none() {
            rove(node, place, wants_focus);
            // At once, so that no key is lost meanwhile; and again where the rows are drawn only in the next frame.
            queue_microtask(move || regain(node, place, inside));
            request_animation_frame(move || regain(node, place, inside));
        }
    });
    let on_key = move |event: KeyboardEvent| {
        if editing.get_untracked().is_some() {
            return;
        }
        if let Some(wish) = wish_of(&event) {
            event.prevent_default();
            if !event.repeat() {
                on_wish.run((active.get_untracked(), wish));
            }
        } else if let Some(place) =
            moved(&event, active.get_untracked(), (total.get_untracked(), width.get_untracked()), node)
        {
            event.prevent_default();
            wants_focus.set_value(true);
            active.set(place);
        }
    };
    let on_key_up = move |event: KeyboardEvent| {
        if event.key() == " " {
            on_wish.run((active.get_untracked(), Wish::Conceal));
        }
    };
    // Where the last click was, which may come to be the first of two.
    let clicked = StoredValue::new(None);
    let act = move |place: Place, wish: Wish| {
        active.set(place);
        on_wish.run((place, wish));
    };
    on_second_click(clicked, move |place| act(place, Wish::Edit));
    view! {
        <div
            class="data-grid"
            on:keydown=on_key
            on:keyup=on_key_up
            on:click=move |event| {
                let Some(place) = place_of(&event).filter(|place| editing.get_untracked() != Some(*place)) else {
                    return;
                };
                let selects = event.ctrl_key() || event.meta_key();
                clicked.set_value((!selects).then_some(place));
                act(place, if selects { Wish::Select } else { Wish::Open });
            }
            on:focusout=move |event| {
                if event.related_target().is_some() {
                    inside.set_value(false);
                }
            }
            on:focusin=move |event| {
                inside.set_value(true);
                if let Some(place) = place_of(&event) {
                    active.set(place);
                }
            }
        >
            <Rows
                label role="grid" total start columns=width on_window node
                head=ViewFn::from(move || view! { <Head names columns/> })
            >
                {live(move || {
                    let columns = columns.get();
                    each(lines.get().into_iter().zip(start.get()..), |(line, row)| line_view(line, row, &columns, shared))
                })}
            </Rows>
        </div>
    }
    .into_any()
}

/// What the first click of two opens may lie below the pointer at the second, which is the cell's still, and nothing else's.
fn on_second_click(clicked: StoredValue<Option<Place>>, then: impl Fn(Place) + 'static) {
    let heard = Closure::<dyn Fn(MouseEvent)>::new(move |event: MouseEvent| {
        let is_press = event.type_() == PRESS;
        if event.detail() != 2 {
            if is_press {
                clicked.set_value(None);
            }
        } else if let Some(place) = clicked.get_value() {
            event.stop_propagation();
            event.prevent_default();
            if !is_press {
                then(place);
            }
        }
    });
    // Before whatever is there hears of it.
    let listener = heard.as_ref().unchecked_ref();
    for name in [PRESS, "click"] {
        let _ = window().add_event_listener_with_callback_and_bool(name, listener, true);
    }
    let heard = StoredValue::new_local(heard);
    on_cleanup(move || {
        heard.with_value(|heard| {
            for name in [PRESS, "click"] {
                let listener = heard.as_ref().unchecked_ref();
                let _ = window().remove_event_listener_with_callback_and_bool(name, listener, true);
            }
        });
    });
}

/// A button of the mouse goes down.
const PRESS: &str = "mousedown";

#[component]
fn Head(names: &'static str, columns: Signal<Vec<Column>>) -> impl IntoView {
    let column = |column: Column| {
        let title = match column.prod {
            true if column.title.contains("prod") => {
                view! { <Badge text=column.title meaning=Meaning::Prod/> }.into_any()
            }
            true => view! { {column.title}" "<Badge text="prod" meaning=Meaning::Prod/> }.into_any(),
            false => column.title.into_any(),
        };
        view! { <div role="columnheader" class:prod-column=column.prod>{title}</div> }.into_any()
    };
    view! {
        <div class="row head grid-row" role="row" aria-rowindex="1">
            <div role="columnheader">{names}</div>
            {live(move || each(columns.get(), column))}
        </div>
    }
}

fn line_view(line: Line, row: u32, columns: &[Column], shared: Shared) -> AnyView {
    let cells = each(line.cells.into_iter().enumerate(), |(column, cell)| {
        cell_view(cell, (row, column + 1), columns.get(column), shared)
    });
    let name = line.name.clone();
    let selected = move || shared.selected.read().contains(&name);
    view! {
        <div class="row grid-row" role="row" aria-rowindex=(row + 2).to_string() aria-selected=move || selected().to_string()>
            <div role="rowheader" class="cell" tabindex="-1" data-row=row.to_string() data-column="0">
                <span class="mono word">{line.name}</span>
                <span class="quiet-text detail">{line.detail}</span>
            </div>
            {cells}
        </div>
    }
    .into_any()
}

fn cell_view(cell: CellText, place: Place, column: Option<&Column>, shared: Shared) -> AnyView {
    let class =
        [if column.is_some_and(|column| column.prod) { "cell prod-column " } else { "cell " }, cell.class]
            .concat();
    let flags = each(cell.flags, |(text, meaning)| view! { <Badge text meaning/> }.into_any());
    let title = column.map(|column| column.title.clone()).unwrap_or_default();
    let (sign, word) = (cell.sign, cell.word);
    let content = live(move || {
        if shared.editing.get() == Some(place) {
            return view! { <CellInput place shared/> }.into_any();
        }
        match shared.revealed.get() {
            Some((shown, value)) if shown == place => view! { <span class="mono word">{value}</span> }.into_any(),
            _ => view! { <span class="sign" aria-hidden="true">{sign}</span><span class="word">{word.clone()}</span> }.into_any(),
        }
    });
    view! {
        <div role="gridcell" class=class tabindex="-1" data-row=place.0.to_string() data-column=place.1.to_string()>
            <span class="column-name" aria-hidden="true">{title}</span>
            {content}
            <span class="flags">{flags}</span>
        </div>
    }
    .into_any()
}

/// The field inside a cell. Enter keeps what was typed, Escape and leaving drop it.
#[component]
fn CellInput(place: Place, shared: Shared) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = node.get() {
            let _ = input.focus();
        }
    });
    let leave = move || {
        shared.wants_focus.set_value(true);
        shared.editing.set(None);
    };
    let on_key = move |event: KeyboardEvent| {
        event.stop_propagation();
        match event.key().as_str() {
            "Enter" => {
                let typed = node.get_untracked().map(|input| input.value()).unwrap_or_default();
                leave();
                shared.on_edit.run((place, typed));
            }
            "Escape" => leave(),
            _ => {}
        }
    };
    view! {
        <input
            class="input mono cell-input"
            node_ref=node
            aria-label="New value"
            placeholder="New value"
            autocomplete="off"
            spellcheck="false"
            on:keydown=on_key
            on:blur=move |_| shared.editing.set(None)
        />
    }
}

fn wish_of(event: &KeyboardEvent) -> Option<Wish> {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return None;
    }
    match event.key().as_str() {
        "Enter" | "F2" | "e" => Some(Wish::Edit),
        "c" => Some(Wish::Copy),
        " " => Some(Wish::Reveal),
        "o" => Some(Wish::Open),
        "x" => Some(Wish::Select),
        "Delete" | "Backspace" => Some(Wish::Clear),
        _ => None,
    }
}

fn moved(
    event: &KeyboardEvent,
    (row, column): Place,
    (rows, width): Place,
    node: NodeRef<html::Div>,
) -> Option<Place> {
    let (last, end) = (rows.checked_sub(1)?, width.checked_sub(1)?);
    let whole = event.ctrl_key() || event.meta_key();
    let place = match event.key().as_str() {
        "ArrowDown" | "j" => ((row + 1).min(last), column),
        "ArrowUp" | "k" => (row.saturating_sub(1), column),
        "ArrowRight" => (row, (column + 1).min(end)),
        "ArrowLeft" => (row, column.saturating_sub(1)),
        "PageDown" => (row.saturating_add(page_of(node)).min(last), column),
        "PageUp" => (row.saturating_sub(page_of(node)), column),
        "Home" if whole => (0, 0),
        "End" if whole => (last, end),
        "Home" => (row, 0),
        "End" => (row, end),
        _ => return None,
    };
    Some(place)
}

/// Makes the cell at `place` the grid's one tab stop, and focuses it where the keyboard brought us there.
fn rove(node: NodeRef<html::Div>, place: Place, wants_focus: StoredValue<bool>) {
    let Some(view) = node.get_untracked() else { return };
    if let Ok(Some(old)) = view.query_selector(".cell[tabindex='0']") {
        let _ = old.set_attribute("tabindex", "-1");
    }
    let wanted = find(&view, place);
    if wanted.is_none() && wants_focus.get_value() {
        scroll_to(node, place.0);
    }
    let stop = wanted.clone().or_else(|| view.query_selector(".cell").ok().flatten());
    if let Some(stop) = stop {
        let _ = stop.set_attribute("tabindex", "0");
    }
    if let Some(cell) = wanted.filter(|_| wants_focus.get_value()) {
        wants_focus.set_value(false);
        let _ = cell.unchecked_into::<HtmlElement>().focus();
    }
}

/// Gives the focus back to the cell at `place` where drawing its row again has lost it.
fn regain(node: NodeRef<html::Div>, place: Place, inside: StoredValue<bool>) {
    let nowhere = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
    let Some(view) = node.try_get_untracked().flatten().filter(|_| nowhere) else { return };
    let wanted = find(&view, place).filter(|_| inside.try_get_value() == Some(true));
    if let Some(cell) = wanted {
        let _ = cell.unchecked_into::<HtmlElement>().focus();
    }
}

fn find(view: &Element, (row, column): Place) -> Option<Element> {
    let selector = ["[data-row='", &row.to_string(), "'][data-column='", &column.to_string(), "']"].concat();
    view.query_selector(&selector).ok().flatten()
}

fn place_of(event: &impl AsRef<Event>) -> Option<Place> {
    let target = event.as_ref().target()?.dyn_into::<Element>().ok()?;
    let cell = target.closest("[data-row]").ok()??;
    Some((cell.get_attribute("data-row")?.parse().ok()?, cell.get_attribute("data-column")?.parse().ok()?))
}
