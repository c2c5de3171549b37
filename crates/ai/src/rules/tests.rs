#[test]
fn zz_debug() {
    use crate::eval::Labelled;
    let ids = std::env::var("IDS").unwrap_or_default();
    let rules = super::Rules::new();
    for line in include_str!("../../eval/notes.jsonl")
        .lines()
        .chain(include_str!("../../eval/held-out.jsonl").lines())
        .chain(include_str!("../../eval/second.jsonl").lines())
        .chain(include_str!("../../eval/third.jsonl").lines())
    {
        let l = Labelled::parse(line).unwrap();
        if !ids.split(',').any(|id| id == l.id) {
            continue;
        }
        println!(
            "=== {} {:?}\n{}\nexpected {:?}",
            l.id,
            l.note.written_on,
            l.note.text,
            l.expected.iter().map(ToString::to_string).collect::<Vec<_>>()
        );
        let lead = super::text::Lead::new(&l.note.lead);
        let d = super::text::Document::read(&l.note.text, &lead, &rules.lexicon);
        for s in &d.sentences {
            println!(
                "- {:?} asks={} elsewhere={} before={:?} mentions={:?}",
                s.author,
                s.asks,
                s.elsewhere,
                s.before,
                s.mentions.iter().map(|m| (d.tokens[m.at].text, m.who)).collect::<Vec<_>>()
            );
            for c in &s.clauses {
                print!("   [unsure={}] ", c.unsure);
                for i in c.range.clone() {
                    let names: Vec<_> = d.cues[i].names();
                    print!(
                        "{}{} ",
                        d.tokens[i].text,
                        if names.is_empty() { String::new() } else { format!("<{}>", names.join(",")) }
                    );
                }
                println!();
            }
        }
        println!(
            "  sig {:?}",
            d.signatures
                .iter()
                .map(|s| s
                    .iter()
                    .map(|r| d.slice(r.clone()).iter().map(|t| t.text).collect::<Vec<_>>().join(" "))
                    .collect::<Vec<_>>())
                .collect::<Vec<_>>()
        );
        println!("  stages {:?}", d.stages);
        for c in rules.read(&l.note).changes {
            println!("  {:?} {} {}", c.field, c.value, c.confidence);
        }
    }
}
