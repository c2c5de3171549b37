//! Where the links lead that people are given.

use leadkeep_credentials::Secret;

/// To join a workspace.
pub(crate) fn join(address: &str, secret: &Secret) -> String {
    format!("{address}/console/join/{}", secret.expose())
}

/// To choose a new password.
pub(crate) fn reset(address: &str, secret: &Secret) -> String {
    format!("{address}/console/reset/{}", secret.expose())
}

/// To sign in.
pub(crate) fn console(address: &str) -> String {
    format!("{address}/console")
}
