use std::{fmt, str::FromStr};

use crate::{Field, Invalid, Plan};

/// What reads texts in a workspace. Each allows what comes before it: a server that may ask a model may also read by rules, or
/// not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AiProvider {
    /// Nothing does.
    Off,
    /// Rules, on this server.
    Rules,
    /// A model, behind an API as `OpenAI`'s.
    OpenAi,
}

impl AiProvider {
    /// All providers.
    pub const ALL: [Self; 3] = [Self::Off, Self::Rules, Self::OpenAi];

    /// What an update costs, in credits.
    pub const fn credits(self) -> u32 {
        match self {
            Self::Off | Self::Rules => 0,
            Self::OpenAi => 1,
        }
    }

    /// The provider's name in settings, answers and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Rules => "rules",
            Self::OpenAi => "openai",
        }
    }
}

impl FromStr for AiProvider {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.into_iter().find(|provider| provider.as_str() == name);
        found.ok_or_else(|| Invalid::new("must be one of rules, openai, off"))
    }
}

impl fmt::Display for AiProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What smart update may do in a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AiSettings {
    /// The provider that the workspace wants; none for the server's.
    pub provider: Option<AiProvider>,
    /// The fields that may be set from text; none for all that may anywhere.
    pub fields: Option<AiFields>,
}

impl AiSettings {
    /// What reads the workspace's texts on a server that allows no more than this: a workspace may want less, never more.
    pub fn provider_within(&self, allowed: AiProvider) -> AiProvider {
        self.provider.map_or(allowed, |wanted| wanted.min(allowed))
    }

    /// Whether text may set the field.
    pub fn may_set(&self, field: Field) -> bool {
        AiFields::ANYWHERE.contains(&field)
            && self.fields.as_ref().is_none_or(|fields| fields.0.contains(&field))
    }
}

/// Fields that text may set, in the order of [`Field::ALL`]; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AiFields(Vec<Field>);

impl AiFields {
    /// What text may set in any workspace. Who works on a lead, whether it is put away, and what the workspace's own programs
    /// keep in it is not for a text to say.
    pub const ANYWHERE: [Field; 12] = [
        Field::Email,
        Field::Name,
        Field::Title,
        Field::Company,
        Field::Phone,
        Field::Website,
        Field::Source,
        Field::DealValue,
        Field::DealCurrency,
        Field::DealStage,
        Field::DealCloseDate,
        Field::Tags,
    ];

    /// The fields.
    pub fn as_slice(&self) -> &[Field] {
        &self.0
    }
}

impl FromStr for AiFields {
    type Err = Invalid;

    /// Reads names, parted by commas.
    fn from_str(names: &str) -> Result<Self, Invalid> {
        let mut fields = Vec::new();
        for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let known = AiFields::ANYWHERE.into_iter().find(|field| field.as_str() == name);
            fields.push(known.ok_or_else(Self::unknown)?);
        }
        let fields: Vec<Field> = Self::ANYWHERE.into_iter().filter(|field| fields.contains(field)).collect();
        if fields.is_empty() { Err(Self::unknown()) } else { Ok(Self(fields)) }
    }
}

impl AiFields {
    fn unknown() -> Invalid {
        let names = Self::ANYWHERE.map(Field::as_str).join(", ");
        Invalid::new(format!("must be one or more of {names}, parted by commas"))
    }
}

impl fmt::Display for AiFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.iter().map(|field| field.as_str()).collect::<Vec<_>>().join(","))
    }
}

/// How many credits a workspace has a month, by its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the plans")]
pub struct AiAllowances {
    pub free: u64,
    pub pro: u64,
    pub enterprise: u64,
}

impl Default for AiAllowances {
    fn default() -> Self {
        Self { free: 100, pro: 2_000, enterprise: 20_000 }
    }
}

impl AiAllowances {
    /// What a workspace of this plan has.
    pub const fn of(&self, plan: Plan) -> u64 {
        match plan {
            Plan::Free => self.free,
            Plan::Pro => self.pro,
            Plan::Enterprise => self.enterprise,
        }
    }
}

impl FromStr for AiAllowances {
    type Err = Invalid;

    /// Reads `free=100,pro=2000,enterprise=20000`; a plan that is not named has the usual number.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let malformed =
            || Invalid::new("must be as free=100,pro=2000,enterprise=20000, each up to 1000000000");
        let mut allowances = Self::default();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (plan, credits) = part.split_once('=').ok_or_else(malformed)?;
            let credits = credits.trim().parse().ok().filter(|credits| *credits <= 1_000_000_000);
            let credits = credits.ok_or_else(malformed)?;
            match plan.trim().parse().map_err(|_| malformed())? {
                Plan::Free => allowances.free = credits,
                Plan::Pro => allowances.pro = credits,
                Plan::Enterprise => allowances.enterprise = credits,
            }
        }
        Ok(allowances)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_may_want_less_than_the_server_allows_and_never_more() {
        let wants = |provider| AiSettings { provider, fields: None };
        for (wanted, allowed, expected) in [
            (None, AiProvider::Rules, AiProvider::Rules),
            (Some(AiProvider::OpenAi), AiProvider::Rules, AiProvider::Rules),
            (Some(AiProvider::Rules), AiProvider::OpenAi, AiProvider::Rules),
            (Some(AiProvider::Off), AiProvider::OpenAi, AiProvider::Off),
            (Some(AiProvider::OpenAi), AiProvider::Off, AiProvider::Off),
        ] {
            assert_eq!(wants(wanted).provider_within(allowed), expected, "{wanted:?} {allowed}");
        }
    }

    #[test]
    fn no_workspace_lets_text_say_who_works_on_a_lead() {
        let settings = AiSettings::default();
        for field in [Field::AssignedTo, Field::Status, Field::CustomFields] {
            assert!(!settings.may_set(field), "{field}");
            assert!(field.as_str().parse::<AiFields>().is_err(), "{field}");
        }
        let narrowed = AiSettings { fields: Some("tags, name".parse().unwrap()), ..settings };
        assert!(narrowed.may_set(Field::Name) && !narrowed.may_set(Field::Email));
        assert_eq!(narrowed.fields.unwrap().to_string(), "name,tags");
        assert!(" ,".parse::<AiFields>().is_err());
    }

    #[test]
    fn allowances_are_read_plan_by_plan() {
        let read = |text: &str| text.parse::<AiAllowances>();
        assert_eq!(read(""), Ok(AiAllowances::default()));
        assert_eq!(read("pro=5, free=0"), Ok(AiAllowances { free: 0, pro: 5, ..AiAllowances::default() }));
        for wrong in ["pro", "pro=", "pro=-1", "gold=3", "pro=1.5", "pro=1000000001"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
