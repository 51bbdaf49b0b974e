//! Small marks and quiet places: badges, notes, empty states, progress, strength.

use super::icon::{Glyph, Icon};
use leptos::prelude::*;

/// The four meanings a colour may have, and none. A word or a sign always stands beside the colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Meaning {
    /// None.
    #[default]
    Plain,
    /// The product's own accent.
    Accent,
    /// All is well.
    Ok,
    /// To know.
    Notice,
    /// To take care of.
    Warning,
    /// Wrong, or destroys something.
    Danger,
    /// Production.
    Prod,
}

impl Meaning {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Accent => "accent",
            Self::Ok => "ok",
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Danger => "danger",
            Self::Prod => "prod",
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Ok => Icon::Check,
            Self::Warning => Icon::Warning,
            Self::Danger | Self::Prod => Icon::Danger,
            Self::Plain | Self::Accent | Self::Notice => Icon::Info,
        }
    }
}

/// A word in a frame.
#[component]
pub fn Badge(
    /// The word.
    #[prop(into)]
    text: String,
    /// What its colour means.
    #[prop(optional)]
    meaning: Meaning,
) -> impl IntoView {
    view! { <span class=["badge ", meaning.class()].concat()>{text}</span> }.into_any()
}

/// A sentence that stands out from the page.
#[component]
pub fn Note(
    /// What its colour means.
    meaning: Meaning,
    /// The sentence.
    children: Children,
) -> impl IntoView {
    view! {
        <div class=["note ", meaning.class()].concat()>
            <Glyph icon=meaning.icon()/>
            <div>{children()}</div>
        </div>
    }
    .into_any()
}

/// What is shown where nothing is yet, and what to do about it.
#[component]
pub fn Empty(
    /// A picture for it.
    icon: Icon,
    /// What is not there.
    #[prop(into)]
    title: String,
    /// How to change that.
    #[prop(into)]
    text: String,
    /// The buttons that do.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Glyph icon/>
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
    .into_any()
}

/// What stands where rows are on their way.
pub fn loading() -> AnyView {
    view! { <p class="quiet-text" role="status">"Opening…"</p> }.into_any()
}

/// Long work: how much is done of how much.
#[component]
pub fn Progress(
    /// What goes on.
    #[prop(into)]
    label: Signal<String>,
    /// Done, of how much. Of zero means that nobody knows.
    #[prop(into)]
    done: Signal<(u32, u32)>,
) -> impl IntoView {
    let value = move || Some(done.get()).filter(|(_, of)| *of > 0).map(|(done, _)| done.to_string());
    view! {
        <div class="progress" role="status">
            <p>{label}</p>
            <progress aria-label=label max=move || done.get().1.max(1).to_string() value=value></progress>
        </div>
    }
    .into_any()
}

/// How strong a passphrase is: a word, four bars, and what would help.
#[component]
pub fn StrengthMeter(
    /// From 0 to 4, with advice; `None` until something was typed.
    #[prop(into)]
    strength: Signal<Option<(u8, String)>>,
) -> impl IntoView {
    const WORDS: [&str; 5] = ["Gone in a moment", "Weak", "Fair", "Good", "Strong"];
    const CLASSES: [&str; 5] =
        ["strength score-0", "strength score-1", "strength score-2", "strength score-3", "strength score-4"];
    let pick = |list: [&'static str; 5], score: u8| list.get(usize::from(score)).copied().unwrap_or(list[4]);
    let class =
        move || strength.with(|strength| pick(CLASSES, strength.as_ref().map_or(0, |(score, _)| *score)));
    let words =
        move || strength.with(|strength| strength.as_ref().map_or("", |(score, _)| pick(WORDS, *score)));
    let advice = move || strength.get().map(|(_, advice)| advice).unwrap_or_default();
    view! {
        <div class=class>
            <div class="bars" aria-hidden="true"><span></span><span></span><span></span><span></span></div>
            <p class="hint" role="status"><strong>{words}</strong>" "{advice}</p>
        </div>
    }
    .into_any()
}
