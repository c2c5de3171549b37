use std::{fmt, str::FromStr};

use crate::Invalid;

/// What a workspace pays for. Plans set the budgets of API keys, API tokens and users' OAuth tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Plan {
    #[default]
    Free,
    Pro,
    Enterprise,
}

impl Plan {
    /// All plans, smallest first.
    pub const ALL: [Self; 3] = [Self::Free, Self::Pro, Self::Enterprise];

    /// Calls a minute for each credential whose budget comes from the plan.
    pub const fn calls_per_minute(self) -> u32 {
        match self {
            Self::Free => 100,
            Self::Pro => 1_000,
            Self::Enterprise => 10_000,
        }
    }

    /// The plan's name on the command line, in answers and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Pro => "pro",
            Self::Enterprise => "enterprise",
        }
    }
}

impl FromStr for Plan {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|plan| plan.as_str() == name)
            .ok_or_else(|| Invalid::new("must be one of free, pro, enterprise"))
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
