//! One file for each screen. Pages turn clicks into commands and rows into components.
#![expect(unreachable_pub, reason = "what the component macro makes is public, whatever the component is")]

mod activity;
mod add;
mod alternative;
mod bind;
mod cell;
mod consumer;
mod describe;
mod devices;
pub mod door;
mod environment;
pub mod export;
mod generator;
mod history;
pub mod import;
mod import_file;
mod import_row;
pub mod keys;
pub mod kit;
pub mod make;
pub mod palette;
mod passkeys;
pub mod project;
pub mod projects;
pub mod rare;
mod recover;
pub mod registry;
mod remote;
mod rename;
mod restore;
mod secret;
mod settings;
mod storage;
pub mod unlock;
mod word;

pub use devices::NewDevices;
pub use door::DoorPage;
pub use export::ExportPage;
pub use import::{ImportPage, take, take_text};
pub use keys::KeyList;
pub use kit::KitPage;
pub use palette::CommandPalette;
pub use project::ProjectPage;
pub use projects::ProjectsPage;
pub use registry::{RegistryPage, TrashPage};
pub use unlock::UnlockPage;
