use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;

use crate::{Note, Proposal, SmartUpdate, SmartUpdateError};

/// A provider that answers what it was told, in order, and keeps what it was asked. Out of answers, it proposes nothing.
#[derive(Debug, Default)]
pub struct Scripted {
    answers: Mutex<VecDeque<Result<Proposal, SmartUpdateError>>>,
    asked: Mutex<Vec<Note>>,
}

impl Scripted {
    /// Answers these, one a call.
    pub fn new(answers: impl IntoIterator<Item = Result<Proposal, SmartUpdateError>>) -> Self {
        Self { answers: Mutex::new(answers.into_iter().collect()), asked: Mutex::default() }
    }

    /// What it was asked so far.
    pub fn asked(&self) -> Vec<Note> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl SmartUpdate for Scripted {
    async fn propose(&self, note: Note) -> Result<Proposal, SmartUpdateError> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(note);
        let next = self.answers.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        next.unwrap_or_else(|| Ok(Proposal::default()))
    }
}
