//! An operation, for people.

use leadkeep_api::openapi::Json;
use maud::{Markup, html};

use super::{Operation, broken, part, resolve, schema};
use crate::{examples::Language, inline};

/// A method, as a badge.
pub(super) fn method(method: &str) -> Markup {
    html! { span class={ "method " (method) } { (method.to_ascii_uppercase()) } }
}

/// All there is to say of an operation.
pub(super) fn section(document: &Json, operation: Operation<'_>) -> Markup {
    html! {
        section.operation id=(operation.id()) aria-labelledby={ (operation.id()) "-title" } {
            div.says {
                h2 id={ (operation.id()) "-title" } {
                    a.anchor href={ "#" (operation.id()) } { (operation.summary()) }
                }
                p.endpoint { (method(operation.method)) " " code { (broken(&operation.full_path(document))) } }
                p { (inline::text(operation.description())) }
                (needs(operation))
                (parameters(document, operation, "path", "Path"))
                (parameters(document, operation, "query", "Query"))
                (body(document, operation))
                (parameters(document, operation, "header", "Headers"))
                (headers_of_any_call(document, operation))
                (answer(document, operation))
                (errors(document, operation))
            }
            @if !operation.is_a_page(document) {
                div.shows { (examples(document, operation)) (example_answer(document, operation)) }
            }
        }
    }
}

fn needs(operation: Operation<'_>) -> Markup {
    html! {
        @match operation.scopes() {
            None if operation.is_for_clients() => p.needs { "Needs an OAuth client's id and secret." },
            None => p.needs { "Needs no credential." },
            Some(scopes) if scopes.is_empty() => p.needs { "Needs a credential, and no scope." },
            Some(scopes) => p.needs {
                "Needs "
                @for (at, scope) in scopes.iter().enumerate() {
                    @if at > 0 { " and " }
                    a.scope href="/developers/authentication#scopes" { code { (scope) } }
                }
            },
        }
    }
}

fn parameters(document: &Json, operation: Operation<'_>, place: &str, title: &str) -> Markup {
    let own = operation.parameters(document, false);
    let here: Vec<_> = own.into_iter().filter(|parameter| parameter.text("in") == place).collect();
    html! { @if !here.is_empty() { h3 { (title) } (list_of_parameters(document, &here)) } }
}

/// What every call may carry is folded in: it is the same everywhere.
fn headers_of_any_call(document: &Json, operation: Operation<'_>) -> Markup {
    let common = operation.parameters(document, true);
    html! {
        @if !common.is_empty() {
            details { summary { "Headers that any call may carry" } (list_of_parameters(document, &common)) }
        }
    }
}

fn list_of_parameters(document: &Json, parameters: &[&Json]) -> Markup {
    html! {
        dl.members {
            @for parameter in parameters {
                dt {
                    code { (parameter.text("name")) } " " (schema::kind(document, part(parameter, "schema")))
                    @if parameter.flag("required") { " " span.required { "required" } }
                }
                dd {
                    p { (inline::text(parameter.text("description"))) }
                    (schema::says(document, part(parameter, "schema")))
                }
            }
        }
    }
}

fn body(document: &Json, operation: Operation<'_>) -> Markup {
    let body = part(operation.json, "requestBody");
    let content = part(body, "content").members();
    html! {
        @if !content.is_empty() {
            h3 { "Body" }
            p.needs {
                @for (at, (kind, _)) in content.iter().enumerate() {
                    @if at > 0 { " or " }
                    code { (kind) }
                }
                @if !body.flag("required") { ", optional" }
            }
            @if let Some((_, first)) = content.first() {
                @let of_body = resolve(document, part(first, "schema"));
                @if !of_body.text("description").is_empty() { p { (inline::text(of_body.text("description"))) } }
                @if of_body.get("oneOf").is_some() { p { "Exactly one of the members that take each other's place." } }
                (schema::members(document, part(first, "schema")))
            }
        }
    }
}

fn answer(document: &Json, operation: Operation<'_>) -> Markup {
    let responses = operation.responses(document);
    let success = responses.iter().filter(|(status, _)| status.starts_with('2'));
    html! {
        @for (status, response) in success {
            h3 { "Answer" }
            p { span.status { (status) } " " (inline::text(response.text("description"))) }
            @if let Some((kind, content)) = part(response, "content").members().first() {
                @if kind == "application/json" {
                    details { summary { "Members of the answer" } (schema::members(document, part(content, "schema"))) }
                }
            }
            (headers(document, response))
        }
    }
}

fn headers(document: &Json, response: &Json) -> Markup {
    html! {
        details {
            summary { "Headers of the answer" }
            dl.members {
                @for (name, header) in part(response, "headers").members() {
                    @let header = resolve(document, header);
                    dt { code { (name) } @if !header.flag("required") { " " span.kind { "sometimes" } } }
                    dd { p { (inline::text(header.text("description"))) } }
                }
            }
        }
    }
}

fn errors(document: &Json, operation: Operation<'_>) -> Markup {
    let responses = operation.responses(document);
    let errors: Vec<_> = responses.iter().filter(|(status, _)| !status.starts_with('2')).collect();
    html! {
        @if !errors.is_empty() {
            h3 { "Errors" }
            dl.members.errors {
                @for (status, response) in errors {
                    @for (code, when) in causes(response) {
                        dt { span.status { (status) } " " code { (code) } }
                        dd { p { (inline::text(&sentence(when))) } }
                    }
                }
            }
        }
    }
}

/// The codes of a response, each with when it is answered.
pub(super) fn causes(response: &Json) -> Vec<(&str, &str)> {
    let Some(content) = part(response, "content").get("application/json") else { return Vec::new() };
    let examples = part(content, "examples").members().iter();
    examples.map(|(code, example)| (code.as_ref(), example.text("summary"))).collect()
}

/// "the lead is archived" as "The lead is archived."
pub(super) fn sentence(words: &str) -> String {
    let (first, rest) = words.split_at_checked(1).unwrap_or((words, ""));
    format!("{}{rest}.", first.to_ascii_uppercase())
}

/// The example in every language, one of them shown at a time, without a script.
fn examples(document: &Json, operation: Operation<'_>) -> Markup {
    let (call, id) = (operation.call(document), operation.id());
    html! {
        fieldset.examples {
            legend.unseen { "Language of the example" }
            @for (at, language) in Language::ALL.into_iter().enumerate() {
                input.unseen type="radio" name={ "language-" (id) } id={ (id) "-" (language.tag()) } checked[at == 0];
                label for={ (id) "-" (language.tag()) } { (language.name()) }
            }
            @for language in Language::ALL {
                div.example {
                    pre tabindex="0" data-example=(id) data-language=(language.tag()) {
                        code { (call.written_in(language)) }
                    }
                }
            }
        }
    }
}

fn example_answer(document: &Json, operation: Operation<'_>) -> Markup {
    let responses = operation.responses(document);
    let success = responses.iter().find(|(status, _)| status.starts_with('2'));
    let content = success.and_then(|(_, response)| part(response, "content").members().first());
    html! {
        @if let Some(((status, _), example)) = success.zip(content.and_then(|(_, content)| content.get("example"))) {
            p.caption { "Answer " span.status { (status) } }
            pre tabindex="0" { code { (written(example)) } }
        }
    }
}

fn written(example: &Json) -> String {
    example.as_str().map_or_else(|| example.pretty(), str::to_owned)
}
