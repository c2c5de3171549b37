//! What becomes of what a provider proposes. The provider is not believed: a value stands in the text or it is refused, and it
//! passes what a PATCH passes.

use leadkeep_ai::{Note, ProposedChange, Span};
use leadkeep_domain::{
    AiChange, AiRefusal, AiSettings, Change, Field, Lead, LeadPatch, Quote, RefusalReason,
};
use serde_json::{Map, Value};

use super::evidence::Doubt;
use crate::input::{Faults, Fields, lead as lead_input};

/// What is asked of a proposal.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    /// What text may set in the workspace.
    pub settings: &'a AiSettings,
    /// How sure a change must be, from 0 to 1.
    pub min_confidence: f64,
    /// Whether a field that has a value may get another.
    pub overwrite: bool,
    /// Where a model proposed it, what is known of the text beside that: what the model says is derived again. None for rules,
    /// which know.
    pub doubt: Option<&'a Doubt>,
}

/// What may be done, and what may not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// The changes that stand, as a patch.
    pub patch: LeadPatch,
    /// The same, with their evidence.
    pub changes: Vec<AiChange>,
    /// What was refused, each with its reason.
    pub refused: Vec<AiRefusal>,
}

/// Judges what was proposed of a lead. Of two proposals for one field the first counts; what the lead has already is no change.
pub fn judge(lead: &Lead, note: &Note, proposed: &[ProposedChange], terms: Terms<'_>) -> Judgement {
    let mut bench = Bench { lead, note, terms, proposed, judgement: Judgement::default() };
    let mut seen = Vec::new();
    for change in proposed {
        if !seen.contains(&change.field) {
            seen.push(change.field);
            bench.hear(change);
        }
    }
    bench.keep_money_together();
    bench.sum_up()
}

/// A judgement on its way.
struct Bench<'a> {
    lead: &'a Lead,
    note: &'a Note,
    terms: Terms<'a>,
    proposed: &'a [ProposedChange],
    judgement: Judgement,
}

/// Why not, with more about it where there is more to say.
type Refused = (RefusalReason, Option<String>);

impl Bench<'_> {
    fn hear(&mut self, proposed: &ProposedChange) {
        match self.weigh(proposed) {
            Ok(Some(change)) => self.judgement.changes.push(change),
            Ok(None) => {}
            Err((reason, message)) => {
                let refusal = AiRefusal::new(proposed.field, proposed.value.clone(), reason);
                self.judgement.refused.push(AiRefusal { message, ..refusal });
            }
        }
    }

    /// The change that a proposal is; none where the lead is so already.
    fn weigh(&self, proposed: &ProposedChange) -> Result<Option<AiChange>, Refused> {
        let refuse = |reason| Err((reason, None));
        if !self.terms.settings.may_set(proposed.field) {
            return refuse(RefusalReason::FieldNotAllowed);
        }
        let mut proposed = proposed.clone();
        if let Some(doubt) = self.terms.doubt {
            proposed.evidence =
                proposed.evidence.iter().map(|span| elsewhere(doubt, &self.note.text, *span)).collect();
        }
        let Some(quotes) = quotes(&self.note.text, &proposed.evidence) else {
            return refuse(RefusalReason::EvidenceNotInText);
        };
        if let Some(doubt) = self.terms.doubt {
            if proposed.evidence.iter().any(|span| doubt.is_instruction(*span)) {
                return refuse(RefusalReason::Instruction);
            }
            if !doubt.allows(&proposed, self.note, self.proposed) {
                return refuse(RefusalReason::DiffersFromEvidence);
            }
        }
        let patch = patch(&[(proposed.field, proposed.value.clone())], self.lead)?;
        let Ok(Some(change)) = patch.apply(self.lead, self.lead.updated_at) else { return Ok(None) };
        let Some(change) = change.changes.into_iter().next() else { return Ok(None) };
        if !self.terms.overwrite && !self.is_empty(&change) {
            return refuse(RefusalReason::NotEmpty);
        }
        // A confidence that is no number is none.
        let confidence = if proposed.confidence.is_nan() { 0.0 } else { proposed.confidence.clamp(0.0, 1.0) };
        if confidence < self.terms.min_confidence {
            return refuse(RefusalReason::BelowMinConfidence);
        }
        Ok(Some(AiChange { change, confidence, evidence: quotes }))
    }

    /// Whether the field has nothing that a person could miss. A lead without an amount has a currency all the same.
    fn is_empty(&self, change: &Change) -> bool {
        match change.field {
            Field::DealCurrency => self.lead.fields.deal_value.is_none(),
            Field::Tags => self.lead.fields.tags.is_empty(),
            _ => change.from.is_null(),
        }
    }

    /// An amount and its currency stand or fall together: either alone would say something else.
    fn keep_money_together(&mut self) {
        let is_money = |field: &Field| Field::MONEY.contains(field);
        let refused = self.judgement.refused.iter().find(|refusal| is_money(&refusal.field));
        let Some(reason) = refused.map(|refusal| refusal.reason) else { return };
        let (money, others) = std::mem::take(&mut self.judgement.changes)
            .into_iter()
            .partition(|change| is_money(&change.change.field));
        self.judgement.changes = others;
        let money: Vec<AiChange> = money;
        let refusals =
            money.into_iter().map(|change| AiRefusal::new(change.change.field, change.change.to, reason));
        self.judgement.refused.extend(refusals);
    }

    fn sum_up(mut self) -> Judgement {
        let accepted: Vec<_> = self
            .judgement
            .changes
            .iter()
            .map(|change| (change.change.field, change.change.to.clone()))
            .collect();
        // Each was read alone before, so together they can be read.
        self.judgement.patch = patch(&accepted, self.lead).unwrap_or_default();
        self.judgement
    }
}

/// These members as a PATCH would have them. A text can't empty a field.
fn patch(members: &[(Field, Value)], lead: &Lead) -> Result<LeadPatch, Refused> {
    let refuse = |message: String| (RefusalReason::InvalidValue, Some(message));
    if members.iter().any(|(_, value)| value.is_null()) {
        return Err(refuse("must not be null".to_owned()));
    }
    read_patch(members.iter().cloned(), lead).map_err(refuse)
}

fn read_patch(members: impl Iterator<Item = (Field, Value)>, lead: &Lead) -> Result<LeadPatch, String> {
    let members: Map<String, Value> =
        members.map(|(field, value)| (field.as_str().to_owned(), value)).collect();
    lead_input::patch(Fields::new(members), lead.fields.deal_currency).map_err(|Faults(faults)| {
        faults.into_iter().map(|fault| fault.message).collect::<Vec<_>>().join("; ")
    })
}

/// The same words where they are a statement, if those that are quoted are not.
fn elsewhere(doubt: &Doubt, text: &str, span: Span) -> Span {
    let Some(quote) = text.get(span.start..span.end).filter(|quote| !quote.is_empty()) else { return span };
    if !doubt.is_instruction(span) {
        return span;
    }
    let places = text.match_indices(quote).map(|(start, _)| Span { start, end: start + quote.len() });
    places.take(MOST_PLACES).find(|place| !doubt.is_instruction(*place)).unwrap_or(span)
}

/// How often the same words are looked for in a text.
const MOST_PLACES: usize = 50;

/// How many bytes of the text may state one change: more than this states nothing in particular.
const MOST_EVIDENCE: usize = 2_000;

/// What is at these places of the text; none if there is nothing, or if one is not in it.
fn quotes(text: &str, spans: &[Span]) -> Option<Vec<Quote>> {
    let quote = |span: &Span| {
        let quote = text.get(span.start..span.end).filter(|quote| !quote.trim().is_empty())?;
        Some(Quote { start: span.start, end: span.end, quote: quote.to_owned() })
    };
    let quotes: Vec<Quote> = spans.iter().map(quote).collect::<Option<_>>()?;
    let bytes: usize = quotes.iter().map(|quote| quote.quote.len()).sum();
    (1..=MOST_EVIDENCE).contains(&bytes).then_some(quotes)
}
