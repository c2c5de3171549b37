//! An operation's example as code that runs as it is printed, one function a language.

mod curl;
mod javascript;
mod literal;
mod python;
mod rust;

use leadkeep_api::openapi::Json;

/// A language that examples are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Language {
    Curl,
    JavaScript,
    Python,
    Rust,
}

impl Language {
    /// All languages, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Curl, Self::JavaScript, Self::Python, Self::Rust];

    /// The name that people read.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::JavaScript => "JavaScript",
            Self::Python => "Python",
            Self::Rust => "Rust",
        }
    }

    /// The name that Markdown has for its code.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Curl => "bash",
            Self::JavaScript => "javascript",
            Self::Python => "python",
            Self::Rust => "rust",
        }
    }
}

/// A text that may hold variables of the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Variable(String),
}

/// What is sent.
#[derive(Clone, Debug, PartialEq)]
enum Body {
    Json(Json),
    Text { content_type: String, text: String },
}

/// A call that an example makes.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    method: String,
    url: Vec<Piece>,
    authenticated: bool,
    body: Option<Body>,
    variables: Variables,
}

impl Call {
    /// The call of an operation, made of the document's own examples.
    pub(crate) fn new(document: &Json, path: &str, method: &str, operation: &Json) -> Self {
        let variables = Variables::of(document);
        let own = document.at(&["paths", path, "servers"]).unwrap_or(&Json::Null).items().first();
        let server = own.or_else(|| document.get("servers")?.items().first());
        let address = server.map_or("", |server| server.text("url"));
        Self {
            method: method.to_ascii_uppercase(),
            url: url(address, path, document, operation),
            authenticated: operation
                .get("security")
                .is_some_and(|ways| ways.items().iter().any(|way| way.get("bearer").is_some())),
            body: body(operation),
            variables,
        }
    }

    /// The example in a language.
    pub(crate) fn written_in(&self, language: Language) -> String {
        match language {
            Language::Curl => curl::write(self),
            Language::JavaScript => javascript::write(self),
            Language::Python => python::write(self),
            Language::Rust => rust::write(self),
        }
    }

    fn content_type(&self) -> Option<&str> {
        self.body.as_ref().map(|body| match body {
            Body::Json(_) => "application/json",
            Body::Text { content_type, .. } => content_type,
        })
    }
}

/// Every example in Rust, each in a module of its own: what a test compiles.
pub fn rust_module(document: &Json) -> String {
    let called = crate::reference::operations(document).filter(|operation| !operation.is_a_page(document));
    let examples = called.map(|operation| {
        let example = operation.call(document).written_in(Language::Rust);
        let name = rust::snake_case(operation.id());
        format!("\nmod {name} {{\n{}}}\n", literal::indented(&example, "    "))
    });
    examples.collect()
}

/// The values of examples in whose place a variable of the environment is read.
#[derive(Clone, Debug)]
struct Variables(Vec<(String, String)>);

impl Variables {
    /// The parameters of paths by their names, and what a client logs in with.
    fn of(document: &Json) -> Self {
        let parameters = document.at(&["components", "parameters"]).unwrap_or(&Json::Null).members().iter();
        let in_paths = parameters.filter(|(_, parameter)| parameter.text("in") == "path");
        let mut known: Vec<_> = in_paths
            .filter_map(|(name, parameter)| {
                Some((example(parameter.get("schema")?)?.to_owned(), screaming(name)))
            })
            .collect();
        for name in ["client_id", "client_secret"] {
            let schema = document.at(&["components", "schemas", "TokenRequest", "properties", name]);
            if let Some(value) = schema.and_then(example) {
                known.push((value.to_owned(), format!("LEADKEEP_{}", name.to_ascii_uppercase())));
            }
        }
        Self(known)
    }

    /// The variable in whose place a value stands.
    fn of_value(&self, value: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == value).map(|(_, variable)| variable.as_str())
    }
}

fn example(schema: &Json) -> Option<&str> {
    schema.get("examples")?.items().first()?.as_str()
}

/// `LeadId` as `LEAD_ID`.
fn screaming(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(c.to_ascii_uppercase());
    }
    out
}

/// The address with its parameters, and the query that the document's examples send.
fn url(address: &str, path: &str, document: &Json, operation: &Json) -> Vec<Piece> {
    let mut pieces = vec![Piece::Literal(address.to_owned())];
    let literal = |pieces: &mut Vec<Piece>, text: &str| match pieces.last_mut() {
        Some(Piece::Literal(last)) => last.push_str(text),
        _ => pieces.push(Piece::Literal(text.to_owned())),
    };
    for segment in path.split('/').skip(1) {
        literal(&mut pieces, "/");
        match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) => pieces.push(Piece::Variable(variable_of(name, document, operation))),
            None => literal(&mut pieces, segment),
        }
    }
    let parameters = operation.get("parameters").unwrap_or(&Json::Null).items().iter();
    let sent = parameters.filter_map(|parameter| {
        Some(format!("{}={}", parameter.text("name"), parameter.get("example")?.as_str()?))
    });
    let query = sent.collect::<Vec<_>>().join("&");
    if !query.is_empty() {
        literal(&mut pieces, &format!("?{query}"));
    }
    pieces
}

/// The variable of a path's parameter: the name of the component that the operation refers to.
fn variable_of(name: &str, document: &Json, operation: &Json) -> String {
    let parameters = operation.get("parameters").unwrap_or(&Json::Null).items().iter();
    let components = parameters.filter_map(|parameter| parameter.text("$ref").rsplit('/').next());
    let mut named = components.filter(|component| {
        document.at(&["components", "parameters", component]).is_some_and(|found| found.text("name") == name)
    });
    named.next().map_or_else(|| screaming(name), screaming)
}

/// The first of the bodies that an operation takes.
fn body(operation: &Json) -> Option<Body> {
    let (content_type, content) = operation.at(&["requestBody", "content"])?.members().first()?;
    let example = content.get("example")?;
    Some(match example.as_str() {
        Some(text) => Body::Text { content_type: content_type.clone().into_owned(), text: text.to_owned() },
        None => Body::Json(example.clone()),
    })
}
