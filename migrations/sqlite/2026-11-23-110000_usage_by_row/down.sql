DROP TABLE usage_months;

CREATE TABLE old_usage_minutes (
    workspace_id  BLOB    NOT NULL,
    minute        INTEGER NOT NULL,
    credential_id BLOB    NOT NULL,
    outcome       TEXT    NOT NULL,
    calls         INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, minute, credential_id, outcome)
) STRICT, WITHOUT ROWID;
INSERT INTO old_usage_minutes (workspace_id, minute, credential_id, outcome, calls)
    SELECT workspace_id, minute, credential_id, 'ok', ok FROM usage_minutes WHERE ok > 0
    UNION ALL SELECT workspace_id, minute, credential_id, 'limited', limited FROM usage_minutes WHERE limited > 0
    UNION ALL SELECT workspace_id, minute, credential_id, 'unauthorized', unauthorized FROM usage_minutes WHERE unauthorized > 0
    UNION ALL SELECT workspace_id, minute, credential_id, 'error', error FROM usage_minutes WHERE error > 0;
DROP TABLE usage_minutes;
ALTER TABLE old_usage_minutes RENAME TO usage_minutes;
CREATE INDEX usage_minutes_by_age ON usage_minutes (minute);

CREATE TABLE old_usage_hours (
    workspace_id  BLOB    NOT NULL,
    hour          INTEGER NOT NULL,
    credential_id BLOB    NOT NULL,
    outcome       TEXT    NOT NULL,
    calls         INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, hour, credential_id, outcome)
) STRICT, WITHOUT ROWID;
INSERT INTO old_usage_hours (workspace_id, hour, credential_id, outcome, calls)
    SELECT workspace_id, hour, credential_id, 'ok', ok FROM usage_hours WHERE ok > 0
    UNION ALL SELECT workspace_id, hour, credential_id, 'limited', limited FROM usage_hours WHERE limited > 0
    UNION ALL SELECT workspace_id, hour, credential_id, 'unauthorized', unauthorized FROM usage_hours WHERE unauthorized > 0
    UNION ALL SELECT workspace_id, hour, credential_id, 'error', error FROM usage_hours WHERE error > 0;
DROP TABLE usage_hours;
ALTER TABLE old_usage_hours RENAME TO usage_hours;
CREATE INDEX usage_hours_by_age ON usage_hours (hour);

CREATE TABLE old_usage_days (
    workspace_id  BLOB    NOT NULL,
    day           INTEGER NOT NULL,
    credential_id BLOB    NOT NULL,
    outcome       TEXT    NOT NULL,
    calls         INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, day, credential_id, outcome)
) STRICT, WITHOUT ROWID;
INSERT INTO old_usage_days (workspace_id, day, credential_id, outcome, calls)
    SELECT workspace_id, day, credential_id, 'ok', ok FROM usage_days WHERE ok > 0
    UNION ALL SELECT workspace_id, day, credential_id, 'limited', limited FROM usage_days WHERE limited > 0
    UNION ALL SELECT workspace_id, day, credential_id, 'unauthorized', unauthorized FROM usage_days WHERE unauthorized > 0
    UNION ALL SELECT workspace_id, day, credential_id, 'error', error FROM usage_days WHERE error > 0;
DROP TABLE usage_days;
ALTER TABLE old_usage_days RENAME TO usage_days;
CREATE INDEX usage_days_by_age ON usage_days (day);

DROP INDEX audit_log_by_workspace;
DROP INDEX audit_log_by_action;
DROP INDEX audit_log_by_actor;
CREATE INDEX audit_log_by_workspace ON audit_log (workspace_id, id);
CREATE INDEX audit_log_by_action ON audit_log (workspace_id, action, id);
CREATE INDEX audit_log_by_actor ON audit_log (workspace_id, actor_kind, actor_id, id);
