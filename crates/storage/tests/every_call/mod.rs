//! Every call of every repository, each made once or as often as whoever measures it wants: the benches, and the test that looks at the plans.

mod apps;
mod calls;
mod conversations;
mod credentials;
mod filled;
mod leads;
mod people;
mod runs;
mod smart_updates;
mod usage;
mod workspaces;

pub(crate) use calls::Calls;
pub(crate) use filled::Filled;

/// Makes all calls. Fails where a repository has one that is not made here.
pub(crate) fn make_all(calls: &mut impl Calls, filled: &Filled) {
    let mut calls = calls::Noted::new(calls);
    // Those first that count what others leave behind.
    workspaces::make(&mut calls, filled);
    usage::make(&mut calls, filled);
    credentials::make(&mut calls, filled);
    leads::make(&mut calls, filled);
    conversations::make(&mut calls, filled);
    people::make(&mut calls, filled);
    apps::make(&mut calls, filled);
    smart_updates::make(&mut calls, filled);
    runs::make(&mut calls, filled);
    calls.finish();
}
