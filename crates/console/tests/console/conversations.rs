//! What was said with leads, and by whom.

use leadkeep_domain::{
    Actor, Channel, Conversation, ConversationId, ConversationStatus, Currency, Email, Lead, LeadFields,
    LeadStatus, MessageAuthor, MessageText, NewConversation, NewMessage, PageLimit, Role, WorkspaceId,
};
use leadkeep_storage::{Authorship, InsertConversationOutcome, InsertOutcome};
use leadkeep_testkit::{TestDatabase, on_both_databases};

use crate::{browser::Answer, server::Server};

on_both_databases![
    a_thread_is_read_answered_and_closed,
    a_long_thread_has_pages,
    viewers_only_read,
    another_workspaces_are_not_there,
    a_conversation_is_started_for_a_lead,
    the_list_is_narrowed_by_its_address,
    a_wrong_form_is_told_where_it_is_wrong,
];

async fn lead(server: &Server, workspace: WorkspaceId, email: &str) -> Lead {
    let fields = LeadFields::new(Email::parse(email).unwrap(), Currency::USD);
    let by = Authorship::new(Actor::operator(), None);
    match server.repositories.leads.insert(workspace, fields, LeadStatus::Active, by, None).await.unwrap() {
        InsertOutcome::Inserted(lead) => lead,
        other => panic!("{other:?}"),
    }
}

async fn with(server: &Server, workspace: WorkspaceId, lead: Option<&Lead>, subject: &str) -> Conversation {
    let subject = Some(subject.parse().unwrap());
    let new = NewConversation { lead: lead.map(|lead| lead.id), channel: Channel::Chat, subject };
    match server.repositories.conversations.insert(workspace, new, None).await.unwrap() {
        InsertConversationOutcome::Inserted(conversation) => conversation,
        InsertConversationOutcome::UnknownLead => panic!("an unknown lead"),
    }
}

/// A conversation of the server's workspace.
pub(crate) async fn conversation(server: &Server) -> Conversation {
    with(server, server.workspace, None, "Prices").await
}

async fn say(server: &Server, conversation: ConversationId, author: MessageAuthor, text: &str) {
    let new = NewMessage { author, text: MessageText::parse(text).unwrap() };
    let by = Authorship::new(Actor::operator(), None);
    let conversations = &server.repositories.conversations;
    conversations.add_message(server.workspace, conversation, new, by, None).await.unwrap().unwrap();
}

/// What is said on a page, in its order.
fn said(page: &Answer) -> Vec<&str> {
    let said = page.text.split("<p class=\"words\" dir=\"auto\">").skip(1);
    said.map(|text| text.split("</p>").next().unwrap()).collect()
}

async fn status(server: &Server, id: ConversationId) -> ConversationStatus {
    let found = server.repositories.conversations.get(server.workspace, id, None, PageLimit::default()).await;
    found.unwrap().unwrap().0.status
}

async fn a_thread_is_read_answered_and_closed(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let john = lead(&server, server.workspace, "john@acme.com").await;
    let id = with(&server, server.workspace, Some(&john), "Prices <b>").await.id;
    let path = server.path(&format!("conversations/{id}"));
    member.get(&path).await.assert_says(200, "Nothing has been said yet.");
    say(&server, id, MessageAuthor::Visitor, "<script>alert(1)</script>").await;
    say(&server, id, MessageAuthor::Bot, "A moment.").await;
    let answer = member.fill(&path, &format!("{path}/messages"), &[("text", "Hello John,\n4,800.")]).await;
    answer.assert_goes_to(&format!("{path}?done=replied#last"));
    let page = member.get(&format!("{path}?done=replied")).await;
    page.assert_says(200, "Your message is added.");
    assert_eq!(said(&page), ["&lt;script&gt;alert(1)&lt;/script&gt;", "A moment.", "Hello John,\n4,800."]);
    let lead_page = server.path(&format!("leads/{}", john.id));
    for told in [
        "Prices &lt;b&gt;",
        "<li class=\"visitor\">",
        "<li class=\"bot\">",
        "<li class=\"agent\" id=\"last\">",
        "Ann member",
        lead_page.as_str(),
        "3 messages",
    ] {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    let by = server
        .database
        .query("SELECT author, actor_kind, actor_name FROM conversation_messages ORDER BY id DESC LIMIT 1");
    assert_eq!(by, ["agent|member|Ann member"]);
    member.fill(&path, &format!("{path}/close"), &[]).await.assert_goes_to(&format!("{path}?done=closed"));
    assert_eq!(status(&server, id).await, ConversationStatus::Closed);
    member.fill(&path, &format!("{path}/reopen"), &[]).await.assert_goes_to(&format!("{path}?done=reopened"));
    assert_eq!(status(&server, id).await, ConversationStatus::Open);
}

async fn a_long_thread_has_pages(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut viewer, _) = server.signed_in(Role::Viewer).await;
    let id = conversation(&server).await.id;
    for at in 1..=45 {
        say(&server, id, MessageAuthor::Visitor, &format!("Message {at}")).await;
    }
    let mut path = server.path(&format!("conversations/{id}"));
    let mut all = Vec::new();
    for count in [20, 20, 5] {
        let page = viewer.get(&path).await;
        assert_eq!(page.status, 200);
        let mut page_said: Vec<String> = said(&page).into_iter().map(str::to_owned).collect();
        assert_eq!(page_said.len(), count);
        page_said.extend(all);
        all = page_said;
        if let Some(next) = page.text.split("rel=\"next\" href=\"").nth(1) {
            next.split('"').next().unwrap().clone_into(&mut path);
        }
    }
    let expect: Vec<String> = (1..=45).map(|at| format!("Message {at}")).collect();
    assert_eq!(all, expect);
}

async fn viewers_only_read(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut viewer, _) = server.signed_in(Role::Viewer).await;
    let id = conversation(&server).await.id;
    let path = server.path(&format!("conversations/{id}"));
    let page = viewer.get(&path).await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("Reply as an agent") && !page.text.contains("/close"), "{}", page.text);
    let list = viewer.get(&server.path("conversations")).await;
    assert!(list.text.contains("Prices") && !list.text.contains("Start a conversation"));
    for (path, fields) in [
        (format!("{path}/messages"), [("text", "Hello")].as_slice()),
        (format!("{path}/close"), &[]),
        (format!("{path}/reopen"), &[]),
        (server.path("conversations"), &[("channel", "chat")]),
    ] {
        viewer.post(&path, fields).await.assert_says(403, "changes nothing");
    }
    assert_eq!(viewer.get(&server.path("conversations/new")).await.status, 403);
    assert_eq!(server.database.query("SELECT COUNT(*) FROM conversation_messages"), ["0"]);
}

async fn another_workspaces_are_not_there(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, _) = server.signed_in(Role::Owner).await;
    let other = server.workspace("Other").await;
    let theirs = lead(&server, other, "jane@acme.com").await;
    let id = with(&server, other, Some(&theirs), "Their prices").await.id;
    let path = server.path(&format!("conversations/{id}"));
    assert_eq!(owner.get(&path).await.status, 404);
    for (below, fields) in [("messages", [("text", "Hello")].as_slice()), ("close", &[]), ("reopen", &[])] {
        assert_eq!(owner.post(&format!("{path}/{below}"), fields).await.status, 404, "{below}");
    }
    let list = owner.get(&server.path("conversations")).await;
    assert!(!list.text.contains("Their prices"));
    assert_eq!(owner.get(&server.path(&format!("conversations/new?lead={}", theirs.id))).await.status, 404);
    for narrowed in [theirs.id.to_string(), "jane@acme.com".to_owned()] {
        let page = owner.get(&server.path(&format!("conversations?lead={narrowed}"))).await;
        assert_eq!(page.status, 422);
        assert!(!page.text.contains("Their prices"));
    }
    let form = [("channel", "chat"), ("lead_email", "jane@acme.com")];
    owner.post(&server.path("conversations"), &form).await.assert_says(422, "No lead of this workspace has");
    assert_eq!(server.database.query("SELECT COUNT(*) FROM conversation_messages"), ["0"]);
}

async fn a_conversation_is_started_for_a_lead(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let john = lead(&server, server.workspace, "john@acme.com").await;
    let (list, new) =
        (server.path("conversations"), server.path(&format!("conversations/new?lead={}", john.id)));
    let fields = [("channel", "phone"), ("subject", "A call"), ("text", "John wants 40 seats.")];
    let made = member.fill(&new, &list, &fields).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let page = member.get(made.location()).await;
    page.assert_says(200, "The conversation is started.");
    for told in ["A call", "Phone", "john@acme.com", "John wants 40 seats."] {
        assert!(page.text.contains(told), "{told}");
    }
    let by_email = member.post(&list, &[("channel", "chat"), ("lead_email", "JOHN@acme.com")]).await;
    assert_eq!(by_email.status, 303, "{}", by_email.text);
    assert_eq!(server.database.query("SELECT COUNT(*) FROM conversations WHERE lead_id IS NOT NULL"), ["2"]);
}

async fn the_list_is_narrowed_by_its_address(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut viewer, _) = server.signed_in(Role::Viewer).await;
    let path = server.path("conversations");
    viewer.get(&path).await.assert_says(200, "There is no conversation in this workspace yet.");
    let john = lead(&server, server.workspace, "john@acme.com").await;
    for at in 0..45 {
        server.clock.advance(time::Duration::SECOND);
        let with_john = (at % 2 == 0).then_some(&john);
        let made = with(&server, server.workspace, with_john, &format!("Subject {at}.")).await;
        if at % 3 == 0 {
            let patch = leadkeep_domain::ConversationPatch {
                status: Some(ConversationStatus::Closed),
                ..Default::default()
            };
            server.repositories.conversations.update(server.workspace, made.id, patch).await.unwrap();
        }
    }
    let closed = |at: &i32| at % 3 == 0;
    let johns = |at: &i32| at % 2 == 0;
    for (query, expect) in [
        (String::new(), (0..45).rev().collect::<Vec<i32>>()),
        ("status=closed".to_owned(), (0..45).rev().filter(closed).collect()),
        (
            "status=open&lead=john%40acme.com".to_owned(),
            (0..45).rev().filter(|at| !closed(at) && johns(at)).collect(),
        ),
        (format!("lead={}", john.id), (0..45).rev().filter(johns).collect()),
        ("order=longest".to_owned(), (0..45).collect()),
        ("order=longest&status=closed".to_owned(), (0..45).filter(closed).collect()),
    ] {
        let (mut next, mut found) = (Some(format!("{path}?{query}")), Vec::new());
        while let Some(at) = next {
            let page = viewer.get(&at).await;
            assert_eq!(page.status, 200, "{at}");
            let subjects = page.text.split("Subject ").skip(1);
            found.extend(subjects.map(|text| text.split('.').next().unwrap().parse::<i32>().unwrap()));
            let link = page.text.split("rel=\"next\" href=\"").nth(1);
            next = link.map(|link| link.split('"').next().unwrap().replace("&amp;", "&"));
        }
        assert_eq!(found, expect, "{query}");
    }
    viewer.get(&format!("{path}?lead=nobody%40acme.com")).await.assert_says(422, "No lead has this address.");
    viewer.get(&format!("{path}?lead=nonsense")).await.assert_says(422, "value=\"nonsense\"");
}

async fn a_wrong_form_is_told_where_it_is_wrong(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let path = server.path("conversations");
    let long = "a".repeat(201);
    let fields = [("channel", "sms"), ("lead_email", "\"><b>"), ("subject", &long), ("text", "a\u{1}b")];
    let wrong = member.post(&path, &fields).await;
    assert_eq!(
        (wrong.status, wrong.text.matches("aria-invalid=\"true\"").count()),
        (422, 4),
        "{}",
        wrong.text
    );
    assert!(wrong.text.contains(&long) && wrong.text.contains("&quot;&gt;&lt;b&gt;"));
    assert_eq!(server.database.query("SELECT COUNT(*) FROM conversations"), ["0"]);
    let id = conversation(&server).await.id;
    let blank = member.post(&format!("{path}/{id}/messages"), &[("text", " \n")]).await;
    blank.assert_says(422, "It must not be blank.");
}
