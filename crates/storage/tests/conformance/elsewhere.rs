use leadkeep_domain::{LeadPatch, LeadStatus, Organization, OrganizationId};
use leadkeep_storage::LeadEdit;
use leadkeep_testkit::{TestDatabase, on_both_databases};

use crate::{Fixture, audit, by, fields, nobody};

on_both_databases![a_lead_is_known_to_be_in_its_organization_and_in_no_other];

async fn a_lead_is_known_to_be_in_its_organization_and_in_no_other(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lead = fixture.lead(fields("john@acme.com")).await;
    let is_in =
        async |organization, lead| fixture.leads.is_in_organization(organization, lead).await.unwrap();
    fixture.new_workspace().await;
    assert!(is_in(fixture.organization, lead.id).await);
    assert!(!is_in(fixture.organization, nobody()).await);
    let other = Organization { id: OrganizationId::generate(), ..fixture.organization() };
    fixture.workspaces.create_organization(other.clone(), audit("org.create")).await.unwrap();
    assert!(!is_in(other.id, lead.id).await);
    assert!(!is_in(nobody(), lead.id).await);
    // Archived or not.
    let patch = LeadPatch { status: Some(LeadStatus::Archived), ..LeadPatch::default() };
    let edit = LeadEdit { patch, condition: None };
    fixture.leads.update(fixture.workspace, lead.id, edit, by()).await.unwrap();
    assert!(is_in(fixture.organization, lead.id).await);
}
