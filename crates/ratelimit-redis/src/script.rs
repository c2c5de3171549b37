use std::time::Duration;

use leadkeep_ratelimit::{Bucket, BucketKey, BucketState, Decision, Group};
use redis::{Cmd, Script, ScriptInvocation, cmd};

/// What all keys begin with: others may keep theirs in the same Redis.
const PREFIX: &str = "leadkeep:limit";

/// The script that decides.
pub(crate) fn decide() -> Script {
    Script::new(include_str!("take.lua"))
}

/// What a call of the script is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Take,
    Peek,
}

/// A call of the script over these buckets.
pub(crate) fn call<'a>(
    script: &'a Script,
    mode: Mode,
    group: Group,
    buckets: &[Bucket],
) -> ScriptInvocation<'a> {
    let mut call = script.prepare_invoke();
    call.arg(u8::from(mode == Mode::Take));
    for bucket in buckets {
        call.key(key(group, bucket.key));
        call.arg(bucket.quota.limit().get());
        // A window is as long as 32 bits of milliseconds hold.
        call.arg(u64::try_from(bucket.quota.window().as_millis()).unwrap_or(u64::MAX));
    }
    call
}

/// The key of a window. The group in braces is what a cluster hashes: one node has all windows of a decision.
fn key(group: Group, key: BucketKey) -> String {
    let (kind, id) = match key {
        BucketKey::Credential(id) => ('c', id),
        BucketKey::Address(id) => ('a', id),
    };
    format!("{PREFIX}:{{{:032x}}}:{kind}{id:032x}", group.0)
}

/// How many keys are written to hear of all nodes of a cluster: of one that has a fortieth of all there is one still.
const EVERYWHERE: u128 = 128;

/// What only a Redis can do that is there with all its nodes, and takes what decisions write: keys in many places, which end at once.
pub(crate) fn everywhere() -> impl Iterator<Item = Cmd> {
    let write = |group: u128| {
        cmd("SET").arg(format!("{PREFIX}:{{{group:032x}}}:probe")).arg(1).arg("PX").arg(1).take()
    };
    (0..EVERYWHERE).map(write)
}

/// The decision that the script's answer tells; none if it tells none over these buckets.
pub(crate) fn read(answer: &[u64], mode: Mode, buckets: &[Bucket]) -> Option<Decision> {
    let (allowed, told) = answer.split_first()?;
    let (told, []) = told.as_chunks::<2>() else { return None };
    if told.len() != buckets.len() {
        return None;
    }
    let states = buckets.iter().zip(told).map(|(bucket, [remaining, ends])| {
        let remaining = u32::try_from(*remaining).ok()?;
        Some(BucketState {
            limit: bucket.quota.limit().get(),
            remaining,
            reset_after: Duration::from_millis(*ends).min(bucket.quota.window()),
        })
    });
    let states: Vec<BucketState> = states.collect::<Option<_>>()?;
    Some(match (mode, allowed) {
        (Mode::Take, 1) => Decision::taken(states),
        _ => Decision::measured(states),
    })
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use leadkeep_ratelimit::Quota;

    use super::*;

    fn bucket(id: u128, limit: u32) -> Bucket {
        let quota = Quota::per_minute(NonZeroU32::new(limit).unwrap());
        Bucket { key: BucketKey::Credential(id), quota }
    }

    #[test]
    fn the_keys_of_a_decision_have_one_hash_tag() {
        let tag = |key: &str| key.split_once('{').unwrap().1.split_once('}').unwrap().0.to_owned();
        let (one, two) = (key(Group(1), BucketKey::Credential(7)), key(Group(1), BucketKey::Address(7)));
        assert_ne!(one, two);
        assert_eq!(tag(&one), tag(&two));
        assert_ne!(tag(&one), tag(&key(Group(2), BucketKey::Credential(7))));
        assert!(one.starts_with("leadkeep:limit:{"), "{one}");
    }

    #[test]
    fn an_answer_is_read_as_the_decision_that_it_tells() {
        let buckets = [bucket(1, 60), bucket(2, 5)];
        let taken = read(&[1, 59, 60_000, 0, 1_500], Mode::Take, &buckets).unwrap();
        assert!(taken.allowed);
        assert_eq!((taken.tightest.limit, taken.tightest.remaining), (5, 0));
        assert_eq!(taken.tightest.reset_after, Duration::from_millis(1_500));
        let refused = read(&[0, 60, 60_000, 0, 1_500], Mode::Take, &buckets).unwrap();
        assert_eq!((refused.allowed, refused.retry_after_secs()), (false, Some(2)));
        assert!(!read(&[0, 60, 60_000, 0, 1_500], Mode::Peek, &buckets).unwrap().allowed);
    }

    #[test]
    fn what_is_no_answer_is_no_decision() {
        let buckets = [bucket(1, 60)];
        for answer in [&[][..], &[1], &[1, 59], &[1, 59, 60_000, 1], &[1, u64::MAX, 60_000], &[1, 5, 5, 5, 5]]
        {
            assert_eq!(read(answer, Mode::Take, &buckets), None, "{answer:?}");
        }
    }
}
