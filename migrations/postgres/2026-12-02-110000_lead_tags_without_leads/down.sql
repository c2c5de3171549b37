CREATE INDEX lead_tags_by_lead ON lead_tags (workspace_id, lead_id);
