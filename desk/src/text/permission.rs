//! What the browser extension may do, and what for.

/// What a permission of the manifest is for; `None` of one that nobody explained, which is then said.
pub fn purpose(permission: &str) -> Option<&'static str> {
    Some(match permission {
        "activeTab" => {
            "Reads and fills the one page on which you pressed Tacit's button, its keys or a line of its menu, until that tab goes elsewhere."
        }
        "alarms" => "Locks the vault when nobody touched it for as long as the settings say.",
        "contextMenus" => {
            "Adds lines to the menu that a right click opens: to fill a field, to capture a key, to save what is selected."
        }
        "idle" => "Locks the vault when the screen is locked.",
        "scripting" => {
            "Finds the fields of that page and puts the values in that you chose, or reads its text for the key that you capture. Nothing of Tacit stays in the page."
        }
        "sidePanel" => "Shows Tacit beside the page.",
        "storage" => {
            "Lets one unlock serve all of Tacit's pages, in memory that ends with the browser, and keeps whether the button opens a popup."
        }
        _ => return None,
    })
}

/// A permission that is not explained.
pub const UNEXPLAINED: &str = "Tacit does not say what it needs this for. Please report it.";

/// The origins that a person granted for longer than one page.
pub const GRANTED: &str =
    "Sites that you let Tacit work on without a press of its button each time. Each can be given back.";

/// No form was taught.
pub const NONE_TAUGHT: &str =
    "None yet. Beside a page whose form Tacit does not know, choose Teach Tacit this form.";

/// Forms were taught.
pub const TAUGHT: &str = "Tacit fills these by your own pointing. They are sealed in the vault, and your other devices have them too.";

/// A form that this release cannot read.
pub const UNREADABLE: &str = "written by another release, not used here";

/// There are none.
pub const NONE_GRANTED: &str =
    "Tacit may work on no site by itself: it sees a page when you press its button there.";
