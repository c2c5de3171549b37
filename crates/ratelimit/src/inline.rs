use smallvec::SmallVec;

/// A short list that needs no allocation: a decision asks for one or two buckets, seldom for more than four.
pub(crate) type Inline<T> = SmallVec<[T; 4]>;
