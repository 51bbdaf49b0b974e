//! How the vault and its relay stand, in a word and in sentences. To be without a network is as good as to have one.

use super::{Sentence, refusal, say};
use crate::{DeviceRow, Link, Moment, Refusal, Standing};

/// What kind of a state it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Everything is where it should be.
    Calm,
    /// It is looked.
    Busy,
    /// Something will go by itself when it can.
    Waiting,
    /// A person should do something, now or later.
    Notice,
    /// Nothing is exchanged until a person does something.
    Stopped,
}

/// What is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Of what kind it is.
    pub mood: Mood,
    /// In a word or two, and how much waits.
    pub word: String,
    /// In full.
    pub sentence: Sentence,
}

/// The word for a vault that is at no relay.
pub const UNCONNECTED: &str = "on this device only";

/// A copy of this device wrote as this device.
pub const COPIED: (&str, &str) = (
    "A copy of this browser's profile is in use, or it was put back from an older one: the relay has changes that were made as this device, and not here.",
    "Nothing is lost. Where both go on, delete the vault in one of them and open it there again with the setup code, so that each is a device of its own. If you made no copy, revoke this device from another one.",
);

/// There is no kit that recovers the vault.
pub const LACKS_KIT: (&str, &str) = (
    "No recovery kit that you have is valid any more: a new one was made, and nobody said here that they have it.",
    "Make a new kit now.",
);

/// A change of the credential came to nothing.
pub const DROPPED: (&str, &str) = (
    "A change of your passphrase, kit or devices did not come about: the relay did not take it.",
    "Everything opens as it did before it. Do it again if you still want it.",
);

/// The account has another passphrase.
pub const REFUSED: (&str, &str) = (
    "Your account at the relay has another passphrase than this device.",
    "If it was changed on another device, type that one wherever this device asks for it, and it opens with it from then on. If a recovery was cut short, or that passphrase is lost, make a new kit with the recovery key that you have.",
);

/// The account is gone from the relay.
pub const ERASED: &str = "Whoever runs the relay may have erased the account. What is here stays, and can be connected again, ten minutes after it at the earliest.";

/// It went well again after it did not.
pub const BACK: &str = "Synced again.";

/// What is added where a credential waits for its answer.
const UNANSWERED: &str = " One of them is a new passphrase, kit or set of devices: until the relay answers, a new passphrase and the old one both open this device.";

/// How they stand; `time` writes a point in time.
pub fn said(standing: &Standing, link: &Link, time: impl Fn(Moment) -> String) -> Said {
    let waiting = standing.waiting;
    let waits = |waiting| waits(waiting) + if standing.pending { UNANSWERED } else { "" };
    let go_on = "Go on working; what you change is kept here and sent when it can be.";
    let last = standing.together.map_or_else(String::new, |at| format!(" Last synced {}.", time(at)));
    if let Some(since) = standing.apart {
        let what = format!(
            "Since {} the relay's log is not the one it was: it has other changes in place of some that it had acknowledged. \
             Nothing is exchanged with it. {}{last}",
            time(since),
            waits(waiting)
        );
        let todo = "Everything here can be read and changed as before. Ask whoever runs the relay what happened; below is what you can do.";
        return Said {
            mood: Mood::Stopped,
            word: with_count("in quarantine", waiting),
            sentence: say(what, todo),
        };
    }
    let (mood, word, sentence) = match link {
        Link::Asking => (Mood::Busy, "syncing", say("Looking for what is new…", "")),
        Link::Together { .. } if waiting > 0 => (Mood::Waiting, "", say(waits(waiting), "")),
        Link::Together { at } => {
            (Mood::Calm, "synced", say(format!("Everything is synced. Last looked {}.", time(*at)), ""))
        }
        Link::Offline { since } => {
            let what =
                format!("This device has been offline since {}. {}{last}", time(*since), waits(waiting));
            (Mood::Waiting, "offline", say(what, go_on))
        }
        Link::Unreachable { since } => {
            let what = format!("The relay has not answered since {}. {}{last}", time(*since), waits(waiting));
            (Mood::Waiting, "relay unreachable", say(what, go_on))
        }
        Link::Trouble(Refusal::RelayLimited { until }) => {
            let what = format!("The relay takes no more until {}. {}{last}", time(*until), waits(waiting));
            (Mood::Waiting, "relay is busy", say(what, go_on))
        }
        Link::Trouble(reason) => {
            let (mood, word) = trouble(reason);
            let Sentence { what, todo } = refusal(reason);
            (mood, word, say(format!("{what} {}{last}", waits(waiting)), todo))
        }
    };
    Said { mood, word: with_count(word, waiting), sentence }
}

/// For so long nothing may be heard of the account's other devices before it is said: eight days, in milliseconds.
const SILENCE: u64 = 8 * 24 * 3_600_000;

/// Since when nothing was heard of any other device, where that is long ago. Nothing else tells of a relay that keeps from this
/// device what the others wrote.
pub fn silence(devices: &[DeviceRow], now: Moment) -> Option<Moment> {
    let others = devices.iter().filter(|device| !device.own && !device.revoked);
    let last = others.filter_map(|device| device.seen.max(device.added)).max()?;
    (now.0.saturating_sub(last.0) >= SILENCE).then_some(last)
}

/// That nothing was.
pub fn silent(since: &str) -> Sentence {
    say(
        format!("Nothing has been heard of your other devices since {since}."),
        "If you used one, compare what it shows with this one: a relay can keep from a device what others wrote, and nothing else would tell.",
    )
}

/// What is announced to those who do not see it; empty where there is nothing to announce, as while it is looked.
pub fn announced(link: &Link) -> String {
    match link {
        Link::Asking | Link::Together { .. } => String::new(),
        Link::Offline { .. } => "This device is offline.".to_owned(),
        Link::Unreachable { .. } => "The relay does not answer.".to_owned(),
        Link::Trouble(reason) => refusal(reason).what,
    }
}

const fn trouble(reason: &Refusal) -> (Mood, &'static str) {
    match reason {
        Refusal::NeedsUpdate | Refusal::NewerVersion => (Mood::Notice, "needs update"),
        Refusal::RelayClock => (Mood::Notice, "clock is wrong"),
        Refusal::StorageFull => (Mood::Notice, "storage is full"),
        Refusal::RelayFull => (Mood::Notice, "relay is full"),
        Refusal::RelayApart => (Mood::Stopped, "relay went back"),
        Refusal::DeviceUnknown => (Mood::Stopped, "relay knows not this device"),
        Refusal::RelayUntrue | Refusal::OtherRelay => (Mood::Stopped, "relay not trusted"),
        _ => (Mood::Notice, "not synced"),
    }
}

fn with_count(word: &str, waiting: u32) -> String {
    match (word, waiting) {
        (word, 0) => word.to_owned(),
        ("", 1) => "1 change waiting".to_owned(),
        ("", many) => format!("{many} changes waiting"),
        (word, some) => format!("{word} · {some} waiting"),
    }
}

fn waits(waiting: u32) -> String {
    match waiting {
        0 => "Nothing waits to be sent.".to_owned(),
        1 => "1 change waits to be sent.".to_owned(),
        many => format!("{many} changes wait to be sent."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing() -> Standing {
        Standing {
            origin: "https://relay.example".into(),
            waiting: 0,
            together: Some(Moment(7)),
            apart: None,
            copied: false,
            lacks_kit: false,
            pending: false,
            dropped: false,
            refused: false,
        }
    }

    fn said_of(waiting: u32, link: &Link) -> Said {
        let standing = Standing { waiting, ..standing() };
        said(&standing, link, |moment| format!("at {}", moment.0))
    }

    #[test]
    fn silence_is_that_of_the_other_devices_that_are_still_there() {
        let device = |own, revoked, seen: u64| DeviceRow {
            id: crate::Id([seen.to_le_bytes()[0]; 16]),
            name: None,
            own,
            added: Some(Moment(1)),
            seen: Some(Moment(seen)),
            revoked,
            new: false,
        };
        let (now, own) = (Moment(9 + SILENCE), device(true, false, 9 + SILENCE));
        assert_eq!(silence(std::slice::from_ref(&own), now), None);
        assert_eq!(silence(&[own.clone(), device(false, true, 2)], now), None);
        assert_eq!(silence(&[own.clone(), device(false, false, 9)], now), Some(Moment(9)));
        assert_eq!(silence(&[own.clone(), device(false, false, 9), device(false, false, 10)], now), None);
        let only_added = DeviceRow { seen: None, ..device(false, false, 0) };
        assert_eq!(silence(&[own, only_added], now), Some(Moment(1)));
    }

    #[test]
    fn synced_is_said_only_where_nothing_waits() {
        let link = Link::Together { at: Moment(5) };
        assert_eq!(said_of(0, &link).word, "synced");
        assert_eq!(
            (said_of(1, &link).word, said_of(1, &link).mood),
            ("1 change waiting".into(), Mood::Waiting)
        );
        assert!(!said_of(2, &link).sentence.what.contains("synced"));
    }

    #[test]
    fn without_a_network_it_says_since_when_how_much_waits_and_that_one_can_go_on() {
        let said = said_of(3, &Link::Offline { since: Moment(9) });
        assert_eq!((said.word.as_str(), said.mood), ("offline · 3 waiting", Mood::Waiting));
        let what = "This device has been offline since at 9. 3 changes wait to be sent. Last synced at 7.";
        assert_eq!(said.sentence.what, what);
        assert!(said.sentence.todo.starts_with("Go on working"));
    }

    #[test]
    fn a_credential_that_waits_is_said_with_what_opens_until_then() {
        let standing = Standing { pending: true, waiting: 1, ..standing() };
        let said = said(&standing, &Link::Unreachable { since: Moment(9) }, |_| "then".into());
        assert!(said.sentence.what.contains("the old one both open this device"), "{said:?}");
        assert!(!said_of(1, &Link::Unreachable { since: Moment(9) }).sentence.what.contains("both open"));
    }

    #[test]
    fn a_quarantine_is_said_whatever_else_is_known() {
        let standing = Standing { waiting: 2, together: None, apart: Some(Moment(4)), ..standing() };
        for link in [Link::Asking, Link::Together { at: Moment(9) }, Link::Offline { since: Moment(9) }] {
            let said = said(&standing, &link, |moment| format!("at {}", moment.0));
            assert_eq!((said.word.as_str(), said.mood), ("in quarantine · 2 waiting", Mood::Stopped));
            assert!(said.sentence.what.starts_with("Since at 4 the relay's log is not the one it was"));
        }
    }

    #[test]
    fn every_state_has_a_word_and_those_that_need_a_person_say_what_to_do() {
        let reasons = [
            Refusal::NeedsUpdate,
            Refusal::RelayClock,
            Refusal::RelayLimited { until: Moment(1) },
            Refusal::StorageFull,
            Refusal::RelayApart,
            Refusal::RelayUntrue,
            Refusal::RelayFailed,
        ];
        let mut words: Vec<String> = Vec::new();
        for reason in reasons {
            let link = Link::Trouble(reason);
            let said = said_of(0, &link);
            assert!(!said.sentence.todo.is_empty() && !announced(&link).is_empty(), "{said:?}");
            words.push(said.word);
        }
        let count = words.len();
        words.sort();
        words.dedup();
        assert_eq!(words.len(), count, "{words:?}");
    }
}
