//! A person with a browser that runs no script.

use std::collections::BTreeMap;

use crate::tls_client::{Answer, Authority};

/// Keeps cookies, and fills in the forms of pages.
pub(crate) struct Person<'a> {
    authority: &'a Authority,
    address: &'a str,
    cookies: BTreeMap<String, String>,
}

impl<'a> Person<'a> {
    /// At a server that is known as `localhost`.
    pub(crate) fn new(authority: &'a Authority, address: &'a str) -> Self {
        Self { authority, address, cookies: BTreeMap::new() }
    }

    /// Opens a page.
    pub(crate) fn open(&mut self, path: &str) -> Answer {
        self.request(&format!("GET {path}"), "", "")
    }

    /// Fills in the form of a page that goes to `action`, and sends it.
    pub(crate) fn fill_in(&mut self, page: &Answer, action: &str, typed: &[(&str, &str)]) -> Answer {
        let hidden = hidden_fields(&page.body, action);
        let fields =
            hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(typed.iter().copied());
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = "Content-Type: application/x-www-form-urlencoded\r\nOrigin: https://localhost\r\n";
        self.request(&format!("POST {action}"), headers, &body)
    }

    fn request(&mut self, line: &str, headers: &str, body: &str) -> Answer {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let headers = format!("{headers}Cookie: {}\r\n", cookies.join("; "));
        let answer = self.authority.connect(self.address).unwrap().request(line, &headers, body);
        for cookie in answer.header("set-cookie") {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }
}

/// What a form sends of itself.
fn hidden_fields(page: &str, action: &str) -> Vec<(String, String)> {
    let begin =
        page.find(&format!(r#"action="{action}""#)).unwrap_or_else(|| panic!("no form to {action}: {page}"));
    let (form, _) = page[begin..].split_once("</form>").unwrap();
    let inputs = form.split("<input ").skip(1).map(|rest| rest.split('>').next().unwrap());
    let hidden = inputs.filter(|input| input.contains(r#"type="hidden""#));
    hidden
        .map(|input| (attribute(input, "name").unwrap(), attribute(input, "value").unwrap_or_default()))
        .collect()
}

/// The value of the field with this id.
pub(crate) fn value_of(page: &str, id: &str) -> Option<String> {
    let element = page.split('<').find(|element| element.contains(&format!(r#"id="{id}""#)))?;
    attribute(element, "value")
}

fn attribute(element: &str, name: &str) -> Option<String> {
    let (_, rest) = element.split_once(&format!(r#"{name}=""#))?;
    let value = rest.split('"').next()?;
    Some(value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
}
