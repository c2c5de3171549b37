//! What happened to a paper: a quote that was sent, a contract that was signed, an order that arrived, a project that was cancelled.
//! The noun and the verb may be in either order, with other words between them.

use std::ops::Range;

use leadkeep_domain::DealStage::{self, Lost, Won};

use super::{
    doubt::is_long_ago,
    events::{EVENTS, Event},
};

use crate::rules::{
    candidate::{Candidate, Weight},
    date,
    text::{Clause, Document, Sentence, Who},
    words::{Cue, Cues},
};

/// What the papers of a sentence say, clause by clause.
pub(super) fn papers(document: &Document<'_>, sentence: &Sentence) -> Vec<Candidate<DealStage>> {
    if sentence.cues.has_any(Cues::of(&[Cue::Rival, Cue::Unknown])) {
        return Vec::new();
    }
    let events = |clause| EVENTS.iter().filter_map(move |event| happened(document, sentence, clause, event));
    let whole = without_brackets(document, sentence).into_iter().chain(with_afterthought(document, sentence));
    let whole: Vec<Clause> = whole.collect();
    let mut found: Vec<_> = sentence.clauses.iter().chain(&whole).flat_map(events).collect();
    found.extend(sentence.clauses.iter().filter_map(|clause| came_back(document, sentence, clause)));
    found
}

/// "Attached you find the contract, signed by both": the comma is no end.
fn with_afterthought(document: &Document<'_>, sentence: &Sentence) -> Option<Clause> {
    const SIGNED: &[&str] = &[
        "signed",
        "countersigned",
        "unterschrieben",
        "unterzeichnet",
        "signé",
        "firmado",
        "firmato",
        "assinado",
        "getekend",
    ];
    sentence.clauses.windows(2).find_map(|pair| {
        let [before, after] = pair else { return None };
        let comma = before.range.end.checked_sub(1)?;
        let begins = document.token(after.range.start)?.is_any(SIGNED);
        let noun = comma.checked_sub(1).and_then(|at| document.token(at))?;
        let paper = EVENTS.iter().any(|event| event.stage == Won && noun.is_any(event.nouns));
        (begins && paper && document.token(comma)?.is(",")).then(|| Clause {
            range: before.range.start..after.range.end,
            cues: before.cues.and(after.cues),
            unsure: before.unsure || after.unsure,
        })
    })
}

/// "The quote (45,500) went out": what is around brackets is one clause.
fn without_brackets(document: &Document<'_>, sentence: &Sentence) -> Option<Clause> {
    let is = |at: usize, mark: &str| document.token(at).is_some_and(|token| token.is(mark));
    let open = sentence.range.clone().find(|at| is(*at, "("))?;
    let close = (open..sentence.range.end).find(|at| is(*at, ")"))?;
    let (before, after) = (sentence.clause(open.checked_sub(1)?)?, sentence.clause(close + 1)?);
    let inside = document.cues(open..close);
    (!inside.has(Cue::Negated)).then(|| Clause {
        range: before.range.start..after.range.end,
        cues: before.cues.and(after.cues),
        unsure: before.unsure || after.unsure,
    })
}

fn happened(
    document: &Document<'_>,
    sentence: &Sentence,
    clause: &Clause,
    event: &Event,
) -> Option<Candidate<DealStage>> {
    let is_any = |at: usize, words: &[&str]| document.token(at).is_some_and(|token| token.is_any(words));
    let noun = clause.range.clone().find(|at| {
        let behind = at.checked_sub(1).filter(|before| *before >= clause.range.start);
        is_any(*at, event.nouns)
            && !behind.is_some_and(|before| is_any(before, event.not_behind))
            && !is_any(at + 1, event.not_before)
    })?;
    let done = clause.range.clone().find_map(|at| {
        event.done.iter().find_map(|phrase| phrase_at(document, at, phrase)).map(|len| at..at + len)
    })?;
    let stated = noun.min(done.start)..done.end.max(noun + 1);
    // "The deal dropped to 19k" is cheaper now.
    if is_any(done.end.saturating_sub(1), &["dropped"])
        && is_any(done.end, &["to", "by", "from", "below", "a"])
    {
        return None;
    }
    let ours = done.start > noun || !is_sent_to_us(document, done.end..noun);
    (ours && stated.len() <= 14 && is_settled(document, sentence, clause, &stated, event.stage))
        .then(|| candidate(event.stage, stated))
}

/// "The contract came back with her signature."
fn came_back(document: &Document<'_>, sentence: &Sentence, clause: &Clause) -> Option<Candidate<DealStage>> {
    const CONTRACTS: &[&str] = &["contract", "agreement", "paperwork", "form", "papers", "order"];
    let is_any = |at: &usize, words: &[&str]| document.token(*at).is_some_and(|token| token.is_any(words));
    let noun = clause.range.clone().find(|at| is_any(at, CONTRACTS))?;
    let back = (noun + 1..clause.range.end).find(|at| is_any(at, &["back", "returned", "arrived"]))?;
    let signature =
        (back + 1..clause.range.end).find(|at| is_any(at, &["signature", "signatures", "signed"]))?;
    let with = (back + 1..signature).any(|at| is_any(&at, &["with", "bearing"])) || signature == back + 1;
    let stated = noun..signature + 1;
    (with && is_settled(document, sentence, clause, &(noun..back), Won)).then(|| candidate(Won, stated))
}

fn candidate(stage: DealStage, evidence: Range<usize>) -> Candidate<DealStage> {
    Candidate { value: stage, weight: Weight::Stated, confidence: 0.91, evidence }
}

/// The length of a phrase that begins here.
fn phrase_at(document: &Document<'_>, at: usize, phrase: &str) -> Option<usize> {
    let mut len = 0;
    for word in phrase.split(' ') {
        if !document.token(at + len)?.is(word) {
            return None;
        }
        len += 1;
    }
    Some(len)
}

/// "Sent us his own proposal".
fn is_sent_to_us(document: &Document<'_>, between: Range<usize>) -> bool {
    let between = document.slice(between.start..between.end.max(between.start));
    between.iter().any(|token| token.is_any(&["us", "me", "uns", "mir", "nous", "nos", "ci", "ons", "oss"]))
}

/// Whether it is so by now, and nobody else's.
pub(super) fn is_settled(
    document: &Document<'_>,
    sentence: &Sentence,
    clause: &Clause,
    stated: &Range<usize>,
    stage: DealStage,
) -> bool {
    #[rustfmt::skip]
    const WANTED: &[&str] = &[
        "want", "wants", "wanted", "need", "needs", "get", "gets", "getting", "will", "'ll", "to", "until", "when", "before",
        "after", "once", "must", "should", "asked", "asks", "hopes", "hope", "hoping", "plans", "expects", "expecting", "awaiting",
        "waiting", "wait", "looking", "pending", "target", "goal", "almost", "nearly", "ready", "send", "sends", "return", "bring",
        "soll", "muss", "müssen", "bis", "nach", "nachdem", "warten", "warte", "bald", "veut", "doit", "attend", "attendons", "après",
        "avant", "être", "quiere", "debe", "espera", "esperamos", "ser", "essere", "deve", "vuole", "moet", "wil", "worden", "zodra",
    ];
    let before = document.cues(clause.range.start..stated.end);
    let doubted = clause.unsure
        || before.has_any(Cues::of(&[Cue::Negated, Cue::Future, Cue::Wish, Cue::OtherDeal, Cue::Condition]));
    // "The offer to Ingrid went out."
    let to_lead = |at: usize| {
        document.token(at).is_some_and(|token| token.is_any(&["to", "the"]))
            && sentence.mentions.iter().any(|mention| mention.at == at + 1 && mention.who == Who::Lead)
    };
    let wanted = (clause.range.start..stated.end).any(|at| {
        document
            .token(at)
            .is_some_and(|token| token.is_any(WANTED) && !(token.is("to") && (stage == Lost || to_lead(at))))
    });
    let by = document.token(stated.end).is_some_and(|token| {
        token.is_any(&["by", "before", "until", "bis", "avant", "antes", "entro", "voor"])
    }) && date::is_dated(document, stated.end + 1..clause.range.end.min(stated.end + 6));
    let due = by && stage != Lost;
    let others = sentence.mentions.iter().any(|mention| {
        mention.who == Who::Other && clause.range.contains(&mention.at) && mention.at < stated.end
    });
    // "Her colleague, Douglas Finch, has signed the contract."
    let own =
        sentence.mentions.iter().any(|mention| clause.range.contains(&mention.at) && mention.at < stated.end);
    let before = sentence.mentions.iter().rev().find(|mention| mention.at < clause.range.start);
    let others = others
        || !own
            && before.is_some_and(|mention| {
                mention.who == Who::Other && !document.cues(mention.at..mention.at + 1).has(Cue::Third)
            });
    let ahead = date::is_ahead(document, clause.range.clone());
    let over = is_long_ago(document, clause.range.clone());
    !(doubted || wanted || due || others || ahead || over)
}
