use std::{fmt, str::FromStr};

use crate::Invalid;

/// One thing a credential may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Scope {
    LeadsRead,
    LeadsWrite,
    ConversationsRead,
    ConversationsWrite,
    RunsRead,
    RunsWrite,
}

impl Scope {
    /// All scopes, in the order they are written.
    pub const ALL: [Self; 6] = [
        Self::LeadsRead,
        Self::LeadsWrite,
        Self::ConversationsRead,
        Self::ConversationsWrite,
        Self::RunsRead,
        Self::RunsWrite,
    ];

    /// The scope as a token of RFC 6749 §3.3.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LeadsRead => "leads.read",
            Self::LeadsWrite => "leads.write",
            Self::ConversationsRead => "conversations.read",
            Self::ConversationsWrite => "conversations.write",
            Self::RunsRead => "runs.read",
            Self::RunsWrite => "runs.write",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl FromStr for Scope {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name).ok_or_else(|| {
            Invalid::new(format!("must name scopes of {}, parted by single spaces", ScopeSet::ALL))
        })
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of scopes. Written as RFC 6749 §3.3 says: tokens parted by single spaces.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct ScopeSet(u8);

impl ScopeSet {
    /// No scope.
    pub const EMPTY: Self = Self(0);
    /// Every scope that exists.
    pub const ALL: Self = Self::of(&Scope::ALL);
    /// Every scope that only reads.
    pub const READ: Self = Self::of(&[Scope::LeadsRead, Scope::ConversationsRead, Scope::RunsRead]);
    /// What an OAuth client may do unless told otherwise.
    pub const LEADS: Self = Self::of(&[Scope::LeadsRead, Scope::LeadsWrite]);

    /// The set of these scopes.
    pub const fn of(scopes: &[Scope]) -> Self {
        let mut rest = scopes;
        let mut bits = 0;
        while let [first, tail @ ..] = rest {
            bits |= first.bit();
            rest = tail;
        }
        Self(bits)
    }

    /// Whether the scope is in the set.
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether every scope of `other` is in this set.
    pub const fn is_superset(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The scopes of either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The scopes that are in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The scopes in order.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.contains(*scope))
    }
}

impl FromStr for ScopeSet {
    type Err = Invalid;

    /// At least one scope, parted by single spaces; a repeated one counts once.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let scopes = text.split(' ').map(str::parse).collect::<Result<Vec<Scope>, _>>()?;
        Ok(Self::of(&scopes))
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, scope) in self.iter().enumerate() {
            let space = if at == 0 { "" } else { " " };
            write!(f, "{space}{scope}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_written_as_the_rfc_says() {
        let all = "leads.read leads.write conversations.read conversations.write runs.read runs.write";
        assert_eq!(ScopeSet::ALL.to_string(), all);
        assert_eq!(all.parse(), Ok(ScopeSet::ALL));
        assert_eq!("leads.write leads.read leads.read".parse(), Ok(ScopeSet::LEADS));
        for text in [
            "",
            " ",
            "leads.read ",
            "leads.read  leads.write",
            "leads",
            "LEADS.READ",
            "leads.read,leads.write",
        ] {
            assert!(text.parse::<ScopeSet>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn sets_compare_by_their_scopes() {
        assert!(ScopeSet::ALL.is_superset(ScopeSet::LEADS));
        assert!(!ScopeSet::READ.is_superset(ScopeSet::LEADS));
        assert_eq!(ScopeSet::READ.intersection(ScopeSet::LEADS), ScopeSet::of(&[Scope::LeadsRead]));
        assert!(ScopeSet::EMPTY.is_empty());
    }
}
