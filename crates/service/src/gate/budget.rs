use std::num::NonZeroU32;

use leadkeep_ratelimit::{Bucket, BucketKey, Quota};
use leadkeep_storage::CredentialRecord;

/// Calls a minute of an OAuth client that has no number of its own (Slokoto's document, "Rate limits").
pub const CLIENT_CALLS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(60).expect("sixty is not zero");

/// The bucket that a credential's calls are taken from: one for each client, whichever of its tokens is presented.
pub fn bucket(record: &CredentialRecord) -> Bucket {
    let limit = record.limit_per_minute.unwrap_or(CLIENT_CALLS_PER_MINUTE);
    Bucket { key: BucketKey::Credential(record.bucket.as_u128()), quota: Quota::per_minute(limit) }
}
