use serde::{Serialize, Serializer};

/// JSON that is written in the order it is given: models answer in the order of the schema, and those of `serde_json` are
/// sorted by name.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Text(&'static str),
    Flag(bool),
    Number(u32),
    List(Vec<Node>),
    Object(Vec<(&'static str, Node)>),
}

impl Node {
    /// A list of texts.
    pub(super) fn texts(texts: impl IntoIterator<Item = &'static str>) -> Self {
        Self::List(texts.into_iter().map(Self::Text).collect())
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => serializer.serialize_u32(*number),
            Self::List(nodes) => serializer.collect_seq(nodes),
            Self::Object(members) => serializer.collect_map(members.iter().map(|(name, node)| (name, node))),
        }
    }
}
