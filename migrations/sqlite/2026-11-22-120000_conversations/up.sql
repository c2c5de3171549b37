-- Lists go through all statuses unless one is asked for, so each has its own index in either order. A lead has few
-- conversations: of its list by status, the others are passed over.
CREATE TABLE conversations (
    workspace_id  BLOB    NOT NULL REFERENCES workspaces (id),
    id            BLOB    NOT NULL,
    lead_id       BLOB,
    channel       TEXT    NOT NULL,
    subject       TEXT,
    status        TEXT    NOT NULL CHECK (status IN ('open', 'closed')),
    message_count INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversations_by_update ON conversations (workspace_id, updated_at, id);
CREATE INDEX conversations_by_status ON conversations (workspace_id, status, id);
CREATE INDEX conversations_by_status_and_update ON conversations (workspace_id, status, updated_at, id);
CREATE INDEX conversations_by_lead ON conversations (workspace_id, lead_id, id) WHERE lead_id IS NOT NULL;
CREATE INDEX conversations_by_lead_and_update ON conversations (workspace_id, lead_id, updated_at, id)
    WHERE lead_id IS NOT NULL;

-- Messages never change. Their ids sort as they were said.
CREATE TABLE conversation_messages (
    workspace_id    BLOB    NOT NULL,
    conversation_id BLOB    NOT NULL,
    id              BLOB    NOT NULL,
    author          TEXT    NOT NULL,
    text            TEXT    NOT NULL,
    actor_kind      TEXT    NOT NULL,
    actor_id        BLOB,
    actor_name      TEXT    NOT NULL,
    request_id      TEXT,
    created_at      INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id, id)
) STRICT, WITHOUT ROWID;

-- For the planner, as in the first migration, which made the table of statistics. A connection reads them when it reads the
-- schema, and so does one that was open before.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('conversations', 'conversations', '1000000 100000 1'),
    ('conversations', 'conversations_by_update', '1000000 100000 2 1'),
    ('conversations', 'conversations_by_status', '1000000 100000 50000 1'),
    ('conversations', 'conversations_by_status_and_update', '1000000 100000 50000 2 1'),
    ('conversations', 'conversations_by_lead', '500000 50000 5 1'),
    ('conversations', 'conversations_by_lead_and_update', '500000 50000 5 2 1'),
    ('conversation_messages', 'conversation_messages', '10000000 1000000 10 1');
