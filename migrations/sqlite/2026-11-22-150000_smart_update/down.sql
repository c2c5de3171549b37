DROP TABLE ai_usage_days;
DROP TABLE ai_balances;
DROP TABLE ai_ledger;
DROP TABLE ai_updates;
ALTER TABLE workspaces DROP COLUMN ai_fields;
ALTER TABLE workspaces DROP COLUMN ai_provider;
ALTER TABLE lead_history DROP COLUMN ai_provider;
ALTER TABLE lead_history DROP COLUMN ai_update_id;
ALTER TABLE lead_history DROP COLUMN version;
