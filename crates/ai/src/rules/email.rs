//! E-mail addresses: how they are written and spoken, and which is the lead's.

use leadkeep_domain::Email;

use super::{
    candidate::{Candidate, Weight},
    phone::{is_ours, is_someones},
    text::{Document, Kind, Lead, Sentence, Token, Who, tokens},
    words::{Cue, Cues},
};

/// The one e-mail address that a quote states, in lower case: `Dana@X.example`, `dana at x dot example`.
///
/// Nothing where there is none, or several that differ.
pub fn email(quote: &str) -> Option<Email> {
    let tokens = tokens(quote);
    let mut addresses = written(&tokens).into_iter().map(|(_, address)| address);
    let first = addresses.next()?;
    addresses.all(|address| address == first).then_some(first)
}

/// All addresses of these tokens, with the tokens of each.
pub(crate) fn written(tokens: &[Token<'_>]) -> Vec<(std::ops::Range<usize>, Email)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let address = if token.kind == Kind::Email {
            Email::parse(token.text.to_lowercase()).ok().map(|email| (at + 1, email))
        } else {
            spoken(tokens, at)
        };
        match address {
            Some((end, address)) => {
                found.push((at..end, address));
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// `tamsin dot everleigh at everleighwines dot example`.
fn spoken(tokens: &[Token<'_>], start: usize) -> Option<(usize, Email)> {
    let mut address = String::new();
    let mut at = start;
    let mut word_next = true;
    let (mut has_at, mut has_dot) = (false, false);
    while let Some(token) = tokens.get(at).filter(|_| at < start + 14) {
        let joint = match token.lower.as_ref() {
            "dot" | "punkt" | "point" | "punto" => Some('.'),
            "at" | "arroba" | "arobase" | "chiocciola" if !has_at => Some('@'),
            "underscore" => Some('_'),
            "dash" | "hyphen" | "minus" => Some('-'),
            _ => None,
        };
        match joint {
            Some(joint) if !word_next => {
                has_at |= joint == '@';
                has_dot |= has_at && joint == '.';
                address.push(joint);
                word_next = true;
            }
            None if word_next
                && (token.is_word() || token.kind == Kind::Number || token.kind == Kind::Site) =>
            {
                address.push_str(&token.lower);
                has_dot |= has_at && token.kind == Kind::Site;
                word_next = false;
            }
            _ => break,
        }
        at += 1;
    }
    (has_at && has_dot && !word_next).then(|| Email::parse(address).ok().map(|email| (at, email))).flatten()
}

/// The addresses under which the lead is to be reached.
pub(crate) fn addresses(document: &Document<'_>, lead: &Lead) -> Vec<Candidate<Email>> {
    let mut found = Vec::new();
    for sentence in document.sentences.iter().filter(|sentence| !sentence.asks && !sentence.elsewhere) {
        for (range, address) in written(document.slice(sentence.range.clone())) {
            let range = range.start + sentence.range.start..range.end + sentence.range.start;
            if let Some(weight) = weight(document, sentence, lead, range.start, address.as_str()) {
                let confidence = if weight == Weight::Near { 0.85 } else { 0.95 };
                let clause = sentence.clause(range.start).map_or(range.start, |clause| clause.range.start);
                found.push(Candidate { value: address, weight, confidence, evidence: clause..range.end });
            }
        }
    }
    found
}

fn weight(
    document: &Document<'_>,
    sentence: &Sentence,
    lead: &Lead,
    start: usize,
    address: &str,
) -> Option<Weight> {
    let clause = sentence.clause(start)?;
    let from = start.saturating_sub(10).max(sentence.range.start);
    let label = (from..start).rev().find(|at| document.cues(*at..at + 1).has(Cue::Mail));
    let before = document.cues(clause.range.start..start);
    let after = document.cues(start + 1..clause.range.end);
    let gone = before.has_any(Cues::of(&[Cue::Negated, Cue::Past])) && !before.has(Cue::Final)
        || after.has(Cue::Past);
    if gone
        || clause.unsure
        || !(sentence.is_of_lead(start) || is_named_by_itself(document, sentence, lead, start, address))
        || label.is_some_and(|label| is_someones(document, sentence, label))
        || sentence.may_be_of_another(&document.cues) && !is_like_name(address, lead)
    {
        return None;
    }
    let its_own = is_like_name(address, lead);
    // "Was director until 2019, reachable then under …", "got a bounce from …".
    let doubtful = sentence.cues.has_any(Cues::of(&[Cue::Past, Cue::Negated]))
        || document.slice(sentence.range.clone()).iter().any(|token| token.is_any(BOUNCED));
    let copied = document.slice(clause.range.start..start).iter().any(|token| token.is_any(&["cc", "bcc"]));
    if label.is_none() && doubtful || copied {
        return None;
    }
    if is_ours(document, sentence, start) {
        return None;
    }
    let preferred = before.has_any(Cues::of(&[Cue::Preferred, Cue::Final]));
    match (label, its_own, preferred) {
        (Some(_), true, true) => Some(Weight::Final),
        (Some(_), true, false) => Some(Weight::Stated),
        (Some(_), false, true) | (None, true, _) => Some(Weight::Near),
        _ => None,
    }
}

/// "He has a new address, nora.feld@…": the name in it says whose it is, if the sentence speaks of nobody else by name.
fn is_named_by_itself(
    document: &Document<'_>,
    sentence: &Sentence,
    lead: &Lead,
    start: usize,
    address: &str,
) -> bool {
    let others = sentence.mentions.iter().any(|mention| {
        mention.who == Who::Other
            && mention.at < start
            && !document.cues(mention.at..mention.at + 1).has(Cue::Third)
    });
    is_like_name(address, lead) && !others
}

/// What is said of addresses that do not work.
const BOUNCED: &[&str] =
    &["bounce", "bounced", "bounces", "undeliverable", "undelivered", "returned", "wrong", "dead"];

/// Whether the part before the @ is made of the lead's names or initials.
pub(crate) fn is_like_name(address: &str, lead: &Lead) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    let initials: String = lead.names().iter().filter_map(|name| name.chars().next()).collect();
    lead.names().iter().any(|name| name.chars().count() > 2 && local.contains(plain(name).as_str()))
        || (initials.len() > 1 && local == initials)
}

/// Without accents, as names are in addresses.
pub(crate) fn plain(name: &str) -> String {
    let mut plain = String::new();
    for c in name.chars() {
        match c {
            'á' | 'à' | 'â' | 'ã' | 'å' => plain.push('a'),
            'ä' | 'æ' => plain.push_str("ae"),
            'é' | 'è' | 'ê' | 'ë' => plain.push('e'),
            'í' | 'ì' | 'î' | 'ï' => plain.push('i'),
            'ó' | 'ò' | 'ô' | 'õ' => plain.push('o'),
            'ö' | 'ø' => plain.push_str("oe"),
            'ú' | 'ù' | 'û' => plain.push('u'),
            'ü' => plain.push_str("ue"),
            'ñ' => plain.push('n'),
            'ç' => plain.push('c'),
            'ß' => plain.push_str("ss"),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(quote: &str, expected: Option<&str>) {
        assert_eq!(email(quote).as_ref().map(Email::as_str), expected, "{quote}");
    }

    #[test]
    fn addresses_are_read_as_written_and_as_spoken() {
        check("new: Dana.W@Paper.example.", Some("dana.w@paper.example"));
        check("<dana@paper.example>", Some("dana@paper.example"));
        check(
            "it's tamsin dot everleigh at everleighwines dot example",
            Some("tamsin.everleigh@everleighwines.example"),
        );
        check("meet at noon", None);
        check("a@x.example, b@x.example", None);
        check("dana@paper", None);
    }
}
