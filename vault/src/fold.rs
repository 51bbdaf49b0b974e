//! Case and Latin accents folded away, so that `cafe` finds `Café`.

/// `text` in lower case, without the accents of Latin-1 and Latin Extended-A, and with every control character as a
/// space. A table of our own: the full Unicode ones would weigh more than the rest of the search.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// Appends the folded form of `text`.
pub(crate) fn fold_into(text: &str, to: &mut String) {
    for letter in text.chars() {
        match letter {
            _ if letter.is_ascii_control() => to.push(' '),
            _ if letter.is_ascii() => to.push(letter.to_ascii_lowercase()),
            '\u{300}'..='\u{36f}' => {}
            _ => fold_wide(letter, to),
        }
    }
}

fn fold_wide(letter: char, to: &mut String) {
    match letter {
        'Æ' | 'æ' => to.push_str("ae"),
        'Œ' | 'œ' => to.push_str("oe"),
        'ß' | 'ẞ' => to.push_str("ss"),
        'Þ' | 'þ' => to.push_str("th"),
        'Ĳ' | 'ĳ' => to.push_str("ij"),
        _ => match base(letter) {
            Some(base) => to.push(base),
            None => to.extend(letter.to_lowercase()),
        },
    }
}

/// The letter under the accent. The ranges are the runs of the two Unicode blocks.
const fn base(letter: char) -> Option<char> {
    Some(match letter {
        'À'..='Å' | 'à'..='å' | 'Ā'..='ą' => 'a',
        'Ç' | 'ç' | 'Ć'..='č' => 'c',
        'Ð' | 'ð' | 'Ď'..='đ' => 'd',
        'È'..='Ë' | 'è'..='ë' | 'Ē'..='ě' => 'e',
        'Ĝ'..='ģ' => 'g',
        'Ĥ'..='ħ' => 'h',
        'Ì'..='Ï' | 'ì'..='ï' | 'Ĩ'..='ı' => 'i',
        'Ĵ'..='ĵ' => 'j',
        'Ķ'..='ĸ' => 'k',
        'Ĺ'..='ł' => 'l',
        'Ñ' | 'ñ' | 'Ń'..='ŋ' => 'n',
        'Ò'..='Ö' | 'Ø' | 'ò'..='ö' | 'ø' | 'Ō'..='ő' => 'o',
        'Ŕ'..='ř' => 'r',
        'Ś'..='š' | 'ſ' => 's',
        'Ţ'..='ŧ' => 't',
        'Ù'..='Ü' | 'ù'..='ü' | 'Ũ'..='ų' => 'u',
        'Ŵ'..='ŵ' => 'w',
        'Ý' | 'ý' | 'ÿ' | 'Ŷ'..='Ÿ' => 'y',
        'Ź'..='ž' => 'z',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_go() {
        for (text, folded) in [
            ("Café", "cafe"),
            ("ÅNGSTRÖM", "angstrom"),
            ("Łódź", "lodz"),
            ("STRAßE", "strasse"),
            ("İstanbul ğ", "istanbul g"),
            ("e\u{301}", "e"),
            ("ЖЁ", "жё"),
            ("日本", "日本"),
            ("a\tb\0", "a b "),
            ("×÷", "×÷"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for letter in (0..0x250).filter_map(char::from_u32) {
            let once = fold(&letter.to_string());
            assert_eq!(fold(&once), once, "{letter}");
        }
    }
}
