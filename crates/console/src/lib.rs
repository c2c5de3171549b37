//! The admin console, and where people let apps act for them: pages, and what answers with them.
//!
//! [`configure`] mounts them. Around every page is one frame, which looks who is there and refuses forms that are not ours; what
//! answers is in `routes`, a file for each page. What is decided is decided by the service.
//!
//! The pages themselves are pure functions from what is to be shown to markup: the moment a page is drawn at is an argument.
//! Every page is a module of [`pages`] with a `View`, which says what is to be shown, and a function that draws it: in a
//! card ([`Plain`]) where nobody is signed in or an app asks, in the frame of the console ([`Frame`]) elsewhere.
//!
//! Pages work without their script, have no style or script of their own within them, and refer to nothing but this
//! server. What comes from people or apps is always text: nothing of it is written unescaped.

mod account;
mod actors;
mod assets;
mod browser;
mod chart;
mod choices;
mod cookies;
mod filters;
mod form;
mod frame;
mod inputs;
mod layout;
mod local_path;
mod money;
mod nav;
mod numbers;
mod onward;
mod pager;
pub mod pages;
mod pieces;
mod posted;
mod posted_file;
mod query;
mod rail;
mod respond;
mod room;
mod routes;
mod spark;
mod state;
mod theme;
mod trouble;
mod visitor;
mod when;
pub mod words;

pub use assets::{Asset, Assets};
pub use form::{FORM_ID, FORM_TOKEN, Typed};
pub use layout::{Frame, Notice, Person, Place, Plain};
pub use nav::Section;
pub use pager::Pages;
pub use routes::{ROUTES, Route, configure};
pub use state::{ConsoleState, Shared};
pub use theme::Theme;
