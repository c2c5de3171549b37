//! What people do, from a link to the end.

mod consent;
mod credentials;
mod developers;
mod leads;
mod members;
mod oauth_apps;
mod resets;
mod sign_in;

pub(crate) use consent::{an_app_is_let_in_and_out, an_app_is_let_into_one_of_two_workspaces};
pub(crate) use credentials::{
    a_key_of_the_site_is_created, an_open_secret_is_left, api_credentials_are_generated,
    api_keys_are_generated, api_tokens_are_created,
};
pub(crate) use developers::the_documentation_is_searched_and_read;
pub(crate) use leads::{a_file_is_imported, leads_are_worked_with, two_people_are_at_the_same_lead};
pub(crate) use members::people_are_invited_and_removed;
pub(crate) use oauth_apps::apps_are_registered;
pub(crate) use resets::passwords_are_reset_and_sessions_ended;
pub(crate) use sign_in::people_sign_up_and_in;
