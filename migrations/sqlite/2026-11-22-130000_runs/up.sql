-- What is done asynchronously. due_at says when a node may take a run: at once while it is queued, when its taker's lease ends
-- while it runs, never again when it is finished. The fence counts its takers: one that was overtaken writes nothing more.
-- Stalls count those in a row that did not come a step further.
CREATE TABLE runs (
    workspace_id  BLOB    NOT NULL REFERENCES workspaces (id),
    id            BLOB    NOT NULL,
    kind          TEXT    NOT NULL,
    status        TEXT    NOT NULL,
    options       TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    done          INTEGER NOT NULL,
    total         INTEGER,
    result        TEXT,
    error_count   INTEGER NOT NULL,
    actor_kind    TEXT    NOT NULL,
    actor_id      BLOB,
    actor_name    TEXT    NOT NULL,
    credential_id BLOB    NOT NULL,
    secret_hash   BLOB    NOT NULL,
    request_id    TEXT,
    due_at        INTEGER,
    fence         INTEGER NOT NULL,
    stalls        INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    started_at    INTEGER,
    finished_at   INTEGER,
    PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_due ON runs (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX runs_open ON runs (workspace_id) WHERE due_at IS NOT NULL;
CREATE INDEX runs_by_credential ON runs (credential_id) WHERE due_at IS NOT NULL;
CREATE INDEX runs_finished ON runs (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE run_errors (
    workspace_id BLOB    NOT NULL,
    run_id       BLOB    NOT NULL,
    position     INTEGER NOT NULL,
    file_row     INTEGER,
    field        TEXT,
    message      TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, run_id, position)
) STRICT, WITHOUT ROWID;

-- What a run reads and what it writes, in parts: nodes share no disk.
CREATE TABLE run_inputs (
    workspace_id BLOB    NOT NULL,
    run_id       BLOB    NOT NULL,
    part         INTEGER NOT NULL,
    bytes        BLOB    NOT NULL,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, run_id, part)
) STRICT;
CREATE INDEX run_inputs_by_age ON run_inputs (created_at);

CREATE TABLE run_outputs (
    workspace_id BLOB    NOT NULL,
    run_id       BLOB    NOT NULL,
    part         INTEGER NOT NULL,
    bytes        BLOB    NOT NULL,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, run_id, part)
) STRICT;
CREATE INDEX run_outputs_by_age ON run_outputs (created_at);
