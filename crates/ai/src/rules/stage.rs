//! Stages: which the deal is said to be at now.

use std::ops::Range;

use leadkeep_domain::DealStage;

use super::{
    candidate::{Candidate, Weight},
    text::{Author, Document, Lead, Sentence, Who},
    words::{Cue, Cues},
};

/// The stages that the text states, or asks to set.
pub(crate) fn stages(document: &Document<'_>, lead: &Lead) -> Vec<Candidate<DealStage>> {
    let mut found = Vec::new();
    for sentence in document.sentences.iter().filter(|sentence| !sentence.asks && !sentence.elsewhere) {
        found.extend(asked_for(document, sentence));
        found.extend(signed(document, sentence, lead));
        found.extend(lost(document, sentence));
        found.extend(sent(document, sentence, lead));
    }
    for (range, stage) in &document.stages {
        let at = document.sentences.partition_point(|sentence| sentence.range.end <= range.start);
        let Some(sentence) =
            document.sentences.get(at).filter(|sentence| sentence.range.contains(&range.start))
        else {
            continue;
        };
        if is_certain(document, sentence, lead, range, *stage) {
            found.push(Candidate {
                value: *stage,
                weight: Weight::Stated,
                confidence: 0.93,
                evidence: range.clone(),
            });
        }
    }
    found
}

fn is_certain(
    document: &Document<'_>,
    sentence: &Sentence,
    lead: &Lead,
    stated: &Range<usize>,
    stage: DealStage,
) -> bool {
    let Some(clause) = sentence.clause(stated.start) else { return false };
    let before = document.cues(clause.range.start..stated.start);
    let doubted = clause.unsure
        || sentence.asks
        || sentence.elsewhere
        || before.has_any(Cues::of(&[Cue::Negated, Cue::Future, Cue::Wish, Cue::Event]));
    // Wanted, not done: "get the contract signed", "need it signed by August", "once signed".
    let wanted = document.slice(clause.range.start..stated.start).iter().any(|token| {
        token.is_any(&[
            "want", "wants", "wanted", "need", "needs", "get", "will", "'ll", "to", "until", "when",
            "before", "after", "once", "must", "should", "asked", "asks", "hopes", "plans", "as", "soll",
            "will", "muss", "bis", "nach", "veut", "doit", "quiere", "debe",
        ]) && !(token.is("as") && stage == DealStage::Qualified)
            && !(token.is("to") && stage == DealStage::Lost)
    });
    let owner = sentence
        .mentions
        .iter()
        .rev()
        .find(|mention| mention.at <= stated.start)
        .map_or(sentence.before, |mention| mention.who);
    !doubted
        && !wanted
        && owner == Who::Lead
        && !names_other_deal(document, clause.range.start..clause.range.end, lead)
}

/// "We won the Baxter deal": a deal with a name that is not the lead's.
fn names_other_deal(document: &Document<'_>, clause: Range<usize>, lead: &Lead) -> bool {
    let tokens = document.slice(clause);
    tokens.windows(2).any(|pair| {
        matches!(pair, [name, deal] if name.is_capitalised() && deal.is_any(&["deal", "contract", "account", "order", "project"])
            && !lead.is_called(&name.lower) && !lead.works_at(&name.lower) && !super::words::is_ordinary_word(&name.lower))
    })
}

const STAGES: &[(&str, DealStage)] = &[
    ("new", DealStage::New),
    ("contacted", DealStage::Contacted),
    ("qualified", DealStage::Qualified),
    ("proposal", DealStage::Proposal),
    ("negotiation", DealStage::Negotiation),
    ("negotiations", DealStage::Negotiation),
    ("negotiating", DealStage::Negotiation),
    ("won", DealStage::Won),
    ("lost", DealStage::Lost),
    ("closed-won", DealStage::Won),
    ("closed-lost", DealStage::Lost),
    ("qualifiziert", DealStage::Qualified),
    ("kontaktiert", DealStage::Contacted),
    ("angebot", DealStage::Proposal),
    ("verhandlung", DealStage::Negotiation),
    ("gewonnen", DealStage::Won),
    ("verloren", DealStage::Lost),
    ("gagné", DealStage::Won),
    ("gagnée", DealStage::Won),
    ("perdu", DealStage::Lost),
    ("perdue", DealStage::Lost),
    ("négociation", DealStage::Negotiation),
    ("qualifié", DealStage::Qualified),
    ("ganado", DealStage::Won),
    ("ganada", DealStage::Won),
    ("perdido", DealStage::Lost),
    ("perdida", DealStage::Lost),
    ("negociación", DealStage::Negotiation),
    ("vinto", DealStage::Won),
    ("vinta", DealStage::Won),
    ("perso", DealStage::Lost),
    ("persa", DealStage::Lost),
    ("gewonnen", DealStage::Won),
    ("ganho", DealStage::Won),
];

/// The stage that a word names.
pub(crate) fn named(lower: &str) -> Option<DealStage> {
    STAGES.iter().find(|(name, _)| *name == lower).map(|(_, stage)| *stage)
}

/// `move the deal to negotiation`, `stage = won`, `set it to lost`. Only we may ask for it.
fn asked_for(document: &Document<'_>, sentence: &Sentence) -> Vec<Candidate<DealStage>> {
    const VERBS: &[&str] = &[
        "move",
        "set",
        "put",
        "mark",
        "change",
        "update",
        "switch",
        "close",
        "advance",
        "push",
        "bring",
        "moved",
        "set",
        "stage",
        "status",
        "file",
        "want",
        "log",
        "flag",
        "setze",
        "setzen",
        "verschieben",
        "markieren",
        "stufe",
        "phase",
        "passer",
        "mettre",
        "marquer",
        "étape",
        "pasar",
        "poner",
        "marcar",
        "etapa",
        "passare",
        "segnare",
        "fase",
        "down",
        "lead",
        "record",
    ];
    const JOINTS: &[&str] = &[
        "as", "to", "on", "in", "into", "=", ":", "is", "auf", "als", "comme", "en", "à", "como", "a",
        "come", "now", "→", "at",
    ];
    let mut found = Vec::new();
    if sentence.author != Author::Rep {
        return found;
    }
    for at in sentence.range.clone() {
        let Some(stage) = document.token(at).and_then(|token| named(&token.lower)) else { continue };
        let Some(clause) = sentence.clause(at) else { continue };
        // "contacted" and "new" are other words as well: they have to end the request.
        let joint = (at.saturating_sub(3)..at).rev().find(|at| {
            *at >= clause.range.start && document.token(*at).is_some_and(|token| token.is_any(JOINTS))
        });
        let Some(joint) = joint else { continue };
        let between_ok = document.slice(joint + 1..at).iter().all(|token| {
            token.is_any(&["\"", "'", "closed", "-", "stage", "now", "the", "“", "„"]) || token.is_any(JOINTS)
        });
        let verb = (joint.saturating_sub(7)..joint).rev().find(|at| {
            *at >= clause.range.start && document.token(*at).is_some_and(|token| token.is_any(VERBS))
        });
        let next = document.token(at + 1).filter(|_| at + 1 < clause.range.end);
        let ends = next.is_none_or(|next| {
            !next.is_word()
                || next.is_any(&[
                    "please",
                    "pls",
                    "plz",
                    "thx",
                    "thanks",
                    "now",
                    "today",
                    "and",
                    "setzen",
                    "markieren",
                    "stage",
                    "then",
                    "already",
                    "for",
                    "in",
                    "because",
                ])
        });
        let Some(verb) = verb.filter(|_| between_ok && ends) else { continue };
        let denied = document.cues(clause.range.start..at).has_any(Cues::of(&[
            Cue::Negated,
            Cue::Past,
            Cue::Condition,
        ]));
        let label = document.token(verb).is_some_and(|token| {
            token.is_any(&["stage", "status", "phase", "stufe", "étape", "etapa", "fase"])
        });
        let after_to = document.token(joint).is_some_and(|token| token.is_any(&["in", "a", "is", ":"]))
            && !label
            && document.token(joint).is_some_and(|token| token.is("a"));
        if denied || clause.unsure || after_to || !sentence.is_of_lead(at) {
            continue;
        }
        found.push(Candidate {
            value: stage,
            weight: Weight::Final,
            confidence: 0.96,
            evidence: verb..at + 1,
        });
    }
    found
}

/// `lost Luke`: we did.
fn lost(document: &Document<'_>, sentence: &Sentence) -> Option<Candidate<DealStage>> {
    let start = sentence.range.start;
    let first = if document.token(start)?.is("we") { start + 1 } else { start };
    let of_lead = sentence.mentions.iter().any(|mention| mention.at == first + 1 && mention.who == Who::Lead);
    let certain =
        sentence.clause(first).is_some_and(|clause| !clause.unsure) && sentence.author == Author::Rep;
    let lost = document.token(first)?.is("lost")
        && of_lead
        && certain
        && !document.token(first + 2).is_some_and(|next| next.is("'s"));
    lost.then(|| Candidate {
        value: DealStage::Lost,
        weight: Weight::Stated,
        confidence: 0.9,
        evidence: first..first + 2,
    })
}

/// `We sent Morag the proposal`, `they got our quote`.
fn sent(document: &Document<'_>, sentence: &Sentence, lead: &Lead) -> Option<Candidate<DealStage>> {
    const SENT: &[&str] = &[
        "sent",
        "emailed",
        "mailed",
        "delivered",
        "presented",
        "submitted",
        "shared",
        "got",
        "received",
        "has",
        "have",
    ];
    const PAPERS: &[&str] = &["proposal", "quote", "quotation", "offer"];
    const BETWEEN: &[&str] = &[
        "the", "our", "him", "her", "them", "out", "over", "off", "updated", "revised", "final", "full",
        "written", "formal", "a",
    ];
    for at in sentence.range.clone() {
        if !document.token(at)?.is_any(SENT) {
            continue;
        }
        let clause = sentence.clause(at)?;
        let after = at + 1..clause.range.end.min(at + 6);
        let Some(paper) =
            after.clone().find(|at| document.token(*at).is_some_and(|token| token.is_any(PAPERS)))
        else {
            continue;
        };
        let between = document.slice(at + 1..paper);
        let passes = between.iter().all(|token| {
            token.is_any(BETWEEN) || lead.is_called(&token.lower) || lead.works_at(&token.lower)
        });
        let definite = between.iter().any(|token| token.is_any(&["the", "our"]))
            || document
                .token(at)
                .is_some_and(|token| token.is_any(&["sent", "emailed", "mailed", "submitted"]));
        if passes
            && definite
            && !document.token(at)?.is_any(&["has", "have"])
            && is_certain(document, sentence, lead, &(at..paper + 1), DealStage::Proposal)
        {
            return Some(Candidate {
                value: DealStage::Proposal,
                weight: Weight::Stated,
                confidence: 0.92,
                evidence: at..paper + 1,
            });
        }
    }
    None
}

/// `Elena just signed!`: the lead or its side, something signed, and nothing else that it could be.
fn signed(document: &Document<'_>, sentence: &Sentence, lead: &Lead) -> Option<Candidate<DealStage>> {
    for at in sentence.range.clone() {
        if document.token(at).is_some_and(|token| token.is_any(&["signed", "countersigned"])) {
            return signed_at(document, sentence, lead, at);
        }
    }
    None
}

fn signed_at(
    document: &Document<'_>,
    sentence: &Sentence,
    lead: &Lead,
    at: usize,
) -> Option<Candidate<DealStage>> {
    let clause = sentence.clause(at)?;
    let next = document.token(at + 1).filter(|_| at + 1 < clause.range.end);
    let ends = next.is_none_or(|next| {
        !next.is_word()
            || next.is_any(&[
                "today",
                "yesterday",
                "this",
                "just",
                "it",
                "on",
                "last",
                "and",
                "with",
                "at",
                "10",
                "already",
                "everything",
                "earlier",
            ])
    });
    let before = clause.range.start..at;
    let passes = |at: usize| {
        document.token(at).is_some_and(|token| {
            token.is_any(&[
                "has", "have", "'s", "'ve", "just", "finally", "already", "they", "theyve", "now", "both",
                "she", "he", "and", "all",
            ]) || lead.is_called(&token.lower)
                || lead.works_at(&token.lower)
        })
    };
    let named = before.clone().any(|at| {
        document
            .token(at)
            .is_some_and(|token| lead.is_called(&token.lower) || token.is_any(&["they", "she", "he"]))
    });
    let plain = ends && named && before.clone().all(passes) && sentence.is_of_lead(at);
    let stage = plain && !clause.unsure && !clause.cues.has(Cue::Negated) && !sentence.asks;
    stage.then(|| Candidate {
        value: DealStage::Won,
        weight: Weight::Stated,
        confidence: 0.9,
        evidence: before.start..at + 1,
    })
}
