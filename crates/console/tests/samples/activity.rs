//! Usage and the audit log.

use std::collections::BTreeMap;

use leadkeep_console::{
    Frame, Typed,
    pages::{
        audit_log::{self, Entry, Filter, actions::ACTIONS},
        usage::{self, Credits, View},
    },
};
use leadkeep_domain::{Actor, ActorKind, AiProvider};
use leadkeep_service::{Counts, CredentialUse, Period, Step, smart_updates::AiUsageReport};
use leadkeep_storage::{AiUsed, CountedCredential};
use time::{Duration, OffsetDateTime, macros::date};
use uuid::Uuid;

use super::{HOSTILE, LONG_NAME, NOW, RTL, Sample, workspace};

pub(super) fn all(frame: &Frame) -> Vec<Sample> {
    let one = View { only: Some(credential(3, HOSTILE)), by_credential: Vec::new(), credits: None, ..week() };
    let nothing = View { steps: steps(24, Duration::HOUR, false), by_credential: Vec::new(), ..week() };
    let year = View { period: Period::Year, steps: months(), ..week() };
    let hour = View { period: Period::Hour, steps: steps(60, Duration::MINUTE, true), ..week() };
    let month = View { period: Period::Month, steps: steps(30, Duration::DAY, true), ..week() };
    vec![
        ("usage", usage::page(frame, &week())),
        ("usage-hour", usage::page(frame, &hour)),
        ("usage-month", usage::page(frame, &month)),
        ("usage-year", usage::page(frame, &year)),
        ("usage-one", usage::page(frame, &one)),
        ("usage-second-page", usage::page(frame, &View { page: 2, ..week() })),
        ("usage-nothing", usage::page(frame, &View { credits: Some(unused()), ..nothing })),
        ("audit-log", audit_log::page(frame, &log(entries()))),
        ("audit-log-nothing", audit_log::page(frame, &log(Vec::new()))),
        ("audit-log-faults", audit_log::page(frame, &faulty())),
    ]
}

fn week() -> View {
    View {
        workspace: workspace(),
        period: Period::Week,
        steps: steps(168, Duration::HOUR, true),
        only: None,
        by_credential: (1..=40).map(used).collect(),
        page: 1,
        credits: Some(credits()),
    }
}

fn steps(count: u32, length: Duration, any: bool) -> Vec<Step> {
    let last = NOW.replace_minute(if length == Duration::MINUTE { 5 } else { 0 }).unwrap_or(NOW);
    let last = if length == Duration::DAY { last.replace_time(time::Time::MIDNIGHT) } else { last };
    let counts = |at: u32| Counts {
        ok: u64::from(900 + at * 37 % 611 + at % 24 * 120),
        limited: u64::from(at % 7 * at % 90),
        unauthorized: u64::from(at % 11 * 3),
        error: u64::from(at % 5 * 8),
    };
    let step = |at: u32| Step {
        begin: last - length * i32::try_from(count - at - 1).unwrap_or(0),
        counts: if any { counts(at) } else { Counts::default() },
    };
    (0..count).map(step).collect()
}

fn months() -> Vec<Step> {
    let month = |at: u8| {
        let (year, month) = if at == 0 { (2025, 12) } else { (2026, at) };
        let month = time::Month::try_from(month).ok()?;
        let day = time::Date::from_calendar_date(year, month, 1).ok()?;
        let ok = 2_000_000 + u64::from(at) * 1_234_567;
        let counts = Counts { ok, limited: ok / 40, unauthorized: 12, error: ok / 90 };
        Some(Step { begin: day.midnight().assume_utc(), counts })
    };
    (0..12).filter_map(month).collect()
}

fn credential(number: u64, name: &str) -> CountedCredential {
    let kinds = [ActorKind::Client, ActorKind::ApiKey, ActorKind::ApiToken, ActorKind::App];
    let kind =
        kinds.into_iter().cycle().nth(usize::try_from(number).unwrap_or(0)).unwrap_or(ActorKind::Client);
    CountedCredential { id: Uuid::from_u128(number.into()), kind, name: name.to_owned() }
}

fn used(number: u64) -> CredentialUse {
    let name = match number {
        1 => LONG_NAME,
        2 => HOSTILE,
        3 => RTL,
        _ => "CI deploy key",
    };
    let limited = if number.is_multiple_of(3) { 1_200 / number } else { 0 };
    CredentialUse {
        credential: credential(number, name),
        counts: Counts { ok: 1_200_345 / number, limited, unauthorized: 0, error: number % 5 * 12 },
    }
}

fn unused() -> Credits {
    Credits {
        report: AiUsageReport {
            provider: AiProvider::Rules,
            allowance: 100,
            charged: 0,
            by_day: BTreeMap::new(),
            by_credential: BTreeMap::new(),
            by_provider: BTreeMap::new(),
        },
        renewed_on: date!(2026 - 12 - 01),
    }
}

fn credits() -> Credits {
    let used = |updates| AiUsed { updates, failures: 3, credits: updates, ..AiUsed::default() };
    let mut credits = unused();
    credits.report.provider = AiProvider::OpenAi;
    credits.report.allowance = 2_000;
    credits.report.charged = 1_843;
    credits.report.by_provider = BTreeMap::from([
        (AiProvider::OpenAi, used(1_843)),
        (AiProvider::Rules, AiUsed { credits: 0, ..used(212) }),
    ]);
    for (number, name) in [(1, HOSTILE), (2, RTL), (3, LONG_NAME)] {
        let actor = Actor { kind: ActorKind::ApiKey, id: None, name: name.to_owned() };
        credits.report.by_credential.insert(Uuid::from_u128(number), (actor, used(600)));
    }
    credits
}

fn log(entries: Vec<Entry>) -> audit_log::View {
    audit_log::View {
        workspace: workspace(),
        filter: Filter::default(),
        some_left_out: true,
        people: vec![
            ("operator".to_owned(), "Command line".to_owned()),
            ("member:1".to_owned(), HOSTILE.to_owned()),
            ("member:2".to_owned(), RTL.to_owned()),
        ],
        is_first: true,
        next: (!entries.is_empty()).then(|| Uuid::from_u128(7).to_string()),
        entries,
        export_limit: 10_000,
    }
}

fn faulty() -> audit_log::View {
    let filter = Filter {
        action: "key.revoke".to_owned(),
        by: "member:1".to_owned(),
        from: Typed::faulty(HOSTILE, "It must be a day that exists, written YYYY-MM-DD."),
        until: Typed::new("2026-11-22"),
    };
    audit_log::View { filter, is_first: false, ..log(Vec::new()) }
}

fn entries() -> Vec<Entry> {
    let name =
        |at: usize| ["Ana Lima", HOSTILE, RTL, LONG_NAME].into_iter().cycle().nth(at).unwrap_or_default();
    let entry = |(at, (action, _)): (usize, &(&str, &str))| Entry {
        at: moment(at),
        actor: Actor {
            kind: if at % 6 == 5 { ActorKind::Operator } else { ActorKind::Member },
            id: (at % 6 != 5).then(|| Uuid::from_u128(at as u128)),
            name: name(at).to_owned(),
        },
        action: (*action).to_owned(),
        subject: (at % 3 > 0).then(|| name(at + 1).to_owned()),
        detail: match at % 3 {
            0 => Vec::new(),
            1 => {
                vec![("Role".to_owned(), "admin".to_owned()), ("Before".to_owned(), "viewer".to_owned())]
            }
            _ => vec![
                ("Redirect uris".to_owned(), "https://a.example/callback, ".repeat(7)),
                ("Name".to_owned(), HOSTILE.to_owned()),
            ],
        },
        address: (at % 6 != 5).then(|| {
            if at % 2 == 0 { "203.0.113.17" } else { "2001:db8:85a3:8d3:1319:8a2e:370:7348" }.to_owned()
        }),
        request_id: (at % 6 != 5).then(|| "0197a6e2-7e5b-7c3a-9f52-0d6c1c7a9b01".to_owned()),
    };
    ACTIONS.iter().enumerate().take(25).map(entry).collect()
}

fn moment(at: usize) -> OffsetDateTime {
    NOW - Duration::minutes(i64::try_from(at * at * 7).unwrap_or(0))
}
