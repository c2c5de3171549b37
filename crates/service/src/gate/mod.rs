//! The gate: who may pass, as pure functions of a credential's row, the request and the time.
//!
//! Every call passes the same three questions in the same order: whose credential is it and does it stand
//! ([`identify`]), is there budget left ([`buckets`], taken by the caller), and may it do this here ([`check_tenant`],
//! [`check_address`], [`permit`]). Each credential kind and each dialect goes through here.

mod budget;
mod identity;
mod permission;
#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;

pub use budget::{
    BucketName, BudgetRule, Budgets, CLIENT_CALLS_PER_MINUTE, SITE_CALLS_PER_MINUTE, buckets, group,
};
pub use identity::{Presented, Principal, Refusal, check_login, identify};
pub use permission::{Forbidden, TenantClaims, check_address, check_tenant, permit};
