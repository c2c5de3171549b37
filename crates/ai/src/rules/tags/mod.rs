//! Tags: which the text asks to put on the lead, or to take off.

mod written;

use std::ops::Range;

use super::{
    stage::named,
    text::{Author, Document, Kind, Sentence, Token, Who},
    words::{Cue, Cues},
};
use written::{is_quote, tag_at, tag_before};

/// A tag that somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    /// Whether to add it or to take it off.
    pub(crate) adds: bool,
    /// As written.
    pub(crate) tag: String,
    /// The tokens of the request.
    pub(crate) evidence: Range<usize>,
}

#[rustfmt::skip]
const TAG: &[&str] = &[
    "tag", "tags", "label", "labels", "schlagwort", "schlagworte", "etikett", "étiquette", "mot-clé",
    "etiqueta", "etichetta", "etikett", "merkelapp",
];
#[rustfmt::skip]
const ADD: &[&str] = &[
    "stick", "slap", "pop", "throw", "whack", "include", "append", "adding", "chuck", "place", "hang", "häng", "hänge", "vergib", "gib",
    "setze", "füge", "mettez", "ajoutez", "colle", "asignar", "asigna", "metti", "mettere", "assegna", "põe", "coloca", "colocar",
    "adiciona", "voeg", "zet", "plak", "legg", "lägg", "sett", "sätt", "tilføj", "add", "put", "set", "attach", "apply", "give", "use", "assign", "hinzufügen", "setzen", "vergeben",
    "ajouter", "ajoute", "mettre", "mets", "añadir", "añade", "agregar", "poner", "pon", "aggiungere",
    "aggiungi", "adicionar", "adicione", "toevoegen", "versehen", "ergänzen",
];
#[rustfmt::skip]
const REMOVE: &[&str] = &[
    "rid", "scrap", "ditch", "pull", "nix", "zap", "unset", "removing", "entferne", "lösche", "streiche", "nimm", "retirez", "enlevez",
    "ôter", "ôte", "quitarle", "sacar", "saca", "elimini", "tirar", "tira", "haal", "verwijder", "fjern", "ta", "remove", "delete", "drop", "kill", "take", "clear", "strip", "lose", "untag", "unlabel", "entfernen",
    "löschen", "streichen", "wegnehmen", "retirer", "retire", "enlever", "enlève", "supprimer", "supprime",
    "quitar", "quita", "eliminar", "elimina", "borrar", "rimuovere", "rimuovi", "togliere", "togli",
    "remover", "remova", "verwijderen",
];
#[rustfmt::skip]
const MARK: &[&str] = &[
    "list", "categorise", "categorize", "classify", "markieren", "einstufen", "tag", "label", "mark", "flag", "markieren", "kennzeichnen", "taggen", "étiqueter", "marquer", "tagger",
    "etiquetar", "marcar", "etichettare", "segnare", "taggare", "marcare", "taggen", "markeren", "merk",
    "tagge", "markiere", "étiquette", "etiqueta",
];
const AS: &[&str] =
    &["as", "with", "als", "mit", "comme", "avec", "como", "con", "come", "com", "met", "som"];
/// Verbs behind what they are about.
#[rustfmt::skip]
const BEHIND: &[&str] = &[
    "entfernen", "löschen", "streichen", "wegnehmen", "hinzufügen", "setzen", "vergeben", "versehen",
    "ergänzen", "toevoegen", "verwijderen",
];
/// Words that may follow a tag: another one makes it a tag of two words, or none.
#[rustfmt::skip]
const AFTER: &[&str] = &[
    "and", "please", "pls", "plz", "thx", "thanks", "too", "now", "then", "also", "but", "for", "in", "since", "because", "so", "instead",
    "from", "on", "with", "again", "here", "today", "und", "et", "y", "e", "en", "og", "och", "bitte", "svp", "rather", "not", "or", "at",
    "until", "when", "if", "as", "by", "to", "i", "he", "she", "they", "we", "it", "is", "markieren", "kennzeichnen", "taggen", "per", "w",
    "next", "remove", "drop", "add", "while", "after", "before", "though",
];
/// What a lead is marked as that is no tag.
#[rustfmt::skip]
const NO_TAGS: &[&str] = &[
    "done", "read", "unread", "complete", "completed", "inactive", "active", "closed", "open", "spam",
    "archived", "duplicate", "such", "a", "the", "well", "soon",
];

/// What the text asks for, in order. Only we may ask.
pub(crate) fn requests(document: &Document<'_>) -> Vec<Request> {
    let mut found: Vec<Request> = Vec::new();
    for sentence in document
        .sentences
        .iter()
        .filter(|sentence| !sentence.asks && !sentence.elsewhere && sentence.author == Author::Rep)
    {
        for at in sentence.range.clone() {
            let request = labelled(document, sentence, at)
                .or_else(|| marked(document, sentence, at))
                .or_else(|| named_tag(document, sentence, at))
                .or_else(|| untagged(document, sentence, at));
            found.extend(request.filter(|request| is_certain(document, sentence, request)));
        }
    }
    found
}

fn is_certain(document: &Document<'_>, sentence: &Sentence, request: &Request) -> bool {
    let Some(clause) = sentence.clause(request.evidence.start) else { return false };
    let before = document.cues(clause.range.start..request.evidence.start);
    let stage = named(&request.tag.to_lowercase()).is_some();
    !clause.unsure
        && !before.has_any(Cues::of(&[Cue::Negated, Cue::Past]))
        && !stage
        && !NO_TAGS.contains(&request.tag.to_lowercase().as_str())
}

fn is_any(document: &Document<'_>, at: usize, words: &[&str]) -> bool {
    document.token(at).is_some_and(|token| token.is_any(words))
}

/// `label him warm-2025`, `tag: expo-2025`: without a word between, and nothing behind.
fn labelled(document: &Document<'_>, sentence: &Sentence, at: usize) -> Option<Request> {
    const ENDS: &[&str] = &[
        "and", "please", "pls", "plz", "thx", "thanks", "too", "now", "then", "also", "but", "und", "et",
        "y", "instead",
    ];
    #[rustfmt::skip]
    const NONE: &[&str] = &[
        "in", "on", "for", "along", "as", "with", "too", "back", "later", "when", "if", "to", "at", "by", "off", "and", "please", "once",
        "again", "here", "there", "next",
    ];
    let end = sentence.clause(at)?.range.end;
    let from = if is_any(document, at, &["tag", "label"]) && is_lead(document, sentence, at + 1) {
        (at + 1..end).find(|at| !is_lead(document, sentence, *at))?
    } else if begins(document, sentence, at) && is_any(document, at, TAG) && is_any(document, at + 1, &[":"])
    {
        at + 2
    } else {
        return None;
    };
    let adverb = document.token(from).is_some_and(|token| token.lower.ends_with("ly"));
    if adverb || is_any(document, from, NONE) {
        return None;
    }
    let (tag, stop) = tag_at(document, from, end)?;
    let ended = stop >= end
        || is_any(document, stop, ENDS)
        || document.token(stop).is_some_and(|token| token.kind == Kind::Mark && !is_quote(&token.lower));
    ended.then_some(Request { adds: true, tag, evidence: at..stop })
}

/// Whether the token before is a closing quotation mark.
fn is_quoted(document: &Document<'_>, stop: usize) -> bool {
    stop.checked_sub(1).and_then(|at| document.token(at)).is_some_and(|token| is_quote(&token.lower))
}

/// Whether a request begins here, perhaps behind a bullet and "please".
fn begins(document: &Document<'_>, sentence: &Sentence, at: usize) -> bool {
    document.slice(sentence.range.start..at).iter().all(|token| {
        !token.is_word() && token.kind != Kind::Number
            || token.is_any(&["please", "pls", "plz", "bitte", "svp", "kindly", "new"])
    })
}

/// "Him", "John", "this one".
fn is_lead(document: &Document<'_>, sentence: &Sentence, at: usize) -> bool {
    is_any(
        document,
        at,
        &["it", "them", "this", "that", "one", "him", "her", "lead", "record", "contact", "account"],
    ) || sentence.mentions.iter().any(|mention| mention.at == at && mention.who == Who::Lead)
}

/// `tag him as …`, `label the account with …`, `als … markieren`.
fn marked(document: &Document<'_>, sentence: &Sentence, at: usize) -> Option<Request> {
    let end = sentence.clause(at)?.range.end;
    if is_any(document, at, MARK) {
        let joint = (at + 1..end.min(at + 7)).find(|at| is_any(document, *at, AS));
        let other = |at: usize| {
            is_any(document, at, TAG) || document.token(at).is_some_and(|token| is_quote(&token.lower))
        };
        if let Some(joint) = joint.filter(|joint| !(at + 1..*joint).any(other)) {
            let (tag, stop) = tag_at(document, joint + 1, end)?;
            // "As a key decision maker" is what somebody is.
            let article = is_any(document, joint + 1, &["a", "an"]);
            let goes_on = stop < end && document.token(stop).is_some_and(Token::is_word);
            if article && goes_on || goes_on && !is_any(document, stop, AFTER) && !is_quoted(document, stop) {
                return None;
            }
            return Some(Request { adds: true, tag, evidence: at..stop });
        }
    }
    // German and Dutch have the verb behind.
    if is_any(document, at, &["als", "mit"]) {
        let (tag, stop) = tag_at(document, at + 1, end)?;
        return is_any(document, stop, MARK).then(|| Request { adds: true, tag, evidence: at..stop + 1 });
    }
    None
}

/// `add the tag …`, `tag: …`, `remove the … tag`, `das Schlagwort … entfernen`.
fn named_tag(document: &Document<'_>, sentence: &Sentence, at: usize) -> Option<Request> {
    if !is_any(document, at, TAG) {
        return None;
    }
    let clause = sentence.clause(at)?.range.clone();
    let before = (clause.start..at).rev().take(8);
    let ruled = tag_at(document, at + 1, clause.end).filter(|(_, stop)| is_any(document, *stop, BEHIND));
    if let Some((tag, stop)) = ruled {
        return Some(Request { adds: !is_any(document, stop, REMOVE), tag, evidence: at..stop + 1 });
    }
    let verb = before.clone().find(|at| is_any(document, *at, ADD) || is_any(document, *at, REMOVE));
    if let Some(verb) = verb {
        let adds = !is_any(document, verb, REMOVE);
        if let Some((tag, stop)) =
            tag_at(document, at + 1, clause.end).filter(|_| !follows_clause_word(document, at + 1))
        {
            return Some(Request { adds, tag, evidence: verb..stop });
        }
        let (tag, start) = tag_before(document, at, verb)?;
        return Some(Request { adds, tag, evidence: verb.min(start)..at + 1 });
    }
    let (tag, stop) = tag_at(document, at + 1, clause.end)?;
    let behind = (stop..clause.end.min(stop + 3))
        .find(|at| is_any(document, *at, ADD) || is_any(document, *at, REMOVE))?;
    Some(Request { adds: !is_any(document, behind, REMOVE), tag, evidence: at..behind + 1 })
}

/// "kill the beta tag thx": nothing of a tag follows.
fn follows_clause_word(document: &Document<'_>, at: usize) -> bool {
    document.token(at).is_none_or(|token| {
        token.is_any(&[
            "thx",
            "thanks",
            "please",
            "pls",
            "from",
            "off",
            "on",
            "for",
            "now",
            "as",
            "and",
            "again",
            "too",
            "instead",
            "to",
            "is",
            "bitte",
            "entfernen",
        ]) || (token.kind == Kind::Mark && !is_quote(&token.lower) && !token.is_any(&[":", "#", "="]))
    })
}

/// `Untag cold-lead`.
fn untagged(document: &Document<'_>, sentence: &Sentence, at: usize) -> Option<Request> {
    if !is_any(document, at, &["untag", "unlabel"]) {
        return None;
    }
    let (tag, stop) = tag_at(document, at + 1, sentence.clause(at)?.range.end)?;
    Some(Request { adds: false, tag, evidence: at..stop })
}
