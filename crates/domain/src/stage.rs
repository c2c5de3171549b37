use std::{fmt, str::FromStr};

use crate::Invalid;

/// How far a deal has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum DealStage {
    New,
    Contacted,
    Qualified,
    Proposal,
    Negotiation,
    Won,
    Lost,
}

impl DealStage {
    /// All stages, in the order a deal passes them.
    pub const ALL: [Self; 7] = [
        Self::New,
        Self::Contacted,
        Self::Qualified,
        Self::Proposal,
        Self::Negotiation,
        Self::Won,
        Self::Lost,
    ];

    /// The stage's name in requests, answers and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Contacted => "contacted",
            Self::Qualified => "qualified",
            Self::Proposal => "proposal",
            Self::Negotiation => "negotiation",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }
}

impl FromStr for DealStage {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == name).ok_or_else(|| {
            Invalid::new("must be one of new, contacted, qualified, proposal, negotiation, won, lost")
        })
    }
}

impl fmt::Display for DealStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_is_found_by_its_name() {
        for stage in DealStage::ALL {
            assert_eq!(stage.as_str().parse(), Ok(stage));
        }
        assert!("New".parse::<DealStage>().is_err());
    }
}
