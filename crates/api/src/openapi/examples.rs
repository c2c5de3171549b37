//! Values that examples show. Where one of these ids stands, code examples read a variable.

use super::{Json, json::object};

pub(super) const LEAD: &str = "01a200dc-a6d0-7536-9e5e-9c670d96ff9f";
pub(super) const CONVERSATION: &str = "01a2015b-281d-75ab-b804-30e6f34899e9";
pub(super) const MESSAGE: &str = "01a2015b-2837-7298-9bd6-a50675dc3505";
pub(super) const RUN: &str = "run_01a201911b3f711194ed003feb341917";
pub(super) const UPDATE: &str = "01a203f1-77aa-7c01-b1d4-2f6e0c5b9a11";
pub(super) const WORKSPACE: &str = "01a20190-2123-73a2-956c-e088501c31b9";
pub(super) const ORGANIZATION: &str = "01a20190-2123-73a2-956c-e087064cab2a";
pub(super) const MEMBER: &str = "01a20190-2a01-7d10-8c55-0b6f5a1e2d3c";
pub(super) const CREDENTIAL: &str = "01a20190-21b3-7153-9df5-a5056e4c6e5f";
pub(super) const REQUEST: &str = "01a201db-6520-759a-bd21-dbb28f3fd263";
pub(super) const CURSOR: &str = "AaIA22USdi2IdyindpTGIDsC-JjTpM6k6Z_3bxHZRqo";
pub(super) const CLIENT_ID: &str = "slk_ci_a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8s9t0XXXXXX";
pub(super) const CLIENT_SECRET: &str = "slk_cs_x9y8z7w6v5u4t3s2r1q0p9o8n7m6l5k4j3i2h1g0XXXXXX";
pub(super) const TIME: &str = "2026-11-22T01:26:30.352819Z";
pub(super) const LATER: &str = "2026-11-22T01:31:07.118402Z";

/// What people send to create a lead.
pub(super) fn new_lead() -> Json {
    object! {
        "email": "john@acme.com",
        "name": "John Smith",
        "company": "Acme Corp",
        "deal_value": 5_000_000,
        "tags": ["enterprise", "inbound"],
    }
}

/// The lead that comes of it.
pub(super) fn lead() -> Json {
    object! {
        "id": LEAD,
        "email": "john@acme.com",
        "name": "John Smith",
        "title": Json::Null,
        "company": "Acme Corp",
        "phone": Json::Null,
        "website": Json::Null,
        "source": Json::Null,
        "status": "active",
        "deal_value": 5_000_000,
        "deal_currency": "USD",
        "deal_stage": Json::Null,
        "deal_close_date": Json::Null,
        "tags": ["enterprise", "inbound"],
        "assigned_to": Json::Null,
        "custom_fields": object! {},
        "created_at": TIME,
        "updated_at": TIME,
        "archived_at": Json::Null,
        "version": 1,
    }
}

/// Who did something.
pub(super) fn actor() -> Json {
    object! { "type": "api_key", "id": CREDENTIAL, "name": "HubSpot integration" }
}
