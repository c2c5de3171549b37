-- Forms that made a secret, each once: sent again, as a reload does, it makes no other.
CREATE TABLE spent_forms (
    workspace_id UUID NOT NULL,
    form_id      UUID NOT NULL,
    at           TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (workspace_id, form_id)
);
CREATE INDEX spent_forms_by_age ON spent_forms (at);
