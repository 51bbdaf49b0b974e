//! Who did what and when.

use crate::component::{Button, Empty, Icon, MOST, Rows, Weight, each, live, loading, maybe};
use crate::handle::{Handle, use_handle};
use crate::time::{ago, full};
use desk::{ActivityRow, ActivityWindow, Command, Reply, Window};
use leptos::prelude::*;

/// The activity, newest first.
#[component]
pub fn ActivityPage() -> impl IntoView {
    let handle = use_handle();
    let found = RwSignal::new(None::<ActivityWindow>);
    let first = RwSignal::new(0_u32);
    handle.follow(
        move || Command::Activity { window: Window { start: first.get(), count: MOST } },
        move |reply| match reply {
            Reply::Activity(window) => found.set(Some(window)),
            other => handle.refuse(&other),
        },
    );
    let total = Signal::derive(move || found.read().as_ref().map_or(0, |window| window.total));
    let start = Signal::derive(move || found.read().as_ref().map_or(0, |window| window.start));
    let empty = Memo::new(move |_| found.read().as_ref().map(|window| window.total == 0));
    view! {
        <div class="page board">
            <header class="page-head"><h1>"Activity"</h1><span class="quiet-text">"Sealed on this device, without values."</span></header>
            {live(move || match empty.get() {
                None => loading(),
                Some(true) => view! { <Empty icon=Icon::Clock title="Nothing happened yet" text="Changes, reveals, copies and exports are listed here."/> }.into_any(),
                Some(false) => view! {
                    <Rows label=Signal::stored("Activity".to_owned()) role="table" total start columns=Signal::stored(3) on_window=move |start| first.set(start) head=ViewFn::from(head)>
                        {live(move || maybe(found.get(), |window| each(window.rows.into_iter().zip(window.start..), |(row, number)| row_view(handle, row, number))))}
                    </Rows>
                }.into_any(),
            })}
        </div>
    }
    .into_any()
}

fn head() -> impl IntoView {
    view! {
        <div class="row head activity-row" role="row" aria-rowindex="1">
            <span role="columnheader">"When"</span>
            <span role="columnheader">"What"</span>
            <span role="columnheader">"Device"</span>
        </div>
    }
}

fn row_view(handle: Handle, row: ActivityRow, number: u32) -> AnyView {
    let undo = row.act.map(|act| {
        view! { <Button text="Undo" weight=Weight::Quiet on_press=move |()| handle.act(Command::Undo { act }, |_| {})/> }
    });
    view! {
        <div class="row activity-row" role="row" aria-rowindex=(number + 2).to_string()>
            <span role="cell" class="quiet-text" title=full(row.time)>{ago(row.time)}</span>
            <span role="cell" class="did"><span>{row.sentence}</span>{undo}</span>
            <span role="cell" class="quiet-text">{row.device}</span>
        </div>
    }
    .into_any()
}
