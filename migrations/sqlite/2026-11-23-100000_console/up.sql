-- Calls by the minute, kept for two days, and by the day; those by the hour were there before.
CREATE TABLE usage_minutes (
    workspace_id  BLOB    NOT NULL,
    minute        INTEGER NOT NULL,
    credential_id BLOB    NOT NULL,
    outcome       TEXT    NOT NULL,
    calls         INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, minute, credential_id, outcome)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_minutes_by_age ON usage_minutes (minute);

CREATE TABLE usage_days (
    workspace_id  BLOB    NOT NULL,
    day           INTEGER NOT NULL,
    credential_id BLOB    NOT NULL,
    outcome       TEXT    NOT NULL,
    calls         INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, day, credential_id, outcome)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_days_by_age ON usage_days (day);
CREATE INDEX usage_hours_by_age ON usage_hours (hour);

INSERT INTO usage_days (workspace_id, day, credential_id, outcome, calls)
    SELECT workspace_id, hour - hour % 86400000000, credential_id, outcome, SUM(calls)
    FROM usage_hours GROUP BY 1, 2, 3, 4;

-- From where something was done, and what finds what somebody did, and who did something.
ALTER TABLE audit_log ADD COLUMN address TEXT;
CREATE INDEX audit_log_by_action ON audit_log (workspace_id, action, id);
CREATE INDEX audit_log_by_actor ON audit_log (workspace_id, actor_kind, actor_id, id);

-- The words by which people search for leads: those of the name, the company and the e-mail.
CREATE TABLE lead_words (
    workspace_id BLOB NOT NULL,
    word         TEXT NOT NULL,
    status       TEXT NOT NULL,
    lead_id      BLOB NOT NULL,
    PRIMARY KEY (workspace_id, word, status, lead_id)
) STRICT, WITHOUT ROWID;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('lead_words', 'lead_words', '8000000 800000 20 15 1'),
    ('audit_log', 'audit_log_by_workspace', '1000000 10000 1'),
    ('audit_log', 'audit_log_by_action', '1000000 10000 500 1'),
    ('audit_log', 'audit_log_by_actor', '1000000 10000 5000 500 1'),
    ('usage_minutes', 'usage_minutes', '10000000 100000 50 2 1'),
    ('usage_minutes', 'usage_minutes_by_age', '10000000 3000'),
    ('usage_hours', 'usage_hours', '10000000 100000 50 2 1'),
    ('usage_hours', 'usage_hours_by_age', '10000000 3000'),
    ('usage_days', 'usage_days', '10000000 100000 50 2 1'),
    ('usage_days', 'usage_days_by_age', '10000000 3000');
