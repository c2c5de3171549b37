-- The smart update that a change comes from, and the version that the change made: what was changed since is what has a
-- larger one. Older entries have neither.
ALTER TABLE lead_history ADD COLUMN version INTEGER;
ALTER TABLE lead_history ADD COLUMN ai_update_id BLOB;
ALTER TABLE lead_history ADD COLUMN ai_provider TEXT;

-- What smart update may do in the workspace: a provider, and fields parted by commas; nothing for what the server allows.
ALTER TABLE workspaces ADD COLUMN ai_provider TEXT;
ALTER TABLE workspaces ADD COLUMN ai_fields TEXT;

-- What became of texts. Version is the lead's after it, where anything changed.
CREATE TABLE ai_updates (
    workspace_id   BLOB    NOT NULL,
    lead_id        BLOB    NOT NULL,
    id             BLOB    NOT NULL,
    provider       TEXT    NOT NULL,
    model          TEXT,
    prompt_version TEXT,
    changes        TEXT    NOT NULL,
    refused        TEXT    NOT NULL,
    credits        INTEGER NOT NULL,
    input_tokens   INTEGER NOT NULL,
    output_tokens  INTEGER NOT NULL,
    version        INTEGER,
    actor_kind     TEXT    NOT NULL,
    actor_id       BLOB,
    actor_name     TEXT    NOT NULL,
    request_id     TEXT,
    created_at     INTEGER NOT NULL,
    undo           TEXT,
    PRIMARY KEY (workspace_id, lead_id, id)
) STRICT, WITHOUT ROWID;

-- What is reserved for calls or was charged for them. An open reservation has no end; after expires_at it counts no more.
CREATE TABLE ai_ledger (
    workspace_id  BLOB    NOT NULL,
    id            BLOB    NOT NULL,
    month         TEXT    NOT NULL,
    credential_id BLOB    NOT NULL,
    provider      TEXT    NOT NULL,
    credits       INTEGER NOT NULL,
    state         TEXT    NOT NULL,
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    ended_at      INTEGER,
    PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ai_ledger_open ON ai_ledger (workspace_id, expires_at) WHERE ended_at IS NULL;

-- Credits of a month that are reserved or charged: the ledger's sum, and the row that whoever reserves holds.
CREATE TABLE ai_balances (
    workspace_id BLOB    NOT NULL,
    month        TEXT    NOT NULL,
    charged      INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE ai_usage_days (
    workspace_id  BLOB    NOT NULL,
    day           TEXT    NOT NULL,
    credential_id BLOB    NOT NULL,
    provider      TEXT    NOT NULL,
    actor_kind    TEXT    NOT NULL,
    actor_name    TEXT    NOT NULL,
    updates       INTEGER NOT NULL,
    failures      INTEGER NOT NULL,
    credits       INTEGER NOT NULL,
    input_tokens  INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, day, credential_id, provider)
) STRICT, WITHOUT ROWID;
