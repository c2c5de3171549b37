use std::collections::{BTreeSet, btree_set};

use crate::{Invalid, Text};

/// One tag: a short line of text. Case matters.
pub type Tag = Text<64>;

/// The tags of a lead: a set, in alphabetical order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags(BTreeSet<Tag>);

impl Tags {
    /// How many tags a lead may have.
    pub const MAX: usize = 50;

    /// Makes a set of tags; repeated ones count once.
    pub fn new(tags: impl IntoIterator<Item = Tag>) -> Result<Self, Invalid> {
        let mut set = BTreeSet::new();
        for tag in tags {
            set.insert(tag);
            if set.len() > Self::MAX {
                return Err(Invalid::new(format!("must be at most {} tags", Self::MAX)));
            }
        }
        Ok(Self(set))
    }

    /// Takes back what was parsed before it was stored.
    pub fn from_stored(tags: impl IntoIterator<Item = String>) -> Self {
        Self(tags.into_iter().map(Tag::from_stored).collect())
    }

    /// The tags in order.
    pub fn iter(&self) -> btree_set::Iter<'_, Tag> {
        self.0.iter()
    }

    /// Whether this is one of them.
    pub fn contains(&self, tag: &Tag) -> bool {
        self.0.contains(tag)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Tags {
    type Item = &'a Tag;
    type IntoIter = btree_set::Iter<'a, Tag>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(count: usize) -> impl Iterator<Item = Tag> {
        (0..count).map(|n| Tag::from_stored(n.to_string()))
    }

    #[test]
    fn tags_are_a_bounded_set() {
        assert!(Tags::new(numbered(50)).is_ok());
        assert!(Tags::new(numbered(51)).is_err());
        assert!(Tags::new(numbered(10_000)).is_err());
        let repeated = Tags::new(numbered(50).chain(numbered(50)));
        assert_eq!(repeated.map(|tags| tags.iter().count()), Ok(50));
    }
}
