use std::ops::Range;

use super::{
    lead::Lead,
    lines::Line,
    signer::takes_leave,
    token::{Kind, Token},
};
use crate::rules::words::{Cues, Lexicon};

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
        takes_leave: false,
        letter: Letter::default(),
    };
    let bullets = bullets_of(tokens, lines);
    let lines = bullets.as_deref().unwrap_or(lines);
    let mut at = 0;
    while at < lines.len() {
        at += reader.line(lines.get(at..).unwrap_or_default());
    }
    reader.letter
}

/// The lines without their quote marks, if these are bullets: a short heading, and nothing behind it that is not quoted once.
fn bullets_of(tokens: &[Token<'_>], lines: &[Line]) -> Option<Vec<Line>> {
    const LONGEST_HEADING: usize = 8;
    let mut written = lines.iter().filter(|line| !line.is_blank());
    let heading = written.next().filter(|line| line.quoted == 0 && line.tokens.len() <= LONGEST_HEADING)?;
    let ends = tokens.get(heading.tokens.end.checked_sub(1)?)?;
    let addressed = tokens.get(heading.tokens.clone())?.iter().any(|token| token.kind == Kind::Email);
    let quoted = written.clone().count() >= 2 && written.all(|line| line.quoted == 1);
    (quoted && !addressed && !ends.is_any(&[":", "?"])).then(|| {
        lines.iter().map(|line| Line { quoted: 0, bulleted: line.quoted > 0, ..line.clone() }).collect()
    })
}

/// Reads line after line.
pub(super) struct Reader<'r, 't> {
    pub(super) tokens: &'r [Token<'t>],
    pub(super) cues: &'r [Cues],
    pub(super) lead: &'r Lead,
    pub(super) lexicon: &'r Lexicon,
    /// By depth of quotation.
    authors: Vec<Author>,
    in_header: bool,
    /// Whether the last line that was not blank takes leave.
    pub(super) takes_leave: bool,
    pub(super) letter: Letter,
}

const FROM: &[&str] = &["from", "von", "de", "da", "van", "från", "fra"];
#[rustfmt::skip]
const HEADERS: &[&str] = &[
    "to", "cc", "bcc", "subject", "date", "sent", "reply-to", "an", "betreff", "datum", "gesendet", "à",
    "objet", "envoyé", "para", "asunto", "fecha", "enviado", "oggetto", "data", "inviato", "a", "aan",
    "onderwerp", "verzonden", "till", "ämne", "til", "emne", "assunto",
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
        let leaves = takes_leave(tokens);
        self.in_header = false;
        let signs = self.signs(lines);
        self.takes_leave = leaves;
        if let Some(owner) = signs {
            return self.signature(lines, owner);
        }
        let (range, author) = self.speaker(&line.tokens, author);
        if author != Author::Other {
            self.letter.prose.push((range, author));
        }
        1
    }

    pub(super) fn of(&self, range: &Range<usize>) -> &[Token<'t>] {
        self.tokens.get(range.clone()).unwrap_or_default()
    }

    /// Quotations without a word about their author are not ours, and perhaps not the lead's.
    pub(super) fn author(&self, quoted: usize) -> Author {
        match self.authors.get(quoted.min(DEEPEST_QUOTE)) {
            Some(author) => *author,
            None => Author::Other,
        }
    }

    pub(super) fn write_by(&mut self, quoted: usize, author: Author) {
        let quoted = quoted.min(DEEPEST_QUOTE);
        self.authors.truncate(quoted);
        self.authors.resize(quoted, Author::Other);
        self.authors.push(author);
    }

    /// Who a line of `From:` names.
    pub(super) fn sender(&self, tokens: &[Token<'_>]) -> Option<Author> {
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
}
