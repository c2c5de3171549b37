//! Every page with data as people bring it: long, hostile, from right to left.

mod accounts;
mod activity;
mod apps;
mod credentials;
mod entrances;
mod leads;
mod people;
mod runs;
mod talk;

use leadkeep_console::{Assets, Frame, Notice, Person, Place, Plain};
use leadkeep_domain::{Role, WorkspaceId};
use maud::Markup;
use time::{OffsetDateTime, macros::datetime};

/// A page under the name of its file.
pub(crate) type Sample = (&'static str, Markup);

pub(crate) const NOW: OffsetDateTime = datetime!(2026-11-22 10:05 UTC);
pub(crate) const HOSTILE: &str = "<script>alert('x')</script>\" onmouseover=\"alert(1)\" style=\"color:red";
pub(crate) const RTL: &str = "شركة النور للتجارة";
pub(crate) const LONG_EMAIL: &str = "maximiliana.featherstonehaugh-cholmondeley@very-long-mail.example";
pub(crate) const LONG_NAME: &str =
    "Maximiliana Wilhelmina Featherstonehaugh-Cholmondeley von und zu Liechtenstein";
pub(crate) const TOKEN: &str = "f3Jd0a8sXq1";

pub(crate) const ANA: Person = Person { name: "Ana Lima", email: "ana@acme.example" };

/// All samples.
pub(crate) fn all() -> Vec<Sample> {
    let assets = Assets::new();
    let plain = Plain {
        assets: &assets,
        form_token: TOKEN,
        form_id: id(7),
        now: NOW,
        theme: None,
        here: "/console/account",
    };
    let mut samples = entrances::all(&plain);
    let places = places();
    let acme = places[0];
    let frame = Frame { plain, person: ANA, workspace: Some(acme), workspaces: &places, notice: None };
    samples.extend(people::all(&frame));
    samples.extend(apps::all(&frame));
    samples.extend(credentials::all(&frame));
    samples.extend(leads::all(&frame));
    samples.extend(runs::all(&frame));
    samples.extend(activity::all(&frame));
    samples.extend(talk::all(&frame));
    samples.extend(accounts::all(&Frame { workspace: None, ..frame }));
    samples
}

pub(crate) fn places() -> [Place<'static>; 4] {
    [
        Place { id: workspace(), name: "Acme", role: Role::Owner },
        Place { id: id(2), name: HOSTILE, role: Role::Viewer },
        Place { id: id(3), name: RTL, role: Role::Member },
        Place {
            id: id(4),
            name: "The Society for the Preservation of Long Workspace Names",
            role: Role::Admin,
        },
    ]
}

pub(crate) fn workspace() -> WorkspaceId {
    id(1)
}

/// An id with this number at its end.
#[expect(clippy::unwrap_used, reason = "what is parsed is written here")]
pub(crate) fn id<T>(number: u8) -> leadkeep_domain::Id<T> {
    format!("0197a6e2-7e5b-7c3a-9f52-0d6c1c7a9b{number:02}").parse().unwrap()
}

pub(crate) fn done<'a>(frame: &Frame<'a>, words: &'a str) -> Frame<'a> {
    Frame { notice: Some(Notice::Done(words)), ..*frame }
}

pub(crate) fn failed<'a>(frame: &Frame<'a>, words: &'a str) -> Frame<'a> {
    Frame { notice: Some(Notice::Failed(words)), ..*frame }
}
