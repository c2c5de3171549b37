//! What a provider made of a text, carried by the form that a person decides with: what was looked at is what is applied, and a
//! model is neither asked nor paid again.

use leadkeep_ai::{Proposal, ProposedChange, Span, Usage};
use leadkeep_credentials::Hasher;
use leadkeep_domain::{AiProvider, AiReader, CloseDate, LeadId, WorkspaceId};
use serde_json::{Value, json};
use time::Date;

use super::tokens;
use crate::seal::{hex, is_mac, mac};

/// What a seal is for: none of another form is valid here.
const PURPOSE: &str = "reading";

/// What a provider made of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub(super) provider: AiProvider,
    pub(super) changes: Vec<ProposedChange>,
    pub(super) usage: Usage,
    pub(super) model: Option<String>,
    pub(super) prompt_version: Option<String>,
    /// The day from which "next Friday" was counted.
    pub(super) written_on: Date,
}

/// What a reading is of: it is worth nothing for another text or lead.
#[derive(Clone, Copy, Debug)]
pub struct ReadFor<'a> {
    /// In which workspace.
    pub workspace: WorkspaceId,
    /// Of which lead.
    pub lead: LeadId,
    /// The text.
    pub text: &'a str,
}

impl Reading {
    pub(super) fn new(provider: AiProvider, proposal: Proposal, written_on: Date) -> Self {
        let Proposal { changes, usage, model, prompt_version } = proposal;
        Self { provider, changes, usage, model, prompt_version, written_on }
    }

    pub(super) fn reader(&self) -> AiReader {
        AiReader {
            provider: self.provider,
            model: self.model.clone(),
            prompt_version: self.prompt_version.clone(),
            tokens: tokens(self.usage),
        }
    }

    /// The reading as a form carries it. Nobody can make one up, or bring it to another text.
    pub fn seal(&self, key: &Hasher, read_for: ReadFor<'_>) -> String {
        let written = self.to_json().to_string();
        let parts = read_for.parts(&written);
        let code = hex(mac(key, PURPOSE, &parts.each_ref().map(String::as_str)));
        format!("{code}{written}")
    }

    /// The reading in what was [sealed](Self::seal) for the same.
    pub fn open(key: &Hasher, sealed: &str, read_for: ReadFor<'_>) -> Option<Self> {
        let (code, written) = sealed.split_at_checked(CODE)?;
        let parts = read_for.parts(written);
        let is_ours = is_mac(key, PURPOSE, &parts.each_ref().map(String::as_str), code);
        let written: Value = serde_json::from_str(written).ok().filter(|_| is_ours)?;
        Self::from_json(&written)
    }

    fn to_json(&self) -> Value {
        let change = |one: &ProposedChange| {
            let evidence: Vec<[usize; 2]> = one.evidence.iter().map(|span| [span.start, span.end]).collect();
            json!([one.field.as_str(), one.value, one.confidence, evidence])
        };
        json!({
            "provider": self.provider.as_str(),
            "model": self.model,
            "prompt_version": self.prompt_version,
            "written_on": CloseDate::from_stored(self.written_on).to_string(),
            "changes": self.changes.iter().map(change).collect::<Vec<_>>(),
        })
    }

    fn from_json(written: &Value) -> Option<Self> {
        let text = |name: &str| written.get(name)?.as_str();
        let changes = written.get("changes")?.as_array()?.iter().map(change_from_json);
        Some(Self {
            provider: text("provider")?.parse().ok()?,
            changes: changes.collect::<Option<_>>()?,
            usage: Usage::default(),
            model: text("model").map(str::to_owned),
            prompt_version: text("prompt_version").map(str::to_owned),
            written_on: CloseDate::parse(text("written_on")?).ok()?.date(),
        })
    }
}

/// How many digits a code has.
const CODE: usize = 32;

fn change_from_json(written: &Value) -> Option<ProposedChange> {
    let [field, value, confidence, evidence] = written.as_array()?.as_slice() else { return None };
    let span = |span: &Value| {
        let [start, end] = span.as_array()?.as_slice() else { return None };
        let at = |value: &Value| usize::try_from(value.as_u64()?).ok();
        Some(Span { start: at(start)?, end: at(end)? })
    };
    Some(ProposedChange {
        field: field.as_str()?.parse().ok()?,
        value: value.clone(),
        confidence: confidence.as_f64()?,
        evidence: evidence.as_array()?.iter().map(span).collect::<Option<_>>()?,
    })
}

impl ReadFor<'_> {
    /// The text is last: it may hold anything. What is written as JSON has no NUL.
    fn parts(self, written: &str) -> [String; 4] {
        [self.workspace.to_string(), self.lead.to_string(), written.to_owned(), self.text.to_owned()]
    }
}
