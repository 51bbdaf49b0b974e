//! Line icons on a 16 by 16 field.

use leptos::prelude::*;

/// What an icon shows. Icons are decoration: the text beside them, or the button's label, carries the meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Put out of the way.
    Archive,
    /// Done.
    Check,
    /// Close.
    Close,
    /// Copy.
    Copy,
    /// Something is wrong.
    Danger,
    /// A device.
    Device,
    /// Download.
    Download,
    /// Change.
    Edit,
    /// Export.
    Export,
    /// Show.
    Eye,
    /// Hide.
    EyeOff,
    /// A project.
    Folder,
    /// Settings.
    Gear,
    /// Make up.
    Generate,
    /// History, activity.
    Clock,
    /// Import.
    Import,
    /// Something to know.
    Info,
    /// A secret, the registry.
    Key,
    /// Goes elsewhere.
    Link,
    /// Locked, lock.
    Lock,
    /// The product.
    Logo,
    /// More actions.
    More,
    /// Add.
    Plus,
    /// Print.
    Print,
    /// Look for a code.
    Scan,
    /// Search.
    Search,
    /// Delete.
    Trash,
    /// Take back.
    Undo,
    /// Earlier in an order.
    Up,
    /// Take care.
    Warning,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Archive => "M2.5 3h11v3h-11zM3.5 6v7h9V6M6.5 8.8h3",
            Self::Check => "M3 8.5 6.5 12 13 4.5",
            Self::Close => "M4 4l8 8M12 4l-8 8",
            Self::Copy => "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
            Self::Danger => "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2ZM8 5v3.5M8 11v.1",
            Self::Device => "M2.5 3.5h11v7h-11zM5.5 13.5h5M8 10.5v3",
            Self::Download => "M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11",
            Self::Edit => "M10.5 3 13 5.5 5.5 13H3v-2.5zM9 4.5 11.5 7",
            Self::Export => "M8 10V2.5M5 5l3-3 3 3M2.5 9v4.5h11V9",
            Self::Eye => {
                "M1.5 8C3 5 5.3 3.5 8 3.5S13 5 14.5 8C13 11 10.7 12.5 8 12.5S3 11 1.5 8ZM8 6a2 2 0 1 1 0 4 2 2 0 0 1 0-4Z"
            }
            Self::EyeOff => {
                "M2 2l12 12M6.3 3.8A6 6 0 0 1 8 3.5c2.7 0 5 1.5 6.5 4.5a9 9 0 0 1-2 2.7M4.3 4.7A8.5 8.5 0 0 0 1.5 8C3 11 5.3 12.5 8 12.5c1.2 0 2.3-.3 3.3-.9"
            }
            Self::Folder => "M2 4h4l1.5 1.5H14v7.5H2z",
            Self::Gear => "M2.5 5h6M11.5 5h2M10 3.5v3M2.5 11h2M7.5 11h6M6 9.5v3",
            Self::Generate => {
                "M2.5 5.5C4 3 6 2.5 8 2.5c2.2 0 4 1 5 3M13.5 2.5v3h-3M13.5 10.5c-1.5 2.5-3.5 3-5.5 3-2.2 0-4-1-5-3M2.5 13.5v-3h3"
            }
            Self::Clock => "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2ZM8 4.8V8l2.3 1.5",
            Self::Import => "M8 2.5V10M5 7.5l3 3 3-3M2.5 9v4.5h11V9",
            Self::Info => "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2ZM8 7.5V11M8 5v.1",
            Self::Key => {
                "M5.5 7.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM7.7 8.3 13.5 2.5M10.5 5.5l2 2M12.2 3.8l1.5 1.5"
            }
            Self::Link => "M6.5 3H3v10h10V9.5M9 2.5h4.5V7M13.2 2.8 7.5 8.5",
            Self::Lock => "M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2",
            Self::Logo => "M8 1.8 14.2 8 8 14.2 1.8 8ZM8 6 10 8 8 10 6 8Z",
            Self::More => {
                "M3 7.5a.5.5 0 1 1 0 1 .5.5 0 0 1 0-1ZM8 7.5a.5.5 0 1 1 0 1 .5.5 0 0 1 0-1ZM13 7.5a.5.5 0 1 1 0 1 .5.5 0 0 1 0-1Z"
            }
            Self::Plus => "M8 3v10M3 8h10",
            Self::Print => "M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4h-7z",
            Self::Scan => {
                "M2.5 5.5v-3h3M10.5 2.5h3v3M13.5 10.5v3h-3M5.5 13.5h-3v-3M5.5 5.5h2v2h-2zM8.5 8.5h2v2h-2z"
            }
            Self::Search => "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM10.3 10.3l3.2 3.2",
            Self::Trash => "M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9M6.7 7v4M9.3 7v4",
            Self::Undo => "M5.5 3 2.5 6l3 3M2.5 6H9a4 4 0 0 1 0 8H6.5",
            Self::Up => "M8 13V3.5M4 7.5l4-4 4 4",
            Self::Warning => "M8 2.5 14.2 13.5H1.8ZM8 6.5v3M8 11.5v.1",
        }
    }
}

/// Draws an icon in the colour of the text around it.
#[component]
pub fn Glyph(
    /// What it shows.
    icon: Icon,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d=icon.path()></path>
        </svg>
    }
}
