-- API keys and API tokens: what is presented as it is.
CREATE TABLE api_credentials (
    id                UUID NOT NULL PRIMARY KEY,
    workspace_id      UUID NOT NULL REFERENCES workspaces (id),
    kind              TEXT NOT NULL CHECK (kind IN ('key', 'token')),
    name              TEXT NOT NULL,
    scopes            TEXT NOT NULL,
    limit_per_minute  INTEGER,
    allowed_addresses TEXT NOT NULL,
    created_by        UUID REFERENCES members (id),
    created_by_name   TEXT NOT NULL,
    created_at        TIMESTAMPTZ NOT NULL,
    expires_at        TIMESTAMPTZ,
    disabled_at       TIMESTAMPTZ,
    revoked_at        TIMESTAMPTZ
);
CREATE INDEX api_credentials_by_workspace ON api_credentials (workspace_id, kind, id);
CREATE INDEX api_credentials_by_creator ON api_credentials (created_by) WHERE created_by IS NOT NULL;

-- A credential has one secret, and while it rotates with an overlap the one before, which then has an end. Those that have
-- ended stay: a secret that was known once is refused as known, and not taken for a guess.
CREATE TABLE api_secrets (
    hash          BYTEA NOT NULL PRIMARY KEY,
    key_id        INTEGER NOT NULL,
    credential_id UUID NOT NULL REFERENCES api_credentials (id),
    preview       TEXT NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL,
    expires_at    TIMESTAMPTZ,
    last_used_at  TIMESTAMPTZ,
    last_used_from  TEXT
);
CREATE INDEX api_secrets_by_credential ON api_secrets (credential_id, created_at);

ALTER TABLE access_tokens ADD COLUMN revoked_at TIMESTAMPTZ;
ALTER TABLE client_secrets ADD COLUMN last_used_at TIMESTAMPTZ;
ALTER TABLE client_secrets ADD COLUMN last_used_from TEXT;
ALTER TABLE clients ADD COLUMN last_used_at TIMESTAMPTZ;
ALTER TABLE clients ADD COLUMN last_used_from TEXT;
ALTER TABLE workspaces ADD COLUMN site_limit INTEGER;
ALTER TABLE workspaces ADD COLUMN site_key_share INTEGER;

-- Calls of each credential in each hour, by how they ended.
CREATE TABLE usage_hours (
    workspace_id  UUID NOT NULL,
    hour          TIMESTAMPTZ NOT NULL,
    credential_id UUID NOT NULL,
    outcome       TEXT NOT NULL,
    calls         BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, hour, credential_id, outcome)
);
