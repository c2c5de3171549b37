//! Signatures of the lead, and its lines of `From`: each says one thing.

mod company;

use std::ops::Range;

use super::{
    candidate::{Candidate, Weight},
    job::{has_head, title_phrase},
    phone,
    text::{Document, Kind, Lead, Token},
    words::{Cue, is_ordinary_word},
};
use company::{Signature, domains};
use leadkeep_domain::Email;

/// What the lead's signatures and senders say, as the tokens of each.
#[derive(Debug, Default)]
pub(crate) struct Signed {
    pub(crate) names: Vec<Candidate<Range<usize>>>,
    pub(crate) titles: Vec<Candidate<Range<usize>>>,
    pub(crate) companies: Vec<Candidate<Range<usize>>>,
    pub(crate) phones: Vec<Candidate<String>>,
    pub(crate) emails: Vec<Candidate<Email>>,
    pub(crate) sites: Vec<Candidate<String>>,
}

/// Reads them.
pub(crate) fn signed(document: &Document<'_>, lead: &Lead) -> Signed {
    let mut signed = Signed::default();
    for sender in &document.senders {
        signed.sender(document, lead, sender);
    }
    for lines in &document.signatures {
        let segments: Vec<Range<usize>> = lines.iter().flat_map(|line| segments(document, line)).collect();
        let domains = domains(document, lines);
        let signature = Signature { document, lead, segments: &segments, domains: &domains };
        for (index, segment) in segments.iter().enumerate() {
            signed.segment(&signature, index, segment);
        }
    }
    signed
}

/// The parts of a line between bars, and behind the first comma of a line without numbers.
fn segments(document: &Document<'_>, line: &Range<usize>) -> Vec<Range<usize>> {
    let mut segments = Vec::new();
    let mut start = line.start;
    for at in line.clone() {
        let Some(token) = document.token(at) else { continue };
        let parts = token.is_any(&["|", "•", "·", ","])
            || (token.is_any(&["–", "—", "-", "/"])
                && token.spaced
                && document.token(at + 1).is_some_and(|next| next.spaced));
        // "Director, Strategic Sourcing" is one title.
        let within = token.is(",")
            && title_phrase(document, start, line.end, false)
                .is_some_and(|title| title.start == start && title.end > at);
        if parts && !within {
            segments.push(start..at);
            start = at + 1;
        }
    }
    segments.push(start..line.end);
    segments.retain(|segment| !segment.is_empty());
    segments
}

fn stated<T>(value: T, confidence: f64, evidence: Range<usize>) -> Candidate<T> {
    Candidate { value, weight: Weight::Stated, confidence, evidence }
}

impl Signed {
    fn sender(&mut self, document: &Document<'_>, lead: &Lead, line: &Range<usize>) {
        let start = line.start + 2;
        let address =
            (start..line.end).find(|at| document.token(*at).is_some_and(|token| token.kind == Kind::Email));
        let name = trim_name(document, start..address.unwrap_or(line.end));
        if let Some(email) = address
            .and_then(|at| Email::parse(document.token(at)?.lower.clone()).ok().map(|email| (at, email)))
        {
            let (at, email) = email;
            self.emails.push(Candidate {
                value: email,
                weight: Weight::Near,
                confidence: 0.92,
                evidence: at..at + 1,
            });
        }
        self.name(document, lead, name);
    }

    fn name(&mut self, document: &Document<'_>, lead: &Lead, name: Range<usize>) {
        let words: Vec<&Token<'_>> =
            document.slice(name.clone()).iter().filter(|token| token.is_word()).collect();
        let longer = words.len() > lead.names().len() && words.len() >= 2 && words.len() <= 4;
        let shouted = words.iter().all(|word| word.text.chars().all(|c| !c.is_lowercase()));
        let capital = words.iter().all(|word| word.is_capitalised());
        let known = lead.names().iter().all(|name| words.iter().any(|word| *name == word.lower));
        if longer && known && capital && !shouted {
            self.names.push(stated(name.clone(), 0.95, name));
        }
    }

    fn segment(&mut self, signature: &Signature<'_, '_>, index: usize, segment: &Range<usize>) {
        let (document, lead) = (signature.document, signature.lead);
        if index == 0 {
            self.name(document, lead, trim_name(document, segment.clone()));
            return;
        }
        let tokens = document.slice(segment.clone());
        for (offset, token) in tokens.iter().enumerate() {
            let at = segment.start + offset;
            match token.kind {
                Kind::Email => self.emails.extend(
                    Email::parse(token.lower.clone()).ok().map(|email| stated(email, 0.9, at..at + 1)),
                ),
                Kind::Site => self.sites.push(stated(token.text.to_owned(), 0.95, at..at + 1)),
                _ => {}
            }
        }
        self.numbers(document, segment);
        if tokens.iter().all(|token| matches!(token.kind, Kind::Word | Kind::Mark)) {
            self.job(signature, index, segment);
        }
    }

    fn numbers(&mut self, document: &Document<'_>, segment: &Range<usize>) {
        let tokens = document.slice(segment.clone());
        let mut from = 0;
        for written in phone::written(tokens) {
            let label = segment.start + from..segment.start + written.range.start;
            let cues = document.cues(label.clone());
            let short = document.slice(label).iter().any(|token| token.is_any(&["f", "fax", "telefax"]));
            from = written.range.end;
            if !(cues.has(Cue::WrongLine) || short) && (written.plain || cues.has(Cue::Phone)) {
                let range = segment.start + written.range.start..segment.start + written.range.end;
                self.phones.push(stated(written.number, 0.93, range));
            }
        }
    }

    /// A title, or the company's name.
    fn job(&mut self, signature: &Signature<'_, '_>, index: usize, segment: &Range<usize>) {
        let (document, lead) = (signature.document, signature.lead);
        let tokens = document.slice(segment.clone());
        let of_company = |segment: &Range<usize>| signature.is_company(segment);
        if has_head(tokens) && !of_company(segment) {
            if let Some(title) = title_phrase(document, segment.start, segment.end, false)
                .filter(|title| title.end == segment.end && title.start == segment.start)
            {
                self.titles.push(stated(title.clone(), 0.95, title));
            } else if index == 1 && tokens.len() <= 8 {
                self.titles.push(stated(segment.clone(), 0.85, segment.clone()));
            }
            return;
        }
        let before_company = signature.segments.get(index + 1).is_some_and(of_company);
        let short = tokens.len() <= 5
            && tokens.iter().all(Token::is_word)
            && tokens.first().is_some_and(Token::is_capitalised)
            && !tokens.iter().any(|token| is_ordinary_word(&token.lower));
        if index == 1 && before_company && short && !of_company(segment) {
            self.titles.push(stated(segment.clone(), 0.85, segment.clone()));
        } else if index >= 1 && of_company(segment) && !tokens.iter().any(|token| lead.works_at(&token.lower))
        {
            self.companies.push(stated(segment.clone(), 0.85, segment.clone()));
        }
    }
}

/// Without brackets, quotes and honorifics around a name.
fn trim_name(document: &Document<'_>, mut name: Range<usize>) -> Range<usize> {
    let dispensable = |at: usize| {
        document.token(at).is_none_or(|token| {
            !token.is_word()
                || token.is_any(&["mr", "mrs", "ms", "dr", "prof", "eng", "capt", "ing", "herr", "frau"])
        })
    };
    while name.start < name.end && dispensable(name.start) {
        name.start += 1;
    }
    while name.start < name.end && document.token(name.end - 1).is_none_or(|token| !token.is_word()) {
        name.end -= 1;
    }
    name
}
