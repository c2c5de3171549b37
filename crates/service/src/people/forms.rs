//! What a form says of the browser that it was shown to, so that no other site can send it.

use uuid::Uuid;

use super::People;
use crate::seal::{hex, is_mac, mac};

/// What browsers are told apart by before somebody signs in.
const VISITOR: &str = "visitor";

impl People {
    /// A value for a browser that nobody has signed in with yet: what its [form tokens](Self::form_token) are made with until
    /// then. Nobody can make one up.
    pub fn new_visitor(&self) -> String {
        let id = Uuid::now_v7().simple().to_string();
        let code = hex(mac(&self.forms, VISITOR, &[&id]));
        format!("{id}.{code}")
    }

    /// Whether it was [made here](Self::new_visitor).
    pub fn is_visitor(&self, value: &str) -> bool {
        let parts = value.split_once('.').filter(|(id, _)| id.len() == 32);
        parts.is_some_and(|(id, code)| is_mac(&self.forms, VISITOR, &[id], code))
    }

    /// The token of a form for the browser that holds this secret: its session's, or a visitor's own. 32 hexadecimal digits.
    pub fn form_token(&self, secret: &str) -> String {
        hex(mac(&self.forms, "form", &[secret]))
    }

    /// Whether this is the [token](Self::form_token) for the browser with this secret. Takes the same time wherever it differs.
    pub fn is_form_token(&self, secret: &str, token: &str) -> bool {
        is_mac(&self.forms, "form", &[secret], token)
    }
}
