//! Calls of one kind that are made at the same time go to the server together. While some are under way further ones wait, and go in the next
//! turn: where there are few, none waits, and where there are many, what a turn costs is shared by all of them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::{
    sync::oneshot,
    time::{Instant, timeout_at},
};

use crate::StorageError;

/// How many go together at most.
const TOGETHER: usize = 30;

/// Calls of one kind: what is asked, and what is answered.
pub(super) struct Gather<A, R>(Arc<Mutex<Calls<A, R>>>);

struct Calls<A, R> {
    under_way: bool,
    waiting: Vec<Call<A, R>>,
}

struct Call<A, R> {
    asked: A,
    caller: oneshot::Sender<Result<R, StorageError>>,
}

impl<A: Send + 'static, R: Send + 'static> Gather<A, R> {
    /// Nobody has called yet.
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Calls { under_way: false, waiting: Vec::new() })))
    }

    /// Asks, together with others. `answer` has an answer for each of what it is given, in the same order. It is begun after this was called, and
    /// once it has begun, it goes on even if the caller stops waiting; before, it leaves that call out.
    pub(super) async fn ask<F: Future<Output = Vec<Result<R, StorageError>>> + Send + 'static>(
        &self,
        asked: A,
        deadline: Instant,
        answer: impl Fn(Vec<A>) -> F + Send + 'static,
    ) -> Result<R, StorageError> {
        let (caller, told) = oneshot::channel();
        if self.wait(Call { asked, caller }) {
            tokio::spawn(Turns { of: self.0.clone(), are_over: false }.take(answer));
        }
        match timeout_at(deadline, told).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(StorageError::unavailable("the call was not made")),
            Err(_) => Err(StorageError::unavailable("no answer in time")),
        }
    }

    /// Whether somebody must begin.
    fn wait(&self, call: Call<A, R>) -> bool {
        let mut calls = lock(&self.0);
        calls.waiting.push(call);
        !std::mem::replace(&mut calls.under_way, true)
    }
}

fn lock<A, R>(calls: &Mutex<Calls<A, R>>) -> MutexGuard<'_, Calls<A, R>> {
    calls.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Turn after turn, until nobody waits.
struct Turns<A, R> {
    of: Arc<Mutex<Calls<A, R>>>,
    are_over: bool,
}

impl<A, R> Turns<A, R> {
    async fn take<F: Future<Output = Vec<Result<R, StorageError>>>>(mut self, answer: impl Fn(Vec<A>) -> F) {
        while let Some(calls) = self.next() {
            let (asked, callers): (Vec<_>, Vec<_>) =
                calls.into_iter().map(|call| (call.asked, call.caller)).unzip();
            for (caller, result) in callers.into_iter().zip(answer(asked).await) {
                // A caller that has gone away has no use for the answer.
                let _ = caller.send(result);
            }
        }
    }

    /// Those whose turn it is. Where nobody waits the next caller begins anew.
    fn next(&mut self) -> Option<Vec<Call<A, R>>> {
        let mut calls = lock(&self.of);
        calls.waiting.retain(|call| !call.caller.is_closed());
        if calls.waiting.is_empty() {
            calls.under_way = false;
            self.are_over = true;
            return None;
        }
        let now = calls.waiting.len().min(TOGETHER);
        Some(calls.waiting.drain(..now).collect())
    }
}

impl<A, R> Drop for Turns<A, R> {
    /// Where they are cut off, by a panic or the runtime's end, whoever waits is told so.
    fn drop(&mut self) {
        if !self.are_over {
            let mut calls = lock(&self.of);
            calls.under_way = false;
            calls.waiting.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::future::join_all;
    use tokio::time::sleep;

    use super::*;

    /// Doubles numbers, in no time to speak of, and notes what was asked together.
    struct Doubler {
        gather: Gather<u32, u32>,
        turns: Arc<Mutex<Vec<Vec<u32>>>>,
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(1)
    }

    impl Default for Doubler {
        fn default() -> Self {
            Self { gather: Gather::new(), turns: Arc::default() }
        }
    }

    impl Doubler {
        async fn ask(&self, number: u32) -> Result<u32, StorageError> {
            let turns = self.turns.clone();
            let double = move |numbers: Vec<u32>| {
                turns.lock().unwrap().push(numbers.clone());
                async move {
                    sleep(Duration::from_millis(5)).await;
                    numbers.into_iter().map(|number| Ok(number * 2)).collect()
                }
            };
            self.gather.ask(number, soon(), double).await
        }

        fn turns(&self) -> Vec<Vec<u32>> {
            self.turns.lock().unwrap().clone()
        }
    }

    #[tokio::test]
    async fn what_is_asked_meanwhile_goes_together_and_each_gets_its_own_answer() {
        let doubler = Doubler::default();
        let answers = join_all((0..10).map(|number| doubler.ask(number))).await;
        let answers: Vec<u32> = answers.into_iter().map(Result::unwrap_or_default).collect();
        assert_eq!(answers, (0..10).map(|number| number * 2).collect::<Vec<_>>());
        let turns = doubler.turns();
        assert_eq!(turns.concat(), (0..10).collect::<Vec<_>>());
        assert!(turns.len() <= 2, "{turns:?}");
    }

    #[tokio::test]
    async fn there_is_an_end_to_what_goes_together() {
        let doubler = Doubler::default();
        let answers = join_all((0..200).map(|number| doubler.ask(number))).await;
        assert!(answers.iter().all(Result::is_ok));
        let turns = doubler.turns();
        assert!(turns.iter().all(|turn| turn.len() <= TOGETHER), "{turns:?}");
    }

    #[tokio::test]
    async fn whoever_stopped_waiting_is_left_out() {
        let doubler = Doubler::default();
        let first = doubler.ask(1);
        let impatient = tokio::time::timeout(Duration::from_millis(1), doubler.ask(2));
        let (first, impatient) = futures_util::future::join(first, impatient).await;
        assert!(first.is_ok() && impatient.is_err());
        assert_eq!(doubler.ask(3).await.ok(), Some(6));
        let together = doubler.turns().concat();
        // It may have gone with the first, but not after it was given up.
        assert!(together == [1, 3] || together == [1, 2, 3], "{together:?}");
    }

    #[tokio::test]
    async fn a_turn_that_breaks_off_fails_those_who_wait_and_nobody_after_them() {
        let doubler = Doubler::default();
        let broken = doubler.gather.ask(1, soon(), |_| async { std::panic::panic_any("broken off") });
        assert!(broken.await.is_err_and(|error| error.is_transient()));
        assert_eq!(doubler.ask(2).await.ok(), Some(4));
    }
}
