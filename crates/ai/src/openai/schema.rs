//! What an answer looks like, as a JSON schema.

use leadkeep_domain::{AiFields, DealStage, Field};

use super::{SchemaMode, node::Node};

/// The fields that a model may change, in the order it is told of them.
pub(super) const FIELDS: [Field; 12] = AiFields::ANYWHERE;

/// Those of these fields that a model may change.
pub(super) fn allowed(fields: &[Field]) -> impl Iterator<Item = Field> {
    FIELDS.into_iter().filter(|field| fields.contains(field))
}

/// The member `response_format` of a request.
pub(super) fn response_format(fields: &[Field], stages: &[DealStage], mode: SchemaMode) -> Node {
    let schema = Schema { bounded: mode == SchemaMode::JsonObject }.answer(fields, stages);
    match mode {
        SchemaMode::JsonSchema => Node::Object(vec![
            ("type", Node::Text("json_schema")),
            (
                "json_schema",
                Node::Object(vec![
                    ("name", Node::Text("lead_changes")),
                    ("strict", Node::Flag(true)),
                    ("schema", schema),
                ]),
            ),
        ]),
        SchemaMode::JsonObject => Node::Object(vec![("type", Node::Text("json_object")), ("schema", schema)]),
    }
}

/// Servers of the mode `json_object` make a grammar of the schema, and a small model would go on for ever within one that has
/// no bounds. In strict mode not every server takes them.
struct Schema {
    bounded: bool,
}

impl Schema {
    fn answer(&self, fields: &[Field], stages: &[DealStage]) -> Node {
        let words: Vec<&str> = allowed(fields)
            .filter(|field| !matches!(field, Field::DealValue | Field::DealStage | Field::Tags))
            .map(Field::as_str)
            .collect();
        let mut kinds = Vec::new();
        if !words.is_empty() {
            kinds.push(self.change(Node::texts(words), self.text(200)));
        }
        if fields.contains(&Field::DealValue) {
            kinds.push(self.change(Node::texts([Field::DealValue.as_str()]), of_type("number")));
        }
        if !stages.is_empty() && fields.contains(&Field::DealStage) {
            let stages = Node::texts(stages.iter().map(|stage| stage.as_str()));
            let stage = Node::Object(vec![("type", Node::Text("string")), ("enum", stages)]);
            kinds.push(self.change(Node::texts([Field::DealStage.as_str()]), stage));
        }
        if fields.contains(&Field::Tags) {
            let tags =
                object(vec![("add", self.list(self.text(64), 5)), ("remove", self.list(self.text(64), 5))]);
            kinds.push(self.change(Node::texts([Field::Tags.as_str()]), tags));
        }
        let change = Node::Object(vec![("anyOf", Node::List(kinds))]);
        object(vec![("changes", self.list(change, 8))])
    }

    /// A change of one of these fields. The quotes come before the value: who has to quote first guesses less.
    fn change(&self, fields: Node, value: Node) -> Node {
        object(vec![
            ("field", Node::Object(vec![("type", Node::Text("string")), ("enum", fields)])),
            ("quotes", self.list(self.text(200), 3)),
            ("value", value),
            ("confidence", of_type("number")),
        ])
    }

    fn text(&self, longest: u32) -> Node {
        let mut members = vec![("type", Node::Text("string"))];
        if self.bounded {
            members.push(("maxLength", Node::Number(longest)));
        }
        Node::Object(members)
    }

    fn list(&self, items: Node, most: u32) -> Node {
        let mut members = vec![("type", Node::Text("array")), ("items", items)];
        if self.bounded {
            members.push(("maxItems", Node::Number(most)));
        }
        Node::Object(members)
    }
}

fn of_type(name: &'static str) -> Node {
    Node::Object(vec![("type", Node::Text(name))])
}

/// An object as strict mode wants it: every member required, and no others.
fn object(properties: Vec<(&'static str, Node)>) -> Node {
    let required = Node::texts(properties.iter().map(|(name, _)| *name));
    Node::Object(vec![
        ("type", Node::Text("object")),
        ("properties", Node::Object(properties)),
        ("required", required),
        ("additionalProperties", Node::Flag(false)),
    ])
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn format(stages: &[DealStage], mode: SchemaMode) -> Value {
        serde_json::to_value(response_format(&FIELDS, stages, mode)).unwrap()
    }

    /// All objects of a schema that describe objects.
    fn objects(schema: &Value) -> Vec<&Value> {
        let mut found: Vec<&Value> = match schema {
            Value::Object(members) => members.values().flat_map(objects).collect(),
            Value::Array(values) => values.iter().flat_map(objects).collect(),
            _ => Vec::new(),
        };
        if schema["type"] == "object" {
            found.push(schema);
        }
        found
    }

    #[test]
    fn every_object_is_as_strict_mode_wants_it() {
        let format = format(&DealStage::ALL, SchemaMode::JsonSchema);
        let objects = objects(&format["json_schema"]["schema"]);
        assert_eq!(objects.len(), 6);
        for object in objects {
            assert_eq!(object["additionalProperties"], false);
            let mut required: Vec<&str> =
                object["required"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            required.sort_unstable();
            let mut properties: Vec<&String> = object["properties"].as_object().unwrap().keys().collect();
            properties.sort_unstable();
            assert_eq!(required, properties);
        }
    }

    #[test]
    fn a_model_quotes_before_it_says_a_value() {
        let text = serde_json::to_string(&response_format(&FIELDS, &DealStage::ALL, SchemaMode::JsonSchema))
            .unwrap();
        assert!(text.contains(r#""required":["field","quotes","value","confidence"]"#), "{text}");
        assert!(text.find(r#""quotes":{"#) < text.find(r#""value":{"#), "{text}");
    }

    #[test]
    fn only_the_stages_of_the_workspace_can_be_said() {
        let text = format(&[DealStage::Won, DealStage::Lost], SchemaMode::JsonSchema).to_string();
        assert!(text.contains(r#"["won","lost"]"#) && !text.contains("negotiation"), "{text}");
        assert!(!format(&[], SchemaMode::JsonSchema).to_string().contains("deal_stage"));
    }

    #[test]
    fn only_the_fields_that_may_change_can_be_said() {
        let format = response_format(&[Field::Name, Field::Status], &DealStage::ALL, SchemaMode::JsonSchema);
        let text = serde_json::to_string(&format).unwrap();
        assert!(text.contains(r#""enum":["name"]"#), "{text}");
        for other in ["email", "deal_value", "deal_stage", "tags", "status"] {
            assert!(!text.contains(&format!("\"{other}\"")), "{other}");
        }
    }

    #[test]
    fn only_grammars_have_bounds() {
        let is_bounded = |mode| format(&DealStage::ALL, mode).to_string().contains("maxItems");
        assert!(is_bounded(SchemaMode::JsonObject));
        assert!(!is_bounded(SchemaMode::JsonSchema));
    }
}
