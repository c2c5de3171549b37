//! Measures how well texts are read.

use std::{
    io::{BufRead, BufReader, Read, stdin},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use leadkeep_ai::{
    Proposal, ProposedChange,
    eval::{Labelled, Report, Triple},
};
use leadkeep_domain::{AiProvider, AiSettings, Lead};
use leadkeep_service::smart_updates::{Judgement, Providers, Terms, judge};
use serde_json::{Value, json};
use time::{OffsetDateTime, Time};

use crate::{
    ai,
    output::{print_one, say},
    settings::Settings,
};

/// What is to be measured.
pub(crate) struct Eval {
    pub(crate) file: PathBuf,
    pub(crate) provider: Option<AiProvider>,
    pub(crate) min_confidence: f64,
    pub(crate) verbose: bool,
}

/// The longest line, in bytes: a text of 64 KiB, escaped, and what is around it.
const LONGEST_LINE: u64 = 1024 * 1024;

pub(crate) async fn eval(settings: &Settings, wanted: Eval, json: bool) -> Result<()> {
    let provider = wanted.provider.unwrap_or(match settings.ai.provider {
        AiProvider::Off => AiProvider::Rules,
        provider => provider,
    });
    if provider == AiProvider::Off {
        bail!("--provider must be rules or openai: off reads nothing");
    }
    let providers = ai::providers(&settings.ai, provider)?;
    let mut report = Report::default();
    let mut lines = open(&wanted.file)?;
    let mut number = 0_usize;
    while let Some(line) = next_line(&mut lines)? {
        number += 1;
        if line.trim().is_empty() {
            continue;
        }
        let labelled =
            Labelled::parse(&line).with_context(|| format!("{}, line {number}", wanted.file.display()))?;
        let told = || format!("{}, line {number}: {}", wanted.file.display(), labelled.id);
        let proposal =
            read(&providers, provider, &labelled, wanted.min_confidence).await.with_context(told)?;
        report.add(&labelled, &proposal, wanted.min_confidence);
        if provider == AiProvider::OpenAi {
            eprintln!("{number}: {} {}", labelled.kind, labelled.id);
        }
    }
    if report.lines == 0 {
        bail!("{} has no notes", wanted.file.display());
    }
    if json { print_one(&to_json(&report), true) } else { say(&to_text(&report, &wanted)) }
}

/// What the server would make of a note: what the provider proposes, and the judge lets stand.
async fn read(
    providers: &Providers,
    provider: AiProvider,
    labelled: &Labelled,
    min_confidence: f64,
) -> Result<Proposal> {
    let note = labelled.note.clone();
    let written_at = OffsetDateTime::new_utc(note.written_on, Time::MIDNIGHT);
    let lead = Lead::create(note.lead.clone(), written_at);
    let proposal = providers.propose(provider, note.clone()).await?;
    let doubt = providers.doubt(provider, &note).await?;
    let terms =
        Terms { settings: &AiSettings::default(), min_confidence, overwrite: true, doubt: doubt.as_ref() };
    let Judgement { changes, .. } = judge(&lead, &note, &proposal.changes, terms);
    let changes = changes.into_iter().map(|judged| ProposedChange {
        field: judged.change.field,
        value: judged.change.to,
        confidence: judged.confidence,
        evidence: Vec::new(),
    });
    Ok(Proposal { changes: changes.collect(), ..proposal })
}

fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::new(stdin())));
    }
    let file = std::fs::File::open(path).with_context(|| format!("can't read {}", path.display()))?;
    Ok(Box::new(BufReader::new(file)))
}

fn next_line(lines: &mut Box<dyn BufRead>) -> Result<Option<String>> {
    let mut line = String::new();
    let read = lines.take(LONGEST_LINE).read_line(&mut line).context("the notes can't be read")?;
    match read as u64 {
        0 => Ok(None),
        LONGEST_LINE => bail!("a line is longer than {LONGEST_LINE} bytes"),
        _ => Ok(Some(line)),
    }
}

fn to_text(report: &Report, wanted: &Eval) -> String {
    let sure = report.at_least(90);
    let (count, share) = (sure.predicted, 100.0 * sure.precision());
    let mut parts = vec![
        report.to_string(),
        format!("Of {count} updates reported with 0.90 or more, {share:.1} % are right."),
    ];
    let lines: Vec<&str> = report.wrong_lines.iter().map(|(id, _)| id.as_str()).collect();
    if !lines.is_empty() {
        parts.push(format!("Lines with a wrong update: {}", lines.join(", ")));
    }
    if wanted.verbose {
        parts.extend(report.wrong.iter().map(|(id, triple)| format!("wrong   {id}  {triple}")));
        parts.extend(report.missed.iter().map(|(id, triple)| format!("missed  {id}  {triple}")));
    }
    parts.join("\n") + "\n"
}

fn to_json(report: &Report) -> Value {
    let counts = |counts: &std::collections::BTreeMap<String, leadkeep_ai::eval::Count>| -> Value {
        counts
            .iter()
            .map(|(name, count)| (name.clone(), count_json(*count)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let triples = |triples: &[(String, Triple)]| -> Value {
        triples
            .iter()
            .map(|(id, triple)| json!({"id": id, "field": triple.field, "value": triple.value}))
            .collect()
    };
    let bands = report.by_confidence.iter().map(|(low, band)| {
        json!({"from": f64::from(*low) / 100.0, "predicted": band.predicted, "correct": band.correct, "share": band.precision()})
    });
    json!({
        "lines": report.lines,
        "lines_with_wrong_updates": report.wrong_lines.iter().map(|(id, kind)| json!({"id": id, "kind": kind})).collect::<Vec<_>>(),
        "total": count_json(report.total),
        "by_field": counts(&report.by_field),
        "by_kind": counts(&report.by_kind),
        "by_confidence": bands.collect::<Vec<_>>(),
        "wrong": triples(&report.wrong),
        "missed": triples(&report.missed),
    })
}

fn count_json(count: leadkeep_ai::eval::Count) -> Value {
    json!({
        "precision": count.precision(),
        "recall": count.recall(),
        "f1": count.f1(),
        "correct": count.correct,
        "predicted": count.predicted,
        "expected": count.expected,
    })
}
