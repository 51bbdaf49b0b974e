//! What is handed across between a view and the core.
//!
//! A view sends a [`Request`] and gets a [`Reply`]; the core announces what changed by [`Event`]s. The core in turn asks the
//! engine of files by a [`FileRequest`], and that of codes by a [`CodeRequest`]. All are closed enums, encoded by [`codec`]. Rows are what a screen shows and no
//! more: about sixty at a time, and no value among them until one is asked for by [`Command::Reveal`].
//!
//! # In scope
//! Shapes, their encoding, and [`text`]: every sentence a person reads.
//!
//! # Out of scope
//! Keys, the vault, storage, the DOM: this crate knows none of them.
#![forbid(unsafe_code)]

mod capture;
pub mod codec;
mod command;
mod device;
mod edit;
mod event;
mod export;
mod file;
mod fill;
mod grid;
mod hidden;
mod id;
mod import;
mod link;
pub mod origin;
mod picture;
mod project;
mod refusal;
mod registry;
mod reply;
mod secret;
mod settings;
pub mod text;

pub use capture::{CapturePlan, CaptureRow, Captured, PageText};
pub use command::{BackupKey, Command, Request, Window};
pub use device::{DeviceRow, Revoked};
pub use edit::{Details, Edit};
pub use event::Event;
pub use export::{ExportLine, ExportText, LensRow, Unwritable};
pub use file::{FilePair, FileReading, FileReply, FileRequest, FileText};
pub use fill::{
    Breach, Fill, FillRow, FilledRow, Filling, PageNames, PagePlace, Plan, PlanRow, ProfileRow, Rules, Step,
    Went,
};
pub use grid::{Cell, CellState, GridFilter, GridRow, GridWindow};
pub use hidden::Hidden;
pub use id::{Id, Moment};
pub use import::{
    ExistingRule, ImportChoice, ImportCounts, ImportFile, ImportPreview, ImportRow, ImportTarget, Outcome,
    SourceFile,
};
pub use link::{Link, Standing};
pub use picture::{CodeReply, CodeRequest, Drawing, Picture};
pub use project::{EnvironmentColumn, Kind, ProjectRow};
pub use refusal::{Field, Problem, Refusal};
pub use registry::{FoundRow, FoundWindow, RegistryFilter, RegistryRow, RegistryWindow};
pub use reply::{Changed, Kit, Reply, Setup, Status, Together};
pub use secret::{Alternative, Card, Class, Comparison, Expiry, Generator, Strength, Use, Version, Written};
pub use settings::{ActivityRow, ActivityWindow, Settings, Theme};
