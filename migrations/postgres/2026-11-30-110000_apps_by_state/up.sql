-- The OAuth apps of a workspace, apart from its API clients: those that stand, and those that were revoked last.
CREATE INDEX clients_apps ON clients (workspace_id, revoked_at, id) WHERE kind <> 'api_client';
