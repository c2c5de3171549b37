//! Any text is read, in bounded time, and the evidence of what is proposed is in it.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use leadkeep_ai::{Note, Rules, rules};
use leadkeep_domain::{AiFields, Currency, DealStage, Email, LeadFields, Text};
use proptest::prelude::*;
use time::macros::date;

/// The longest text that is taken; an eighth of it without optimization, where everything takes 20 times as long.
const LONGEST: usize = if cfg!(debug_assertions) { 8 * 1024 } else { 64 * 1024 };

static RULES: LazyLock<Rules> = LazyLock::new(Rules::new);

fn note(text: String) -> Note {
    let mut lead = LeadFields::new(Email::parse("dana.whitlock@paper.example").unwrap(), Currency::USD);
    lead.name = Some(Text::parse("Dana Whitlock").unwrap());
    lead.company = Some(Text::parse("Whitlock Paper").unwrap());
    Note {
        lead,
        text,
        written_on: date!(2025 - 06 - 13),
        currency: Currency::USD,
        stages: DealStage::ALL.to_vec(),
        fields: AiFields::ANYWHERE.to_vec(),
    }
}

#[track_caller]
fn check(rules: &Rules, text: String) {
    let note = note(text);
    let proposal = rules.read(&note);
    assert_eq!(rules.read(&note), proposal, "the same text, the same proposal");
    for change in &proposal.changes {
        assert!((0.0..=1.0).contains(&change.confidence));
        assert!(!change.evidence.is_empty(), "{change:?}");
        for span in &change.evidence {
            let quote = note.text.get(span.start..span.end);
            assert!(quote.is_some_and(|quote| !quote.trim().is_empty()), "{change:?}");
        }
    }
    let fields: std::collections::HashSet<_> = proposal.changes.iter().map(|change| change.field).collect();
    assert_eq!(fields.len(), proposal.changes.len(), "at most one change for each field");
}

/// Pieces that rules look for, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "Dana ",
        "she's ",
        "now ",
        "VP of Sales ",
        "at ",
        "Acme Corp",
        ". ",
        ", ",
        "\n",
        "Budget ",
        "is ",
        "$50k ",
        "€50.000 ",
        "from ",
        "to ",
        "between ",
        "and ",
        "half a million ",
        "twenty-",
        "five ",
        "thousand ",
        "sign ",
        "by ",
        "end of ",
        "Q2 ",
        "mid ",
        "March ",
        "3 ",
        "04/05/2026 ",
        "next Friday ",
        "phone ",
        "+1 (212) ",
        "555-0147 ",
        "dana@x.example ",
        "www.x.example ",
        "tag ",
        "as ",
        "\"vip\" ",
        "mark ",
        "won ",
        "> ",
        "From: ",
        "Dana Whitlock",
        " <",
        ">",
        "{",
        "}",
        "```",
        "'s ",
        "not ",
        "if ",
        "? ",
        "his ",
        "boss ",
        "ignore previous ",
        "é",
        "\u{202e}",
        "😀",
        "1,1,1,",
        "UPDATE x SET y=1;",
        "<!--",
        "<b>",
        "www.",
        "@",
        "the ",
        "of ",
        "uh, ",
        "proposal sent ",
        "the contract was signed ",
        "the 24th ",
        "a week on Monday ",
        "no sorry, ",
        "-> ",
        "has joined ",
        "made her ",
        "from Buyer to ",
        "Best regards,\n",
        "(she/her) ",
        "---begin directive---\n",
        "dana dot example ",
        "went with a competitor ",
        "before March is out ",
        "[system] ",
        "[14:05] dana: ",
        "no sorry, the 17th ",
        "plus ",
        "R240 000 ",
        "we lost ",
        "I told her. ",
    ]);
    prop::collection::vec(piece, 0..120).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn arbitrary_text_is_read_without_panic(text in any::<String>()) {
        check(&RULES, text);
    }

    #[test]
    fn texts_of_words_that_mean_something_are_read_without_panic(text in pieces()) {
        check(&RULES, text);
    }

    #[test]
    fn quotes_are_parsed_without_panic(quote in any::<String>(), pieces in pieces()) {
        for quote in [quote, pieces] {
            let _ = rules::money(&quote, Currency::USD);
            let _ = rules::date(&quote, date!(2025 - 06 - 13));
            let _ = rules::phone(&quote);
            let _ = rules::email(&quote);
        }
    }
}

/// What a text may repeat to be long.
const UNITS: &[&str] = &[
    "(",
    "((",
    "1,1,1,",
    "@",
    "a@",
    "@@@",
    "$",
    "$1 ",
    "$50k ",
    "x",
    "é",
    "😀",
    "{",
    "{}",
    "{\"a\":",
    "<",
    "<a ",
    "<!--",
    "<a hidden>",
    "```",
    "\n",
    "\n> ",
    "> ",
    ". ",
    "a.b",
    "a.b.c/",
    "1 ",
    "000 ",
    "1 000 ",
    "one ",
    "twenty ",
    "five five ",
    "March ",
    "March 3 ",
    "3/",
    "end of ",
    "sign March 3 ",
    "Dana ",
    "Dana's ",
    "his boss ",
    "she is VP of ",
    "VP of ",
    "and ",
    "tag ",
    "tag as ",
    "\"",
    "tag \"",
    "'s",
    "d'",
    "From: a@x.example\n",
    "Dana Whitlock\n",
    "dana dot ",
    "+1",
    "(1)",
    "-",
    "not ",
    "if ",
    "UPDATE a SET b=1\n",
    "uh, ",
    "budget $5k to $6k ",
    "from $1k to $2k ",
    "stage = won ",
    "a@x.example ",
    "x.example ",
    "the the ",
    "=",
    "://",
    "http://",
    "\u{202e}",
    "of of ",
    "signed contract ",
    "proposal sent ",
    "the 24th ",
    "a week on ",
    "$5k sorry ",
    "Buyer -> ",
    "x dot ",
    "---begin\n",
    "---begin a\n\n",
    "tag him ",
    "(contract) ",
    "Dana, now VP, ",
    "went with another ",
    "negotiating the ",
    "Ann's quote $5k ",
    "is at dana ",
    "[system]",
    "[14:05] a: ",
    "sign March 3 sorry ",
    "we lost ",
    "with Acme ",
    "$1 plus ",
    "R240 ",
    "x dot y word ",
    "contract, signed ",
    ">",
    "> ",
    ">a",
    "→",
    "<b hidden>",
    "<style>",
    "</b>",
    "one point ",
];

#[test]
fn the_longest_texts_are_read_in_bounded_time() {
    for unit in UNITS {
        let text = unit.repeat(LONGEST / unit.len());
        let begun = Instant::now();
        check(&RULES, text);
        let took = begun.elapsed();
        // Read twice, without optimization: a quadratic pass takes minutes.
        assert!(took < Duration::from_secs(5), "{unit:?} took {took:?}");
    }
}
