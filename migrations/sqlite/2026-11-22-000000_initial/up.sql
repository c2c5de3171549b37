-- Ids are UUIDs in 16 bytes, times are microseconds since 1970 in UTC, days are YYYY-MM-DD, documents are JSON text.

-- The one row that says which secret key this database belongs to.
CREATE TABLE installation (
    id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    key_id     INTEGER NOT NULL,
    key_check  BLOB    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE organizations (
    id         BLOB    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE workspaces (
    id              BLOB    NOT NULL PRIMARY KEY,
    organization_id BLOB    NOT NULL REFERENCES organizations (id),
    name            TEXT    NOT NULL,
    plan            TEXT    NOT NULL,
    currency        TEXT    NOT NULL,
    suspended_at    INTEGER,
    created_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX workspaces_by_organization ON workspaces (organization_id, id);

CREATE TABLE users (
    id         BLOB    NOT NULL PRIMARY KEY,
    email      TEXT    NOT NULL,
    email_key  TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX users_email ON users (email_key);

-- Removed members stay, so that leads and history may still name them.
CREATE TABLE members (
    id           BLOB    NOT NULL PRIMARY KEY,
    workspace_id BLOB    NOT NULL REFERENCES workspaces (id),
    user_id      BLOB    NOT NULL REFERENCES users (id),
    role         TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    removed_at   INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX members_user ON members (workspace_id, user_id) WHERE removed_at IS NULL;
CREATE INDEX members_by_workspace ON members (workspace_id, id);

CREATE TABLE clients (
    id               BLOB    NOT NULL PRIMARY KEY,
    workspace_id     BLOB    NOT NULL REFERENCES workspaces (id),
    client_id        TEXT    NOT NULL,
    name             TEXT    NOT NULL,
    scopes           TEXT    NOT NULL,
    limit_per_minute INTEGER,
    created_at       INTEGER NOT NULL,
    revoked_at       INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX clients_client_id ON clients (client_id);
CREATE INDEX clients_by_workspace ON clients (workspace_id, id);

-- A client has one secret, and while it rotates with an overlap the one before, which then has an end.
CREATE TABLE client_secrets (
    hash       BLOB    NOT NULL PRIMARY KEY,
    key_id     INTEGER NOT NULL,
    client_key BLOB    NOT NULL REFERENCES clients (id),
    preview    TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX client_secrets_by_client ON client_secrets (client_key, created_at);

CREATE TABLE access_tokens (
    hash         BLOB    NOT NULL PRIMARY KEY,
    key_id       INTEGER NOT NULL,
    workspace_id BLOB    NOT NULL REFERENCES workspaces (id),
    client_key   BLOB    NOT NULL REFERENCES clients (id),
    scopes       TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX access_tokens_by_end ON access_tokens (expires_at);

CREATE TABLE audit_log (
    id              BLOB    NOT NULL PRIMARY KEY,
    organization_id BLOB,
    workspace_id    BLOB,
    actor_kind      TEXT    NOT NULL,
    actor_id        BLOB,
    actor_name      TEXT    NOT NULL,
    action          TEXT    NOT NULL,
    subject_id      BLOB,
    detail          TEXT    NOT NULL,
    request_id      TEXT,
    created_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_log_by_workspace ON audit_log (workspace_id, id);

-- Status leads every index that lists, so that a list of one status reads only what it shows, and a list of all
-- statuses is the merge of two such lists.
CREATE TABLE leads (
    workspace_id    BLOB    NOT NULL REFERENCES workspaces (id),
    id              BLOB    NOT NULL,
    status          TEXT    NOT NULL CHECK (status IN ('active', 'archived')),
    email           TEXT    NOT NULL,
    email_key       TEXT    NOT NULL,
    name            TEXT,
    title           TEXT,
    company         TEXT,
    phone           TEXT,
    website         TEXT,
    source          TEXT,
    deal_value      INTEGER CHECK (deal_value >= 0),
    deal_currency   TEXT    NOT NULL,
    deal_stage      TEXT,
    deal_close_date TEXT,
    tags            TEXT    NOT NULL,
    assigned_to     BLOB,
    custom_fields   TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    archived_at     INTEGER,
    version         INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
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
    workspace_id BLOB NOT NULL,
    tag          TEXT NOT NULL,
    status       TEXT NOT NULL,
    lead_id      BLOB NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, tag, status, lead_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX lead_tags_by_update ON lead_tags (workspace_id, tag, status, updated_at, lead_id);
CREATE INDEX lead_tags_by_lead ON lead_tags (workspace_id, lead_id);

CREATE TABLE lead_history (
    workspace_id BLOB    NOT NULL,
    lead_id      BLOB    NOT NULL,
    id           BLOB    NOT NULL,
    field        TEXT    NOT NULL,
    old_value    TEXT    NOT NULL,
    new_value    TEXT    NOT NULL,
    actor_kind   TEXT    NOT NULL,
    actor_id     BLOB,
    actor_name   TEXT    NOT NULL,
    request_id   TEXT,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, lead_id, id)
) STRICT, WITHOUT ROWID;

-- What the planner is to believe of the tables that grow: without statistics it takes the leads' primary key for every list
-- and walks a whole workspace. Nobody runs ANALYZE: plans stay as they are tested. The numbers are rows in all, then rows for
-- each value of the first column, of the first two, and so on.
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('leads', 'leads', '1000000 100000 1'),
    ('leads', 'leads_active_email', '900000 90000 1'),
    ('leads', 'leads_by_status', '1000000 100000 50000 1'),
    ('leads', 'leads_by_update', '1000000 100000 50000 2 1'),
    ('leads', 'leads_by_email', '1000000 100000 200 150 1'),
    ('leads', 'leads_by_email_and_update', '1000000 100000 200 150 2 1'),
    ('leads', 'leads_by_assignee', '500000 50000 5000 2500 1'),
    ('leads', 'leads_by_assignee_and_update', '500000 50000 5000 2500 2 1'),
    ('lead_tags', 'lead_tags', '2000000 200000 2000 1000 1'),
    ('lead_tags', 'lead_tags_by_update', '2000000 200000 2000 1000 2 1'),
    ('lead_tags', 'lead_tags_by_lead', '2000000 200000 2'),
    ('lead_history', 'lead_history', '4000000 400000 4 1');
