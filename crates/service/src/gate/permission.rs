use std::net::IpAddr;

use leadkeep_domain::Scope;

use super::Principal;

/// Why a credential that stands may not do this. 403, and the caller is told what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Forbidden {
    /// The credential lacks this scope.
    MissingScope(Scope),
    /// The request names another workspace than the credential's.
    WrongWorkspace,
    /// The request names another organization than the credential's.
    WrongOrganization,
    /// The credential may not be used from this address.
    WrongAddress(IpAddr),
}

impl Forbidden {
    /// The reason in words, for metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MissingScope(_) => "missing scope",
            Self::WrongWorkspace => "wrong workspace",
            Self::WrongOrganization => "wrong organization",
            Self::WrongAddress(_) => "wrong address",
        }
    }
}

/// The workspace and organization that a request says it is meant for, in `X-Workspace-Id` and `X-Organization-Id`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct TenantClaims<'a> {
    pub workspace: Option<&'a str>,
    pub organization: Option<&'a str>,
}

/// Refuses a request that is meant for another tenant than the credential's. What is no id at all is another's.
pub fn check_tenant(principal: &Principal, claims: TenantClaims<'_>) -> Result<(), Forbidden> {
    if claims.workspace.is_some_and(|id| id.parse() != Ok(principal.workspace)) {
        return Err(Forbidden::WrongWorkspace);
    }
    if claims.organization.is_some_and(|id| id.parse() != Ok(principal.organization)) {
        return Err(Forbidden::WrongOrganization);
    }
    Ok(())
}

/// Refuses a call from an address that is not among those that the credential lists.
pub fn check_address(principal: &Principal, address: IpAddr) -> Result<(), Forbidden> {
    let allowed = principal.allowed_addresses.allow(address);
    if allowed { Ok(()) } else { Err(Forbidden::WrongAddress(address)) }
}

/// Refuses what the credential's scopes do not allow.
pub fn permit(principal: &Principal, needed: Scope) -> Result<(), Forbidden> {
    if principal.scopes.contains(needed) { Ok(()) } else { Err(Forbidden::MissingScope(needed)) }
}
