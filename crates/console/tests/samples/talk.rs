//! Conversations, and the workspace's settings.

use leadkeep_console::{
    Frame, Typed,
    pages::{
        conversations::{self, List, ListFilter, New, Row, Thread, With},
        workspace::{self as settings, Ai, View},
    },
};
use leadkeep_domain::{
    Actor, ActorKind, AiAllowances, AiFields, AiProvider, Channel, Conversation, ConversationStatus, Field,
    Message, MessageAuthor, MessageText, NewConversation, Plan, Role, Text,
};
use time::Duration;

use super::{HOSTILE, LONG_EMAIL, LONG_NAME, NOW, RTL, Sample, done, id, workspace};

pub(super) fn all(frame: &Frame) -> Vec<Sample> {
    let nothing = List { rows: Vec::new(), next: None, ..list() };
    let narrowed = List {
        filter: ListFilter {
            status: Some(ConversationStatus::Open),
            longest_first: true,
            lead: Typed::faulty(HOSTILE, "No lead has this address."),
        },
        is_first: false,
        ..nothing.clone()
    };
    let replied = Thread { reply: Typed::faulty(HOSTILE, "It must not be blank."), ..thread() };
    let silent = Thread { messages: Vec::new(), earlier: None, lead: None, ..thread() };
    let mut earlier = Thread { is_latest: false, writes: false, ..thread() };
    earlier.conversation.status = ConversationStatus::Closed;
    let new = New { lead: Some(with(1, HOSTILE)), ..New::empty(workspace(), None) };
    vec![
        ("conversations", conversations::list(frame, &list())),
        ("conversations-nothing", conversations::list(frame, &nothing)),
        ("conversations-narrowed", conversations::list(frame, &narrowed)),
        ("conversation", conversations::thread(frame, &thread())),
        ("conversation-faults", conversations::thread(frame, &replied)),
        ("conversation-silent", conversations::thread(frame, &silent)),
        ("conversation-earlier", conversations::thread(frame, &earlier)),
        ("conversation-new", conversations::new(frame, &new)),
        ("conversation-new-faults", conversations::new(frame, &faulty_new())),
        ("workspace", settings::page(&done(frame, "The plan is changed."), &view())),
        ("workspace-admin", settings::page(frame, &View { role: Role::Admin, ..view() })),
        ("workspace-faults", settings::page(frame, &faulty())),
    ]
}

fn with(number: u8, name: &str) -> With {
    With { id: id(number), name: name.to_owned() }
}

fn list() -> List {
    let row = |number: u8, subject: Option<&str>, lead: Option<With>| Row {
        id: id(number),
        lead,
        subject: subject.map(str::to_owned),
        channel: Channel::ALL.into_iter().cycle().nth(number.into()).unwrap_or(Channel::Chat),
        status: if number.is_multiple_of(2) { ConversationStatus::Open } else { ConversationStatus::Closed },
        messages: u32::from(number) * 311,
        updated_at: NOW - Duration::minutes(i64::from(number) * 97),
    };
    List {
        workspace: workspace(),
        filter: ListFilter::default(),
        rows: vec![
            row(1, Some("Prices for 40 seats"), Some(with(1, "John Doe"))),
            row(2, Some(HOSTILE), Some(with(2, HOSTILE))),
            row(3, Some(RTL), Some(with(3, RTL))),
            row(4, Some(&LONG_NAME.repeat(2)), Some(with(4, LONG_EMAIL))),
            row(5, None, None),
        ],
        writes: true,
        is_first: true,
        next: Some("x".to_owned()),
    }
}

#[expect(clippy::unwrap_used, reason = "what is parsed is written here")]
fn message(author: MessageAuthor, kind: ActorKind, name: &str, text: &str, minutes: i64) -> Message {
    Message {
        id: id(1),
        author,
        text: MessageText::parse(text).unwrap(),
        actor: Actor { kind, id: None, name: name.to_owned() },
        created_at: NOW - Duration::minutes(minutes),
    }
}

fn thread() -> Thread {
    use ActorKind::{ApiKey, Client, Member};
    use MessageAuthor::{Agent, Bot, Visitor};
    let new = NewConversation {
        lead: Some(id(1)),
        channel: Channel::Chat,
        subject: Text::parse("Prices for 40 seats").ok(),
    };
    let asks = "Hello,\n\nwe are 40 people. What would Pro cost a year?\n\nThanks\nJohn";
    let long = "A long line without an end ".repeat(20);
    Thread {
        workspace: workspace(),
        conversation: Conversation {
            message_count: 126,
            ..Conversation::create(new, NOW - Duration::hours(2))
        },
        lead: Some(with(1, "John Doe")),
        messages: vec![
            message(Visitor, ApiKey, "Website chat", asks, 119),
            message(Bot, Client, "Assistant", "Thank you. I have passed this on to a colleague.", 118),
            message(Agent, Member, "Ana Lima", "Hi John, that is $4,800 a year for 40 seats.", 95),
            message(Visitor, ApiKey, HOSTILE, HOSTILE, 60),
            message(Agent, ApiKey, LONG_NAME, &long, 45),
            message(Visitor, ApiKey, "Website chat", RTL, 30),
            message(Visitor, ApiKey, "Website chat", &"https://example.com/".repeat(20), 2),
        ],
        earlier: Some(id(9)),
        is_latest: true,
        writes: true,
        reply: Typed::default(),
    }
}

fn faulty_new() -> New {
    New {
        lead_email: Typed::faulty(HOSTILE, "No lead of this workspace has this address."),
        channel: Typed::faulty("", "Choose one of the channels."),
        subject: Typed::faulty(HOSTILE, "It must be at most 200 characters long."),
        text: Typed::faulty(RTL, "It must be at most 10000 characters long."),
        ..New::empty(workspace(), None)
    }
}

fn view() -> View {
    View {
        workspace: workspace(),
        role: Role::Owner,
        currency: Typed::new("USD"),
        ai: Ai {
            provider: String::new(),
            provider_fault: None,
            fields: AiFields::ANYWHERE.iter().copied().map(Field::as_str).map(str::to_owned).collect(),
            fields_fault: None,
            allowed: AiProvider::OpenAi,
        },
        budget: Typed::new("600"),
        key_share: Typed::default(),
        usual_budget: 60,
        plan: Plan::Pro,
        allowances: AiAllowances::default(),
    }
}

fn faulty() -> View {
    View {
        currency: Typed::faulty(HOSTILE, "It must be the three letters of a currency, such as EUR or USD."),
        ai: Ai {
            provider: HOSTILE.to_owned(),
            provider_fault: Some("Choose one of them.".to_owned()),
            fields: Vec::new(),
            fields_fault: Some("Tick at least one.".to_owned()),
            allowed: AiProvider::Rules,
        },
        budget: Typed::faulty("0", "It must be a whole number from 1 to 1,000,000."),
        key_share: Typed::faulty(RTL, "It must be a whole number from 1 to 1,000,000."),
        ..view()
    }
}
