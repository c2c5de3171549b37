use std::ops::Range;

use leadkeep_domain::{CloseDate, Field, Tag, Tags, Text};
use serde_json::{Value, json};

use super::{
    amount,
    candidate::{Candidate, agreed},
    date, email, job, phone,
    signature::Signed,
    stage, tags,
    text::{Document, Lead},
    website,
};
use crate::{Note, ProposedChange};

/// The changes of a note: what was found, where it differs from what the lead has.
pub(super) struct Changes<'c, 't> {
    note: &'c Note,
    document: &'c Document<'t>,
    list: Vec<ProposedChange>,
}

impl<'c, 't> Changes<'c, 't> {
    pub(super) fn new(note: &'c Note, document: &'c Document<'t>) -> Self {
        Self { note, document, list: Vec::new() }
    }

    pub(super) fn into_list(self) -> Vec<ProposedChange> {
        self.list
    }

    /// Name, title and company.
    pub(super) fn job(&mut self, lead: &Lead, signed: &Signed) {
        let fields = &self.note.lead;
        let mut titles = job::titles(self.document, lead);
        let mut companies = job::companies(self.document, lead, &titles);
        let mut names = job::names(self.document, lead);
        titles.extend(signed.titles.iter().cloned());
        companies.extend(signed.companies.iter().cloned());
        names.extend(signed.names.iter().cloned());
        self.words(Field::Name, names, fields.name.as_ref());
        self.words(Field::Title, titles, fields.title.as_ref());
        self.words(Field::Company, companies, fields.company.as_ref());
    }

    /// Candidates of words, compared as people compare them: ignoring case.
    fn words(&mut self, field: Field, candidates: Vec<Candidate<Range<usize>>>, current: Option<&Text<200>>) {
        let written = candidates.into_iter().filter_map(|candidate| {
            let text = written(self.document, candidate.value);
            (!text.is_empty()).then_some(Candidate {
                value: Folded(text),
                weight: candidate.weight,
                confidence: candidate.confidence,
                evidence: candidate.evidence,
            })
        });
        let Some(found) = agreed(written.collect()) else { return };
        let same = current.is_some_and(|current| Folded(current.as_str().trim().to_owned()) == found.value);
        if !same && Text::<200>::parse(found.value.0.clone()).is_ok() {
            self.propose(field, json!(found.value.0), found.confidence, found.evidence);
        }
    }

    /// Address, telephone and website.
    pub(super) fn contact(&mut self, lead: &Lead, signed: &Signed) {
        let mut emails = email::addresses(self.document, lead);
        emails.extend(signed.emails.iter().cloned());
        if let Some(found) = agreed(emails).filter(|found| found.value.key() != self.note.lead.email.key()) {
            self.propose(Field::Email, json!(found.value.key()), found.confidence, found.evidence);
        }
        let mut phones = phone::lines(self.document);
        phones.extend(signed.phones.iter().cloned());
        let current = self.note.lead.phone.as_ref();
        let is_new =
            |number: &str| current.is_none_or(|current| !phone::same_phone(current.as_str(), number));
        if let Some(found) = agreed(phones).filter(|found| is_new(&found.value)) {
            self.propose(Field::Phone, json!(found.value), found.confidence, found.evidence);
        }
        let mut sites = website::sites(self.document);
        sites.extend(signed.sites.iter().cloned());
        let sites = sites.into_iter().map(|site| Candidate {
            value: Site(site.value),
            weight: site.weight,
            confidence: site.confidence,
            evidence: site.evidence,
        });
        let current = self.note.lead.website.as_ref().map(|site| Site(site.as_str().to_owned()));
        if let Some(found) = agreed(sites.collect()).filter(|found| current.as_ref() != Some(&found.value)) {
            self.propose(Field::Website, json!(found.value.0), found.confidence, found.evidence);
        }
    }

    /// Value, currency, stage and expected close.
    pub(super) fn deal(&mut self, lead: &Lead) {
        let fields = &self.note.lead;
        let deal = amount::deal(self.document, fields.deal_currency);
        if let Some(found) = agreed(deal.amounts) {
            let (money, shown) = found.value;
            if fields.deal_value != Some(money.amount) {
                self.propose(
                    Field::DealValue,
                    json!(money.amount.get()),
                    found.confidence,
                    found.evidence.clone(),
                );
            }
            if shown && money.currency != fields.deal_currency {
                self.propose(
                    Field::DealCurrency,
                    json!(money.currency.code()),
                    found.confidence,
                    found.evidence,
                );
            }
        }
        let proposed = self.list.iter().any(|change| change.field == Field::DealCurrency);
        if let Some(found) =
            agreed(deal.currencies).filter(|found| !proposed && found.value != fields.deal_currency)
        {
            self.propose(Field::DealCurrency, json!(found.value.code()), found.confidence, found.evidence);
        }
        let is_new = |stage| fields.deal_stage != Some(stage) && self.note.stages.contains(&stage);
        if let Some(found) = agreed(stage::stages(self.document, lead)).filter(|found| is_new(found.value)) {
            self.propose(Field::DealStage, json!(found.value.as_str()), found.confidence, found.evidence);
        }
        let Some(found) = agreed(date::closing(self.document, self.note.written_on)) else { return };
        let Ok(close) = CloseDate::from_date(found.value) else { return };
        if fields.deal_close_date != Some(close) {
            self.propose(Field::DealCloseDate, json!(close.to_string()), found.confidence, found.evidence);
        }
    }

    /// The whole list, as it is after what the text asks for.
    pub(super) fn tags(&mut self) {
        let before: Vec<&str> = self.note.lead.tags.iter().map(Text::as_str).collect();
        let mut after: Vec<String> = before.iter().map(|tag| (*tag).to_owned()).collect();
        let mut evidence = Vec::new();
        for request in tags::requests(self.document) {
            let has = |tag: &String| tag.to_lowercase() == request.tag.to_lowercase();
            let changes = after.iter().any(has) != request.adds;
            if !changes || Tag::parse(request.tag.clone()).is_err() {
                continue;
            }
            if request.adds {
                after.push(request.tag.clone());
            } else {
                after.retain(|tag| !has(tag));
            }
            evidence.extend(self.document.span(request.evidence));
        }
        let Ok(tags) = Tags::new(after.into_iter().map(Tag::from_stored)) else { return };
        if tags != self.note.lead.tags {
            let value = json!(tags.iter().map(Text::as_str).collect::<Vec<_>>());
            self.list.push(ProposedChange { field: Field::Tags, value, confidence: 0.95, evidence });
        }
    }

    fn propose(&mut self, field: Field, value: Value, confidence: f64, evidence: Range<usize>) {
        if let Some(span) = self.document.span(evidence) {
            self.list.push(ProposedChange { field, value, confidence, evidence: vec![span] });
        }
    }
}

/// These tokens as they are written, with single spaces.
fn written(document: &Document<'_>, range: Range<usize>) -> String {
    let mut text = String::new();
    for token in document.slice(range) {
        if token.spaced && !text.is_empty() {
            text.push(' ');
        }
        text.push_str(token.text);
    }
    text
}

/// Text that is the same in any case.
struct Folded(String);

impl PartialEq for Folded {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_lowercase() == other.0.to_lowercase()
    }
}

/// A website, that is the same with and without scheme, `www.` and final slash.
struct Site(String);

impl PartialEq for Site {
    fn eq(&self, other: &Self) -> bool {
        bare(&self.0) == bare(&other.0)
    }
}

fn bare(site: &str) -> String {
    let site = site.to_lowercase();
    let site = site.split_once("://").map_or(site.as_str(), |(_, rest)| rest);
    site.strip_prefix("www.").unwrap_or(site).trim_end_matches('/').to_owned()
}
