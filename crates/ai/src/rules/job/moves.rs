//! From one company to another, and what is no company.

use std::ops::Range;

use super::{
    company_name::{company_phrase, has_form, names_own_company},
    has_lead_as_subject, is_said_of_lead,
    phrase::is_head,
};
use crate::rules::{
    candidate::{Candidate, Weight},
    text::{Document, Lead, Sentence},
};

/// Verbs of leaving.
#[rustfmt::skip]
const LEAVE: &[&str] = &[
    "left", "moved", "moves", "swapped", "traded", "quit", "switched", "jumped", "went", "ditched", "quitté", "dejó", "dejado",
    "cambió", "cambiado", "lasciato", "deixou", "trocou", "verlaten", "verruild", "transferred", "ist", "hat",
];

/// `left Brindle & Hart for Kestrel Foods`, `moved from Brindle & Hart to Kestrel Foods`.
pub(super) fn left_for(
    document: &Document<'_>,
    sentence: &Sentence,
    lead: &Lead,
    at: usize,
) -> Option<Candidate<Range<usize>>> {
    const REACH: usize = 9;
    #[rustfmt::skip]
    const JOINTS: &[&str] = &[
        "to", "for", "pour", "à", "por", "a", "per", "pela", "pelo", "para", "voor", "naar", "zu", "zur", "zum", "till", "til",
    ];
    if !document.token(at)?.is_any(JOINTS) {
        return None;
    }
    let clause = sentence.clause(at)?;
    let from = at.saturating_sub(REACH).max(clause.range.start);
    let verb = (from..at).find(|at| document.token(*at).is_some_and(|token| token.is_any(LEAVE)))?;
    let old = document.slice(verb + 1..at);
    let own = old.iter().any(|token| lead.works_at(&token.lower) && !lead.is_called(&token.lower));
    let company = company_phrase(document, at + 1, clause.range.end)?;
    let of_lead = is_said_of_lead(document, sentence, verb, company.start)
        && has_lead_as_subject(document, sentence, verb);
    (own && of_lead && !is_place_or_department(document, &company)).then_some(Candidate {
        evidence: verb..company.end,
        value: company,
        weight: Weight::Final,
        confidence: 0.92,
    })
}

/// `has set up his own firm called Tillery Advisory`.
pub(super) fn founded(
    document: &Document<'_>,
    sentence: &Sentence,
    at: usize,
) -> Option<Candidate<Range<usize>>> {
    const FIRMS: &[&str] = &[
        "firm",
        "company",
        "consultancy",
        "business",
        "agency",
        "studio",
        "practice",
        "startup",
        "start-up",
        "shop",
    ];
    const VERBS: &[&str] = &[
        "set", "founded", "started", "launched", "runs", "running", "opened", "has", "formed", "created",
        "starting",
    ];
    let is_any = |at: usize, words: &[&str]| document.token(at).is_some_and(|token| token.is_any(words));
    let own = (at.saturating_sub(3)..at).any(|at| is_any(at, &["own"]));
    if !is_any(at, FIRMS) || !own {
        return None;
    }
    let verb = (at.saturating_sub(8).max(sentence.range.start)..at).find(|at| is_any(*at, VERBS))?;
    let mut from = at + 1;
    while is_any(from, &["called", "named", ",", ":", "now"]) && from < at + 4 {
        from += 1;
    }
    let company =
        company_phrase(document, from, sentence.clause(from)?.range.end).filter(|_| from > at + 1)?;
    let of_lead =
        is_said_of_lead(document, sentence, verb, at) && has_lead_as_subject(document, sentence, verb);
    of_lead.then_some(Candidate {
        evidence: verb..company.end,
        value: company,
        weight: Weight::Final,
        confidence: 0.86,
    })
}

/// `is heading up procurement at Silverfin Marine`, `ist seit April bei der Oakline GmbH`: where somebody works now.
pub(super) fn works_at(
    document: &Document<'_>,
    sentence: &Sentence,
    lead: &Lead,
    at: usize,
) -> Option<Candidate<Range<usize>>> {
    const REACH: usize = 10;
    #[rustfmt::skip]
    const WORKS: &[&str] = &[
        "heading", "heads", "leads", "leading", "runs", "running", "working", "works", "arbeitet", "leitet", "travaille", "dirige",
        "trabaja", "lavora", "trabalha", "werkt", "leidt", "jobber", "jobbar",
    ];
    if !document.token(at)?.is_any(&["at", "bei", "chez", "presso", "bij", "hos"]) {
        return None;
    }
    let clause = sentence.clause(at)?;
    let from = at.saturating_sub(REACH).max(clause.range.start);
    let is_any = |at: usize, words: &[&str]| document.token(at).is_some_and(|token| token.is_any(words));
    let now = (from..at).any(|at| {
        is_any(at, &["seit", "jetzt", "nun", "now", "since", "désormais", "depuis", "nu", "sinds", "ora"])
    });
    let verb =
        (from..at).find(|at| is_any(*at, WORKS) || now && is_any(*at, &["ist", "est", "is", "'s", "è"]))?;
    let company = company_phrase(document, at + 1, clause.range.end)?;
    let own = names_own_company(document, &company, lead);
    let of_lead = is_said_of_lead(document, sentence, verb, company.start)
        && has_lead_as_subject(document, sentence, verb);
    (of_lead && !own && !is_place_or_department(document, &company)).then_some(Candidate {
        evidence: verb..company.end,
        value: company,
        weight: Weight::Stated,
        confidence: 0.87,
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

/// Whether what looks like a company is a place or a department.
pub(super) fn is_place_or_department(document: &Document<'_>, company: &Range<usize>) -> bool {
    let words = document.slice(company.clone());
    let known = |token: &crate::rules::text::Token<'_>| PLACES.contains(&token.lower.as_ref());
    let pair = words.iter().map(|token| token.lower.as_ref()).collect::<Vec<_>>().join(" ");
    words.len() == 1 && words.last().is_some_and(known)
        || PLACES_OF_TWO_WORDS.contains(&pair.as_str())
        || words.iter().any(is_head) && words.len() == 1
}

/// One word behind a verb of moving, where nothing speaks of work.
pub(super) fn may_be_place(
    document: &Document<'_>,
    sentence: &Sentence,
    joint: usize,
    company: &Range<usize>,
) -> bool {
    #[rustfmt::skip]
    const WORK: &[&str] = &[
        "as", "als", "comme", "como", "come", "job", "role", "employer", "career", "left", "rival", "competitor", "works", "working",
        "team", "company", "firm", "there", "joined", "from",
    ];
    let to = document
        .token(joint)
        .is_some_and(|token| token.is_any(&["to", "a", "à", "nach", "naar", "para", "till", "til"]));
    let works = document.slice(sentence.range.clone()).iter().any(|token| token.is_any(WORK));
    to && company.len() == 1 && !has_form(document, company) && !works
}
