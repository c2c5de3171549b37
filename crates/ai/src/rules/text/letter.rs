use std::ops::Range;

use super::{
    lines::Line,
    people::Lead,
    token::{Kind, Token},
};
use crate::rules::words::{Cue, Cues, HEADS, Lexicon, is_ordinary_word};

/// Who wrote a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Author {
    /// One of us, about the lead.
    Rep,
    /// The lead itself.
    Lead,
    /// Anybody else.
    Other,
}

/// What the lines of a text are.
#[derive(Debug, Default)]
pub(super) struct Letter {
    /// Lines of prose, with their authors.
    pub(super) prose: Vec<(Range<usize>, Author)>,
    /// The lead's own lines of `From`.
    pub(super) senders: Vec<Range<usize>>,
    /// The lead's signatures, line by line; the first is the name's.
    pub(super) signatures: Vec<Vec<Range<usize>>>,
    /// Where paragraphs begin.
    pub(super) paragraphs: Vec<usize>,
}

/// Tells headers, signatures and prose apart, and who wrote each line.
pub(super) fn take_apart(
    tokens: &[Token<'_>],
    cues: &[Cues],
    lines: &[Line],
    lead: &Lead,
    lexicon: &Lexicon,
) -> Letter {
    let mut reader = Reader {
        tokens,
        cues,
        lead,
        lexicon,
        authors: vec![Author::Rep],
        in_header: false,
        letter: Letter::default(),
    };
    let mut at = 0;
    while at < lines.len() {
        at += reader.line(lines.get(at..).unwrap_or_default());
    }
    reader.letter
}

struct Reader<'r, 't> {
    tokens: &'r [Token<'t>],
    cues: &'r [Cues],
    lead: &'r Lead,
    lexicon: &'r Lexicon,
    /// By depth of quotation.
    authors: Vec<Author>,
    in_header: bool,
    letter: Letter,
}

const FROM: &[&str] = &["from", "von", "de", "da", "van", "från", "fra"];
#[rustfmt::skip]
const HEADERS: &[&str] = &[
    "to", "cc", "bcc", "subject", "date", "sent", "reply-to", "an", "betreff", "datum", "gesendet", "à",
    "objet", "envoyé", "para", "asunto", "fecha", "enviado", "oggetto", "data", "inviato", "a", "aan",
    "onderwerp", "verzonden", "till", "ämne", "til", "emne", "assunto",
];
/// Words above a name that are none.
#[rustfmt::skip]
const CLOSINGS: &[&str] = &[
    "regards", "wishes", "best", "kind", "warm", "warmly", "sincerely", "cheers", "thanks", "grüße", "grüßen", "gruß", "gruss",
    "viele", "liebe", "cordialement", "cordialmente", "saludos", "saludo", "saluti", "groet", "groeten", "hilsen", "hälsningar",
    "atentamente", "salutations", "abraço",
];
/// Words that letters begin with.
#[rustfmt::skip]
pub(super) const GREETINGS: &[&str] = &[
    "hi", "hello", "hey", "dear", "hallo", "guten", "liebe", "lieber", "sehr", "bonjour", "bonsoir", "cher",
    "chère", "hola", "buenos", "buenas", "estimado", "estimada", "ciao", "buongiorno", "gentile", "olá",
    "prezado", "beste", "hei", "hej", "gentlemen", "good",
];
const DEEPEST_QUOTE: usize = 16;

impl<'t> Reader<'_, 't> {
    /// Reads a line, or a signature; answers how many lines it took.
    fn line(&mut self, lines: &[Line]) -> usize {
        let Some(line) = lines.first() else { return 1 };
        let tokens = self.of(&line.tokens);
        if line.is_blank() {
            self.in_header = false;
            self.letter.paragraphs.push(line.tokens.start);
            return 1;
        }
        let author = self.author(line.quoted);
        if let Some(from) = self.sender(tokens) {
            self.write_by(line.quoted, from);
            self.in_header = true;
            self.letter.paragraphs.push(line.tokens.start);
            if from == Author::Lead {
                self.letter.senders.push(line.tokens.clone());
            }
            return 1;
        }
        if self.is_header(tokens) {
            return 1;
        }
        if let Some(from) = self.introduces(tokens) {
            self.letter.paragraphs.push(line.tokens.start);
            self.write_by(line.quoted + 1, from);
            return 1;
        }
        self.in_header = false;
        if let Some(owner) = self.signs(lines) {
            return self.signature(lines, owner);
        }
        let (range, author) = self.speaker(&line.tokens, author);
        if author != Author::Other {
            self.letter.prose.push((range, author));
        }
        1
    }

    fn of(&self, range: &Range<usize>) -> &[Token<'t>] {
        self.tokens.get(range.clone()).unwrap_or_default()
    }

    /// Quotations without a word about their author are not ours, and perhaps not the lead's.
    fn author(&self, quoted: usize) -> Author {
        match self.authors.get(quoted.min(DEEPEST_QUOTE)) {
            Some(author) => *author,
            None => Author::Other,
        }
    }

    fn write_by(&mut self, quoted: usize, author: Author) {
        let quoted = quoted.min(DEEPEST_QUOTE);
        self.authors.truncate(quoted);
        self.authors.resize(quoted, Author::Other);
        self.authors.push(author);
    }

    /// Who a line of `From:` names.
    fn sender(&self, tokens: &[Token<'_>]) -> Option<Author> {
        let [from, colon, rest @ ..] = tokens else { return None };
        let is_from = from.is_any(FROM) && colon.is(":");
        let addressed = rest.iter().any(|token| token.kind == Kind::Email);
        let named = rest.len() <= 6 && rest.iter().all(Token::is_capitalised) && from.is_capitalised();
        (is_from && (addressed || named)).then(|| self.who(rest))
    }

    /// The lead, if its address or its name is there.
    fn who(&self, tokens: &[Token<'_>]) -> Author {
        let address = tokens.iter().find(|token| token.kind == Kind::Email);
        if address.is_some_and(|address| address.lower == self.lead.email) {
            return Author::Lead;
        }
        let names: Vec<String> = tokens
            .iter()
            .take_while(|token| token.kind != Kind::Email)
            .filter(|token| token.is_word() && token.text.len() > 1)
            .map(|token| token.lower.to_string())
            .collect();
        if self.lead.is_named(&names) { Author::Lead } else { Author::Other }
    }

    fn is_header(&self, tokens: &[Token<'_>]) -> bool {
        let [label, colon, rest @ ..] = tokens else { return false };
        let addressed = rest.iter().any(|token| token.kind == Kind::Email);
        let subject =
            label.is_any(&["subject", "betreff", "objet", "asunto", "oggetto", "onderwerp", "assunto"]);
        colon.is(":") && label.is_any(HEADERS) && (self.in_header || addressed || subject)
    }

    /// `On Monday Omar Reed <omar@…> wrote:`.
    fn introduces(&self, tokens: &[Token<'_>]) -> Option<Author> {
        let (colon, rest) = tokens.split_last()?;
        let wrote = rest.iter().rev().take(2).any(|token| {
            token.is_any(&[
                "wrote",
                "schrieb",
                "écrit",
                "escribió",
                "scritto",
                "schreef",
                "escreveu",
                "skrev",
            ])
        });
        let addressed = rest.iter().any(|token| token.kind == Kind::Email);
        (colon.is(":") && wrote && addressed).then(|| {
            let address = rest.iter().find(|token| token.kind == Kind::Email);
            if address.is_some_and(|address| address.lower == self.lead.email) {
                Author::Lead
            } else {
                Author::Other
            }
        })
    }

    /// Whose name is on the first of these lines, if it is a signature's.
    fn signs(&self, lines: &[Line]) -> Option<Author> {
        let line = lines.first().filter(|line| !line.bulleted)?;
        let tokens = self.of(&line.tokens);
        let name = name_of(tokens)?;
        let name = tokens.get(name)?;
        let words: Vec<String> = name
            .iter()
            .filter(|token| token.text.len() > 1 && token.is_word())
            .map(|token| token.lower.to_string())
            .collect();
        let alone = tokens.last().is_some_and(|last| name.last().is_some_and(|end| end.span == last.span));
        let rest = tokens.get(tokens.len().min(name.len())..).unwrap_or_default();
        let next = lines.get(1).map(|next| self.of(&next.tokens)).unwrap_or_default();
        let followed = self.is_contact(rest)
            || (alone
                && (self.is_contact(next)
                    || lines.get(2).is_some_and(|line| self.is_contact(self.of(&line.tokens)))));
        if words.len() >= 2 && self.lead.is_named(&words)
            || words.len() == 1
                && self.lead.is_named(&words)
                && self.author(line.quoted) == Author::Lead
                && followed
                && alone
        {
            return (followed || self.author(line.quoted) == Author::Lead).then_some(Author::Lead);
        }
        let closes = words.iter().any(|word| CLOSINGS.contains(&word.as_str()));
        let known = closes || words.iter().any(|word| self.lexicon.knows(word) || self.lead.works_at(word));
        (words.len() >= 2 && !known && followed).then_some(Author::Other)
    }

    /// Something that is below a name: a title, a number, an address.
    fn is_contact(&self, tokens: &[Token<'_>]) -> bool {
        let short = tokens.len() <= 14;
        let contact = |token: &Token<'_>| {
            matches!(token.kind, Kind::Email | Kind::Site) || HEADS.contains(&token.lower.as_ref())
        };
        let labelled = tokens.len() > 2
            && tokens
                .first()
                .zip(tokens.first().map(|_| self.cues_of(tokens)))
                .is_some_and(|(_, cues)| cues.has(Cue::Phone))
            && tokens.iter().any(|token| token.kind == Kind::Number);
        let number =
            tokens.first().is_some_and(|token| token.is_any(&["+", "("]) || token.kind == Kind::Number)
                && tokens.iter().all(|token| !token.is_word());
        let company = tokens.len() <= 6
            && !tokens.is_empty()
            && tokens.iter().all(|token| {
                !token.is_word()
                    || self.lead.works_at(&token.lower)
                    || token.is_any(&["gmbh", "ag", "ab", "a", "s", "as", "ltd", "inc", "llc", "sa", "bv"])
            })
            && tokens.iter().any(|token| self.lead.works_at(&token.lower));
        short && (tokens.iter().any(contact) || labelled || number || company)
    }

    fn cues_of(&self, tokens: &[Token<'_>]) -> Cues {
        let Some(first) = tokens.first() else { return Cues::NONE };
        let at = self.tokens.partition_point(|token| token.span.start < first.span.start);
        self.cues.get(at).copied().unwrap_or_default()
    }

    /// Takes the lines up to the next blank one.
    fn signature(&mut self, lines: &[Line], owner: Author) -> usize {
        const LONGEST: usize = 12;
        let ends = |line: &Line| {
            line.is_blank() || self.sender(self.of(&line.tokens)).is_some() || self.is_prose(line)
        };
        let len = 1 + lines.iter().skip(1).take(LONGEST).take_while(|line| !ends(line)).count();
        self.letter_by(owner);
        if owner == Author::Lead {
            let lines = lines.iter().take(len).map(|line| line.tokens.clone());
            self.letter.signatures.push(lines.collect());
        } else if let Some(line) = lines.first() {
            // What follows "Becca Stone | … wrote:" is hers.
            self.write_by(line.quoted + 1, Author::Other);
        }
        len
    }

    /// A letter without a line of `From` is by the one who signs it, from its greeting on.
    fn letter_by(&mut self, owner: Author) {
        let greets =
            |range: &Range<usize>| self.tokens.get(range.start).is_some_and(|token| token.is_any(GREETINGS));
        let Some(greeting) =
            self.letter.prose.iter().rposition(|(range, author)| *author == Author::Rep && greets(range))
        else {
            return;
        };
        let after = self.letter.prose.split_off(greeting);
        let signed = after
            .into_iter()
            .map(|(range, author)| (range, if author == Author::Rep { owner } else { author }));
        self.letter.prose.extend(signed.filter(|(_, author)| *author != Author::Other));
    }

    fn is_prose(&self, line: &Line) -> bool {
        let tokens = self.of(&line.tokens);
        let words = tokens.iter().filter(|token| token.is_word()).count();
        let sentence = tokens.last().is_some_and(|last| last.is_any(&[".", "?", "!"])) && words > 6;
        line.bulleted || sentence || words > 12
    }

    /// `tess: budget is 9k` is said by Tess.
    fn speaker(&self, range: &Range<usize>, author: Author) -> (Range<usize>, Author) {
        let tokens = self.of(range);
        let label = tokens.iter().take(4).take_while(|token| token.is_word()).count();
        let spoken =
            label > 0 && label <= 2 && tokens.get(label).is_some_and(|colon| colon.is(":") && !colon.spaced);
        let Some(name) = tokens.get(..label).filter(|_| spoken) else { return (range.clone(), author) };
        let said = range.start + label + 1..range.end;
        if name.iter().all(|token| self.lead.is_called(&token.lower)) {
            return (said, Author::Lead);
        }
        match name {
            [who] if who.is_any(&["me", "us", "rep", "ich", "moi", "yo"]) => (said, Author::Rep),
            [who]
                if who.is_any(&[
                    "visitor",
                    "guest",
                    "user",
                    "bot",
                    "system",
                    "assistant",
                    "anonymous",
                    "besucher",
                ]) =>
            {
                (said, Author::Other)
            }
            _ => (range.clone(), author),
        }
    }
}

/// The name that a line begins with, if it has nothing else, or what is parted from it by a bar or a comma.
pub(crate) fn name_of(line: &[Token<'_>]) -> Option<Range<usize>> {
    let start = line.iter().take_while(|token| token.is_any(&["/", "-", "–", "~"])).count();
    let mut end = start;
    while let Some(token) = line.get(end) {
        let particle = token
            .is_any(&["van", "von", "de", "der", "da", "di", "del", "la", "bin", "al", "el", "-"])
            && end > start;
        let initial = token.is(".") && end > start;
        if !(token.is_capitalised() && !is_ordinary_word(&token.lower) || particle || initial) {
            break;
        }
        end += 1;
    }
    let words = line.get(start..end)?.iter().filter(|token| token.is_capitalised()).count();
    let parted = line.get(end).is_none_or(|token| token.is_any(&["|", ",", "•", "·", "–", "—", "/"]));
    let real =
        line.get(start..end)?.iter().any(|token| token.is_word() && !HEADS.contains(&token.lower.as_ref()));
    ((1..=5).contains(&words) && parted && real).then_some(start..end)
}
