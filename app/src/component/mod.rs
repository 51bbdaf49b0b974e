//! Building blocks: data in, callbacks out. None of them knows the vault.

pub mod button;
pub mod choice;
pub mod dialog;
pub mod drop;
pub mod field;
pub mod grid;
pub mod icon;
pub mod live;
pub mod mark;
pub mod menu;
pub mod palette;
pub mod qr;
pub mod rows;
pub mod tabs;
pub mod toast;

pub use button::{Button, IconButton, Submit, Weight};
pub use choice::{Checkbox, Radios, Select};
pub use dialog::Dialog;
pub use drop::{DropZone, dropped};
pub use field::{SearchField, SecretField, TextArea, TextField, fresh_id};
pub use grid::{CellText, Column, DataGrid, Line, Place, Wish};
pub use icon::{Glyph, Icon};
pub use live::{each, live, maybe};
pub use mark::{Badge, Empty, Meaning, Note, Progress, StrengthMeter, loading};
pub use menu::{Action, Menu};
pub use palette::{Palette, PaletteOption};
pub use qr::Qr;
pub use rows::{MOST, Rows};
pub use tabs::Tabs;
pub use toast::{Toast, ToastRegion, Toasts};
