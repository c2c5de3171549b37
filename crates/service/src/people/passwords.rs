use std::sync::Arc;

use leadkeep_credentials::{Password, PasswordHash, PasswordHasher, RandomUnavailable};
use tokio::{sync::Semaphore, task::spawn_blocking};

/// Hashes passwords on threads beside those that serve, a few at a time: each takes tens of milliseconds.
#[derive(Clone)]
pub(super) struct PasswordWork {
    hasher: PasswordHasher,
    turn: Arc<Semaphore>,
}

impl PasswordWork {
    pub(super) const fn new(hasher: PasswordHasher, turn: Arc<Semaphore>) -> Self {
        Self { hasher, turn }
    }

    /// Whether the password is the one that was hashed; with no hash it is not, after the same work.
    pub(super) async fn verify(&self, password: Password, stored: Option<PasswordHash>) -> bool {
        self.run(move |hasher| hasher.verify(&password, stored.as_ref())).await.unwrap_or(false)
    }

    /// What is to be kept of a password.
    pub(super) async fn hash(&self, password: Password) -> Result<PasswordHash, RandomUnavailable> {
        // Without a thread there is no salt either.
        self.run(move |hasher| hasher.hash(&password)).await.unwrap_or(Err(RandomUnavailable))
    }

    /// The turn goes with the work: whoever stops waiting for it does not end it. None only when the process ends.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&PasswordHasher) -> T + Send + 'static,
    ) -> Option<T> {
        let turn = self.turn.clone().acquire_owned().await.ok()?;
        let hasher = self.hasher.clone();
        let done = spawn_blocking(move || {
            let _turn = turn;
            work(&hasher)
        });
        done.await.ok()
    }
}
