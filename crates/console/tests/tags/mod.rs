//! The tags of a page. Enough for what maud writes: values are quoted, and no text has a bare `<`.

/// An opening or a closing tag.
#[derive(Debug)]
pub(crate) struct Tag {
    /// Its name, with the slash if it closes.
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// The value of an attribute, empty if it has none.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(is, _)| is == name).map(|(_, value)| value.as_str())
    }

    /// The names of its attributes.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(|(name, _)| name.as_str())
    }
}

/// All tags of a page, in order.
pub(crate) fn tags(page: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        let (tag, after) = tag(&rest[at + 1..]);
        tags.push(tag);
        rest = after;
    }
    tags
}

#[expect(clippy::expect_used, reason = "a page that cannot be read fails its test")]
fn tag(text: &str) -> (Tag, &str) {
    let end = text.find([' ', '>']).expect("a tag ends");
    let mut tag = Tag { name: text[..end].to_owned(), attributes: Vec::new() };
    let mut rest = text[end..].trim_start();
    while !rest.starts_with('>') {
        let end = rest.find(['=', ' ', '>']).expect("a tag ends");
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let mut value = "";
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let end = quoted.find('"').expect("a value ends");
            value = &quoted[..end];
            rest = &quoted[end + 1..];
        }
        tag.attributes.push((name, value.to_owned()));
        rest = rest.trim_start();
    }
    (tag, &rest[1..])
}
