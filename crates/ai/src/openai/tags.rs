use leadkeep_domain::{Tag, Tags, Text};
use serde_json::{Value, json};

use super::answer::SaidTags;

/// The whole list after what the model says, as answers write it; nothing where that is the list as it is.
///
/// Tags are found ignoring case. What can't be a tag is passed over, and so is what is both put on and taken off.
pub(super) fn after(before: &Tags, said: &SaidTags) -> Option<Value> {
    let added = named(&said.add);
    let removed = named(&said.remove);
    let in_both = |tag: &Tag| has(&added, tag) && has(&removed, tag);
    let mut after: Vec<Tag> =
        before.iter().filter(|tag| !has(&removed, tag) || in_both(tag)).cloned().collect();
    for tag in &added {
        if !has(&after, tag) && !in_both(tag) {
            after.push(tag.clone());
        }
    }
    let after = Tags::new(after).ok().filter(|after| after != before)?;
    Some(json!(after.iter().map(Text::as_str).collect::<Vec<_>>()))
}

fn named(names: &[String]) -> Vec<Tag> {
    names.iter().filter_map(|name| Tag::parse(name.trim()).ok()).collect()
}

fn has(tags: &[Tag], wanted: &Tag) -> bool {
    let wanted = wanted.as_str().to_lowercase();
    tags.iter().any(|tag| tag.as_str().to_lowercase() == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(add: &[&str], remove: &[&str], expected: Option<&[&str]>) {
        let before = Tags::from_stored(["beta".to_owned(), "VIP".to_owned()]);
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let said = SaidTags { add: owned(add), remove: owned(remove) };
        assert_eq!(after(&before, &said), expected.map(|tags| json!(tags)), "{said:?}");
    }

    #[test]
    fn the_list_is_the_one_after_all_that_is_said() {
        check(&["expo"], &[], Some(&["VIP", "beta", "expo"]));
        check(&["expo"], &["Beta"], Some(&["VIP", "expo"]));
        check(&[], &["vip", "beta"], Some(&[]));
        check(&["a", "A", " a "], &[], Some(&["VIP", "a", "beta"]));
    }

    #[test]
    fn what_changes_nothing_is_no_change() {
        check(&[], &[], None);
        check(&["vip", "BETA"], &["expo"], None);
        check(&["", " ", "a\nb"], &["\0"], None);
        check(&["vip", "expo"], &["expo", "vip"], None);
        let many: Vec<String> = (0..60).map(|n| n.to_string()).collect();
        check(&many.iter().map(String::as_str).collect::<Vec<_>>(), &[], None);
    }
}
