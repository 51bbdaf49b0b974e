//! The page that the panel stands beside. The browser's half is `extension/tab.js`.

use crate::handle::Handle;
use crate::home::Home;
use crate::object::{call, field, object, settled, texts};
use crate::route::Route;
use desk::{FillRow, Hidden, PageNames, PagePlace, PageText, ProfileRow, Rules};
use js_sys::Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// A page as it was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    /// The number of the look: what goes into the page goes by what this one showed.
    pub(crate) look: u32,
    /// Which document it is: another one, also at the same address, has another id.
    pub(crate) document: String,
    /// Where it is written down to be.
    pub(crate) place: PagePlace,
    /// What its address says that it is for.
    pub(crate) called: PageNames,
    /// The provider's name, where one is known.
    pub(crate) provider: Option<String>,
    /// Whether its profile is the person's own.
    pub(crate) own: bool,
    /// Whether it is open to us also after it was left for another page of its site.
    pub(crate) stays: bool,
    /// The path of its address.
    pub(crate) path: String,
    /// The field that has the cursor.
    pub(crate) focused: Option<Focused>,
    /// The form of the provider's profile.
    pub(crate) form: Option<Form>,
    /// The variables that it shows; none where it shows none.
    pub(crate) names: Option<Vec<String>>,
    /// The names in a box that takes all of it, where it has text already.
    pub(crate) held: Option<Vec<String>>,
    /// What the provider takes.
    pub(crate) rules: Rules,
}

/// The field that has the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Focused {
    pub(crate) label: String,
    /// Its name in the page's own text.
    pub(crate) name: String,
    /// Whether it is a button.
    pub(crate) button: bool,
    /// Whether there is text in it.
    pub(crate) filled: bool,
    /// Why it would not be filled.
    pub(crate) refused: Option<String>,
}

/// How a provider's form takes values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) kind: Kind,
    /// Why it was not found for certain.
    pub(crate) refused: Option<String>,
    /// Who reads the text of a box that takes all, as an export knows it.
    pub(crate) dialect: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A box that takes all of it.
    Bulk,
    /// Rows of a name and a value.
    Rows,
    /// One name and one value.
    Single,
}

impl Kind {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Bulk, "bulk"), (Self::Rows, "rows"), (Self::Single, "single")];

    const fn name(self) -> &'static str {
        match self {
            Self::Bulk => "bulk",
            Self::Rows => "rows",
            Self::Single => "single",
        }
    }
}

/// Why there is no page to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Closed {
    /// The code.
    pub(crate) code: String,
    /// The site whose form was in this tab before.
    pub(crate) origin: Option<String>,
}

/// A part of a form that a person points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The field of the name.
    Name,
    /// The field of the value.
    Value,
    /// The box that takes a whole file.
    Text,
    /// The button that makes another row.
    Grow,
}

impl Part {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::Name, Self::Value, Self::Text, Self::Grow];

    const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Value => "value",
            Self::Text => "text",
            Self::Grow => "grow",
        }
    }
}

/// Into what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Into {
    /// The field that has the cursor.
    Focused,
    /// The provider's form.
    Form(Kind),
}

/// What became of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The field was read back and holds the value.
    Filled,
    /// The page made something else of it.
    Changed,
    /// Nothing was written: the code of `extension/page.js`.
    Refused(String),
}

impl Page {
    /// Its host, as the address has it.
    pub(crate) fn host(&self) -> &str {
        host(&self.place.origin)
    }
}

/// The host of an origin, with its port where it has one.
pub(crate) fn host(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, host)| host)
}

/// As much of a place as the vault writes down; the names of a deep path may be more.
fn cut(mut place: String) -> String {
    const MOST: usize = 256;
    place.truncate(place.floor_char_boundary(MOST));
    place
}

/// Looks at the page, which may be one of the person's own profiles.
pub(crate) async fn look(own: &[ProfileRow]) -> Result<Page, Closed> {
    let row = |it: &ProfileRow| {
        let id = it.id.to_string().into();
        object(&[("id", &id), ("name", &it.name.as_str().into()), ("text", &it.text.as_str().into())])
    };
    let own: Array = own.iter().map(row).collect();
    let closed = |code: String, origin| Closed { code, origin };
    let seen = ask("look", &[&own]).await.ok_or_else(|| closed("denied".to_owned(), None))?;
    if let Some(code) = text(&seen, "closed") {
        return Err(closed(code, text(&seen, "origin")));
    }
    let of = |name| text(&seen, name).unwrap_or_default();
    let list = |name| field(&seen, name).map(|list| texts(&list)).unwrap_or_default();
    let names = list("names");
    Ok(Page {
        look: count(&seen, "look").unwrap_or_default(),
        document: of("document"),
        place: PagePlace {
            origin: of("origin"),
            provider: of("provider"),
            place: cut(list("place").join(" / ")),
        },
        called: PageNames { project: text(&seen, "project"), environment: text(&seen, "environment") },
        provider: text(&seen, "providerName"),
        own: is(&seen, "own"),
        stays: is(&seen, "stays"),
        path: of("path"),
        focused: field(&seen, "focused").map(|it| Focused {
            label: text(&it, "label").unwrap_or_default(),
            name: text(&it, "name").unwrap_or_default(),
            button: text(&it, "kind").is_some_and(|kind| kind == "button"),
            filled: is(&it, "filled"),
            refused: text(&it, "refused"),
        }),
        form: field(&seen, "form").and_then(|it| form(&it, text(&seen, "dialect"))),
        names: (!names.is_empty()).then_some(names),
        held: field(&seen, "held").map(|list| texts(&list)),
        rules: field(&seen, "rules").map(|it| rules(&it)).unwrap_or_default(),
    })
}

fn form(it: &JsValue, dialect: Option<String>) -> Option<Form> {
    let name = text(it, "kind")?;
    let (kind, _) = Kind::ALL.into_iter().find(|(_, known)| *known == name)?;
    let dialect = dialect.unwrap_or_else(|| "node".to_owned());
    Some(Form { kind, refused: text(it, "refused"), dialect })
}

fn rules(it: &JsValue) -> Rules {
    Rules {
        pattern: text(it, "name"),
        reserved: field(it, "reserved").map(|list| texts(&list)).unwrap_or_default(),
        longest_name: count(it, "longest"),
        longest_value: count(it, "bytes"),
        total: count(it, "total"),
        most: count(it, "count"),
    }
}

/// Fills what that look showed, if it is still there; the code that says why nothing was. Nothing else of the rows goes there than
/// their names and values.
pub(crate) async fn fill(
    look: u32,
    into: Into,
    rows: &[FillRow],
    replace: bool,
) -> Result<Vec<Outcome>, String> {
    let how = match into {
        Into::Focused => "focused",
        Into::Form(kind) => kind.name(),
    };
    let entry =
        |row: &FillRow| object(&[("name", &row.name.as_str().into()), ("value", &row.value.expose().into())]);
    let entries: Array = rows.iter().map(entry).collect();
    let told = ask("fill", &[&look.into(), &how.into(), &entries, &replace.into()]).await.ok_or("denied")?;
    if let Some(code) = text(&told, "refused") {
        return Err(code);
    }
    let entries = field(&told, "entries").and_then(|list| list.dyn_into::<Array>().ok()).ok_or("denied")?;
    Ok(entries.iter().map(|entry| outcome(&entry)).collect())
}

fn outcome(entry: &JsValue) -> Outcome {
    match text(entry, "outcome").as_deref() {
        Some("filled") => Outcome::Filled,
        Some("changed") => Outcome::Changed,
        _ => Outcome::Refused(text(entry, "code").unwrap_or_default()),
    }
}

/// What a page shows, to look for keys in.
#[derive(Debug)]
pub(crate) struct Shown {
    /// Of the dialog that is open in it.
    pub(crate) dialog: PageText,
    /// Of all of it.
    pub(crate) text: PageText,
    /// Whether there was more.
    pub(crate) cut: bool,
}

/// The text of what that look showed, if it is still there; the code that says why not.
pub(crate) async fn shown(look: u32) -> Result<Shown, String> {
    let told = ask("text", &[&look.into()]).await.ok_or("denied")?;
    if let Some(code) = text(&told, "refused") {
        return Err(code);
    }
    let part = |name| {
        let it = field(&told, name).unwrap_or_default();
        let hidden = |name| {
            let list = field(&it, name).map(|list| texts(&list)).unwrap_or_default();
            list.into_iter().map(Hidden::new).collect()
        };
        PageText { fields: hidden("fields"), texts: hidden("texts") }
    };
    Ok(Shown { dialog: part("dialog"), text: part("text"), cut: is(&told, "cut") })
}

/// What a person asked for in the menu of the page beside the panel, or by the key.
#[derive(Debug)]
pub(crate) enum Asked {
    /// To capture a key from it.
    Capture,
    /// To keep what is selected in it: the page's origin, and the text.
    Selection(String, Hidden),
}

/// What was asked for and waits, once.
pub(crate) async fn asked() -> Option<Asked> {
    let asked = ask("asked", &[]).await?;
    match text(&asked, "what")?.as_str() {
        "capture" => Some(Asked::Capture),
        "selection" => Some(Asked::Selection(
            text(&asked, "origin")?,
            Hidden::new(text(&asked, "text").unwrap_or_default()),
        )),
        _ => None,
    }
}

/// Takes the field, or the button, that has the cursor for a part of a form: its label, or the code that says why not.
pub(crate) async fn point(look: u32, part: Part) -> Result<String, String> {
    told("point", &[&look.into(), &part.name().into()], "label").await
}

/// What the fields that were pointed at make, tried in the page; the code that says why nothing.
pub(crate) async fn made(look: u32) -> Result<Kind, String> {
    let made = told("made", &[&look.into()], "kind").await?;
    Kind::ALL
        .into_iter()
        .find(|(_, name)| *name == made)
        .map(|(kind, _)| kind)
        .ok_or_else(|| "denied".to_owned())
}

/// The profile of what was pointed at, for these paths; the code that says why there is none.
pub(crate) async fn profile(look: u32, path: &str, dialect: &str) -> Result<String, String> {
    told("profile", &[&look.into(), &path.into(), &dialect.into()], "text").await
}

/// Forgets what was pointed at.
pub(crate) fn forget() {
    spawn_local(async {
        ask("forget", &[]).await;
    });
}

/// Asks the browser for one site's pages, as it does in a click's own turn alone; `then` hears whether the person said so.
pub(crate) fn stay(origin: &str, then: impl FnOnce(bool) + 'static) {
    let asked = field(&window(), "tacitTab").and_then(|tab| call(&tab, "stay", &[&origin.into()]).ok());
    spawn_local(async move {
        let Some(asked) = asked else { return then(false) };
        then(settled(asked).await.is_ok_and(|it| it.is_truthy()));
    });
}

/// A text of what a function of the browser's half says; the code that it says in its place.
async fn told(function: &str, arguments: &[&JsValue], name: &str) -> Result<String, String> {
    let told = ask(function, arguments).await.ok_or("denied")?;
    match text(&told, "refused") {
        Some(code) => Err(code),
        None => text(&told, name).ok_or_else(|| "denied".to_owned()),
    }
}

/// Goes to the page's view where the panel is opened beside a page, and whenever the button is pressed for another.
pub(crate) fn begin(handle: Handle) {
    if Home::here() != Home::Panel {
        return;
    }
    spawn_local(async move {
        if ask("isPressed", &[]).await.is_some_and(|it| it.is_truthy()) {
            Route::Page.go();
        }
    });
    when_other(move |is_pressed| {
        if is_pressed && handle.route.get_untracked() != Route::Page {
            Route::Page.go();
        }
        handle.besides.update(|times| *times = times.wrapping_add(1));
    });
}

fn when_other(then: impl Fn(bool) + 'static) {
    let heard = Closure::<dyn Fn(bool)>::new(then);
    if let Some(tab) = field(&window(), "tacitTab") {
        // A browser that tells nothing leaves the button that looks again.
        drop(call(&tab, "whenOther", &[heard.as_ref().unchecked_ref()]));
    }
    // Lives as long as the page.
    heard.forget();
}

/// What a function of the browser's half comes to; `None` where it fails or has nothing to say.
async fn ask(function: &str, arguments: &[&JsValue]) -> Option<JsValue> {
    let asked = call(&field(&window(), "tacitTab")?, function, arguments).ok()?;
    settled(asked).await.ok()
}

fn text(object: &JsValue, name: &str) -> Option<String> {
    field(object, name)?.as_string()
}

fn is(object: &JsValue, name: &str) -> bool {
    field(object, name).is_some_and(|it| it.is_truthy())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
fn count(object: &JsValue, name: &str) -> Option<u32> {
    Some(field(object, name)?.as_f64()? as u32)
}
