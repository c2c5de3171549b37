use std::ops::Range;

use super::{
    change::{ROLES, begins_later},
    company_name::{company_phrase, has_form, names_own_company, small_company},
    has_lead_as_subject, is_said_of_lead,
    moves::{founded, is_place_or_department, left_for, may_be_place, works_at},
    title::Title,
};
use crate::rules::{
    candidate::{Candidate, Weight},
    text::{Author, Document, Lead, Sentence, Who},
    words::{Cue, Cues},
};

/// The companies that the lead is said to be at, or that its company is said to be called, as the tokens of each.
pub(crate) fn companies(
    document: &Document<'_>,
    lead: &Lead,
    titles: &[Candidate<Title>],
) -> Vec<Candidate<Range<usize>>> {
    let mut found: Vec<_> = titles.iter().filter_map(|title| behind_title(document, lead, title)).collect();
    for sentence in document.sentences.iter().filter(|sentence| !sentence.asks && !sentence.elsewhere) {
        for at in sentence.range.clone() {
            let claim = joined(document, sentence, at)
                .or_else(|| left_for(document, sentence, lead, at))
                .or_else(|| works_at(document, sentence, lead, at))
                .or_else(|| founded(document, sentence, at))
                .or_else(|| renamed(document, sentence, lead, at))
                .or_else(|| labelled(document, sentence, at));
            found.extend(claim);
        }
    }
    found
}

/// `VP of Sales at Acme Corp`, `CEO of Acme`.
fn behind_title(
    document: &Document<'_>,
    lead: &Lead,
    title: &Candidate<Title>,
) -> Option<Candidate<Range<usize>>> {
    let mut at = title.value.end;
    let sentence = document.sentences.iter().find(|sentence| sentence.range.contains(&at))?;
    at += document.token(at).map_or(0, |token| usize::from(token.is_any(ROLES)));
    at += document.token(at).map_or(0, |token| usize::from(token.is_any(&["over", "here", "now"])));
    let joint = document.token(at)?;
    let romance = joint.is_any(&["en", "na", "no", "nella", "em", "alla", "con", "in"]);
    let plain =
        joint.is_any(&["at", "@", "bei", "beim", "chez", "bij", "presso", "hos", "of", "for", "with", "på"]);
    let genitive = joint.is_any(&["der", "von", "des", "de", "du", "di", "della", "van", "da", "do", "del"]);
    if !(plain || romance || genitive) {
        return None;
    }
    // "In Leeds" is a place, and "no" is another word in English: the titles of those languages are joined by other words.
    let foreign = document.slice(title.value.clone()).iter().any(|token| {
        token.is_any(&["de", "di", "da", "do", "del", "acquisti", "vendite", "compras", "ventas"])
    });
    let company = company_phrase(document, at + 1, sentence.clause(at)?.range.end)
        .or_else(|| small_company(document, sentence, at + 1).filter(|_| joint.is_any(&["at", "@"])))
        .filter(|company| !is_place_or_department(document, company))
        .filter(|company| !genitive || has_form(document, company))
        .filter(|_| !joint.is_any(&["no", "in"]) || foreign)
        .filter(|company| !names_own_company(document, company, lead))?;
    Some(Candidate {
        evidence: title.value.start..company.end,
        value: company,
        weight: title.weight,
        confidence: title.confidence,
    })
}

/// Words of what lasts.
const LASTING: &[&str] = &["now", "these", "since", "currently", "nowadays", "meanwhile"];

/// `moved over to Baltic Zinc`, `he's now with Polar Logistics`.
fn joined(document: &Document<'_>, sentence: &Sentence, at: usize) -> Option<Candidate<Range<usize>>> {
    let ends = document.cues(at..at + 1).has(Cue::Joins) && !document.cues(at + 1..at + 2).has(Cue::Joins);
    if !ends {
        return None;
    }
    let clause = sentence.clause(at)?;
    let company = company_phrase(document, at + 1, clause.range.end)
        .or_else(|| small_company(document, sentence, at + 1))?;
    let of_people = document.slice(company.clone()).iter().all(|token| {
        crate::rules::date::is_month(&token.lower)
            || sentence
                .mentions
                .iter()
                .any(|mention| document.token(mention.at).is_some_and(|named| named.span == token.span))
    });
    let small = document.token(company.start).is_some_and(|token| !token.is_capitalised());
    let verb = (sentence.range.start..=at)
        .rev()
        .take_while(|at| document.cues(*at..at + 1).has(Cue::Joins))
        .last()
        .unwrap_or(at);
    let moves = document.token(verb)?.is_any(&[
        "moved", "moves", "went", "changed", "switched", "has", "left", "jumped", "started", "works", "is",
        "'s", "now", "foi", "ist", "ha",
    ]);
    let place = moves && is_place_or_department(document, &company);
    let of_lead = is_said_of_lead(document, sentence, at, company.start)
        && has_lead_as_subject(document, sentence, verb);
    // "He is at Hannover Messe" says where he is today.
    let lasts = document.slice(clause.range.clone()).iter().any(|token| token.is_any(LASTING));
    let is = document.token(verb)?.is_any(&["is", "'s", "hes", "shes"]);
    let stays = lasts
        || !is
        || document.slice(verb..at + 1).len() > 2
        || !document.token(at)?.is_any(&["at", "with"]);
    let visits = document.token(company.end).is_some_and(|token| {
        token.is_any(&[
            "office",
            "offices",
            "booth",
            "stand",
            "event",
            "fair",
            "conference",
            "expo",
            "until",
            "till",
            "summit",
            "site",
        ])
    });
    let rep = document.token(verb)?.is_any(&["i", "im"]) && sentence.author == Author::Rep;
    let later = visits || rep || begins_later(document, verb, &company, clause.range.end);
    let confidence = match () {
        () if small => 0.75,
        // "Moved to Newmarket" may be a town.
        () if moves && may_be_place(document, sentence, at, &company) => 0.55,
        () => 0.92,
    };
    (of_lead && !place && stays && !later && !of_people).then_some(Candidate {
        evidence: verb..company.end,
        value: company,
        weight: Weight::Final,
        confidence,
    })
}

/// `the studio is called Lehtonen Form now`, `has rebranded and is now Sato Global`.
fn renamed(
    document: &Document<'_>,
    sentence: &Sentence,
    lead: &Lead,
    at: usize,
) -> Option<Candidate<Range<usize>>> {
    let cues = document.cues(at..at + 1);
    let next = document.cues(at + 1..at + 2);
    let named = cues.has(Cue::Renamed) && !next.has(Cue::Renamed);
    let are = document.token(at)?.is_any(&["are", "'re", "am"]);
    let becomes =
        sentence.cues.has(Cue::Renamed) && (cues.has(Cue::Becomes) || are) && !next.has(Cue::Becomes);
    // "Brindle & Hart has become Brindle Group": one word stays.
    let stays = cues.has(Cue::Becomes) && !next.has(Cue::Becomes);
    if !(named || becomes || stays) {
        return None;
    }
    let clause = sentence.clause(at)?;
    let company = company_phrase(document, at + 1, clause.range.end)?;
    let says = named || becomes || keeps_a_word(document, sentence, lead, at, &company);
    if !says {
        return None;
    }
    let before = sentence.range.start..at;
    let told_to_record = document.token(at)?.is("records");
    let of_company = document.cues(before.clone()).has(Cue::Company)
        || document.slice(before.clone()).iter().any(|token| {
            lead.works_at(&token.lower) && !lead.is_called(&token.lower)
                || token.is_any(&["they", "theyre", "it", "we"])
        });
    // "She is called Giulia Ferraro now" is about her own name.
    let person = (before.start..at)
        .rev()
        .find(|at| document.cues(*at..at + 1).has_any(Cues::of(&[Cue::Third, Cue::Company])));
    let of_person = person.is_some_and(|at| {
        document.cues(at..at + 1).has(Cue::Third)
            && !document.slice(at..at + 1).iter().any(|token| token.is_any(&["his", "her"]))
    });
    // "They are not called Kettle any more: since May …".
    let from = (clause.range.start..company.start)
        .rev()
        .find(|at| document.token(*at).is_some_and(|token| token.is(":")));
    let denied = document.cues(from.unwrap_or(clause.range.start)..company.start).has_any(Cues::of(&[
        Cue::Negated,
        Cue::Past,
        Cue::Future,
        Cue::Rival,
    ]));
    let other = sentence
        .mentions
        .iter()
        .rev()
        .find(|mention| mention.at < at)
        .is_some_and(|mention| mention.who == Who::Other);
    let certain = !clause.unsure && !denied && !other && !of_person;
    (certain && (of_company || told_to_record)).then_some(Candidate {
        evidence: at..company.end,
        value: company,
        weight: Weight::Final,
        confidence: 0.92,
    })
}

/// Whether a company's name stands before the verb, and a part of it behind.
fn keeps_a_word(
    document: &Document<'_>,
    sentence: &Sentence,
    lead: &Lead,
    verb: usize,
    company: &Range<usize>,
) -> bool {
    let own = |at: usize| {
        document.token(at).is_some_and(|token| lead.works_at(&token.lower) && !lead.is_called(&token.lower))
    };
    let first = (sentence.range.start..verb).rev().find(|at| !document.cues(*at..at + 1).has(Cue::Becomes));
    first.is_some_and(own)
        && company.clone().any(own)
        && document.slice(company.clone()).iter().any(|token| token.is_word() && !lead.works_at(&token.lower))
}

/// `Company: Acme`.
fn labelled(document: &Document<'_>, sentence: &Sentence, at: usize) -> Option<Candidate<Range<usize>>> {
    #[rustfmt::skip]
    const LABELS: &[&str] = &[
        "company", "firm", "employer", "account", "organisation", "organization", "firma", "unternehmen", "arbeitgeber", "société",
        "entreprise", "empresa", "azienda", "società", "ditta", "bedrijf", "selskap", "företag",
    ];
    let label = document.token(at)?.is_any(LABELS) && document.token(at + 1)?.is_any(&[":", "="]);
    if !label || at > sentence.range.start + 2 {
        return None;
    }
    let company = company_phrase(document, at + 2, sentence.clause(at + 1)?.range.end)?;
    is_said_of_lead(document, sentence, at, company.start).then_some(Candidate {
        evidence: at..company.end,
        value: company,
        weight: Weight::Stated,
        confidence: 0.9,
    })
}
