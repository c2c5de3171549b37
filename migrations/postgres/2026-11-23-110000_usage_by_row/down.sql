DROP TABLE usage_months;

CREATE TABLE old_usage_minutes (
    workspace_id  UUID NOT NULL,
    minute        TIMESTAMPTZ NOT NULL,
    credential_id UUID NOT NULL,
    outcome       TEXT NOT NULL,
    calls         BIGINT NOT NULL,
    CONSTRAINT old_usage_minutes_pkey PRIMARY KEY (workspace_id, minute, credential_id, outcome)
);
INSERT INTO old_usage_minutes (workspace_id, minute, credential_id, outcome, calls)
    SELECT workspace_id, minute, credential_id, 'ok', ok FROM usage_minutes WHERE ok > 0
    UNION ALL SELECT workspace_id, minute, credential_id, 'limited', limited FROM usage_minutes WHERE limited > 0
    UNION ALL SELECT workspace_id, minute, credential_id, 'unauthorized', unauthorized FROM usage_minutes WHERE unauthorized > 0
    UNION ALL SELECT workspace_id, minute, credential_id, 'error', error FROM usage_minutes WHERE error > 0;
DROP TABLE usage_minutes;
ALTER TABLE old_usage_minutes RENAME TO usage_minutes;
ALTER TABLE usage_minutes RENAME CONSTRAINT old_usage_minutes_pkey TO usage_minutes_pkey;
CREATE INDEX usage_minutes_by_age ON usage_minutes (minute);

CREATE TABLE old_usage_hours (
    workspace_id  UUID NOT NULL,
    hour          TIMESTAMPTZ NOT NULL,
    credential_id UUID NOT NULL,
    outcome       TEXT NOT NULL,
    calls         BIGINT NOT NULL,
    CONSTRAINT old_usage_hours_pkey PRIMARY KEY (workspace_id, hour, credential_id, outcome)
);
INSERT INTO old_usage_hours (workspace_id, hour, credential_id, outcome, calls)
    SELECT workspace_id, hour, credential_id, 'ok', ok FROM usage_hours WHERE ok > 0
    UNION ALL SELECT workspace_id, hour, credential_id, 'limited', limited FROM usage_hours WHERE limited > 0
    UNION ALL SELECT workspace_id, hour, credential_id, 'unauthorized', unauthorized FROM usage_hours WHERE unauthorized > 0
    UNION ALL SELECT workspace_id, hour, credential_id, 'error', error FROM usage_hours WHERE error > 0;
DROP TABLE usage_hours;
ALTER TABLE old_usage_hours RENAME TO usage_hours;
ALTER TABLE usage_hours RENAME CONSTRAINT old_usage_hours_pkey TO usage_hours_pkey;
CREATE INDEX usage_hours_by_age ON usage_hours (hour);

CREATE TABLE old_usage_days (
    workspace_id  UUID NOT NULL,
    day           TIMESTAMPTZ NOT NULL,
    credential_id UUID NOT NULL,
    outcome       TEXT NOT NULL,
    calls         BIGINT NOT NULL,
    CONSTRAINT old_usage_days_pkey PRIMARY KEY (workspace_id, day, credential_id, outcome)
);
INSERT INTO old_usage_days (workspace_id, day, credential_id, outcome, calls)
    SELECT workspace_id, day, credential_id, 'ok', ok FROM usage_days WHERE ok > 0
    UNION ALL SELECT workspace_id, day, credential_id, 'limited', limited FROM usage_days WHERE limited > 0
    UNION ALL SELECT workspace_id, day, credential_id, 'unauthorized', unauthorized FROM usage_days WHERE unauthorized > 0
    UNION ALL SELECT workspace_id, day, credential_id, 'error', error FROM usage_days WHERE error > 0;
DROP TABLE usage_days;
ALTER TABLE old_usage_days RENAME TO usage_days;
ALTER TABLE usage_days RENAME CONSTRAINT old_usage_days_pkey TO usage_days_pkey;
CREATE INDEX usage_days_by_age ON usage_days (day);

DROP INDEX audit_log_by_workspace;
DROP INDEX audit_log_by_action;
DROP INDEX audit_log_by_actor;
CREATE INDEX audit_log_by_workspace ON audit_log (workspace_id, id);
CREATE INDEX audit_log_by_action ON audit_log (workspace_id, action, id);
CREATE INDEX audit_log_by_actor ON audit_log (workspace_id, actor_kind, actor_id, id);
