//! The views: clicks into commands, snapshots into pixels.
//!
//! # In scope
//! Components, pages, routes, keys, and what only a page can do: clipboard, downloads, passkeys, the idle clock.
//!
//! # Out of scope
//! Keys, the vault, storage, rules: everything is decided behind [`client`].

mod beside;
mod camera;
pub mod client;
pub mod clipboard;
pub mod component;
pub mod file;
pub mod handle;
pub mod home;
pub mod idle;
pub mod keyboard;
pub mod link;
mod object;
pub mod page;
pub mod passkey;
pub mod route;
pub mod screen;
pub mod shared;
pub mod shell;
pub mod shown;
pub mod state;
pub mod time;
pub mod update;

use leptos::prelude::mount_to_body;
use wasm_bindgen::prelude::wasm_bindgen;

/// Mounts the app. The page's boot script calls it by starting the module.
#[wasm_bindgen(start)]
pub fn start() {
    mount_to_body(shell::App);
}
