-- How calls ended is four columns of a row: a quarter of the rows to read and to write. Months are counted, too: a year is twelve of them.

CREATE TABLE new_usage_minutes (
    workspace_id  BLOB    NOT NULL,
    minute        INTEGER NOT NULL,
    credential_id BLOB    NOT NULL,
    ok            INTEGER NOT NULL,
    limited       INTEGER NOT NULL,
    unauthorized  INTEGER NOT NULL,
    error         INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, minute, credential_id)
) STRICT, WITHOUT ROWID;
INSERT INTO new_usage_minutes (workspace_id, minute, credential_id, ok, limited, unauthorized, error)
    SELECT workspace_id, minute, credential_id,
        SUM(calls * (outcome = 'ok')), SUM(calls * (outcome = 'limited')),
        SUM(calls * (outcome = 'unauthorized')), SUM(calls * (outcome = 'error'))
    FROM usage_minutes GROUP BY 1, 2, 3;
DROP TABLE usage_minutes;
ALTER TABLE new_usage_minutes RENAME TO usage_minutes;
CREATE INDEX usage_minutes_by_age ON usage_minutes (minute);

CREATE TABLE new_usage_hours (
    workspace_id  BLOB    NOT NULL,
    hour          INTEGER NOT NULL,
    credential_id BLOB    NOT NULL,
    ok            INTEGER NOT NULL,
    limited       INTEGER NOT NULL,
    unauthorized  INTEGER NOT NULL,
    error         INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, hour, credential_id)
) STRICT, WITHOUT ROWID;
INSERT INTO new_usage_hours (workspace_id, hour, credential_id, ok, limited, unauthorized, error)
    SELECT workspace_id, hour, credential_id,
        SUM(calls * (outcome = 'ok')), SUM(calls * (outcome = 'limited')),
        SUM(calls * (outcome = 'unauthorized')), SUM(calls * (outcome = 'error'))
    FROM usage_hours GROUP BY 1, 2, 3;
DROP TABLE usage_hours;
ALTER TABLE new_usage_hours RENAME TO usage_hours;
CREATE INDEX usage_hours_by_age ON usage_hours (hour);

CREATE TABLE new_usage_days (
    workspace_id  BLOB    NOT NULL,
    day           INTEGER NOT NULL,
    credential_id BLOB    NOT NULL,
    ok            INTEGER NOT NULL,
    limited       INTEGER NOT NULL,
    unauthorized  INTEGER NOT NULL,
    error         INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, day, credential_id)
) STRICT, WITHOUT ROWID;
INSERT INTO new_usage_days (workspace_id, day, credential_id, ok, limited, unauthorized, error)
    SELECT workspace_id, day, credential_id,
        SUM(calls * (outcome = 'ok')), SUM(calls * (outcome = 'limited')),
        SUM(calls * (outcome = 'unauthorized')), SUM(calls * (outcome = 'error'))
    FROM usage_days GROUP BY 1, 2, 3;
DROP TABLE usage_days;
ALTER TABLE new_usage_days RENAME TO usage_days;
CREATE INDEX usage_days_by_age ON usage_days (day);

CREATE TABLE usage_months (
    workspace_id  BLOB    NOT NULL,
    month         INTEGER NOT NULL,
    credential_id BLOB    NOT NULL,
    ok            INTEGER NOT NULL,
    limited       INTEGER NOT NULL,
    unauthorized  INTEGER NOT NULL,
    error         INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, month, credential_id)
) STRICT, WITHOUT ROWID;
INSERT INTO usage_months (workspace_id, month, credential_id, ok, limited, unauthorized, error)
    SELECT workspace_id, unixepoch(day / 1000000, 'unixepoch', 'start of month') * 1000000, credential_id,
        SUM(ok), SUM(limited), SUM(unauthorized), SUM(error)
    FROM usage_days GROUP BY 1, 2, 3;
CREATE INDEX usage_months_by_age ON usage_months (month);

-- The audit log is read in the order of time, and by days: the id parts only what happened at the same moment.
DROP INDEX audit_log_by_workspace;
DROP INDEX audit_log_by_action;
DROP INDEX audit_log_by_actor;
CREATE INDEX audit_log_by_workspace ON audit_log (workspace_id, created_at, id);
CREATE INDEX audit_log_by_action ON audit_log (workspace_id, action, created_at, id);
CREATE INDEX audit_log_by_actor ON audit_log (workspace_id, actor_kind, actor_id, created_at, id);

DELETE FROM sqlite_stat1 WHERE tbl LIKE 'usage\_%' ESCAPE '\' OR tbl LIKE 'new\_usage\_%' ESCAPE '\' OR tbl = 'audit_log';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('audit_log', 'audit_log_by_workspace', '1000000 10000 2 1'),
    ('audit_log', 'audit_log_by_action', '1000000 10000 500 2 1'),
    ('audit_log', 'audit_log_by_actor', '1000000 10000 5000 500 2 1'),
    ('usage_minutes', 'usage_minutes', '10000000 100000 20 1'),
    ('usage_minutes', 'usage_minutes_by_age', '10000000 3000'),
    ('usage_hours', 'usage_hours', '10000000 100000 20 1'),
    ('usage_hours', 'usage_hours_by_age', '10000000 3000'),
    ('usage_days', 'usage_days', '10000000 100000 20 1'),
    ('usage_days', 'usage_days_by_age', '10000000 3000'),
    ('usage_months', 'usage_months', '10000000 100000 20 1'),
    ('usage_months', 'usage_months_by_age', '10000000 30000');

-- What a lead's words are has changed a little: behind the migrations all are written anew.
DELETE FROM lead_words;
