-- Keys that are only compared are collated by bytes: the order of people's languages has no say in them.

-- The one row that says which secret key this database belongs to.
CREATE TABLE installation (
    id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    key_id     INTEGER NOT NULL,
    key_check  BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE organizations (
    id         UUID NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE workspaces (
    id              UUID NOT NULL PRIMARY KEY,
    organization_id UUID NOT NULL REFERENCES organizations (id),
    name            TEXT NOT NULL,
    plan            TEXT NOT NULL,
    currency        TEXT NOT NULL,
    suspended_at    TIMESTAMPTZ,
    created_at      TIMESTAMPTZ NOT NULL
);
CREATE INDEX workspaces_by_organization ON workspaces (organization_id, id);

CREATE TABLE users (
    id         UUID NOT NULL PRIMARY KEY,
    email      TEXT NOT NULL,
    email_key  TEXT COLLATE "C" NOT NULL,
    name       TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX users_email ON users (email_key);

-- Removed members stay, so that leads and history may still name them.
CREATE TABLE members (
    id           UUID NOT NULL PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    user_id      UUID NOT NULL REFERENCES users (id),
    role         TEXT NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    removed_at   TIMESTAMPTZ
);
CREATE UNIQUE INDEX members_user ON members (workspace_id, user_id) WHERE removed_at IS NULL;
CREATE INDEX members_by_workspace ON members (workspace_id, id);

CREATE TABLE clients (
    id               UUID NOT NULL PRIMARY KEY,
    workspace_id     UUID NOT NULL REFERENCES workspaces (id),
    client_id        TEXT COLLATE "C" NOT NULL,
    name             TEXT NOT NULL,
    scopes           TEXT NOT NULL,
    limit_per_minute INTEGER,
    created_at       TIMESTAMPTZ NOT NULL,
    revoked_at       TIMESTAMPTZ
);
CREATE UNIQUE INDEX clients_client_id ON clients (client_id);
CREATE INDEX clients_by_workspace ON clients (workspace_id, id);

-- A client has one secret, and while it rotates with an overlap the one before, which then has an end.
CREATE TABLE client_secrets (
    hash       BYTEA NOT NULL PRIMARY KEY,
    key_id     INTEGER NOT NULL,
    client_key UUID NOT NULL REFERENCES clients (id),
    preview    TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ
);
CREATE INDEX client_secrets_by_client ON client_secrets (client_key, created_at);

CREATE TABLE access_tokens (
    hash         BYTEA NOT NULL PRIMARY KEY,
    key_id       INTEGER NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    client_key   UUID NOT NULL REFERENCES clients (id),
    scopes       TEXT NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL
);
CREATE INDEX access_tokens_by_end ON access_tokens (expires_at);

CREATE TABLE audit_log (
    id              UUID NOT NULL PRIMARY KEY,
    organization_id UUID,
    workspace_id    UUID,
    actor_kind      TEXT NOT NULL,
    actor_id        UUID,
    actor_name      TEXT NOT NULL,
    action          TEXT NOT NULL,
    subject_id      UUID,
    detail          JSONB NOT NULL,
    request_id      TEXT,
    created_at      TIMESTAMPTZ NOT NULL
);
CREATE INDEX audit_log_by_workspace ON audit_log (workspace_id, id);

-- Status leads every index that lists, so that a list of one status reads only what it shows, and a list of all
-- statuses is the merge of two such lists.
CREATE TABLE leads (
    workspace_id    UUID NOT NULL REFERENCES workspaces (id),
    id              UUID NOT NULL,
    status          TEXT COLLATE "C" NOT NULL CHECK (status IN ('active', 'archived')),
    email           TEXT NOT NULL,
    email_key       TEXT COLLATE "C" NOT NULL,
    name            TEXT,
    title           TEXT,
    company         TEXT,
    phone           TEXT,
    website         TEXT,
    source          TEXT,
    deal_value      BIGINT CHECK (deal_value >= 0),
    deal_currency   TEXT NOT NULL,
    deal_stage      TEXT,
    deal_close_date DATE,
    tags            JSONB NOT NULL,
    assigned_to     UUID,
    custom_fields   JSONB NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL,
    archived_at     TIMESTAMPTZ,
    version         INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX leads_active_email ON leads (workspace_id, email_key) WHERE status = 'active';
CREATE INDEX leads_by_status ON leads (workspace_id, status, id);
CREATE INDEX leads_by_update ON leads (workspace_id, status, updated_at, id);
CREATE INDEX leads_by_email ON leads (workspace_id, email_key, status, id);
CREATE INDEX leads_by_email_and_update ON leads (workspace_id, email_key, status, updated_at, id);
CREATE INDEX leads_by_assignee ON leads (workspace_id, assigned_to, status, id) WHERE assigned_to IS NOT NULL;
CREATE INDEX leads_by_assignee_and_update ON leads (workspace_id, assigned_to, status, updated_at, id)
    WHERE assigned_to IS NOT NULL;

-- The tags of leads once more, in the shape that finds leads by tag, in either order of a list.
CREATE TABLE lead_tags (
    workspace_id UUID NOT NULL,
    tag          TEXT COLLATE "C" NOT NULL,
    status       TEXT COLLATE "C" NOT NULL,
    lead_id      UUID NOT NULL,
    updated_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (workspace_id, tag, status, lead_id)
);
CREATE INDEX lead_tags_by_update ON lead_tags (workspace_id, tag, status, updated_at, lead_id);
CREATE INDEX lead_tags_by_lead ON lead_tags (workspace_id, lead_id);

CREATE TABLE lead_history (
    workspace_id UUID NOT NULL,
    lead_id      UUID NOT NULL,
    id           UUID NOT NULL,
    field        TEXT NOT NULL,
    old_value    JSONB NOT NULL,
    new_value    JSONB NOT NULL,
    actor_kind   TEXT NOT NULL,
    actor_id     UUID,
    actor_name   TEXT NOT NULL,
    request_id   TEXT,
    created_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (workspace_id, lead_id, id)
);
