use leadkeep_console::{
    Frame, Pages, Typed,
    pages::leads::{
        Applied, Colleague, Colleagues, Conflict, Detail, Event, Export, Filters, Import, Item, LeadForm,
        List, Meanwhile, New, Preview, Timeline, detail, export, import, list, new, preview,
    },
};
use leadkeep_domain::{
    Actor, ActorKind, AiChange, AiProvider, AiReader, AiRefusal, AiTokens, AiUndo, AiUpdate, Change, Channel,
    CloseDate, Conversation, ConversationStatus, Currency, CustomFields, DealStage, Email, Field, KeptReason,
    Lead, LeadFields, MinorUnits, Quote, RefusalReason, Tags, Text, Version,
};
use serde_json::{Value, json};
use time::{Duration, macros::date};

use super::{HOSTILE, LONG_EMAIL, LONG_NAME, NOW, RTL, Sample, failed, id, workspace};

pub(super) fn all(frame: &Frame) -> Vec<Sample> {
    let viewer = Detail { may_change: false, ..one(lead(2)) };
    let archived = archived();
    let stale = Detail { conflict: Some(conflict()), form: faulty(), ..one(lead(1)) };
    let applied = Detail {
        applied: Some(Applied(update())),
        text: Typed::faulty(HOSTILE, "It must not be blank."),
        ..one(lead(1))
    };
    let undone =
        Detail { applied: Some(Applied(AiUpdate { undone: Some(undo()), ..update() })), ..one(lead(1)) };
    let mut all = nothing_found(frame);
    all.extend([
        ("leads", list(frame, &leads())),
        ("leads-faults", list(frame, &List { leads: None, filters: wrong(), ..leads() })),
        (
            "lead-new",
            new(
                frame,
                &New {
                    workspace: workspace(),
                    colleagues: colleagues(),
                    form: LeadForm::empty(Currency::USD),
                },
            ),
        ),
        (
            "lead-new-faults",
            new(frame, &New { workspace: workspace(), colleagues: colleagues(), form: faulty() }),
        ),
        ("lead", detail(frame, &one(lead(1)))),
        ("lead-hostile", detail(frame, &one(hostile()))),
        ("lead-viewer", detail(frame, &viewer)),
        ("lead-archived", detail(frame, &archived)),
        ("lead-stale", detail(frame, &stale)),
        ("lead-archived-meanwhile", detail(frame, &put_away())),
        ("lead-applied", detail(frame, &applied)),
        ("lead-undone", detail(frame, &undone)),
        ("lead-preview", preview(frame, &read())),
        ("lead-preview-nothing", preview(&failed(frame, "Nothing was changed."), &nothing())),
        ("lead-preview-hostile", preview(frame, &hostile_text())),
        (
            "leads-import",
            import(
                frame,
                &Import { workspace: workspace(), dry_run: false, megabytes: 50, faults: Vec::new() },
            ),
        ),
        (
            "leads-import-faults",
            import(
                frame,
                &Import {
                    workspace: workspace(),
                    dry_run: true,
                    megabytes: 50,
                    faults: vec![
                        format!("Column {HOSTILE}: is not a member of a lead."),
                        "Column email: is required.".to_owned(),
                    ],
                },
            ),
        ),
        ("leads-export", export(frame, &exported(Filters::default(), None))),
        (
            "leads-export-faults",
            export(frame, &exported(wrong(), Some("It must be one of csv, ndjson.".to_owned()))),
        ),
    ]);
    all
}

/// Lists in which there is nothing, or not all.
fn nothing_found(frame: &Frame) -> Vec<Sample> {
    vec![
        (
            "leads-none",
            list(
                frame,
                &List {
                    leads: Some(Vec::new()),
                    filters: Filters::default(),
                    pages: Pages::default(),
                    ..leads()
                },
            ),
        ),
        (
            "leads-none-viewer",
            list(
                frame,
                &List {
                    leads: Some(Vec::new()),
                    may_change: false,
                    filters: Filters::default(),
                    pages: Pages::default(),
                    ..leads()
                },
            ),
        ),
        (
            "leads-no-match",
            list(
                frame,
                &List { leads: Some(Vec::new()), filters: narrow(), pages: Pages::default(), ..leads() },
            ),
        ),
        ("leads-cut-short", list(frame, &List { is_cut_short: true, filters: narrow(), ..leads() })),
        (
            "leads-none-so-far",
            list(frame, &List { is_cut_short: true, leads: Some(Vec::new()), filters: narrow(), ..leads() }),
        ),
    ]
}

fn colleagues() -> Colleagues {
    let colleague = |number: u8, name: &str| Colleague {
        id: id(number),
        name: name.to_owned(),
        email: format!("colleague-{number}@acme.example"),
    };
    Colleagues(vec![
        colleague(1, "Ana Lima"),
        colleague(2, LONG_NAME),
        colleague(3, HOSTILE),
        colleague(4, RTL),
    ])
}

fn email(text: &str) -> Email {
    Email::from_stored(text.to_owned())
}

#[expect(clippy::unnecessary_wraps, reason = "the fields that it is for may be empty")]
fn text<const MAX: usize>(text: &str) -> Option<Text<MAX>> {
    Some(Text::from_stored(text.to_owned()))
}

#[expect(clippy::unwrap_used, reason = "what is parsed is written here")]
fn currency(code: &str) -> Currency {
    Currency::parse(code).unwrap()
}

fn lead(number: u8) -> Lead {
    let fields = LeadFields {
        name: text("John Smith"),
        title: text("VP of Sales"),
        company: text("Acme Corp"),
        phone: text("+1 415 555 0100"),
        website: text("https://acme.example"),
        source: text("Inbound"),
        deal_value: Some(MinorUnits::from_stored(5_000_000)),
        deal_stage: Some(DealStage::Proposal),
        deal_close_date: Some(CloseDate::from_stored(date!(2026 - 06 - 30))),
        tags: Tags::from_stored(["enterprise", "inbound"].map(str::to_owned)),
        assigned_to: Some(id(1)),
        ..LeadFields::new(email("john@acme.example"), Currency::USD)
    };
    Lead {
        id: id(number),
        fields,
        archived_at: None,
        created_at: NOW - Duration::days(90),
        updated_at: NOW - Duration::minutes(12),
        version: Version::FIRST.next(),
    }
}

fn hostile() -> Lead {
    let custom = json!({HOSTILE: HOSTILE, "plan": {"seats": 40}});
    let fields = LeadFields {
        name: text(HOSTILE),
        title: text(HOSTILE),
        company: text(HOSTILE),
        phone: text(HOSTILE),
        website: text("javascript:alert(1)"),
        source: text(HOSTILE),
        tags: Tags::from_stored((0..50).map(|at| format!("{HOSTILE} {at}"))),
        assigned_to: Some(id(99)),
        custom_fields: CustomFields::from_stored(custom.as_object().cloned().unwrap_or_default()),
        ..LeadFields::new(email(&format!("\"{HOSTILE}\"@evil.example")), currency("JPY"))
    };
    Lead { fields, ..lead(4) }
}

fn others() -> Vec<Lead> {
    let named = |number, name: &str, company: &str, address: &str| {
        let mut made = lead(number);
        made.fields.name = text(name);
        made.fields.company = text(company);
        made.fields.email = email(address);
        made.fields.assigned_to = None;
        made
    };
    let mut long =
        named(5, LONG_NAME, "The Society for the Preservation of Long Company Names and Sons", LONG_EMAIL);
    long.fields.deal_value = Some(MinorUnits::from_stored(MinorUnits::MAX));
    long.fields.tags = Tags::from_stored((0..9).map(|at| format!("a-rather-long-tag-{at}")));
    long.fields.deal_currency = currency("KWD");
    let mut right = named(6, RTL, RTL, "noor@example.com");
    right.fields.deal_stage = Some(DealStage::Won);
    right.fields.assigned_to = Some(id(4));
    let mut bare = lead(7);
    bare.fields = LeadFields::new(email("somebody@example.com"), Currency::USD);
    bare.updated_at = NOW - Duration::days(200);
    let mut lost = named(8, "Mia Wong", "Lantern Labs", "mia@lantern.example");
    lost.fields.deal_stage = Some(DealStage::Lost);
    lost.fields.deal_value = Some(MinorUnits::from_stored(120_000));
    lost.fields.deal_currency = currency("JPY");
    vec![long, right, bare, lost]
}

fn leads() -> List {
    let mut leads = vec![lead(1), hostile()];
    leads.extend(others());
    leads.push(Lead { archived_at: Some(NOW), ..lead(9) });
    List {
        is_cut_short: false,
        workspace: workspace(),
        may_change: true,
        filters: Filters { search: Typed::new("ac"), ..Filters::default() },
        colleagues: colleagues(),
        leads: Some(leads),
        pages: Pages {
            first: Some("/console/w/1/leads?q=ac".to_owned()),
            next: Some("/console/w/1/leads?q=ac&after=0197a6e2-7e5b-7c3a-9f52-0d6c1c7a9b08".to_owned()),
        },
    }
}

fn narrow() -> Filters {
    Filters {
        tag: Typed::new(HOSTILE),
        search: Typed::new(RTL),
        status: Typed::new("all"),
        ..Filters::default()
    }
}

fn wrong() -> Filters {
    let wrong = || Typed::faulty(HOSTILE, "It can't be this.");
    Filters {
        search: wrong(),
        status: wrong(),
        assigned_to: wrong(),
        tag: wrong(),
        email: wrong(),
        changed_after: wrong(),
        ..Filters::default()
    }
}

fn faulty() -> LeadForm {
    let mut form = LeadForm::of(&lead(1).fields);
    for field in leadkeep_console::pages::leads::EDITABLE {
        form.put(field, HOSTILE.to_owned(), form.get(field).to_owned());
        form.fault(field, format!("It must not be {HOSTILE}."));
    }
    form.holder = Some(id(5));
    form
}

fn archived() -> Detail {
    Detail { lead: Lead { archived_at: Some(NOW - Duration::days(3)), ..lead(3) }, ..one(lead(3)) }
}

fn put_away() -> Detail {
    Detail { conflict: Some(Conflict { is_archived: true, ..conflict() }), ..archived() }
}

fn conflict() -> Conflict {
    let meanwhile = |field, now: &str, yours: Option<&str>| Meanwhile {
        field,
        was: String::new(),
        now: now.to_owned(),
        yours: yours.map(str::to_owned),
    };
    let fields = vec![
        meanwhile(Field::Company, "Acme Corporation", Some(HOSTILE)),
        meanwhile(Field::Title, HOSTILE, None),
        meanwhile(Field::Tags, &"long\n".repeat(100), Some("")),
    ];
    Conflict { is_archived: false, fields }
}

fn one(lead: Lead) -> Detail {
    Detail {
        workspace: workspace(),
        may_change: true,
        form: LeadForm::of(&lead.fields),
        colleagues: colleagues(),
        conflict: None,
        text: Typed::default(),
        applied: None,
        timeline: timeline(),
        lead,
    }
}

fn actor(name: &str) -> Actor {
    Actor { kind: ActorKind::Member, id: None, name: name.to_owned() }
}

fn change(field: Field, from: Value, to: Value) -> Change {
    Change { field, from, to }
}

fn timeline() -> Timeline {
    let conversation = Conversation {
        id: id(1),
        lead: Some(id(1)),
        channel: Channel::Chat,
        subject: text(HOSTILE),
        status: ConversationStatus::Open,
        message_count: 4,
        created_at: NOW,
        updated_at: NOW,
    };
    let changes = vec![
        change(Field::DealStage, json!("qualified"), json!("proposal")),
        change(Field::DealValue, json!(100_000), json!(5_000_000)),
        change(Field::AssignedTo, Value::Null, json!(id::<u8>(1).to_string())),
        change(Field::AssignedTo, json!(id::<u8>(2).to_string()), json!("nonsense")),
        change(Field::Tags, json!([]), json!([HOSTILE, "inbound"])),
        change(Field::CustomFields, json!({}), json!({"a": "b".repeat(900)})),
        change(Field::Name, json!(HOSTILE), json!(RTL)),
    ];
    let undone = AiUpdate { undone: Some(undo()), ..update() };
    let events = [
        Event::SmartUpdate(update()),
        Event::Undone(actor(LONG_NAME), vec![change(Field::Company, json!("B"), json!("A"))]),
        Event::SmartUpdate(undone),
        Event::Conversation(conversation.clone()),
        Event::Conversation(Conversation { id: id(2), subject: None, ..conversation }),
        Event::Changed(actor(HOSTILE), changes),
        Event::Changed(actor("Ana Lima"), vec![change(Field::Company, Value::Null, json!("Acme Corp"))]),
        Event::Created(actor("Website form")),
    ];
    let item = |(at, event): (i64, Event)| Item {
        at: NOW - Duration::hours(at * at * at),
        currency: Currency::USD,
        event,
    };
    Timeline {
        items: (1..).zip(events).map(item).collect(),
        pages: Pages { first: None, next: Some("/console/w/1/leads/1?before=USD.1".to_owned()) },
    }
}

const NOTE: &str = "Just spoke with John, he's now VP of Sales at Acme Corp. Budget is around $50k, looking to close by end of Q2.";

fn quoted(text: &str, words: &str) -> Vec<Quote> {
    let start = text.find(words).unwrap_or_default();
    vec![Quote { start, end: start + words.len(), quote: words.to_owned() }]
}

fn update() -> AiUpdate {
    let stated = |field, to, confidence, words| AiChange {
        change: change(field, Value::Null, to),
        confidence,
        evidence: quoted(NOTE, words),
    };
    AiUpdate {
        id: id(1),
        lead: id(1),
        changes: vec![
            stated(Field::Title, json!("VP of Sales"), 0.95, "VP of Sales"),
            stated(Field::Company, json!("Acme Corp"), 0.9, "Acme Corp"),
            stated(Field::DealValue, json!(5_000_000), 0.7, "$50k"),
            stated(Field::DealCurrency, json!("USD"), 0.8, "$50k"),
            stated(Field::DealCloseDate, json!("2026-06-30"), 0.85, "by end of Q2"),
        ],
        refused: vec![
            AiRefusal::new(Field::Name, json!("John"), RefusalReason::NotEmpty),
            AiRefusal {
                message: Some(format!("must not be {HOSTILE}")),
                ..AiRefusal::new(Field::Email, json!(HOSTILE), RefusalReason::InvalidValue)
            },
        ],
        reader: AiReader {
            provider: AiProvider::OpenAi,
            model: None,
            prompt_version: None,
            tokens: AiTokens::default(),
        },
        credits: 1,
        actor: actor("Ana Lima"),
        request_id: None,
        created_at: NOW,
        undone: None,
    }
}

fn undo() -> AiUndo {
    AiUndo {
        restored: vec![change(Field::Company, json!("B"), json!("A"))],
        kept: vec![(Field::Title, KeptReason::ChangedSince), (Field::Email, KeptReason::DuplicateLead)],
        at: NOW,
    }
}

fn read() -> Preview {
    Preview {
        workspace: workspace(),
        lead: lead(1),
        colleagues: colleagues(),
        text: NOTE.to_owned(),
        reading: format!("{}{{\"changes\":[]}}", "0".repeat(32)),
        update: update(),
        credits: Some(41),
        fault: Some("Tick at least one change.".to_owned()),
    }
}

fn nothing() -> Preview {
    let update = AiUpdate { changes: Vec::new(), ..update() };
    Preview { update, credits: None, text: "</textarea>\n\n".repeat(500), fault: None, ..read() }
}

/// Markup in the text, in the evidence, across the edges of both; and places that are within characters or nowhere.
fn hostile_text() -> Preview {
    let text = format!("{HOSTILE} {RTL} {HOSTILE}\n</mark></form>");
    let at = |field, start, end| AiChange {
        change: change(field, json!(HOSTILE), json!(HOSTILE)),
        confidence: f64::NAN,
        evidence: vec![Quote { start, end, quote: HOSTILE.to_owned() }],
    };
    let changes = vec![
        at(Field::Name, 0, 9),
        at(Field::Company, 4, 30),
        at(Field::Title, HOSTILE.len() + 2, HOSTILE.len() + 4),
        at(Field::Phone, 9999, 99999),
        at(Field::Website, 5, 2),
    ];
    Preview { text, update: AiUpdate { changes, ..update() }, lead: hostile(), ..read() }
}

fn exported(filters: Filters, fault: Option<String>) -> Export {
    let format = if fault.is_some() { HOSTILE } else { "csv" };
    Export { workspace: workspace(), filters, colleagues: colleagues(), format: format.to_owned(), fault }
}
