-- Lists go through all statuses unless one is asked for, so each has its own index in either order. A lead has few
-- conversations: of its list by status, the others are passed over.
CREATE TABLE conversations (
    workspace_id  UUID NOT NULL REFERENCES workspaces (id),
    id            UUID NOT NULL,
    lead_id       UUID,
    channel       TEXT NOT NULL,
    subject       TEXT,
    status        TEXT COLLATE "C" NOT NULL CHECK (status IN ('open', 'closed')),
    message_count INTEGER NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL,
    updated_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX conversations_by_update ON conversations (workspace_id, updated_at, id);
CREATE INDEX conversations_by_status ON conversations (workspace_id, status, id);
CREATE INDEX conversations_by_status_and_update ON conversations (workspace_id, status, updated_at, id);
CREATE INDEX conversations_by_lead ON conversations (workspace_id, lead_id, id) WHERE lead_id IS NOT NULL;
CREATE INDEX conversations_by_lead_and_update ON conversations (workspace_id, lead_id, updated_at, id)
    WHERE lead_id IS NOT NULL;

-- Messages never change. Their ids sort as they were said.
CREATE TABLE conversation_messages (
    workspace_id    UUID NOT NULL,
    conversation_id UUID NOT NULL,
    id              UUID NOT NULL,
    author          TEXT NOT NULL,
    text            TEXT NOT NULL,
    actor_kind      TEXT NOT NULL,
    actor_id        UUID,
    actor_name      TEXT NOT NULL,
    request_id      TEXT,
    created_at      TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id, id)
);
