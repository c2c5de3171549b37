use std::{collections::BTreeMap, fmt};

use super::{Labelled, Triple};
use crate::Proposal;

/// How many updates were expected, predicted, and both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// What the labels have.
    pub expected: usize,
    /// What the provider said.
    pub predicted: usize,
    /// What both have.
    pub correct: usize,
}

impl Count {
    /// The share of what was said that is right; 1 where nothing was said.
    pub fn precision(self) -> f64 {
        ratio(self.correct, self.predicted)
    }

    /// The share of what is right that was said; 1 where there is nothing to say.
    pub fn recall(self) -> f64 {
        ratio(self.correct, self.expected)
    }

    /// The harmonic mean of both.
    pub fn f1(self) -> f64 {
        ratio(2 * self.correct, self.predicted + self.expected)
    }

    fn add(&mut self, other: Self) {
        self.expected += other.expected;
        self.predicted += other.predicted;
        self.correct += other.correct;
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    let exact = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    if whole == 0 { 1.0 } else { exact(part) / exact(whole) }
}

/// Updates of similar confidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Band {
    /// How many there are.
    pub predicted: usize,
    /// How many are right.
    pub correct: usize,
}

impl Band {
    /// The share that is right; 1 where there are none.
    pub fn precision(self) -> f64 {
        ratio(self.correct, self.predicted)
    }
}

/// The lower ends of the bands of confidence, in hundredths.
const BANDS: [u8; 6] = [0, 50, 60, 70, 80, 90];

/// The scores of many lines.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Of all fields and kinds.
    pub total: Count,
    /// By field.
    pub by_field: BTreeMap<String, Count>,
    /// By kind of note.
    pub by_kind: BTreeMap<String, Count>,
    /// By the lower end of their confidence, in hundredths.
    pub by_confidence: BTreeMap<u8, Band>,
    /// The lines that were scored.
    pub lines: usize,
    /// The ids and kinds of lines with at least one wrong update, and what was wrong or missed in any line.
    pub wrong_lines: Vec<(String, String)>,
    /// What was said and is not expected, by line.
    pub wrong: Vec<(String, Triple)>,
    /// What is expected and was not said, by line.
    pub missed: Vec<(String, Triple)>,
}

impl Report {
    /// Scores a proposal for a line. Changes below `min_confidence` count as not proposed.
    pub fn add(&mut self, line: &Labelled, proposal: &Proposal, min_confidence: f64) {
        self.lines += 1;
        let mut said = Vec::new();
        for change in proposal.changes.iter().filter(|change| change.confidence >= min_confidence) {
            for triple in Triple::of_change(change, &line.note.lead) {
                let right = line.expected.contains(&triple);
                self.count_confidence(change.confidence, right);
                said.push(triple);
            }
        }
        let wrong: Vec<_> = said.iter().filter(|triple| !line.expected.contains(triple)).cloned().collect();
        if !wrong.is_empty() {
            self.wrong_lines.push((line.id.clone(), line.kind.clone()));
        }
        for triple in &line.expected {
            let correct = usize::from(said.contains(triple));
            self.count(&line.kind, &triple.field, Count { expected: 1, predicted: correct, correct });
            if correct == 0 {
                self.missed.push((line.id.clone(), triple.clone()));
            }
        }
        for triple in wrong {
            self.count(&line.kind, &triple.field, Count { expected: 0, predicted: 1, correct: 0 });
            self.wrong.push((line.id.clone(), triple));
        }
    }

    /// Of the updates reported with at least this confidence, in hundredths, how many are right.
    pub fn at_least(&self, hundredths: u8) -> Band {
        let bands = self.by_confidence.iter().filter(|(low, _)| **low >= hundredths);
        bands.fold(Band::default(), |all, (_, band)| Band {
            predicted: all.predicted + band.predicted,
            correct: all.correct + band.correct,
        })
    }

    /// How many lines of this kind have a wrong update.
    pub fn wrong_lines_of(&self, kind: &str) -> usize {
        self.wrong_lines.iter().filter(|(_, of)| of == kind).count()
    }

    fn count(&mut self, kind: &str, field: &str, count: Count) {
        self.total.add(count);
        self.by_field.entry(field.to_owned()).or_default().add(count);
        self.by_kind.entry(kind.to_owned()).or_default().add(count);
    }

    fn count_confidence(&mut self, confidence: f64, right: bool) {
        let low =
            BANDS.into_iter().rev().find(|low| confidence + 1e-9 >= f64::from(*low) / 100.0).unwrap_or(0);
        let band = self.by_confidence.entry(low).or_default();
        band.predicted += 1;
        band.correct += usize::from(right);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = |f: &mut fmt::Formatter<'_>, name: &str, count: Count| {
            let Count { expected, predicted, correct } = count;
            writeln!(
                f,
                "| {name} | {:.3} | {:.3} | {:.3} | {correct} | {predicted} | {expected} |",
                count.precision(),
                count.recall(),
                count.f1()
            )
        };
        writeln!(
            f,
            "| | precision | recall | F1 | correct | predicted | expected |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
        )?;
        row(f, "**all**", self.total)?;
        for (name, count) in self.by_field.iter().chain(&self.by_kind) {
            row(f, name, *count)?;
        }
        writeln!(f, "\n{} lines, {} with at least one wrong update\n", self.lines, self.wrong_lines.len())?;
        writeln!(f, "| confidence | predicted | correct | share |\n| --- | ---: | ---: | ---: |")?;
        for (low, band) in &self.by_confidence {
            writeln!(
                f,
                "| from 0.{low:02} | {} | {} | {:.3} |",
                band.predicted,
                band.correct,
                band.precision()
            )?;
        }
        Ok(())
    }
}
