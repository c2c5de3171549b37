//! The pages of the admin console: pure functions from what is to be shown to markup, with a stylesheet and a small
//! script. No handler, no storage, no clock: the moment a page is drawn at is an argument.
//!
//! Every page is a module of [`pages`] with a `View`, which says what is to be shown, and a function that draws it: in a
//! card ([`Plain`]) where nobody is signed in or an app asks, in the frame of the console ([`Frame`]) elsewhere.
//!
//! Pages work without their script, have no style or script of their own within them, and refer to nothing but this
//! server. What comes from people or apps is always text: nothing of it is written unescaped.

mod assets;
mod browser;
mod choices;
mod form;
mod layout;
mod nav;
pub mod pages;
mod pieces;
mod rail;
mod when;
pub mod words;

pub use assets::{Asset, Assets};
pub use form::{FORM_TOKEN, Typed};
pub use layout::{Frame, Notice, Person, Place, Plain};
pub use nav::Section;
