-- Forms that made a secret, each once: sent again, as a reload does, it makes no other.
CREATE TABLE spent_forms (
    workspace_id BLOB    NOT NULL,
    form_id      BLOB    NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, form_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX spent_forms_by_age ON spent_forms (at);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('spent_forms', 'spent_forms', '100000 20 1'),
    ('spent_forms', 'spent_forms_by_age', '100000 1');
