-- People sign in; one who has no password yet has never joined by a link.
ALTER TABLE users ADD COLUMN password_hash TEXT;
ALTER TABLE users ADD COLUMN signed_in_at TIMESTAMPTZ;

CREATE INDEX members_by_user ON members (user_id, id);

-- A session that has ended is gone.
CREATE TABLE sessions (
    hash         BYTEA NOT NULL PRIMARY KEY,
    key_id       INTEGER NOT NULL,
    id           UUID NOT NULL,
    user_id      UUID NOT NULL REFERENCES users (id),
    created_at   TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL,
    address      TEXT NOT NULL,
    user_agent   TEXT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id, id);
CREATE INDEX sessions_by_end ON sessions (expires_at);
CREATE INDEX sessions_by_last_use ON sessions (last_seen_at);

-- One that names no e-mail is for whoever has the link: the first owner's. Without a member the operator made it; a member's
-- ends when they may not invite any more.
CREATE TABLE invitations (
    hash              BYTEA NOT NULL PRIMARY KEY,
    key_id            INTEGER NOT NULL,
    id                UUID NOT NULL,
    workspace_id      UUID NOT NULL REFERENCES workspaces (id),
    role              TEXT NOT NULL,
    email             TEXT,
    created_by_member UUID REFERENCES members (id),
    created_by_name   TEXT NOT NULL,
    created_at        TIMESTAMPTZ NOT NULL,
    expires_at        TIMESTAMPTZ NOT NULL,
    used_at           TIMESTAMPTZ,
    withdrawn_at      TIMESTAMPTZ
);
CREATE INDEX invitations_by_workspace ON invitations (workspace_id, id);
CREATE INDEX invitations_by_end ON invitations (expires_at);

CREATE TABLE password_resets (
    hash       BYTEA NOT NULL PRIMARY KEY,
    key_id     INTEGER NOT NULL,
    user_id    UUID NOT NULL REFERENCES users (id),
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at    TIMESTAMPTZ
);
CREATE INDEX password_resets_by_user ON password_resets (user_id);
CREATE INDEX password_resets_by_end ON password_resets (expires_at);

-- An OAuth app is a client that acts for people: they are sent back to one of its redirect URIs.
ALTER TABLE clients ADD COLUMN kind TEXT NOT NULL DEFAULT 'api_client';
ALTER TABLE clients ADD COLUMN redirect_uris JSONB NOT NULL DEFAULT '[]';
ALTER TABLE clients ADD COLUMN created_by_name TEXT NOT NULL DEFAULT 'operator';

-- That a member lets an app act for them. One row for both for ever: its id is the bucket's, whatever is withdrawn and given anew.
CREATE TABLE app_grants (
    id             UUID NOT NULL PRIMARY KEY,
    client_key     UUID NOT NULL REFERENCES clients (id),
    member_id      UUID NOT NULL REFERENCES members (id),
    workspace_id   UUID NOT NULL REFERENCES workspaces (id),
    scopes         TEXT NOT NULL,
    granted_at     TIMESTAMPTZ NOT NULL,
    withdrawn_at   TIMESTAMPTZ,
    last_used_at   TIMESTAMPTZ,
    last_used_from TEXT
);
CREATE UNIQUE INDEX app_grants_member ON app_grants (member_id, client_key);
CREATE INDEX app_grants_by_client ON app_grants (client_key, id);

-- What one consent led to: a code, and the tokens that it was exchanged for. It ends with the last of them.
CREATE TABLE authorizations (
    id              UUID NOT NULL PRIMARY KEY,
    grant_id        UUID NOT NULL REFERENCES app_grants (id),
    key_id          INTEGER NOT NULL,
    code_hash       BYTEA NOT NULL,
    code_expires_at TIMESTAMPTZ NOT NULL,
    redirect_uri    TEXT NOT NULL,
    code_challenge  TEXT,
    scopes          TEXT NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    exchanged_at    TIMESTAMPTZ,
    revoked_at      TIMESTAMPTZ,
    expires_at      TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX authorizations_code ON authorizations (code_hash);
CREATE INDEX authorizations_by_grant ON authorizations (grant_id, id);
CREATE INDEX authorizations_by_end ON authorizations (expires_at);

-- A token that was used stays until its end: used once more it says that somebody else has it.
CREATE TABLE refresh_tokens (
    hash             BYTEA NOT NULL PRIMARY KEY,
    key_id           INTEGER NOT NULL,
    authorization_id UUID NOT NULL REFERENCES authorizations (id),
    replaces         BYTEA,
    access_hash      BYTEA NOT NULL,
    created_at       TIMESTAMPTZ NOT NULL,
    expires_at       TIMESTAMPTZ NOT NULL,
    used_at          TIMESTAMPTZ,
    revoked_at       TIMESTAMPTZ
);
CREATE INDEX refresh_tokens_by_authorization ON refresh_tokens (authorization_id);
CREATE INDEX refresh_tokens_by_end ON refresh_tokens (expires_at);
CREATE INDEX refresh_tokens_by_replaced ON refresh_tokens (replaces) WHERE replaces IS NOT NULL;

-- Without one it is an API client's own.
ALTER TABLE access_tokens ADD COLUMN authorization_id UUID;
