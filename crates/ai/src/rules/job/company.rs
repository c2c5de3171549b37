use std::ops::Range;

use super::{
    has_lead_as_subject, is_said_of_lead,
    phrase::{company_phrase, is_head},
    title::Title,
};
use crate::rules::{
    candidate::{Candidate, Weight},
    text::{Document, Lead, Sentence, Who},
    words::{Cue, Cues},
};

/// The companies that the lead is said to be at, or that its company is said to be called, as the tokens of each.
pub(crate) fn companies(
    document: &Document<'_>,
    lead: &Lead,
    titles: &[Candidate<Title>],
) -> Vec<Candidate<Range<usize>>> {
    let mut found: Vec<_> = titles.iter().filter_map(|title| behind_title(document, title)).collect();
    for sentence in document.sentences.iter().filter(|sentence| !sentence.asks && !sentence.elsewhere) {
        for at in sentence.range.clone() {
            let claim = joined(document, sentence, at)
                .or_else(|| renamed(document, sentence, lead, at))
                .or_else(|| labelled(document, sentence, at));
            found.extend(claim);
        }
    }
    found
}

/// `VP of Sales at Acme Corp`, `CEO of Acme`.
fn behind_title(document: &Document<'_>, title: &Candidate<Title>) -> Option<Candidate<Range<usize>>> {
    let at = title.value.end;
    let sentence = document.sentences.iter().find(|sentence| sentence.range.contains(&at))?;
    let joint = document.token(at)?;
    if !joint.is_any(&["at", "@", "bei", "beim", "chez", "bij", "presso", "hos", "of"]) {
        return None;
    }
    let company = company_phrase(document, at + 1, sentence.clause(at)?.range.end)?;
    Some(Candidate {
        evidence: title.value.start..company.end,
        value: company,
        weight: title.weight,
        confidence: title.confidence,
    })
}

/// `moved over to Baltic Zinc`, `he's now with Polar Logistics`.
fn joined(document: &Document<'_>, sentence: &Sentence, at: usize) -> Option<Candidate<Range<usize>>> {
    let ends = document.cues(at..at + 1).has(Cue::Joins) && !document.cues(at + 1..at + 2).has(Cue::Joins);
    if !ends {
        return None;
    }
    let clause = sentence.clause(at)?;
    let company = company_phrase(document, at + 1, clause.range.end)?;
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
    (of_lead && !place).then_some(Candidate {
        evidence: verb..company.end,
        value: company,
        weight: Weight::Final,
        confidence: 0.92,
    })
}

/// Where people move that is no company.
#[rustfmt::skip]
const PLACES: &[&str] = &[
    "london", "berlin", "paris", "madrid", "rome", "milan", "munich", "münchen", "hamburg", "vienna",
    "wien", "zurich", "zürich", "geneva", "amsterdam", "brussels", "dublin", "lisbon", "oslo",
    "stockholm", "copenhagen", "helsinki", "warsaw", "prague", "budapest", "york", "chicago", "boston",
    "austin", "dallas", "houston", "denver", "seattle", "atlanta", "miami", "angeles", "francisco",
    "diego", "toronto", "vancouver", "montreal", "sydney", "melbourne", "singapore", "kong", "tokyo",
    "dubai", "mumbai", "delhi", "lagos", "nairobi", "johannesburg", "cape", "mexico", "texas",
    "california", "florida", "germany", "france", "spain", "italy", "england", "scotland", "ireland",
    "norway", "sweden", "denmark", "canada", "australia", "india", "europe", "asia", "usa", "us", "uk",
    "emea", "apac", "hq", "marketing", "sales", "finance", "hr", "it", "operations", "procurement",
    "purchasing", "engineering", "legal", "logistics", "barcelona", "frankfurt", "cologne", "köln",
    "stuttgart", "lyon", "porto", "manchester", "leeds", "glasgow", "edinburgh", "bristol", "birmingham",
    "galway", "cork",
];
#[rustfmt::skip]
const PLACES_OF_TWO_WORDS: &[&str] = &[
    "new york", "los angeles", "san francisco", "san diego", "hong kong", "cape town", "mexico city",
    "tel aviv", "south africa", "new zealand", "buenos aires", "the hague", "st louis",
];

fn is_place_or_department(document: &Document<'_>, company: &Range<usize>) -> bool {
    let words = document.slice(company.clone());
    let known = |token: &crate::rules::text::Token<'_>| PLACES.contains(&token.lower.as_ref());
    let pair = words.iter().map(|token| token.lower.as_ref()).collect::<Vec<_>>().join(" ");
    words.len() == 1 && words.last().is_some_and(known)
        || PLACES_OF_TWO_WORDS.contains(&pair.as_str())
        || words.iter().any(is_head) && words.len() == 1
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
    let becomes = sentence.cues.has(Cue::Renamed) && cues.has(Cue::Becomes) && !next.has(Cue::Becomes);
    if !(named || becomes) {
        return None;
    }
    let clause = sentence.clause(at)?;
    let company = company_phrase(document, at + 1, clause.range.end)?;
    let before = sentence.range.start..at;
    let told_to_record = document.token(at)?.is("records");
    let of_company = document.cues(before.clone()).has(Cue::Company)
        || document.slice(before.clone()).iter().any(|token| {
            lead.works_at(&token.lower) && !lead.is_called(&token.lower)
                || token.is_any(&["they", "it", "we"])
        });
    // "She is called Giulia Ferraro now" is about her own name.
    let person = (before.start..at)
        .rev()
        .find(|at| document.cues(*at..at + 1).has_any(Cues::of(&[Cue::Third, Cue::Company])));
    let of_person = person.is_some_and(|at| {
        document.cues(at..at + 1).has(Cue::Third)
            && !document.slice(at..at + 1).iter().any(|token| token.is_any(&["his", "her"]))
    });
    let denied = document.cues(clause.range.start..company.start).has_any(Cues::of(&[
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

/// `Company: Acme`.
fn labelled(document: &Document<'_>, sentence: &Sentence, at: usize) -> Option<Candidate<Range<usize>>> {
    let label = document.cues(at..at + 1).has(Cue::Company) && document.token(at + 1)?.is_any(&[":", "="]);
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
