use leadkeep_domain::CloseDate;
use leadkeep_service::smart_updates::AiUsageReport;
use leadkeep_storage::AiUsed;
use serde::Serialize;
use time::{Date, Duration};

use super::ActorBody;

/// What smart update was used for, as answers show it.
#[derive(Serialize)]
pub(crate) struct AiUsageBody<'a> {
    provider: &'static str,
    from: String,
    to: String,
    credits: CreditsBody,
    by_day: Vec<DayBody>,
    by_credential: Vec<CredentialBody<'a>>,
    by_provider: Vec<ProviderBody>,
}

/// This month's credits.
#[derive(Serialize)]
struct CreditsBody {
    allowance: u64,
    charged: u64,
    remaining: u64,
    /// The day on which the next month begins, in UTC.
    resets_on: String,
}

#[derive(Serialize)]
struct DayBody {
    day: String,
    #[serde(flatten)]
    used: UsedBody,
}

#[derive(Serialize)]
struct CredentialBody<'a> {
    credential: ActorBody<'a>,
    #[serde(flatten)]
    used: UsedBody,
}

#[derive(Serialize)]
struct ProviderBody {
    provider: &'static str,
    #[serde(flatten)]
    used: UsedBody,
}

#[derive(Serialize)]
struct UsedBody {
    updates: u64,
    failures: u64,
    credits: u64,
    input_tokens: u64,
    output_tokens: u64,
}

impl<'a> AiUsageBody<'a> {
    pub(crate) fn new(report: &'a AiUsageReport, from: Date, to: Date, today: Date) -> Self {
        let AiUsageReport { provider, allowance, charged, by_day, by_credential, by_provider } = report;
        let by_day = by_day.iter().map(|(day, used)| DayBody { day: written(*day), used: (*used).into() });
        let by_credential = by_credential
            .values()
            .map(|(actor, used)| CredentialBody { credential: actor.into(), used: (*used).into() });
        let by_provider = by_provider
            .iter()
            .map(|(provider, used)| ProviderBody { provider: provider.as_str(), used: (*used).into() });
        Self {
            provider: provider.as_str(),
            from: written(from),
            to: written(to),
            credits: CreditsBody {
                allowance: *allowance,
                charged: *charged,
                remaining: allowance.saturating_sub(*charged),
                resets_on: written(next_month(today)),
            },
            by_day: by_day.collect(),
            by_credential: by_credential.collect(),
            by_provider: by_provider.collect(),
        }
    }
}

impl From<AiUsed> for UsedBody {
    fn from(used: AiUsed) -> Self {
        let AiUsed { updates, failures, credits, input_tokens, output_tokens } = used;
        Self { updates, failures, credits, input_tokens, output_tokens }
    }
}

fn written(day: Date) -> String {
    CloseDate::from_stored(day).to_string()
}

/// The first day of the month after this one's.
fn next_month(today: Date) -> Date {
    // 31 days after the first of a month is a day of the next.
    let first = today.replace_day(1).unwrap_or(today);
    let later = first.saturating_add(Duration::days(31));
    later.replace_day(1).unwrap_or(later)
}
