use std::{cmp::Ordering, num::NonZeroU8};

use time::OffsetDateTime;

use crate::{Email, Invalid, Lead, LeadId, LeadStatus, MemberId, Search, Tag};

/// Which leads a list shows. All conditions must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeadFilter {
    /// Active ones unless told otherwise.
    pub status: StatusFilter,
    /// Only those of this member.
    pub assigned_to: Option<MemberId>,
    /// Only those with this tag.
    pub tag: Option<Tag>,
    /// Only those with this address, ignoring case.
    pub email: Option<Email>,
    /// Only those changed later than this.
    pub updated_after: Option<OffsetDateTime>,
    /// Only those with these words.
    pub search: Option<Search>,
    /// The order, if it is [chosen](LeadFilter::order).
    pub order: Option<LeadOrder>,
}

impl LeadFilter {
    /// The order of the list: the one that is chosen; else newest first, but by change where the filter is one by change. What is found by words is ordered
    /// by age, whatever is chosen.
    pub fn order(&self) -> LeadOrder {
        let order = self.order.unwrap_or(match self.updated_after {
            None => LeadOrder::NewestFirst,
            Some(_) => LeadOrder::LeastRecentlyUpdatedFirst,
        });
        match order {
            LeadOrder::LeastRecentlyUpdatedFirst if self.search.is_some() => LeadOrder::OldestFirst,
            LeadOrder::RecentlyUpdatedFirst if self.search.is_some() => LeadOrder::NewestFirst,
            order => order,
        }
    }
}

/// Active ones, archived ones, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatusFilter {
    /// Only leads of this status.
    Only(LeadStatus),
    /// Leads of every status.
    All,
}

impl StatusFilter {
    /// The statuses that it lets through.
    pub const fn each(&self) -> &[LeadStatus] {
        match self {
            Self::Only(status) => std::slice::from_ref(status),
            Self::All => &[LeadStatus::Active, LeadStatus::Archived],
        }
    }
}

impl Default for StatusFilter {
    fn default() -> Self {
        Self::Only(LeadStatus::Active)
    }
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListOrder {
    /// By id, descending: ids sort by the time they were made.
    NewestFirst,
    /// By (`updated_at`, id), ascending: what changes during a walk moves behind the walker and is met again.
    LeastRecentlyUpdatedFirst,
}

/// The order of a list of leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LeadOrder {
    /// By id, descending: ids sort by the time they were made.
    NewestFirst,
    /// By id, ascending.
    OldestFirst,
    /// By (`updated_at`, id), descending: what changes during a walk moves before the walker.
    RecentlyUpdatedFirst,
    /// By (`updated_at`, id), ascending: what changes during a walk moves behind the walker and is met again.
    LeastRecentlyUpdatedFirst,
}

impl LeadOrder {
    /// All orders.
    pub const ALL: [Self; 4] =
        [Self::NewestFirst, Self::OldestFirst, Self::RecentlyUpdatedFirst, Self::LeastRecentlyUpdatedFirst];

    /// Whether it is an order by change, and not by age.
    pub const fn is_by_update(self) -> bool {
        matches!(self, Self::RecentlyUpdatedFirst | Self::LeastRecentlyUpdatedFirst)
    }

    /// Whether the last comes first.
    pub const fn is_descending(self) -> bool {
        matches!(self, Self::NewestFirst | Self::RecentlyUpdatedFirst)
    }

    /// Where a page ends whose last lead is this one.
    pub const fn position(self, lead: &Lead) -> LeadPosition {
        if self.is_by_update() { Position::Updated(lead.updated_at, lead.id) } else { Position::Id(lead.id) }
    }

    /// Which of two leads comes first.
    pub fn compare(self, one: &Lead, other: &Lead) -> Ordering {
        self.compare_places(self.position(one), self.position(other))
    }

    /// Which of two positions in a list of this order comes first.
    pub fn compare_places(self, one: LeadPosition, other: LeadPosition) -> Ordering {
        let ascending = match (one, other) {
            (Position::Updated(at, id), Position::Updated(other_at, other_id)) => {
                (at, id).cmp(&(other_at, other_id))
            }
            (one, other) => one.id().cmp(&other.id()),
        };
        if self.is_descending() { ascending.reverse() } else { ascending }
    }
}

/// Where a page ended and the next begins, among things with ids of this kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position<I> {
    /// In a list by age: behind this one.
    Id(I),
    /// In a list by change: behind this change.
    Updated(OffsetDateTime, I),
}

impl<I: Copy> Position<I> {
    /// Behind which thing it is.
    pub const fn id(self) -> I {
        match self {
            Self::Id(id) | Self::Updated(_, id) => id,
        }
    }
}

/// A position among leads.
pub type LeadPosition = Position<LeadId>;

/// How many items a page has at most: 1 to 100, 20 unless told otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageLimit(NonZeroU8);

impl PageLimit {
    /// The largest page.
    pub const MAX: u8 = 100;
    /// The limit of the largest page.
    pub const LARGEST: Self = Self(match NonZeroU8::new(Self::MAX) {
        Some(limit) => limit,
        None => NonZeroU8::MIN,
    });
    const DEFAULT: u8 = 20;

    /// Parses a number of items.
    pub fn parse(count: u64) -> Result<Self, Invalid> {
        u8::try_from(count)
            .ok()
            .filter(|count| *count <= Self::MAX)
            .and_then(NonZeroU8::new)
            .map(Self)
            .ok_or_else(|| Invalid::new(format!("must be from 1 to {}", Self::MAX)))
    }

    /// One item more: what a query asks for, to see whether another page follows.
    pub const fn one_more(self) -> i64 {
        self.0.get() as i64 + 1
    }

    /// The number of items.
    pub const fn get(self) -> usize {
        self.0.get() as usize
    }
}

impl Default for PageLimit {
    fn default() -> Self {
        Self(NonZeroU8::new(Self::DEFAULT).unwrap_or(NonZeroU8::MIN))
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, at most as many as were asked for.
    pub items: Vec<T>,
    /// Whether another page follows.
    pub has_more: bool,
}

impl<T> Page<T> {
    /// Makes a page of what a query brought that was asked for one item more than the page holds.
    pub fn from_one_more(mut items: Vec<T>, limit: PageLimit) -> Self {
        let has_more = items.len() > limit.get();
        items.truncate(limit.get());
        Self { items, has_more }
    }

    /// The page with every item turned into something else.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), has_more: self.has_more }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_holds_1_to_100_items_and_20_by_default() {
        assert_eq!(PageLimit::default().get(), 20);
        assert_eq!(PageLimit::LARGEST.get(), 100);
        for (count, accepted) in
            [(0, false), (1, true), (100, true), (101, false), (256, false), (257, false)]
        {
            assert_eq!(PageLimit::parse(count).is_ok(), accepted, "{count}");
        }
    }

    #[test]
    fn the_one_more_item_says_that_more_follow() {
        let two = PageLimit::parse(2).unwrap();
        assert_eq!(Page::from_one_more(vec![1, 2], two), Page { items: vec![1, 2], has_more: false });
        assert_eq!(Page::from_one_more(vec![1, 2, 3], two), Page { items: vec![1, 2], has_more: true });
    }
}
