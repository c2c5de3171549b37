//! What smart update may do.

use leadkeep_domain::{AiFields, AiProvider, Field};
use maud::{Markup, html};

use super::View;
use crate::{
    Frame,
    choices::{Choice, Choices},
    form::submit,
    words::capital,
};

pub(super) fn section(frame: &Frame, view: &View) -> Markup {
    let fields = html! { (providers(view)) (fields(view)) (submit("Save smart update")) };
    html! {
        section.setting aria-labelledby="of-ai" {
            div {
                h2 #of-ai { "Smart update" }
                p.quiet {
                    "Reads a text, such as an e-mail, and proposes changes of a lead. "
                    "What is saved here holds from the next text on."
                }
            }
            (frame.plain.form(&view.path("/ai")).stacked(&fields))
        }
    }
}

fn providers(view: &View) -> Markup {
    let chosen = view.ai.provider.as_str();
    let usual = format!("Now: {}.", short(view.ai.allowed));
    let mut among = vec![Choice {
        value: "server",
        words: "As the server does",
        more: Some(&usual),
        chosen: chosen.is_empty(),
    }];
    // A workspace may want less than the server allows, never more.
    for provider in AiProvider::ALL.into_iter().filter(|provider| *provider <= view.ai.allowed) {
        among.push(Choice {
            value: provider.as_str(),
            words: words(provider),
            more: Some(more(provider)),
            chosen: chosen == provider.as_str(),
        });
    }
    let fault = view.ai.provider_fault.as_deref();
    Choices { name: "provider", legend: "Who reads texts", hint: None, fault, among: &among }.radios()
}

const fn words(provider: AiProvider) -> &'static str {
    match provider {
        AiProvider::Off => "Nobody",
        AiProvider::Rules => "Rules, on this server",
        AiProvider::OpenAi => "A model",
    }
}

const fn short(provider: AiProvider) -> &'static str {
    match provider {
        AiProvider::Off => "nobody",
        AiProvider::Rules => "rules, on this server",
        AiProvider::OpenAi => "a model",
    }
}

const fn more(provider: AiProvider) -> &'static str {
    match provider {
        AiProvider::Off => "Smart update is off: calls get 403.",
        AiProvider::Rules => "No text leaves the server, and no credit is used.",
        AiProvider::OpenAi => {
            "Texts go to the model that the server is set up with. Each update costs a credit."
        }
    }
}

fn fields(view: &View) -> Markup {
    let names = AiFields::ANYWHERE.map(label);
    let among: Vec<Choice> = AiFields::ANYWHERE
        .into_iter()
        .zip(&names)
        .map(|(field, words)| Choice {
            value: field.as_str(),
            words,
            more: None,
            chosen: view.ai.fields.iter().any(|chosen| chosen == field.as_str()),
        })
        .collect();
    let choices = Choices {
        name: "field",
        legend: "Fields that a text may set",
        hint: Some("Who works on a lead, its status and custom fields are never set by a text."),
        fault: view.ai.fields_fault.as_deref(),
        among: &among,
    };
    html! { div.in-columns { (choices.boxes()) } }
}

/// The field's name as people read it.
fn label(field: Field) -> String {
    match field {
        Field::Email => "E-mail".to_owned(),
        Field::Title => "Job title".to_owned(),
        other => capital(&other.as_str().replace('_', " ")),
    }
}
