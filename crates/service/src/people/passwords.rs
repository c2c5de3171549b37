use leadkeep_credentials::{Password, PasswordHash, PasswordHasher, RandomUnavailable};
use tokio::task::spawn_blocking;

use super::Turn;

/// Hashes passwords on threads beside those that serve: each takes tens of milliseconds. Who has a turn is
/// [decided](super::SignInLimit) before.
#[derive(Clone)]
pub(super) struct PasswordWork {
    hasher: PasswordHasher,
}

impl PasswordWork {
    pub(super) const fn new(hasher: PasswordHasher) -> Self {
        Self { hasher }
    }

    /// Whether the password is the one that was hashed; with no hash it is not, after the same work.
    pub(super) async fn verify(&self, turn: Turn, password: Password, stored: Option<PasswordHash>) -> bool {
        self.run(turn, move |hasher| hasher.verify(&password, stored.as_ref())).await.unwrap_or(false)
    }

    /// What is to be kept of a password.
    pub(super) async fn hash(
        &self,
        turn: Turn,
        password: Password,
    ) -> Result<PasswordHash, RandomUnavailable> {
        // Without a thread there is no salt either.
        self.run(turn, move |hasher| hasher.hash(&password)).await.unwrap_or(Err(RandomUnavailable))
    }

    /// The turn goes with the work: whoever stops waiting for it does not end it. None only when the process ends.
    async fn run<T: Send + 'static>(
        &self,
        turn: Turn,
        work: impl FnOnce(&PasswordHasher) -> T + Send + 'static,
    ) -> Option<T> {
        let hasher = self.hasher.clone();
        let done = spawn_blocking(move || {
            let _turn = turn;
            work(&hasher)
        });
        done.await.ok()
    }
}
